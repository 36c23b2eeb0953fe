//! Targets of contracts against what became of them.

use domain::agreement::{ContractStanding, TargetStanding};
use domain::kpi::{Evidence, Outcome, Standing};
use leptos::prelude::*;

use super::table::{self, Caption};
use crate::format;

/// A table of the targets of contracts; nothing where there is none.
pub fn standings(contracts: &[ContractStanding]) -> AnyView {
    let rows: Vec<AnyView> = contracts
        .iter()
        .flat_map(|contract| contract.targets.iter().map(|target| row(&contract.contract, target)))
        .collect();
    if rows.is_empty() {
        return ().into_any();
    }
    let heads = table::heads(["Contract", "KPI", "Target", "Last period", "Result", "This period", "Result"]);
    table::table("", Caption::Shown("Targets".to_owned()), heads, rows, vec![])
}

fn row(contract: &str, standing: &TargetStanding) -> AnyView {
    let target = &standing.target;
    let is_time = standing.last.or(standing.running).is_some_and(|standing| standing.low.is_none());
    let goal = if is_time && !target.goal.ends_with('%') { format!("{} h", target.goal) } else { target.goal.clone() };
    let mut cells = vec![
        table::row_head("", contract.to_owned()),
        table::text(target.kpi.replace('_', " ")),
        table::text(format!("{goal} a {}", target.period)),
    ];
    for (one, goal) in [(&standing.last, standing.last_goal.as_deref()), (&standing.running, None)] {
        let against = goal.map(|goal| format!("; target then {goal}")).unwrap_or_default();
        cells.push(table::text(one.as_ref().map_or_else(|| format::NOTHING.to_owned(), |one| figure(one) + &against)));
        cells.push(table::cell("", one.as_ref().map(result)));
    }
    table::row("", cells)
}

fn figure(standing: &Standing) -> String {
    let days = format::days(standing.from, standing.to);
    let Some(value) = standing.value else { return format!("{days}: nothing judged") };
    let n = format::count(standing.n);
    match standing.low.zip(standing.high) {
        Some((low, high)) => {
            format!("{days}: {} ({}–{}), n {n}", format::percent(value), format::percent(low), format::percent(high))
        }
        None => format!("{days}: {value:.1} h, n {n}"),
    }
}

/// The result, and apart from it whether the evidence is clear.
fn result(standing: &Standing) -> AnyView {
    let (class, word) = match standing.result {
        None => return ().into_any(),
        Some(Outcome::Kept) => ("mark kept", "● kept"),
        Some(Outcome::OnCourse) => ("mark kept", "● on course"),
        Some(Outcome::Missed) => ("mark missed", "▲ missed"),
        Some(Outcome::OffCourse) => ("mark missed", "▲ off course"),
        Some(Outcome::TooFew) => ("mark", "○ too few to say"),
    };
    let evidence = match standing.evidence {
        Some(Evidence::Clear) => "clear",
        Some(Evidence::Thin) => "thin evidence",
        None => "",
    };
    view! { <span class=class>{word}</span> {table::aside(evidence)} }.into_any()
}
