//! What happened to a parcel on its way, whatever was promised: deposits, hand-overs, customs, losses.

use super::cuts::Cuts;
use crate::Text;
use crate::attempt::place_of_deposit;
use crate::cell::{Distribution, Measure};
use crate::contribution::{Amount, Contribution};
use crate::event::{Event, Moment};
use crate::leg::{Leg, LegEnd};
use crate::parcel::Parcel;
use crate::promise::DAY_MS;
use crate::timeline::Timeline;
use crate::verdict::Class;
use crate::vocabulary::EventKind;

/// So long after its promise a parcel that was not delivered counts as lost: 30 days, as in CMR article 20.
pub(super) const LOST_AFTER_MS: i64 = 30 * DAY_MS;

/// Collects what a parcel adds, by courier.
struct Adding<'c, 'p> {
    cuts: &'c mut Cuts<'p>,
    list: Vec<Contribution>,
}

impl Adding<'_, '_> {
    fn add(&mut self, courier: &Text, at: Moment, amount: Amount) {
        let values = self.cuts.of_courier(courier);
        self.list.push(Contribution { values, day: at.day(), hour: None, amount });
    }

    fn add_to_leg(&mut self, place: usize, at: Moment, amount: Amount) {
        let values = self.cuts.of_leg(place);
        self.list.push(Contribution { values, day: at.day(), hour: None, amount });
    }

    fn one(&mut self, courier: &Text, at: Moment, measure: Measure) {
        self.add(courier, at, Amount::Sum(measure, 1));
    }

    fn took(&mut self, courier: &Text, from: Moment, to: Moment, distribution: Distribution) {
        self.add(courier, from, Amount::Duration(distribution, to.at - from.at));
    }
}

impl Parcel {
    /// What the parcel adds, judged up to `judged_until`.
    pub(super) fn journey(&self, timeline: &Timeline, cuts: &mut Cuts<'_>, judged_until: i64) -> Vec<Contribution> {
        let turns = |event: &&Event| matches!(event.kind, EventKind::Returning | EventKind::Returned);
        let valid: Vec<&Event> = timeline.valid().collect();
        let turned = valid.iter().position(turns).unwrap_or(valid.len());
        let (outward, back) = valid.split_at(turned);
        let mut adding = Adding { cuts, list: Vec::new() };
        self.closed_legs(&mut adding);
        deposit(&mut adding, outward, !back.is_empty());
        self.hand_overs(&mut adding, outward);
        customs(&mut adding, outward);
        if let Some(accepted) = self.accepted {
            if self.is_lost(&valid, judged_until) {
                adding.one(&self.courier, accepted, Measure::Lost);
            }
            if valid.iter().any(|event| event.kind == EventKind::Damaged) {
                adding.one(&self.courier, accepted, Measure::Damaged);
            }
        }
        if let Some((promise, estimate)) = self.promise.zip(self.estimate) {
            let at = Moment { at: promise.latest, offset_minutes: promise.offset_minutes };
            adding.one(&self.courier, at, Measure::Estimated);
            if estimate > promise.latest {
                adding.one(&self.courier, at, Measure::EstimatedLate);
            }
        }
        adding.list
    }

    /// When it counts as lost by time alone, UTC epoch milliseconds.
    pub(super) fn lost_due(&self, judged_until: i64) -> Option<i64> {
        let due = self.promise?.latest + LOST_AFTER_MS;
        (self.may_be_lost() && self.class(judged_until) == Class::Late && judged_until <= due).then_some(due)
    }

    fn may_be_lost(&self) -> bool {
        self.accepted.is_some() && self.stop.is_none() && self.legs.iter().all(|leg| !leg.is_return)
    }

    fn is_lost(&self, valid: &[&Event], judged_until: i64) -> bool {
        let is_declared = || valid.iter().any(|event| matches!(event.kind, EventKind::Lost | EventKind::Destroyed));
        let is_overdue = self.class(judged_until) == Class::Late
            && self.promise.is_some_and(|promise| judged_until > promise.latest + LOST_AFTER_MS);
        self.stop.is_none() && (is_declared() || self.may_be_lost() && is_overdue)
    }

    fn closed_legs(&self, adding: &mut Adding<'_, '_>) {
        let closed = |leg: &Leg| !leg.is_return && matches!(leg.ended_by, Some(LegEnd::Stop | LegEnd::Return));
        for (place, leg) in self.legs.iter().enumerate().filter(|(_, leg)| closed(leg)) {
            let Some(end) = leg.end else { continue };
            let within = |at: i64| leg.start.at <= at && at <= end.at;
            let own = self.attempts.iter().filter(|one| one.courier == leg.courier && within(one.moment.at));
            adding.add_to_leg(place, end, Amount::Sum(Measure::ClosedLegs, 1));
            adding.add_to_leg(place, end, Amount::Sum(Measure::LegAttempts, own.count() as i64));
        }
    }

    fn hand_overs(&self, adding: &mut Adding<'_, '_>, outward: &[&Event]) {
        for (place, leg) in self.legs.iter().enumerate().filter(|(_, leg)| !leg.is_return) {
            let Some(out) = leg.end.filter(|_| leg.ended_by == Some(LegEnd::HandOver)) else { continue };
            let is_out_scan = |event: &&&Event| {
                event.kind == EventKind::HandedOverOut && event.number.courier == leg.courier && event.at == out.at
            };
            if outward.iter().find(is_out_scan).is_none() {
                continue;
            }
            adding.add_to_leg(place, out, Amount::Sum(Measure::HandedOn, 1));
            let seen = match self.legs.get(place + 1).filter(|next| !next.is_return) {
                Some(next) => Amount::Duration(Distribution::HandOff, next.start.at - out.at),
                None => Amount::Sum(Measure::HandedOnUnseen, 1),
            };
            adding.add_to_leg(place, out, seen);
        }
    }
}

/// The first deposit on the way out, and what became of it.
fn deposit(adding: &mut Adding<'_, '_>, outward: &[&Event], turned_back: bool) {
    let Some(place) = outward.iter().position(|event| place_of_deposit(event.kind).is_some()) else { return };
    let (ready, later) = (outward[place], &outward[place + 1..]);
    let courier = &ready.number.courier;
    adding.one(courier, ready.moment(), Measure::Deposited);
    let fetched = later.iter().find(|event| matches!(event.kind, EventKind::Collected | EventKind::Delivered));
    match fetched {
        Some(fetched) => adding.took(courier, ready.moment(), fetched.moment(), Distribution::Collection),
        None if turned_back || later.iter().any(|event| event.kind == EventKind::UncollectedExpired) => {
            adding.one(courier, ready.moment(), Measure::Uncollected);
        }
        None => {}
    }
}

/// The first presentation to customs on the way out, and how long it took.
fn customs(adding: &mut Adding<'_, '_>, outward: &[&Event]) {
    let is_customs = |kind| matches!(kind, EventKind::CustomsIn | EventKind::CustomsHeld);
    let Some(place) = outward.iter().position(|event| is_customs(event.kind)) else { return };
    let (presented, later) = (outward[place], &outward[place + 1..]);
    let courier = &presented.number.courier;
    adding.one(courier, presented.moment(), Measure::Presented);
    if outward.iter().any(|event| event.kind == EventKind::CustomsHeld) {
        adding.one(courier, presented.moment(), Measure::CustomsHeld);
    }
    let ends =
        |event: &&&Event| event.kind == EventKind::CustomsOut || event.kind.is_physical() && !is_customs(event.kind);
    if let Some(out) = later.iter().find(ends) {
        adding.took(courier, presented.moment(), out.moment(), Distribution::Customs);
    }
}
