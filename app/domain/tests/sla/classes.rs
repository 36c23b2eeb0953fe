//! Verdicts.

use domain::contract::{Allowance, Contract, PauseKind};
use domain::verdict::LegClass;

use crate::support::*;

const ACCEPTED: &str = "2026-01-05T09:00+00:00";

#[test]
fn a_leg_is_open_until_its_deadline_has_passed_whatever_happened_before() {
    let story = within_portugal(ACCEPTED, "2026-01-07T10:00+00:00 Rápida P1 delivered");
    let clock = |until| leg_until(&two_days(), &story, until);
    assert_eq!(clock("2026-01-08T18:00+00:00").class, LegClass::Open);
    assert_eq!(clock("2026-01-08T18:00+00:00").due, Some(at("2026-01-08T18:00+00:00")));
    assert_eq!(clock("2026-01-08T18:01+00:00").class, LegClass::OnTime);
    assert_eq!(clock("2026-01-08T18:01+00:00").due, None);
}

#[test]
fn silent_legs_are_late_from_the_deadline_on_and_their_hours_grow() {
    let clock = leg_until(&two_days(), &within_portugal(ACCEPTED, ""), "2026-01-08T19:30+00:00");
    assert_eq!((clock.class, clock.is_late_open(), clock.lateness_ms()), (LegClass::Late, true, 90 * 60_000));
}

#[test]
fn the_cohort_day_is_the_local_date_of_the_first_deadline() {
    let contract =
        Contract { pauses: [PauseKind::Customs].into(), ..allowing(Allowance::WorkingDays { days: 2, by: 1440 }) };
    let then = "2026-01-07T08:00+00:00 Rápida P1 customs_in\n2026-01-16T10:00+00:00 Rápida P1 customs_out";
    let clock = leg(&contract, &within_portugal(ACCEPTED, then));
    assert_eq!(clock.day(), Some("2026-01-08".parse::<chrono::NaiveDate>().unwrap().to_epoch_days()));
    assert!(clock.deadline > clock.first_deadline);
}

#[test]
fn the_shipper_may_cancel_before_the_deadline_or_while_the_clock_is_paused() {
    let contract = Contract { pauses: [PauseKind::Customs].into(), ..two_days() };
    let class = |then: &str| leg(&contract, &within_portugal(ACCEPTED, then)).class;
    assert_eq!(class("2026-01-08T18:00+00:00 Rápida P1 cancelled party=shipper"), LegClass::Cancelled);
    assert_eq!(class("2026-01-08T18:01+00:00 Rápida P1 cancelled party=shipper"), LegClass::Late);
    assert_eq!(class("2026-01-07T18:01+00:00 Rápida P1 cancelled party=courier"), LegClass::Late);
    let held = "2026-01-08T17:00+00:00 Rápida P1 customs_in\n2026-01-12T05:00+00:00 Rápida P1 cancelled party=shipper";
    assert_eq!(class(held), LegClass::Cancelled);
    let story = within_portugal(ACCEPTED, "2026-01-06T10:00+00:00 Rápida P1 cancelled party=shipper");
    assert_eq!(leg_until(&contract, &story, "2026-01-06T11:00+00:00").class, LegClass::Cancelled, "at once");
}

#[test]
fn a_stop_of_unknown_offset_is_ambiguous_only_where_the_verdict_depends_on_it() {
    // To Spain: 17:30 as UTC is 18:30 in Madrid, as Madrid's time it is 17:30.
    let story = |time: &str| {
        format!(
            "2026-01-05T09:00+01:00 Rápida P1 accepted origin_country=ES destination_country=ES
             2026-01-08T{time}+00:00 Rápida P1 delivered offset=unknown"
        )
    };
    let clock = |time| leg(&two_days(), &story(time));
    assert_eq!(clock("17:30").class, LegClass::Ambiguous);
    assert_eq!(clock("17:30").lateness_ms(), 0, "nobody is claimed to be late");
    assert_eq!(clock("17:00").class, LegClass::OnTime);
    assert_eq!(clock("18:30").class, LegClass::Late);
    let known = story("17:30").replace("offset=unknown", "");
    assert_eq!(leg(&two_days(), &known).class, LegClass::Late);
}

#[test]
fn a_start_of_unknown_offset_is_ambiguous_where_it_moves_the_deadline() {
    // 16:30 as UTC is after the cut-off in Madrid, as Madrid's time before it: deadline Friday or Thursday, 18:00.
    let story = |delivered: &str| {
        format!(
            "2026-01-05T16:30+00:00 Rápida P1 accepted origin_country=ES destination_country=ES offset=unknown
             2026-01-{delivered}+01:00 Rápida P1 delivered"
        )
    };
    let class = |delivered, until| leg_until(&two_days(), &story(delivered), until).class;
    assert_eq!(class("08T10:00", LONG_AFTER), LegClass::OnTime);
    assert_eq!(class("09T10:00", LONG_AFTER), LegClass::Ambiguous);
    assert_eq!(class("12T10:00", LONG_AFTER), LegClass::Late);
    let between = "2026-01-09T00:00+01:00";
    assert_eq!(class("12T10:00", between), LegClass::Open, "open while it is so in either reading");
    let clock = leg_until(&two_days(), &story("12T10:00"), between);
    assert_eq!(clock.due, Some(at("2026-01-09T18:00+01:00")));
}
