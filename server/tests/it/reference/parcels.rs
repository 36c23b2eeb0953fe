//! Which events are about the same parcel.

use std::collections::{BTreeMap, BTreeSet};

use domain::event::{Event, EventId};
use domain::vocabulary::EventKind;

const NINETY_DAYS: i64 = 90 * 24 * 60 * 60 * 1000;

/// The events of each parcel, by time and identity.
pub fn parcels(events: &[Event]) -> Vec<Vec<Event>> {
    let events = sorted(events);
    let mut parcel: Vec<usize> = (0..events.len()).collect();
    let joined = joined(&events);
    // Each event joins the parcel with the smallest name that it can reach, until nothing changes.
    loop {
        let before = parcel.clone();
        for &(a, b) in &joined {
            let smallest = parcel[a].min(parcel[b]);
            (parcel[a], parcel[b]) = (smallest, smallest);
        }
        if parcel == before {
            break;
        }
    }
    let names: BTreeSet<usize> = parcel.iter().copied().collect();
    let of =
        |name: usize| events.iter().zip(&parcel).filter(|(_, own)| **own == name).map(|(e, _)| e.clone()).collect();
    names.into_iter().map(of).collect()
}

/// Each event once, as it was received first, by time and identity.
pub fn sorted(events: &[Event]) -> Vec<Event> {
    let mut first: BTreeMap<EventId, &Event> = BTreeMap::new();
    for event in events {
        let known = first.entry(event.id).or_insert(event);
        if (event.received, event) < (known.received, *known) {
            *known = event;
        }
    }
    let mut events: Vec<Event> = first.into_values().cloned().collect();
    events.sort_by_key(|event| (event.at, event.id));
    events
}

/// Pairs of events that are about the same parcel.
fn joined(events: &[Event]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut numbers: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    let mut references: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (index, event) in events.iter().enumerate() {
        let also = event.also.as_deref().filter(|also| **also != event.number);
        for number in [Some(&event.number), also].into_iter().flatten() {
            numbers.entry((&number.courier, &number.number)).or_default().push(index);
        }
        if let Some(statement) = event.statement.as_deref().filter(|statement| !statement.reference.is_empty()) {
            references.entry((&statement.shipper, &statement.reference)).or_default().push(index);
        }
    }
    for number in numbers.values() {
        for pair in number.windows(2) {
            let (last, next) = (&events[pair[0]], &events[pair[1]]);
            let begins = matches!(next.kind, EventKind::Announced | EventKind::Accepted);
            if !(begins && next.at - last.at > NINETY_DAYS) {
                pairs.push((pair[0], pair[1]));
            }
        }
    }
    for reference in references.values() {
        pairs.extend(reference.windows(2).map(|pair| (pair[0], pair[1])));
    }
    pairs
}
