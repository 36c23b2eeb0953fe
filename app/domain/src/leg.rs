//! Legs: one courier's custody each, and where a parcel's time went.

use crate::Text;
use crate::event::{Event, Moment};
use crate::vocabulary::{EventKind, Party};

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

/// Follows custody through the valid events of a parcel. `stop` is where the clock stopped.
pub fn legs<'a>(events: impl Iterator<Item = &'a Event>, stop: Option<Moment>) -> Vec<Leg> {
    let mut legs: Vec<Leg> = Vec::new();
    let mut stopped = false;
    for event in events.filter(|event| event.proves_custody()) {
        let moment = event.moment();
        let turns_back = matches!(event.kind, EventKind::Returning | EventKind::Returned);
        let is_return = turns_back || legs.last().is_some_and(|leg| leg.is_return);
        let after_stop = stop.is_some_and(|stop| event.at > stop.at) && !is_return;
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
        } else if !stopped && stop == Some(moment) && !leg.is_return {
            leg.end = Some(moment);
            leg.ended_by = Some(LegEnd::Stop);
            stopped = true;
        }
    }
    legs
}

/// Whether a scan belongs to the latest leg: the same courier in the same direction. A scan by the courier that has
/// handed the parcel over belongs to its old leg unless it takes custody anew.
fn belongs_to(leg: &Leg, event: &Event, is_return: bool) -> bool {
    leg.courier == event.number.courier
        && leg.is_return == is_return
        && !(leg.ended_by == Some(LegEnd::HandOver)
            && matches!(event.kind, EventKind::Accepted | EventKind::HandedOverIn))
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
        }
    }

    /// Who has the parcel's time while it goes into this.
    pub const fn party(self) -> Party {
        match self {
            Self::BeforeAcceptance => Party::Shipper,
            Self::Transport | Self::DeliveryRound | Self::Held | Self::Return => Party::Courier,
            Self::Customs => Party::Customs,
            Self::HandOff => Party::Unknown,
            Self::WaitingForCollection => Party::Consignee,
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
    /// What the time went into.
    pub cause: Cause,
    /// In whose custody; empty where nobody's.
    pub courier: Text,
}

impl Segment {
    /// Its length in milliseconds.
    pub const fn duration_ms(&self) -> i64 {
        self.to.at - self.from.at
    }
}

/// Where the time went from the first event to `end`; the lengths sum to `end - first event`.
pub fn segments<'a>(events: impl Iterator<Item = &'a Event>, end: Moment) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut state = (Cause::BeforeAcceptance, Text::default());
    let mut since: Option<Moment> = None;
    for event in events.take_while(|event| event.at <= end.at) {
        let next = after(event, &state);
        if let Some(from) = since {
            push(&mut segments, from, event.moment(), &state);
        }
        since = Some(event.moment());
        state = next;
    }
    if let Some(from) = since.filter(|from| from.at < end.at) {
        push(&mut segments, from, end, &state);
    }
    segments
}

fn push(segments: &mut Vec<Segment>, from: Moment, to: Moment, (cause, courier): &(Cause, Text)) {
    if from.at == to.at {
        return;
    }
    match segments.last_mut() {
        Some(last) if last.cause == *cause && last.courier == *courier => last.to = to,
        _ => segments.push(Segment { from, to, cause: *cause, courier: courier.clone() }),
    }
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
