//! Bytes into events.

use super::{ALSO, CORRECTS, COUNTERSIGNED, PLACE, POSTCODE, STATEMENT, TimelineFault};
use crate::Text;
use crate::event::{Event, EventId, Number, Place, Statement};
use crate::promise::{Promise, PromiseKind};
use crate::vocabulary::{DeliveryMode, EventKind, OffsetSource, Party, Reason};

/// Reads events.
pub(in crate::timeline) struct Reader<'a> {
    bytes: &'a [u8],
    /// The table of texts; the first is the empty one.
    texts: &'a [Text],
    /// Whether the texts of one parcel stand where they occur, and not in the table.
    own_inline: bool,
}

impl<'a> Reader<'a> {
    /// Reads what was written with a table of all texts.
    pub const fn new(bytes: &'a [u8], texts: &'a [Text]) -> Self {
        Self { bytes, texts, own_inline: false }
    }

    /// Reads what was written with the texts of one parcel where they occur.
    pub const fn with_own_inline(bytes: &'a [u8], texts: &'a [Text]) -> Self {
        Self { bytes, texts, own_inline: true }
    }

    /// What has not been read yet.
    pub const fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// An event, whose time is told as the distance from `before`.
    pub fn event(&mut self, before: i64) -> Result<Event, TimelineFault> {
        let flags = self.number()?;
        let at = before.wrapping_add(self.signed()?);
        let id = EventId(self.fixed()?);
        let received = at.wrapping_add(self.signed()?);
        let (feed, mapping) = (self.text()?, self.text()?);
        let number = Number { courier: self.text()?, number: self.own_text()? };
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
        let statement = if flags & STATEMENT != 0 { Some(Box::new(self.statement(flags)?)) } else { None };
        let also = if flags & ALSO != 0 {
            Some(Box::new(Number { courier: self.text()?, number: self.own_text()? }))
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

    fn statement(&mut self, flags: u64) -> Result<Statement, TimelineFault> {
        Ok(Statement {
            reference: self.own_text()?,
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
            destination_postcode: if flags & POSTCODE != 0 { self.text()? } else { Text::default() },
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

    fn own_text(&mut self) -> Result<Text, TimelineFault> {
        if self.own_inline { self.inline_text() } else { self.text() }
    }

    /// A text with its length before it.
    pub fn inline_text(&mut self) -> Result<Text, TimelineFault> {
        let length = usize::try_from(self.number()?).map_err(|_| TimelineFault::Damaged)?;
        let text = std::str::from_utf8(self.take(length)?).map_err(|_| TimelineFault::Damaged)?;
        Ok(text.into())
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

    /// A number of as few bytes as it needs.
    pub fn number(&mut self) -> Result<u64, TimelineFault> {
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

    /// One byte.
    pub fn byte(&mut self) -> Result<u8, TimelineFault> {
        Ok(self.take(1)?[0])
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], TimelineFault> {
        let (head, tail) = self.bytes.split_at_checked(count).ok_or(TimelineFault::Truncated)?;
        self.bytes = tail;
        Ok(head)
    }
}
