//! Hours of a day as text: `08:00-18:00`.

use domain::calendar::Hours;

/// Minutes in a day.
const DAY: u16 = 24 * 60;

/// The hours that a text such as `08:00-18:00` says.
///
/// # Errors
/// What is wrong, as the end of a sentence.
pub(crate) fn read(text: &str) -> Result<Hours, String> {
    let (from, to) = text.split_once('-').ok_or_else(|| not_hours(text))?;
    let (from, to) =
        time(from.trim()).zip(time(to.trim())).filter(|(from, _)| *from < DAY).ok_or_else(|| not_hours(text))?;
    if from >= to {
        return Err(format!("{text:?} ends before it begins: hours past midnight belong to the next day"));
    }
    Ok(Hours { from, to })
}

/// The time of day that a text such as `17:00` says, in minutes since midnight; `24:00` is the end of the day.
pub(crate) fn time(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || !digits(minutes) || !(1..=2).contains(&hours.len()) || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    Some(hours * 60 + minutes).filter(|minute| minutes < 60 && *minute <= DAY)
}

/// The time of day that a text says.
///
/// # Errors
/// What is wrong, as the end of a sentence.
pub(crate) fn read_time(text: &str) -> Result<u16, String> {
    time(text).ok_or_else(|| format!("{text:?} is not a time of day: write \"17:00\""))
}

/// Whether each begins when the one before it has ended.
pub(crate) fn in_order(hours: &[Hours]) -> bool {
    hours.windows(2).all(|pair| matches!(pair, [one, next] if one.to <= next.from))
}

/// Hours as text.
pub(crate) fn write(hours: Hours) -> String {
    format!("{}-{}", write_time(hours.from), write_time(hours.to))
}

/// A time of day as text.
pub(crate) fn write_time(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn not_hours(text: &str) -> String {
    format!("{text:?} is not a time from and to: write \"08:00-18:00\"")
}
