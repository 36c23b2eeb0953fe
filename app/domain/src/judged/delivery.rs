//! Delivered within so many working days, and lost: of parcels that were accepted long enough ago.

use super::journey::Adding;
use crate::calendar::LocalCalendar;
use crate::cell::{Measure, WORKING_DAYS};
use crate::contribution::Amount;
use crate::event::{Event, Moment};
use crate::parcel::Parcel;
use crate::promise::DAY_MS;
use crate::verdict::Class;
use crate::vocabulary::EventKind;

/// So long after its promise a parcel that was not delivered counts as lost: 30 days, as in CMR article 20.
const LOST_AFTER_MS: i64 = 30 * DAY_MS;
/// Without a promise so long after the courier took it over: 60 days, as there.
const LOST_AFTER_ACCEPTANCE_MS: i64 = 60 * DAY_MS;

/// Stands for what was not delivered within the working days that are counted, in days.
const NOT_DELIVERED_DAYS: i64 = 100;
impl Parcel {
    /// The last instant at which it does not count as lost, whatever became of it, UTC epoch milliseconds; none before it is
    /// accepted.
    pub fn lost_from(&self) -> Option<i64> {
        let accepted = self.accepted?;
        Some(self.promise.map_or(accepted.at + LOST_AFTER_ACCEPTANCE_MS, |promise| promise.latest + LOST_AFTER_MS))
    }
}

impl<'a, 'p: 'a> Adding<'a, '_, 'p> {
    pub(super) fn delivery(&mut self) {
        let Some(accepted) = self.parcel.accepted else { return };
        if self.is_cancelled() {
            return;
        }
        self.loss(accepted);
        self.working_days(accepted);
    }

    /// Where nothing was promised, a cancellation counts at any time before the stop.
    fn is_cancelled(&self) -> bool {
        let Parcel { promise, cancelled, stop, .. } = self.parcel;
        let before_the_stop = |cancelled: Moment| stop.is_none_or(|stop| cancelled.at < stop.at);
        self.parcel.class(self.judged_until) == Class::Cancelled
            || promise.is_none() && cancelled.is_some_and(before_the_stop)
    }

    fn loss(&mut self, accepted: Moment) {
        let parcel = self.parcel;
        if !parcel.lost_from().is_some_and(|instant| self.has_passed(instant)) {
            return;
        }
        self.one(&parcel.courier, accepted, Measure::LossJudged);
        let is_declared = |event: &&Event| matches!(event.kind, EventKind::Lost | EventKind::Destroyed);
        let has_turned_back = parcel.legs.iter().any(|leg| leg.is_return);
        if parcel.stop.is_none() && (!has_turned_back || self.valid.iter().any(is_declared)) {
            self.one(&parcel.courier, accepted, Measure::Lost);
        }
    }

    /// On which working day of the destination after the day of acceptance it was delivered, or lay ready where planned. What
    /// was refused is neither.
    fn working_days(&mut self, accepted: Moment) {
        if self.parcel.stopped_by == Some(EventKind::AttemptFailed) {
            return;
        }
        let Some(calendar) = self.calendar else { return };
        let (mut last, mut counted, mut held) = (accepted.day(), 0, None);
        for (days, distribution) in WORKING_DAYS {
            let Some(day) = calendar.working_day_after(last, days - counted) else { break };
            if !self.has_passed(calendar.last_instant(day, 24 * 60)) {
                break;
            }
            (last, counted, held) = (day, days, Some(distribution));
        }
        let Some(distribution) = held else { return };
        let stop = self.parcel.stop.filter(|stop| calendar.day(stop.at) <= last);
        let n = stop.map_or(NOT_DELIVERED_DAYS, |stop| working_days_until(calendar, accepted.day(), stop.at));
        self.add(&self.parcel.courier, accepted, Amount::Duration(distribution, n * DAY_MS));
    }
}

/// The least n so that the n-th working day after a date is not before the date of an instant.
fn working_days_until(calendar: LocalCalendar<'_>, accepted: i32, stop: i64) -> i64 {
    let stopped = calendar.day(stop);
    let passed = (accepted + 1..=stopped).filter(|&day| calendar.is_working_day(day)).count() as i64;
    let is_between = stopped > accepted && !calendar.is_working_day(stopped);
    passed + i64::from(is_between)
}
