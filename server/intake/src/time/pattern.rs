//! Times in a written-out pattern, such as `%d/%m/%Y %H:%M`.

use std::fmt::Write;

use chrono::NaiveDate;
use chrono::Timelike;
use chrono::format::{Item, Parsed, StrftimeItems};

use super::iso::{ms_of_day, two};
use super::reading::Written;

/// A pattern in the signs of [`chrono::format::strftime`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pattern {
    /// As the definition writes it.
    pub text: String,
    items: Vec<Item<'static>>,
    /// The year of the times that write none.
    year: Option<i32>,
    /// The same pattern for plain digits, if it consists of nothing else.
    plain: Option<Vec<Step>>,
}

/// One part of a pattern of plain digits.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Literal(u8),
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

impl Pattern {
    /// Understands a pattern. `year` is for times that do not write theirs.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn new(text: &str, year: Option<i32>) -> Result<Self, String> {
        let items = StrftimeItems::new(text).parse_to_owned().map_err(|_| {
            format!(
                "{text:?} is not a time format: use signs such as %Y %m %d %H %M %S, or iso, epoch_seconds, epoch_ms"
            )
        })?;
        let writes_year =
            ["%Y", "%y", "%G", "%C", "%F", "%D", "%x", "%c", "%s", "%+", "%v"].iter().any(|y| text.contains(y));
        if !writes_year && year.is_none() {
            return Err(format!("{text:?} has no year: say which with year = 2024"));
        }
        let pattern = Self { text: text.to_owned(), items, year: year.filter(|_| !writes_year), plain: plain(text) };
        let Some(sample) = NaiveDate::from_ymd_opt(2024, 11, 23).and_then(|day| day.and_hms_opt(14, 35, 46)) else {
            return Ok(pattern);
        };
        let mut written = String::new();
        if write!(written, "{}", sample.and_utc().format_with_items(pattern.items.iter())).is_err() {
            return Err(format!("{text:?} has a sign that cannot be written, such as %#z: write %z instead"));
        }
        match pattern.read(&written) {
            Some(_) => Ok(pattern),
            None => Err(format!("{text:?} does not say which day it is: it needs at least a day and a month")),
        }
    }

    /// Reads a time that is written so.
    pub fn read(&self, text: &str) -> Option<Written> {
        self.plain.as_ref().and_then(|steps| self.read_plain(steps, text.as_bytes())).or_else(|| self.read_any(text))
    }

    fn read_any(&self, text: &str) -> Option<Written> {
        let mut parsed = Parsed::new();
        chrono::format::parse(&mut parsed, text, self.items.iter()).ok()?;
        if let Some(year) = self.year {
            parsed.set_year(i64::from(year)).ok()?;
        }
        let offset = parsed.offset();
        let date = parsed
            .to_naive_date()
            .or_else(|_| parsed.to_naive_datetime_with_offset(offset.unwrap_or(0)).map(|local| local.date()));
        let writes_time = parsed.hour_mod_12().is_some() || parsed.timestamp().is_some();
        let ms_of_day = if writes_time {
            let time = parsed
                .to_naive_time()
                .or_else(|_| parsed.to_naive_datetime_with_offset(offset.unwrap_or(0)).map(|local| local.time()));
            let time = time.ok()?;
            Some(
                i64::from(time.num_seconds_from_midnight()) * 1000
                    + i64::from(time.nanosecond().min(999_999_999) / 1_000_000),
            )
        } else {
            None
        };
        Some(Written { date: date.ok()?, ms_of_day, offset })
    }

    /// The way for nearly all rows of nearly all files: two digits each, four for the year.
    fn read_plain(&self, steps: &[Step], mut text: &[u8]) -> Option<Written> {
        let (mut year, mut month, mut day) = (self.year.unwrap_or(0), 0, 0);
        let mut time = None;
        for step in steps {
            let [first, rest @ ..] = text else { return None };
            if let Step::Literal(literal) = step {
                if first != literal {
                    return None;
                }
                text = rest;
                continue;
            }
            let [second, rest @ ..] = rest else { return None };
            let number = two(*first, *second)?;
            text = rest;
            match step {
                Step::Year => {
                    let [third, fourth, rest @ ..] = text else { return None };
                    year = (number * 100 + two(*third, *fourth)?) as i32;
                    text = rest;
                }
                Step::Month => month = number,
                Step::Day => day = number,
                Step::Hour => time.get_or_insert((0, 0, 0)).0 = number,
                Step::Minute => time.get_or_insert((0, 0, 0)).1 = number,
                Step::Second => time.get_or_insert((0, 0, 0)).2 = number,
                Step::Literal(_) => {}
            }
        }
        let ms_of_day = match time {
            Some((hour, minute, second)) => Some(ms_of_day(hour, minute, second)?),
            None => None,
        };
        text.is_empty().then_some(Written { date: NaiveDate::from_ymd_opt(year, month, day)?, ms_of_day, offset: None })
    }
}

