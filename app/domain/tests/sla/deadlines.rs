//! Starts and deadlines.

use domain::calendar::{Calendar, DatedHours};
use domain::clock::{Cause, ClockState};
use domain::contract::{Allowance, Contract, StartRule};
use domain::sla::Unjudged;
use domain::terms::Terms;
use domain::verdict::LegClass;
use domain::vocabulary::Party;

use crate::support::*;

#[test]
fn the_worked_example_holds_to_the_minute() {
    let story = within_portugal("2026-01-02T17:40+00:00", "2026-01-08T18:20+00:00 Rápida P1 delivered");
    let clock = leg(&two_days(), &story);
    assert_eq!(wall(clock.started), "Mon 5 Jan 08:00");
    assert_eq!(clock.start_cause, Some(Cause::AfterCutOff));
    assert_eq!(wall(clock.first_deadline), "Thu 8 Jan 18:00");
    assert_eq!(clock.deadline, clock.first_deadline);
    assert_eq!((clock.class, clock.raw_class, clock.claimed_class), (LegClass::Late, LegClass::Late, LegClass::Late));
    assert_eq!(minutes(&clock), [(Party::Courier, 20)]);
    let parts: Vec<_> = clock.segments.iter().map(|s| (s.state, s.cause, s.party, s.duration_ms() / 60_000)).collect();
    assert_eq!(
        parts,
        [
            (ClockState::Paused, Cause::AfterCutOff, Party::Shipper, 62 * 60 + 20),
            (ClockState::Running, Cause::Transport, Party::Courier, 82 * 60 + 20),
        ]
    );
}

#[test]
fn a_clock_starts_when_the_calendar_lets_it() {
    for (accepted, started, cause) in [
        ("2026-01-05T08:00+00:00", "Mon 5 Jan 08:00", None),
        ("2026-01-05T17:00+00:00", "Mon 5 Jan 17:00", None),
        ("2026-01-05T17:01+00:00", "Wed 7 Jan 08:00", Some(Cause::AfterCutOff)),
        ("2026-01-05T07:00+00:00", "Mon 5 Jan 08:00", Some(Cause::CalendarClosed)),
        ("2026-01-06T12:00+00:00", "Wed 7 Jan 08:00", Some(Cause::CalendarClosed)),
        ("2026-01-10T20:00+00:00", "Mon 12 Jan 08:00", Some(Cause::CalendarClosed)),
    ] {
        let clock = leg(&two_days(), &within_portugal(accepted, ""));
        assert_eq!((wall(clock.started).as_str(), clock.start_cause), (started, cause), "{accepted}");
    }
}

#[test]
fn a_contract_may_have_its_own_cut_off_or_start_at_once() {
    let story = within_portugal("2026-01-02T17:40+00:00", "");
    let own = Contract { cut_off: Some(17 * 60 + 45), ..two_days() };
    assert_eq!(wall(leg(&own, &story).started), "Fri 2 Jan 17:40");
    let at_once = Contract { start: StartRule::AtOnce, ..two_days() };
    let clock = leg(&at_once, &within_portugal("2026-01-03T23:00+00:00", ""));
    assert_eq!(wall(clock.started), "Sat 3 Jan 23:00");
    assert_eq!(wall(clock.first_deadline), "Wed 7 Jan 18:00");
}

#[test]
fn the_start_goes_by_the_origin_and_the_deadline_by_the_destination() {
    // 17:30 in Madrid is 16:30 in Lisbon: in time there.
    let story = "2026-01-07T17:30+01:00 Rápida P1 accepted origin_country=PT destination_country=ES";
    let clock = leg(&two_days(), story);
    assert_eq!(wall(clock.started), "Wed 7 Jan 16:30");
    assert_eq!(clock.first_deadline.unwrap().at, at("2026-01-09T18:00+01:00"));
    let scanned_in_spain = format!("{story} country=ES");
    assert_eq!(leg(&two_days(), &scanned_in_spain).start_cause, Some(Cause::AfterCutOff));
}

