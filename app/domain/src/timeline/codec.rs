//! The binary form, version 1: a table of the texts that occur, then the events with small numbers as
//! variable-length integers. About 30 bytes an event.

mod reader;
mod texts;
mod writer;

pub(super) use reader::Reader;
pub(super) use texts::{Few, Shared, Texts};
pub(super) use writer::{Writer, put_number};

use super::Timeline;
use crate::Text;

const VERSION: u8 = 1;

/// Bytes that are no timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimelineFault {
    /// They end too early.
    #[error("the stored timeline is cut short")]
    Truncated,
    /// They were written by a newer version.
    #[error("the stored timeline has version {0}, which this program does not know")]
    Version(u8),
    /// A code or text index that does not exist.
    #[error("the stored timeline is damaged")]
    Damaged,
}

const PLACE: u64 = 1;
const STATEMENT: u64 = 2;
const ALSO: u64 = 4;
const CORRECTS: u64 = 8;
const COUNTERSIGNED: u64 = 16;
/// The statement names a postcode; earlier programs wrote none.
const POSTCODE: u64 = 32;

/// Writes a timeline.
pub fn encode(timeline: &Timeline) -> Vec<u8> {
    let mut writer = Writer::new(Few::default());
    writer.number(timeline.reports().len() as u64);
    let mut before = 0;
    for event in timeline.reports() {
        writer.event(event, before);
        before = event.at;
    }
    let (events, texts) = writer.into_parts();
    let mut bytes = Vec::with_capacity(events.len() + 16 * texts.list().len() + 8);
    bytes.push(VERSION);
    put_number(&mut bytes, texts.list().len() as u64);
    for text in texts.list() {
        put_number(&mut bytes, text.len() as u64);
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes.extend_from_slice(&events);
    bytes
}

/// Reads a timeline.
///
/// # Errors
/// [`TimelineFault`] where the bytes were not written by [`encode`].
pub fn decode(bytes: &[u8]) -> Result<Timeline, TimelineFault> {
    let mut head = Reader::new(bytes, &[]);
    match head.byte()? {
        VERSION => {}
        other => return Err(TimelineFault::Version(other)),
    }
    let mut texts = vec![Text::default()];
    for _ in 0..head.number()? {
        texts.push(head.inline_text()?);
    }
    let mut reader = Reader::new(head.rest(), &texts);
    let count = reader.number()?;
    let mut events = Vec::with_capacity(count.min(1024) as usize);
    let mut before = 0;
    for _ in 0..count {
        let event = reader.event(before)?;
        before = event.at;
        events.push(event);
    }
    Ok(Timeline::of_distinct(events))
}
