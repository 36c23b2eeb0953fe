//! How well a courier tells what it does: gaps in the tracking, reports that come late, parcels on a list that nobody scans.

use super::journey::Adding;
use super::own::transit_end;
use crate::cell::{Distribution, Measure};
use crate::contribution::Amount;
use crate::event::Event;
use crate::leg::Leg;
use crate::promise::HOUR_MS;
use crate::vocabulary::EventKind;

/// A leg without a scan for longer than this has a gap: three days, so that a Sunday makes none.
const TRACKING_GAP_MS: i64 = 72 * HOUR_MS;

impl<'a, 'p: 'a> Adding<'a, '_, 'p> {
    pub(super) fn tracking(&mut self) {
        for (place, leg) in self.legs() {
            self.add_to_leg(place, leg.start, Amount::Sum(Measure::LegsStarted, 1));
            if leg.end.is_none() {
                self.add_to_leg(place, leg.start, Amount::Sum(Measure::LegsOpen, 1));
            }
            if self.has_gap(leg) {
                self.add_to_leg(place, leg.start, Amount::Sum(Measure::TrackingGap, 1));
            }
        }
        self.open_transit();
        self.manifest();
        for event in self.valid {
            let took = (event.received - event.at).max(0);
            self.add(&event.number.courier, event.moment(), Amount::Latency(event.kind, took));
        }
    }

    /// Whether the courier has scanned nothing for too long between the start of its leg and the end of it, or now. News without a scan
    /// fills no gap.
    fn has_gap(&mut self, leg: &Leg) -> bool {
        let end = leg.end.map(|end| end.at);
        let within = |event: &&&Event| {
            event.kind.is_physical()
                && event.number.courier == leg.courier
                && event.at >= leg.start.at
                && end.is_none_or(|end| event.at <= end)
        };
        let (mut last, mut longest) = (leg.start.at, 0);
        for at in self.valid.iter().filter(within).map(|event| event.at).chain(end) {
            longest = longest.max(at - last);
            last = at;
        }
        longest > TRACKING_GAP_MS || end.is_none() && self.has_passed(last + TRACKING_GAP_MS)
    }

    fn open_transit(&mut self) {
        let Some(calendar) = self.calendar else { return };
        for (place, leg) in self.legs() {
            let Some(end) = transit_end(leg) else { continue };
            let open = calendar.open_ms_between(leg.start.at, end.at);
            self.add_to_leg(place, end, Amount::Duration(Distribution::OpenTransit, open));
        }
    }

    /// The first hand-over list that names the parcel, and whether its courier has ever scanned it.
    fn manifest(&mut self) {
        let on_list = |event: &&&Event| event.kind == EventKind::Manifested;
        let Some(listed) = self.outward().iter().find(on_list).filter(|_| self.parcel.cancelled.is_none()) else {
            return;
        };
        let courier = &listed.number.courier;
        self.one(courier, listed.moment(), Measure::Manifested);
        let is_scan = |event: &&Event| event.kind.is_physical() && event.number.courier == *courier;
        if !self.valid.iter().any(is_scan) {
            self.one(courier, listed.moment(), Measure::ManifestUnscanned);
        }
    }
}
