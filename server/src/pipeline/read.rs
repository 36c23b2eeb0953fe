//! Batches as the pipeline reads them, and those that were read already because somebody waited for an answer.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use domain::identity::search_keys;
use domain::timeline::Pack;
use intake::{Feed, Format, Parsed};
use rayon::prelude::*;
use store::{BatchSummary, Kinds, PendingBatch};

use super::{PipelineError, codes};
use crate::feeds::NamedFeed;

/// Compiled feed definitions that are remembered.
const COMPILED: usize = 1000;

/// A batch that was read.
#[derive(Debug, Clone)]
pub struct ReadBatch {
    /// The version of the feed's definition that read it.
    pub version: String,
    /// What it brought. Its identity and duplicates are known later.
    pub summary: BatchSummary,
    /// Its events.
    pub events: Pack,
    /// What each event's own number is found by.
    pub own_keys: Vec<i64>,
    /// What else an event (by its place) is found by.
    pub other_keys: Vec<(u32, i64)>,
}

impl ReadBatch {
    /// What a feed's definition read of a batch, which came at `received_at` (UTC epoch milliseconds).
    pub fn new(feed: &str, version: &str, received_at: i64, parsed: &Parsed) -> Self {
        let mut own_keys = Vec::with_capacity(parsed.events.len());
        let mut other_keys = Vec::new();
        for (place, event) in parsed.events.iter().enumerate() {
            let mut keys = search_keys(event);
            own_keys.extend(keys.next());
            other_keys.extend(keys.map(|key| (place as u32, key)));
        }
        let summary = summary(feed, received_at, parsed);
        Self { version: version.to_owned(), summary, events: Pack::new(&parsed.events), own_keys, other_keys }
    }

    /// The memory that it takes, in bytes, about.
    pub const fn size(&self) -> usize {
        self.events.size() + self.own_keys.len() * 8 + self.other_keys.len() * 16 + 1024
    }

    /// This batch under its identity in the inbox.
    pub(super) fn named(self, id: i64) -> Self {
        Self { summary: named(self.summary, id), ..self }
    }
}

/// Batches that were read before they are derived, by identity. A batch that is missing here is read again.
#[derive(Debug, Clone)]
pub struct ReadAhead {
    held: Arc<Mutex<Held>>,
    room: usize,
}

#[derive(Debug, Default)]
struct Held {
    batches: BTreeMap<i64, ReadBatch>,
    size: usize,
}

impl ReadAhead {
    /// Holds batches of `room` bytes in all; when more come, the oldest are dropped.
    pub fn with_room(room: usize) -> Self {
        Self { held: Arc::default(), room }
    }

    /// Keeps a batch until it is derived.
    pub fn put(&self, id: i64, batch: ReadBatch) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.size += batch.size();
        held.batches.insert(id, batch);
        while held.size > self.room
            && let Some((_, oldest)) = held.batches.pop_first()
        {
            held.size -= oldest.size();
        }
    }

    /// The memory that the batches take, in bytes, about.
    pub fn size(&self) -> usize {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).size
    }

    /// Gives a batch away, if this version of its feed's definition has read it and nothing of it was settled since.
    pub(super) fn take(&self, id: i64, version: Option<&str>) -> Option<ReadBatch> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let batch = held.batches.remove(&id)?;
        held.size -= batch.size();
        (Some(batch.version.as_str()) == version).then_some(batch)
    }
}

/// Reads batches from their bytes, on all processors.
pub(super) fn read_batches(batches: Vec<PendingBatch>) -> Result<Vec<ReadBatch>, PipelineError> {
    batches.par_iter().map(read_again).collect()
}

pub(super) fn read_again(batch: &PendingBatch) -> Result<ReadBatch, PipelineError> {
    let parsed = parse_again(batch)?;
    Ok(ReadBatch::new(&batch.feed, &batch.version, batch.received_at, &parsed).named(batch.id))
}

/// Reads a batch from its bytes.
pub(super) fn parse_again(batch: &PendingBatch) -> Result<Parsed, PipelineError> {
    let unreadable = |reason: String| PipelineError::Batch { batch: batch.id, feed: batch.feed.clone(), reason };
    let feed = definition(batch).map_err(unreadable)?;
    let format: Format = batch.format.parse().map_err(unreadable)?;
    intake::parse_without(&feed, format, &batch.bytes, batch.first_row as u64, batch.received_at, &batch.settled)
        .map_err(|fault| unreadable(fault.to_string()))
}

/// What a batch brought, by what was read of it.
pub(super) fn summary_of(batch: &PendingBatch, parsed: &Parsed) -> BatchSummary {
    named(summary(&batch.feed, batch.received_at, parsed), batch.id)
}

/// The feed definition that a batch was read by. Compiled ones are remembered: many small batches share one.
pub(super) fn definition(batch: &PendingBatch) -> Result<Feed, String> {
    static REMEMBERED: Mutex<Option<HashMap<(String, String), Feed>>> = Mutex::new(None);
    let mut compiled = REMEMBERED.lock().unwrap_or_else(PoisonError::into_inner);
    let compiled = compiled.get_or_insert_default();
    let key = (batch.feed.clone(), batch.version.clone());
    if let Some(feed) = compiled.get(&key) {
        return Ok(feed.clone());
    }
    let feed = NamedFeed::read(&batch.feed, &batch.definition).map_err(|faults| faults.join("; "))?.feed;
    if compiled.len() > COMPILED {
        compiled.clear();
    }
    compiled.insert(key, feed.clone());
    Ok(feed)
}

/// A summary with the identity of its batch.
fn named(mut summary: BatchSummary, batch: i64) -> BatchSummary {
    summary.batch = batch;
    for rejection in &mut summary.rejections {
        rejection.example = format!("batch {batch:x}, row {}", rejection.first_row);
    }
    summary
}

fn summary(feed: &str, received_at: i64, parsed: &Parsed) -> BatchSummary {
    let mut kinds = Kinds::default();
    for rejected in &parsed.rejected {
        kinds.add(rejected.row, &rejected.field, &rejected.reason);
    }
    BatchSummary {
        batch: 0,
        feed: feed.to_owned(),
        received_at,
        latest_event: parsed.events.iter().map(|event| event.at).max(),
        rows: parsed.rows as i64,
        events: parsed.events.len() as i64,
        duplicates: 0,
        rejected: parsed.rejected.len() as i64,
        rejections: kinds.into_rejections(),
        codes: codes::counted(parsed),
    }
}
