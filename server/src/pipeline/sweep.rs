//! Time alone makes parcels late: deadlines that have passed are judged, in their own revisions.

use std::time::Instant;

use cube::Ledger;
use domain::cell::{Cube, Delta};
use domain::contribution::Contribution;
use domain::parcel::Parcel;
use domain::timeline::decode;
use store::{Revision, Store, StoredParcel};

use super::PipelineError;
use super::derive::{first_hour, on_a_thread};
use super::fold::record;
use crate::metrics;

/// Deadlines that one step judges, and all that share the last one's instant.
const PARCELS: i64 = 10_000;

/// Up to when a revision judges: a database that has judged nothing begins now.
pub(super) const fn start(revision: &Revision, now: i64) -> i64 {
    if revision.judged_until == 0 { now } else { revision.judged_until }
}

/// Judges the deadlines that have passed by `now` (UTC epoch milliseconds), in as many steps as it takes.
/// Gives the number of parcels that were judged.
///
/// # Errors
/// Where the database fails; the steps before have happened.
pub async fn sweep(store: &Store, now: i64) -> Result<usize, PipelineError> {
    let mut judged = 0;
    loop {
        let (count, until) = step(store, now).await?;
        judged += count;
        if until >= now {
            return Ok(judged);
        }
    }
}

/// Takes back what was judged beyond `now` (UTC epoch milliseconds), in one transaction: afterwards all is as if
/// nothing had ever been judged further. Gives the number of parcels whose standing changed.
///
/// # Errors
/// Where the database fails; then nothing has happened.
pub async fn judge_again(store: &Store, now: i64) -> Result<usize, PipelineError> {
    let mut revision = store.begin_revision().await?;
    let before = revision.judged_until;
    if before <= now {
        return Ok(0);
    }
    // What the cube of hours has forgotten since comes back: it is made anew, and reaches back from now.
    revision.remove_hours_before(i64::from(i32::MAX)).await?;
    // No place is more than a day away.
    let first_day = first_hour(now).div_euclid(24) - 1;
    let (mut count, mut last) = (0, 0);
    loop {
        let parcels = revision.parcels_from(first_day, last, PARCELS).await?;
        let Some(parcel) = parcels.last() else { break };
        last = parcel.id;
        let (records, delta) = on_a_thread(move || judge_back(parcels, before, now)).await?;
        count += records.len();
        revision.write_parcels(&records).await?;
        revision.add_to_cells(&delta).await?;
    }
    for delta in revision.deleted_figures().await? {
        // The other cubes still hold what deleted parcels count.
        if delta.slices.first().is_some_and(|slice| slice.cube == Cube::Hours) {
            revision.add_to_cells(&delta).await?;
        }
    }
    revision.remove_hours_before(first_hour(now)).await?;
    revision.commit(now, None).await?;
    tracing::warn!(
        parcels = count,
        back_s = (before - now) / 1000,
        "the clock was set back; deadlines are judged again"
    );
    Ok(count)
}

async fn step(store: &Store, now: i64) -> Result<(usize, i64), PipelineError> {
    let started = Instant::now();
    let mut revision = store.begin_revision().await?;
    if revision.judged_until >= now {
        return Ok((0, revision.judged_until));
    }
    let before = start(&revision, now);
    let until = revision.due_after(PARCELS, now).await?.map_or(now, |due| due + 1);
    let parcels = revision.due_parcels(until).await?;
    let count = parcels.len();
    let (records, delta) = on_a_thread(move || judge(parcels, before, until)).await?;
    revision.write_parcels(&records).await?;
    revision.add_to_cells(&delta).await?;
    if first_hour(until) != first_hour(before) {
        revision.remove_hours_before(first_hour(until)).await?;
    }
    revision.commit(until, Some(&delta)).await?;
    metrics::judged(started.elapsed());
    Ok((count, until))
}

fn judge(
    parcels: Vec<StoredParcel>,
    before: i64,
    until: i64,
) -> Result<(Vec<store::ParcelRecord>, Delta), PipelineError> {
    let mut ledger = Ledger::default();
    let mut records = Vec::with_capacity(parcels.len());
    for StoredParcel { id, timeline } in parcels {
        let Some(parcel) = Parcel::fold(&decode(&timeline)?) else { continue };
        ledger.post(&parcel.contributions(before), -1);
        ledger.post(&parcel.contributions(until), 1);
        records.push(record(id, Some(&parcel), timeline, until, Vec::new()));
    }
    Ok((records, ledger.into_delta()?))
}

/// As `judge`, where the cube of hours is empty and `until` lies before `before`.
fn judge_back(
    parcels: Vec<StoredParcel>,
    before: i64,
    until: i64,
) -> Result<(Vec<store::ParcelRecord>, Delta), PipelineError> {
    let mut ledger = Ledger::default();
    let mut records = Vec::new();
    for StoredParcel { id, timeline } in parcels {
        let Some(parcel) = Parcel::fold(&decode(&timeline)?) else { continue };
        let is = parcel.contributions(until);
        let was = parcel.contributions(before).into_iter().map(|one| Contribution { hour: None, ..one });
        let was: Vec<Contribution> = was.collect();
        if was != is {
            ledger.post(&was, -1);
            ledger.post(&is, 1);
        }
        if parcel.class(before) != parcel.class(until) {
            records.push(record(id, Some(&parcel), timeline, until, Vec::new()));
        }
    }
    Ok((records, ledger.into_delta()?))
}
