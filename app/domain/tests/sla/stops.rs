//! What fulfils a leg.

use domain::contract::{Contract, StopRule};
use domain::sla::Unjudged;
use domain::verdict::LegClass;
use domain::vocabulary::EventKind;

use crate::support::*;

const ACCEPTED: &str = "2026-01-05T09:00+00:00";

fn stop(rule: StopRule, then: &str) -> Option<(EventKind, String)> {
    let contract = Contract { stop: rule, ..two_days() };
    let clock = leg(&contract, &within_portugal(ACCEPTED, then));
    clock.stop.map(|(kind, moment)| (kind, wall(Some(moment))))
}

#[test]
fn each_rule_has_its_own_stop() {
    let then = "2026-01-05T10:00+00:00 Rápida P1 rescheduled party=consignee delivery_mode=locker
                2026-01-07T08:00+00:00 Rápida P1 out_for_delivery
                2026-01-07T10:00+00:00 Rápida P1 attempt_failed reason=consignee_absent
                2026-01-07T15:00+00:00 Rápida P1 ready_at_locker
                2026-01-08T19:00+00:00 Rápida P1 collected";
    assert_eq!(stop(StopRule::Attempt, then), Some((EventKind::AttemptFailed, "Wed 7 Jan 10:00".into())));
    assert_eq!(stop(StopRule::Ready, then), Some((EventKind::ReadyAtLocker, "Wed 7 Jan 15:00".into())));
    assert_eq!(stop(StopRule::Delivered, then), Some((EventKind::Collected, "Thu 8 Jan 19:00".into())));
}

#[test]
fn a_deposit_that_nobody_asked_for_fulfils_nothing() {
    let then = "2026-01-07T15:00+00:00 Rápida P1 ready_at_shop
                2026-01-08T19:00+00:00 Rápida P1 collected";
    for &rule in StopRule::ALL {
        assert_eq!(stop(rule, then).unwrap().0, EventKind::Collected, "{rule}");
    }
}

#[test]
fn an_attempt_is_valid_only_by_the_rules() {
    let attempt = |before: &str, time: &str, words: &str| {
        let then = format!("{before}\n2026-01-07T{time}+00:00 Rápida P1 attempt_failed {words}");
        stop(StopRule::Attempt, &then).is_some()
    };
    let round = "2026-01-07T08:00+00:00 Rápida P1 out_for_delivery";
    assert!(attempt(round, "10:00", "reason=consignee_absent"));
    assert!(!attempt("", "10:00", "reason=consignee_absent"), "no round was scanned");
    assert!(!attempt(round, "19:00", "reason=consignee_absent"), "after hours");
    assert!(!attempt(round, "18:00", "reason=consignee_absent"), "closing time is after hours");
    assert!(!attempt(round, "10:00", ""), "no reason");
    assert!(!attempt(round, "10:00", "reason=insufficient_time"), "the courier's own reason");
    assert!(!attempt(round, "10:00", "reason=consignee_absent party=courier"), "the courier says it was its fault");
    assert!(attempt(round, "10:00", "reason=weather"), "not the courier's own");
    let failed = format!("{round}\n2026-01-07T09:00+00:00 Rápida P1 attempt_failed reason=breakdown");
    assert!(!attempt(&failed, "09:30", "reason=consignee_absent"), "a second scan of one attempt");
}

#[test]
fn a_contract_may_have_its_own_delivery_hours() {
    let then = "2026-01-07T08:00+00:00 Rápida P1 out_for_delivery
                2026-01-07T20:30+00:00 Rápida P1 attempt_failed reason=consignee_absent";
    let contract = Contract { stop: StopRule::Attempt, delivery_hours: vec![hours(9, 21)], ..two_days() };
    assert!(leg(&contract, &within_portugal(ACCEPTED, then)).stop.is_some());
}

