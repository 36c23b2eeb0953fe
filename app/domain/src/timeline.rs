//! A parcel's events, each once, in order, and the compact binary form in which they are kept.

mod codec;

pub use codec::{TimelineFault, decode, encode};

use crate::event::Event;

/// The events of one parcel by (time, identity), each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    events: Vec<Event>,
}

impl Timeline {
    /// Orders events and drops duplicates; of two reports of one event the one received first stays.
    pub fn new(mut events: Vec<Event>) -> Self {
        if events.len() > 1 {
            events.sort_unstable_by(|a, b| {
                a.id.cmp(&b.id).then_with(|| a.received.cmp(&b.received)).then_with(|| a.cmp(b))
            });
            events.dedup_by_key(|event| event.id);
            events.sort_unstable_by_key(|event| (event.at, event.id));
        }
        Self { events }
    }

    /// Some of the events of a timeline, in their order.
    pub(crate) fn part(events: Vec<Event>) -> Self {
        Self { events }
    }

    /// The events, oldest first.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The events, oldest first.
    pub fn into_events(self) -> Vec<Event> {
        self.events
    }

    /// The events that no correction withdrew.
    pub fn valid(&self) -> impl Iterator<Item = &Event> + Clone {
        self.events.iter().filter(|event| !self.is_withdrawn(event))
    }

    /// Whether another event declares this one wrong.
    pub fn is_withdrawn(&self, event: &Event) -> bool {
        self.events.iter().any(|other| other.corrects == Some(event.id) && other.id != event.id)
    }
}
