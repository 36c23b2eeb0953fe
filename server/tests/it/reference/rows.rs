//! From what is counted to the rows of an answer.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use domain::kpi::{Classes, Grouping, KpiQuery, KpiRow, Percentiles};
use domain::rate::Rate;
use domain::vocabulary::{DeliveryMode, EventKind, Party, Reason};

use super::judge::{Counted, What};

/// What a row of an answer has to say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    pub classes: Classes,
    pub first_succeeded: i64,
    pub first_failed: i64,
    pub first_not_attempted: i64,
    pub failures: BTreeMap<(Option<Reason>, Party), i64>,
    pub accepted: i64,
    pub planned_locker: i64,
    pub planned_shop: i64,
    pub diverted_locker: i64,
    pub diverted_shop: i64,
    pub transit: Vec<i64>,
    pub also: BTreeMap<&'static str, i64>,
    pub took: BTreeMap<&'static str, Vec<i64>>,
    pub told: BTreeMap<EventKind, Vec<i64>>,
    pub with_customs: BTreeMap<Party, i64>,
}

/// The rows of an answer, by their groups.
pub fn rows(counted: &[Counted], query: &KpiQuery) -> BTreeMap<Vec<String>, Row> {
    let mut rows: BTreeMap<Vec<String>, Row> = BTreeMap::new();
    if query.group_by.is_empty() {
        rows.insert(Vec::new(), Row::default());
    }
    for one in counted {
        let date = date_of(one.day);
        let in_time = query.from.is_none_or(|from| date >= from) && query.to.is_none_or(|to| date <= to);
        let wanted = query.filters.iter().all(|(&grouping, values)| values.contains(&value(one, grouping)));
        // Reports are kept by courier and day, and as a whole where the parcels themselves are asked.
        let by = query.group_by.iter().chain(query.filters.keys());
        let tells_latency =
            query.cube().is_none() || by.copied().all(|by| matches!(by, Grouping::Day | Grouping::Courier));
        if in_time && wanted && (tells_latency || !matches!(one.what, What::Told(..))) {
            let group = query.group_by.iter().map(|&grouping| value(one, grouping)).collect();
            add(rows.entry(group).or_default(), one.what);
        }
    }
    rows
}

fn date_of(day: i32) -> NaiveDate {
    NaiveDate::default() + Days::new(day as u64)
}

fn value(one: &Counted, grouping: Grouping) -> String {
    let said = &one.said;
    match grouping {
        Grouping::Day => date_of(one.day).format("%Y-%m-%d").to_string(),
        Grouping::Courier => one.courier.clone(),
        Grouping::Service => said.service.clone(),
        Grouping::Corridor => match (said.origin_country.as_str(), said.destination_country.as_str()) {
            ("", "") => String::new(),
            (origin, destination) => format!("{origin}-{destination}"),
        },
        Grouping::OriginCountry => said.origin_country.clone(),
        Grouping::DestinationCountry => said.destination_country.clone(),
        Grouping::DestinationRegion => said.destination_region.clone(),
        Grouping::DeliveryMode => said.delivery_mode.clone(),
        Grouping::Shipper => said.shipper.clone(),
        Grouping::Contract => String::new(),
    }
}

fn add(row: &mut Row, what: What) {
    let classes = &mut row.classes;
    match what {
        What::Early => classes.early += 1,
        What::OnTime => classes.on_time += 1,
        What::Late { open } => {
            classes.late += 1;
            classes.late_open += i64::from(open);
        }
        What::Open => classes.open += 1,
        What::Cancelled => classes.cancelled += 1,
        What::NoPromise => classes.no_promise += 1,
        What::FirstSucceeded => row.first_succeeded += 1,
        What::FirstFailed => row.first_failed += 1,
        What::FirstNotAttempted => row.first_not_attempted += 1,
        What::Accepted { planned, unasked } => {
            row.accepted += 1;
            row.planned_locker += i64::from(planned == Some(DeliveryMode::Locker));
            row.planned_shop += i64::from(planned == Some(DeliveryMode::Shop));
            row.diverted_locker += i64::from(unasked == Some(DeliveryMode::Locker));
            row.diverted_shop += i64::from(unasked == Some(DeliveryMode::Shop));
        }
        What::Failed { reason, party } => *row.failures.entry((reason, party)).or_default() += 1,
        What::Transit(duration) => row.transit.push(duration),
        What::Also(what, n) => *row.also.entry(what).or_default() += n,
        What::Took(what, ms) => row.took.entry(what).or_default().push(ms),
        What::Told(kind, ms) => row.told.entry(kind).or_default().push(ms),
        What::WithCustoms(party, ms) => *row.with_customs.entry(party).or_default() += ms,
    }
}

