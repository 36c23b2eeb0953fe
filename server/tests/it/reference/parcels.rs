//! Which events are about the same parcel.

use std::collections::{BTreeMap, BTreeSet};

use domain::Text;
use domain::event::{Event, EventId, Statement};
use domain::vocabulary::EventKind;

const NINETY_DAYS: i64 = 90 * 24 * 60 * 60 * 1000;

/// The events of each parcel, by time and identity.
pub fn parcels(events: &[Event]) -> Vec<Vec<Event>> {
    let reports = events;
    let events = sorted(reports);
    let mut parcel: Vec<usize> = (0..events.len()).collect();
    let joined = joined(&events, reports);
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

/// Each event once, as it was received first, with what only later reports of it say; by time, kind and identity.
pub fn sorted(reports: &[Event]) -> Vec<Event> {
    let mut reports: Vec<&Event> = reports.iter().collect();
    reports.sort_by(|a, b| (a.received, a).cmp(&(b.received, b)));
    let mut events: BTreeMap<EventId, Event> = BTreeMap::new();
    for report in reports {
        let event = events.entry(report.id).or_insert_with(|| report.clone());
        event.also = event.also.clone().or_else(|| report.also.clone());
        if let Some(later) = &report.statement {
            let said = event.statement.clone().unwrap_or_default();
            let either = |said: &Text, later: &Text| if said.is_empty() { later.clone() } else { said.clone() };
            event.statement = Some(Box::new(Statement {
                reference: either(&said.reference, &later.reference),
                shipper: either(&said.shipper, &later.shipper),
                service: either(&said.service, &later.service),
                origin_country: either(&said.origin_country, &later.origin_country),
                destination_country: either(&said.destination_country, &later.destination_country),
                destination_region: either(&said.destination_region, &later.destination_region),
                destination_postcode: either(&said.destination_postcode, &later.destination_postcode),
                delivery_mode: said.delivery_mode.or(later.delivery_mode),
                promise: said.promise.or(later.promise),
                estimate: said.estimate.or(later.estimate),
            }));
        }
    }
    let mut events: Vec<Event> = events.into_values().collect();
    events.sort_by_key(|event| (event.at, event.kind.code(), event.id));
    events
}

/// Pairs of events that are about the same parcel, by what any report of them names.
fn joined(events: &[Event], reports: &[Event]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut numbers: BTreeMap<(&str, &str), BTreeSet<usize>> = BTreeMap::new();
    let mut references: BTreeMap<(&str, &str), BTreeSet<usize>> = BTreeMap::new();
    let place: BTreeMap<EventId, usize> = events.iter().enumerate().map(|(at, event)| (event.id, at)).collect();
    for event in reports {
        for number in [Some(&event.number), event.also.as_deref()].into_iter().flatten() {
            numbers.entry((&number.courier, &number.number)).or_default().insert(place[&event.id]);
        }
        if let Some(statement) = event.statement.as_deref().filter(|statement| !statement.reference.is_empty()) {
            references.entry((&statement.shipper, &statement.reference)).or_default().insert(place[&event.id]);
        }
    }
    let lists = |sets: BTreeMap<_, BTreeSet<usize>>| -> Vec<Vec<usize>> {
        sets.into_values().map(|set| set.into_iter().collect()).collect()
    };
    let (numbers, references) = (lists(numbers), lists(references));
    for number in &numbers {
        for pair in number.windows(2) {
            let (last, next) = (&events[pair[0]], &events[pair[1]]);
            let begins = matches!(next.kind, EventKind::Announced | EventKind::Accepted);
            if !(begins && next.at - last.at > NINETY_DAYS) {
                pairs.push((pair[0], pair[1]));
            }
        }
    }
    for reference in &references {
        pairs.extend(reference.windows(2).map(|pair| (pair[0], pair[1])));
    }
    pairs
}
