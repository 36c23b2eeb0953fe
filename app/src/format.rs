//! Figures, durations and times as text. Nothing here depends on the reader's clock, time zone or language,
//! so that the server and the browser write the same.

use chrono::{DateTime, Datelike, NaiveDate, Offset, Timelike, Utc};
use domain::explain::duration_parts;
use domain::rate::Rate;
use domain::view::LocalTime;

/// Between a number and its unit: narrow, and never broken into two lines.
const THIN: char = '\u{202f}';
const MINUS: char = '\u{2212}';
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Stands where there is nothing to show.
pub const NOTHING: &str = "–";

/// A size in bytes, to the next lower unit.
pub fn bytes(n: u64) -> String {
    match n {
        0..1024 => format!("{n} bytes"),
        1024..1_048_576 => format!("{} KiB", n >> 10),
        1_048_576..1_073_741_824 => format!("{} MiB", n >> 20),
        _ => format!("{} GiB", n >> 30),
    }
}

/// "12 804", with thin spaces from five digits on.
pub fn count(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = String::new();
    if n < 0 {
        text.push(MINUS);
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len() > 4 && (digits.len() - index).is_multiple_of(3) {
            text.push(THIN);
        }
        text.push(digit);
    }
    text
}

/// "1 parcel", "12 804 parcels".
pub fn counted(n: i64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// "94.1 %" of a share 0..1.
pub fn percent(share: f64) -> String {
    format!("{}{THIN}%", tenths(share))
}

/// "94.1" of a share 0..1: percent without the sign. Only a whole is 100.0, only nothing is 0.0.
pub fn tenths(share: f64) -> String {
    let rounded = (share * 1000.0).round() / 10.0;
    let honest = match rounded {
        r if r >= 100.0 && share < 1.0 => 99.9,
        r if r <= 0.0 && share > 0.0 => 0.1,
        r => r,
    };
    format!("{honest:.1}")
}

/// "94.1 %", or a dash where nothing was counted.
pub fn rate(rate: &Rate) -> String {
    rate.rate.map_or_else(|| NOTHING.to_owned(), percent)
}

/// "3.4 of 10,000".
pub fn per_ten_thousand(rate: &Rate) -> String {
    rate.rate.map_or_else(|| NOTHING.to_owned(), |rate| format!("{:.1} of 10,000", rate * 10_000.0))
}

/// "92.6–95.2 %": the interval.
pub fn interval(rate: &Rate) -> String {
    match (rate.low, rate.high) {
        (Some(low), Some(high)) => format!("{}–{}{THIN}%", tenths(low), tenths(high)),
        _ => NOTHING.to_owned(),
    }
}

/// "1204 of 1280".
pub fn basis(rate: &Rate) -> String {
    format!("{} of {}", count(rate.hits), count(rate.total))
}

/// "+0.8 pp" of a difference of shares.
pub fn points(difference: f64) -> String {
    let tenths = (difference * 1000.0).round() / 10.0;
    let sign = sign(tenths);
    format!("{sign}{:.1}{THIN}pp", tenths.abs())
}

/// "+5 h" of a difference in milliseconds.
pub fn longer(difference_ms: i64) -> String {
    let sign = sign(difference_ms as f64);
    format!("{sign}{}", duration(difference_ms.abs()))
}

fn sign(value: f64) -> &'static str {
    match value {
        v if v > 0.0 => "+",
        v if v < 0.0 => "\u{2212}",
        _ => "±",
    }
}

/// "1 d 4 h", "4 h 12 min", "12 min", "40 s": the two largest units of milliseconds.
pub fn duration(ms: i64) -> String {
    let parts = duration_parts(ms).into_iter().map(|(number, unit)| format!("{}{THIN}{unit}", count(number)));
    let text = parts.collect::<Vec<_>>().join(" ");
    if ms < 0 { format!("{MINUS}{text}") } else { text }
}

/// A duration, or a dash.
pub fn maybe_duration(ms: Option<i64>) -> String {
    ms.map_or_else(|| NOTHING.to_owned(), duration)
}

/// "22 Nov".
pub fn day_short(date: NaiveDate) -> String {
    format!("{} {}", date.day(), MONTHS[date.month0() as usize])
}

/// "22 Nov 2026".
pub fn day(date: NaiveDate) -> String {
    format!("{} {}", day_short(date), date.year())
}

/// "Sun 22 Nov 2026".
pub fn weekday(date: NaiveDate) -> String {
    format!("{} {}", WEEKDAYS[date.weekday().num_days_from_monday() as usize], day(date))
}

