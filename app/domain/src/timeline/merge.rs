//! Several reports of one event.

use std::collections::{HashMap, HashSet};

use crate::event::{Event, EventId, Statement};
use crate::identity::{Key, keys};

/// The reports that add something to those of the same event received before them.
pub(super) fn distinct(mut reports: Vec<Event>) -> Vec<Event> {
    if reports.len() < 2 {
        return reports;
    }
    reports.sort_unstable_by(|a, b| (a.id, a.received).cmp(&(b.id, b.received)).then_with(|| a.cmp(b)));
    if reports.windows(2).all(|pair| pair[0].id != pair[1].id) {
        return reports;
    }
    let mut of: Option<EventId> = None;
    let mut said = Statement::default();
    let mut named: HashSet<Key> = HashSet::new();
    reports.retain(|report| {
        let is_first = of != Some(report.id);
        if is_first {
            of = Some(report.id);
            said = Statement::default();
            named.clear();
        }
        let fills = report.statement.as_ref().is_some_and(|statement| fill(&mut said, statement));
        let names = keys(report).filter(|key| named.insert(key.clone())).count() > 0;
        is_first || fills || names
    });
    reports
}

/// The events with what later reports of them add; `None` where no event was reported twice.
pub(super) fn merged(reports: &[Event]) -> Option<Vec<Event>> {
    if !has_repeats(reports) {
        return None;
    }
    let mut order: Vec<usize> = (0..reports.len()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (&reports[a], &reports[b]);
        a.received.cmp(&b.received).then_with(|| a.cmp(b))
    });
    let mut events: HashMap<EventId, Event> = HashMap::new();
    for report in order.into_iter().map(|at| &reports[at]) {
        match events.get_mut(&report.id) {
            None => {
                events.insert(report.id, report.clone());
            }
            Some(event) => {
                if let Some(statement) = &report.statement {
                    fill(event.statement.get_or_insert_default(), statement);
                }
                if event.also.is_none() {
                    event.also.clone_from(&report.also);
                }
            }
        }
    }
    let mut events: Vec<Event> = events.into_values().collect();
    events.sort_by_key(|event| (event.at, event.kind.code(), event.id));
    Some(events)
}

/// Whether an event was reported twice. Most parcels have a handful of reports, and none twice.
fn has_repeats(reports: &[Event]) -> bool {
    if reports.len() <= 32 {
        return reports.iter().enumerate().any(|(at, report)| reports[..at].iter().any(|other| other.id == report.id));
    }
    let mut seen = HashSet::with_capacity(reports.len());
    !reports.iter().all(|report| seen.insert(report.id))
}

/// Takes over what is not said yet; whether that was anything.
fn fill(said: &mut Statement, statement: &Statement) -> bool {
    let mut fills = false;
    for (said, stated) in [
        (&mut said.reference, &statement.reference),
        (&mut said.shipper, &statement.shipper),
        (&mut said.service, &statement.service),
        (&mut said.origin_country, &statement.origin_country),
        (&mut said.destination_country, &statement.destination_country),
        (&mut said.destination_region, &statement.destination_region),
        (&mut said.destination_postcode, &statement.destination_postcode),
    ] {
        if said.is_empty() && !stated.is_empty() {
            said.clone_from(stated);
            fills = true;
        }
    }
    fills |= fill_option(&mut said.delivery_mode, statement.delivery_mode);
    fills |= fill_option(&mut said.promise, statement.promise);
    fills |= fill_option(&mut said.estimate, statement.estimate);
    fills
}

fn fill_option<T>(said: &mut Option<T>, stated: Option<T>) -> bool {
    let fills = said.is_none() && stated.is_some();
    if fills {
        *said = stated;
    }
    fills
}
