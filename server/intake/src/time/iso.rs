//! Times as ISO 8601 and RFC 3339 write them: `2024-06-06T14:00:00+02:00`, `2024-06-06 14:00`, `2024-06-06`.

use chrono::NaiveDate;

use super::reading::Written;
use super::zone::fixed_offset;

/// Reads a date, optionally a time of day after `T`, `t` or a space, optionally an offset.
pub(super) fn read(text: &[u8]) -> Option<Written> {
    let (date, rest) = text.split_at_checked(10)?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else { return None };
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    let date = NaiveDate::from_ymd_opt(year as i32, two(m1, m2)?, two(d1, d2)?)?;
    let [b'T' | b't' | b' ', rest @ ..] = rest else {
        return rest.is_empty().then_some(Written { date, ms_of_day: None, offset: None });
    };
    let [h1, h2, b':', n1, n2, rest @ ..] = rest else { return None };
    let mut seconds = 0;
    let mut thousandths = 0;
    let mut rest = rest;
    if let [b':', s1, s2, after @ ..] = rest {
        seconds = two(*s1, *s2)?;
        rest = after;
        if let [b'.' | b',', fraction @ ..] = rest {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            thousandths = milliseconds(&fraction[..digits])?;
            rest = &fraction[digits..];
        }
    }
    let ms_of_day = ms_of_day(two(*h1, *h2)?, two(*n1, *n2)?, seconds)? + thousandths;
    let offset = match rest {
        [] => None,
        [b'Z' | b'z'] => Some(0),
        [b' ', offset @ ..] | offset => Some(fixed_offset(offset)?),
    };
    Some(Written { date, ms_of_day: Some(ms_of_day), offset })
}

/// The number that two digits write.
pub(super) fn two(tens: u8, ones: u8) -> Option<u32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
}

/// Milliseconds since midnight. A leap second is the last second of its minute.
pub(super) fn ms_of_day(hour: u32, minute: u32, second: u32) -> Option<i64> {
    let whole = hour < 24 && minute < 60 && second <= 60;
    whole.then(|| i64::from(hour * 3600 + minute * 60 + second.min(59)) * 1000)
}

/// The milliseconds of a decimal fraction of a second; what is finer is dropped.
pub(super) fn milliseconds(digits: &[u8]) -> Option<i64> {
    let is_fraction = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    is_fraction.then(|| (0..3).fold(0, |ms, i| ms * 10 + digits.get(i).map_or(0, |d| i64::from(d - b'0'))))
}
