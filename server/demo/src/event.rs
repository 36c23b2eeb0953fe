//! An event of the network, as its courier would tell it.

use std::fmt;

use crate::couriers::{COURIERS, Courier};
use crate::world::COUNTRIES;

/// A status code and the word that it stands for.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $code:literal $word:literal $reason:literal,)+) => {
        /// What a scan says, in the code that all couriers of this network share.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $($(#[$doc])* $name,)+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$name),+];

            /// The code as the couriers write it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// The event that it stands for, in Courierscope's words.
            pub const fn event(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// The reason that it states; empty where none.
            pub const fn reason(self) -> &'static str {
                match self { $(Self::$name => $reason),+ }
            }
        }
    };
}

codes! {
    /// The shipper has announced the parcel.
    Announced "ANN" "announced" "",
    /// Fetched from the shipper.
    Accepted "ACC" "accepted" "",
    /// Left the first hub.
    Departed "DEP" "departed_hub" "",
    /// Came into the hub of the destination.
    Arrived "ARR" "arrived_hub" "",
    /// Came into the depot that delivers.
    AtDepot "DPT" "arrived_delivery_depot" "",
    /// Presented to customs.
    CustomsIn "CUI" "customs_in" "",
    /// Held by customs for want of documents.
    CustomsHeld "CUH" "customs_held" "customs_documents",
    /// Released by customs.
    CustomsOut "CUO" "customs_out" "",
    /// Given to the next courier.
    GivenOn "HOO" "handed_over_out" "",
    /// Taken from the courier before.
    TakenOver "HOI" "handed_over_in" "",
    /// On the round.
    OnRound "OFD" "out_for_delivery" "",
    /// Nobody was there.
    Absent "F01" "attempt_failed" "consignee_absent",
    /// The address is wrong.
    WrongAddress "F02" "attempt_failed" "wrong_address",
    /// The round ended before the stop.
    NoTime "F03" "attempt_failed" "insufficient_time",
    /// The door could not be reached.
    NoAccess "F04" "attempt_failed" "access_restricted",
    /// The vehicle broke down.
    Breakdown "F05" "attempt_failed" "breakdown",
    /// The consignee did not want it.
    Refused "F06" "attempt_failed" "refused",
    /// No compartment was free.
    LockerFull "F07" "attempt_failed" "locker_full",
    /// In a locker.
    InLocker "LCK" "ready_at_locker" "",
    /// In a shop.
    InShop "SHP" "ready_at_shop" "",
    /// Fetched.
    Collected "COL" "collected" "",
    /// Delivered.
    Delivered "DLV" "delivered" "",
    /// Nobody fetched it.
    Expired "EXP" "uncollected_expired" "",
    /// On the way back.
    Returning "RTN" "returning" "",
    /// Back with the shipper.
    Returned "RTD" "returned" "",
    /// Cancelled by the shipper.
    Cancelled "CAN" "cancelled" "",
}

/// A tracking number: whose, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    pub(crate) courier: u8,
    pub(crate) serial: u32,
}

impl Number {
    /// Who issued it.
    pub fn courier(self) -> &'static Courier {
        &COURIERS[usize::from(self.courier)]
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.courier().prefix, self.serial)
    }
}

/// A building: the region's sign and a number, as `MAD3`; nothing where the courier does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub(crate) country: u8,
    pub(crate) region: u8,
    pub(crate) number: u8,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = COUNTRIES[usize::from(self.country)].regions[usize::from(self.region)].1;
        write!(f, "{sign}{}", self.number)
    }
}

/// What an announcement says of the parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The number of the order.
    pub reference: u32,
    /// The shop.
    pub shipper: &'static str,
    /// The product.
    pub service: &'static str,
    /// ISO 3166-1 alpha-2.
    pub origin: &'static str,
    /// ISO 3166-1 alpha-2.
    pub destination: &'static str,
    /// Region of the destination.
    pub region: &'static str,
    /// `door`, `locker` or `shop`.
    pub mode: &'static str,
    /// What was promised, if anything.
    pub promise: Option<Promise>,
}

/// A promised window: UTC seconds, both ends included, and the offset at the destination in minutes.
/// "By Friday" is a window that opens on the day of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// From.
    pub from: i64,
    /// To.
    pub to: i64,
    /// Offset from UTC, minutes.
    pub offset_minutes: i16,
}

/// More than what, when and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum More {
    /// Nothing.
    Nothing,
    /// What the parcel is.
    Said(Box<Said>),
    /// The number by which the next courier knows it.
    Other(Number),
}

/// An event as its courier tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When the courier tells it, UTC seconds. Events come in this order.
    pub told: i64,
    /// When it happened, as stated: UTC seconds.
    pub at: i64,
    /// The offset that is stated, minutes; `None` is written as `Z`.
    pub offset_minutes: Option<i16>,
    /// The parcel, by the number of the courier that scans.
    pub number: Number,
    /// What happened.
    pub code: Code,
    /// Where.
    pub place: Place,
    /// What else.
    pub more: More,
}
