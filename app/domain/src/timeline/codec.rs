//! The binary form, version 1: a table of the texts that occur, then the events with small numbers as
//! variable-length integers. About 30 bytes an event.

use std::collections::HashMap;

use super::Timeline;
use crate::Text;
use crate::event::{Event, EventId, Number, Place, Statement};
use crate::promise::{Promise, PromiseKind};
use crate::vocabulary::{DeliveryMode, EventKind, OffsetSource, Party, Reason};

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

/// Writes a timeline.
pub fn encode(timeline: &Timeline) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.number(timeline.reports().len() as u64);
    let mut before = 0;
    for event in timeline.reports() {
        writer.event(event, before);
        before = event.at;
    }
    let mut bytes = vec![VERSION];
    put_number(&mut bytes, writer.texts.len() as u64);
    for text in &writer.texts {
        put_number(&mut bytes, text.len() as u64);
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes.extend_from_slice(&writer.bytes);
    bytes
}

/// Reads a timeline.
///
/// # Errors
/// [`TimelineFault`] where the bytes were not written by [`encode`].
pub fn decode(bytes: &[u8]) -> Result<Timeline, TimelineFault> {
    let mut reader = Reader { bytes, texts: vec![Text::default()] };
    match reader.byte()? {
        VERSION => {}
        other => return Err(TimelineFault::Version(other)),
    }
    for _ in 0..reader.number()? {
        let length = usize::try_from(reader.number()?).map_err(|_| TimelineFault::Damaged)?;
        let text = std::str::from_utf8(reader.take(length)?).map_err(|_| TimelineFault::Damaged)?;
        reader.texts.push(text.into());
    }
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

#[derive(Default)]
struct Writer<'a> {
    bytes: Vec<u8>,
    texts: Vec<&'a str>,
    index: HashMap<&'a str, u64>,
}

impl<'a> Writer<'a> {
    fn event(&mut self, event: &'a Event, before: i64) {
        let mut flags = 0;
        flags |= if event.place == Place::default() { 0 } else { PLACE };
        flags |= if event.statement.is_some() { STATEMENT } else { 0 };
        flags |= if event.also.is_some() { ALSO } else { 0 };
        flags |= if event.corrects.is_some() { CORRECTS } else { 0 };
        flags |= if event.countersigned { COUNTERSIGNED } else { 0 };
        self.number(flags);
        self.signed(event.at - before);
        self.bytes.extend_from_slice(&event.id.0.to_le_bytes());
        self.signed(event.received - event.at);
        for text in [&event.feed, &event.mapping, &event.number.courier, &event.number.number, &event.raw_code] {
            self.text(text);
        }
        let reason = event.reason.map_or(0, Reason::code);
        self.bytes.extend_from_slice(&[event.kind.code(), reason, event.party.code(), event.offset_source.code()]);
        self.signed(event.offset_minutes.into());
        if flags & PLACE != 0 {
            let Place { country, region, postcode, facility } = &event.place;
            for text in [country, region, postcode, facility] {
                self.text(text);
            }
        }
        if let Some(statement) = &event.statement {
            self.statement(statement);
        }
        if let Some(also) = &event.also {
            self.text(&also.courier);
            self.text(&also.number);
        }
        if let Some(corrects) = event.corrects {
            self.bytes.extend_from_slice(&corrects.0.to_le_bytes());
        }
    }

    fn statement(&mut self, statement: &'a Statement) {
        let Statement { reference, shipper, service, origin_country, destination_country, destination_region, .. } =
            statement;
        for text in [reference, shipper, service, origin_country, destination_country, destination_region] {
            self.text(text);
        }
        self.bytes.push(statement.delivery_mode.map_or(0, DeliveryMode::code));
        self.bytes.push(statement.promise.map_or(0, |promise| promise.kind.code()));
        if let Some(promise) = statement.promise {
            self.signed(promise.latest);
            self.signed(promise.offset_minutes.into());
            self.optional(promise.earliest);
        }
        self.optional(statement.estimate);
    }

    fn text(&mut self, text: &'a str) {
        let index = if text.is_empty() {
            0
        } else {
            *self.index.entry(text).or_insert_with(|| {
                self.texts.push(text);
                self.texts.len() as u64
            })
        };
        self.number(index);
    }

    fn optional(&mut self, value: Option<i64>) {
        self.bytes.push(value.is_some().into());
        if let Some(value) = value {
            self.signed(value);
        }
    }

