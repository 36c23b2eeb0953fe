//! Time zones, and how a local time becomes an instant.

use std::str::FromStr;

use chrono::{DateTime, LocalResult, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;

const HOUR_MS: i64 = domain::promise::HOUR_MS;

/// A time zone: a named one of the IANA database, or a fixed offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    Named(Tz),
    /// Seconds east of UTC.
    Fixed(i32),
}

impl Zone {
    pub const UTC: Self = Self::Fixed(0);

    /// The instant of a local time (ms since 1970-01-01T00:00 local) and its offset in seconds.
    ///
    /// A local time that the spring change skips is moved forward by as much as the clocks are;
    /// one that the autumn change repeats is the first of the two.
    fn instant(self, local_ms: i64) -> (i64, i32) {
        let offset = match self {
            Self::Fixed(seconds) => seconds,
            Self::Named(tz) => match at(local_ms).map(|local| tz.offset_from_local_datetime(&local)) {
                Some(LocalResult::Single(offset)) => offset.fix().local_minus_utc(),
                Some(LocalResult::Ambiguous(one, other)) => {
                    // West to east is first to last: the larger offset is the earlier instant.
                    one.fix().local_minus_utc().max(other.fix().local_minus_utc())
                }
                // In the gap: the offset before it, found a day earlier, puts the instant behind it by the gap's length.
                Some(LocalResult::None) => self.offset_at(local_ms - 24 * HOUR_MS),
                None => 0,
            },
        };
        let utc_ms = local_ms - i64::from(offset) * 1000;
        (utc_ms, if let Self::Named(_) = self { self.offset_at(utc_ms) } else { offset })
    }

    /// The offset in force at an instant (UTC epoch ms), in seconds east of UTC.
    fn offset_at(self, utc_ms: i64) -> i32 {
        match self {
            Self::Fixed(seconds) => seconds,
            Self::Named(tz) => at(utc_ms).map_or(0, |utc| tz.offset_from_utc_datetime(&utc).fix().local_minus_utc()),
        }
    }
}

fn at(ms: i64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp_millis(ms).map(|instant| instant.naive_utc())
}

impl FromStr for Zone {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "UTC" || text == "Z" {
            return Ok(Self::UTC);
        }
        if let Some(seconds) = fixed_offset(text.as_bytes()) {
            return Ok(Self::Fixed(seconds));
        }
        text.parse().map(Self::Named).map_err(|_| {
            "is not a time zone: write a name of the IANA list such as Europe/Berlin, or an offset such as +01:00"
                .to_owned()
        })
    }
}

/// The seconds east of UTC that `+hh:mm`, `+hhmm` or `+hh` says.
pub(super) fn fixed_offset(text: &[u8]) -> Option<i32> {
    let digits: Vec<i32> = text
        .iter()
        .skip(1)
        .filter(|b| **b != b':')
        .map(|b| (*b as char).to_digit(10).map(|d| d as i32))
        .collect::<Option<_>>()?;
    let sign = match text.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = match (digits.as_slice(), text.len()) {
        ([a, b], 3) => (a * 10 + b, 0),
        ([a, b, c, d], 5) => (a * 10 + b, c * 10 + d),
        ([a, b, c, d], 6) if text[3] == b':' => (a * 10 + b, c * 10 + d),
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// How many hours a [`Clock`] remembers.
const REMEMBERED: usize = 1024;

/// A zone that remembers the offset of the local hours it was asked about.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    zone: Zone,
    /// The local hour and the offset of all of it, in seconds.
    hours: Vec<Option<(i64, i32)>>,
}

impl Clock {
    pub fn new(zone: Zone) -> Self {
        Self { zone, hours: Vec::new() }
    }

    /// The UTC instant (epoch ms) of a local time (ms since 1970-01-01T00:00 local), and the offset in minutes.
    /// A skipped local time is moved forward by the gap, a repeated one is the first of the two.
    pub fn instant(&mut self, local_ms: i64) -> (i64, i16) {
        if let Zone::Fixed(seconds) = self.zone {
            return (local_ms - i64::from(seconds) * 1000, minutes(seconds));
        }
        if self.hours.is_empty() {
            self.hours = vec![None; REMEMBERED];
        }
        let hour = local_ms.div_euclid(HOUR_MS);
        let slot = hour.rem_euclid(REMEMBERED as i64) as usize;
        if let Some((_, offset)) = self.hours[slot].filter(|(remembered, _)| *remembered == hour) {
            return (local_ms - i64::from(offset) * 1000, minutes(offset));
        }
        if let Some(offset) = self.offset_of_hour(hour) {
            self.hours[slot] = Some((hour, offset));
        }
        let (utc_ms, offset) = self.zone.instant(local_ms);
        (utc_ms, minutes(offset))
    }

    /// The offset in force at a UTC instant (epoch ms), in minutes east of UTC.
    pub fn offset_at(&self, utc_ms: i64) -> i16 {
        minutes(self.zone.offset_at(utc_ms))
    }

    /// The offset of a local hour, if the clocks do not change in it.
    fn offset_of_hour(&self, hour: i64) -> Option<i32> {
        let Zone::Named(tz) = self.zone else { return None };
        let offset = |ms| tz.offset_from_local_datetime(&at(ms)?).single().map(|offset| offset.fix().local_minus_utc());
        let first = offset(hour * HOUR_MS)?;
        let last = offset(hour * HOUR_MS + HOUR_MS - 1)?;
        (first == last).then_some(first)
    }
}

fn minutes(seconds: i32) -> i16 {
    (seconds / 60) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc_of(zone: &str, local: &str) -> (String, i16) {
        let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M:%S").unwrap().and_utc().timestamp_millis();
        let mut clock = Clock::new(zone.parse().unwrap());
        let first = clock.instant(local);
        assert_eq!(clock.instant(local), first, "the remembered answer is the same");
        (at(first.0).unwrap().to_string(), first.1)
    }

    #[test]
    fn a_local_time_becomes_an_instant() {
        for (zone, local, utc, offset) in [
            ("Asia/Shanghai", "2022-05-01 08:41:00", "2022-05-01 00:41:00", 480),
            ("+05:30", "2022-05-01 08:41:00", "2022-05-01 03:11:00", 330),
            ("-0300", "2022-05-01 08:41:00", "2022-05-01 11:41:00", -180),
            ("UTC", "2022-05-01 08:41:00", "2022-05-01 08:41:00", 0),
            // Skipped by the spring change: forward by the hour.
            ("Europe/Berlin", "2024-03-31 02:30:00", "2024-03-31 01:30:00", 120),
            ("America/Sao_Paulo", "2017-10-15 00:00:00", "2017-10-15 03:00:00", -120),
            // Repeated by the autumn change: the first of the two.
            ("Europe/Berlin", "2024-10-27 02:30:00", "2024-10-27 00:30:00", 120),
            ("Europe/Berlin", "2024-10-27 03:00:00", "2024-10-27 02:00:00", 60),
            // The clocks go back at midnight: the next day still starts once.
            ("America/Sao_Paulo", "2018-02-18 00:00:00", "2018-02-18 03:00:00", -180),
            ("America/Sao_Paulo", "2018-02-17 23:30:00", "2018-02-18 01:30:00", -120),
        ] {
            assert_eq!(utc_of(zone, local), (utc.to_owned(), offset), "{local} in {zone}");
        }
    }

    #[test]
    fn what_is_no_zone_is_refused() {
        for text in ["", "Berlin", "+1", "+25:00", "+01:60", "+01-00", "europe", "+0é"] {
            assert!(text.parse::<Zone>().is_err(), "{text}");
        }
    }
}
