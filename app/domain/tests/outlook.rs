//! What is likely to become of legs that run: worked examples, and a naive count beside the one by buckets.

#![allow(clippy::unwrap_used, reason = "a test that finds nothing has failed")]

#[path = "sla/support.rs"]
#[allow(dead_code, reason = "the clock's tests need more of it")]
mod support;

use domain::contract::StopRule;
use domain::outlook::{Concerns, History, HitRate, Lane, Odds, OpenLeg, Watch, open_leg};
use domain::parcel::Parcel;
use domain::sla::clocks;
use domain::story::events;
use domain::terms::Terms;
use domain::timeline::Timeline;
use domain::view::local_time;
use domain::vocabulary::EventKind;
use proptest::prelude::*;
use support::{at, spain, terms, two_days};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// The start of every leg that is learnt from, a Monday.
const PAST: &str = "2025-03-03T08:00+00:00";

fn told(story: &str) -> (Timeline, Parcel) {
    let timeline = Timeline::new(events(story));
    let parcel = Parcel::fold(&timeline).unwrap();
    (timeline, parcel)
}

fn learn(history: &mut History, story: &str) {
    let (timeline, parcel) = told(story);
    history.learn(&timeline, &parcel, &Terms::default());
}

fn corridor(origin: &str, destination: &str) -> Lane {
    Lane { origin: origin.into(), destination: destination.into(), service: "".into() }
}

/// So long after [`PAST`].
fn later(ms: i64) -> String {
    local_time(at(PAST) + ms, 0).format("%Y-%m-%dT%H:%M%:z").to_string()
}

/// A parcel that was accepted and, after so long, met this.
fn accepted_then(courier: &str, on: &Lane, ms: i64, kind: &str) -> String {
    let Lane { origin, destination, service } = on;
    let service = if service.is_empty() { String::new() } else { format!("service={service}") };
    let then = later(ms);
    format!(
        "{PAST} {courier} P accepted origin_country={origin} destination_country={destination} {service}
         {then} {courier} P {kind}"
    )
}

/// So many parcels of a courier that were delivered so long after they were accepted.
fn delivered(history: &mut History, n: usize, courier: &str, on: &Lane, ms: i64) {
    for _ in 0..n {
        learn(history, &accepted_then(courier, on, ms, "delivered"));
    }
}

fn never_delivered(history: &mut History, n: usize, courier: &str, on: &Lane) {
    for _ in 0..n {
        learn(history, &accepted_then(courier, on, HOUR, "returning"));
    }
}

fn is_near(a: Option<i64>, b: i64) -> bool {
    a.is_some_and(|a| (a as f64 / b as f64 - 1.0).abs() <= 0.02)
}

fn open(story: &str, terms: &Terms, now: &str) -> Option<OpenLeg> {
    let (timeline, parcel) = told(story);
    open_leg(&timeline, &parcel, &clocks(&timeline, &parcel, terms, at(now)))
}

fn concerns(history: &History, terms: &Terms, story: &str, now: &str) -> Concerns {
    let (_, parcel) = told(story);
    let watch = Watch { history, terms, now: at(now), horizon_ms: DAY };
    watch.concerns(&open(story, terms, now).unwrap(), &parcel)
}

#[test]
fn the_usual_gap_is_the_95th_percentile() {
    let on = corridor("PT", "ES");
    let mut history = History::default();
    delivered(&mut history, 95, "A", &on, 10 * HOUR);
    delivered(&mut history, 5, "A", &on, 50 * HOUR);
    assert!(is_near(history.silent_after("A", EventKind::Accepted, &on), 10 * HOUR), "95 of 100");
    delivered(&mut history, 1, "A", &on, 50 * HOUR);
    assert!(is_near(history.silent_after("A", EventKind::Accepted, &on), 50 * HOUR), "95 of 101");
}

