//! Rows as they were sent, so that a person can correct what is wrong with them, and how they are written again.

use std::collections::{BTreeMap, BTreeSet};

use crate::csv::{self, CsvRow};
use crate::feed::{Feed, Layout};
use crate::format::Format;
use crate::json::{self, Object};
use crate::unreadable::{Unreadable, text_start};

/// A row as it was sent, or with corrections. May hold personal data: show it to people, and never log it.
#[derive(Debug, Clone, PartialEq)]
pub struct SentRow(Row);

#[derive(Debug, Clone, PartialEq)]
enum Row {
    Cells(CsvRow),
    Event(Object),
}

/// Why a row cannot be mended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmendable {
    /// The definition reads no such column or field.
    #[error("the feed's definition does not read a field {0:?}")]
    Field(String),
    /// The feed's encoding lacks a letter.
    #[error("{0} has a letter that the feed's encoding (latin-1) does not have: write it otherwise")]
    Letter(String),
    /// The definition has come to read something else altogether.
    #[error("the feed takes {0} by now: have the row sent again")]
    Format(Format),
}

/// A body of mended rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// How it is written.
    pub format: Format,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// For each row in it, its place among those that were given and the number that it has in the body.
    pub rows: Vec<(usize, u64)>,
}

/// The rows with these numbers of a body or piece, as `feed` has read it; `None` for one whose fields cannot be told
/// apart. `first_row` is that of [`crate::parse`].
///
/// # Errors
/// [`Unreadable`] as for [`crate::parse`].
pub fn sent_rows(
    feed: &Feed,
    format: Format,
    bytes: &[u8],
    first_row: u64,
    wanted: &BTreeSet<u64>,
) -> Result<BTreeMap<u64, Option<SentRow>>, Unreadable> {
    let layout = feed.layout(format)?;
    let start = if first_row == 1 { text_start(bytes)? } else { 0 };
    let text = &bytes[start..];
    Ok(match layout {
        Layout::Csv(layout) => {
            let rows = csv::sent(layout, text, first_row, wanted)?;
            rows.into_iter().map(|(number, row)| (number, row.map(|row| SentRow(Row::Cells(row))))).collect()
        }
        Layout::Events(_) => {
            let rows = json::sent(format, text, first_row, wanted);
            rows.into_iter().map(|(number, row)| (number, row.map(|row| SentRow(Row::Event(row))))).collect()
        }
    })
}

/// Writes rows as bodies that `feed` reads: one for each header among them.
///
/// # Errors
/// [`Unmendable`] where the feed takes something else by now, or cannot write a letter.
pub fn write_rows(feed: &Feed, rows: &[SentRow]) -> Result<Vec<Written>, Unmendable> {
    match feed.layout_now() {
        Layout::Csv(layout) => {
            let mut tables: Vec<Vec<(usize, &CsvRow)>> = Vec::new();
            for (place, row) in rows.iter().enumerate() {
                let Row::Cells(row) = &row.0 else { return Err(Unmendable::Format(Format::Csv)) };
                match tables.iter_mut().find(|known| known[0].1.header == row.header) {
                    Some(known) => known.push((place, row)),
                    None => tables.push(vec![(place, row)]),
                }
            }
            let table = |rows: Vec<(usize, &CsvRow)>| {
                let cells: Vec<&CsvRow> = rows.iter().map(|(_, row)| *row).collect();
                let bytes = csv::write(layout, &cells[0].header, &cells)?;
                // The header is row 1.
                let numbered = rows.iter().zip(2..).map(|((place, _), number)| (*place, number)).collect();
                Ok(Written { format: Format::Csv, bytes, rows: numbered })
            };
            tables.into_iter().map(table).collect()
        }
        Layout::Events(_) => {
            let mut written = Written { format: Format::Ndjson, bytes: Vec::new(), rows: Vec::new() };
            for (place, row) in rows.iter().enumerate() {
                let Row::Event(event) = &row.0 else { return Err(Unmendable::Format(Format::Ndjson)) };
                written.bytes.extend(event.line().into_bytes());
                written.rows.push((place, place as u64 + 1));
            }
            Ok(vec![written])
        }
    }
}

impl SentRow {
    /// The fields that a definition reads, name and text, in the order in which they stand; none where it has come to read
    /// something else altogether. `fault` is the field for which the row was rejected.
    pub fn fields(&self, feed: &Feed, fault: &str) -> Vec<(String, String)> {
        match (&self.0, feed.layout_now()) {
            (Row::Cells(row), Layout::Csv(layout)) => {
                let cells = row.header.iter().zip(&row.cells);
                let read = cells.filter(|(name, _)| layout.columns.names().contains(name));
                read.map(|(name, cell)| (name.clone(), cell.clone())).collect()
            }
            (Row::Event(event), Layout::Events(layout)) => event.fields(layout, fault),
            _ => Vec::new(),
        }
    }

    /// The same row with other texts in some of the fields that a definition reads. Of an event, fields that nobody reads
    /// are left out.
    ///
    /// # Errors
    /// [`Unmendable`] for a field that the definition does not read.
    pub fn with(&self, feed: &Feed, changes: &BTreeMap<String, String>) -> Result<Self, Unmendable> {
        match (&self.0, feed.layout_now()) {
            (Row::Cells(row), Layout::Csv(layout)) => {
                let mut changed = row.clone();
                for (name, text) in changes {
                    let is_read = layout.columns.names().contains(name);
                    let place = row.header.iter().position(|column| column == name).filter(|_| is_read);
                    let cell = &mut changed.cells[place.ok_or_else(|| Unmendable::Field(name.clone()))?];
                    if !is_same(cell, text) {
                        *cell = text.trim().to_owned();
                    }
                }
                Ok(Self(Row::Cells(changed)))
            }
            (Row::Event(event), Layout::Events(_)) => {
                event.with(changes).map(|event| Self(Row::Event(event))).map_err(Unmendable::Field)
            }
            (_, Layout::Csv(_)) => Err(Unmendable::Format(Format::Csv)),
            (_, Layout::Events(_)) => Err(Unmendable::Format(Format::Ndjson)),
        }
    }
}

/// Whether two texts of a field say the same. A browser writes the line breaks of a form in its own way.
pub(crate) fn is_same(before: &str, now: &str) -> bool {
    before.trim().replace("\r\n", "\n") == now.trim().replace("\r\n", "\n")
}
