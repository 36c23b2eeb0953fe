//! The canonical vocabulary: what can happen to a parcel, why, and who answers for it.
//! The backbone is UN/CEFACT Recommendation 24; every word has a fixed code that is stored and never reused.

/// The word is not in the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is not a {vocabulary}")]
pub struct UnknownWord {
    /// The word as it was written.
    pub word: String,
    /// Which vocabulary was asked.
    pub vocabulary: &'static str,
}

/// Defines an enum whose variants have a stored code and a written word.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident ($title:literal) { $($(#[$item:meta])* $variant:ident = $code:literal $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[repr(u8)]
        pub enum $name { $($(#[$item])* #[serde(rename = $word)] $variant = $code,)+ }

        impl $name {
            /// Every word, in the order of the codes.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word as feeds, the API and the database write it.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// The stored code.
            pub const fn code(self) -> u8 { self as u8 }

            /// The word with this stored code.
            pub const fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some($name::$variant),)+ _ => None }
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let words = Self::ALL.iter().map(|word| word.as_str());
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some(words))
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.pad(self.as_str()) }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::vocabulary::UnknownWord;
            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok($name::$variant),)+
                    _ => Err($crate::vocabulary::UnknownWord { word: word.to_owned(), vocabulary: $title }),
                }
            }
        }
    };
}
pub(crate) use vocabulary;

vocabulary! {
    /// What happened to a parcel.
    EventKind("kind of event") {
        /// The courier was told of the parcel; nothing has moved.
        Announced = 1 "announced",
        /// The parcel stands on a hand-over list.
        Manifested = 2 "manifested",
        /// The courier has the parcel: custody starts.
        Accepted = 3 "accepted",
        /// The courier came to fetch the parcel and did not get it.
        PickupFailed = 4 "pickup_failed",
        /// The parcel left a hub.
        DepartedHub = 5 "departed_hub",
        /// The parcel came into a hub.
        ArrivedHub = 6 "arrived_hub",
        /// The parcel came into the depot that delivers it.
        ArrivedDeliveryDepot = 7 "arrived_delivery_depot",
        /// The parcel was presented to customs.
        CustomsIn = 8 "customs_in",
        /// Customs holds the parcel.
        CustomsHeld = 9 "customs_held",
        /// Customs refused the parcel.
        CustomsRefused = 10 "customs_refused",
        /// Customs released the parcel.
        CustomsOut = 11 "customs_out",
        /// This courier gave the parcel to the next one.
        HandedOverOut = 12 "handed_over_out",
        /// This courier took the parcel from the one before.
        HandedOverIn = 13 "handed_over_in",
        /// The parcel waits inside the courier's network.
        HeldInNetwork = 14 "held_in_network",
        /// The courier announced a delay.
        Delayed = 15 "delayed",
        /// The parcel was sent the wrong way.
        Misrouted = 16 "misrouted",
        /// The parcel is on its delivery round.
        OutForDelivery = 17 "out_for_delivery",
        /// The courier's new estimate; never the promise.
        Estimate = 18 "estimate",
        /// The courier was there and could not deliver.
        AttemptFailed = 19 "attempt_failed",
        /// The parcel lies in a locker for the recipient. Not a delivery.
        ReadyAtLocker = 20 "ready_at_locker",
        /// The parcel lies in a shop for the recipient. Not a delivery.
        ReadyAtShop = 21 "ready_at_shop",
        /// The recipient fetched the parcel from a locker or shop.
        Collected = 22 "collected",
        /// The recipient, a neighbour or the agreed safe place has the parcel.
        Delivered = 23 "delivered",
        /// Nobody fetched the parcel in time.
        UncollectedExpired = 24 "uncollected_expired",
        /// The parcel is on its way back to the sender.
        Returning = 25 "returning",
        /// The sender has the parcel back.
        Returned = 26 "returned",
        /// The courier declared the parcel lost.
        Lost = 27 "lost",
        /// The parcel was damaged.
        Damaged = 28 "damaged",
        /// The parcel was destroyed or disposed of.
        Destroyed = 29 "destroyed",
        /// The shipment was cancelled.
        Cancelled = 30 "cancelled",
        /// An earlier event did not occur or was wrong.
        Correction = 31 "correction",
        /// The consignee asked for another time or place.
        Rescheduled = 32 "rescheduled",
        /// A code that no mapping knows; kept and counted, never guessed.
        Unmapped = 33 "unmapped",
    }
}

impl EventKind {
    /// Whether the scanning courier must have had the parcel in its hands. Such a scan proves custody.
    pub const fn is_physical(self) -> bool {
        use EventKind::*;
        matches!(
            self,
            Accepted
                | DepartedHub
                | ArrivedHub
                | ArrivedDeliveryDepot
                | CustomsIn
                | CustomsHeld
                | CustomsOut
                | HandedOverOut
                | HandedOverIn
                | HeldInNetwork
                | Misrouted
                | OutForDelivery
                | AttemptFailed
                | ReadyAtLocker
                | ReadyAtShop
                | Collected
                | Delivered
                | UncollectedExpired
                | Returning
                | Returned
                | Damaged
        )
    }

