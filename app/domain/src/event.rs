//! One thing that happened to one parcel, as a courier told it.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::Text;
use crate::promise::{Promise, local_day};
use crate::vocabulary::{DeliveryMode, EventKind, OffsetSource, Party, Reason};

/// What makes two reports the same event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub u64);

impl EventId {
    /// The identity of an event that its sender numbered, within the tracking number it is about.
    pub fn of_sender(courier: &str, number: &str, senders_id: &str) -> Self {
        Self::hash(&["id", courier, number, senders_id])
    }

    /// The identity of an event without a number: what was scanned, where and when, as it was written.
    /// Never the canonical kind, the feed or the receive time: those change when a mapping or a route does.
    pub fn of_scan(courier: &str, number: &str, raw_code: &str, raw_time: &str, facility: &str) -> Self {
        Self::hash(&["scan", courier, number, raw_code, raw_time, facility])
    }

    fn hash(parts: &[&str]) -> Self {
        let mut hasher = Xxh3::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        Self(hasher.digest())
    }
}

/// A tracking number and the courier that issued it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Number {
    /// The courier.
    pub courier: Text,
    /// The tracking number, normalised by [`normal_number`].
    pub number: Text,
}

/// A tracking number or parcel reference as it is compared: without white space, in upper case.
pub fn normal_number(written: &str) -> Text {
    written.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect()
}

/// A UTC instant and the offset of the place where it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Moment {
    /// Epoch milliseconds, UTC.
    pub at: i64,
    /// Minutes east of UTC.
    pub offset_minutes: i16,
}

impl Moment {
    /// The local date, as days since 1970-01-01.
    pub const fn day(self) -> i32 {
        local_day(self.at, self.offset_minutes)
    }
}

/// Where it happened, as far as the feed says. Empty means not said.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// ISO 3166-1 alpha-2.
    pub country: Text,
    /// Region as the feed writes it.
    pub region: Text,
    /// Postcode.
    pub postcode: Text,
    /// Hub, depot, shop or locker, by the courier's own name.
    pub facility: Text,
}

/// What an event says about the parcel as a whole. Empty means not said.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Statement {
    /// The shipper's own number for the parcel, normalised by [`normal_number`].
    pub reference: Text,
    /// The shop or sender.
    pub shipper: Text,
    /// The courier's product.
    pub service: Text,
    /// ISO 3166-1 alpha-2.
    pub origin_country: Text,
    /// ISO 3166-1 alpha-2.
    pub destination_country: Text,
    /// Region of the destination as the feed writes it.
    pub destination_region: Text,
    /// Postcode of the destination, or its beginning.
    pub destination_postcode: Text,
    /// Where the parcel is to be handed over to the consignee.
    pub delivery_mode: Option<DeliveryMode>,
    /// What was promised to the customer.
    pub promise: Option<Promise>,
    /// The courier's own estimate of the delivery, UTC epoch milliseconds.
    pub estimate: Option<i64>,
}

impl Statement {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One event. The order is by what the fold needs: equal events are duplicates, and of two reports of one event
/// the one received first is the smaller.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// When it happened, UTC epoch milliseconds.
    pub at: i64,
    /// What makes it this event.
    pub id: EventId,
    /// When Courierscope first received it, UTC epoch milliseconds.
    pub received: i64,
    /// The feed that brought it.
    pub feed: Text,
    /// The version of the feed definition that read it.
    pub mapping: Text,
    /// The courier and the tracking number it is about.
    pub number: Number,
    /// What happened.
    pub kind: EventKind,
    /// Why, where something went wrong.
    pub reason: Option<Reason>,
    /// Who answers for it.
    pub party: Party,
    /// The courier's own code, as it was written.
    pub raw_code: Text,
    /// Minutes east of UTC at the place.
    pub offset_minutes: i16,
    /// Where the offset comes from.
    pub offset_source: OffsetSource,
    /// Where it happened.
    pub place: Place,
    /// What it says of the parcel as a whole; boxed, since few events say anything.
    pub statement: Option<Box<Statement>>,
    /// Another number of the same parcel, that an announcement or hand-over names.
    pub also: Option<Box<Number>>,
    /// The event that this one declares wrong.
    pub corrects: Option<EventId>,
    /// Whether the courier countersigned the manifest: it then has custody.
    pub countersigned: bool,
}

impl Event {
    /// When, with the offset of the place.
    pub const fn moment(&self) -> Moment {
        Moment { at: self.at, offset_minutes: self.offset_minutes }
    }

    /// Whether this event proves that its courier has the parcel.
    pub const fn proves_custody(&self) -> bool {
        self.kind.is_physical() || matches!(self.kind, EventKind::Manifested) && self.countersigned
    }
}
