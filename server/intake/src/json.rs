//! Canonical events: a JSON array, or one object a line.

mod array;
mod event;
mod fields;
mod sent;

pub(crate) use array::{ArrayCutter, Step, one_line};
pub(crate) use sent::{Object, sent};

use crate::Origin;
use crate::csv::{LONGEST_ROW, Rest, too_long};
use crate::feed::EventsLayout;
use crate::format::Format;
use crate::parsed::Collector;
use crate::rejected::Refusal;
use crate::unreadable::Unreadable;
use event::EventReader;

/// Reads an array or lines of events. `first_row` is the number of the first element or line.
pub(crate) fn read(
    layout: &EventsLayout,
    format: Format,
    text: &[u8],
    first_row: u64,
    origin: &Origin<'_>,
    collector: &mut Collector,
) -> Result<(), Unreadable> {
    let mut reader = EventReader::new(layout, origin);
    if format == Format::Json {
        return read_array(&mut reader, text, first_row, collector);
    }
    for (number, line) in (first_row..).zip(text.split(|byte| *byte == b'\n')) {
        if line.trim_ascii().is_empty() {
            continue;
        }
        if collector.row(number, line, |events| reader.read(line, events)).is_break() {
            break;
        }
    }
    Ok(())
}

fn read_array(
    reader: &mut EventReader<'_>,
    text: &[u8],
    first_row: u64,
    collector: &mut Collector,
) -> Result<(), Unreadable> {
    let mut cutter = ArrayCutter::default();
    let mut rest = text;
    let mut number = first_row;
    loop {
        let step = cutter.cut(rest, Rest::Nothing);
        let (flow, len) = match &step {
            Step::Element { bytes, len } => {
                let element = one_line(&rest[bytes.clone()]);
                (collector.row(number, &element, |events| reader.read(&element, events)), *len)
            }
            Step::TooLong { len } => (collector.row(number, &one_line(&rest[..*len]), |_| Err(too_long())), *len),
            Step::Nothing { len } => {
                rest = &rest[*len..];
                continue;
            }
            Step::End => return Ok(()),
            // Before the first event nothing is lost by saying so at once.
            Step::Wrong(unreadable) if number == first_row => return Err(unreadable.clone()),
            Step::Wrong(unreadable) => {
                let reason = unreadable.to_string();
                let _ = collector.row(number, rest, |_| Err(Refusal::row(reason)));
                return Ok(());
            }
        };
        if flow.is_break() {
            return Ok(());
        }
        number += 1;
        rest = &rest[len..];
    }
}

/// Whether a line or element is longer than a row may be.
fn is_too_long(line: &[u8]) -> bool {
    line.len() > LONGEST_ROW
}
