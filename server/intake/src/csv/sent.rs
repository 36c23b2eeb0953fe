//! Rows of a table as they were sent, whatever is wrong with them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::cut::{Cut, Cutter, Field, Line, Rest};
use super::record::windows_1252;
use super::table::Table;
use crate::feed::{CsvLayout, Encoding};
use crate::unreadable::Unreadable;

/// A row of a table: a cell for each column of its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CsvRow {
    /// The names of the columns, which rows of one body share.
    pub header: Arc<[String]>,
    /// The texts, without white space around them.
    pub cells: Vec<String>,
}

/// The rows with these numbers; `None` for one whose cells cannot be told apart.
pub(crate) fn sent(
    layout: &CsvLayout,
    text: &[u8],
    first_row: u64,
    wanted: &BTreeSet<u64>,
) -> Result<BTreeMap<u64, Option<CsvRow>>, Unreadable> {
    let (table, mut rest) = Table::of_header(layout, text)?;
    let header: Arc<[String]> = table.names().into();
    let mut number = first_row + table.lines_before;
    let mut cutter = Cutter::new(layout.separator, Some(table.width()));
    let mut rows = BTreeMap::new();
    while let Some(cut) = cutter.cut(rest, Rest::Nothing) {
        let (raw, after) = rest.split_at(cut.len);
        rest = after;
        number += 1;
        if wanted.contains(&number) && cut.line != Line::Blank {
            let cells = cells(layout, cut, raw, &cutter.fields);
            // A row may have too many or too few fields: what has no column is lost, as no reader would take it either.
            let fitted = |mut cells: Vec<String>| {
                cells.resize(header.len(), String::new());
                CsvRow { header: header.clone(), cells }
            };
            rows.insert(number, cells.map(fitted));
        }
    }
    Ok(rows)
}

fn cells(layout: &CsvLayout, cut: Cut, raw: &[u8], fields: &[Field]) -> Option<Vec<String>> {
    match cut.line {
        Line::TooLong => None,
        // Its quotation marks say nothing, so the separators have to.
        Line::Unclosed => {
            let fields = raw.trim_ascii_end().split(|byte| *byte == layout.separator);
            Some(fields.map(|field| text(layout.encoding, field).replace('"', "").trim().to_owned()).collect())
        }
        Line::Row | Line::Blank => {
            let cell = |field: &Field| {
                let text = text(layout.encoding, &raw[field.bytes.clone()]);
                if field.doubled { text.replace("\"\"", "\"") } else { text }
            };
            Some(fields.iter().map(cell).map(|cell| cell.trim().to_owned()).collect())
        }
    }
}

/// A text that may be damaged: bytes that are no UTF-8 are most likely what spreadsheets write.
fn text(encoding: Encoding, bytes: &[u8]) -> String {
    let text = match (encoding, std::str::from_utf8(bytes)) {
        (Encoding::Utf8, Ok(text)) => text.to_owned(),
        _ => windows_1252(bytes),
    };
    text.replace('\0', "")
}
