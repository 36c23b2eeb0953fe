//! A parcel as it is shown, and its verdict in words with the arithmetic.

use crate::attempt::{Attempt, Outcome};
use crate::clock::{Segment, segments};
use crate::event::{Event, Moment};
use crate::leg::Leg;
use crate::parcel::{Attributes, Parcel};
use crate::promise::{Promise, PromiseKind};
use crate::timeline::Timeline;
use crate::verdict::Class;
use crate::view::{
    AttemptView, AttributesView, ClockView, EventView, LegView, LocalTime, NumberView, ParcelRow, ParcelView,
    PromiseView, SegmentView, local_time, utc_time,
};
use crate::vocabulary::{EventKind, Party};

impl ParcelView {
    /// The whole parcel, judged up to `judged_until` and with what runs measured up to `now`; both UTC epoch milliseconds.
    pub fn new(timeline: &Timeline, parcel: &Parcel, judged_until: i64, now: i64) -> Self {
        let offset = parcel.last.offset_minutes;
        let now = Moment { at: now.max(parcel.last.at), offset_minutes: offset };
        let is_over = parcel.status.is_final();
        let end = if is_over { parcel.last } else { now };
        let segments = segments(timeline.valid(), parcel.stop, end);
        Self {
            numbers: parcel
                .numbers
                .iter()
                .map(|n| NumberView { courier: n.courier.to_string(), number: n.number.to_string() })
                .collect(),
            references: parcel.references.iter().map(ToString::to_string).collect(),
            courier: parcel.courier.to_string(),
            status: parcel.status,
            attributes: attributes_view(&parcel.attributes),
            clock: ClockView {
                class: parcel.class(judged_until),
                verdict: verdict(parcel, judged_until),
                promise: parcel.promise.map(|promise| promise_view(promise, parcel.asked_by_consignee)),
                estimate: parcel.estimate.map(|at| local_time(at, offset)),
                stop: parcel.stop.map(shown),
                segments: segments.iter().map(segment_view).collect(),
            },
            timeline: timeline.events().iter().map(|event| event_view(event, timeline.is_withdrawn(event))).collect(),
            legs: parcel.legs.iter().map(|leg| leg_view(leg, &segments, end)).collect(),
            attempts: parcel.attempts.iter().map(attempt_view).collect(),
        }
    }
}

impl ParcelRow {
    /// The parcel as a line of a list, under its key.
    pub fn new(key: i64, timeline: &Timeline, parcel: &Parcel, judged_until: i64) -> Self {
        let class = parcel.class(judged_until);
        let deadline = parcel.promise.map(|promise| local_time(promise.latest, promise.offset_minutes));
        let until = parcel.stop.map_or(judged_until, |stop| stop.at);
        let late_by = parcel.promise.filter(|_| class == Class::Late).map(|promise| until - promise.latest);
        let last = timeline.valid().last();
        Self {
            key,
            number: parcel.numbers.first().map(|number| number.number.to_string()).unwrap_or_default(),
            courier: parcel.courier.to_string(),
            status: parcel.status,
            class,
            deadline,
            stop: parcel.stop.map(shown),
            late_by_ms: late_by,
            last_event: last.map_or(EventKind::Unmapped, |event| event.kind),
            last_event_at: shown(parcel.last),
        }
    }
}

/// What became of the promise, and why, judged up to `judged_until` (UTC epoch milliseconds).
pub fn verdict(parcel: &Parcel, judged_until: i64) -> String {
    let Some(promise) = parcel.promise else {
        return "No promise to the customer is known, so there is nothing to keep or to break.".into();
    };
    let promised = promised(promise, parcel.asked_by_consignee);
    let stopped = parcel.stop.map(|stop| format!("{} {}", stop_word(parcel.stopped_by), moment_in_words(stop)));
    let after = parcel.stop.map(|stop| stop.at - promise.latest);
    match (parcel.class(judged_until), stopped, after) {
        (Class::Cancelled, ..) => format!("{promised}. Cancelled by the shipper before the deadline: not counted."),
        (Class::Early, Some(stopped), _) => {
            let before = promise.earliest.unwrap_or(promise.latest) - parcel.stop.map_or(0, |stop| stop.at);
            format!("{promised}. {stopped}: early, {} before the window opened.", duration_in_words(before))
        }
        (Class::OnTime, Some(stopped), Some(after)) => {
            format!("{promised}. {stopped}: on time, {} before the deadline.", duration_in_words(-after))
        }
        (Class::Late, Some(stopped), Some(after)) => {
            format!("{promised}. {stopped}: late by {}.", duration_in_words(after))
        }
        (Class::Open, Some(stopped), Some(after)) if after <= 0 => {
            format!(
                "{promised}. {stopped}, {} before the deadline: counts once the deadline has passed.",
                duration_in_words(-after)
            )
        }
        (Class::Open, ..) => {
            let left = duration_in_words(promise.latest - judged_until);
            format!("{promised}. Not delivered yet: {left} left.")
        }
        _ => format!("{promised}. Not delivered: late by {} so far.", duration_in_words(judged_until - promise.latest)),
    }
}

