//! What a courier does by contract, and who takes the time after its deadlines.

use domain::agreement::ContractStanding;
use domain::kpi::definition::{LATENESS, ON_TIME_CONTRACT};
use domain::kpi::{ContractClasses, Grouping, KpiRow, Lateness};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::chart::interval::{axis, interval};
use crate::chart::scale::Scale;
use crate::components::how::how;
use crate::components::standing::standings;
use crate::components::table::{self, Caption};
use crate::components::waterfall_table::waterfall_table;
use crate::figures::Share;
use crate::{format, link};

/// The legs of a contract in a period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContractFigures {
    /// The contract; empty for legs that none judges.
    pub name: String,
    /// Legs by what became of them.
    pub legs: ContractClasses,
    /// On time of all judged: with every pause, with those that others have told, with those that the courier has, with none.
    pub on_time: [Share; 4],
    /// On time with every pause, in the period before.
    pub before: Option<Share>,
}

impl ContractFigures {
    /// Reads the rows of an answer grouped by contract, and those of the period before.
    pub fn of(rows: &[KpiRow], before: &[KpiRow]) -> Vec<Self> {
        let figures = |row: &KpiRow| Self {
            name: row.group.get(&Grouping::Contract).cloned().unwrap_or_default(),
            legs: row.legs,
            on_time: [
                row.kpis.on_time_contract,
                row.kpis.on_time_contract_accepted,
                row.kpis.on_time_contract_claimed,
                row.kpis.on_time_contract_raw,
            ]
            .map(Share::from),
            before: before.iter().find(|one| one.group == row.group).map(|one| one.kpis.on_time_contract.into()),
        };
        rows.iter().map(figures).filter(|row| !row.name.is_empty()).collect()
    }
}

/// The contracts of a courier: figures of the period, and targets.
pub fn contracts(figures: &[ContractFigures], targets: &[ContractStanding], scale: Scale) -> AnyView {
    if figures.is_empty() && targets.is_empty() {
        return ().into_any();
    }
    let rows = figures.iter().map(|row| figures_row(row, scale)).collect();
    let on_time = view! {
        <div class="rate-cell">
            <span class="rate-head">"On time"</span>
            <span class="rate-drawing" inner_html=axis(scale)></span>
        </div>
    };
    let mut heads = table::heads(["Contract"]);
    heads.push(table::head("number", "Judged"));
    heads.push(table::head("", on_time));
    heads.extend(table::number_heads([
        "Before",
        "Accepted",
        "Claimed",
        "Raw",
        "Late, not stopped",
        "Not due",
        "Paused",
        "Excluded",
        "Outside",
    ]));
    let caption = Caption::Unseen("Legs by contract".to_owned());
    view! {
        <section class="block">
            <h2>"Contracts"</h2>
            {table::table("couriers", caption, heads, rows, vec![])}
            {how(ON_TIME_CONTRACT)}
            {standings(targets)}
        </section>
    }
    .into_any()
}

fn figures_row(row: &ContractFigures, scale: Scale) -> AnyView {
    let [on_time, accepted, claimed, raw] = row.on_time.map(Share::rate);
    let legs = &row.legs;
    let drawn = view! {
        <div class="rate-cell">
            <span class="rate">{format::rate(&on_time)}</span>
            <span class="unseen">{format::interval(&on_time)}</span>
            <span class="rate-drawing" inner_html=interval(&on_time, scale)></span>
        </div>
    };
    let back_dated =
        (legs.back_dated > 0).then(|| table::aside(format!(" {} back-dated", format::count(legs.back_dated))));
    let name = view! { <a href=link::contract(&row.name)>{row.name.clone()}</a> {back_dated} };
    let of = legs.excluded + on_time.total;
    let share = (legs.excluded > 0).then(|| format!(" {}", format::rate(&domain::rate::Rate::new(legs.excluded, of))));
    let excluded = view! { {format::count(legs.excluded)} {share.map(table::aside)} };
    let cells = vec![
        table::row_head("", name),
        table::number(format::count(on_time.total)),
        table::cell("", drawn),
        table::number(row.before.map_or_else(|| format::NOTHING.to_owned(), |before| format::rate(&before.rate()))),
        table::number(format::rate(&accepted)),
        table::number(format::rate(&claimed)),
        table::number(format::rate(&raw)),
        table::number(format::count(legs.late_open)),
        table::number(format::count(legs.open)),
        table::number(format::count(legs.paused)),
        table::cell("number", excluded),
        table::number(format::count(legs.cancelled + legs.ambiguous)),
    ];
    table::row(if on_time.total < crate::figures::ENOUGH { "thin" } else { "" }, cells)
}

/// Who took the time after the deadlines.
pub fn lateness(lateness: &Lateness, before: Option<&Lateness>) -> AnyView {
    waterfall_table("Lateness by party", lateness, before, LATENESS)
}