#[test]
fn deadlines_on_the_days_on_which_clocks_are_changed() {
    let calendar = |day: usize| {
        let mut calendar = portugal();
        calendar.week[day] = vec![hours(0, 24)];
        calendar
    };
    // In Lisbon the clock goes from 01:00 to 02:00 on 29 March, and from 02:00 to 01:00 on 25 October.
    for (accepted, by, deadline) in [
        ("2026-03-27T10:00+00:00", 90, "2026-03-29T01:00+00:00"),
        ("2026-03-27T10:00+00:00", 180, "2026-03-29T03:00+01:00"),
        ("2026-10-23T10:00+01:00", 90, "2026-10-25T01:30+00:00"),
        ("2026-10-23T10:00+01:00", 30, "2026-10-25T00:30+01:00"),
        ("2026-10-23T10:00+01:00", 180, "2026-10-25T03:00+00:00"),
    ] {
        let contract = allowing(Allowance::WorkingDays { days: 1, by });
        let terms = Terms::new(vec![contract], vec![calendar(6)]).unwrap();
        let clock = legs(&terms, &within_portugal(accepted, ""), LONG_AFTER).swap_remove(0);
        assert_eq!(clock.first_deadline.unwrap().at, at(deadline), "{accepted} by {by}");
    }
}

#[test]
fn deadlines_across_the_year_leap_days_and_long_closures() {
    let mut calendar = portugal();
    calendar.days.extend(["2025-12-25", "2026-01-01"].map(closed));
    for day in 10..24 {
        calendar.days.push(closed(&format!("2026-08-{day}")));
    }
    let saturday = DatedHours { hours: vec![hours(9, 13)], ..closed("2026-06-13") };
    calendar.days.push(saturday);
    let terms = Terms::new(vec![two_days()], vec![calendar]).unwrap();
    for (accepted, deadline) in [
        ("2025-12-30T10:00+00:00", "Fri 2 Jan 18:00"),
        ("2025-12-31T17:30+00:00", "Wed 7 Jan 18:00"),
        ("2028-02-28T10:00+00:00", "Wed 1 Mar 18:00"),
        ("2028-02-25T10:00+00:00", "Tue 29 Feb 18:00"),
        ("2026-08-07T10:00+01:00", "Tue 25 Aug 18:00"),
        ("2026-08-12T10:00+01:00", "Wed 26 Aug 18:00"),
        ("2026-06-11T10:00+01:00", "Sat 13 Jun 18:00"),
    ] {
        let clock = legs(&terms, &within_portugal(accepted, ""), "2026-01-01T00:00+00:00").swap_remove(0);
        assert_eq!(wall(clock.first_deadline), deadline, "{accepted}");
    }
}

#[test]
fn hours_are_counted_by_the_clock_or_by_opening_times() {
    let story = within_portugal("2026-01-05T16:00+00:00", "");
    let deadline = |allowance| wall(leg(&allowing(allowance), &story).first_deadline);
    assert_eq!(deadline(Allowance::ClockHours { hours: 24 }), "Tue 6 Jan 16:00");
    assert_eq!(deadline(Allowance::OpenHours { hours: 2 }), "Mon 5 Jan 18:00");
    assert_eq!(deadline(Allowance::OpenHours { hours: 3 }), "Wed 7 Jan 09:00");
    assert_eq!(deadline(Allowance::WorkingDays { days: 0, by: 22 * 60 }), "Mon 5 Jan 22:00");
    assert_eq!(deadline(Allowance::WorkingDays { days: 1, by: 24 * 60 }), "Wed 7 Jan 23:59");
}

