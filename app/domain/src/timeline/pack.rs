//! Many events in little room: how those of a batch wait to be folded.

use super::codec::{Reader, Shared, TimelineFault, Writer};
use crate::Text;
use crate::event::Event;

/// The events of one batch, packed: about 40 bytes each, where an [`Event`] takes 300.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pack {
    /// Times are told as the distance from here.
    origin: i64,
    texts: Vec<Text>,
    bytes: Vec<u8>,
    /// Where each event begins.
    starts: Vec<u32>,
}

impl Pack {
    /// Packs events. They stay in their order.
    pub fn new(events: &[Event]) -> Self {
        let origin = events.first().map_or(0, |event| event.at);
        let mut writer = Writer::new(Shared::default());
        let mut starts = Vec::with_capacity(events.len());
        for event in events {
            starts.push(writer.len() as u32);
            writer.event(event, origin);
        }
        let (mut bytes, texts) = writer.into_parts();
        bytes.shrink_to_fit();
        Self { origin, texts: texts.into_list(), bytes, starts }
    }

    /// How many events there are.
    pub const fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The memory that it takes, in bytes, about.
    pub const fn size(&self) -> usize {
        self.bytes.len() + self.starts.len() * 4 + self.texts.len() * size_of::<Text>()
    }

    /// One event, by its place.
    ///
    /// # Errors
    /// Never in practice: what was packed can be read.
    pub fn get(&self, place: usize) -> Result<Event, TimelineFault> {
        let start = *self.starts.get(place).ok_or(TimelineFault::Truncated)? as usize;
        Reader::with_own_inline(&self.bytes[start..], &self.texts).event(self.origin)
    }
}
