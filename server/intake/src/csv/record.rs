//! From the bytes of a row to the texts of its fields.

use std::ops::Range;

use super::cut::{Field, Line};
use super::table::Table;
use super::too_long;
use crate::feed::Encoding;
use crate::rejected::Refusal;

/// The fields of one row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    text: &'a str,
    fields: &'a [Range<usize>],
}

impl<'a> Record<'a> {
    /// How many fields there are.
    pub fn width(&self) -> usize {
        self.fields.len()
    }

    /// A field, without white space around it; empty if there is no such field.
    pub fn field(&self, index: usize) -> &'a str {
        self.fields.get(index).and_then(|field| self.text.get(field.clone())).unwrap_or_default().trim()
    }
}

/// Decodes rows. It keeps its buffers from row to row.
#[derive(Debug)]
pub(super) struct Records {
    encoding: Encoding,
    decoded: String,
    fields: Vec<Range<usize>>,
}

impl Records {
    pub fn new(encoding: Encoding) -> Self {
        Self { encoding, decoded: String::new(), fields: Vec::new() }
    }

    /// Decodes a row of a table.
    pub fn record<'a>(
        &'a mut self,
        line: Line,
        raw: &'a [u8],
        fields: &[Field],
        table: &Table<'_>,
    ) -> Result<Record<'a>, Refusal> {
        match line {
            Line::Row | Line::Blank => {}
            Line::Unclosed => {
                return Err(Refusal::row(
                    "a quotation mark opens a field here and does not close it: close it before the separator, \
                     and double it inside of a field",
                ));
            }
            Line::TooLong => return Err(too_long()),
        }
        if let Some(at) = memchr::memchr(0, raw) {
            let reason = "there is a NUL byte in it: save the file as UTF-8 text, without binary content";
            return Err(Refusal::new(table.column_at(fields, at), reason));
        }
        self.decode(raw, fields).map_err(|at| {
            let reason = format!(
                "byte {} of the row is not UTF-8: save the file as UTF-8, or write encoding = \"latin-1\" in the \
                 feed's definition",
                at + 1
            );
            Refusal::new(table.column_at(fields, at), reason)
        })
    }

    /// Decodes the fields of a row.
    ///
    /// # Errors
    /// The index of the byte that cannot be decoded.
    pub fn decode<'a>(&'a mut self, raw: &'a [u8], fields: &[Field]) -> Result<Record<'a>, usize> {
        self.fields.clear();
        let is_plain = fields.iter().all(|field| !field.doubled);
        match self.encoding {
            Encoding::Utf8 => {
                let text = std::str::from_utf8(raw).map_err(|error| error.valid_up_to())?;
                if is_plain {
                    self.fields.extend(fields.iter().map(|field| field.bytes.clone()));
                    return Ok(Record { text, fields: &self.fields });
                }
                self.copy(fields, |field, decoded| decoded.push_str(&text[field]));
            }
            Encoding::Latin1 => {
                self.copy(fields, |field, decoded| decoded.extend(raw[field].iter().copied().map(latin1)));
            }
        }
        Ok(Record { text: &self.decoded, fields: &self.fields })
    }

    /// Copies the fields one by one, and makes doubled marks single.
    fn copy(&mut self, fields: &[Field], decode: impl Fn(Range<usize>, &mut String)) {
        self.decoded.clear();
        for field in fields {
            let start = self.decoded.len();
            decode(field.bytes.clone(), &mut self.decoded);
            if field.doubled {
                let single = self.decoded[start..].replace("\"\"", "\"");
                self.decoded.truncate(start);
                self.decoded.push_str(&single);
            }
            self.fields.push(start..self.decoded.len());
        }
    }
}

/// The signs that Windows-1252 has at 0x80 to 0x9F, where Latin-1 has none that are printed.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// A text in Windows-1252.
pub(crate) fn windows_1252(bytes: &[u8]) -> String {
    bytes.iter().copied().map(latin1).collect()
}

/// The text as Windows-1252; nothing if a letter of it is not in there.
pub(crate) fn to_windows_1252(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|letter| (0..=u8::MAX).find(|byte| latin1(*byte) == letter)).collect()
}

fn latin1(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
