//! What became of earlier legs, by courier, corridor, service and kind of event.

use std::collections::{BTreeMap, HashMap};

use super::LEAST;
use super::course::Lesson;
use super::tally::Tally;
use crate::Text;
use crate::parcel::Parcel;
use crate::terms::Terms;
use crate::timeline::Timeline;
use crate::vocabulary::EventKind;

/// The share of gaps that are no silence.
const USUAL: f64 = 0.95;

/// From where to where, ISO 3166-1 alpha-2, and by which product. An empty country means that nobody stated it, which is a
/// corridor of its own; without a service it is the corridor as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lane {
    /// The parcel's country of origin.
    pub origin: Text,
    /// The parcel's country of destination.
    pub destination: Text,
    /// The courier's product.
    pub service: Text,
}

impl Lane {
    /// The lane of a parcel.
    pub fn of(parcel: &Parcel) -> Self {
        let attributes = &parcel.attributes;
        Self {
            origin: attributes.origin_country.clone(),
            destination: attributes.destination_country.clone(),
            service: attributes.service.clone(),
        }
    }

    /// All services of its corridor.
    fn corridor(&self) -> Self {
        Self { service: Text::default(), ..self.clone() }
    }
}

/// How likely a leg is to stop in time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Odds {
    /// The share that stopped in time, 0..1.
    pub likely: f64,
    /// Of how many. A leg that met the same kind of event several times counts for each.
    pub n: i64,
}

/// What earlier legs tell. It keeps counts only, so that it grows with couriers and corridors and not with parcels; the
/// order in which it learnt does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    all: Kinds,
    couriers: HashMap<Text, OfCourier>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct OfCourier {
    all: Kinds,
    lanes: HashMap<Lane, Kinds>,
}

/// What followed each kind of event.
type Kinds = BTreeMap<EventKind, Past>;

/// What followed one kind of event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Past {
    /// How long it took until the parcel was heard of again.
    gaps: Tally,
    /// How much open time it took until the leg stopped.
    stops: Tally,
    /// How many legs never stopped.
    never: i64,
}

impl History {
    /// Learns from the legs of a parcel that are over: those that stopped or were handed over, and those that never will,
    /// since the parcel turned back, was lost or was destroyed. Returns, legs that still run and cancelled ones teach
    /// nothing.
    ///
    /// Until a stop the time counts in which the destination is open, by the calendar of its country in these terms, so that
    /// weekends make no leg look slow; where there is no calendar all of it.
    ///
    /// A gap lasts from an event of the leg's courier to its next one, and the last gap of a leg that did not stop to the
    /// first scan of the leg after it.
    pub fn learn(&mut self, timeline: &Timeline, parcel: &Parcel, terms: &Terms) {
        let lane = Lane::of(parcel);
        let corridor = lane.corridor();
        let lanes = if lane == corridor { vec![corridor] } else { vec![lane, corridor] };
        let calendar = terms.calendar(None, parcel.attributes.destination());
        for (place, leg) in parcel.legs.iter().enumerate() {
            let Some(lesson) = Lesson::of(timeline, parcel, (leg, parcel.legs.get(place + 1)), calendar) else {
                continue;
            };
            let courier = self.couriers.entry(leg.courier.clone()).or_default();
            add(&mut self.all, &lesson);
            add(&mut courier.all, &lesson);
            for lane in &lanes {
                add(courier.lanes.entry(lane.clone()).or_default(), &lesson);
            }
        }
    }

    /// How long after an event nothing need be wrong, in milliseconds: the 95th percentile of the gaps after this kind of
    /// event with this courier on this corridor by this service, else by any, else with this courier, else with any courier,
    /// whichever are at least [`LEAST`]. Within 2 %.
    pub fn silent_after(&self, courier: &str, kind: EventKind, lane: &Lane) -> Option<i64> {
        let past = self.levels(courier, kind, lane).find(|past| past.gaps.n() >= LEAST)?;
        past.gaps.percentile_ms(USUAL)
    }

    /// Of the legs of this courier on this corridor by this service that had not stopped `elapsed_ms` of open time after an event of this kind, the share
    /// that did stop within the next `remaining_ms`; else by any service, else of this courier's legs, else of any courier's,
    /// whichever are at least [`LEAST`].
    ///
    /// Durations are compared by bucket: one that is up to 4 % longer than `elapsed_ms`, or than both together, is taken to
    /// be as long.
    pub fn odds(
        &self,
        courier: &str,
        kind: EventKind,
        lane: &Lane,
        elapsed_ms: i64,
        remaining_ms: i64,
    ) -> Option<Odds> {
        self.levels(courier, kind, lane).find_map(|past| past.odds(elapsed_ms.max(0), remaining_ms.max(0)))
    }

    /// What followed this kind of event, the most specific first.
    fn levels(&self, courier: &str, kind: EventKind, lane: &Lane) -> impl Iterator<Item = &Past> {
        let courier = self.couriers.get(courier);
        let on = |lane: &Lane| courier.and_then(|courier| courier.lanes.get(lane));
        let levels = [on(lane), on(&lane.corridor()), courier.map(|courier| &courier.all), Some(&self.all)];
        levels.into_iter().flatten().filter_map(move |kinds| kinds.get(&kind))
    }
}

fn add(kinds: &mut Kinds, lesson: &Lesson) {
    for &(kind, gap) in &lesson.gaps {
        kinds.entry(kind).or_default().gaps.add(gap);
    }
    for &(kind, stop) in &lesson.stops {
        let past = kinds.entry(kind).or_default();
        match stop {
            Some(duration) => past.stops.add(duration),
            None => past.never += 1,
        }
    }
}

impl Past {
    fn odds(&self, elapsed_ms: i64, remaining_ms: i64) -> Option<Odds> {
        let stopped_before = self.stops.up_to(elapsed_ms);
        let n = self.stops.n() + self.never - stopped_before;
        if n < LEAST {
            return None;
        }
        let in_time = self.stops.up_to(elapsed_ms.saturating_add(remaining_ms)) - stopped_before;
        Some(Odds { likely: in_time as f64 / n as f64, n })
    }
}
