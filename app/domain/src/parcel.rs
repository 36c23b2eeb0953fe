//! The fold: what the events of a parcel add up to. It depends on the set of events only.

use crate::Text;
use crate::attempt::{Attempt, attempts, place_of_deposit};
use crate::event::{Event, EventId, Moment, Number};
use crate::leg::{Leg, legs};
use crate::promise::Promise;
use crate::timeline::Timeline;
use crate::vocabulary::{DeliveryMode, EventKind, Party, Reason, vocabulary};

vocabulary! {
    /// Where a parcel stands.
    Status("status") {
        /// Announced; nothing has moved.
        Announced = 1 "announced",
        /// With a courier.
        InTransit = 2 "in_transit",
        /// With customs.
        InCustoms = 3 "in_customs",
        /// Kept in a courier's network.
        Held = 4 "held",
        /// On the delivery round.
        OutForDelivery = 5 "out_for_delivery",
        /// The last attempt failed.
        AttemptFailed = 6 "attempt_failed",
        /// Lies ready for the consignee.
        ReadyForCollection = 7 "ready_for_collection",
        /// The consignee has it.
        Delivered = 8 "delivered",
        /// On its way back.
        Returning = 9 "returning",
        /// The sender has it back.
        Returned = 10 "returned",
        /// Declared lost.
        Lost = 11 "lost",
        /// Destroyed or disposed of.
        Destroyed = 12 "destroyed",
        /// Cancelled.
        Cancelled = 13 "cancelled",
    }
}

impl Status {
    /// Whether nothing more is expected to happen.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Delivered | Self::Returned | Self::Destroyed | Self::Cancelled)
    }
}

/// What the parcel as a whole is cut by. Empty means that nobody stated it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes {
    /// The shop or sender.
    pub shipper: Text,
    /// The courier's product.
    pub service: Text,
    /// ISO 3166-1 alpha-2.
    pub origin_country: Text,
    /// ISO 3166-1 alpha-2.
    pub destination_country: Text,
    /// Region of the destination.
    pub destination_region: Text,
    /// Postcode of the destination, or its beginning.
    pub destination_postcode: Text,
    /// Where the parcel is to be handed over: as stated, else where it was first deposited.
    pub delivery_mode: Option<DeliveryMode>,
}

/// A parcel, folded from its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// Its tracking numbers, in the order in which they came into use.
    pub numbers: Vec<Number>,
    /// The shipper's references, in the order in which they were stated.
    pub references: Vec<Text>,
    /// What it is cut by.
    pub attributes: Attributes,
    /// Whom the parcel's measures count for: the custodian at the stop, else the last one, else the announced courier.
    pub courier: Text,
    /// When a courier first had custody.
    pub accepted: Option<Moment>,
    /// The promise to the customer that is judged.
    pub promise: Option<Promise>,
    /// Whether the consignee asked for it in place of the first one.
    pub asked_by_consignee: bool,
    /// The courier's last estimate, UTC epoch milliseconds.
    pub estimate: Option<i64>,
    /// When the customer's clock stopped: delivered, collected, ready where planned or asked for, or refused.
    pub stop: Option<Moment>,
    /// The event that stopped it.
    pub stopped_by: Option<EventKind>,
    /// When the shipper cancelled it.
    pub cancelled: Option<Moment>,
    /// Where it stands.
    pub status: Status,
    /// Custodies, in order.
    pub legs: Vec<Leg>,
    /// Attempts to deliver, in order.
    pub attempts: Vec<Attempt>,
    /// Where the courier deposited it unasked, if it did.
    pub diverted: Option<DeliveryMode>,
    /// Its first event.
    pub first: Moment,
    /// Its last event.
    pub last: Moment,
}

impl Parcel {
    /// Folds a timeline; `None` where it is empty or every event was withdrawn.
    pub fn fold(timeline: &Timeline) -> Option<Self> {
        let first = timeline.valid().next()?;
        let last = timeline.valid().last().unwrap_or(first);
        let outward = || timeline.valid().take_while(|e| !matches!(e.kind, EventKind::Returning | EventKind::Returned));
        let mut attributes = attributes(timeline);
        attributes.delivery_mode =
            attributes.delivery_mode.or_else(|| outward().find_map(|event| place_of_deposit(event.kind)));
        let planned = attributes.delivery_mode;
        let unasked = unasked_deposits(outward(), planned);
        let stopping = outward().find(|event| stops(event, &unasked));
        let stop = stopping.map(Event::moment);
        let (promise, asked_by_consignee) = promise(timeline, stop);
        let legs = legs(timeline.valid(), stopping);
        let estimate = timeline.valid().filter_map(|event| event.statement.as_ref()?.estimate).last();
        Some(Self {
            numbers: numbers(timeline),
            references: references(timeline),
            courier: custodian(timeline, &legs, first),
            accepted: legs.first().map(|leg| leg.start),
            promise,
            asked_by_consignee,
            estimate,
            cancelled: timeline
                .valid()
                .find(|e| e.kind == EventKind::Cancelled && e.party == Party::Shipper)
                .map(Event::moment),
            status: status(timeline),
            attempts: attempts(outward(), &unasked),
            diverted: outward()
                .find(|event| place_of_deposit(event.kind).is_some())
                .filter(|event| unasked.contains(&event.id))
                .and_then(|event| place_of_deposit(event.kind)),
            first: first.moment(),
            last: last.moment(),
            attributes,
            stop,
            stopped_by: stopping.map(|event| event.kind),
            legs,
        })
    }
}

