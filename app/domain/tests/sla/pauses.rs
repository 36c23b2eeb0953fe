//! What excuses a leg, and for how long.

use std::collections::BTreeSet;

use domain::clock::{Cause, ClockState};
use domain::contract::{Allowance, Contract, PauseKind, StopRule};
use domain::sla::LegClock;
use domain::verdict::LegClass;
use domain::vocabulary::Party;

use crate::support::*;

fn excusing(kinds: &[PauseKind]) -> Contract {
    Contract { pauses: kinds.iter().copied().collect::<BTreeSet<_>>(), ..two_days() }
}

/// Accepted on Monday 5 January 09:00; first deadline Thursday 8 January 18:00.
fn story(then: &str) -> String {
    within_portugal("2026-01-05T09:00+00:00", then)
}

fn excused(kind: PauseKind, then: &str) -> LegClock {
    leg(&excusing(&[kind]), &story(then))
}

/// The paused stretches after the start.
fn paused(clock: &LegClock) -> Vec<(String, String, Cause, Party)> {
    let paused = clock.segments.iter().filter(|part| part.state == ClockState::Paused);
    paused.map(|part| (wall(Some(part.from)), wall(Some(part.to)), part.cause, part.party)).collect()
}

fn stretch(from: &str, to: &str, cause: Cause, party: Party) -> (String, String, Cause, Party) {
    (from.into(), to.into(), cause, party)
}

#[test]
fn customs_pause_from_the_presentation_to_the_release_and_the_reason_says_who_answers() {
    let then = "2026-01-06T08:00+00:00 Rápida P1 customs_held reason=customs_documents
                2026-01-07T08:00+00:00 Rápida P1 customs_in
                2026-01-07T10:00+00:00 Rápida P1 customs_held reason=duties_unpaid
                2026-01-07T11:00+00:00 Rápida P1 customs_held
                2026-01-08T09:00+00:00 Rápida P1 customs_out
                2026-01-09T17:00+00:00 Rápida P1 delivered";
    let clock = excused(PauseKind::Customs, then);
    assert_eq!(
        paused(&clock),
        [
            stretch("Wed 7 Jan 08:00", "Wed 7 Jan 10:00", Cause::Customs, Party::Customs),
            stretch("Wed 7 Jan 10:00", "Thu 8 Jan 09:00", Cause::Customs, Party::Consignee),
        ]
    );
    // 2 h and 8 h + 1 h open: Thursday 18:00 becomes Monday 09:00.
    assert_eq!((wall(clock.deadline), clock.class), ("Mon 12 Jan 09:00".into(), LegClass::OnTime));
    assert_eq!((clock.raw_class, clock.claimed_class), (LegClass::Late, LegClass::OnTime));
    assert_eq!(wall(clock.first_deadline), "Thu 8 Jan 18:00");
    // 23 h late by the first deadline: two open hours of customs reach Friday 10:00, the rest is the consignee's.
    assert_eq!(minutes(&clock), [(Party::Consignee, 7 * 60), (Party::Customs, 16 * 60)]);
    assert_eq!(excused(PauseKind::ForceMajeure, then).class, LegClass::Late, "a pause that the contract does not know");
}

#[test]
fn any_other_scan_ends_the_time_with_customs() {
    let then = "2026-01-07T08:00+00:00 Rápida P1 customs_in reason=shipper_data
                2026-01-07T11:00+00:00 Rápida P1 departed_hub";
    let clock = excused(PauseKind::Customs, then);
    assert_eq!(paused(&clock), [stretch("Wed 7 Jan 08:00", "Wed 7 Jan 11:00", Cause::Customs, Party::Shipper)]);
}

