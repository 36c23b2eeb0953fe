//! A parcel's events, each once, in order, and the compact binary form in which they are kept.

mod codec;
mod merge;
mod pack;

pub use codec::{TimelineFault, decode, encode};
pub use pack::Pack;

use crate::event::{Event, EventId};
use crate::vocabulary::EventKind;

/// The events of one parcel.
///
/// An event may be reported more than once. The report received first is the event; a later one is kept only for what
/// it adds: a statement that was missing, or a number or reference that was not named yet. Which reports stay depends on
/// the set of reports only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    /// By time, kind and identity; of one event the first received first.
    reports: Vec<Event>,
    /// The events with what later reports add, where there is a later report.
    merged: Option<Vec<Event>>,
    /// The events that a valid correction declares wrong.
    withdrawn: Vec<EventId>,
}

impl Timeline {
    /// Orders reports and drops those that add nothing.
    pub fn new(reports: Vec<Event>) -> Self {
        Self::of_distinct(merge::distinct(reports))
    }

    /// A timeline of reports of which each adds something.
    pub(crate) fn of_distinct(mut reports: Vec<Event>) -> Self {
        // Feeds know minutes or days: of one instant, what comes first in a parcel's life comes first.
        let order = |event: &Event| (event.at, event.kind.code(), event.id, event.received);
        if !reports.is_sorted_by_key(order) {
            reports.sort_by_key(order);
        }
        let merged = merge::merged(&reports);
        let withdrawn = withdrawn(merged.as_ref().unwrap_or(&reports));
        Self { reports, merged, withdrawn }
    }

    /// The events, oldest first.
    pub fn events(&self) -> &[Event] {
        self.merged.as_ref().unwrap_or(&self.reports)
    }

    /// Everything that was reported and adds something.
    pub fn reports(&self) -> &[Event] {
        &self.reports
    }

    /// Everything that was reported and adds something.
    pub fn into_reports(self) -> Vec<Event> {
        self.reports
    }

    /// What happened to the parcel: the events that no correction withdrew, without the corrections themselves.
    pub fn valid(&self) -> impl Iterator<Item = &Event> + Clone {
        self.events().iter().filter(|event| event.kind != EventKind::Correction && !self.is_withdrawn(event))
    }

    /// Whether another event declares this one wrong.
    pub fn is_withdrawn(&self, event: &Event) -> bool {
        self.withdrawn.contains(&event.id)
    }
}

/// What corrections declare wrong. The latest speaks first: a correction that is withdrawn itself withdraws nothing.
fn withdrawn(events: &[Event]) -> Vec<EventId> {
    let mut withdrawn = Vec::new();
    for event in events.iter().rev() {
        if let Some(corrects) = event.corrects
            && corrects != event.id
            && !withdrawn.contains(&event.id)
        {
            withdrawn.push(corrects);
        }
    }
    withdrawn
}