/// The deposits at places that nobody had planned or, until then, asked for.
pub(crate) fn unasked_deposits<'a>(
    outward: impl Iterator<Item = &'a Event>,
    planned: Option<DeliveryMode>,
) -> Vec<EventId> {
    let mut fine: Vec<DeliveryMode> = planned.into_iter().collect();
    let mut unasked = Vec::new();
    for event in outward {
        if is_wish(event) {
            fine.extend(event.statement.as_ref().and_then(|statement| statement.delivery_mode));
        }
        if place_of_deposit(event.kind).is_some_and(|place| !fine.contains(&place)) {
            unasked.push(event.id);
        }
    }
    unasked
}

/// Whether the consignee says so.
pub(crate) fn is_wish(event: &Event) -> bool {
    event.kind == EventKind::Rescheduled && event.party == Party::Consignee
}

/// Whether the customer's clock stops at this event of the way out.
fn stops(event: &Event, unasked: &[EventId]) -> bool {
    match event.kind {
        EventKind::Delivered | EventKind::Collected => true,
        EventKind::ReadyAtLocker | EventKind::ReadyAtShop => !unasked.contains(&event.id),
        EventKind::AttemptFailed => event.reason == Some(Reason::Refused),
        _ => false,
    }
}

/// The first promise that was made before its own deadline and before the stop, or the consignee's later wish.
fn promise(timeline: &Timeline, stop: Option<Moment>) -> (Option<Promise>, bool) {
    let mut standing: Option<Promise> = None;
    let mut asked = false;
    for event in timeline.valid().take_while(|event| stop.is_none_or(|stop| event.at <= stop.at)) {
        let Some(stated) = event.statement.as_ref().and_then(|statement| statement.promise) else {
            continue;
        };
        match standing {
            None if event.at <= stated.latest => standing = Some(stated),
            Some(promise) if is_wish(event) && event.at <= promise.latest && event.at <= stated.latest => {
                standing = Some(stated);
                asked = true;
            }
            _ => {}
        }
    }
    (standing, asked)
}

fn attributes(timeline: &Timeline) -> Attributes {
    let mut attributes = Attributes::default();
    for event in timeline.valid() {
        let Some(statement) = &event.statement else {
            continue;
        };
        for (kept, stated) in [
            (&mut attributes.shipper, &statement.shipper),
            (&mut attributes.service, &statement.service),
            (&mut attributes.origin_country, &statement.origin_country),
            (&mut attributes.destination_country, &statement.destination_country),
            (&mut attributes.destination_region, &statement.destination_region),
            (&mut attributes.destination_postcode, &statement.destination_postcode),
        ] {
            if kept.is_empty() {
                kept.clone_from(stated);
            }
        }
        attributes.delivery_mode = attributes.delivery_mode.or(statement.delivery_mode);
    }
    attributes
}

fn numbers(timeline: &Timeline) -> Vec<Number> {
    let mut numbers: Vec<Number> = Vec::new();
    for event in timeline.reports() {
        for number in std::iter::once(&event.number).chain(event.also.as_deref()) {
            if !numbers.contains(number) {
                numbers.push(number.clone());
            }
        }
    }
    numbers
}

fn references(timeline: &Timeline) -> Vec<Text> {
    let mut references: Vec<Text> = Vec::new();
    for statement in timeline.reports().iter().filter_map(|event| event.statement.as_ref()) {
        if !statement.reference.is_empty() && !references.contains(&statement.reference) {
            references.push(statement.reference.clone());
        }
    }
    references
}

fn custodian(timeline: &Timeline, legs: &[Leg], first: &Event) -> Text {
    match legs.iter().rfind(|leg| !leg.is_return) {
        Some(leg) => leg.courier.clone(),
        None => {
            timeline.valid().find(|event| event.kind == EventKind::Announced).unwrap_or(first).number.courier.clone()
        }
    }
}

fn status(timeline: &Timeline) -> Status {
    let mut status = Status::Announced;
    for event in timeline.valid() {
        let next = match event.kind {
            EventKind::CustomsIn | EventKind::CustomsHeld | EventKind::CustomsRefused => Status::InCustoms,
            EventKind::HeldInNetwork => Status::Held,
            EventKind::OutForDelivery => Status::OutForDelivery,
            EventKind::AttemptFailed => Status::AttemptFailed,
            EventKind::ReadyAtLocker | EventKind::ReadyAtShop => Status::ReadyForCollection,
            EventKind::Delivered | EventKind::Collected if status == Status::Returning => Status::Returned,
            EventKind::Delivered | EventKind::Collected => Status::Delivered,
            EventKind::Returning => Status::Returning,
            EventKind::Returned => Status::Returned,
            EventKind::Lost => Status::Lost,
            EventKind::Destroyed => Status::Destroyed,
            EventKind::Cancelled => Status::Cancelled,
            _ if event.proves_custody() => Status::InTransit,
            _ => continue,
        };
        status = match status {
            // What has reached its end stays there: couriers go on scanning bags and vans. Only a return leads on.
            Status::Returned => Status::Returned,
            Status::Delivered if !matches!(next, Status::Returning | Status::Returned) => Status::Delivered,
            Status::Returning if !matches!(next, Status::Returned | Status::Lost | Status::Destroyed) => {
                Status::Returning
            }
            _ => next,
        };
    }
    status
}