#[test]
fn gaps_are_those_between_the_events_of_the_leg() {
    let on = corridor("", "");
    let mut history = History::default();
    for _ in 0..30 {
        learn(
            &mut history,
            "2026-01-01T10:00+00:00 A N announced
             2026-01-02T10:00+00:00 A N accepted
             2026-01-02T13:00+00:00 A N departed_hub id=1
             2026-01-02T14:00+00:00 A N correction corrects=1
             2026-01-02T12:00+00:00 B N estimate
             2026-01-03T10:00+00:00 A N handed_over_out
             2026-01-03T16:00+00:00 B N handed_over_in
             2026-01-03T17:00+00:00 A N estimate
             2026-01-04T16:00+00:00 B N ready_at_locker delivery_mode=locker
             2026-01-05T16:00+00:00 B N collected",
        );
    }
    let gap = |courier: &str, kind| history.silent_after(courier, kind, &on);
    assert!(is_near(gap("A", EventKind::Accepted), 24 * HOUR));
    assert!(is_near(gap("A", EventKind::HandedOverOut), 6 * HOUR), "until the next courier has it");
    assert!(is_near(gap("B", EventKind::HandedOverIn), 24 * HOUR));
    for kind in [EventKind::Announced, EventKind::DepartedHub, EventKind::Estimate, EventKind::ReadyAtLocker] {
        assert_eq!(gap("A", kind), None, "{kind}");
    }
}

#[test]
fn with_fewer_than_thirty_the_next_wider_level_speaks() {
    let [here, there] = [corridor("PT", "ES"), corridor("PT", "FR")];
    let mut history = History::default();
    delivered(&mut history, 29, "A", &here, 10 * HOUR);
    let gap = |history: &History, courier: &str, on: &Lane| {
        let (gap, odds) = (
            history.silent_after(courier, EventKind::Accepted, on),
            history.odds(courier, EventKind::Accepted, on, 0, 1_000 * HOUR),
        );
        gap.map(|gap| ((gap as f64 / HOUR as f64).round() as i64, odds.unwrap().n))
    };
    assert_eq!(gap(&history, "A", &here), None, "29 in all");
    delivered(&mut history, 1, "B", &there, 20 * HOUR);
    assert_eq!(gap(&history, "A", &here), Some((10, 30)), "of the kind");
    assert_eq!(gap(&history, "nobody", &there), Some((10, 30)), "of the kind");
    delivered(&mut history, 29, "A", &there, 30 * HOUR);
    assert_eq!(gap(&history, "A", &here), Some((30, 58)), "of the courier");
    delivered(&mut history, 1, "A", &here, 10 * HOUR);
    assert_eq!(gap(&history, "A", &here), Some((10, 30)), "of the courier and the corridor");
    let express = Lane { service: "express".into(), ..here.clone() };
    delivered(&mut history, 29, "A", &express, 2 * HOUR);
    assert_eq!(gap(&history, "A", &express), Some((10, 59)), "of every service");
    delivered(&mut history, 1, "A", &express, 2 * HOUR);
    assert_eq!(gap(&history, "A", &express), Some((2, 30)), "of the service");
    assert_eq!(gap(&history, "A", &here), Some((10, 60)), "where none is stated, of every service");
    assert_eq!(history.silent_after("A", EventKind::ArrivedHub, &here), None);
}

#[test]
fn what_has_taken_longer_than_most_is_less_likely_to_be_in_time() {
    let on = corridor("PT", "ES");
    let mut history = History::default();
    delivered(&mut history, 60, "A", &on, 24 * HOUR);
    delivered(&mut history, 10, "A", &on, 48 * HOUR);
    delivered(&mut history, 30, "A", &on, 72 * HOUR);
    let odds = |elapsed, remaining| history.odds("A", EventKind::Accepted, &on, elapsed * HOUR, remaining * HOUR);
    assert_eq!(odds(0, 50), Some(Odds { likely: 0.7, n: 100 }));
    assert_eq!(odds(30, 20), Some(Odds { likely: 0.25, n: 40 }), "the same deadline, after the quick ones are gone");
    assert_eq!(odds(50, 0), Some(Odds { likely: 0.0, n: 30 }));
    assert_eq!(odds(80, 10), None, "none took so long");
}

#[test]
fn legs_that_never_stop_stay_among_those_that_have_not_stopped() {
    let on = corridor("PT", "ES");
    let mut history = History::default();
    delivered(&mut history, 30, "A", &on, 24 * HOUR);
    never_delivered(&mut history, 20, "A", &on);
    for _ in 0..10 {
        learn(&mut history, &accepted_then("A", &on, DAY, "lost"));
    }
    let odds = |elapsed| history.odds("A", EventKind::Accepted, &on, elapsed * HOUR, 1_000 * HOUR);
    assert_eq!(odds(0), Some(Odds { likely: 0.5, n: 60 }));
    assert_eq!(odds(100), Some(Odds { likely: 0.0, n: 30 }));
}

