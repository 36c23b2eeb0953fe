//! What a body or piece became.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use domain::Text;
use domain::event::Event;
use domain::vocabulary::EventKind;

use crate::rejected::{Refusal, Rejected};

/// What a body or piece became. Every row is accepted, skipped or rejected.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parsed {
    /// The events, in the order of the rows.
    pub events: Vec<Event>,
    /// Rows read. Blank lines and the header are none.
    pub rows: u64,
    /// Rows that the definition's `only` leaves out.
    pub skipped: u64,
    /// Rows that could not be read, in their order.
    pub rejected: Vec<Rejected>,
    /// Every raw code seen.
    pub codes: BTreeMap<Text, CodeCount>,
}

impl Parsed {
    /// Rows that gave at least one event.
    pub fn accepted(&self) -> u64 {
        self.rows - self.skipped - self.rejected.len() as u64
    }
}

/// How often a raw code was seen, and as what it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeCount {
    /// Events with this code.
    pub count: u64,
    /// What it was read as. A code with conditions may be read in several ways: this is the first of them, but
    /// [`EventKind::Unmapped`] if any event with it is that.
    pub kind: EventKind,
}

impl CodeCount {
    /// Whether no mapping knew the code, at least once.
    pub fn is_unmapped(self) -> bool {
        self.kind == EventKind::Unmapped
    }
}

/// What became of a row that was understood.
pub(crate) enum Fate {
    Accepted,
    Skipped,
}

/// Gathers what rows become.
#[derive(Default)]
pub(crate) struct Collector {
    pub parsed: Parsed,
    /// Row number and number of events after it; kept only for a preview.
    trace: Option<Trace>,
    /// Rows that are passed over as if they had not been sent.
    left_out: BTreeSet<u64>,
}

/// The way of the first rows.
pub(crate) struct Trace {
    pub most_rows: usize,
    pub ends: Vec<(u64, usize)>,
}

impl Collector {
    /// Gathers the first `most_rows` rows only and remembers which events each gave.
    pub fn tracing(most_rows: usize) -> Self {
        Self { trace: Some(Trace { most_rows, ends: Vec::new() }), ..Self::default() }
    }

    /// Passes over the rows with these numbers.
    pub fn without(left_out: &BTreeSet<u64>) -> Self {
        Self { left_out: left_out.clone(), ..Self::default() }
    }

    /// What was gathered, with the number of each row and of the events up to its end.
    pub fn into_trace(self) -> (Parsed, Vec<(u64, usize)>) {
        (self.parsed, self.trace.map(|trace| trace.ends).unwrap_or_default())
    }

    /// Counts one row. `read` adds the row's events; if it refuses, none of them is kept.
    pub fn row(
        &mut self,
        number: u64,
        raw: &[u8],
        read: impl FnOnce(&mut Vec<Event>) -> Result<Fate, Refusal>,
    ) -> ControlFlow<()> {
        if self.left_out.contains(&number) {
            return ControlFlow::Continue(());
        }
        let parsed = &mut self.parsed;
        let before = parsed.events.len();
        parsed.rows += 1;
        match read(&mut parsed.events) {
            Ok(Fate::Accepted) => count_codes(&mut parsed.codes, &parsed.events[before..]),
            Ok(Fate::Skipped) => parsed.skipped += 1,
            Err(refusal) => {
                parsed.events.truncate(before);
                parsed.rejected.push(Rejected::new(number, raw, refusal));
            }
        }
        match &mut self.trace {
            Some(trace) => {
                trace.ends.push((number, parsed.events.len()));
                if trace.ends.len() < trace.most_rows { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            }
            None => ControlFlow::Continue(()),
        }
    }
}

fn count_codes(codes: &mut BTreeMap<Text, CodeCount>, events: &[Event]) {
    for event in events {
        let unseen = CodeCount { count: 0, kind: event.kind };
        let code = match codes.get_mut(event.raw_code.as_str()) {
            Some(code) => code,
            None => codes.entry(event.raw_code.clone()).or_insert(unseen),
        };
        code.count += 1;
        if event.kind == EventKind::Unmapped {
            code.kind = EventKind::Unmapped;
        }
    }
}
