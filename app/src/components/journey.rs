//! What happens to parcels on their way, whatever was promised.

use domain::kpi::definition::{ATTEMPTS_PER_LEG, COLLECTION, CUSTOMS, DAMAGE, HAND_OFF, LOSS, PROMISE_DRIFT};
use domain::kpi::{Definition, Kpis, Percentiles};
use domain::rate::Rate;
use leptos::prelude::*;

use super::how::how;
use super::table::{self, Caption};
use crate::format;

/// The figures of a period beside those of the one before.
pub fn journey(now: &Kpis, before: Option<&Kpis>) -> AnyView {
    let rows = LINES.iter().filter_map(|(definition, tell)| {
        let (n, figure, aside) = tell(now);
        let earlier = before.map(|before| tell(before).1);
        (n > 0).then(|| {
            let cells = vec![
                table::row_head("", view! { {definition.title} {how(**definition)} }),
                table::number(figure),
                table::number(earlier.unwrap_or_else(|| format::NOTHING.to_owned())),
                table::number(format::count(n)),
                table::text(aside),
            ];
            table::row("", cells)
        })
    });
    let rows: Vec<AnyView> = rows.collect();
    if rows.is_empty() {
        return ().into_any();
    }
    let mut heads = table::heads(["Figure"]);
    heads.extend(table::number_heads(["This period", "Before", "n"]));
    heads.push(table::head("", "Beside it"));
    view! {
        <section class="block">
            <h2>"On the way"</h2>
            {table::table("", Caption::Unseen("On the way".to_owned()), heads, rows, vec![])}
        </section>
    }
    .into_any()
}

/// How many there are of it, the figure, and what belongs to it.
type Told = (i64, String, String);
type Line = (&'static Definition, fn(&Kpis) -> Told);

const LINES: [Line; 7] = [
    (&ATTEMPTS_PER_LEG, |kpis| {
        let mean = kpis.attempts_per_leg;
        (mean.n, mean.mean.map_or_else(|| format::NOTHING.to_owned(), |mean| format!("{mean:.2}")), String::new())
    }),
    (&COLLECTION, |kpis| share(&kpis.collection.share, &kpis.collection.time)),
    (&HAND_OFF, |kpis| share(&kpis.hand_off.share, &kpis.hand_off.time)),
    (&CUSTOMS, |kpis| share(&kpis.customs.share, &kpis.customs.time)),
    (&LOSS, |kpis| rate(&kpis.loss)),
    (&DAMAGE, |kpis| rate(&kpis.damage)),
    (&PROMISE_DRIFT, |kpis| rate(&kpis.promise_drift)),
];

fn share(of: &Rate, time: &Percentiles) -> Told {
    let [p50, p95] = [time.p50_ms, time.p95_ms].map(format::maybe_duration);
    let (n, figure, interval) = rate(of);
    (n, figure, format!("{interval}; P50 {p50}, P95 {p95} of {}", format::count(time.n)))
}

fn rate(of: &Rate) -> Told {
    (of.total, format::rate(of), format::interval(of))
}
