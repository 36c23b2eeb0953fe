//! Everything after the inbox is derived: here it is derived again, from the first batch on.

use std::sync::Arc;

use domain::timeline::decode;
use intake::Parsed;
use store::{BytesGone, Revision, Store};

use super::derive::{Step, derive_pending, first_hour, fold_batches, on_a_thread};
use super::read::{ReadAhead, ReadBatch, read_again};
use super::{Judge, PipelineError, RULES, sweep};
use crate::feeds::NamedFeed;

/// Parcels that are taken over at a time.
const PARCELS: i64 = 10_000;
/// Batches that are taken over at a time.
const BATCHES: i64 = 1000;

/// What was derived again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Batches read.
    pub batches: usize,
    /// Events in them.
    pub events: i64,
    /// Batches that stay set aside, because they can still not be read.
    pub set_aside: usize,
}

/// Derives everything again, in one transaction: whoever looks meanwhile sees what was, and an interruption changes
/// nothing. Batches are read by the definitions that read them first, those of `current` by these.
///
/// A batch that was set aside is tried again, and stays so where it still cannot be read.
///
/// What can no longer be read, because its bytes were deleted, is taken over as it was read; so is what deleted parcels
/// count.
///
/// # Errors
/// Where the database fails or a batch that was derived can no longer be read; then nothing has happened.
pub async fn replay(
    store: &Store,
    now: i64,
    current: &[NamedFeed],
    mut progress: impl FnMut(Replayed),
) -> Result<Replayed, PipelineError> {
    let mut revision = store.begin_revision().await?;
    // Everything is judged anyway: by what is to judge it.
    if let Some(terms) = revision.generations().await?.wanted(RULES).or(revision.next.map(|next| next.terms)) {
        revision.judge_by(terms, RULES).await?;
    }
    let judge = sweep::start(&mut revision, now).await?;
    for feed in current {
        revision.use_definition(&feed.feed.name, &feed.feed.version, &feed.definition).await?;
    }
    let gone = revision.bytes_gone().await?;
    if !gone.is_empty() {
        revision.set_parcels_aside().await?;
    }
    let faulty = revision.faulty_batches().await?;
    revision.forget_derived().await?;
    take_over_figures(&mut revision, judge.until).await?;
    if !gone.is_empty() {
        take_over_reports(&mut revision, gone, &judge).await?;
        take_over_summaries(&mut revision).await?;
    }
    let nothing = ReadAhead::with_room(0);
    let mut replayed = Replayed { set_aside: set_aside_again(&mut revision, faulty).await?, ..Replayed::default() };
    loop {
        let (derived, _) = derive_pending(&mut revision, &nothing, Step::LARGE, &judge).await?;
        if derived.batches.is_empty() {
            break;
        }
        replayed.batches += derived.batches.len();
        replayed.events += derived.batches.iter().map(|batch| batch.events).sum::<i64>();
        progress(replayed);
    }
    revision.commit(judge.until, None).await?;
    Ok(replayed)
}

/// Sets those of the batches aside that can still not be read; how many.
async fn set_aside_again(revision: &mut Revision, faulty: Vec<i64>) -> Result<usize, PipelineError> {
    let mut count = 0;
    for id in faulty {
        let fault = match revision.batch(id).await.map_err(PipelineError::from) {
            Ok(batch) => on_a_thread(move || read_again(&batch)).await.err(),
            Err(fault) => Some(fault),
        };
        match fault {
            None => {}
            Some(PipelineError::Batch { reason, .. }) => {
                revision.set_aside(id, &reason).await?;
                count += 1;
            }
            Some(fault) => return Err(fault),
        }
    }
    Ok(count)
}

/// What deleted parcels count.
async fn take_over_figures(revision: &mut Revision, judged_until: i64) -> Result<(), PipelineError> {
    let figures = revision.deleted_figures().await?;
    for delta in &figures {
        revision.add_to_cells(delta).await?;
    }
    if !figures.is_empty() {
        // They were kept when their hours were recent.
        revision.remove_hours_before(first_hour(judged_until)).await?;
    }
    Ok(())
}

/// The reports whose bytes are gone, from the parcels as they were.
async fn take_over_reports(revision: &mut Revision, gone: BytesGone, judge: &Judge) -> Result<(), PipelineError> {
    let gone = Arc::new(gone);
    let mut after = 0;
    loop {
        let parcels = revision.set_aside_after(after, PARCELS).await?;
        let Some(last) = parcels.last().map(|parcel| parcel.id) else { break };
        after = last;
        let gone = gone.clone();
        let batch = on_a_thread(move || {
            let mut events = Vec::new();
            for parcel in parcels {
                let reports = decode(&parcel.timeline)?.into_reports();
                events.extend(reports.into_iter().filter(|report| gone.concerns(&report.feed, report.received)));
            }
            Ok(ReadBatch::new("", "", 0, &Parsed { events, ..Parsed::default() }))
        })
        .await?;
        fold_batches(revision, vec![batch], judge).await?;
    }
    Ok(revision.drop_set_aside().await?)
}

/// What the batches brought whose bytes are gone.
async fn take_over_summaries(revision: &mut Revision) -> Result<(), PipelineError> {
    let mut after = i64::MIN;
    loop {
        let summaries = revision.summaries_after(after, BATCHES).await?;
        let Some((last, _)) = summaries.last() else { return Ok(()) };
        after = *last;
        let read: Vec<_> = summaries.into_iter().filter_map(|(_, summary)| summary).collect();
        revision.add_summaries(&read).await?;
    }
}
