//! Clocks and working days of each country.

use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeZone, Weekday};

use crate::world::{COUNTRIES, Country};

/// Seconds in a day.
pub(crate) const DAY: i64 = 86_400;
/// Seconds in an hour.
pub(crate) const HOUR: i64 = 3_600;

/// Days that the calendars hold before the first day and after the last.
const BEFORE: i64 = 3;
const AFTER: i64 = 120;

/// The clocks and working days of one country over the days of the network.
#[derive(Debug)]
pub(crate) struct Calendar {
    /// The day (since 1970-01-01) at which the lists begin.
    first: i64,
    /// Offset from UTC in seconds by UTC hour.
    offsets: Vec<i32>,
    /// Whether couriers work, by local day.
    works: Vec<bool>,
}

impl Calendar {
    fn new(country: &Country, first_day: i64, days: i64) -> Self {
        let first = first_day - BEFORE;
        let days = BEFORE + days + AFTER;
        let offsets = (first * 24..(first + days) * 24).filter_map(|hour| {
            let instant = DateTime::from_timestamp(hour * HOUR, 0)?.naive_utc();
            Some(country.zone.offset_from_utc_datetime(&instant).fix().local_minus_utc())
        });
        let works = (first..first + days).filter_map(date).map(|day| is_working_day(country, day));
        Self { first, offsets: offsets.collect(), works: works.collect() }
    }

    /// The offset from UTC at an instant, in seconds.
    pub fn offset(&self, at: i64) -> i64 {
        let hour = (at.div_euclid(HOUR) - self.first * 24).clamp(0, self.offsets.len() as i64 - 1);
        i64::from(self.offsets[hour as usize])
    }

    /// The instant of a local day and a second of it.
    pub fn instant(&self, day: i64, second: i64) -> i64 {
        let local = day * DAY + second;
        let near = local - self.offset(local);
        local - self.offset(near)
    }

    /// The local day and the second of it.
    pub fn local(&self, at: i64) -> (i64, i64) {
        let local = at + self.offset(at);
        (local.div_euclid(DAY), local.rem_euclid(DAY))
    }

    /// Whether couriers work on this local day.
    pub fn works(&self, day: i64) -> bool {
        usize::try_from(day - self.first).is_ok_and(|day| self.works.get(day).copied().unwrap_or(true))
    }

    /// The first working day at or after this one, and so many further ones on.
    pub fn working_day(&self, mut day: i64, mut further: i64) -> i64 {
        loop {
            if self.works(day) {
                if further == 0 {
                    return day;
                }
                further -= 1;
            }
            day += 1;
        }
    }
}

/// The calendars of all countries, in their order.
pub(crate) fn calendars(first_day: i64, days: i64) -> Vec<Calendar> {
    COUNTRIES.iter().map(|country| Calendar::new(country, first_day, days)).collect()
}

/// The date of a day since 1970-01-01.
pub(crate) fn date(day: i64) -> Option<NaiveDate> {
    Some(DateTime::from_timestamp(day * DAY, 0)?.date_naive())
}

/// Couriers work from Monday to Saturday, but not on public holidays.
fn is_working_day(country: &Country, date: NaiveDate) -> bool {
    let easter = easter(date.year());
    let is_holiday = country.fixed_holidays.contains(&(date.month(), date.day()))
        || easter.is_some_and(|easter| country.easter_holidays.contains(&(date - easter).num_days()));
    date.weekday() != Weekday::Sun && !is_holiday
}

/// Easter Sunday of a year (the "anonymous Gregorian" rule, Nature, 20 April 1876).
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let f = (b + 8) / 25;
    let h = (19 * a + b - b / 4 - (b - f + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(year, (n / 31) as u32, (n % 31 + 1) as u32)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;

    fn day(text: &str) -> i64 {
        text.parse::<NaiveDate>().unwrap().and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp() / DAY
    }

    #[test]
    fn easter_is_where_the_church_puts_it() {
        for (year, expected) in [(2024, "2024-03-31"), (2025, "2025-04-20"), (2026, "2026-04-05"), (2038, "2038-04-25")]
        {
            assert_eq!(easter(year).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn nobody_works_on_sundays_and_holidays() {
        let all = calendars(day("2026-04-01"), 40);
        let fr = &all[crate::world::FR];
        assert!(fr.works(day("2026-04-03")) && !fr.works(day("2026-04-05")) && !fr.works(day("2026-04-06")));
        assert!(!all[crate::world::ES].works(day("2026-04-03")));
        assert_eq!(fr.working_day(day("2026-04-04"), 1), day("2026-04-07"));
    }

    #[test]
    fn local_times_follow_the_clock_change() {
        let calendar = &calendars(day("2026-10-01"), 60)[crate::world::ES];
        for text in ["2026-10-24", "2026-10-26"] {
            let at = calendar.instant(day(text), 9 * HOUR);
            assert_eq!(calendar.local(at), (day(text), 9 * HOUR));
        }
        assert_eq!(calendar.instant(day("2026-10-26"), 0) - calendar.instant(day("2026-10-25"), 0), 25 * HOUR);
    }
}
