//! What fulfils a leg, and when.
//!
//! - Delivered or collected always does; ready at a place that was planned or asked for, and the first valid attempt, where
//!   the contract says so.
//! - An attempt is valid if it is the first failed scan of a delivery round that was scanned, lies within the delivery
//!   hours at the destination, and has a reason that is not the courier's own. A scan that was corrected did not happen.
//! - A refusal by the consignee ends the leg when it is scanned.
//! - A parcel that was ready where planned or asked for, and was not fetched, was fulfilled when it was ready.
//! - Delivery to the sender is none.
//! - The hand-over to the next courier fulfils the leg at the out-scan, if it is countersigned or if the next courier has
//!   the parcel within the tolerance: so many open hours of the destination calendar of the giver's leg. Later it does so
//!   at the in-scan; for the tolerance nobody answers, for the time after it the giver.

use crate::calendar::LocalCalendar;
use crate::contract::{Contract, StopRule};
use crate::event::{Event, EventId, Moment};
use crate::leg::{Leg, LegEnd};
use crate::promise::HOUR_MS;
use crate::vocabulary::{EventKind, Party, Reason};

/// A leg's own events, and what came after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Course<'a> {
    /// The leg.
    pub(super) leg: &'a Leg,
    /// The valid events from its start until the next leg's.
    pub(super) events: &'a [&'a Event],
    /// The first event of the next leg.
    pub(super) next: Option<&'a Event>,
    /// Whether the next leg leads back to the sender.
    pub(super) turns_back: bool,
}

impl Course<'_> {
    /// The first evidence of custody.
    pub(super) fn custody(&self) -> (EventKind, Moment) {
        (self.events[0].kind, self.leg.start)
    }
}

/// How a leg ended.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ending<'a> {
    /// The event that fulfilled it.
    pub(super) stop: Option<&'a Event>,
    /// Out-scan and end of the tolerance, where the next courier did not have the parcel within it.
    pub(super) gap: Option<(i64, i64)>,
}

/// Finds what fulfilled a leg. `unasked` are the deposits that nobody asked for.
pub(super) fn ending<'a>(
    course: &Course<'a>,
    contract: &Contract,
    calendar: LocalCalendar<'_>,
    unasked: &[EventId],
) -> Ending<'a> {
    let is_handed_over = course.leg.ended_by == Some(LegEnd::HandOver);
    let out = course.events.iter().position(|event| {
        is_handed_over && event.kind == EventKind::HandedOverOut && Some(event.moment()) == course.leg.end
    });
    let (before, after) = course.events.split_at(out.map_or(course.events.len(), |out| out + 1));
    let first = |events| first_stop(events, course.turns_back, contract, calendar, unasked);
    if let Some(stop) = first(before) {
        return Ending { stop: Some(stop), gap: None };
    }
    let Some(out) = out.map(|out| course.events[out]) else {
        return Ending { stop: course.next.filter(|_| is_handed_over), gap: None };
    };
    let taken = first(after).or(course.next);
    let until = tolerated_until(out.at, contract, calendar);
    if out.countersigned || taken.is_some_and(|taken| taken.at <= until) {
        return Ending { stop: Some(out), gap: None };
    }
    Ending { stop: taken, gap: Some((out.at, until)) }
}

/// The last instant at which no more open time than the tolerance has passed since the out-scan.
fn tolerated_until(out: i64, contract: &Contract, calendar: LocalCalendar<'_>) -> i64 {
    let used_up = calendar.add_open_ms(out, i64::from(contract.hand_off_hours) * HOUR_MS);
    used_up.and_then(|at| calendar.next_opening(at)).unwrap_or(super::FAR)
}

fn first_stop<'a>(
    events: &[&'a Event],
    turns_back: bool,
    contract: &Contract,
    calendar: LocalCalendar<'_>,
    unasked: &[EventId],
) -> Option<&'a Event> {
    let mut deposit: Option<&Event> = None;
    let mut round = Round::NotScanned;
    for &event in events {
        match event.kind {
            EventKind::Delivered | EventKind::Collected => return Some(event),
            EventKind::ReadyAtLocker | EventKind::ReadyAtShop if !unasked.contains(&event.id) => {
                if contract.stop != StopRule::Delivered {
                    return Some(event);
                }
                deposit = deposit.or(Some(event));
            }
            EventKind::UncollectedExpired if deposit.is_some() => return deposit,
            EventKind::OutForDelivery => round = Round::UnderWay,
            EventKind::AttemptFailed if event.reason == Some(Reason::Refused) => return Some(event),
            EventKind::AttemptFailed if round == Round::UnderWay => {
                round = Round::Failed;
                if contract.stop == StopRule::Attempt && is_valid(event, contract, calendar) {
                    return Some(event);
                }
            }
            _ => {}
        }
    }
    deposit.filter(|_| turns_back)
}

#[derive(PartialEq, Eq)]
enum Round {
    NotScanned,
    UnderWay,
    Failed,
}

fn is_valid(attempt: &Event, contract: &Contract, calendar: LocalCalendar<'_>) -> bool {
    let minute = calendar.minute(attempt.at);
    let is_in_hours = match contract.delivery_hours.as_slice() {
        [] => calendar.is_open(attempt.at),
        hours => hours.iter().any(|hours| hours.contains(minute)),
    };
    is_in_hours && attempt.reason.is_some() && answering(attempt) != Party::Courier
}

/// Who answers for an event: whom the feed names, else whom its reason does.
pub(super) fn answering(event: &Event) -> Party {
    match (event.party, event.reason) {
        (Party::Unknown, Some(reason)) => reason.party(),
        (party, _) => party,
    }
}