/// Whether an answer says what it has to.
///
/// # Errors
/// What it says otherwise.
pub fn agrees(answer: &[KpiRow], counted: &[Counted], query: &KpiQuery) -> Result<(), String> {
    let expected = rows(counted, query);
    let groups: Vec<Vec<String>> = answer.iter().map(|row| group(row, query)).collect();
    let expected_groups: Vec<Vec<String>> = expected.keys().cloned().collect();
    if groups != expected_groups {
        return Err(format!("{query:?}\nrows of {groups:?}, expected {expected_groups:?}"));
    }
    for (row, (group, expected)) in answer.iter().zip(&expected) {
        same(row, expected).map_err(|wrong| format!("{query:?}\nin {group:?}: {wrong}"))?;
    }
    Ok(())
}

fn group(row: &KpiRow, query: &KpiQuery) -> Vec<String> {
    query.group_by.iter().map(|grouping| row.group.get(grouping).cloned().unwrap_or_else(|| "none".into())).collect()
}

fn same(row: &KpiRow, expected: &Row) -> Result<(), String> {
    let classes = &expected.classes;
    if row.classes != *classes {
        return Err(format!("{:?}, expected {classes:?}", row.classes));
    }
    let judged = classes.early + classes.on_time + classes.late;
    let promised = judged + classes.open + classes.cancelled;
    let firsts = expected.first_succeeded + expected.first_failed + expected.first_not_attempted;
    let kpis = &row.kpis;
    let also = |what| expected.also.get(what).copied().unwrap_or_default();
    let rates = [
        ("on time", kpis.on_time_customer, classes.on_time, judged),
        ("not late", kpis.not_late, classes.early + classes.on_time, judged),
        ("promise coverage", kpis.promise_coverage, promised, promised + classes.no_promise),
        ("first attempt succeeded", kpis.first_attempt.succeeded, expected.first_succeeded, firsts),
        ("first attempt failed", kpis.first_attempt.failed, expected.first_failed, firsts),
        ("not attempted", kpis.first_attempt.not_attempted, expected.first_not_attempted, firsts),
        ("planned for a locker", kpis.locker_uptake.planned, expected.planned_locker, expected.accepted),
        ("diverted to a locker", kpis.locker_uptake.diverted, expected.diverted_locker, expected.accepted),
        ("planned for a shop", kpis.shop_uptake.planned, expected.planned_shop, expected.accepted),
        ("diverted to a shop", kpis.shop_uptake.diverted, expected.diverted_shop, expected.accepted),
        ("volume", Rate::new(kpis.volume, 1), expected.accepted, 1),
        ("uncollected", kpis.collection.share, also("uncollected"), also("deposited")),
        ("not scanned in", kpis.hand_off.share, also("handed_on_unseen"), also("handed_on")),
        ("held by customs", kpis.customs.share, also("customs_held_parcels"), also("presented")),
        ("lost", kpis.loss, also("lost_parcels"), also("loss_judged")),
        ("still open", kpis.still_open, also("legs_open"), also("legs_started")),
        ("tracking gap", kpis.tracking_gap, also("tracking_gap_legs"), also("legs_started")),
        ("unscanned", kpis.unscanned, also("manifest_unscanned"), also("manifested_parcels")),
        ("damaged", kpis.damage, also("damaged_parcels"), expected.accepted),
        ("promise drift", kpis.promise_drift, also("estimated_late"), also("estimated")),
        (
            "attempts per leg",
            Rate::new(kpis.attempts_per_leg.sum, kpis.attempts_per_leg.n),
            also("leg_attempts"),
            also("closed_legs"),
        ),
    ];
    for (name, rate, hits, total) in rates {
        if rate != Rate::new(hits, total) {
            return Err(format!("{name}: {}/{}, expected {hits}/{total}", rate.hits, rate.total));
        }
    }
    let failed = &kpis.failed_attempts;
    let by_reason: BTreeMap<_, _> = failed.by_reason.iter().map(|f| ((f.reason, f.party), f.n)).collect();
    let is_sorted = failed.by_reason.is_sorted_by(|a, b| a.n >= b.n);
    if by_reason != expected.failures || failed.total != expected.failures.values().sum::<i64>() || !is_sorted {
        return Err(format!("failed attempts: {failed:?}, expected {:?}", expected.failures));
    }
    let took = |what| expected.took.get(what).map(Vec::as_slice).unwrap_or_default();
    transit(&kpis.collection.time, took("collection"))?;
    transit(&kpis.hand_off.time, took("hand_off"))?;
    transit(&kpis.customs.time, took("customs"))?;
    if let Some(open) = &kpis.transit_open_time {
        transit(open, took("open_transit"))?;
    }
    let [five, fifteen] = ["delivered_in_5", "delivered_in_15"].map(took);
    let both = [five, fifteen].concat();
    for (first, last, took) in [(1, 5, both.as_slice()), (6, 15, fifteen)] {
        let within = |days: i64| took.iter().filter(|&&ms| ms <= days * 24 * 3_600_000).count() as i64;
        let expected = (first..=last).map(within).collect::<Vec<i64>>();
        let answer = kpis.delivered_within.iter().find(|one| i64::from(one.from_days) == first);
        let of = answer.map_or(0, |one| one.of);
        if of != took.len() as i64 || answer.is_some_and(|one| one.delivered != expected) {
            return Err(format!("within working days: {answer:?}, expected {expected:?} of {took:?}"));
        }
    }
    let customs: BTreeMap<Party, i64> = kpis.customs_by_debtor.by_party.iter().map(|one| (one.party, one.ms)).collect();
    if customs != expected.with_customs {
        return Err(format!("with customs: {customs:?}, expected {:?}", expected.with_customs));
    }
    let latency = kpis.latency.clone().unwrap_or_default();
    let tells_kinds = !row.group.contains_key(&Grouping::Day);
    if latency.by_kind.len() != if tells_kinds { expected.told.len() } else { 0 } {
        return Err(format!("reports: {latency:?}, expected {:?}", expected.told));
    }
    for of_kind in &latency.by_kind {
        transit(&of_kind.time, expected.told.get(&of_kind.kind).map(Vec::as_slice).unwrap_or_default())?;
    }
    transit(&latency.all, &expected.told.values().flatten().copied().collect::<Vec<i64>>())?;
    transit(&kpis.transit_time, &expected.transit)
}

fn transit(answer: &Percentiles, durations: &[i64]) -> Result<(), String> {
    let mut durations = durations.to_vec();
    durations.sort_unstable();
    let n = durations.len();
    if answer.n != n as i64 {
        return Err(format!("{} legs in {durations:?}", answer.n));
    }
    for (percent, ms) in [(50, answer.p50_ms), (90, answer.p90_ms), (95, answer.p95_ms)] {
        let exact = (n > 0).then(|| durations[(percent * n).div_ceil(100) - 1]);
        let near = match (ms, exact) {
            (Some(ms), Some(exact)) if exact < 1000 => ms == 0,
            // Half a millisecond for the rounding.
            (Some(ms), Some(exact)) => (ms as f64 - exact as f64).abs() <= 0.02 * exact as f64 + 0.5,
            (ms, exact) => ms == exact,
        };
        if !near {
            return Err(format!("P{percent} of the transit time: {ms:?}, expected {exact:?}"));
        }
    }
    Ok(())
}