fn promised(promise: Promise, asked_by_consignee: bool) -> String {
    let deadline = Moment { at: promise.latest, offset_minutes: promise.offset_minutes };
    let who = if asked_by_consignee { "The consignee asked for delivery" } else { "Promised" };
    match (promise.kind, promise.earliest) {
        (PromiseKind::Window, Some(earliest)) => {
            let from = Moment { at: earliest, offset_minutes: promise.offset_minutes };
            let to = shown(deadline);
            let same_day = shown(from).date_naive() == to.date_naive();
            let to = if same_day { to.format("%H:%M").to_string() } else { moment_in_words(deadline) };
            format!("{who} between {} and {to}", moment_in_words(from))
        }
        (PromiseKind::Date, _) => {
            format!("{who} for {}, until the end of the day", shown(deadline).format("%a %-d %b %Y"))
        }
        _ => format!("{who} by {}", moment_in_words(deadline)),
    }
}

const fn stop_word(kind: Option<EventKind>) -> &'static str {
    match kind {
        Some(EventKind::Collected) => "Collected",
        Some(EventKind::ReadyAtLocker) => "Ready in the locker",
        Some(EventKind::ReadyAtShop) => "Ready at the shop",
        Some(EventKind::AttemptFailed) => "Refused by the consignee",
        _ => "Delivered",
    }
}

/// `Thu 8 Jan 2026 18:20 +00:00`.
fn moment_in_words(moment: Moment) -> String {
    shown(moment).format("%a %-d %b %Y %H:%M %:z").to_string()
}

/// A length of time in its two largest units, rounded: `1 d 4 h`, `3 h 14 min`, `20 min`, `12 s`.
pub fn duration_in_words(duration_ms: i64) -> String {
    let parts = duration_parts(duration_ms).into_iter().map(|(count, unit)| format!("{count} {unit}"));
    let sign = if duration_ms < 0 { "-" } else { "" };
    format!("{sign}{}", parts.collect::<Vec<_>>().join(" "))
}

/// The two largest units of a length of time, rounded to the smaller one, without sign. A unit of none is left out.
pub fn duration_parts(duration_ms: i64) -> Vec<(i64, &'static str)> {
    let seconds = duration_ms.abs() / 1000;
    let minutes = (seconds + 30) / 60;
    let hours = (minutes + 30) / 60;
    let pair = if seconds < 60 {
        return vec![(seconds, "s")];
    } else if minutes < 60 {
        return vec![(minutes, "min")];
    } else if minutes < 24 * 60 {
        [(minutes / 60, "h"), (minutes % 60, "min")]
    } else {
        [(hours / 24, "d"), (hours % 24, "h")]
    };
    pair.into_iter().filter(|(count, _)| *count > 0).collect()
}

pub(crate) fn shown(moment: Moment) -> LocalTime {
    local_time(moment.at, moment.offset_minutes)
}

fn attributes_view(attributes: &Attributes) -> AttributesView {
    AttributesView {
        shipper: attributes.shipper.to_string(),
        service: attributes.service.to_string(),
        origin_country: attributes.origin_country.to_string(),
        destination_country: attributes.destination_country.to_string(),
        destination_region: attributes.destination_region.to_string(),
        destination_postcode: attributes.destination_postcode.to_string(),
        delivery_mode: attributes.delivery_mode,
    }
}

fn promise_view(promise: Promise, asked_by_consignee: bool) -> PromiseView {
    PromiseView {
        kind: promise.kind,
        from: promise.earliest.map(|at| local_time(at, promise.offset_minutes)),
        deadline: local_time(promise.latest, promise.offset_minutes),
        asked_by_consignee,
    }
}

fn event_view(event: &Event, withdrawn: bool) -> EventView {
    let place = &event.place;
    let parts = [&place.facility, &place.postcode, &place.region, &place.country];
    EventView {
        at: shown(event.moment()),
        offset_source: event.offset_source,
        received: utc_time(event.received),
        kind: event.kind,
        reason: event.reason,
        party: event.party,
        courier: event.number.courier.to_string(),
        number: event.number.number.to_string(),
        raw_code: event.raw_code.to_string(),
        place: parts.into_iter().filter(|p| !p.is_empty()).map(|p| p.as_str()).collect::<Vec<_>>().join(", "),
        feed: event.feed.to_string(),
        withdrawn,
    }
}

fn leg_view(leg: &Leg, segments: &[Segment], until: Moment) -> LegView {
    LegView {
        courier: leg.courier.to_string(),
        start: shown(leg.start),
        end: leg.end.map(shown),
        inferred: leg.inferred,
        is_return: leg.is_return,
        elapsed_ms: leg.end.unwrap_or(until).at - leg.start.at,
        clock: leg.clock(segments, until).iter().map(segment_view).collect(),
        contract: None,
    }
}

pub(crate) fn segment_view(segment: &Segment) -> SegmentView {
    SegmentView {
        from: shown(segment.from),
        to: shown(segment.to),
        duration_ms: segment.duration_ms(),
        state: segment.state,
        cause: segment.cause.as_str().to_owned(),
        party: segment.party,
        courier: segment.courier.to_string(),
        calendar: segment.calendar.to_string(),
    }
}

fn attempt_view(attempt: &Attempt) -> AttemptView {
    let (succeeded, reason, party) = match attempt.outcome {
        Outcome::Succeeded => (true, None, Party::Unknown),
        Outcome::Failed { reason, party } => (false, reason, party),
    };
    AttemptView { at: shown(attempt.moment), courier: attempt.courier.to_string(), succeeded, reason, party }
}
