//! Attempts to deliver.
//!
//! A failed attempt is often scanned twice. Failed scans of one out-for-delivery cycle are one attempt, the first
//! scan's; before the first such cycle, failed scans of one local day are one attempt.

use std::collections::HashMap;

use crate::Text;
use crate::event::{Event, EventId, Moment};
use crate::vocabulary::{DeliveryMode, EventKind, Party, Reason};

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When.
    pub moment: Moment,
    /// Whose.
    pub courier: Text,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The consignee got the parcel, or it lies where it was planned or asked for.
    Succeeded,
    /// Neither.
    Failed {
        /// Why, where the courier said.
        reason: Option<Reason>,
        /// Who answers for it.
        party: Party,
    },
}

/// The place where a deposit puts a parcel.
pub const fn place_of_deposit(kind: EventKind) -> Option<DeliveryMode> {
    match kind {
        EventKind::ReadyAtLocker => Some(DeliveryMode::Locker),
        EventKind::ReadyAtShop => Some(DeliveryMode::Shop),
        _ => None,
    }
}

/// Groups the events of the way out (not of a return) into attempts. `unasked` are the deposits that nobody asked for.
pub fn attempts<'a>(events: impl Iterator<Item = &'a Event>, unasked: &[EventId]) -> Vec<Attempt> {
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut cycles: HashMap<&Text, Cycle> = HashMap::new();
    let mut deposited = false;
    for event in events {
        let cycle = cycles.entry(&event.number.courier).or_default();
        let outcome = match event.kind {
            EventKind::OutForDelivery => {
                *cycle = Cycle { scanned: true, failed_on: Vec::new() };
                continue;
            }
            EventKind::AttemptFailed => Outcome::Failed { reason: event.reason, party: event.party },
            EventKind::ReadyAtLocker | EventKind::ReadyAtShop if deposited => continue,
            EventKind::ReadyAtLocker | EventKind::ReadyAtShop => {
                deposited = true;
                if !unasked.contains(&event.id) {
                    Outcome::Succeeded
                } else {
                    let reason = event.reason.unwrap_or(Reason::Diverted);
                    let is_said = event.reason.is_some() || event.party != Party::Unknown;
                    Outcome::Failed { reason: Some(reason), party: if is_said { event.party } else { reason.party() } }
                }
            }
            EventKind::Collected if deposited => break,
            EventKind::Delivered | EventKind::Collected => Outcome::Succeeded,
            _ => continue,
        };
        if matches!(outcome, Outcome::Failed { .. }) && !cycle.begins_failure(event.moment().day()) {
            continue;
        }
        attempts.push(Attempt { moment: event.moment(), courier: event.number.courier.clone(), outcome });
        if outcome == Outcome::Succeeded
            && event.kind != EventKind::ReadyAtLocker
            && event.kind != EventKind::ReadyAtShop
        {
            break;
        }
    }
    attempts
}

#[derive(Default)]
struct Cycle {
    /// Whether it began with an out-for-delivery scan.
    scanned: bool,
    /// The local days of its failed attempts: at two places a later scan may lie on an earlier day.
    failed_on: Vec<i32>,
}

impl Cycle {
    /// Notes a failed scan; whether it is an attempt of its own.
    fn begins_failure(&mut self, day: i32) -> bool {
        let again = self.failed_on.iter().any(|&failed| self.scanned || failed == day);
        if !again {
            self.failed_on.push(day);
        }
        !again
    }
}
