//! From the inbox to parcels and cells, in one transaction.

use std::sync::Arc;

use domain::cell::Delta;
use domain::contribution::HOURS_KEPT;
use domain::promise::HOUR_MS;
use store::{BatchSummary, Revision, Store, StoredParcel};

use super::deleted::without_deleted;
use super::fold::{Incoming, Outcome, fold_batch};
use super::read::{ReadAhead, ReadBatch, read_batches};
use super::sort::{Share, Sorter};
use super::{Books, Judge, PipelineError, probation, sweep};

/// How much one transaction takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Batches at the most.
    pub batches: i64,
    /// Memory that their events take, in bytes, about. At least one batch is taken.
    pub bytes: usize,
}

impl Step {
    /// While feeds send: the database is never held for long.
    pub const LIVE: Self = Self { batches: 512, bytes: 4 << 20 };
    /// For files and for history: a parcel is written once, however its events are spread.
    pub const LARGE: Self = Self { batches: 100_000, bytes: 208 << 20 };
}

/// A change of more cells than this is not told but read again by who follows.
const TOLD_CELLS: usize = 200_000;

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
    derive_step(store, now, &ReadAhead::with_room(0), Step::LIVE).await
}

/// Takes the next batches that wait, without reading again those that were read `ahead`; `None` if none waits.
///
/// # Errors
/// Where the database fails; then nothing has happened.
pub async fn derive_step(
    store: &Store,
    now: i64,
    ahead: &ReadAhead,
    step: Step,
) -> Result<Option<Derived>, PipelineError> {
    if !store.has_pending_batches().await? {
        return Ok(None);
    }
    let mut revision = store.begin_revision().await?;
    let judge = sweep::start(&mut revision, now).await?;
    let (derived, delta) = match derive_pending(&mut revision, ahead, step, &judge).await {
        Err(PipelineError::Batch { batch, feed, reason }) => {
            // One batch must not hold up the others. It is kept, and shown with its feed.
            drop(revision);
            tracing::error!(batch, feed, reason, "a batch cannot be read again and is set aside");
            store.set_aside(batch, &reason).await?;
            return Ok(Some(Derived::default()));
        }
        done => done?,
    };
    if derived.batches.is_empty() {
        return Ok(None);
    }
    let number = revision.commit(judge.until, told(&delta)).await?;
    Ok(Some(Derived { revision: number, ..derived }))
}

/// A change as those who follow are told of it.
pub(super) fn told(delta: &Delta) -> Option<&Delta> {
    (delta.cells.len() + delta.buckets.len() <= TOLD_CELLS).then_some(delta)
}

/// Derives the next batches within a revision that is not committed yet.
pub(super) async fn derive_pending(
    revision: &mut Revision,
    ahead: &ReadAhead,
    step: Step,
    judge: &Judge,
) -> Result<(Derived, Delta), PipelineError> {
    let batches = next_batches(revision, ahead, step).await?;
    take_in(revision, batches, judge).await
}

/// Takes batches in, as far as their feeds are counted.
pub(super) async fn take_in(
    revision: &mut Revision,
    batches: Vec<ReadBatch>,
    judge: &Judge,
) -> Result<(Derived, Delta), PipelineError> {
    let on_probation = revision.feeds_on_probation().await?;
    let (kept, batches) = batches.into_iter().partition(|batch| on_probation.contains(&batch.summary.feed));
    let kept = probation::keep(revision, kept).await?;
    let (mut derived, delta) = derive_batches(revision, batches, judge).await?;
    derived.batches.extend(kept);
    Ok((derived, delta))
}

