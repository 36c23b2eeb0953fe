//! What is old is deleted, in small steps: first the bytes that feeds sent, then parcels of which nothing has been heard
//! for long. The figures stay.

use domain::parcel::Parcel;
use domain::promise::DAY_MS;
use domain::timeline::{Timeline, decode};
use store::{BatchSummary, PendingBatch, Store, StoredParcel};

use super::deleted::delete_parcels;
use super::derive::on_a_thread;
use super::read::read_again;
use super::{Judge, PipelineError};

/// Batches whose bytes one step deletes at the most.
const BATCHES: i64 = 32;
/// Parcels that one step looks at.
const PARCELS: i64 = 1000;

/// For how long what is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Keep {
    /// The bytes that feeds sent, in days since they came; `None` for ever.
    pub raw_days: Option<u32>,
    /// Parcels, in days since anything was last heard of them; `None` for ever.
    pub closed_parcels_days: Option<u32>,
}

/// What was deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Batches that lost their bytes.
    pub bodies: usize,
    /// Parcels.
    pub parcels: usize,
}

/// How far is looked for old parcels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// At all of them.
    Through,
    /// Until some come that all arrived lately: identities are given in the order of arrival. Those of a feed that was
    /// switched on late have new identities for what arrived long before, and are not found.
    AtTheOldest,
}

/// Deletes what is old by now (UTC epoch milliseconds), each step in its own transaction.
///
/// # Errors
/// Where the database fails; the steps before have happened.
pub async fn delete_old(store: &Store, keep: Keep, now: i64) -> Result<Deleted, PipelineError> {
    look_and_delete(store, keep, now, Look::Through).await
}

/// Deletes what is old by now, as far as it is looked for.
pub(super) async fn look_and_delete(store: &Store, keep: Keep, now: i64, look: Look) -> Result<Deleted, PipelineError> {
    let mut deleted = Deleted::default();
    if let Some(days) = keep.raw_days {
        while let step @ 1.. = delete_bytes(store, now - i64::from(days) * DAY_MS).await? {
            deleted.bodies += step;
            tokio::task::yield_now().await;
        }
    }
    if let Some(days) = keep.closed_parcels_days {
        let mut after = Some(0);
        while let Some(from) = after {
            let step = delete_parcels_after(store, from, now - i64::from(days) * DAY_MS).await?;
            deleted.parcels += step.deleted;
            after = step.last.filter(|_| look == Look::Through || !step.all_are_young);
            tokio::task::yield_now().await;
        }
    }
    Ok(deleted)
}

async fn delete_bytes(store: &Store, before: i64) -> Result<usize, PipelineError> {
    let mut revision = store.begin_revision().await?;
    let batches = revision.old_batches(before, BATCHES).await?;
    let Some(received) = batches.last().map(|(batch, _)| batch.received_at) else { return Ok(0) };
    let is_full = batches.len() as i64 == BATCHES;
    let summaries = on_a_thread(move || Ok(batches.iter().map(brought).collect::<Vec<_>>())).await?;
    for (batch, summary) in &summaries {
        revision.delete_bytes(*batch, summary.as_ref()).await?;
    }
    // Others of the same millisecond may follow in the next step.
    revision.bytes_are_gone_until(if is_full { received - 1 } else { received }).await?;
    let judged_until = revision.judged_until;
    revision.commit(judged_until, Some(&Default::default())).await?;
    Ok(summaries.len())
}

/// What a batch brought; `None` for one that could not be read.
pub(super) fn brought((batch, duplicates): &(PendingBatch, Option<i64>)) -> (i64, Option<BatchSummary>) {
    let read = duplicates.and_then(|duplicates| Some((duplicates, read_again(batch).ok()?)));
    (batch.id, read.map(|(duplicates, read)| BatchSummary { duplicates, ..read.summary }))
}

/// What was found among the next parcels.
#[derive(Default)]
struct LookedAt {
    /// How many were deleted.
    deleted: usize,
    /// Whether all arrived lately.
    all_are_young: bool,
    /// The last of them, if there were any.
    last: Option<i64>,
}

/// Deletes the old ones among the next parcels.
async fn delete_parcels_after(store: &Store, after: i64, before: i64) -> Result<LookedAt, PipelineError> {
    let mut revision = store.begin_revision().await?;
    if revision.next.is_some() {
        // They are still to be judged anew.
        return Ok(LookedAt::default());
    }
    let judged_until = revision.judged_until;
    let judge = Judge::of(&mut revision, judged_until).await?;
    let parcels = revision.parcels_after(after, PARCELS).await?;
    let Some(last) = parcels.last().map(|parcel| parcel.id) else { return Ok(LookedAt::default()) };
    let judges = judge.clone();
    let (old, all_are_young) = on_a_thread(move || old_ones(parcels, before, &judges)).await?;
    let deleted = old.len();
    if deleted > 0 {
        delete_parcels(&mut revision, old, &judge).await?;
        revision.commit(judged_until, Some(&Default::default())).await?;
    }
    Ok(LookedAt { deleted, all_are_young, last: Some(last) })
}

/// Parcels that time will not change and of which nothing was received since `before`; and whether all were first heard of
/// after it.
fn old_ones(
    parcels: Vec<StoredParcel>,
    before: i64,
    judge: &Judge,
) -> Result<(Vec<(i64, Timeline)>, bool), PipelineError> {
    let (mut old, mut all_are_young) = (Vec::new(), true);
    for StoredParcel { id, timeline } in parcels {
        let timeline = decode(&timeline)?;
        let received = || timeline.reports().iter().map(|report| report.received);
        all_are_young &= received().min().is_some_and(|first| first >= before);
        let is_waiting = Parcel::fold(&timeline).is_some_and(|parcel| judge.judged(&timeline, &parcel).due.is_some());
        if !is_waiting && received().all(|received| received < before) {
            old.push((id, timeline));
        }
    }
    Ok((old, all_are_young))
}
