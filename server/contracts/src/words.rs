//! What a single value may be, wherever it is written.

use chrono::{Datelike, NaiveDate};

/// The longest text, in letters.
const LONGEST: usize = 500;

/// Checks that a text stands on one line and is short enough to be shown.
pub(crate) fn line(text: &str) -> Result<(), String> {
    if text.chars().any(char::is_control) {
        return Err("has a line break or another sign that cannot be shown: write it on one line".to_owned());
    }
    match text.chars().count() {
        ..=LONGEST => Ok(()),
        count => Err(format!("has {count} letters: write at most {LONGEST}")),
    }
}

/// The date that a text such as `2026-04-03` says.
pub(crate) fn date(text: &str) -> Result<NaiveDate, String> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let date = shape.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten();
    let date = date.ok_or_else(|| format!("{text:?} is not a date: write year, month and day as in 2026-04-03"))?;
    if (2000..2100).contains(&date.year()) {
        Ok(date)
    } else {
        Err(format!("{text} is not a date between 2000 and 2099"))
    }
}

/// Checks the name by which other files call something: letters, digits, `-`, `_` and `.`, at most 40.
pub(crate) fn name(text: &str) -> Result<(), String> {
    let good = |sign: char| sign.is_alphanumeric() || "-_.".contains(sign);
    if text.chars().all(good) && text.chars().count() <= 40 {
        Ok(())
    } else {
        Err(format!("{text:?} is not a name: write at most 40 letters, digits, \"-\", \"_\" or \".\""))
    }
}

/// Checks a country: two capital letters, ISO 3166-1.
pub(crate) fn country(text: &str) -> Result<(), String> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Ok(())
    } else {
        Err(format!("{text:?} is not a country: write the two letters of ISO 3166-1, as in \"ES\""))
    }
}

/// Checks a time zone: a name of the IANA list.
pub(crate) fn zone(text: &str) -> Result<(), String> {
    match domain::calendar::Zone::named(text) {
        Some(_) => Ok(()),
        None => Err(format!("{text:?} is not a time zone: write a name of the IANA list, as in \"Europe/Madrid\"")),
    }
}

/// Checks a region or the beginning of a postcode. The sign `|` separates them in other files.
pub(crate) fn place(text: &str) -> Result<(), String> {
    if text.contains('|') {
        return Err(format!("{text:?} has a \"|\" in it: write each region or postcode on its own"));
    }
    Ok(())
}

/// Checks a currency: three capital letters, ISO 4217.
pub(crate) fn currency(text: &str) -> Result<(), String> {
    if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Ok(())
    } else {
        Err(format!("{text:?} is not a currency: write the three letters of ISO 4217, as in \"EUR\""))
    }
}
