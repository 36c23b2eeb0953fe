//! What happened to a parcel on its way, whatever was promised: deposits, hand-overs, damage, estimates.

use std::sync::Arc;

use super::cuts::Cuts;
use crate::Text;
use crate::attempt::place_of_deposit;
use crate::calendar::LocalCalendar;
use crate::cell::{Distribution, Measure};
use crate::contribution::{Amount, Contribution, Values};
use crate::event::{Event, Moment};
use crate::leg::{Leg, LegEnd};
use crate::parcel::Parcel;
use crate::terms::Terms;
use crate::vocabulary::EventKind;

/// Collects what a parcel adds, by courier and by leg.
pub(super) struct Adding<'a, 'c, 'p> {
    pub(super) parcel: &'p Parcel,
    /// Its valid events.
    pub(super) valid: &'a [&'a Event],
    /// Where it goes to, if that has a calendar.
    pub(super) calendar: Option<LocalCalendar<'a>>,
    pub(super) judged_until: i64,
    /// What has been added.
    pub(super) list: Vec<Contribution>,
    /// The last instant of that, UTC epoch milliseconds; `None` where time alone does not change it.
    pub(super) due: Option<i64>,
    cuts: &'c mut Cuts<'p>,
    /// How many of the events were on the way out.
    turned: usize,
}

impl<'a, 'c, 'p: 'a> Adding<'a, 'c, 'p> {
    pub(super) fn new(
        parcel: &'p Parcel,
        valid: &'a [&'a Event],
        cuts: &'c mut Cuts<'p>,
        terms: &'a Terms,
        judged_until: i64,
    ) -> Self {
        let turns = |event: &&Event| matches!(event.kind, EventKind::Returning | EventKind::Returned);
        let turned = valid.iter().position(turns).unwrap_or(valid.len());
        let calendar = terms.calendar(None, parcel.attributes.destination());
        Self { parcel, valid, calendar, judged_until, list: Vec::with_capacity(32), due: None, cuts, turned }
    }

    /// The events on the way out.
    pub(super) fn outward(&self) -> &'a [&'a Event] {
        &self.valid[..self.turned]
    }

    /// Whether it has turned back to the sender.
    pub(super) const fn has_turned_back(&self) -> bool {
        self.turned < self.valid.len()
    }

    /// The legs on the way out, with their places.
    pub(super) fn legs(&self) -> impl Iterator<Item = (usize, &'p Leg)> + use<'p> {
        self.parcel.legs.iter().enumerate().filter(|(_, leg)| !leg.is_return)
    }

    pub(super) fn add(&mut self, courier: &Text, at: Moment, amount: Amount) {
        let values = self.cuts.of_courier(courier);
        self.push(values, at, amount);
    }

    pub(super) fn add_to_leg(&mut self, place: usize, at: Moment, amount: Amount) {
        let values = self.cuts.of_leg(place);
        self.push(values, at, amount);
    }

    pub(super) fn one(&mut self, courier: &Text, at: Moment, measure: Measure) {
        self.add(courier, at, Amount::Sum(measure, 1));
    }

    pub(super) fn values(&mut self, courier: &Text) -> Values {
        Values::clone(&self.cuts.of_courier(courier))
    }

    pub(super) fn push(&mut self, values: Arc<Values>, at: Moment, amount: Amount) {
        self.list.push(Contribution { values, day: at.day(), hour: None, amount });
    }

    /// Whether an instant has passed; where not, it is then that something changes.
    pub(super) fn has_passed(&mut self, instant: i64) -> bool {
        let has_passed = self.judged_until > instant;
        if !has_passed {
            self.due = self.due.into_iter().chain([instant]).min();
        }
        has_passed
    }

    /// Attempts, deposits, hand-overs, damage, estimates.
    pub(super) fn journey(&mut self) {
        self.closed_legs();
        self.hand_overs();
        self.deposit();
        let parcel = self.parcel;
        if let Some(accepted) = parcel.accepted
            && self.valid.iter().any(|event| event.kind == EventKind::Damaged)
        {
            self.one(&parcel.courier, accepted, Measure::Damaged);
        }
        if let Some((promise, estimate)) = parcel.promise.zip(parcel.estimate) {
            let at = Moment { at: promise.latest, offset_minutes: promise.offset_minutes };
            self.one(&parcel.courier, at, Measure::Estimated);
            if estimate > promise.latest {
                self.one(&parcel.courier, at, Measure::EstimatedLate);
            }
        }
    }

    fn closed_legs(&mut self) {
        let parcel = self.parcel;
        for (place, leg) in self.legs() {
            let Some(end) = leg.end.filter(|_| matches!(leg.ended_by, Some(LegEnd::Stop | LegEnd::Return))) else {
                continue;
            };
            let within = |at: i64| leg.start.at <= at && at <= end.at;
            let own = parcel.attempts.iter().filter(|one| one.courier == leg.courier && within(one.moment.at));
            self.add_to_leg(place, end, Amount::Sum(Measure::ClosedLegs, 1));
            self.add_to_leg(place, end, Amount::Sum(Measure::LegAttempts, own.count() as i64));
        }
    }

    fn hand_overs(&mut self) {
        let parcel = self.parcel;
        for (place, leg) in self.legs() {
            let Some(out) = leg.end.filter(|_| leg.ended_by == Some(LegEnd::HandOver)) else { continue };
            let is_out_scan = |event: &&&Event| {
                event.kind == EventKind::HandedOverOut && event.number.courier == leg.courier && event.at == out.at
            };
            if self.outward().iter().find(is_out_scan).is_none() {
                continue;
            }
            self.add_to_leg(place, out, Amount::Sum(Measure::HandedOn, 1));
            let seen = match parcel.legs.get(place + 1).filter(|next| !next.is_return) {
                Some(next) => Amount::Duration(Distribution::HandOff, next.start.at - out.at),
                None => Amount::Sum(Measure::HandedOnUnseen, 1),
            };
            self.add_to_leg(place, out, seen);
        }
    }

    /// The first deposit on the way out, and what became of it.
    fn deposit(&mut self) {
        let outward = self.outward();
        let Some(place) = outward.iter().position(|event| place_of_deposit(event.kind).is_some()) else { return };
        let (ready, later) = (outward[place], &outward[place + 1..]);
        let courier = &ready.number.courier;
        self.one(courier, ready.moment(), Measure::Deposited);
        let fetched = later.iter().find(|event| matches!(event.kind, EventKind::Collected | EventKind::Delivered));
        let has_expired = || later.iter().any(|event| event.kind == EventKind::UncollectedExpired);
        if let Some(fetched) = fetched {
            let took = Amount::Duration(Distribution::Collection, fetched.at - ready.at);
            self.add(courier, ready.moment(), took);
        } else if self.has_turned_back() || has_expired() {
            self.one(courier, ready.moment(), Measure::Uncollected);
        }
    }
}
