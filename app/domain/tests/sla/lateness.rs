//! Who ate the hours.

use domain::contract::{Contract, PauseKind};
use domain::vocabulary::Party;

use crate::support::*;

#[test]
fn pauses_answer_for_how_far_they_moved_the_deadline_and_segments_for_the_rest() {
    let contract = Contract { pauses: [PauseKind::Customs, PauseKind::ConsigneeWish].into(), ..two_days() };
    let story = within_portugal(
        "2026-01-05T09:00+00:00",
        "2026-01-07T08:00+00:00 Rápida P1 customs_in
         2026-01-07T12:00+00:00 Rápida P1 customs_out
         2026-01-07T13:00+00:00 Rápida P1 rescheduled party=consignee
         2026-01-07T15:00+00:00 Rápida P1 arrived_hub
         2026-01-09T15:00+00:00 Rápida P1 handed_over_out
         2026-01-09T16:00+00:00 Rápida P1 delivered",
    );
    let clock = leg(&contract, &story.replace("handed_over_out", "out_for_delivery"));
    // Four open hours of customs: Thursday 18:00 to Friday 12:00; two of the wish: to 14:00; then the courier until 16:00.
    assert_eq!(wall(clock.deadline), "Fri 9 Jan 14:00");
    assert_eq!(minutes(&clock), [(Party::Courier, 120), (Party::Consignee, 120), (Party::Customs, 18 * 60)]);
    assert_eq!(clock.lateness_ms(), at("2026-01-09T16:00+00:00") - clock.first_deadline.unwrap().at);
}

#[test]
fn shares_are_cut_at_the_stop() {
    let contract = Contract { pauses: [PauseKind::Customs].into(), ..two_days() };
    let story = within_portugal(
        "2026-01-05T09:00+00:00",
        "2026-01-07T08:00+00:00 Rápida P1 customs_in
         2026-01-07T12:00+00:00 Rápida P1 customs_out
         2026-01-09T09:00+00:00 Rápida P1 delivered",
    );
    assert_eq!(minutes(&leg(&contract, &story)), [(Party::Customs, 15 * 60)]);
}