async fn next_batches(revision: &mut Revision, ahead: &ReadAhead, step: Step) -> Result<Vec<ReadBatch>, PipelineError> {
    let (mut read, mut unread) = (Vec::new(), Vec::new());
    let mut size = 0;
    for (id, version) in revision.pending(step.batches).await? {
        if let Some(batch) = ahead.take(id, version.as_deref()) {
            size += batch.size();
            read.push(batch.named(id));
        } else {
            let batch = revision.batch(id).await?;
            size += batch.bytes.len();
            unread.push(batch);
        }
        if size >= step.bytes {
            break;
        }
    }
    read.extend(on_a_thread(move || read_batches(unread)).await?);
    read.sort_unstable_by_key(|batch| batch.summary.batch);
    Ok(read)
}

async fn derive_batches(
    revision: &mut Revision,
    batches: Vec<ReadBatch>,
    judge: &Judge,
) -> Result<(Derived, Delta), PipelineError> {
    let (summaries, delta) = fold_batches(revision, batches, judge).await?;
    revision.add_summaries(&summaries).await?;
    let derived: Vec<(i64, i64)> = summaries.iter().map(|summary| (summary.batch, summary.duplicates)).collect();
    revision.mark_derived(&derived).await?;
    Ok((Derived { revision: revision.number, batches: summaries }, delta))
}

/// Folds the events of batches into parcels and cells: what each batch brought, and what changed in the cells.
pub(super) async fn fold_batches(
    revision: &mut Revision,
    mut batches: Vec<ReadBatch>,
    judge: &Judge,
) -> Result<(Vec<BatchSummary>, Delta), PipelineError> {
    let mut summaries: Vec<BatchSummary> = batches.iter_mut().map(|batch| std::mem::take(&mut batch.summary)).collect();
    let batches = Arc::new(batches);
    let mut books = Books::default();
    let mut folded = Outcome::default();
    for mut share in sort(revision, &batches).await? {
        without_deleted(revision, &batches, &mut share, &mut summaries).await?;
        let stored = revision.parcels(&share.parcels).await?;
        let (batches, judge) = (batches.clone(), judge.clone());
        // While one share is written the next is folded.
        let fold = on_a_thread(move || fold_share(&batches, share, stored, &judge, books));
        let (fold, written) = tokio::join!(fold, write(revision, folded, &mut summaries));
        written?;
        (folded, books) = fold?;
    }
    write(revision, folded, &mut summaries).await?;
    let delta = books.close(revision).await?;
    Ok((summaries, delta))
}

/// The events of batches in shares that have no parcel in common, by what the database knows too.
async fn sort(revision: &mut Revision, batches: &Arc<Vec<ReadBatch>>) -> Result<Vec<Share>, PipelineError> {
    let read = batches.clone();
    let (sorter, keys) = on_a_thread(move || {
        let sorter = Sorter::new(&read);
        let keys = sorter.keys();
        Ok((sorter, keys))
    })
    .await?;
    let known = revision.known_aliases(&keys).await?;
    on_a_thread(move || Ok(sorter.into_shares(&known))).await
}

/// The events of a share.
pub(super) fn events_of(batches: &[ReadBatch], share: &Share) -> Result<Vec<Incoming>, PipelineError> {
    let event =
        |&(batch, place): &(u32, u32)| Ok((batch as usize, batches[batch as usize].events.get(place as usize)?));
    share.events.iter().map(event).collect()
}

fn fold_share(
    batches: &[ReadBatch],
    share: Share,
    stored: Vec<StoredParcel>,
    judge: &Judge,
    books: Books,
) -> Result<(Outcome, Books), PipelineError> {
    let events = events_of(batches, &share)?;
    let mut outcome = fold_batch(events, stored, batches.len(), judge, books)?;
    let mut books = std::mem::take(&mut outcome.books);
    books.sum_up()?;
    Ok((outcome, books))
}

/// Writes the parcels of an outcome, and adds to what the batches brought how much was known before.
pub(super) async fn write(
    revision: &mut Revision,
    outcome: Outcome,
    summaries: &mut [BatchSummary],
) -> Result<(), PipelineError> {
    for (summary, duplicates) in summaries.iter_mut().zip(&outcome.duplicates) {
        summary.duplicates += *duplicates;
    }
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
    Ok(revision.write_parcels(&parcels).await?)
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
