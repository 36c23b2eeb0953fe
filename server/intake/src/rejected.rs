//! Rows that could not be read, and how their reasons are worded.

/// The longest excerpt of a rejected row, in bytes.
const LONGEST_RAW: usize = 4096;

/// A row that was not taken, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Rejected {
    /// The line of the file or the element of the array, from 1; the header of a CSV is line 1.
    pub row: u64,
    /// The column or field at fault; `row` if it is the row as a whole.
    pub field: String,
    /// What is wrong and what to do. Never holds the text of a cell that may be personal.
    pub reason: String,
    /// The row as it came, at most 4 KiB. May hold personal data: for a local file of rejected rows only.
    #[serde(skip)]
    pub raw: String,
}

impl Rejected {
    pub(crate) fn new(row: u64, raw: &[u8], refusal: Refusal) -> Self {
        let mut raw = String::from_utf8_lossy(&raw[..raw.len().min(LONGEST_RAW)]).into_owned();
        raw.truncate(raw.floor_char_boundary(LONGEST_RAW));
        Self { row, field: refusal.field, reason: refusal.reason, raw }
    }
}

/// Why a row is refused, before it is known which row it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    field: String,
    reason: String,
}

impl Refusal {
    pub fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { field: field.into(), reason: reason.into() }
    }

    /// The row as a whole is at fault.
    pub fn row(reason: impl Into<String>) -> Self {
        Self::new("row", reason)
    }
}

/// A text as a reason may quote it: a single short word as it is, anything else by its shape (`Jo 12` is `Aa 99`),
/// since a cell may hold a name, a phone number or an address.
pub(crate) fn quoted(text: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if text.len() <= 32 && digits < 6 && text.chars().all(is_word) {
        return format!("{text:?}");
    }
    let mut shape: String = text.chars().take(40).map(shape_of).collect();
    if text.chars().nth(40).is_some() {
        shape.push('…');
    }
    format!("a text of the form {shape:?}")
}

/// A time as a reason may quote it: by its shape, which is what a format has to fit.
pub(crate) fn shape(text: &str) -> String {
    text.chars().take(40).map(shape_of).collect()
}

fn shape_of(c: char) -> char {
    match c {
        _ if c.is_numeric() => '9',
        _ if c.is_uppercase() => 'A',
        _ if c.is_alphabetic() => 'a',
        _ if c.is_control() => ' ',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_quotes_a_word_but_only_the_shape_of_a_sentence() {
        assert_eq!(quoted("delivred"), "\"delivred\"");
        assert_eq!(quoted("Ana Lima, Rua 5"), "a text of the form \"Aaa Aaaa, Aaa 9\"");
        assert_eq!(shape("31.12.2024 10:00"), "99.99.9999 99:99");
    }

    #[test]
    fn the_excerpt_of_a_row_is_at_most_4_kib() {
        let row = "é".repeat(3000);
        let rejected = Rejected::new(7, row.as_bytes(), Refusal::row("too long"));
        assert!(rejected.raw.len() <= LONGEST_RAW && rejected.raw.starts_with('é'));
    }
}
