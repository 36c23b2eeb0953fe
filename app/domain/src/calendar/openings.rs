//! The stretches of time during which a calendar is open.

use super::local::LocalCalendar;
use crate::promise::DAY_MS;

const MINUTE_MS: i64 = 60_000;

/// The stretches between two instants during which a calendar is open, oldest first, as `(from, to)`. Two may touch.
///
/// Within a stretch of one offset the wall runs as time does, so that the hours of a date are cut at both ends of it:
/// that is the rule that a calendar is open at an instant if, and only if, the wall then shows a time within the hours.
#[derive(Debug, Clone)]
pub(super) struct Openings<'a> {
    calendar: LocalCalendar<'a>,
    from: i64,
    until: i64,
    span: usize,
    day: i32,
    hours: usize,
}

impl<'a> Openings<'a> {
    pub(super) fn new(calendar: LocalCalendar<'a>, from: i64, until: i64) -> Self {
        let span = calendar.zone().span_at(from);
        Self { calendar, from, until, span, day: calendar.day(from), hours: 0 }
    }
}

impl Iterator for Openings<'_> {
    type Item = (i64, i64);

    fn next(&mut self) -> Option<(i64, i64)> {
        while self.from < self.until {
            let (span_from, span_to, offset) = self.calendar.zone().span(self.span);
            let midnight = i64::from(self.day) * DAY_MS - offset;
            while let Some(hours) = self.calendar.hours(self.day).get(self.hours) {
                self.hours += 1;
                let from = (midnight + i64::from(hours.from) * MINUTE_MS).max(span_from).max(self.from);
                let to = (midnight + i64::from(hours.to) * MINUTE_MS).min(span_to).min(self.until);
                if from < to {
                    return Some((from, to));
                }
            }
            self.hours = 0;
            let next_midnight = midnight + DAY_MS;
            if next_midnight.min(span_to) >= self.until {
                return None;
            }
            if next_midnight < span_to {
                self.day += 1;
            } else {
                // The wall jumps, forward or back: it may show the same date again.
                self.span += 1;
                self.day = self.calendar.day(span_to);
            }
        }
        None
    }
}
