//! What a leg that is over tells: its gaps, and how long it took from each of its events to its stop.

use crate::calendar::LocalCalendar;
use crate::event::Event;
use crate::leg::{Leg, LegEnd};
use crate::parcel::{Parcel, Status};
use crate::timeline::Timeline;
use crate::vocabulary::EventKind;

/// The time from one instant to another in which a calendar is open; without one, all of it. UTC epoch milliseconds.
pub(super) fn open_between(calendar: Option<LocalCalendar<'_>>, from: i64, to: i64) -> i64 {
    calendar.map_or(to - from, |calendar| calendar.open_ms_between(from, to))
}

/// What is learnt from a leg. Durations are in milliseconds.
#[derive(Debug, Default)]
pub(super) struct Lesson {
    /// How long it took after an event until the parcel was heard of again.
    pub(super) gaps: Vec<(EventKind, i64)>,
    /// How much open time it took from an event to the leg's stop; `None` where it never came.
    pub(super) stops: Vec<(EventKind, Option<i64>)>,
}

/// What became of a leg.
enum Outcome {
    /// It stopped or was handed over, at this instant in UTC epoch milliseconds.
    Stopped(i64),
    /// The parcel turned back, was lost or was destroyed.
    Never,
}

impl Lesson {
    /// `None` for a return, and for a leg that is not over. `next` is the leg after it.
    /// The calendar is the destination's.
    pub(super) fn of(
        timeline: &Timeline,
        parcel: &Parcel,
        (leg, next): (&Leg, Option<&Leg>),
        calendar: Option<LocalCalendar<'_>>,
    ) -> Option<Self> {
        let outcome = outcome(parcel, leg)?;
        let fulfilled = leg.end.filter(|_| leg.ended_by == Some(LegEnd::Stop));
        let events = own_events(timeline, leg, next).filter(|event| fulfilled.is_none_or(|end| event.at <= end.at));
        let events: Vec<&Event> = events.collect();
        // The first scan of the next courier, or of the way back, ends the last gap.
        let taken_over = next.filter(|_| fulfilled.is_none()).map(|next| next.start.at);
        let heard_again = events.iter().skip(1).map(|event| event.at).chain(taken_over);
        let gaps = events.iter().zip(heard_again).map(|(event, again)| (event.kind, again - event.at)).collect();
        let stops = events.iter().filter_map(|event| time_to_stop(event, &outcome, calendar)).collect();
        Some(Self { gaps, stops })
    }
}

fn outcome(parcel: &Parcel, leg: &Leg) -> Option<Outcome> {
    match (leg.ended_by, leg.end) {
        _ if leg.is_return => None,
        (Some(LegEnd::Stop | LegEnd::HandOver), Some(end)) => Some(Outcome::Stopped(end.at)),
        (Some(LegEnd::Return), _) => Some(Outcome::Never),
        (None, _) if matches!(parcel.status, Status::Lost | Status::Destroyed) => Some(Outcome::Never),
        _ => None,
    }
}

fn time_to_stop(
    event: &Event,
    outcome: &Outcome,
    calendar: Option<LocalCalendar<'_>>,
) -> Option<(EventKind, Option<i64>)> {
    match *outcome {
        Outcome::Stopped(end) if event.at < end => Some((event.kind, Some(open_between(calendar, event.at, end)))),
        Outcome::Stopped(_) => None,
        Outcome::Never => Some((event.kind, None)),
    }
}

/// The valid events of a leg's courier from the leg's start until the next leg takes over.
pub(super) fn own_events<'a>(
    timeline: &'a Timeline,
    leg: &'a Leg,
    next: Option<&'a Leg>,
) -> impl Iterator<Item = &'a Event> {
    let is_own = |event: &&Event| event.number.courier == leg.courier && event.at >= leg.start.at;
    timeline.valid().filter(is_own).filter(move |event| next.is_none_or(|next| is_before(event, leg, next)))
}

/// Out-scan and in-scan may bear the same time: the giver's still belongs to the giver.
fn is_before(event: &Event, leg: &Leg, next: &Leg) -> bool {
    event.at < next.start.at || event.at == next.start.at && next.courier != leg.courier
}
