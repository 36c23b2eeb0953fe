//! Separated fields under a header: one row an event, or one row a parcel.

mod cut;
mod record;
mod row;
mod said;
mod sent;
mod table;
mod write;

pub(crate) use cut::{Cut, Cutter, LONGEST_ROW, Line, Rest, cut_line};
pub(crate) use record::{to_windows_1252, windows_1252};
pub(crate) use sent::{CsvRow, sent};
pub(crate) use table::Table;
pub(crate) use write::write;

use crate::Origin;
use crate::feed::CsvLayout;
use crate::parsed::Collector;
use crate::rejected::Refusal;
use crate::unreadable::Unreadable;
use record::Records;
use row::RowReader;

/// Reads a CSV with its header. `first_row` is the number of its first line.
pub(crate) fn read(
    layout: &CsvLayout,
    text: &[u8],
    first_row: u64,
    origin: &Origin<'_>,
    collector: &mut Collector,
) -> Result<(), Unreadable> {
    let (table, mut rest) = Table::of_header(layout, text)?;
    let mut number = first_row + table.lines_before;
    let mut cutter = Cutter::new(layout.separator, Some(table.width()));
    let mut records = Records::new(layout.encoding);
    let mut reader = RowReader::new(layout, origin);
    while let Some(cut) = cutter.cut(rest, Rest::Nothing) {
        let (raw, after) = rest.split_at(cut.len);
        rest = after;
        number += 1;
        if cut.line == Line::Blank {
            continue;
        }
        let flow = collector.row(number, raw, |events| {
            let record = records.record(cut.line, raw, &cutter.fields, &table)?;
            reader.read(&table.row(record)?, events)
        });
        if flow.is_break() {
            break;
        }
    }
    Ok(())
}

/// A row that holds more bytes than a row may.
pub(crate) fn too_long() -> Refusal {
    Refusal::row("the row is longer than 1 MiB: a line break is missing, or this is no table")
}
