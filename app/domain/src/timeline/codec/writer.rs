//! Events into bytes.

use super::{ALSO, CORRECTS, COUNTERSIGNED, PLACE, POSTCODE, STATEMENT, Texts};
use crate::event::{Event, Place, Statement};
use crate::vocabulary::{DeliveryMode, Reason};

/// Writes events. How texts are written is the table's business.
pub(in crate::timeline) struct Writer<T> {
    bytes: Vec<u8>,
    texts: T,
}

impl<T> Writer<T> {
    /// Nothing written yet.
    pub fn new(texts: T) -> Self {
        Self { bytes: Vec::new(), texts }
    }

    /// How many bytes are written.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// What was written, and the texts.
    pub fn into_parts(self) -> (Vec<u8>, T) {
        (self.bytes, self.texts)
    }

    /// Writes an event; its time as the distance from another.
    pub fn event<'a>(&mut self, event: &'a Event, before: i64)
    where
        T: Texts<'a>,
    {
        let mut flags = 0;
        flags |= if event.place == Place::default() { 0 } else { PLACE };
        flags |= if event.statement.is_some() { STATEMENT } else { 0 };
        let postcode = event.statement.as_ref().map(|said| said.destination_postcode.as_str()).unwrap_or_default();
        flags |= if postcode.is_empty() { 0 } else { POSTCODE };
        flags |= if event.also.is_some() { ALSO } else { 0 };
        flags |= if event.corrects.is_some() { CORRECTS } else { 0 };
        flags |= if event.countersigned { COUNTERSIGNED } else { 0 };
        self.number(flags);
        self.signed(event.at - before);
        self.bytes.extend_from_slice(&event.id.0.to_le_bytes());
        self.signed(event.received - event.at);
        for text in [&event.feed, &event.mapping, &event.number.courier] {
            self.text(text);
        }
        self.own_text(&event.number.number);
        self.text(&event.raw_code);
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
        if !postcode.is_empty() {
            self.text(postcode);
        }
        if let Some(also) = &event.also {
            self.text(&also.courier);
            self.own_text(&also.number);
        }
        if let Some(corrects) = event.corrects {
            self.bytes.extend_from_slice(&corrects.0.to_le_bytes());
        }
    }

    fn statement<'a>(&mut self, statement: &'a Statement)
    where
        T: Texts<'a>,
    {
        let Statement { reference, shipper, service, origin_country, destination_country, destination_region, .. } =
            statement;
        self.own_text(reference);
        for text in [shipper, service, origin_country, destination_country, destination_region] {
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

    /// A text that other events name too.
    fn text<'a>(&mut self, text: &'a str)
    where
        T: Texts<'a>,
    {
        let index = if text.is_empty() { 0 } else { self.texts.index(text) };
        self.number(index);
    }

    /// A text of one parcel.
    fn own_text<'a>(&mut self, text: &'a str)
    where
        T: Texts<'a>,
    {
        if T::OWN_INLINE {
            self.number(text.len() as u64);
            self.bytes.extend_from_slice(text.as_bytes());
        } else {
            self.text(text);
        }
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

    /// A number, in as few bytes as it needs.
    pub fn number(&mut self, value: u64) {
        put_number(&mut self.bytes, value);
    }
}

/// LEB128: seven bits a byte, lowest first.
pub(in crate::timeline) fn put_number(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}