#[test]
fn legs_that_run_returns_and_cancelled_ones_teach_nothing() {
    let mut history = History::default();
    for kind in ["arrived_hub", "cancelled", "out_for_delivery"] {
        learn(&mut history, &accepted_then("A", &corridor("PT", "ES"), DAY, kind));
    }
    assert_eq!(history, History::default());
    never_delivered(&mut history, 30, "A", &corridor("PT", "ES"));
    assert_eq!(history.silent_after("A", EventKind::Returning, &corridor("PT", "ES")), None);
    assert_eq!(history.odds("A", EventKind::Returning, &corridor("PT", "ES"), 0, DAY), None);
}

#[test]
fn nothing_is_silent_before_24_open_hours() {
    let mut history = History::default();
    delivered(&mut history, 30, "A", &corridor("PT", "ES"), 5 * HOUR);
    let terms = terms(Vec::new());
    // Open from 08:00 to 18:00, Monday to Friday: 2 hours on Friday, 10 on Monday, 10 on Tuesday, 2 on Wednesday.
    let friday = "2026-01-16T16:00+01:00 A N accepted origin_country=PT destination_country=ES";
    let is_silent = |history: &History, story: &str, now: &str| concerns(history, &terms, story, now).silent;
    assert!(!is_silent(&history, friday, "2026-01-19T08:00+01:00"));
    assert!(!is_silent(&history, friday, "2026-01-21T09:59+01:00"));
    assert!(is_silent(&history, friday, "2026-01-21T10:00+01:00"));
    assert!(!is_silent(&History::default(), friday, "2026-06-01T10:00+02:00"), "nothing is known");

    let nowhere = "2026-01-16T16:00+01:00 A N accepted";
    assert!(!is_silent(&history, nowhere, "2026-01-17T15:59+01:00"));
    assert!(is_silent(&history, nowhere, "2026-01-17T16:00+01:00"), "24 hours by the clock");

    delivered(&mut history, 30, "A", &corridor("PT", "ES"), 30 * DAY);
    assert!(!is_silent(&history, friday, "2026-01-30T10:00+01:00"), "usual");
}

#[test]
fn due_today_goes_by_the_date_at_the_destination() {
    let story = |promise: &str, destination: &str| {
        format!("2026-01-14T10:00+00:00 A N accepted promise=by:{promise} destination_country={destination}")
    };
    let due = |story: &str, now| {
        let Concerns { due_today, overdue, .. } = concerns(&History::default(), &terms(Vec::new()), story, now);
        (due_today, overdue)
    };
    let in_spain = story("2026-01-15T23:30+00:00", "ES");
    assert_eq!(due(&in_spain, "2026-01-15T22:59+00:00"), (false, false), "there it is due on the 16th");
    assert_eq!(due(&in_spain, "2026-01-15T23:00+00:00"), (true, false));
    assert_eq!(due(&in_spain, "2026-01-15T23:30+00:00"), (true, false), "the last instant");
    assert_eq!(due(&in_spain, "2026-01-15T23:31+00:00"), (false, true));
    let somewhere = story("2026-01-15T23:30+00:00", "XX");
    assert_eq!(due(&somewhere, "2026-01-15T00:00+00:00"), (true, false), "by the offset of the promise");
    assert_eq!(due(&somewhere, "2026-01-14T23:59+00:00"), (false, false));
}

#[test]
fn a_leg_is_due_by_its_contract_until_that_is_fulfilled() {
    let accepted = "2026-01-12T10:00+00:00 Rápida N accepted origin_country=PT destination_country=ES \
                    promise=by:2026-01-20T12:00+01:00";
    let deadline = |contracts, then: &str| {
        open(&format!("{accepted}\n{then}"), &terms(contracts), "2026-01-13T20:00+00:00").unwrap().deadline.unwrap()
    };
    assert_eq!(support::wall(Some(deadline(vec![two_days()], ""))), "Wed 14 Jan 18:00");
    assert_eq!(deadline(Vec::new(), "").at, at("2026-01-20T12:00+01:00"));
    let attempt = "2026-01-13T10:00+01:00 Rápida N out_for_delivery
                   2026-01-13T11:00+01:00 Rápida N attempt_failed reason=consignee_absent";
    let mut contract = two_days();
    contract.stop = StopRule::Attempt;
    assert_eq!(deadline(vec![contract], attempt).at, at("2026-01-20T12:00+01:00"));
}

