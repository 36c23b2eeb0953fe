//! Small stories and what they add up to.

#![allow(clippy::unwrap_used, reason = "a test that finds nothing has failed")]

use domain::attempt::Outcome;
use domain::clock::{Cause, ClockState, segments};
use domain::event::Moment;
use domain::identity::partition;
use domain::leg::LegEnd;
use domain::parcel::{Parcel, Status};
use domain::story::events;
use domain::timeline::Timeline;
use domain::verdict::Class;
use domain::vocabulary::{DeliveryMode, Reason};

fn timeline(story: &str) -> Timeline {
    Timeline::new(events(story))
}

fn parcel(story: &str) -> Parcel {
    Parcel::fold(&timeline(story)).unwrap()
}

/// Long after every story.
fn later() -> i64 {
    events("2027-01-01T00:00+00:00 x x accepted")[0].at
}

#[test]
fn a_scan_by_another_courier_without_hand_over_opens_an_inferred_leg() {
    let parcel = parcel(
        "2026-01-01T10:00+00:00 A N accepted
         2026-01-02T10:00+00:00 B N arrived_hub
         2026-01-03T10:00+00:00 B N delivered",
    );
    let legs: Vec<(&str, bool, Option<LegEnd>)> =
        parcel.legs.iter().map(|leg| (leg.courier.as_str(), leg.inferred, leg.ended_by)).collect();
    assert_eq!(legs, [("A", false, Some(LegEnd::HandOver)), ("B", true, Some(LegEnd::Stop))]);
    assert_eq!(parcel.legs[0].end, Some(parcel.legs[1].start));
}

#[test]
fn a_late_scan_by_the_courier_that_handed_over_is_no_new_leg() {
    let parcel = parcel(
        "2026-01-01T10:00+00:00 A N accepted
         2026-01-02T10:00+00:00 A N handed_over_out
         2026-01-02T11:00+00:00 A N departed_hub
         2026-01-03T10:00+00:00 B N handed_over_in",
    );
    assert_eq!(parcel.legs.len(), 2);
    assert_eq!(parcel.courier, "B");
}

#[test]
fn the_hand_off_gap_is_nobodys_custody() {
    let timeline = timeline(
        "2026-01-01T10:00+00:00 A N accepted
         2026-01-02T10:00+00:00 A N handed_over_out
         2026-01-03T10:00+00:00 B N handed_over_in
         2026-01-04T10:00+00:00 B N delivered",
    );
    let parcel = Parcel::fold(&timeline).unwrap();
    let parts = segments(timeline.valid(), parcel.stop, parcel.last);
    let causes: Vec<(Cause, &str)> = parts.iter().map(|part| (part.cause, part.courier.as_str())).collect();
    assert_eq!(causes, [(Cause::Transport, "A"), (Cause::HandOff, ""), (Cause::Transport, "B")]);
    let leg = &parcel.legs[1];
    let clock = leg.clock(&parts, parcel.last);
    assert_eq!(clock.len(), 1);
    assert_eq!((clock[0].from, clock[0].to), (leg.start, leg.end.unwrap()));
}

#[test]
fn waiting_for_collection_after_the_stop_does_not_count() {
    let timeline = timeline(
        "2026-01-01T10:00+00:00 A N accepted delivery_mode=locker
         2026-01-02T10:00+00:00 A N ready_at_locker
         2026-01-04T10:00+00:00 A N collected",
    );
    let parcel = Parcel::fold(&timeline).unwrap();
    let parts = segments(timeline.valid(), parcel.stop, parcel.last);
    let states: Vec<(ClockState, Cause)> = parts.iter().map(|part| (part.state, part.cause)).collect();
    assert_eq!(states, [(ClockState::Running, Cause::Transport), (ClockState::Stopped, Cause::WaitingForCollection)]);
}

#[test]
fn a_return_is_a_leg_of_its_own_and_delivery_to_the_sender_no_delivery() {
    let parcel = parcel(
        "2026-01-01T10:00+00:00 A N accepted
         2026-01-02T10:00+00:00 A N attempt_failed reason=wrong_address
         2026-01-03T10:00+00:00 A N returning
         2026-01-05T10:00+00:00 A N delivered",
    );
    assert_eq!((parcel.status, parcel.stop), (Status::Returned, None));
    let ways: Vec<bool> = parcel.legs.iter().map(|leg| leg.is_return).collect();
    assert_eq!(ways, [false, true]);
}

#[test]
fn a_refusal_stops_the_clock_and_is_a_failed_attempt() {
    let parcel = parcel(
        "2026-01-01T10:00+00:00 A N accepted promise=on:2026-01-02
         2026-01-02T10:00+00:00 A N attempt_failed reason=refused
         2026-01-05T10:00+00:00 A N returning",
    );
    assert_eq!(parcel.class(later()), Class::OnTime);
    assert!(matches!(parcel.attempts[0].outcome, Outcome::Failed { reason: Some(Reason::Refused), .. }));
}