    /// Whether a tracking number that was quiet for long starts a new parcel with this event.
    pub const fn begins_parcel(self) -> bool {
        matches!(self, Self::Announced | Self::Accepted)
    }
}

vocabulary! {
    /// Who answers for what happened.
    Party("responsible party") {
        /// Nobody said.
        Unknown = 0 "unknown",
        /// The courier in custody.
        Courier = 1 "courier",
        /// The shop or sender.
        Shipper = 2 "shipper",
        /// The recipient.
        Consignee = 3 "consignee",
        /// Customs or another authority.
        Customs = 4 "customs",
        /// Weather, strike of others, unrest.
        ForceMajeure = 5 "force_majeure",
    }
}

vocabulary! {
    /// Why something did not go as planned.
    Reason("reason") {
        /// Nobody was there.
        ConsigneeAbsent = 1 "consignee_absent",
        /// The consignee refused the parcel.
        Refused = 2 "refused",
        /// The address is wrong or incomplete.
        WrongAddress = 3 "wrong_address",
        /// The business was closed.
        BusinessClosed = 4 "business_closed",
        /// The courier could not get to the door.
        AccessRestricted = 5 "access_restricted",
        /// No free compartment in the locker.
        LockerFull = 6 "locker_full",
        /// The courier left the parcel at a locker or shop that nobody asked for.
        Diverted = 7 "diverted",
        /// The round ended before the stop.
        InsufficientTime = 8 "insufficient_time",
        /// Vehicle, driver or equipment failed.
        Breakdown = 9 "breakdown",
        /// More parcels than the courier could carry.
        CapacityExceeded = 10 "capacity_exceeded",
        /// The courier sorted or sent it wrong.
        Missorted = 11 "missorted",
        /// The parcel is damaged.
        Damaged = 12 "damaged",
        /// The consignee asked for another time or place.
        ConsigneeRequest = 13 "consignee_request",
        /// The consignee did not pay or could not prove who they are.
        PaymentOrIdentity = 14 "payment_or_identity",
        /// The shipper's data or documents are missing or wrong.
        ShipperData = 15 "shipper_data",
        /// The parcel was not ready for pick-up.
        NotReady = 16 "not_ready",
        /// Customs lacks documents.
        CustomsDocuments = 17 "customs_documents",
        /// Duty or tax is unpaid.
        DutiesUnpaid = 18 "duties_unpaid",
        /// Customs inspects the parcel.
        CustomsInspection = 19 "customs_inspection",
        /// The goods are prohibited.
        Prohibited = 20 "prohibited",
        /// Extreme weather.
        Weather = 21 "weather",
        /// Strike, unrest or another event outside everyone's hands.
        ForceMajeure = 22 "force_majeure",
        /// A public holiday.
        Holiday = 23 "holiday",
        /// A reason that the courier gave and no word here covers.
        Other = 24 "other",
    }
}

impl Reason {
    /// The party that answers for this reason unless the feed says otherwise.
    pub const fn party(self) -> Party {
        use Reason::*;
        match self {
            ConsigneeAbsent | Refused | BusinessClosed | AccessRestricted | ConsigneeRequest | PaymentOrIdentity => {
                Party::Consignee
            }
            WrongAddress | ShipperData | NotReady => Party::Shipper,
            LockerFull | Diverted | InsufficientTime | Breakdown | CapacityExceeded | Missorted | Damaged => {
                Party::Courier
            }
            CustomsDocuments | CustomsInspection | Prohibited => Party::Customs,
            DutiesUnpaid => Party::Consignee,
            Weather | ForceMajeure | Holiday => Party::ForceMajeure,
            Other => Party::Unknown,
        }
    }
}

vocabulary! {
    /// Where the parcel is to be handed to the consignee.
    DeliveryMode("delivery mode") {
        /// At the consignee's door.
        Door = 1 "door",
        /// In a parcel locker.
        Locker = 2 "locker",
        /// At a shop or post office.
        Shop = 3 "shop",
        /// At a place agreed with the consignee, without anyone present.
        SafePlace = 4 "safe_place",
    }
}

vocabulary! {
    /// Where an event's offset from UTC comes from.
    OffsetSource("offset source") {
        /// The feed stated it with the event.
        Stated = 1 "stated",
        /// It follows from the time zone of the feed or place.
        Inferred = 2 "inferred",
        /// Nobody knows; UTC is assumed.
        Unknown = 3 "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_by_its_word_and_by_its_code() {
        for &kind in EventKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(EventKind::from_code(kind.code()), Some(kind));
        }
        assert!("delivred".parse::<EventKind>().is_err());
    }
}
