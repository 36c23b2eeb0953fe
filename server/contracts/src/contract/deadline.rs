//! Deadlines in words: `2 working days by 18:00`.

use domain::contract::Allowance;

use crate::hours;

/// The longest allowance in working days: a year.
const MOST_DAYS: u16 = 366;
/// The longest allowance in hours: a year.
const MOST_HOURS: u32 = 366 * 24;

/// The allowance that a text says.
///
/// # Errors
/// What is wrong, as the end of a sentence.
pub(super) fn read(text: &str) -> Result<Allowance, String> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    match words[..] {
        ["the", "promise"] => Ok(Allowance::Promise),
        [hours, "hour" | "hours"] => number_of_hours(hours).map(|hours| Allowance::ClockHours { hours }),
        [hours, "open", "hour" | "hours"] => number_of_hours(hours).map(|hours| Allowance::OpenHours { hours }),
        [days, "working", "day" | "days", "by", by] => {
            let days = days.parse().ok().filter(|days| *days <= MOST_DAYS);
            let days = days.ok_or_else(|| format!("has no number of days from 0 to {MOST_DAYS}"))?;
            let by = hours::time(by).ok_or_else(|| format!("{by:?} is not a time of day: write 18:00"))?;
            Ok(Allowance::WorkingDays { days, by })
        }
        _ => Err(format!(
            "{text:?} is not a deadline: write \"2 working days by 18:00\", \"48 hours\", \"16 open hours\" or \
             \"the promise\""
        )),
    }
}

fn number_of_hours(text: &str) -> Result<u32, String> {
    let hours = text.parse().ok().filter(|hours| (1..=MOST_HOURS).contains(hours));
    hours.ok_or_else(|| format!("has no number of hours from 1 to {MOST_HOURS}"))
}

/// An allowance in words, as files write it.
pub fn deadline_in_words(allowance: Allowance) -> String {
    let many = |count: u32| if count == 1 { "" } else { "s" };
    match allowance {
        Allowance::WorkingDays { days, by } => {
            format!("{days} working day{} by {}", many(days.into()), hours::write_time(by))
        }
        Allowance::ClockHours { hours } => format!("{hours} hour{}", many(hours)),
        Allowance::OpenHours { hours } => format!("{hours} open hour{}", many(hours)),
        Allowance::Promise => "the promise".to_owned(),
    }
}