    fn signed(&mut self, value: i64) {
        self.number(((value << 1) ^ (value >> 63)) as u64);
    }

    fn number(&mut self, value: u64) {
        put_number(&mut self.bytes, value);
    }
}

/// LEB128: seven bits a byte, lowest first.
fn put_number(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

struct Reader<'a> {
    bytes: &'a [u8],
    texts: Vec<Text>,
}

impl<'a> Reader<'a> {
    fn event(&mut self, before: i64) -> Result<Event, TimelineFault> {
        let flags = self.number()?;
        let at = before.wrapping_add(self.signed()?);
        let id = EventId(self.fixed()?);
        let received = at.wrapping_add(self.signed()?);
        let (feed, mapping) = (self.text()?, self.text()?);
        let number = Number { courier: self.text()?, number: self.text()? };
        let raw_code = self.text()?;
        let kind = EventKind::from_code(self.byte()?).ok_or(TimelineFault::Damaged)?;
        let reason = self.optional_word(Reason::from_code)?;
        let party = Party::from_code(self.byte()?).ok_or(TimelineFault::Damaged)?;
        let offset_source = OffsetSource::from_code(self.byte()?).ok_or(TimelineFault::Damaged)?;
        let offset_minutes = self.small()?;
        let place = if flags & PLACE != 0 {
            Place { country: self.text()?, region: self.text()?, postcode: self.text()?, facility: self.text()? }
        } else {
            Place::default()
        };
        let statement = if flags & STATEMENT != 0 { Some(Box::new(self.statement()?)) } else { None };
        let also = if flags & ALSO != 0 {
            Some(Box::new(Number { courier: self.text()?, number: self.text()? }))
        } else {
            None
        };
        let corrects = if flags & CORRECTS != 0 { Some(EventId(self.fixed()?)) } else { None };
        let countersigned = flags & COUNTERSIGNED != 0;
        Ok(Event {
            at,
            id,
            received,
            feed,
            mapping,
            number,
            kind,
            reason,
            party,
            raw_code,
            offset_minutes,
            offset_source,
            place,
            statement,
            also,
            corrects,
            countersigned,
        })
    }

    fn statement(&mut self) -> Result<Statement, TimelineFault> {
        Ok(Statement {
            reference: self.text()?,
            shipper: self.text()?,
            service: self.text()?,
            origin_country: self.text()?,
            destination_country: self.text()?,
            destination_region: self.text()?,
            delivery_mode: self.optional_word(DeliveryMode::from_code)?,
            promise: match self.optional_word(PromiseKind::from_code)? {
                None => None,
                Some(kind) => {
                    let (latest, offset_minutes) = (self.signed()?, self.small()?);
                    Some(Promise { kind, latest, offset_minutes, earliest: self.optional()? })
                }
            },
            estimate: self.optional()?,
        })
    }

    fn optional_word<T>(&mut self, from_code: impl Fn(u8) -> Option<T>) -> Result<Option<T>, TimelineFault> {
        match self.byte()? {
            0 => Ok(None),
            code => from_code(code).map(Some).ok_or(TimelineFault::Damaged),
        }
    }

    fn text(&mut self) -> Result<Text, TimelineFault> {
        let index = self.number()? as usize;
        self.texts.get(index).cloned().ok_or(TimelineFault::Damaged)
    }

    fn optional(&mut self) -> Result<Option<i64>, TimelineFault> {
        Ok(if self.byte()? == 0 { None } else { Some(self.signed()?) })
    }

    fn small(&mut self) -> Result<i16, TimelineFault> {
        i16::try_from(self.signed()?).map_err(|_| TimelineFault::Damaged)
    }

    fn signed(&mut self) -> Result<i64, TimelineFault> {
        let value = self.number()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    fn number(&mut self) -> Result<u64, TimelineFault> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(TimelineFault::Damaged)
    }

    fn fixed(&mut self) -> Result<u64, TimelineFault> {
        let bytes = self.take(8)?.try_into().map_err(|_| TimelineFault::Truncated)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn byte(&mut self) -> Result<u8, TimelineFault> {
        Ok(self.take(1)?[0])
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], TimelineFault> {
        let (head, tail) = self.bytes.split_at_checked(count).ok_or(TimelineFault::Truncated)?;
        self.bytes = tail;
        Ok(head)
    }
}