#[test]
fn the_leg_that_runs() {
    let nothing = terms(Vec::new());
    let running = |story: &str| {
        let leg = open(story, &nothing, "2026-02-01T00:00+00:00")?;
        Some((leg.courier.to_string(), leg.last.0, leg.last.1))
    };
    let accepted = "2026-01-01T10:00+00:00 A N accepted";
    let then = |more: &str| running(&format!("{accepted}\n{more}"));
    let runs = |courier: &str, kind, time| Some((courier.to_owned(), kind, at(time)));
    assert_eq!(running("2026-01-01T10:00+00:00 A N announced"), None);
    assert_eq!(
        then("2026-01-02T10:00+00:00 A N estimate\n2026-01-03T10:00+00:00 B N announced"),
        runs("A", EventKind::Estimate, "2026-01-02T10:00+00:00")
    );
    let out = "2026-01-02T10:00+00:00 A N handed_over_out";
    assert_eq!(then(out), runs("A", EventKind::HandedOverOut, "2026-01-02T10:00+00:00"), "nobody else has it yet");
    let taken = format!("{out}\n2026-01-03T10:00+00:00 B N handed_over_in");
    assert_eq!(then(&taken), runs("B", EventKind::HandedOverIn, "2026-01-03T10:00+00:00"));
    for over in ["delivered", "returning", "cancelled", "destroyed", "attempt_failed reason=refused"] {
        assert_eq!(then(&format!("2026-01-02T10:00+00:00 A N {over}")), None, "{over}");
    }
}

#[test]
fn customs_and_the_courier_may_hold_it() {
    for (kind, held) in [("customs_in", true), ("held_in_network", true), ("arrived_hub", false)] {
        let story = format!("2026-01-01T10:00+00:00 A N accepted\n2026-01-02T10:00+00:00 A N {kind}");
        let found = concerns(&History::default(), &terms(Vec::new()), &story, "2026-01-02T11:00+00:00");
        assert_eq!(found, Concerns { held, ..Concerns::default() }, "{kind}");
    }
}

/// By the calendar of Spain, open Monday to Friday from 08:00 to 18:00: 40 parcels that were delivered so long after they
/// were accepted, on Monday at 09:00, and 40 that took longer.
fn quick_and_slow(terms: &Terms, quick: i64, slow: i64) -> History {
    let mut history = History::default();
    for ms in [quick, slow].into_iter().flat_map(|ms| [ms; 40]) {
        let (timeline, parcel) = told(&accepted_then("A", &corridor("PT", "ES"), ms, "delivered"));
        history.learn(&timeline, &parcel, terms);
    }
    history
}

/// By the clock it has run for 50 hours on Sunday noon, longer than the quick ones; but of open time no more than eight.
#[test]
fn a_weekend_makes_no_leg_look_slow() {
    let terms = Terms::new(Vec::new(), vec![spain()]).unwrap();
    let history = quick_and_slow(&terms, 24 * HOUR, 120 * HOUR);
    let accepted_on = |day: &str| {
        let story = format!(
            "2026-01-{day}T10:00+01:00 A N accepted promise=by:2026-01-12T12:00+01:00 \
             origin_country=PT destination_country=ES"
        );
        concerns(&history, &terms, &story, "2026-01-11T12:00+01:00").at_risk
    };
    assert!(!accepted_on("09"), "on Friday: 8 open hours so far, and 4 to go: half stop within 10");
    assert!(accepted_on("08"), "on Thursday: 18 open hours so far, which only the slow ones took");
}

#[test]
fn at_risk_is_what_is_due_soon_and_unlikely() {
    let terms = Terms::new(Vec::new(), vec![spain()]).unwrap();
    // 10 and 30 open hours.
    let history = quick_and_slow(&terms, 24 * HOUR, 72 * HOUR);
    let story = |hour: &str| {
        format!(
            "2026-01-12T10:00+01:00 A N accepted promise=by:2026-01-14T{hour}:00+01:00 \
             origin_country=PT destination_country=ES"
        )
    };
    let is_at_risk = |history: &History, hour: &str, now: &str| concerns(history, &terms, &story(hour), now).at_risk;
    assert!(!is_at_risk(&history, "10", "2026-01-13T09:00+01:00"), "due in 25 hours");
    assert!(!is_at_risk(&history, "06", "2026-01-13T06:30+01:00"), "half of them stop after 10 open hours");
    assert!(is_at_risk(&history, "10", "2026-01-13T12:00+01:00"), "it is one of the slow ones");
    assert!(!is_at_risk(&history, "10", "2026-01-14T10:01+01:00"), "overdue");
    assert!(!is_at_risk(&History::default(), "10", "2026-01-13T12:00+01:00"), "nothing is known");
}