/// "26 Oct – 22 Nov 2026": what both share is said once.
pub fn days(from: NaiveDate, to: NaiveDate) -> String {
    if from == to {
        day(to)
    } else if from.year() == to.year() {
        format!("{} – {}", day_short(from), day(to))
    } else {
        format!("{} – {}", day(from), day(to))
    }
}

/// "14:32".
fn clock(time: &impl Timelike) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// "22 Nov 2026 14:32 UTC".
pub fn instant(at: DateTime<Utc>) -> String {
    format!("{} {} UTC", day(at.date_naive()), clock(&at))
}

/// "14:32 UTC" on the day of `today`, else with its date.
pub fn instant_seen_from(at: DateTime<Utc>, today: NaiveDate) -> String {
    if at.date_naive() == today { format!("{} UTC", clock(&at)) } else { instant(at) }
}

/// "22 Nov 2026 14:32 +01:00": the time of the place, with its zone.
pub fn local(at: &LocalTime) -> String {
    format!("{} {} {}", day(at.date_naive()), clock(at), offset(at))
}

/// "14:32:05 +01:00".
pub fn local_clock(at: &LocalTime) -> String {
    format!("{}:{:02} {}", clock(at), at.second(), offset(at))
}

/// "+01:00".
fn offset(at: &LocalTime) -> String {
    let minutes = at.offset().fix().local_minus_utc() / 60;
    let sign = if minutes < 0 { MINUS } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

#[cfg(test)]
mod tests {
    use domain::view::local_time;

    use super::*;

    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;

    fn plain(text: &str) -> String {
        text.replace(THIN, " ")
    }

    #[test]
    fn large_counts_have_thin_spaces() {
        for (n, text) in [(0, "0"), (1280, "1280"), (12_804, "12 804"), (1_234_567, "1 234 567"), (-12_804, "−12 804")]
        {
            assert_eq!(plain(&count(n)), text);
        }
        assert_eq!(counted(1, "parcel", "parcels"), "1 parcel");
    }

    #[test]
    fn percentages_have_one_decimal_and_do_not_round_to_all_or_nothing() {
        for (share, text) in
            [(0.941, "94.1 %"), (1.0, "100.0 %"), (0.0, "0.0 %"), (0.99999, "99.9 %"), (0.00001, "0.1 %")]
        {
            assert_eq!(plain(&percent(share)), text);
        }
        assert_eq!(rate(&Rate::new(0, 0)), NOTHING);
        assert_eq!(plain(&interval(&Rate::new(92, 100))), "85.0–95.9 %");
    }

    #[test]
    fn changes_carry_their_sign() {
        assert_eq!(plain(&points(0.008)), "+0.8 pp");
        assert_eq!(plain(&points(-0.0123)), "−1.2 pp");
        assert_eq!(plain(&points(0.0)), "±0.0 pp");
        assert_eq!(plain(&longer(-5 * HOUR)), "−5 h");
    }

    #[test]
    fn durations_have_two_units() {
        for (ms, text) in [
            (40_000, "40 s"),
            (12 * MINUTE, "12 min"),
            (59 * MINUTE + 40_000, "1 h"),
            (4 * HOUR + 12 * MINUTE, "4 h 12 min"),
            (28 * HOUR, "1 d 4 h"),
            (48 * HOUR, "2 d"),
            (24 * HOUR - 20_000, "1 d"),
            (-28 * HOUR, "−1 d 4 h"),
        ] {
            assert_eq!(plain(&duration(ms)), text, "{ms}");
        }
    }

    #[test]
    fn days_share_what_they_can() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap_or_default();
        assert_eq!(days(date("2026-10-26"), date("2026-11-22")), "26 Oct – 22 Nov 2026");
        assert_eq!(days(date("2025-12-30"), date("2026-01-02")), "30 Dec 2025 – 2 Jan 2026");
        assert_eq!(days(date("2026-11-22"), date("2026-11-22")), "22 Nov 2026");
        assert_eq!(weekday(date("2026-11-22")), "Sun 22 Nov 2026");
    }

    #[test]
    fn times_carry_their_zone() {
        assert_eq!(local(&local_time(0, -210)), "31 Dec 1969 20:30 −03:30");
        assert_eq!(local_clock(&local_time(0, 60)), "01:00:00 +01:00");
        let at = DateTime::<Utc>::default();
        assert_eq!(instant(at), "1 Jan 1970 00:00 UTC");
        assert_eq!(instant_seen_from(at, at.date_naive()), "00:00 UTC");
    }
}
