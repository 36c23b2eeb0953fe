//! The way from one courier to the next.

use domain::clock::{Cause, ClockState};
use domain::sla::LegClock;
use domain::verdict::LegClass;
use domain::vocabulary::{EventKind, Party};

use crate::support::*;

/// The giver's clock; its deadline is Thursday 8 January, 18:00.
fn giver(then: &str, until: &str) -> LegClock {
    leg_until(&two_days(), &within_portugal("2026-01-05T09:00+00:00", then), until)
}

const OUT: &str = "2026-01-08T16:00+00:00 Rápida P1 handed_over_out also=B/P2";

#[test]
fn within_the_tolerance_the_out_scan_fulfils_the_leg() {
    // Two open hours on Thursday, two on Friday.
    let clock = giver(&format!("{OUT}\n2026-01-09T10:00+00:00 B P2 handed_over_in"), LONG_AFTER);
    assert_eq!((clock.class, wall(clock.stop.map(|s| s.1)).as_str()), (LegClass::OnTime, "Thu 8 Jan 16:00"));
    assert_eq!(clock.segments.len(), 1, "{:?}", clock.segments);
}

#[test]
fn beyond_the_tolerance_the_in_scan_does_and_the_giver_answers_for_the_rest() {
    let clock = giver(&format!("{OUT}\n2026-01-09T15:00+00:00 B P2 handed_over_in"), LONG_AFTER);
    assert_eq!(clock.stop.map(|(kind, _)| kind), Some(EventKind::HandedOverIn));
    assert_eq!(wall(clock.deadline), "Fri 9 Jan 12:00", "four open hours later");
    assert_eq!(clock.class, LegClass::Late);
    assert_eq!(minutes(&clock), [(Party::Unknown, 18 * 60), (Party::Courier, 180)]);
    let gap: Vec<_> = clock.segments[1..].iter().map(|s| (s.state, s.cause, s.party, s.courier.as_str())).collect();
    assert_eq!(
        gap,
        [
            (ClockState::Paused, Cause::HandOff, Party::Unknown, ""),
            (ClockState::Running, Cause::HandOff, Party::Courier, "Rápida"),
        ]
    );
}

#[test]
fn a_countersigned_out_scan_ends_the_givers_part() {
    let out = format!("{OUT} countersigned=yes");
    let clock = giver(&format!("{out}\n2026-01-15T15:00+00:00 B P2 handed_over_in"), LONG_AFTER);
    assert_eq!((clock.class, wall(clock.stop.map(|s| s.1)).as_str()), (LegClass::OnTime, "Thu 8 Jan 16:00"));
}

#[test]
fn while_nobody_has_it_the_leg_waits_then_runs_then_is_late() {
    let class = |until| giver(OUT, until).class;
    assert_eq!(class("2026-01-08T18:00+00:00"), LegClass::Open);
    assert_eq!(class("2026-01-09T09:00+00:00"), LegClass::Paused);
    assert_eq!(class("2026-01-09T10:00+00:00"), LegClass::Paused, "tolerated for four open hours");
    assert_eq!(class("2026-01-09T11:00+00:00"), LegClass::Open, "the deadline has moved by these four hours");
    assert_eq!(class("2026-01-09T12:01+00:00"), LegClass::Late);
    assert_eq!(giver(OUT, "2026-01-08T17:00+00:00").due, Some(at("2026-01-08T18:00+00:00")));
    assert_eq!(giver(OUT, "2026-01-09T09:00+00:00").due, Some(at("2026-01-09T10:00+00:00")));
    assert_eq!(giver(OUT, "2026-01-09T11:00+00:00").due, Some(at("2026-01-09T12:00+00:00")));
    let raw = giver(OUT, "2026-01-09T09:00+00:00").raw_class;
    assert_eq!(raw, LegClass::Paused, "the tolerance is no excuse that anybody claims");
}

#[test]
fn tolerance_used_up_at_closing_time_lasts_until_the_next_opening() {
    let out = "2026-01-08T14:00+00:00 Rápida P1 handed_over_out also=B/P2";
    let in_time = giver(&format!("{out}\n2026-01-09T07:30+00:00 B P2 handed_over_in"), LONG_AFTER);
    assert_eq!(in_time.class, LegClass::OnTime);
    let too_late = giver(&format!("{out}\n2026-01-09T08:01+00:00 B P2 handed_over_in"), LONG_AFTER);
    assert_eq!(too_late.stop.map(|(kind, _)| kind), Some(EventKind::HandedOverIn));
}

#[test]
fn a_scan_by_the_next_courier_without_hand_over_ends_the_givers_part() {
    let clock = giver("2026-01-07T15:00+00:00 B P1 arrived_hub", LONG_AFTER);
    assert_eq!((clock.class, wall(clock.stop.map(|s| s.1)).as_str()), (LegClass::OnTime, "Wed 7 Jan 15:00"));
}

#[test]
fn each_courier_has_a_clock_of_its_own() {
    let mut other = two_days();
    other.name = "b".into();
    other.selector.courier = "B".into();
    let story = within_portugal(
        "2026-01-05T09:00+00:00",
        "2026-01-07T15:00+00:00 Rápida P1 handed_over_out also=B/P2
         2026-01-07T17:30+00:00 B P2 handed_over_in
         2026-01-12T19:00+00:00 B P2 delivered",
    );
    let clocks = legs(&terms(vec![two_days(), other]), &story, LONG_AFTER);
    assert_eq!(clocks.iter().map(|clock| clock.class).collect::<Vec<_>>(), [LegClass::OnTime, LegClass::Late]);
    // Taken over on Wednesday after the cut-off: from Thursday.
    assert_eq!(
        (wall(clocks[1].started), wall(clocks[1].deadline)),
        ("Thu 8 Jan 08:00".into(), "Mon 12 Jan 18:00".into())
    );
}
