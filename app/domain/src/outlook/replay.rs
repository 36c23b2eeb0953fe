//! How often a leg that would have been called at risk was late.

use super::course::own_events;
use super::watch::{Watch, is_unlikely};
use crate::leg::Leg;
use crate::parcel::Parcel;
use crate::rate::Rate;
use crate::timeline::Timeline;

/// How many legs would have been called at risk, and how many of these were late.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HitRate {
    /// Called at risk.
    pub flagged: i64,
    /// Late, of these.
    pub late: i64,
}

impl HitRate {
    /// Counts a leg that was called at risk.
    pub fn count(&mut self, was_late: bool) {
        self.flagged += 1;
        self.late += i64::from(was_late);
    }

    /// The share that was late.
    pub fn rate(self) -> Rate {
        Rate::new(self.late, self.flagged)
    }
}

impl Watch<'_> {
    /// Whether a leg of a parcel that would have been called at risk was late, where its deadline has passed. It is looked
    /// at one horizon before the deadline, by the events that had happened then. `None` where it would not have been called
    /// at risk, did not run yet or no longer ran.
    ///
    /// `deadline` and `stop`, the instant that fulfilled the leg, are in UTC epoch milliseconds, as they are known today.
    ///
    /// The history must come from other parcels: who learns from one half of the parcels and replays the other does not ask
    /// it for what it was told.
    pub fn replay(
        &self,
        timeline: &Timeline,
        parcel: &Parcel,
        leg: &Leg,
        deadline: i64,
        stop: Option<i64>,
    ) -> Option<bool> {
        let then = deadline - self.horizon_ms;
        let was_over = |at: i64| at <= then;
        if leg.is_return
            || deadline >= self.now
            || stop.is_some_and(was_over)
            || leg.end.is_some_and(|end| was_over(end.at))
        {
            return None;
        }
        let last = own_events(timeline, leg, None).take_while(|event| event.at <= then).last()?;
        let odds = self.odds_at(then, &leg.courier, (last.kind, last.at), deadline, parcel);
        is_unlikely(odds).then(|| stop.is_none_or(|stop| stop > deadline))
    }
}
