//! From the inbox to parcels and cells, in one transaction.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use cube::Ledger;
use domain::cell::Delta;
use domain::contribution::HOURS_KEPT;
use domain::promise::HOUR_MS;
use intake::{Feed, Format, Parsed};
use store::{BatchSummary, PendingBatch, Rejection, Revision, Store};

use super::fold::{Incoming, Outcome, fold_batch, search_keys};
use super::{PipelineError, probation, sweep};
use crate::feeds::NamedFeed;

/// Batches that one transaction takes at the most.
const BATCHES: i64 = 512;
/// Bytes that one transaction takes, about.
const BYTES: usize = 8 << 20;
/// Kinds of rejection that a batch adds to its feed's list; a file of noise has a reason a row.
const REJECTIONS: usize = 50;

/// What one step derived.
#[derive(Debug, Clone, Default)]
pub struct Derived {
    /// The revision that committed.
    pub revision: i64,
    /// What each batch brought.
    pub batches: Vec<BatchSummary>,
}

/// Takes the next batches that wait; `None` if none does. `now` is UTC epoch milliseconds.
///
/// # Errors
/// Where the database fails; then nothing has happened.
pub async fn derive(store: &Store, now: i64) -> Result<Option<Derived>, PipelineError> {
    if store.pending_batches().await? == 0 {
        return Ok(None);
    }
    let mut revision = store.begin_revision().await?;
    let judged_until = sweep::start(&revision, now);
    let batches = revision.pending(BATCHES, BYTES).await?;
    if batches.is_empty() {
        return Ok(None);
    }
    let (derived, delta) = match derive_batches(&mut revision, batches, judged_until).await {
        Err(PipelineError::Batch { batch, feed, reason }) => {
            // One batch must not hold up the others. It is kept, and shown with its feed.
            drop(revision);
            tracing::error!(batch, feed, reason, "a batch cannot be read again and is set aside");
            store.set_aside(batch, &reason).await?;
            return Ok(Some(Derived::default()));
        }
        done => done?,
    };
    let number = revision.commit(judged_until, Some(&delta)).await?;
    Ok(Some(Derived { revision: number, ..derived }))
}

/// Folds batches into parcels and cells within a revision that is not committed yet.
pub(super) async fn derive_batches(
    revision: &mut Revision,
    batches: Vec<PendingBatch>,
    judged_until: i64,
) -> Result<(Derived, Delta), PipelineError> {
    let on_probation = revision.feeds_on_probation().await?;
    let (kept, batches): (Vec<_>, Vec<_>) = batches.into_iter().partition(|batch| on_probation.contains(&batch.feed));
    let (kept, _) = on_a_thread(move || read_batches(kept)).await?;
    probation::keep(revision, &kept).await?;
    let (mut summaries, events) = on_a_thread(move || read_batches(batches)).await?;
    let (keys, events) = on_a_thread(move || Ok((search_keys(&events), events))).await?;
    let stored = revision.parcels_with(&keys).await?;
    let count = summaries.len();
    let outcome = on_a_thread(move || fold_batch(events, stored, count, judged_until)).await?;
    for (summary, duplicates) in summaries.iter_mut().zip(&outcome.duplicates) {
        summary.duplicates = *duplicates;
    }
    let ledger = write(revision, outcome).await?;
    let delta = on_a_thread(move || Ok(ledger.into_delta()?)).await?;
    revision.add_to_cells(&delta).await?;
    for summary in &summaries {
        revision.add_summary(summary).await?;
    }
    let derived: Vec<(i64, i64)> = summaries.iter().map(|summary| (summary.batch, summary.duplicates)).collect();
    revision.mark_derived(&derived).await?;
    summaries.extend(kept);
    Ok((Derived { revision: revision.number, batches: summaries }, delta))
}