#[test]
fn a_wish_pauses_until_the_wished_time_begins() {
    for (wish, until) in [
        ("promise=between:2026-01-12T14:00+00:00..2026-01-12T16:00+00:00", "Mon 12 Jan 14:00"),
        ("promise=on:2026-01-12", "Mon 12 Jan 08:00"),
        ("promise=by:2026-01-12T12:00+00:00", "Mon 12 Jan 08:00"),
        ("", "Tue 13 Jan 09:00"),
    ] {
        let then = format!(
            "2026-01-07T10:00+00:00 Rápida P1 rescheduled party=consignee {wish}
             2026-01-13T09:00+00:00 Rápida P1 out_for_delivery"
        );
        let expected = [stretch("Wed 7 Jan 10:00", until, Cause::ConsigneeWish, Party::Consignee)];
        assert_eq!(paused(&excused(PauseKind::ConsigneeWish, &then)), expected, "{wish}");
    }
}

#[test]
fn an_attempt_a_stop_or_another_wish_ends_a_wish() {
    let wish = "2026-01-07T10:00+00:00 Rápida P1 rescheduled party=consignee promise=on:2026-01-14";
    for (then, until) in [
        ("2026-01-09T10:00+00:00 Rápida P1 attempt_failed reason=consignee_absent", "Fri 9 Jan 10:00"),
        ("2026-01-09T11:00+00:00 Rápida P1 delivered", "Fri 9 Jan 11:00"),
        ("2026-01-08T11:00+00:00 Rápida P1 rescheduled party=consignee promise=on:2026-01-09", "Fri 9 Jan 08:00"),
        ("2026-01-08T11:00+00:00 Rápida P1 arrived_hub", "Wed 14 Jan 08:00"),
    ] {
        let clock = excused(PauseKind::ConsigneeWish, &format!("{wish}\n{then}"));
        assert_eq!(paused(&clock).last().unwrap().1, until, "{then}");
    }
}

#[test]
fn where_the_promise_is_the_allowance_a_wish_has_moved_it_already() {
    let contract = Contract { allowance: Allowance::Promise, ..excusing(&[PauseKind::ConsigneeWish]) };
    let then = "2026-01-05T10:00+00:00 Rápida P1 announced promise=on:2026-01-08
                2026-01-07T10:00+00:00 Rápida P1 rescheduled party=consignee promise=on:2026-01-12";
    let clock = leg(&contract, &story(then));
    assert_eq!(
        (wall(clock.first_deadline), wall(clock.deadline)),
        ("Mon 12 Jan 23:59".into(), "Mon 12 Jan 23:59".into())
    );
}

#[test]
fn a_wrong_address_pauses_until_the_next_scan_unless_the_courier_read_it_wrong() {
    let then = |words: &str| {
        format!(
            "2026-01-07T10:00+00:00 Rápida P1 attempt_failed reason=wrong_address {words}
             2026-01-08T10:00+00:00 Rápida P1 out_for_delivery"
        )
    };
    let expected = [stretch("Wed 7 Jan 10:00", "Thu 8 Jan 10:00", Cause::AddressCorrection, Party::Shipper)];
    assert_eq!(paused(&excused(PauseKind::AddressCorrection, &then(""))), expected);
    assert_eq!(paused(&excused(PauseKind::AddressCorrection, &then("party=courier"))), []);
}

#[test]
fn force_majeure_pauses_until_the_next_scan() {
    let then = "2026-01-07T10:00+00:00 Rápida P1 delayed reason=weather
                2026-01-07T15:00+00:00 Rápida P1 estimate
                2026-01-08T10:00+00:00 Rápida P1 departed_hub";
    let expected = [stretch("Wed 7 Jan 10:00", "Thu 8 Jan 10:00", Cause::ForceMajeure, Party::ForceMajeure)];
    assert_eq!(paused(&excused(PauseKind::ForceMajeure, then)), expected);
}

#[test]
fn waiting_for_collection_pauses_where_the_deposit_does_not_stop_the_clock() {
    let then = "2026-01-07T10:00+00:00 Rápida P1 ready_at_shop facility=Kiosk
                2026-01-07T18:00+00:00 Rápida P1 ready_at_shop facility=Kiosk
                2026-01-09T10:00+00:00 Rápida P1 collected";
    let expected = [stretch("Wed 7 Jan 10:00", "Fri 9 Jan 10:00", Cause::WaitingForCollection, Party::Consignee)];
    assert_eq!(paused(&excused(PauseKind::WaitingForCollection, then)), expected, "a shop that nobody asked for");
    let planned = story(then).replace("delivery_mode=door", "delivery_mode=shop");
    let contract = excusing(&[PauseKind::WaitingForCollection]);
    assert_eq!(paused(&leg(&contract, &planned)), [], "there it stops");
    let until_delivered = Contract { stop: StopRule::Delivered, ..contract };
    assert_eq!(paused(&leg(&until_delivered, &planned)), expected);
}

