//! What a courier's feed sends, as bytes, becomes canonical events and rejected rows.
//!
//! In reading order: a [`Feed`] is its definition, written in TOML and read once; a body or file has a [`Format`];
//! [`decompress`] opens a body, [`pieces`] cuts a file of any size; [`parse`] reads one body or piece; [`preview`]
//! shows how the first rows are understood; [`guess`] writes a definition for a file that has none, and [`smells`] tells
//! what looks wrong. [`sent_rows`] gives rows as they were sent, so that a person can correct what is wrong with them, and
//! [`write_rows`] writes them as a body again. A workbook's sheet is made a CSV first. Bad input is data: a row that cannot be read is [`Rejected`] with the
//! reason, and the rows around it are kept. [`Unreadable`] is left for what spoils a whole body.
//!
//! All instants are UTC epoch milliseconds. Nothing here reads a clock, a database or the network.
//! `FEEDS.md` is the reference of the feed definition.

mod csv;
mod feed;
mod format;
mod guess;
mod json;
mod limits;
mod parsed;
mod pieces;
mod preview;
mod rejected;
mod sent;
mod smells;
mod time;
mod unpack;
mod unreadable;
mod utf16;
mod xlsx;

pub use feed::{Fault, Feed};
pub use format::{ContentEncoding, Format};
pub use guess::{Guess, guess};
pub use parsed::{CodeCount, Parsed};
pub use pieces::{PIECE_BYTES, Piece, Pieces, pieces};
pub use preview::{PreviewEvent, PreviewRow, preview};
pub use rejected::Rejected;
pub use sent::{SentRow, Unmendable, Written, sent_rows, write_rows};
pub use smells::smells;
pub use unpack::{beginning, decompress};
pub use unreadable::Unreadable;
pub use utf16::utf16_to_utf8;
pub use xlsx::{SheetStyle, is_workbook, is_workbook_type, sheet_to_csv, sheets};

use std::collections::BTreeSet;

use domain::Text;
use parsed::Collector;

/// Reads one body, or one piece of a file, that is not compressed.
///
/// `first_row` is the number of the first line or array element: 1 for a whole body, [`Piece::first_row`] for a piece.
/// The header of a CSV counts as a line, so the first parcel of a whole file is row 2, as in a spreadsheet.
/// `received_ms` (UTC epoch milliseconds) becomes the receive time of every event.
///
/// # Errors
/// [`Unreadable`] if no row of it can be trusted, such as a missing column; nothing of it is then kept.
pub fn parse(
    feed: &Feed,
    format: Format,
    bytes: &[u8],
    first_row: u64,
    received_ms: i64,
) -> Result<Parsed, Unreadable> {
    parse_without(feed, format, bytes, first_row, received_ms, &BTreeSet::new())
}

/// Reads as [`parse`] does, and passes over the rows with these numbers as if they had not been sent: rows that were
/// mended stand elsewhere, and must not count here if another definition could read them.
///
/// # Errors
/// [`Unreadable`] as for [`parse`].
pub fn parse_without(
    feed: &Feed,
    format: Format,
    bytes: &[u8],
    first_row: u64,
    received_ms: i64,
    left_out: &BTreeSet<u64>,
) -> Result<Parsed, Unreadable> {
    let mut collector = Collector::without(left_out);
    read(feed, format, bytes, first_row, received_ms, &mut collector)?;
    Ok(collector.parsed)
}

/// Reads into `collector` until it has enough.
fn read(
    feed: &Feed,
    format: Format,
    bytes: &[u8],
    first_row: u64,
    received_ms: i64,
    collector: &mut Collector,
) -> Result<(), Unreadable> {
    let layout = feed.layout(format)?;
    // Only a whole body, or the first piece of a file, can start with a byte order mark or be something else altogether.
    let start = if first_row == 1 { unreadable::text_start(bytes)? } else { 0 };
    let text = &bytes[start..];
    if text.trim_ascii().is_empty() {
        return Err(Unreadable::Empty);
    }
    let origin = Origin { feed: &feed.name, mapping: &feed.version, received: received_ms };
    match layout {
        feed::Layout::Csv(layout) => csv::read(layout, text, first_row, &origin, collector),
        feed::Layout::Events(layout) => json::read(layout, format, text, first_row, &origin, collector),
    }
}

/// What all events of one body have in common.
struct Origin<'a> {
    feed: &'a Text,
    mapping: &'a Text,
    received: i64,
}