#[test]
fn a_fake_attempt_that_is_corrected_later_fulfilled_nothing() {
    let contract = Contract { stop: StopRule::Attempt, ..two_days() };
    let told = "2026-01-08T08:00+00:00 Rápida P1 out_for_delivery
                2026-01-08T10:00+00:00 Rápida P1 attempt_failed reason=consignee_absent id=7
                2026-01-09T10:00+00:00 Rápida P1 delivered";
    assert_eq!(leg(&contract, &within_portugal(ACCEPTED, told)).class, LegClass::OnTime);
    let corrected = format!("{told}\n2026-01-12T10:00+00:00 Rápida P1 correction corrects=7");
    let clock = leg(&contract, &within_portugal(ACCEPTED, &corrected));
    assert_eq!((clock.class, wall(clock.stop.map(|(_, at)| at)).as_str()), (LegClass::Late, "Fri 9 Jan 10:00"));
}

#[test]
fn a_refusal_ends_the_leg_at_that_attempt() {
    let then = "2026-01-08T10:00+00:00 Rápida P1 attempt_failed reason=refused
                2026-01-12T10:00+00:00 Rápida P1 returning";
    for &rule in StopRule::ALL {
        assert_eq!(stop(rule, then), Some((EventKind::AttemptFailed, "Thu 8 Jan 10:00".into())), "{rule}");
    }
}

#[test]
fn a_parcel_that_nobody_fetched_was_fulfilled_when_it_was_ready() {
    for end in ["uncollected_expired", "returning"] {
        let story = format!(
            "{ACCEPTED} Rápida P1 accepted origin_country=PT destination_country=PT delivery_mode=locker
             2026-01-08T10:00+00:00 Rápida P1 ready_at_locker
             2026-01-16T10:00+00:00 Rápida P1 {end}"
        );
        let contract = Contract { stop: StopRule::Delivered, ..two_days() };
        let waiting: Vec<&str> = story.lines().take(2).collect();
        assert_eq!(leg(&contract, &waiting.join("\n")).class, LegClass::Late, "not collected yet");
        let clock = leg(&contract, &story);
        assert_eq!(clock.stop.map(|(kind, _)| kind), Some(EventKind::ReadyAtLocker), "{end}");
        assert_eq!(clock.class, LegClass::OnTime, "{end}");
    }
}

#[test]
fn a_return_fulfils_nothing_and_is_not_judged_itself() {
    let story = within_portugal(
        ACCEPTED,
        "2026-01-09T10:00+00:00 Rápida P1 returning
         2026-01-12T10:00+00:00 Rápida P1 delivered",
    );
    let clocks = legs(&terms(vec![two_days()]), &story, LONG_AFTER);
    assert_eq!((clocks[0].class, clocks[0].stop, clocks[0].is_late_open()), (LegClass::Late, None, true));
    assert_eq!(clocks[0].lateness_ms(), at("2026-01-09T10:00+00:00") - at("2026-01-08T18:00+00:00"));
    assert_eq!(clocks[1].unjudged, Some(Unjudged::Return));
    let in_time = within_portugal(ACCEPTED, "2026-01-07T10:00+00:00 Rápida P1 returning");
    let clock = leg(&two_days(), &in_time);
    assert_eq!((clock.class, clock.lateness_ms()), (LegClass::Late, 0), "turned back in time, and late all the same");
}

#[test]
fn an_event_that_arrives_a_month_late_is_read_as_if_it_had_come_in_time() {
    let late = within_portugal(ACCEPTED, "");
    assert_eq!(leg(&two_days(), &late).class, LegClass::Late);
    let told = within_portugal(ACCEPTED, "2026-01-08T17:00+00:00 Rápida P1 delivered received=2026-02-08T17:00+00:00");
    assert_eq!(leg(&two_days(), &told).class, LegClass::OnTime);
}

#[test]
fn fulfilled_before_the_clock_started_is_in_time() {
    let story = within_portugal("2026-01-02T17:40+00:00", "2026-01-03T11:00+00:00 Rápida P1 delivered");
    let clock = leg(&two_days(), &story);
    assert_eq!(clock.class, LegClass::OnTime);
    assert_eq!(clock.segments.len(), 1, "{:?}", clock.segments);
}
