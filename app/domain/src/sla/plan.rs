//! The deadline of a leg, what moves it, and what became of it at an instant.
//!
//! - A pause counts from the clock's start on, and only if it begins no later than the deadline as extended so far. Pauses
//!   that overlap are one; the one that began first names cause and party.
//! - A pause moves the deadline by the open time of the destination's calendar that it lasted; in a contract in hours of
//!   the clock by all of its time.
//! - Pauses may touch so many working days at the destination as the contract says: a day is touched where a pause holds
//!   open time of it. From the opening of the next such day on, or from the beginning of the pause on it, the clock runs.
//! - The tolerance of a hand-over that nobody took in time is a pause as well, but no excuse that anybody must claim: it is
//!   part of every figure and touches no day.
//! - A leg is open until its deadline, as extended, has passed, also when it was fulfilled before. In between it is paused
//!   while the first deadline has passed and a pause is on.

use super::FAR;
use super::pause::Pause;
use crate::calendar::LocalCalendar;
use crate::clock::Cause;
use crate::verdict::LegClass;

/// What the contract says of a leg, once its events are read. Instants are UTC epoch milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'a> {
    /// The deadline before any pause.
    pub(super) first: i64,
    /// Before it, a stop is early.
    pub(super) earliest: Option<i64>,
    /// When the leg was fulfilled.
    pub(super) stop: Option<i64>,
    /// When the shipper cancelled.
    pub(super) cancelled: Option<i64>,
    /// The destination's.
    pub(super) calendar: LocalCalendar<'a>,
    /// Whether pauses count by all of their time, not by open time.
    pub(super) measure: Measured,
    /// On how many working days pauses may count.
    pub(super) pause_days: u16,
}

/// How the time of a pause is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measured {
    /// By the calendar's open time.
    OpenTime,
    /// By the clock.
    ClockTime,
}

/// A leg's deadline with the pauses that count.
#[derive(Debug, Clone)]
pub(super) struct Plan<'a> {
    facts: Facts<'a>,
    /// In order, without overlap. Only the last may be without end.
    pauses: Vec<Pause<'a>>,
}

impl<'a> Plan<'a> {
    /// Finds which of the pauses count; they are ordered by their beginning.
    pub(super) fn new(facts: Facts<'a>, pauses: impl Iterator<Item = Pause<'a>>) -> Self {
        let mut plan = Self { facts, pauses: Vec::new() };
        let mut cap = Cap { left: facts.pause_days, day: None, is_reached: false };
        let mut deadline = facts.first;
        for pause in united(pauses) {
            if pause.from > deadline {
                break;
            }
            let Some(pause) = cap.allow(pause, facts.calendar) else {
                continue;
            };
            plan.pauses.push(pause);
            // One without end is the last.
            let Some(to) = pause.to else {
                break;
            };
            deadline = plan.deadline(to);
        }
        plan
    }

    /// The deadline before any pause.
    pub(super) const fn facts(&self) -> &Facts<'a> {
        &self.facts
    }

    /// The pauses that count.
    pub(super) fn pauses(&self) -> &[Pause<'a>] {
        &self.pauses
    }

    /// The deadline as pauses have moved it until `until`.
    pub(super) fn deadline(&self, until: i64) -> i64 {
        self.moved_by(&self.pauses, until)
    }

    /// The deadline as the first `n` pauses have moved it until `until`.
    pub(super) fn deadline_after(&self, n: usize, until: i64) -> i64 {
        self.moved_by(&self.pauses[..n], until)
    }

    fn moved_by(&self, pauses: &[Pause<'_>], until: i64) -> i64 {
        let Facts { first, calendar, measure, .. } = self.facts;
        let stretches = pauses.iter().map(|pause| (pause.from, pause.to.map_or(until, |to| to.min(until))));
        let lasted = stretches.filter(|(from, to)| from < to).map(|(from, to)| match measure {
            Measured::OpenTime => calendar.open_ms_between(from, to),
            Measured::ClockTime => to - from,
        });
        match (lasted.sum(), measure) {
            (0, _) => first,
            (paused, Measured::OpenTime) => calendar.add_open_ms(first, paused).unwrap_or(FAR),
            (paused, Measured::ClockTime) => first + paused,
        }
    }

    fn is_paused(&self, at: i64) -> bool {
        self.pauses.iter().any(|pause| pause.from < at && pause.to.is_none_or(|to| at <= to))
    }

    /// What became of the leg, judged up to `at`.
    pub(super) fn class(&self, at: i64) -> LegClass {
        let Facts { first, earliest, stop, cancelled, .. } = self.facts;
        let was_open = |moment| moment <= self.deadline(moment) || self.is_paused(moment);
        if cancelled.is_some_and(|cancelled| stop.is_none_or(|stop| cancelled < stop) && was_open(cancelled)) {
            return LegClass::Cancelled;
        }
        if at <= first {
            return LegClass::Open;
        }
        if self.is_paused(at) {
            return LegClass::Paused;
        }
        let deadline = self.deadline(at);
        match stop {
            _ if at <= deadline => LegClass::Open,
            Some(stop) if earliest.is_some_and(|earliest| stop < earliest) => LegClass::Early,
            Some(stop) if stop <= deadline => LegClass::OnTime,
            _ => LegClass::Late,
        }
    }

    /// The last instant, `at` or later, of the class of now; `None` where time alone does not change it.
    pub(super) fn due(&self, at: i64) -> Option<i64> {
        let now = self.class(at);
        let ends = self.pauses.iter().filter_map(|pause| pause.to);
        let moved = (0..=self.pauses.len()).filter_map(|n| {
            let is_over = self.pauses[..n].last().is_none_or(|pause| pause.to.is_some());
            is_over.then(|| self.deadline_after(n, FAR))
        });
        let begins = self.pauses.iter().map(|pause| pause.from);
        let ahead = ends.chain(moved).chain(begins).filter(|&instant| instant >= at && instant < FAR);
        ahead.filter(|&instant| self.class(instant + 1) != now).min()
    }
}

/// Overlapping pauses as one.
fn united<'a>(pauses: impl Iterator<Item = Pause<'a>>) -> Vec<Pause<'a>> {
    let mut united: Vec<Pause<'a>> = Vec::new();
    for pause in pauses {
        match united.last_mut() {
            Some(last) if last.to.is_none_or(|to| pause.from < to) => {
                last.to = last.to.zip(pause.to).map(|(a, b)| a.max(b));
            }
            _ => united.push(pause),
        }
    }
    united
}

/// How many working days pauses may still touch.
struct Cap {
    left: u16,
    day: Option<i32>,
    is_reached: bool,
}

impl Cap {
    /// The part of a pause that the cap leaves.
    fn allow<'a>(&mut self, pause: Pause<'a>, calendar: LocalCalendar<'_>) -> Option<Pause<'a>> {
        if pause.cause == Cause::HandOff {
            return Some(pause);
        }
        if self.is_reached {
            return None;
        }
        for (from, _) in calendar.openings(pause.from, pause.to.unwrap_or(FAR)) {
            let day = Some(calendar.day(from));
            if day == self.day {
                continue;
            }
            if self.left == 0 {
                self.is_reached = true;
                return (pause.from < from).then_some(Pause { to: Some(from), ..pause });
            }
            self.left -= 1;
            self.day = day;
        }
        Some(pause)
    }
}