#[test]
fn overlapping_pauses_are_one_and_the_first_names_it() {
    let then = "2026-01-07T10:00+00:00 Rápida P1 customs_in
                2026-01-07T14:00+00:00 Rápida P1 rescheduled party=consignee promise=on:2026-01-09
                2026-01-08T09:00+00:00 Rápida P1 customs_out
                2026-01-12T10:00+00:00 Rápida P1 delivered";
    let clock = leg(&excusing(&[PauseKind::Customs, PauseKind::ConsigneeWish]), &story(then));
    assert_eq!(paused(&clock), [stretch("Wed 7 Jan 10:00", "Fri 9 Jan 08:00", Cause::Customs, Party::Customs)]);
    assert_eq!(wall(clock.deadline), "Mon 12 Jan 16:00", "18 open hours after Thursday 18:00");
}

#[test]
fn a_pause_that_begins_on_a_holiday_counts_from_the_next_opening() {
    let then = "2026-01-06T11:00+00:00 Rápida P1 customs_in
                2026-01-07T09:00+00:00 Rápida P1 customs_out";
    let clock = excused(PauseKind::Customs, then);
    assert_eq!(paused(&clock), [stretch("Tue 6 Jan 11:00", "Wed 7 Jan 09:00", Cause::Customs, Party::Customs)]);
    assert_eq!(wall(clock.deadline), "Fri 9 Jan 09:00");
}

#[test]
fn in_a_contract_by_the_clock_all_paused_time_counts() {
    let contract = Contract { allowance: Allowance::ClockHours { hours: 48 }, ..excusing(&[PauseKind::Customs]) };
    let then = "2026-01-06T11:00+00:00 Rápida P1 customs_in
                2026-01-07T08:30+00:00 Rápida P1 customs_out";
    let clock = leg(&contract, &story(then));
    assert_eq!(
        (wall(clock.first_deadline), wall(clock.deadline)),
        ("Wed 7 Jan 09:00".into(), "Thu 8 Jan 06:30".into())
    );
}

#[test]
fn a_pause_that_begins_after_the_deadline_excuses_nothing() {
    let customs = |time: &str| {
        let then = format!("2026-01-{time}+00:00 Rápida P1 customs_in\n2026-01-12T10:00+00:00 Rápida P1 delivered");
        excused(PauseKind::Customs, &then)
    };
    assert_eq!(customs("08T18:00").class, LegClass::OnTime, "at the deadline");
    let late = customs("08T18:01");
    assert_eq!((late.class, wall(late.deadline)), (LegClass::Late, "Thu 8 Jan 18:00".into()));
    assert_eq!(paused(&late), []);
    assert_eq!(minutes(&late), [(Party::Courier, 1), (Party::Customs, 87 * 60 + 59)], "but customs had it");
}

#[test]
fn a_pause_before_the_clock_starts_excuses_nothing() {
    let story = within_portugal(
        "2026-01-02T17:40+00:00",
        "2026-01-02T18:00+00:00 Rápida P1 customs_in\n2026-01-05T09:00+00:00 Rápida P1 customs_out",
    );
    let clock = leg(&excusing(&[PauseKind::Customs]), &story);
    assert_eq!(wall(clock.deadline), "Fri 9 Jan 09:00", "one hour, from Monday 08:00");
}

