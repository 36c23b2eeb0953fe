//! The clock: where a parcel's and a leg's time went, in segments that follow each other without gap or overlap.

use crate::Text;
use crate::event::{Event, Moment};
use crate::leg::Leg;
use crate::vocabulary::{EventKind, Party, vocabulary};

vocabulary! {
    /// What the clock does.
    ClockState("state of the clock") {
        /// The time counts.
        Running = 1 "running",
        /// A contract excuses the time.
        Paused = 2 "paused",
        /// The clock has stopped; what follows counts for nothing.
        Stopped = 3 "stopped",
    }
}

/// What a part of a parcel's time went into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Announced, and not yet with the courier.
    BeforeAcceptance,
    /// Between the couriers' hubs and on the road.
    Transport,
    /// On the delivery round.
    DeliveryRound,
    /// With customs.
    Customs,
    /// Kept inside the courier's network.
    Held,
    /// Between the out-scan of one courier and the in-scan of the next.
    HandOff,
    /// Lying ready for the consignee to fetch.
    WaitingForCollection,
    /// On the way back to the sender.
    Return,
    /// Taken over after the cut-off; a contract's clock starts at the next opening.
    AfterCutOff,
    /// Taken over while the calendar is closed; a contract's clock starts at the next opening.
    CalendarClosed,
    /// The consignee asked for a later time or another place.
    ConsigneeWish,
    /// The address was wrong.
    AddressCorrection,
    /// Weather, strike of others, unrest.
    ForceMajeure,
}

impl Cause {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BeforeAcceptance => "before acceptance",
            Self::Transport => "transport",
            Self::DeliveryRound => "delivery round",
            Self::Customs => "customs",
            Self::Held => "held in the network",
            Self::HandOff => "hand-off",
            Self::WaitingForCollection => "waiting for collection",
            Self::Return => "return",
            Self::AfterCutOff => "after the cut-off",
            Self::CalendarClosed => "calendar closed",
            Self::ConsigneeWish => "the consignee's wish",
            Self::AddressCorrection => "address correction",
            Self::ForceMajeure => "force majeure",
        }
    }

    /// Who has the parcel's time while it goes into this, unless something else is known.
    pub const fn party(self) -> Party {
        match self {
            Self::BeforeAcceptance | Self::AfterCutOff | Self::AddressCorrection => Party::Shipper,
            Self::Transport | Self::DeliveryRound | Self::Held | Self::Return => Party::Courier,
            Self::Customs => Party::Customs,
            Self::HandOff | Self::CalendarClosed => Party::Unknown,
            Self::WaitingForCollection | Self::ConsigneeWish => Party::Consignee,
            Self::ForceMajeure => Party::ForceMajeure,
        }
    }
}

/// A part of a parcel's time. A parcel's segments follow each other without gap or overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// When it began.
    pub from: Moment,
    /// When it ended.
    pub to: Moment,
    /// Whether it counts.
    pub state: ClockState,
    /// What the time went into.
    pub cause: Cause,
    /// Who answers for it.
    pub party: Party,
    /// In whose custody; empty where nobody's.
    pub courier: Text,
    /// The calendar that a contract measures it by; empty for the customer's clock.
    pub calendar: Text,
}

impl Segment {
    /// Its length in milliseconds.
    pub const fn duration_ms(&self) -> i64 {
        self.to.at - self.from.at
    }
}

/// Where the time went from the first event to `end`; the lengths sum to `end - first event`. The clock runs until `stop`.
pub fn segments<'a>(events: impl Iterator<Item = &'a Event>, stop: Option<Moment>, end: Moment) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut spent = (Cause::BeforeAcceptance, Text::default());
    let mut since: Option<Moment> = None;
    for event in events.take_while(|event| event.at <= end.at) {
        if let Some(from) = since {
            push(&mut segments, from, event.moment(), &spent, stop);
        }
        since = Some(event.moment());
        spent = after(event, &spent);
    }
    if let Some(from) = since {
        push(&mut segments, from, end, &spent, stop);
    }
    segments
}

fn push(segments: &mut Vec<Segment>, from: Moment, to: Moment, spent: &(Cause, Text), stop: Option<Moment>) {
    if from.at >= to.at {
        return;
    }
    let state = if stop.is_some_and(|stop| from.at >= stop.at) { ClockState::Stopped } else { ClockState::Running };
    let (cause, courier) = spent;
    match segments.last_mut() {
        Some(last) if (last.state, last.cause) == (state, *cause) && last.courier == *courier => last.to = to,
        _ => segments.push(Segment {
            from,
            to,
            state,
            cause: *cause,
            party: cause.party(),
            courier: courier.clone(),
            calendar: Text::default(),
        }),
    }
}

impl Leg {
    /// The leg's clock: the parcel's segments between the leg's start and its end, or `until` while it runs.
    /// The lengths sum to the leg's own.
    pub fn clock(&self, parcel: &[Segment], until: Moment) -> Vec<Segment> {
        between(parcel, self.start, self.end.unwrap_or(until)).collect()
    }
}

/// The part of segments that lies between two instants.
pub(crate) fn between(segments: &[Segment], from: Moment, to: Moment) -> impl Iterator<Item = Segment> {
    let later = |a: Moment, b: Moment| if a.at >= b.at { a } else { b };
    let earlier = |a: Moment, b: Moment| if a.at <= b.at { a } else { b };
    let within = segments.iter().filter(move |segment| segment.to.at > from.at && segment.from.at < to.at);
    within.map(move |segment| Segment {
        from: later(segment.from, from),
        to: earlier(segment.to, to),
        ..segment.clone()
    })
}

/// What a parcel's time goes into from an event on.
fn after(event: &Event, before: &(Cause, Text)) -> (Cause, Text) {
    use EventKind::*;
    let cause = match event.kind {
        _ if before.0 == Cause::Return => Cause::Return,
        CustomsIn | CustomsHeld => Cause::Customs,
        HeldInNetwork => Cause::Held,
        HandedOverOut => Cause::HandOff,
        OutForDelivery => Cause::DeliveryRound,
        ReadyAtLocker | ReadyAtShop => Cause::WaitingForCollection,
        Returning => Cause::Return,
        _ if event.proves_custody() => Cause::Transport,
        _ => return before.clone(),
    };
    let courier = if cause == Cause::HandOff { Text::default() } else { event.number.courier.clone() };
    (cause, courier)
}
