//! Which events are about the same parcel.
//!
//! The shipper's reference is a parcel's key where it is given; tracking numbers are aliases. An event that names
//! two numbers joins them. `announced` or `accepted` more than 90 days after the last event of a number begins a
//! new parcel under that number. All of this depends on the set of events only.

use std::collections::{BTreeSet, HashMap};

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::Text;
use crate::event::{Event, EventId, Number};
use crate::promise::DAY_MS;
use crate::timeline::Timeline;

/// After so long without an event a tracking number may be used again.
pub const REUSE_AFTER_MS: i64 = 90 * DAY_MS;

/// What a parcel is found by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A courier's tracking number.
    Number(Number),
    /// The shipper's own reference.
    Reference {
        /// The shipper as the event states it; may be empty.
        shipper: Text,
        /// The reference.
        reference: Text,
    },
}

impl Key {
    /// A value that stands for this very key, where its texts are not to be kept.
    pub fn fingerprint(&self) -> i64 {
        let (kind, [whose, name]) = match self {
            Self::Number(number) => (0, [&number.courier, &number.number]),
            Self::Reference { shipper, reference } => (1, [shipper, reference]),
        };
        let mut hasher = Xxh3::with_seed(kind);
        hasher.update(&(whose.len() as u64).to_le_bytes());
        hasher.update(whose.as_bytes());
        hasher.update(name.as_bytes());
        hasher.digest() as i64
    }

    /// The value under which parcels with this number or reference are indexed.
    /// Different keys may share it: whoever looks up compares the texts.
    pub fn search_key(&self) -> i64 {
        match self {
            Self::Number(number) => search_key(&number.number),
            Self::Reference { reference, .. } => search_key(reference),
        }
    }
}

/// The value under which a normal number or reference is indexed.
pub fn search_key(number: &str) -> i64 {
    xxh3_64(number.as_bytes()) as i64
}

/// The keys that an event names: its number, the other number and the reference.
pub fn keys(event: &Event) -> impl Iterator<Item = Key> {
    let own = Key::Number(event.number.clone());
    let also = event.also.as_ref().map(|number| Key::Number(Number::clone(number)));
    let reference = event.statement.as_ref().filter(|s| !s.reference.is_empty());
    let reference = reference.map(|s| Key::Reference { shipper: s.shipper.clone(), reference: s.reference.clone() });
    std::iter::once(own).chain(also).chain(reference)
}

/// The value of every key that an event names, its own number's first.
pub fn search_keys(event: &Event) -> impl Iterator<Item = i64> {
    let also = event.also.as_ref().map(|number| search_key(&number.number));
    let reference = event.statement.as_ref().filter(|s| !s.reference.is_empty()).map(|s| search_key(&s.reference));
    std::iter::once(search_key(&event.number.number)).chain(also).chain(reference)
}

/// Groups of things that are joined pair by pair (union-find).
#[derive(Debug, Default)]
pub struct Groups {
    parent: Vec<usize>,
}

impl Groups {
    /// So many things, none joined.
    pub fn new(count: usize) -> Self {
        Self { parent: (0..count).collect() }
    }

    /// Adds a thing of its own and gives its index.
    pub fn add(&mut self) -> usize {
        self.parent.push(self.parent.len());
        self.parent.len() - 1
    }

    /// How many things there are.
    pub const fn len(&self) -> usize {
        self.parent.len()
    }

    /// Whether there is nothing.
    pub const fn is_empty(&self) -> bool {
        self.parent.is_empty()
    }

    /// The one that stands for the group.
    pub fn find(&mut self, mut at: usize) -> usize {
        while self.parent[at] != at {
            self.parent[at] = self.parent[self.parent[at]];
            at = self.parent[at];
        }
        at
    }

    /// Joins two groups; the smaller index stands for both.
    pub fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.parent[a.max(b)] = a.min(b);
    }
}

/// Splits reports of events into parcels, oldest parcel first. They must include all that share a key with any of them.
pub fn partition(reports: Vec<Event>) -> Vec<Timeline> {
    let timeline = Timeline::new(reports);
    let events = timeline.events();
    if is_plainly_one(events) {
        return vec![timeline];
    }
    // Every report of an event is about the event's parcel, at the event's time.
    let place: HashMap<EventId, usize> = events.iter().enumerate().map(|(at, event)| (event.id, at)).collect();
    let mut groups = Groups::new(events.len());
    for (key, members) in members_by_key(timeline.reports(), &place) {
        let members: Vec<usize> = members.into_iter().collect();
        for pair in members.windows(2) {
            if !(matches!(key, Key::Number(_)) && begins_again(&events[pair[0]], &events[pair[1]])) {
                groups.join(pair[0], pair[1]);
            }
        }
    }
    let mut parcel_of: HashMap<usize, usize> = HashMap::new();
    for at in 0..events.len() {
        let next = parcel_of.len();
        parcel_of.entry(groups.find(at)).or_insert(next);
    }
    let mut parcels: Vec<Vec<Event>> = vec![Vec::new(); parcel_of.len()];
    for report in timeline.into_reports() {
        parcels[parcel_of[&groups.find(place[&report.id])]].push(report);
    }
    parcels.into_iter().map(Timeline::of_distinct).collect()
}

/// The usual case: one number, no pause long enough to use it again.
fn is_plainly_one(events: &[Event]) -> bool {
    events.windows(2).all(|pair| pair[0].number == pair[1].number && !begins_again(&pair[0], &pair[1]))
}

fn begins_again(before: &Event, event: &Event) -> bool {
    event.kind.begins_parcel() && event.at - before.at > REUSE_AFTER_MS
}

/// The events that each key was named by, in their order.
fn members_by_key(reports: &[Event], place: &HashMap<EventId, usize>) -> HashMap<Key, BTreeSet<usize>> {
    let mut members: HashMap<Key, BTreeSet<usize>> = HashMap::new();
    for report in reports {
        for key in keys(report) {
            members.entry(key).or_default().insert(place[&report.id]);
        }
    }
    members
}