#[test]
fn without_a_scanned_round_the_local_day_separates_attempts() {
    let failed = |times: &[&str]| {
        let story: String = times.iter().map(|time| format!("{time}+01:00 A N attempt_failed\n")).collect();
        parcel(&story).attempts.len()
    };
    assert_eq!(failed(&["2026-01-02T10:00", "2026-01-02T23:30"]), 1);
    assert_eq!(failed(&["2026-01-02T10:00", "2026-01-03T00:30"]), 2);
}

#[test]
fn a_scan_at_the_depot_the_next_morning_is_the_same_attempt() {
    let parcel = parcel(
        "2026-01-02T08:00+01:00 A N out_for_delivery
         2026-01-02T17:55+01:00 A N attempt_failed reason=consignee_absent
         2026-01-03T07:10+01:00 A N attempt_failed reason=consignee_absent
         2026-01-03T08:00+01:00 A N out_for_delivery
         2026-01-03T12:00+01:00 A N attempt_failed reason=consignee_absent",
    );
    assert_eq!(parcel.attempts.len(), 2);
}

#[test]
fn the_courier_that_diverts_has_failed_its_attempt() {
    let parcel = parcel(
        "2026-01-01T10:00+00:00 A N accepted delivery_mode=door
         2026-01-02T10:00+00:00 A N ready_at_shop
         2026-01-03T10:00+00:00 A N collected",
    );
    assert_eq!(parcel.diverted, Some(DeliveryMode::Shop));
    assert_eq!(parcel.attempts.len(), 1);
    assert!(matches!(parcel.attempts[0].outcome, Outcome::Failed { reason: Some(Reason::Diverted), .. }));
}

#[test]
fn a_withdrawn_event_counts_for_nothing() {
    let parcel = parcel(
        "2026-01-01T10:00+00:00 A N accepted
         2026-01-02T10:00+00:00 A N delivered id=7
         2026-01-02T12:00+00:00 A N correction corrects=7",
    );
    assert_eq!((parcel.status, parcel.stop), (Status::InTransit, None));
}

#[test]
fn a_cancellation_excuses_only_when_the_shipper_made_it_in_time() {
    let class = |cancelled: &str| {
        parcel(&format!("2026-01-01T10:00+00:00 A N announced promise=on:2026-01-03\n{cancelled}")).class(later())
    };
    assert_eq!(class("2026-01-02T10:00+00:00 A N cancelled party=shipper"), Class::Cancelled);
    assert_eq!(class("2026-01-02T10:00+00:00 A N cancelled party=courier"), Class::Late);
    assert_eq!(class("2026-01-02T10:00+00:00 A N cancelled"), Class::Late);
    assert_eq!(class("2026-01-04T10:00+00:00 A N cancelled party=shipper"), Class::Late);
}

#[test]
fn a_promise_made_after_its_deadline_or_after_the_stop_is_none() {
    let promise = |story: &str| parcel(story).promise;
    assert_eq!(promise("2026-01-05T10:00+00:00 A N accepted promise=on:2026-01-03"), None);
    let after_the_stop = "2026-01-02T10:00+00:00 A N delivered
                          2026-01-03T10:00+00:00 A N announced promise=on:2026-01-09";
    assert_eq!(promise(after_the_stop), None);
}

#[test]
fn the_cohort_day_is_the_local_date_of_the_deadline() {
    let madrid = parcel("2026-01-01T10:00+01:00 A N accepted promise=by:2026-01-04T00:30+01:00");
    let lisbon = parcel("2026-01-01T10:00+00:00 A N accepted promise=by:2026-01-03T23:30+00:00");
    assert_eq!(madrid.promise.unwrap().latest, lisbon.promise.unwrap().latest);
    assert_eq!(madrid.day(), lisbon.day() + 1);
}

#[test]
fn a_number_may_be_used_again_after_90_days_but_not_by_a_mere_scan() {
    let parts = |kind: &str, day: &str| {
        partition(events(&format!("2026-01-01T10:00+00:00 A N accepted\n{day}T10:00+00:00 A N {kind}"))).len()
    };
    assert_eq!(parts("accepted", "2026-04-01"), 1, "90 days");
    assert_eq!(parts("accepted", "2026-04-02"), 2, "91 days");
    assert_eq!(parts("delivered", "2026-04-02"), 1);
}

#[test]
fn a_reference_joins_the_numbers_of_several_couriers() {
    let story = "2026-01-01T10:00+00:00 A N1 accepted shipper=S reference=R
                 2026-01-09T10:00+00:00 B N2 accepted shipper=S reference=R
                 2026-01-09T10:00+00:00 B N3 accepted shipper=S reference=other";
    assert_eq!(partition(events(story)).len(), 2);
}

