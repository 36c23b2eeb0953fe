//! The first rows of a file as a table of texts.

use std::collections::BTreeMap;

use crate::csv::{Cutter, Line, Rest, windows_1252};
use crate::unreadable::{Unreadable, text_start};

/// Rows that are looked at closely.
pub(super) const LOOKED_AT: usize = 2000;
/// Rows by which the separator is found out.
const ENOUGH: usize = 50;

/// Signs between two fields, with what they are called.
pub(super) const SEPARATORS: [(u8, &str); 4] =
    [(b',', "comma ,"), (b';', "semicolon ;"), (b'\t', "tab"), (b'|', "bar |")];

/// Texts that stand for an empty cell, in whatever letters.
const EMPTY: &[&str] = &[
    "-",
    "--",
    "null",
    "nan",
    "n/a",
    "#n/a",
    "#nv",
    "none",
    "\\n",
    "(null)",
    "nil",
    "0000-00-00",
    "0000-00-00 00:00:00",
    "0001-01-01",
    "0001-01-01 00:00:00",
    "00/00/0000",
    "9999-12-31",
    "s/d",
];

/// The text of a file, and how it is encoded.
pub(super) struct Sample {
    text: String,
    /// Whether it reads as UTF-8.
    pub is_utf8: bool,
    /// Whether there are letters outside of ASCII, so that the encoding matters.
    pub has_letters: bool,
}

impl Sample {
    /// Decodes the beginning of a file, as UTF-8 where it can be and `latin1` is not wished.
    pub fn new(bytes: &[u8], latin1: Option<bool>) -> Result<Self, Unreadable> {
        let bytes = &bytes[text_start(bytes)?..];
        let valid = match std::str::from_utf8(bytes) {
            Ok(_) => true,
            // The last letter may be cut in half.
            Err(fault) => fault.error_len().is_none(),
        };
        let text =
            if latin1.unwrap_or(!valid) { windows_1252(bytes) } else { String::from_utf8_lossy(bytes).into_owned() };
        match text.trim_start().chars().next() {
            None => Err(Unreadable::Empty),
            Some('{' | '[') => Err(Unreadable::Header {
                reason: "this is JSON: canonical events need no definition; send them to the feed `canonical`"
                    .to_owned(),
            }),
            Some('<') => {
                Err(Unreadable::Header { reason: "this is XML or HTML: export the table as CSV or XLSX".to_owned() })
            }
            Some(_) => Ok(Self { text, is_utf8: valid, has_letters: !bytes.is_ascii() }),
        }
    }

    /// The separator that gives the most regular table, and whether another would do as well.
    pub fn separator(&self) -> (u8, bool) {
        let score = |separator: u8| {
            let rows = self.rows(separator, ENOUGH);
            let width = rows.first().map_or(0, |(_, row)| row.len());
            let regular = rows.iter().filter(|(_, row)| row.len() == width).count();
            if width < 2 { width } else { regular * 1000 / rows.len().max(1) * width.min(60) }
        };
        let mut scores = SEPARATORS.map(|(separator, _)| (score(separator), separator));
        scores.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        (scores[0].1, scores[0].0 > 2 * scores[1].0)
    }

    /// The table by this separator.
    pub fn table(&self, separator: u8) -> Table {
        let mut rows = self.rows(separator, LOOKED_AT + 1).into_iter();
        let header = rows.next().map(|(_, header)| header).unwrap_or_default();
        let width = header.len();
        let rows: Vec<Vec<String>> = rows.map(|(_, row)| row).filter(|row| row.len() == width).collect();
        let mut empty: Vec<String> = Vec::new();
        for cell in rows.iter().flatten() {
            if EMPTY.contains(&cell.to_lowercase().as_str()) && !empty.contains(cell) {
                empty.push(cell.clone());
            }
        }
        empty.sort();
        Table { header, rows, empty }
    }

    /// How often each code occurs, by the template that makes it from columns; the most frequent ones first.
    pub fn codes(&self, separator: u8, template: &str, table: &Table) -> Vec<(String, u64)> {
        let columns: Vec<(String, usize)> =
            table.header.iter().enumerate().map(|(at, name)| (format!("{{{name}}}"), at)).collect();
        let columns: Vec<&(String, usize)> =
            columns.iter().filter(|(name, _)| template.contains(name.as_str())).collect();
        let mut counts = BTreeMap::<String, u64>::new();
        for (_, row) in
            self.rows(separator, usize::MAX).iter().skip(1).filter(|(_, row)| row.len() == table.header.len())
        {
            let cell = |at: usize| if table.empty.contains(&row[at]) { "" } else { row[at].as_str() };
            if columns.iter().all(|(_, at)| cell(*at).is_empty()) {
                continue;
            }
            let code =
                columns.iter().fold(template.to_owned(), |code, (name, at)| code.replace(name.as_str(), cell(*at)));
            *counts.entry(code).or_default() += 1;
        }
        let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts
    }

    /// The first rows with their numbers, the header being row 1.
    pub fn rows(&self, separator: u8, most: usize) -> Vec<(u64, Vec<String>)> {
        let mut cutter = Cutter::new(separator, None);
        let mut rest = self.text.as_bytes();
        let (mut rows, mut number) = (Vec::new(), 0);
        while rows.len() < most
            && let Some(cut) = cutter.cut(rest, Rest::Nothing)
        {
            let (raw, after) = rest.split_at(cut.len);
            number += 1;
            if cut.line == Line::Row {
                let fields = cutter.fields.iter().map(|field| {
                    let text = String::from_utf8_lossy(&raw[field.bytes.clone()]);
                    if field.doubled { text.trim().replace("\"\"", "\"") } else { text.trim().to_owned() }
                });
                rows.push((number, fields.collect()));
            }
            rest = after;
        }
        rows
    }
}

/// The first rows under their header.
pub(super) struct Table {
    /// The names of the columns.
    pub header: Vec<String>,
    /// The rows that have as many fields as the header.
    pub rows: Vec<Vec<String>>,
    /// Texts in it that mean an empty cell.
    pub empty: Vec<String>,
}

impl Table {
    /// The cells of a column that are not empty.
    pub fn values(&self, column: usize) -> Vec<&str> {
        let cells = self.rows.iter().filter_map(|row| row.get(column)).map(String::as_str);
        cells.filter(|cell| !cell.is_empty() && !self.empty.iter().any(|empty| empty == cell)).collect()
    }

    /// Whether a definition can name a column: it needs a name of its own, without braces.
    pub fn can_be_named(&self, column: usize) -> bool {
        let name = &self.header[column];
        let own = self.header.iter().filter(|other| *other == name).count() == 1;
        own && !name.is_empty() && !name.contains(['{', '}'])
    }

    /// Whether the first line looks like data instead of names.
    pub fn lacks_header(&self) -> bool {
        let is_number =
            |name: &String| !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit() || b".,:/- ".contains(&b));
        self.header.iter().any(is_number)
    }
}
