//! What a text or time must be like to be taken. The same for every format.

use domain::Text;
use domain::event::normal_number;
use domain::promise::Promise;
use domain::vocabulary::DeliveryMode;

use crate::rejected::{Refusal, quoted};

/// The longest courier, tracking number or reference, in characters.
const LONGEST_NAME: usize = 128;
/// The longest other text, in characters.
const LONGEST_TEXT: usize = 200;
/// 2000-01-01 and 2101-01-01, UTC epoch milliseconds. A time outside is a placeholder or a mistake.
const PLAUSIBLE: std::ops::Range<i64> = 946_684_800_000..4_133_980_800_000;

/// A courier's name.
pub(crate) fn names_courier(field: &str, text: &str) -> Result<Text, Refusal> {
    if text.is_empty() {
        return Err(Refusal::new(field, "is empty: every event needs its courier"));
    }
    within(field, text, LONGEST_NAME).map(Text::from)
}

/// A tracking number, as it is compared.
pub(crate) fn names_parcel(field: &str, text: &str) -> Result<Text, Refusal> {
    let number = reference(field, text)?;
    if number.is_empty() {
        return Err(Refusal::new(field, "is empty: every event needs its tracking number"));
    }
    Ok(number)
}

/// A number of the parcel, as it is compared; may be empty.
pub(crate) fn reference(field: &str, text: &str) -> Result<Text, Refusal> {
    if is_rounded(text) {
        let reason = "a spreadsheet has rounded this number (1.2E+11): format the column as text and export it again";
        return Err(Refusal::new(field, reason));
    }
    within(field, text, LONGEST_NAME).map(normal_number)
}

/// Any other text.
pub(crate) fn short(field: &str, text: &str) -> Result<Text, Refusal> {
    within(field, text, LONGEST_TEXT).map(Text::from)
}

/// A country as two capital letters; may be empty.
pub(crate) fn country(field: &str, text: &str) -> Result<Text, Refusal> {
    let is_code = text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic());
    if is_code || text.is_empty() {
        return Ok(Text::from(text).to_ascii_uppercase());
    }
    let reason = format!("{} is not a country of two letters (ISO 3166-1 alpha-2), such as BR", quoted(text));
    Err(Refusal::new(field, reason))
}

/// A delivery mode.
pub(crate) fn delivery_mode(field: &str, text: &str) -> Result<DeliveryMode, Refusal> {
    text.parse().map_err(|_| {
        let words = DeliveryMode::ALL.iter().map(|mode| mode.as_str()).collect::<Vec<_>>().join(", ");
        Refusal::new(field, format!("{} is not one of {words}: correct it, or map it", quoted(text)))
    })
}

/// An instant (UTC epoch ms), if it lies in the years 2000 to 2100.
pub(crate) fn plausible(field: &str, at: i64) -> Result<i64, Refusal> {
    let reason = "the year is not between 2000 and 2100: correct it, or leave the field empty if the time is unknown";
    if PLAUSIBLE.contains(&at) { Ok(at) } else { Err(Refusal::new(field, reason)) }
}

/// A promised window (UTC epoch ms, both inclusive; offset in minutes), if it does not end before it starts.
pub(crate) fn window(field: &str, earliest: i64, latest: i64, offset_minutes: i16) -> Result<Promise, Refusal> {
    if earliest > latest {
        return Err(Refusal::new(field, "the promised window ends before it starts: are the two exchanged?"));
    }
    Ok(Promise::window(earliest, latest, offset_minutes))
}

fn within<'t>(field: &str, text: &'t str, longest: usize) -> Result<&'t str, Refusal> {
    if text.len() > longest && text.chars().count() > longest {
        return Err(Refusal::new(field, format!("is longer than {longest} characters: is it the right column?")));
    }
    Ok(text)
}

/// Whether a number looks like `1.23457E+11`: different parcels would become one.
fn is_rounded(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let Some((whole, fraction)) = mantissa.split_once(['.', ',']) else {
        return digits(mantissa) && exponent.strip_prefix('+').is_some_and(digits);
    };
    whole.len() == 1 && digits(whole) && digits(fraction) && exponent.strip_prefix('+').is_some_and(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_a_spreadsheet_rounded_names_no_parcel() {
        for text in ["1.23457E+11", "1,23457E+11", "5E+12"] {
            assert!(names_parcel("number", text).is_err(), "{text}");
        }
        for text in ["1.23457E11", "BR123E+5", "12E4567", "3,5"] {
            assert!(names_parcel("number", text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_number_is_compared_without_spaces_and_in_capitals() {
        assert_eq!(names_parcel("number", "ab 12 cd").as_deref(), Ok("AB12CD"));
        assert!(names_parcel("number", " \u{a0} ").is_err());
    }

    #[test]
    fn a_text_has_a_longest_length_in_characters() {
        assert!(names_courier("courier", &"é".repeat(128)).is_ok());
        assert!(names_courier("courier", &"é".repeat(129)).is_err());
        assert!(short("service", &"é".repeat(200)).is_ok());
        assert!(short("service", &"é".repeat(201)).is_err());
    }

    #[test]
    fn times_lie_between_2000_and_2100() {
        for (at, good) in [
            (-1, false),
            (946_684_799_999, false),
            (946_684_800_000, true),
            (4_133_980_799_999, true),
            (4_133_980_800_000, false),
        ] {
            assert_eq!(plausible("time", at).is_ok(), good, "{at}");
        }
    }
}
