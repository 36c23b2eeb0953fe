//! Legs: one courier's custody each.

use crate::Text;
use crate::event::{Event, Moment};
use crate::vocabulary::EventKind;

/// One courier's custody, from the earliest evidence of it to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// The courier.
    pub courier: Text,
    /// The earliest evidence of custody. The leg's clock starts here.
    pub start: Moment,
    /// Hand-over, stop or return; `None` while the leg runs.
    pub end: Option<Moment>,
    /// What ended it.
    pub ended_by: Option<LegEnd>,
    /// Whether the change of couriers was never scanned as a hand-over.
    pub inferred: bool,
    /// Whether the parcel was on its way back to the sender.
    pub is_return: bool,
}

/// What ends a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegEnd {
    /// The parcel went to the next courier.
    HandOver,
    /// The clock stopped: see [`crate::parcel::Parcel::stop`].
    Stop,
    /// The parcel turned back, or the sender has it again.
    Return,
}

/// Follows custody through the valid events of a parcel. `stop` is the event that stopped the clock.
pub fn legs<'a>(events: impl Iterator<Item = &'a Event>, stop: Option<&Event>) -> Vec<Leg> {
    let mut legs: Vec<Leg> = Vec::new();
    let mut stopped = false;
    for event in events.filter(|event| event.proves_custody()) {
        let moment = event.moment();
        if event.kind == EventKind::HandedOverOut && has_passed_on(&legs, &event.number.courier) {
            // The next courier's in-scan came first: it has the parcel already.
            continue;
        }
        let turns_back = matches!(event.kind, EventKind::Returning | EventKind::Returned);
        let is_return = turns_back || legs.last().is_some_and(|leg| leg.is_return);
        let after_stop = stopped && !is_return;
        let stops = stop.is_some_and(|stop| stop.id == event.id);
        stopped |= stops;
        let continues = legs.last().is_some_and(|leg| belongs_to(leg, event, is_return));
        if !continues && !after_stop {
            let inferred = legs.last().is_some_and(|leg| {
                leg.is_return == is_return
                    && leg.ended_by != Some(LegEnd::HandOver)
                    && event.kind != EventKind::HandedOverIn
            });
            if let Some(open) = legs.last_mut().filter(|leg| leg.end.is_none()) {
                open.end = Some(moment);
                open.ended_by = Some(if is_return { LegEnd::Return } else { LegEnd::HandOver });
            }
            let courier = event.number.courier.clone();
            legs.push(Leg { courier, start: moment, end: None, ended_by: None, inferred, is_return });
        }
        let Some(leg) = legs.last_mut().filter(|leg| leg.end.is_none()) else {
            continue;
        };
        if event.kind == EventKind::HandedOverOut {
            leg.end = Some(moment);
            leg.ended_by = Some(LegEnd::HandOver);
        } else if event.kind == EventKind::Returned {
            leg.end = Some(moment);
            leg.ended_by = Some(LegEnd::Return);
        } else if stops {
            leg.end = Some(moment);
            leg.ended_by = Some(LegEnd::Stop);
        }
    }
    legs
}

/// Whether this courier had the parcel and another has it now.
fn has_passed_on(legs: &[Leg], courier: &Text) -> bool {
    legs.last().is_some_and(|leg| leg.courier != *courier) && legs.iter().any(|leg| leg.courier == *courier)
}

/// Whether a scan belongs to the latest leg: the same courier in the same direction. A scan by the courier that has
/// handed the parcel over belongs to its old leg unless it takes custody anew.
fn belongs_to(leg: &Leg, event: &Event, is_return: bool) -> bool {
    leg.courier == event.number.courier
        && leg.is_return == is_return
        && !(leg.ended_by == Some(LegEnd::HandOver)
            && matches!(event.kind, EventKind::Accepted | EventKind::HandedOverIn))
}
