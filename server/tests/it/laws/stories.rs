//! Small cases that chance found, and how the definitions decide them.

use domain::story;

use super::figures::counted;

/// Long after every deadline of the stories.
const LATER: i64 = 1_800_000_000_000;

fn counts_as_defined(text: &str) {
    let (counted, expected) = counted(&story::events(text), LATER);
    assert_eq!(counted, expected);
}

#[test]
fn a_wish_after_the_deposit_does_not_undo_that_it_was_planned() {
    counts_as_defined(
        "
        2026-01-05T10:00+01:00 A P1 accepted        promise=on:2026-01-07 delivery_mode=locker
        2026-01-07T15:00+01:00 A P1 ready_at_locker
        2026-01-08T09:00+01:00 A P1 rescheduled     party=consignee delivery_mode=door
        ",
    );
}

#[test]
fn a_wish_after_the_deposit_does_not_make_it_asked_for() {
    counts_as_defined(
        "
        2026-01-05T10:00+01:00 A P1 accepted        promise=on:2026-01-07 delivery_mode=door
        2026-01-07T15:00+01:00 A P1 ready_at_shop
        2026-01-08T09:00+01:00 A P1 rescheduled     party=consignee delivery_mode=shop
        2026-01-09T09:00+01:00 A P1 collected
        ",
    );
}

#[test]
fn what_the_consignee_asked_for_stops_the_clock_and_is_not_what_was_planned() {
    counts_as_defined(
        "
        2026-01-05T10:00+01:00 A P1 accepted        promise=on:2026-01-07 delivery_mode=door
        2026-01-06T09:00+01:00 A P1 rescheduled     party=consignee delivery_mode=locker
        2026-01-07T15:00+01:00 A P1 ready_at_locker
        ",
    );
}

#[test]
fn a_deposit_on_the_way_back_is_nobodys_plan() {
    counts_as_defined(
        "
        2026-01-05T10:00+01:00 A P1 accepted
        2026-01-06T10:00+01:00 A P1 returning
        2026-01-08T10:00+01:00 A P1 ready_at_shop
        ",
    );
}

#[test]
fn a_failed_attempt_is_its_couriers_own_whatever_the_one_before_had_scanned() {
    counts_as_defined(
        "
        2026-01-05T08:00+01:00 A P1 out_for_delivery
        2026-01-05T12:00+01:00 A P1 attempt_failed   reason=consignee_absent
        2026-01-06T08:00+01:00 A P1 handed_over_out  also=B/P2
        2026-01-08T12:00+01:00 B P2 attempt_failed   reason=wrong_address
        ",
    );
}

#[test]
fn the_party_that_a_feed_states_holds_for_a_diversion_too() {
    counts_as_defined(
        "
        2026-01-05T10:00+01:00 A P1 accepted      delivery_mode=door
        2026-01-07T15:00+01:00 A P1 ready_at_shop party=consignee
        ",
    );
}

#[test]
fn nothing_is_attempted_once_the_consignee_has_the_parcel() {
    counts_as_defined(
        "
        2026-01-05T10:00+01:00 A P1 accepted        delivery_mode=locker
        2026-01-07T15:00+01:00 A P1 ready_at_locker
        2026-01-08T15:00+01:00 A P1 collected
        2026-01-09T15:00+01:00 A P1 attempt_failed  reason=consignee_absent
        ",
    );
}

#[test]
fn a_scan_in_the_instant_of_the_stop_takes_the_parcel_from_nobody() {
    for (first, second) in [(1, 2), (2, 1), (3, 4), (4, 3)] {
        counts_as_defined(&format!(
            "
            2026-01-05T12:00+01:00 A P1 accepted
            2026-01-06T12:00+01:00 A P1 delivered id={first}   also=B/P2
            2026-01-06T12:00+01:00 B P2 delivered id={second}
            "
        ));
    }
}
