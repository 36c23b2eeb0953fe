//! The formats that a time may be written in.

use chrono::NaiveDate;
use domain::promise::DAY_MS;

use super::iso;
use super::pattern::Pattern;

/// How a time is written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Format {
    /// ISO 8601, with or without time of day and offset.
    Iso,
    /// Seconds since 1970-01-01T00:00Z, with or without a decimal fraction.
    EpochSeconds,
    /// Milliseconds since 1970-01-01T00:00Z.
    EpochMs,
    /// A pattern of its own.
    Pattern(Pattern),
}

/// A time as it is written: a local date and time of day, perhaps with the offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    /// The local date; the UTC date for an epoch.
    pub date: NaiveDate,
    /// Milliseconds since local midnight; `None` for a date alone.
    pub ms_of_day: Option<i64>,
    /// Seconds east of UTC, if written.
    pub offset: Option<i32>,
}

impl Format {
    /// The format that a definition names. `year` is for patterns that write none.
    ///
    /// # Errors
    /// What is wrong with the name, as a sentence.
    pub fn new(text: &str, year: Option<i32>) -> Result<Self, String> {
        match text {
            "iso" => Ok(Self::Iso),
            "epoch_seconds" => Ok(Self::EpochSeconds),
            "epoch_ms" => Ok(Self::EpochMs),
            _ => Pattern::new(text, year).map(Self::Pattern),
        }
    }

    /// Reads a time that is written so.
    pub fn read(&self, text: &str) -> Option<Written> {
        match self {
            Self::Iso => iso::read(text.as_bytes()),
            Self::EpochSeconds => epoch(text, 1000),
            Self::EpochMs => epoch(text, 1),
            Self::Pattern(pattern) => pattern.read(text),
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Iso => f.write_str("2024-06-30 14:05:00"),
            Self::EpochSeconds => f.write_str("epoch_seconds"),
            Self::EpochMs => f.write_str("epoch_ms"),
            Self::Pattern(pattern) => f.write_str(&pattern.text),
        }
    }
}

/// An epoch number in units of `unit_ms` milliseconds. A fraction after a point or comma counts for seconds.
fn epoch(text: &str, unit_ms: i64) -> Option<Written> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let ms_of_fraction = if fraction.is_empty() { 0 } else { iso::milliseconds(fraction.as_bytes())? };
    if whole.len() > 18 || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let ms = whole.parse::<i64>().ok()?.checked_mul(unit_ms)? + if unit_ms == 1000 { ms_of_fraction } else { 0 };
    let date = NaiveDate::from_epoch_days(i32::try_from(ms.div_euclid(DAY_MS)).ok()?)?;
    Some(Written { date, ms_of_day: Some(ms.rem_euclid(DAY_MS)), offset: Some(0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, text: &str) -> Option<String> {
        let written = Format::new(format, None).unwrap().read(text)?;
        let time = written.ms_of_day.map(|ms| format!(" {ms}")).unwrap_or_default();
        let offset = written.offset.map(|s| format!(" {s:+}")).unwrap_or_default();
        Some(format!("{}{time}{offset}", written.date))
    }

    #[test]
    fn iso_times_are_read_with_and_without_offset_and_time_of_day() {
        for (text, expected) in [
            ("2024-06-06T14:00:00Z", "2024-06-06 50400000 +0"),
            ("2024-06-06T14:00:00+02:00", "2024-06-06 50400000 +7200"),
            ("2024-06-06T14:00:00.1239-0330", "2024-06-06 50400123 -12600"),
            ("2024-06-06 14:00", "2024-06-06 50400000"),
            ("2024-06-06 14:00:59,5", "2024-06-06 50459500"),
            ("2024-06-06 14:00 +02", "2024-06-06 50400000 +7200"),
            ("2024-06-06", "2024-06-06"),
        ] {
            assert_eq!(read("iso", text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "2024-6-6",
            "2024-02-30",
            "2024-06-06T",
            "2024-06-06T25:00",
            "2024-06-06T14:00:00.",
            "06.06.2024",
            "2024-06-06T14:00:00 CET",
        ] {
            assert_eq!(read("iso", text), None, "{text}");
        }
    }

    #[test]
    fn an_epoch_is_an_instant() {
        assert_eq!(read("epoch_seconds", "1717682400").as_deref(), Some("2024-06-06 50400000 +0"));
        assert_eq!(read("epoch_seconds", "1717682400,25").as_deref(), Some("2024-06-06 50400250 +0"));
        assert_eq!(read("epoch_ms", "1717682400123").as_deref(), Some("2024-06-06 50400123 +0"));
        for text in ["", "-5", "1e9", "999999999999999999", "9999999999999999999", "1717682400.x"] {
            assert_eq!(read("epoch_seconds", text), None, "{text}");
        }
    }
}