#[test]
fn a_promise_contract_takes_the_promise_and_knows_early() {
    let story = |delivered: &str| {
        format!(
            "2026-01-07T09:00+00:00 Rápida P1 accepted destination_country=PT promise=between:2026-01-08T13:00+00:00..2026-01-08T15:00+00:00
             2026-01-08T{delivered}+00:00 Rápida P1 delivered"
        )
    };
    let class = |delivered| leg(&allowing(Allowance::Promise), &story(delivered)).class;
    assert_eq!(
        ["12:59", "13:00", "15:00", "15:01"].map(class),
        [LegClass::Early, LegClass::OnTime, LegClass::OnTime, LegClass::Late]
    );
    let without = leg(&allowing(Allowance::Promise), &within_portugal("2026-01-07T09:00+00:00", ""));
    assert_eq!((without.class, without.unjudged), (LegClass::NoContract, Some(Unjudged::NoPromise)));
}

#[test]
fn a_clock_is_judged_by_the_version_in_force_when_it_started() {
    let change = "2026-01-05".parse().unwrap();
    let first = Contract { until: Some(change), ..two_days() };
    let second = Contract {
        version: 2,
        from: change,
        allowance: Allowance::WorkingDays { days: 3, by: 12 * 60 },
        back_dated: Some("signed late".into()),
        ..two_days()
    };
    let terms = terms(vec![second, first]);
    for (accepted, version, deadline) in [
        ("2026-01-02T16:00+00:00", 1, "Wed 7 Jan 18:00"),
        // Taken over on Friday after the cut-off: the clock starts on Monday, when the second version holds.
        ("2026-01-02T17:40+00:00", 2, "Fri 9 Jan 12:00"),
        ("2026-01-05T09:00+00:00", 2, "Fri 9 Jan 12:00"),
    ] {
        let clock = legs(&terms, &within_portugal(accepted, ""), LONG_AFTER).swap_remove(0);
        let judged = clock.version.clone().unwrap();
        assert_eq!((judged.version, judged.is_back_dated), (version, version == 2), "{accepted}");
        assert_eq!(wall(clock.first_deadline), deadline, "{accepted}");
    }
}

#[test]
fn the_most_specific_contract_judges() {
    let named = |name: &str, service: &str, destination: &str| {
        let mut contract = Contract { name: name.into(), ..two_days() };
        contract.selector.service = service.into();
        contract.selector.destination = destination.into();
        contract
    };
    let terms = terms(vec![named("any", "", ""), named("to-portugal", "", "PT"), named("express", "express", "PT")]);
    let judged = |words: &str| {
        let story = format!("2026-01-05T09:00+00:00 Rápida P1 accepted origin_country=PT {words}");
        legs(&terms, &story, LONG_AFTER).swap_remove(0).version.unwrap().contract
    };
    assert_eq!(judged("destination_country=ES"), "any");
    assert_eq!(judged("destination_country=PT"), "to-portugal");
    assert_eq!(judged("destination_country=PT service=express"), "express");
    let other = "2026-01-05T09:00+00:00 Lenta P1 accepted destination_country=PT";
    assert_eq!(legs(&terms, other, LONG_AFTER)[0].unjudged, Some(Unjudged::NoContract));
}

#[test]
fn without_a_calendar_nothing_is_judged() {
    let nowhere = "2026-01-05T09:00+00:00 Rápida P1 accepted origin_country=PT destination_country=FR";
    let clock = leg(&two_days(), nowhere);
    assert_eq!((clock.class, clock.unjudged), (LegClass::NoContract, Some(Unjudged::NoCalendar("FR".into()))));
    let named = Contract { destination_calendar: "es".into(), ..two_days() };
    assert_eq!(leg(&named, nowhere).first_deadline.unwrap().at, at("2026-01-08T18:00+01:00"));

    let never = Calendar { week: Default::default(), ..portugal() };
    let terms = Terms::new(vec![two_days()], vec![never]).unwrap();
    let clock = legs(&terms, &within_portugal("2026-01-05T09:00+00:00", ""), LONG_AFTER).swap_remove(0);
    assert_eq!(clock.unjudged, Some(Unjudged::CalendarEnded("pt".into())));
}