#[test]
fn the_hit_rate_is_of_those_called_at_risk() {
    let on = corridor("PT", "ES");
    let mut history = History::default();
    delivered(&mut history, 40, "A", &on, 12 * HOUR);
    delivered(&mut history, 40, "A", &on, 72 * HOUR);
    let none = Terms::default();
    let watch = Watch { history: &history, terms: &none, now: at(PAST) + 100 * DAY, horizon_ms: DAY };
    let deadline = at(PAST) + 48 * HOUR;
    let replayed = |watch: &Watch<'_>, stop: i64| {
        let (timeline, parcel) = told(&accepted_then("A", &on, stop, "delivered"));
        watch.replay(&timeline, &parcel, &parcel.legs[0], deadline, parcel.stop.map(|stop| stop.at))
    };
    assert_eq!(replayed(&watch, 23 * HOUR), None, "delivered when it was looked at");
    let mut hits = HitRate::default();
    for (stop, late) in [(30, false), (48, false), (49, true), (72, true)] {
        let said = replayed(&watch, stop * HOUR);
        assert_eq!(said, Some(late), "{stop}");
        hits.count(said.unwrap());
    }
    assert_eq!((hits.flagged, hits.late, hits.rate().rate), (4, 2, Some(0.5)));

    let unfulfilled = told(&format!("{} A N accepted", later(0)));
    assert_eq!(watch.replay(&unfulfilled.0, &unfulfilled.1, &unfulfilled.1.legs[0], deadline, None), Some(true));
    assert_eq!(replayed(&Watch { now: deadline, ..watch }, 72 * HOUR), None, "still to come");
    assert_eq!(replayed(&Watch { horizon_ms: 49 * HOUR, ..watch }, 72 * HOUR), None, "not accepted yet");
    assert_eq!(replayed(&Watch { horizon_ms: 40 * HOUR, ..watch }, 72 * HOUR), None, "it was even then");
}

/// A leg that was learnt from: courier, corridor, and how long it took, in steps, if it ever stopped.
type Known = (usize, usize, Option<usize>);

/// A duration in milliseconds; no two steps share a bucket.
fn step(n: usize) -> i64 {
    (60.0 * 1.1_f64.powi(n as i32)).round() as i64 * MINUTE
}

fn of(courier: usize) -> &'static str {
    ["A", "B"][courier]
}

fn on(place: usize) -> Lane {
    [corridor("PT", "ES"), corridor("ES", "PT")][place].clone()
}

fn learnt(known: &[Known]) -> History {
    let mut history = History::default();
    for &(courier, place, stop) in known {
        match stop {
            Some(n) => delivered(&mut history, 1, of(courier), &on(place), step(n)),
            None => never_delivered(&mut history, 1, of(courier), &on(place)),
        }
    }
    history
}

fn counted(known: &[Known], courier: usize, place: usize, elapsed: i64, remaining: i64) -> Option<Odds> {
    let levels: [&dyn Fn(&Known) -> bool; 3] =
        [&|known| (known.0, known.1) == (courier, place), &|known| known.0 == courier, &|_| true];
    levels.into_iter().find_map(|level| {
        let stops = known.iter().filter(|known| level(known)).map(|known| known.2.map(step));
        let left: Vec<Option<i64>> = stops.filter(|stop| stop.is_none_or(|stop| stop > elapsed)).collect();
        let in_time = left.iter().flatten().filter(|stop| **stop <= elapsed + remaining).count();
        (left.len() >= 30).then(|| Odds { likely: in_time as f64 / left.len() as f64, n: left.len() as i64 })
    })
}

prop_compose! {
    fn past()(known in proptest::collection::vec((0usize..2, 0usize..2, proptest::option::weighted(0.9, 0usize..30)), 20..200)) -> Vec<Known> {
        known
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn odds_are_a_count(known in past(), elapsed in proptest::option::of(0usize..30), until in 0usize..30) {
        let history = learnt(&known);
        let elapsed = elapsed.map_or(0, step);
        let remaining = (step(until) - elapsed).max(0);
        for (courier, place) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let odds = history.odds(of(courier), EventKind::Accepted, &on(place), elapsed, remaining);
            prop_assert_eq!(odds, counted(&known, courier, place, elapsed, remaining));
        }
    }

    #[test]
    fn the_order_of_learning_does_not_matter((known, mixed) in past().prop_flat_map(|known| (Just(known.clone()), Just(known).prop_shuffle()))) {
        prop_assert_eq!(learnt(&known), learnt(&mixed));
    }
}
