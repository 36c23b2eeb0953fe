//! What happens to parcels on their way, whatever was promised.

use domain::kpi::definition::{
    ATTEMPTS_PER_LEG, COLLECTION, CUSTOMS, DAMAGE, DELIVERED_WITHIN, HAND_OFF, LATENCY, LOSS, PROMISE_DRIFT,
    SCAN_COMPLETENESS, STILL_OPEN, TRACKING_GAP, TRANSIT_OPEN, UNSCANNED,
};
use domain::kpi::{Definition, DeliveredWithin, Kpis, Percentiles};
use domain::rate::Rate;
use leptos::prelude::*;

use super::how::how;
use super::table::{self, Caption};
use super::waterfall_table::waterfall_table;
use crate::{format, words};

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
        <div class="halves">{within_working_days(now, before)} {latency(now)}</div>
        {waterfall_table("Time with customs by debtor", &now.customs_by_debtor, before.map(|before| &before.customs_by_debtor), CUSTOMS)}
    }
    .into_any()
}

/// How many there are of it, the figure, and what belongs to it.
type Told = (i64, String, String);
type Line = (&'static Definition, fn(&Kpis) -> Told);

const LINES: [Line; 13] = [
    (&ATTEMPTS_PER_LEG, |kpis| {
        let mean = kpis.attempts_per_leg;
        (mean.n, mean.mean.map_or_else(|| format::NOTHING.to_owned(), |mean| format!("{mean:.2}")), String::new())
    }),
    (&TRANSIT_OPEN, |kpis| kpis.transit_open_time.as_ref().map_or_else(Told::default, time)),
    (&STILL_OPEN, |kpis| rate(&kpis.still_open)),
    (&TRACKING_GAP, |kpis| rate(&kpis.tracking_gap)),
    (&LATENCY, |kpis| kpis.latency.as_ref().map_or_else(Told::default, |latency| time(&latency.all))),
    (&UNSCANNED, |kpis| rate(&kpis.unscanned)),
    (&SCAN_COMPLETENESS, |kpis| rate(&kpis.scan_completeness)),
    (&COLLECTION, |kpis| share(&kpis.collection.share, &kpis.collection.time)),
    (&HAND_OFF, |kpis| share(&kpis.hand_off.share, &kpis.hand_off.time)),
    (&CUSTOMS, |kpis| share(&kpis.customs.share, &kpis.customs.time)),
    (&LOSS, |kpis| (kpis.loss.total, format::per_ten_thousand(&kpis.loss), format::interval(&kpis.loss))),
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

fn time(of: &Percentiles) -> Told {
    let [p50, p90, p95] = [of.p50_ms, of.p90_ms, of.p95_ms].map(format::maybe_duration);
    (of.n, p90, format!("P50 {p50}, P95 {p95}"))
}

/// J+1 and so on, of days that are old enough.
fn within_working_days(now: &Kpis, before: Option<&Kpis>) -> AnyView {
    let shares = |kpis: &Kpis| kpis.delivered_within.iter().flat_map(DeliveredWithin::shares).collect::<Vec<_>>();
    let earlier = before.map(shares).unwrap_or_default();
    let mut shown = shares(now);
    // Days on which nothing more is delivered say nothing.
    shown.dedup_by_key(|(_, share)| (share.hits, share.total));
    let rows = shown.into_iter().map(|(days, share)| {
        let before = earlier.iter().find(|(n, _)| *n == days).map(|(_, share)| format::rate(share));
        let cells = vec![
            table::row_head("", format!("J+{days}")),
            table::number(format::rate(&share)),
            table::number(before.unwrap_or_else(|| format::NOTHING.to_owned())),
            table::number(format::count(share.total)),
            table::text(format::interval(&share)),
        ];
        table::row("", cells)
    });
    let rows: Vec<AnyView> = rows.collect();
    if rows.is_empty() {
        return ().into_any();
    }
    let mut heads = table::heads(["Within"]);
    heads.extend(table::number_heads(["Delivered", "Before", "n"]));
    heads.push(table::head("", "Interval"));
    view! {
        <section class="block">
            <h2>"Delivered within working days"</h2>
            {table::table("", Caption::Unseen("Delivered within working days".to_owned()), heads, rows, vec![])}
            {how(DELIVERED_WITHIN)}
        </section>
    }
    .into_any()
}

/// How late events are told, by their kind.
fn latency(now: &Kpis) -> AnyView {
    let kinds = now.latency.as_ref().map(|latency| latency.by_kind.as_slice()).unwrap_or_default();
    if kinds.is_empty() {
        return ().into_any();
    }
    let rows = kinds.iter().map(|of| {
        let [p50, p95] = [of.time.p50_ms, of.time.p95_ms].map(format::maybe_duration);
        let n = format::count(of.time.n);
        let cells =
            vec![table::row_head("", words::event(of.kind)), table::number(p50), table::number(p95), table::number(n)];
        table::row("", cells)
    });
    let mut heads = table::heads(["Event"]);
    heads.extend(table::number_heads(["P50", "P95", "n"]));
    view! {
        <section class="block">
            <h2>"Report latency by event"</h2>
            {table::table("", Caption::Unseen("Report latency by event".to_owned()), heads, rows.collect(), vec![])}
            {how(LATENCY)}
        </section>
    }
    .into_any()
}