/// Writes the parcels of an outcome, and gives what they add to the cells.
pub(super) async fn write(revision: &mut Revision, outcome: Outcome) -> Result<Ledger, PipelineError> {
    let mut parcels = outcome.write;
    let new = parcels.iter().filter(|parcel| parcel.id == 0).count();
    let first = revision.new_parcels(new as i64);
    for (id, parcel) in (first..).zip(parcels.iter_mut().filter(|parcel| parcel.id == 0)) {
        parcel.id = id;
    }
    parcels.sort_unstable_by_key(|parcel| parcel.id);
    revision.remove_parcels(&outcome.remove).await?;
    for (parcel, keys) in &outcome.unlink {
        revision.remove_aliases(*parcel, keys).await?;
    }
    revision.write_parcels(&parcels).await?;
    Ok(outcome.ledger)
}

/// The first hour that the cube of hours keeps.
pub(super) const fn first_hour(judged_until: i64) -> i64 {
    judged_until.div_euclid(HOUR_MS) - HOURS_KEPT
}

/// Reading and folding take the processor, not the disk: they must not hold up what waits for answers.
pub(crate) async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PipelineError> + Send + 'static,
) -> Result<T, PipelineError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(fault) => Err(PipelineError::Fault(fault.to_string())),
    }
}

fn read_batches(batches: Vec<PendingBatch>) -> Result<(Vec<BatchSummary>, Vec<Incoming>), PipelineError> {
    let mut summaries = Vec::with_capacity(batches.len());
    let mut events = Vec::new();
    for (place, batch) in batches.iter().enumerate() {
        let parsed = read_again(batch)?;
        summaries.push(summary(batch, &parsed));
        events.extend(parsed.events.into_iter().map(|event| (place, event)));
    }
    Ok((summaries, events))
}

pub(super) fn read_again(batch: &PendingBatch) -> Result<Parsed, PipelineError> {
    let unreadable = |reason: String| PipelineError::Batch { batch: batch.id, feed: batch.feed.clone(), reason };
    let feed = definition(batch).map_err(unreadable)?;
    let format: Format = batch.format.parse().map_err(unreadable)?;
    intake::parse(&feed, format, &batch.bytes, batch.first_row as u64, batch.received_at)
        .map_err(|fault| unreadable(fault.to_string()))
}

/// The feed definition that a batch was read by. Compiled ones are remembered: many small batches share one.
fn definition(batch: &PendingBatch) -> Result<Feed, String> {
    static COMPILED: Mutex<Option<HashMap<(String, String), Feed>>> = Mutex::new(None);
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let compiled = compiled.get_or_insert_default();
    let key = (batch.feed.clone(), batch.version.clone());
    if let Some(feed) = compiled.get(&key) {
        return Ok(feed.clone());
    }
    let feed = NamedFeed::read(&batch.feed, &batch.definition).map_err(|faults| faults.join("; "))?.feed;
    if compiled.len() > 1000 {
        compiled.clear();
    }
    compiled.insert(key, feed.clone());
    Ok(feed)
}

pub(super) fn summary(batch: &PendingBatch, parsed: &Parsed) -> BatchSummary {
    let mut rejections: BTreeMap<(&str, &str), Rejection> = BTreeMap::new();
    for rejected in &parsed.rejected {
        let room = rejections.len() < REJECTIONS;
        let reason = if room || rejections.contains_key(&(&*rejected.field, &*rejected.reason)) {
            rejected.reason.as_str()
        } else {
            "further reasons"
        };
        let entry = rejections.entry((&rejected.field, reason)).or_insert_with(|| Rejection {
            field: rejected.field.clone(),
            reason: reason.to_owned(),
            rows: 0,
            example: format!("batch {:x}, row {}", batch.id, rejected.row),
        });
        entry.rows += 1;
    }
    BatchSummary {
        batch: batch.id,
        feed: batch.feed.clone(),
        received_at: batch.received_at,
        latest_event: parsed.events.iter().map(|event| event.at).max(),
        rows: parsed.rows as i64,
        events: parsed.events.len() as i64,
        duplicates: 0,
        rejected: parsed.rejected.len() as i64,
        rejections: rejections.into_values().collect(),
        codes: parsed.codes.iter().map(|(code, c)| (code.to_string(), c.is_unmapped(), c.count as i64)).collect(),
    }
}
