//! Time alone makes parcels late: deadlines that have passed are judged, in their own revisions.

use std::time::Instant;

use cube::Ledger;
use domain::cell::{Cube, Delta};
use domain::contribution::Contribution;
use domain::parcel::Parcel;
use domain::timeline::decode;
use store::{Revision, Store, StoredParcel};

use super::derive::{first_hour, on_a_thread};
use super::fold::record;
use super::{Books, Dues, Judge, PipelineError};
use crate::metrics;

/// Deadlines that one step judges, and all that share the last one's instant.
const PARCELS: i64 = 10_000;

/// By what a revision judges: a database that has judged nothing begins now.
pub(super) async fn start(revision: &mut Revision, now: i64) -> Result<Judge, PipelineError> {
    let until = if revision.judged_until == 0 { now } else { revision.judged_until };
    Judge::of(revision, until).await
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
    // What is being made is made anew, from now.
    revision.drop_next().await?;
    let was = Judge::of(&mut revision, before).await?;
    // What the cube of hours has forgotten since comes back: it is made anew, and reaches back from now.
    revision.remove_hours_before(i64::from(i32::MAX)).await?;
    // What contracts, losses and silences count may fall due long after a parcel's own day: all are looked at.
    let (mut count, mut last) = (0, 0);
    loop {
        let parcels = revision.parcels_after(last, PARCELS).await?;
        let Some(parcel) = parcels.last() else { break };
        last = parcel.id;
        let was = was.clone();
        let (records, delta) = on_a_thread(move || judge_back(parcels, &was, &was.until(now))).await?;
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
    let before = start(&mut revision, now).await?;
    let until = revision.due_after(PARCELS, now).await?.map_or(now, |due| due + 1);
    let judged_until = before.until;
    let (mut count, mut last, mut books) = (0, 0, Books::default());
    loop {
        // Many fall due at one midnight: they are one change, but never in memory all at once.
        let parcels = revision.due_parcels(until, last, PARCELS).await?;
        let Some(parcel) = parcels.last() else { break };
        (last, count) = (parcel.id, count + parcels.len());
        let (before, after) = (before.clone(), before.until(until));
        let records;
        (records, books) = on_a_thread(move || judge(parcels, &before, &after, books)).await?;
        revision.write_parcels(&records).await?;
    }
    let delta = books.close(&mut revision).await?;
    if first_hour(until) != first_hour(judged_until) {
        revision.remove_hours_before(first_hour(until)).await?;
    }
    revision.commit(until, Some(&delta)).await?;
    metrics::judged(started.elapsed());
    Ok((count, until))
}

pub(super) fn judge(
    parcels: Vec<StoredParcel>,
    before: &Judge,
    until: &Judge,
    mut books: Books,
) -> Result<(Vec<store::ParcelRecord>, Books), PipelineError> {
    let mut records = Vec::with_capacity(parcels.len());
    for StoredParcel { id, timeline: bytes } in parcels {
        let timeline = decode(&bytes)?;
        let Some(parcel) = Parcel::fold(&timeline) else { continue };
        books.post(before, id, &timeline, &parcel, -1);
        let dues = books.post(until, id, &timeline, &parcel, 1);
        records.push(record(id, Some(&parcel), bytes, (until.until, dues), Vec::new()));
    }
    books.sum_up()?;
    Ok((records, books))
}

/// As `judge`, where the cube of hours is empty and `until` lies before `before`.
fn judge_back(
    parcels: Vec<StoredParcel>,
    before: &Judge,
    until: &Judge,
) -> Result<(Vec<store::ParcelRecord>, Delta), PipelineError> {
    let mut ledger = Ledger::default();
    let mut records = Vec::new();
    for StoredParcel { id, timeline: bytes } in parcels {
        let timeline = decode(&bytes)?;
        let Some(parcel) = Parcel::fold(&timeline) else { continue };
        let (was, is) = (before.judged(&timeline, &parcel), until.judged(&timeline, &parcel));
        let without_hours = was.contributions.into_iter().map(|one| Contribution { hour: None, ..one });
        let without_hours: Vec<Contribution> = without_hours.collect();
        if without_hours != is.contributions {
            ledger.post(&without_hours, -1);
            ledger.post(&is.contributions, 1);
        }
        if was.due != is.due || parcel.class(before.until) != parcel.class(until.until) {
            let dues = Dues { now: is.due, next: None };
            records.push(record(id, Some(&parcel), bytes, (until.until, dues), Vec::new()));
        }
    }
    Ok((records, ledger.into_delta()?))
}
