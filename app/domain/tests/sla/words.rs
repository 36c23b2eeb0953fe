//! The arithmetic in words.

use domain::contract::{Allowance, Contract, PauseKind};
use domain::parcel::Parcel;
use domain::sla::clocks;
use domain::story::events;
use domain::terms::Terms;
use domain::timeline::Timeline;

use crate::support::*;

fn words(terms: &Terms, story: &str, until: &str) -> String {
    let timeline = Timeline::new(events(story));
    let parcel = Parcel::fold(&timeline).unwrap();
    clocks(&timeline, &parcel, terms, at(until))[0].in_words(terms, &parcel, at(until))
}

#[test]
fn the_worked_example_reads_as_it_was_asked_for() {
    let story = within_portugal("2026-01-02T17:40+00:00", "2026-01-08T18:20+00:00 Rápida P1 delivered");
    assert_eq!(
        words(&terms(vec![two_days()]), &story, LONG_AFTER),
        "accepted Fri 17:40, after the 17:00 cut-off: clock starts Mon 08:00; 2 working days; Tue 6 Jan closed; \
         deadline Thu 18:00 Lisbon; delivered Thu 18:20: late by 20 min, courier"
    );
}

#[test]
fn pauses_and_shares_are_told() {
    let contract = Contract { pauses: [PauseKind::Customs].into(), ..two_days() };
    let story = within_portugal(
        "2026-01-05T09:00+00:00",
        "2026-01-07T08:00+00:00 Rápida P1 customs_in
         2026-01-07T10:00+00:00 Rápida P1 customs_out
         2026-01-09T11:00+00:00 Rápida P1 delivered",
    );
    assert_eq!(
        words(&terms(vec![contract]), &story, LONG_AFTER),
        "accepted Mon 09:00; 2 working days; Tue 6 Jan closed; deadline Thu 18:00 Lisbon; \
         paused Wed 08:00 to Wed 10:00, customs (customs); deadline moved to Fri 10:00 Lisbon; \
         delivered Fri 11:00: late by 17 h: 1 h courier, 16 h customs"
    );
}

#[test]
fn what_spans_more_than_a_week_is_told_with_dates() {
    let mut calendar = portugal();
    calendar.days.extend((12..24).map(|day| closed(&format!("2026-01-{day}"))));
    let terms = Terms::new(vec![two_days()], vec![calendar]).unwrap();
    let story = within_portugal("2026-01-08T09:00+00:00", "");
    assert_eq!(
        words(&terms, &story, "2026-01-26T12:00+00:00"),
        "accepted Thu 8 Jan 09:00; 2 working days; Mon 12 Jan to Fri 23 Jan closed; deadline Mon 26 Jan 18:00 Lisbon; \
         not delivered yet: 6 h left"
    );
}

#[test]
fn what_is_not_judged_says_why() {
    let terms = terms(vec![allowing(Allowance::Promise)]);
    let story = within_portugal("2026-01-08T09:00+00:00", "");
    assert_eq!(
        words(&terms, &story, LONG_AFTER),
        "The contract goes by the promise to the customer, and none is known."
    );
}
