//! What there is to say about a leg that runs.

use super::course::open_between;
use super::history::{History, Lane, Odds};
use super::open::OpenLeg;
use crate::calendar::LocalCalendar;
use crate::event::Moment;
use crate::parcel::{Parcel, Status};
use crate::promise::{HOUR_MS, local_day};
use crate::terms::Terms;
use crate::vocabulary::EventKind;

/// Nothing is silent before so much open time of the destination has passed since its last event.
const AT_LEAST_OPEN_MS: i64 = 24 * HOUR_MS;
/// What is less likely than this to stop in time is at risk.
const EVEN: f64 = 0.5;

/// What is known now.
#[derive(Debug, Clone, Copy)]
pub struct Watch<'a> {
    /// What became of earlier legs.
    pub history: &'a History,
    /// Whose calendars say when a destination is open.
    pub terms: &'a Terms,
    /// UTC epoch milliseconds.
    pub now: i64,
    /// How long before its deadline a leg may be at risk, in milliseconds.
    pub horizon_ms: i64,
}

/// What there is to worry about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Concerns {
    /// The deadline is still to come, on the date that it is now at the destination.
    pub due_today: bool,
    /// The deadline has passed.
    pub overdue: bool,
    /// There was no event for longer than is usual.
    pub silent: bool,
    /// It is with customs or kept in the courier's network.
    pub held: bool,
    /// The deadline is near, and the leg is less than 50 % likely to stop by then.
    pub at_risk: bool,
}

impl Watch<'_> {
    /// What there is to worry about in a leg that runs. Without enough history nothing is silent or at risk.
    pub fn concerns(&self, leg: &OpenLeg, parcel: &Parcel) -> Concerns {
        let calendar = self.terms.calendar(None, parcel.attributes.destination());
        let lane = Lane::of(parcel);
        let to_come = leg.deadline.filter(|deadline| self.now <= deadline.at);
        Concerns {
            due_today: to_come.is_some_and(|deadline| self.is_today(deadline, calendar)),
            overdue: leg.deadline.is_some_and(|deadline| self.now > deadline.at),
            silent: self.is_silent(leg, &lane, calendar),
            held: matches!(parcel.status, Status::InCustoms | Status::Held),
            at_risk: to_come.is_some_and(|deadline| deadline.at - self.now <= self.horizon_ms)
                && is_unlikely(self.odds(leg, parcel)),
        }
    }

    /// How likely a leg that runs is to stop by its deadline; `None` where it has none, and without enough history.
    pub fn odds(&self, leg: &OpenLeg, parcel: &Parcel) -> Option<Odds> {
        self.odds_at(self.now, &leg.courier, leg.last, leg.deadline?.at, parcel)
    }

    /// At an instant, of a leg that was heard of last by this event.
    pub(super) fn odds_at(
        &self,
        then: i64,
        courier: &str,
        (kind, last): (EventKind, i64),
        deadline: i64,
        parcel: &Parcel,
    ) -> Option<Odds> {
        let calendar = self.terms.calendar(None, parcel.attributes.destination());
        let (elapsed, remaining) = (open_between(calendar, last, then), open_between(calendar, then, deadline));
        self.history.odds(courier, kind, &Lane::of(parcel), elapsed, remaining)
    }

    /// By the clock of the destination, else by the offset that the deadline was stated in.
    fn is_today(&self, deadline: Moment, calendar: Option<LocalCalendar<'_>>) -> bool {
        let day = |at| calendar.map_or_else(|| local_day(at, deadline.offset_minutes), |calendar| calendar.day(at));
        day(deadline.at) == day(self.now)
    }

    fn is_silent(&self, leg: &OpenLeg, lane: &Lane, calendar: Option<LocalCalendar<'_>>) -> bool {
        let (kind, last) = leg.last;
        let usual = self.history.silent_after(&leg.courier, kind, lane);
        usual.is_some_and(|usual| self.now - last > usual) && open_between(calendar, last, self.now) >= AT_LEAST_OPEN_MS
    }
}

/// Whether a leg is less than 50 % likely to stop in time.
pub(super) fn is_unlikely(odds: Option<Odds>) -> bool {
    odds.is_some_and(|odds| odds.likely < EVEN)
}
