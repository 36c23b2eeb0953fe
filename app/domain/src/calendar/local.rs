//! Time arithmetic of a calendar at a place.
//!
//! Three rules, also for the days on which clocks are changed:
//! - A calendar is open at an instant if, and only if, the clock on the wall at the place then shows a time within the
//!   hours of the date that it shows.
//! - A deadline of hh:mm is the last instant at which that clock shows no more than hh:mm: in the hour that exists twice
//!   the second one, in the hour that does not exist the instant of the jump. 24:00 is the last millisecond of the date.
//! - An opening at hh:mm is the first instant at which it shows at least hh:mm.
//!
//! A calendar that does not open within [`GIVE_UP_AFTER_DAYS`] days has ended: it has no next opening and no further
//! working day.

use std::sync::Arc;

use super::openings::Openings;
use super::zone::{HORIZON, Zone};
use super::{Calendar, DAY_MINUTES, DatedHours, Fault, Hours, closest};
use crate::promise::DAY_MS;

/// A calendar that does not open for so many days has ended.
pub const GIVE_UP_AFTER_DAYS: i32 = 400;

const MINUTE_MS: i64 = 60_000;

/// A calendar without faults and with its time zones: what can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZonedCalendar {
    calendar: Calendar,
    /// Local date, as days since 1970-01-01, and place in `calendar.days`; in order.
    days: Vec<(i32, usize)>,
    zone: Arc<Zone>,
    /// In the order of `calendar.zones`.
    zones: Vec<Arc<Zone>>,
}

impl ZonedCalendar {
    /// Checks a calendar and finds its time zones.
    ///
    /// # Errors
    /// Everything in it that cannot be meant.
    pub fn new(calendar: Calendar) -> Result<Self, Vec<Fault>> {
        let mut faults = calendar.faults();
        let mut zone = |field: String, name: &str| {
            let zone = Zone::named(name);
            if zone.is_none() {
                let what = format!("{name:?} is no time zone; write its IANA name, as Europe/Madrid");
                faults.push(Fault { path: format!("calendars.{}.{field}", calendar.name), what });
            }
            zone
        };
        let own = zone("zone".into(), &calendar.zone);
        let rules = calendar.zones.iter().enumerate();
        let zones: Vec<_> = rules.filter_map(|(at, rule)| zone(format!("zones[{at}].zone"), &rule.zone)).collect();
        let Some(zone) = own.filter(|_| faults.is_empty()) else {
            return Err(faults);
        };
        let mut days: Vec<(i32, usize)> =
            calendar.days.iter().enumerate().map(|(place, entry)| (entry.date.to_epoch_days(), place)).collect();
        days.sort_unstable();
        Ok(Self { calendar, days, zone, zones })
    }

    /// As it was given.
    pub const fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The calendar at a place; region and postcode may be empty. Of zone rules the most specific holds, of equals the
    /// one further down.
    pub fn at<'a>(&'a self, region: &'a str, postcode: &'a str) -> LocalCalendar<'a> {
        let rules = self.calendar.zones.iter().zip(&self.zones);
        let weighed = rules.filter_map(|(rule, zone)| Some((rule.scope.weight(region, postcode)?, zone)));
        let zone = weighed.max_by_key(|(weight, _)| *weight).map_or(&self.zone, |(_, zone)| zone);
        LocalCalendar { of: self, zone, region, postcode }
    }
}

/// A calendar at a place. Instants are UTC epoch milliseconds; dates are local, as days since 1970-01-01.
#[derive(Debug, Clone, Copy)]
pub struct LocalCalendar<'a> {
    of: &'a ZonedCalendar,
    zone: &'a Zone,
    region: &'a str,
    postcode: &'a str,
}

