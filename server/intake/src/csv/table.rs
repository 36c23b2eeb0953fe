//! A header, and where in it the columns of the definition are.

use super::cut::{Cutter, Field, Line, Rest};
use super::record::{Record, Records};
use crate::feed::{Cells, Column, CsvLayout};
use crate::rejected::Refusal;
use crate::unreadable::Unreadable;

/// The most columns that an error lists.
const MOST_LISTED: usize = 50;

/// A header that has all columns of the definition.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    layout: &'a CsvLayout,
    /// The names in the header, in its order.
    names: Vec<String>,
    /// Where each column of the definition is.
    places: Vec<usize>,
    /// Blank lines before the header.
    pub lines_before: u64,
}

impl<'a> Table<'a> {
    /// Reads the header of `text` and gives the text behind it.
    pub fn of_header(layout: &'a CsvLayout, text: &'a [u8]) -> Result<(Self, &'a [u8]), Unreadable> {
        let mut cutter = Cutter::new(layout.separator, None);
        let mut rest = text;
        let mut lines_before = 0;
        loop {
            let Some(cut) = cutter.cut(rest, Rest::Nothing) else { return Err(Unreadable::Empty) };
            let (raw, after) = rest.split_at(cut.len);
            rest = after;
            match cut.line {
                Line::Blank => lines_before += 1,
                Line::Row => return Ok((Self::new(layout, raw, &cutter.fields, lines_before)?, rest)),
                Line::Unclosed => return Err(header("a quotation mark in it is not closed")),
                Line::TooLong => return Err(header("it is longer than 1 MiB; is this a CSV file?")),
            }
        }
    }

    fn new(layout: &'a CsvLayout, raw: &[u8], fields: &[Field], lines_before: u64) -> Result<Self, Unreadable> {
        if raw.contains(&0) {
            return Err(header("there are NUL bytes in it: save the file as UTF-8 text"));
        }
        let mut records = Records::new(layout.encoding);
        let record = records.decode(raw, fields).map_err(|at| {
            let at = at + 1;
            header(&format!("byte {at} is not UTF-8: save the file as UTF-8, or write encoding = \"latin-1\""))
        })?;
        let names: Vec<String> = (0..record.width()).map(|index| record.field(index).to_owned()).collect();
        let places = places(layout.columns.names(), &names)?;
        Ok(Self { layout, names, places, lines_before })
    }

    /// The names in the header, in its order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many fields each row has.
    pub fn width(&self) -> usize {
        self.names.len()
    }

    /// The column that a byte of a row belongs to.
    pub fn column_at(&self, fields: &[Field], at: usize) -> &str {
        let index = fields.iter().position(|field| field.bytes.contains(&at));
        index.and_then(|index| self.names.get(index)).map_or("row", String::as_str)
    }

    /// A row of this table.
    pub(super) fn row<'r>(&'r self, record: Record<'r>) -> Result<Row<'r>, Refusal> {
        if record.width() == self.width() {
            return Ok(Row { table: self, record });
        }
        Err(Refusal::row(format!(
            "the row has {} fields and the header {}: is a separator missing, or not in quotation marks?",
            record.width(),
            self.width()
        )))
    }
}

/// Where in the header each column of the definition is.
fn places(columns: &[String], names: &[String]) -> Result<Vec<usize>, Unreadable> {
    let places_of = |column: &String| {
        let mut places = names.iter().enumerate().filter(|(_, name)| *name == column).map(|(place, _)| place);
        (places.next(), places.next())
    };
    let missing: Vec<&String> = columns.iter().filter(|column| places_of(column).0.is_none()).collect();
    if !missing.is_empty() {
        return Err(Unreadable::MissingColumns { missing: listed(missing), present: listed(names) });
    }
    if let Some(column) = columns.iter().find(|column| places_of(column).1.is_some()) {
        return Err(Unreadable::DuplicateColumn { column: column.clone(), present: listed(names) });
    }
    Ok(columns.iter().filter_map(|column| places_of(column).0).collect())
}

fn listed<'n>(names: impl IntoIterator<Item = &'n String>) -> String {
    let names: Vec<&String> = names.into_iter().collect();
    let shown = names.iter().take(MOST_LISTED).map(|name| name.chars().take(40).collect::<String>());
    let mut list = shown.collect::<Vec<_>>().join(", ");
    if names.len() > MOST_LISTED {
        list.push_str(", …");
    }
    list
}

fn header(reason: &str) -> Unreadable {
    Unreadable::Header { reason: reason.to_owned() }
}

/// One row of a table.
#[derive(Debug)]
pub(super) struct Row<'a> {
    table: &'a Table<'a>,
    record: Record<'a>,
}

impl Cells for Row<'_> {
    fn cell(&self, column: Column) -> &str {
        let text = self.record.field(self.table.places[column.0]);
        if self.table.layout.empty.iter().any(|empty| empty == text) { "" } else { text }
    }
}