#[test]
fn of_two_reports_the_one_received_first_stays() {
    let timeline = timeline(
        "2026-01-01T10:00+00:00 A N accepted received=2026-01-03T00:00+00:00
         2026-01-01T10:00+00:00 A N accepted received=2026-01-02T00:00+00:00",
    );
    let received: Vec<i64> = timeline.events().iter().map(|event| event.received).collect();
    assert_eq!(received, [events("2026-01-02T00:00+00:00 x x accepted")[0].at]);
}

#[test]
fn segments_reach_to_the_end_even_while_the_parcel_is_under_way() {
    let timeline = timeline("2026-01-01T10:00+00:00 A N announced\n2026-01-02T10:00+00:00 A N accepted");
    let end = Moment { at: later(), offset_minutes: 0 };
    let parts = segments(timeline.valid(), None, end);
    let sum: i64 = parts.iter().map(|part| part.duration_ms()).sum();
    assert_eq!(sum, end.at - timeline.events()[0].at);
    assert_eq!(parts[0].cause, Cause::BeforeAcceptance);
}

#[test]
fn a_later_report_adds_what_the_first_did_not_say() {
    let day_one = "2026-01-01T10:00+00:00 A N accepted received=2026-01-01T20:00+00:00";
    let day_two = "2026-01-01T10:00+00:00 A N accepted received=2026-01-02T20:00+00:00 promise=on:2026-01-03 also=B/M";
    let day_three = "2026-01-01T10:00+00:00 A N accepted received=2026-01-03T20:00+00:00 promise=on:2026-01-09";
    let promise = events(day_two)[0].statement.as_ref().unwrap().promise;
    for order in [[day_one, day_two, day_three], [day_three, day_one, day_two], [day_two, day_three, day_one]] {
        let mut known = Vec::new();
        for report in order {
            known = Timeline::new([known, events(report)].concat()).into_reports();
        }
        let timeline = Timeline::new(known);
        assert_eq!((timeline.events().len(), timeline.reports().len()), (1, 2), "the third day adds nothing");
        let parcel = Parcel::fold(&timeline).unwrap();
        assert_eq!(parcel.promise, promise);
        assert_eq!(parcel.numbers.len(), 2);
    }
}

#[test]
fn of_one_instant_what_comes_first_in_a_parcels_life_comes_first() {
    let parcel = parcel(
        "2026-01-02T14:05+00:00 A N returning
         2026-01-02T14:05+00:00 A N attempt_failed reason=refused
         2026-01-02T14:05+00:00 A N accepted promise=on:2026-01-03",
    );
    assert_eq!(parcel.class(later()), Class::OnTime);
    assert_eq!(parcel.status, Status::Returning);
}

#[test]
fn an_out_scan_after_the_next_couriers_in_scan_opens_no_leg() {
    let parcel = parcel(
        "2026-01-01T10:00+00:00 A N accepted
         2026-01-01T12:00+00:00 B N handed_over_in
         2026-01-01T12:05+00:00 A N handed_over_out
         2026-01-02T10:00+00:00 B N delivered",
    );
    let legs: Vec<(&str, i64)> =
        parcel.legs.iter().map(|leg| (leg.courier.as_str(), leg.end.unwrap().at - leg.start.at)).collect();
    assert_eq!(legs, [("A", 2 * 3_600_000), ("B", 22 * 3_600_000)]);
}

#[test]
fn a_correction_that_is_withdrawn_itself_withdraws_nothing() {
    let parcel = parcel(
        "2026-01-01T10:00+00:00 A N delivered id=1
         2026-01-01T11:00+00:00 A N correction id=2 corrects=1
         2026-01-01T12:00+00:00 A N correction id=3 corrects=2",
    );
    assert_eq!(parcel.status, Status::Delivered);
}

#[test]
fn a_parcel_of_which_everything_was_withdrawn_is_none() {
    let timeline = timeline(
        "2026-01-01T10:00+00:00 A N delivered id=1
         2026-01-01T11:00+00:00 A N correction corrects=1",
    );
    assert_eq!(Parcel::fold(&timeline), None);
}

#[test]
fn a_wish_does_not_work_backwards() {
    let parcel = parcel(
        "2026-01-01T10:00+00:00 A N accepted promise=on:2026-01-02 delivery_mode=locker
         2026-01-02T10:00+00:00 A N ready_at_locker
         2026-01-03T10:00+00:00 A N rescheduled party=consignee delivery_mode=door",
    );
    assert_eq!((parcel.class(later()), parcel.diverted), (Class::OnTime, None));
}