impl<'a> LocalCalendar<'a> {
    /// The calendar as it was given, for all places.
    pub const fn calendar(&self) -> &'a Calendar {
        &self.of.calendar
    }

    /// The time zone of the place.
    pub const fn zone(&self) -> &'a Zone {
        self.zone
    }

    /// The local date at an instant.
    pub fn day(&self, at: i64) -> i32 {
        self.zone.reading(at).div_euclid(DAY_MS) as i32
    }

    /// What the wall shows at an instant, in full minutes since local midnight.
    pub fn minute(&self, at: i64) -> u16 {
        (self.zone.reading(at).rem_euclid(DAY_MS) / MINUTE_MS) as u16
    }

    /// The dated entry that holds on a date.
    pub fn dated(&self, day: i32) -> Option<&'a DatedHours> {
        let first = self.of.days.partition_point(|(dated, _)| *dated < day);
        let of_day = self.of.days[first..].iter().take_while(|(dated, _)| *dated == day);
        closest(of_day.map(|(_, place)| &self.of.calendar.days[*place]), self.region, self.postcode)
    }

    /// The hours of a date.
    pub fn hours(&self, day: i32) -> &'a [Hours] {
        self.dated(day).map_or_else(|| self.weekly_hours(day), |entry| &entry.hours)
    }

    /// The hours that a date has as the weekday that it is.
    pub fn weekly_hours(&self, day: i32) -> &'a [Hours] {
        // 1970-01-01 was a Thursday.
        &self.of.calendar.week[(day + 3).rem_euclid(7) as usize]
    }

    /// Whether a date has hours at all.
    pub fn is_working_day(&self, day: i32) -> bool {
        !self.hours(day).is_empty()
    }

    /// The `n`-th working day after a date; for 0 the date itself, or the next working day where it is none. `None` where
    /// the calendar has ended.
    pub fn working_day_after(&self, day: i32, n: u16) -> Option<i32> {
        if n == 0 && self.is_working_day(day) {
            return Some(day);
        }
        let mut left = n;
        let (mut day, mut last) = (day, day);
        while day - last < GIVE_UP_AFTER_DAYS {
            day = day.checked_add(1)?;
            if self.is_working_day(day) {
                left = left.saturating_sub(1);
                last = day;
                if left == 0 {
                    return Some(day);
                }
            }
        }
        None
    }

    /// Whether it is open at an instant.
    pub fn is_open(&self, at: i64) -> bool {
        let minute = self.minute(at);
        self.hours(self.day(at)).iter().any(|hours| hours.contains(minute))
    }

    /// The first instant, this or later, at which it is open; `None` where the calendar has ended.
    pub fn next_opening(&self, at: i64) -> Option<i64> {
        self.openings(at, at.saturating_add(i64::from(GIVE_UP_AFTER_DAYS) * DAY_MS)).next().map(|(from, _)| from)
    }

    /// The stretches between two instants during which it is open, as `(from, to)`, oldest first. Two may touch.
    pub fn openings(&self, from: i64, until: i64) -> impl Iterator<Item = (i64, i64)> + 'a {
        Openings::new(*self, from.max(HORIZON.0), until.min(HORIZON.1))
    }

    /// How long it is open between two instants, in milliseconds. What lies before 1970 or after 2099 is closed.
    pub fn open_ms_between(&self, from: i64, until: i64) -> i64 {
        self.openings(from, until).map(|(from, to)| to - from).sum()
    }

    /// The earliest instant by which it has been open for `open_ms` since `at`; `None` where the calendar ends before.
    pub fn add_open_ms(&self, at: i64, open_ms: i64) -> Option<i64> {
        let (mut at, mut left) = (at, open_ms);
        while left > 0 {
            let until = at.saturating_add(i64::from(GIVE_UP_AFTER_DAYS) * DAY_MS);
            let (from, to) = self.openings(at, until).next()?;
            at = to.min(from + left);
            left -= at - from;
        }
        Some(at)
    }

    /// The first instant of a local date.
    pub fn start_of_day(&self, day: i32) -> i64 {
        self.zone.first(i64::from(day) * DAY_MS)
    }

    /// The last instant of a date at which the wall shows no more than `minute` (minutes since local midnight).
    pub fn last_instant(&self, day: i32, minute: u16) -> i64 {
        let of_day = (i64::from(minute) * MINUTE_MS).min(i64::from(DAY_MINUTES) * MINUTE_MS - 1);
        self.zone.last(i64::from(day) * DAY_MS + of_day)
    }
}
