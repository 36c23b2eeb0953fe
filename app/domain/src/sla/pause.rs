//! What the events of a parcel say that may pause a clock.
//!
//! - **Customs**: from the presentation until the release or the next physical scan that is no scan of customs. The reason
//!   says who answers, from the scan on that gives it: the shipper for documents and data, the consignee for unpaid duty,
//!   else customs. Filing before the presentation runs.
//! - **The consignee's wish**: from when it was made until the wished time begins (a window's beginning; a date's first
//!   opening; without a date the next physical scan), or until an attempt or the next wish. Where the promise itself is the
//!   allowance, a wished time has moved it already and pauses nothing.
//! - **Address correction**: from a failed attempt or a hold for a wrong address until the next physical scan, unless the
//!   courier itself answers for it.
//! - **Force majeure**: from an event that names it until the next physical scan.
//! - **Waiting for collection**: from a deposit that does not stop the clock until the parcel is fetched, comes out, or is
//!   scanned elsewhere.

use crate::Text;
use crate::attempt::place_of_deposit;
use crate::calendar::LocalCalendar;
use crate::clock::Cause;
use crate::contract::{Allowance, Contract, PauseKind, StopRule};
use crate::event::{Event, EventId};
use crate::parcel::is_wish;
use crate::vocabulary::{EventKind, Party, Reason};

use super::stop::answering;

/// A stretch that may pause a clock. UTC epoch milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pause<'a> {
    pub(super) from: i64,
    /// `None` while it is on.
    pub(super) to: Option<i64>,
    pub(super) cause: Cause,
    pub(super) party: Party,
    /// Who told of its beginning.
    pub(super) told_by: &'a Text,
}

/// A pause that is on, and the deposit it waits at or the time it ends by itself.
#[derive(Debug, Clone, Copy)]
struct On<'a> {
    began: &'a Event,
    party: Party,
    until: Option<i64>,
}

/// Every pause that a contract knows in the events of a parcel, ordered by its beginning.
pub(super) fn pauses<'a>(
    events: &[&'a Event],
    contract: &Contract,
    calendar: LocalCalendar<'_>,
    unasked: &[EventId],
) -> Vec<Pause<'a>> {
    let mut pauses = Vec::new();
    for &kind in &contract.pauses {
        let mut on: Option<On<'a>> = None;
        for &event in events {
            let begins = beginning(kind, event, on.as_ref(), contract, calendar, unasked);
            let ends = on.filter(|on| begins.is_some() || is_end(kind, event, on));
            if let Some(ended) = ends {
                pauses.extend(pause(kind, &ended, Some(event.at)));
                on = None;
            }
            on = begins.or(on);
        }
        pauses.extend(on.and_then(|on| pause(kind, &on, None)));
    }
    pauses.sort_by_key(|pause| pause.from);
    pauses
}

fn pause<'a>(kind: PauseKind, on: &On<'a>, ended: Option<i64>) -> Option<Pause<'a>> {
    let to = match (ended, on.until) {
        (Some(ended), Some(until)) => Some(ended.min(until)),
        (ended, until) => ended.or(until),
    };
    let (from, cause, party) = (on.began.at, cause(kind), on.party);
    let is_empty = to.is_some_and(|to| to <= from);
    (!is_empty).then_some(Pause { from, to, cause, party, told_by: &on.began.number.courier })
}

const fn cause(kind: PauseKind) -> Cause {
    match kind {
        PauseKind::Customs => Cause::Customs,
        PauseKind::ConsigneeWish => Cause::ConsigneeWish,
        PauseKind::AddressCorrection => Cause::AddressCorrection,
        PauseKind::ForceMajeure => Cause::ForceMajeure,
        PauseKind::WaitingForCollection => Cause::WaitingForCollection,
    }
}

/// The pause of a kind that an event begins, also in place of the one that is on.
fn beginning<'a>(
    kind: PauseKind,
    event: &'a Event,
    on: Option<&On<'a>>,
    contract: &Contract,
    calendar: LocalCalendar<'_>,
    unasked: &[EventId],
) -> Option<On<'a>> {
    let begins = |party, until| Some(On { began: event, party, until });
    match kind {
        PauseKind::Customs => {
            let is_presented = on.is_some() || event.kind == EventKind::CustomsIn;
            let party = debtor(event.reason);
            let is_news = on.is_none_or(|on| event.reason.is_some() && on.party != party);
            (is_presented && is_news && is_of_customs(event.kind)).then(|| begins(party, None))?
        }
        PauseKind::ConsigneeWish if is_wish(event) => {
            let wished = event.statement.as_ref().and_then(|statement| statement.promise);
            if wished.is_some() && contract.allowance == Allowance::Promise {
                return None;
            }
            let until = wished.map(|promise| {
                let opens = calendar.start_of_day(promise.day());
                promise.earliest.or_else(|| calendar.next_opening(opens)).unwrap_or(opens)
            });
            begins(Party::Consignee, until)
        }
        PauseKind::AddressCorrection
            if matches!(event.kind, EventKind::AttemptFailed | EventKind::HeldInNetwork)
                && event.reason == Some(Reason::WrongAddress) =>
        {
            let party = answering(event);
            (party != Party::Courier).then(|| begins(party, None))?
        }
        PauseKind::ForceMajeure if on.is_none() || event.kind.is_physical() => {
            (answering(event) == Party::ForceMajeure).then(|| begins(Party::ForceMajeure, None))?
        }
        PauseKind::WaitingForCollection if place_of_deposit(event.kind).is_some() => {
            let stops = contract.stop != StopRule::Delivered && !unasked.contains(&event.id);
            let is_known = on.is_some_and(|on| is_same_deposit(on.began, event));
            (!stops && !is_known).then(|| begins(Party::Consignee, None))?
        }
        _ => None,
    }
}

/// Whether an event ends a pause that is on.
fn is_end(kind: PauseKind, event: &Event, on: &On<'_>) -> bool {
    match kind {
        PauseKind::Customs => {
            event.kind == EventKind::CustomsOut || event.kind.is_physical() && !is_of_customs(event.kind)
        }
        PauseKind::ConsigneeWish if on.until.is_some() => {
            event.at >= on.until.unwrap_or(event.at) || is_attempt(event.kind)
        }
        PauseKind::WaitingForCollection => event.kind.is_physical() && !is_same_deposit(on.began, event),
        _ => event.kind.is_physical(),
    }
}

pub(crate) const fn is_of_customs(kind: EventKind) -> bool {
    matches!(kind, EventKind::CustomsIn | EventKind::CustomsHeld | EventKind::CustomsRefused)
}

const fn is_attempt(kind: EventKind) -> bool {
    matches!(kind, EventKind::AttemptFailed | EventKind::Delivered | EventKind::Collected)
        || place_of_deposit(kind).is_some()
}

/// Whether a deposit is only scanned again.
fn is_same_deposit(deposit: &Event, event: &Event) -> bool {
    deposit.kind == event.kind && deposit.place.facility == event.place.facility
}

/// Who answers for the time with customs.
pub(crate) const fn debtor(reason: Option<Reason>) -> Party {
    match reason {
        Some(Reason::CustomsDocuments | Reason::ShipperData) => Party::Shipper,
        Some(Reason::DutiesUnpaid) => Party::Consignee,
        _ => Party::Customs,
    }
}
