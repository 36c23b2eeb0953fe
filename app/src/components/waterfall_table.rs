//! Time by who answers for it: parts that follow each other up to the total.

use domain::kpi::{Definition, Lateness};
use domain::rate::Rate;
use leptos::prelude::*;

use super::how::how;
use super::table::{self, Caption};
use crate::chart::waterfall::waterfall;
use crate::{format, words};

/// A block with the parts and their total; nothing where there is no time.
pub fn waterfall_table(
    title: &'static str,
    time: &Lateness,
    before: Option<&Lateness>,
    definition: Definition,
) -> AnyView {
    if time.total_ms == 0 {
        return ().into_any();
    }
    let mut from = 0;
    let mut rows: Vec<AnyView> = Vec::new();
    for part in &time.by_party {
        let share = Rate::new(part.ms, time.total_ms);
        let earlier = before
            .map(|before| before.by_party.iter().find(|other| other.party == part.party).map_or(0, |other| other.ms));
        let drawing = waterfall(from, part.ms, time.total_ms, part.party.as_str());
        from += part.ms;
        let cells = vec![
            table::row_head("", words::party(part.party)),
            table::drawing("bar-cell", drawing),
            table::number(hours(part.ms)),
            table::number(earlier.map_or_else(|| format::NOTHING.to_owned(), hours)),
            table::number(format::rate(&share)),
        ];
        rows.push(table::row("", cells));
    }
    let foot = vec![
        table::row_head("", "Total"),
        table::drawing("bar-cell", waterfall(0, time.total_ms, time.total_ms, "total")),
        table::number(hours(time.total_ms)),
        table::number(before.map_or_else(|| format::NOTHING.to_owned(), |before| hours(before.total_ms))),
        table::number(String::new()),
    ];
    let heads = vec![
        table::head("", "Party"),
        table::unseen_head("Part of the total"),
        table::head("number", "Hours"),
        table::head("number", "Before"),
        table::head("number", "Share"),
    ];
    view! {
        <section class="block">
            <h2>{title}</h2>
            {table::table("", Caption::Unseen(title.to_owned()), heads, rows, vec![table::row("", foot)])}
            {how(definition)}
        </section>
    }
    .into_any()
}

fn hours(ms: i64) -> String {
    format!("{} h", format::count((ms + 1_800_000) / 3_600_000))
}