/// The pattern as steps, if it has a day, and only plain digits and ASCII signs between them.
fn plain(text: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut signs = text.bytes();
    while let Some(sign) = signs.next() {
        steps.push(match sign {
            b'%' => match signs.next()? {
                b'Y' => Step::Year,
                b'm' => Step::Month,
                b'd' => Step::Day,
                b'H' => Step::Hour,
                b'M' => Step::Minute,
                b'S' => Step::Second,
                _ => return None,
            },
            // A space stands for any white space: that is the general way.
            literal if literal.is_ascii_graphic() || literal == b' ' => Step::Literal(literal),
            _ => return None,
        });
    }
    (steps.contains(&Step::Day) && steps.contains(&Step::Month)).then_some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_its_pattern_says() {
        for (pattern, year, text, expected) in [
            ("%d/%m/%Y %H:%M", None, "06/07/2024 14:05", "2024-07-06 50700000"),
            ("%d/%m/%Y %H:%M", None, "6/7/2024 14:05", "2024-07-06 50700000"),
            ("%m-%d %H:%M:%S", Some(2022), "05-01 08:41:00", "2022-05-01 31260000"),
            ("%d.%m.%y", None, "06.07.24", "2024-07-06"),
            ("%m/%d/%Y %I:%M %p", None, "07/06/2024 12:26 PM", "2024-07-06 44760000"),
            ("%Y%m%d%H%M%S", None, "20240706140500", "2024-07-06 50700000"),
            ("%Y-%m-%dT%H:%M:%S%.f%:z", None, "2024-07-06T14:05:00.250+02:00", "2024-07-06 50700250 +7200"),
            ("%e %B %Y", None, "6 July 2024", "2024-07-06"),
        ] {
            let written = Pattern::new(pattern, year).unwrap().read(text).unwrap();
            let time = written.ms_of_day.map(|ms| format!(" {ms}")).unwrap_or_default();
            let offset = written.offset.map(|s| format!(" {s:+}")).unwrap_or_default();
            assert_eq!(format!("{}{time}{offset}", written.date), expected, "{pattern}");
        }
    }

    #[test]
    fn what_does_not_fit_the_pattern_is_not_guessed() {
        let pattern = Pattern::new("%d/%m/%Y %H:%M", None).unwrap();
        for text in
            ["", "31/02/2024 10:00", "12/31/2024 10:00", "06/07/2024", "06/07/2024 24:00", "06/07/2024 10:00 CET"]
        {
            assert_eq!(pattern.read(text), None, "{text}");
        }
        let yearless = Pattern::new("%m-%d", Some(2022)).unwrap();
        assert_eq!(yearless.read("02-29"), None);
    }

    #[test]
    fn a_pattern_that_cannot_work_is_refused_with_what_to_do() {
        for (pattern, year, hint) in [
            ("%Q", None, "is not a time format"),
            ("%m-%d %H:%M", None, "has no year"),
            ("%H:%M", Some(2022), "does not say which day"),
            ("%Y", None, "does not say which day"),
            ("", None, "has no year"),
        ] {
            let fault = Pattern::new(pattern, year).unwrap_err();
            assert!(fault.contains(hint), "{pattern}: {fault}");
        }
    }
}
