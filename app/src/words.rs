//! The vocabulary as a reader sees it.

use domain::clock::ClockState;
use domain::kpi::Grouping;
use domain::open_work::Concern;
use domain::parcel::Status;
use domain::rejected::Dismissal;
use domain::verdict::{Class, LegClass};
use domain::vocabulary::{DeliveryMode, EventKind, OffsetSource, Party, Reason};

/// A word of a vocabulary with spaces for underscores, beginning with a capital.
fn sentence(word: &str) -> String {
    capitalised(&word.replace('_', " "))
}

/// The text with a capital at its beginning.
pub fn capitalised(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// What happened.
pub fn event(kind: EventKind) -> String {
    match kind {
        EventKind::ArrivedHub => "Arrived at hub".to_owned(),
        EventKind::ArrivedDeliveryDepot => "Arrived at delivery depot".to_owned(),
        EventKind::CustomsIn => "Presented to customs".to_owned(),
        EventKind::CustomsHeld => "Held by customs".to_owned(),
        EventKind::CustomsRefused => "Refused by customs".to_owned(),
        EventKind::CustomsOut => "Released by customs".to_owned(),
        EventKind::HandedOverOut => "Handed over".to_owned(),
        EventKind::HandedOverIn => "Taken over".to_owned(),
        EventKind::Estimate => "New estimate".to_owned(),
        EventKind::Correction => "Earlier event withdrawn".to_owned(),
        EventKind::UncollectedExpired => "Not collected in time".to_owned(),
        EventKind::Unmapped => "Unknown code".to_owned(),
        kind => sentence(kind.as_str()),
    }
}

/// Where a parcel stands.
pub fn status(status: Status) -> String {
    sentence(status.as_str())
}

/// What became of a promise: its shape, its word and the name of its colour.
pub const fn class(class: Class) -> (&'static str, &'static str, &'static str) {
    match class {
        Class::OnTime => ("●", "on time", "kept"),
        Class::Late => ("▲", "late", "missed"),
        Class::Early => ("◆", "early", "early"),
        Class::Open => ("○", "open", "open"),
        Class::NoPromise => ("–", "no promise", "open"),
        Class::Cancelled => ("×", "cancelled", "open"),
    }
}

/// What became of a leg by its contract: its shape, its word and the name of its colour.
pub const fn leg_class(class: LegClass) -> (&'static str, &'static str, &'static str) {
    match class {
        LegClass::OnTime => ("●", "on time", "kept"),
        LegClass::Late => ("▲", "late", "missed"),
        LegClass::Early => ("◆", "early", "early"),
        LegClass::Open => ("○", "open", "open"),
        LegClass::Paused => ("◌", "paused", "open"),
        LegClass::Ambiguous => ("?", "ambiguous", "open"),
        LegClass::NoContract => ("–", "no contract", "open"),
        LegClass::Cancelled => ("×", "cancelled", "open"),
        LegClass::Excluded => ("⊘", "excluded", "open"),
    }
}

/// Why somebody should look at a parcel.
pub const fn concern(concern: Concern) -> &'static str {
    match concern {
        Concern::Overdue => "Overdue",
        Concern::DueToday => "Due today",
        Concern::AtRisk => "At risk",
        Concern::Silent => "Silent",
        Concern::Held => "Held",
    }
}

/// Why something did not go as planned.
pub fn reason(reason: Option<Reason>) -> String {
    reason.map_or_else(|| "No reason given".to_owned(), |reason| sentence(reason.as_str()))
}

/// Why a rejected row is dismissed.
pub const fn dismissal(why: Dismissal) -> &'static str {
    match why {
        Dismissal::NoParcel => "It is no parcel",
        Dismissal::SentAgain => "It was sent again",
        Dismissal::Test => "It was a test",
        Dismissal::Unknowable => "Nobody can say what it should be",
        Dismissal::Other => "Another reason",
    }
}

/// Who answers for it.
pub fn party(party: Party) -> &'static str {
    match party {
        Party::Unknown => "nobody named",
        Party::Courier => "courier",
        Party::Shipper => "shipper",
        Party::Consignee => "consignee",
        Party::Customs => "customs",
        Party::ForceMajeure => "force majeure",
    }
}

/// What the customer's clock did.
pub const fn clock(state: ClockState) -> &'static str {
    match state {
        ClockState::Running => "runs",
        ClockState::Paused => "paused",
        ClockState::Stopped => "stopped",
    }
}

/// Where a parcel is to be handed over.
pub fn delivery_mode(mode: DeliveryMode) -> String {
    sentence(mode.as_str())
}

/// How an event's offset from UTC is known, where that is worth saying.
pub const fn offset_source(source: OffsetSource) -> Option<&'static str> {
    match source {
        OffsetSource::Stated => None,
        OffsetSource::Inferred => Some("zone inferred"),
        OffsetSource::Unknown => Some("zone unknown"),
    }
}

/// The value of a grouping.
pub fn value(grouping: Grouping, value: &str) -> String {
    match (grouping, value) {
        (_, "") => "not stated".to_owned(),
        (Grouping::Corridor, corridor) => corridor.replacen('-', " → ", 1),
        (Grouping::DeliveryMode, mode) => sentence(mode),
        (_, value) => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_as_a_sentence_begins() {
        assert_eq!(status(Status::OutForDelivery), "Out for delivery");
        assert_eq!(reason(Some(Reason::ConsigneeAbsent)), "Consignee absent");
        assert_eq!(value(Grouping::Corridor, "CN-ES"), "CN → ES");
        assert_eq!(value(Grouping::DestinationRegion, ""), "not stated");
    }

    #[test]
    fn no_two_classes_share_shape_and_word() {
        for &a in Class::ALL {
            for &b in Class::ALL {
                assert!(a == b || (class(a).0 != class(b).0 && class(a).1 != class(b).1));
            }
        }
    }
}