#[test]
fn from_the_opening_of_the_day_after_the_cap_paused_time_runs() {
    let contract = Contract { pause_days: 2, ..excusing(&[PauseKind::Customs]) };
    let held = story("2026-01-07T16:00+00:00 Rápida P1 customs_in");
    let class = |until| leg_until(&contract, &held, until).class;
    // Wednesday 2 h, Thursday 10 h; from Friday 08:00 on the clock runs: Thursday 18:00 and 12 h is Monday 10:00.
    let clock = leg(&contract, &held);
    assert_eq!(paused(&clock), [stretch("Wed 7 Jan 16:00", "Fri 9 Jan 08:00", Cause::Customs, Party::Customs)]);
    assert_eq!(wall(clock.deadline), "Mon 12 Jan 10:00");
    for (until, expected, due) in [
        ("2026-01-07T17:00+00:00", LegClass::Open, Some("2026-01-08T18:00+00:00")),
        ("2026-01-08T18:00+00:00", LegClass::Open, Some("2026-01-08T18:00+00:00")),
        ("2026-01-08T18:01+00:00", LegClass::Paused, Some("2026-01-09T08:00+00:00")),
        ("2026-01-09T08:00+00:00", LegClass::Paused, Some("2026-01-09T08:00+00:00")),
        ("2026-01-09T08:01+00:00", LegClass::Open, Some("2026-01-12T10:00+00:00")),
        ("2026-01-12T10:01+00:00", LegClass::Late, None),
    ] {
        assert_eq!(class(until), expected, "{until}");
        assert_eq!(leg_until(&contract, &held, until).due, due.map(at), "{until}");
    }
}

#[test]
fn the_cap_counts_days_over_all_pauses_and_a_day_only_once() {
    let contract = Contract { pause_days: 1, ..excusing(&[PauseKind::Customs]) };
    let then = "2026-01-07T09:00+00:00 Rápida P1 customs_in
                2026-01-07T10:00+00:00 Rápida P1 customs_out
                2026-01-07T12:00+00:00 Rápida P1 customs_in
                2026-01-07T13:00+00:00 Rápida P1 customs_out
                2026-01-07T18:00+00:00 Rápida P1 customs_in
                2026-01-08T07:00+00:00 Rápida P1 customs_out
                2026-01-08T12:00+00:00 Rápida P1 customs_in
                2026-01-08T13:00+00:00 Rápida P1 customs_out";
    let clock = leg(&contract, &story(then));
    assert_eq!(wall(clock.deadline), "Fri 9 Jan 10:00");
    assert_eq!(paused(&clock).len(), 3, "a pause at night touches no day");
}

#[test]
fn a_pause_that_another_courier_told_of_is_not_claimed() {
    let then = "2026-01-07T08:00+00:00 Broker P1 delayed reason=weather
                2026-01-08T08:00+00:00 Rápida P1 departed_hub
                2026-01-09T10:00+00:00 Rápida P1 delivered";
    let clock = excused(PauseKind::ForceMajeure, then);
    assert_eq!((clock.class, clock.raw_class, clock.claimed_class), (LegClass::OnTime, LegClass::Late, LegClass::Late));
}

#[test]
fn a_hand_over_inside_a_wish_leaves_each_courier_its_part_of_the_pause() {
    let mut other = excusing(&[PauseKind::ConsigneeWish]);
    other.name = "b".into();
    other.selector.courier = "B".into();
    let then = "2026-01-07T10:00+00:00 Rápida P1 rescheduled party=consignee promise=on:2026-01-12
                2026-01-08T10:00+00:00 Rápida P1 handed_over_out also=B/P2
                2026-01-08T11:00+00:00 B P2 handed_over_in
                2026-01-13T10:00+00:00 B P2 delivered";
    let terms = terms(vec![excusing(&[PauseKind::ConsigneeWish]), other]);
    let clocks = legs(&terms, &story(then), LONG_AFTER);
    let wish = |from, to| [stretch(from, to, Cause::ConsigneeWish, Party::Consignee)];
    assert_eq!(paused(&clocks[0]), wish("Wed 7 Jan 10:00", "Thu 8 Jan 10:00"));
    assert_eq!(paused(&clocks[1]), wish("Thu 8 Jan 11:00", "Mon 12 Jan 08:00"));
}
