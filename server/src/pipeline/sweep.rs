//! Time alone makes parcels late: deadlines that have passed are judged, in their own revisions.

use cube::Ledger;
use domain::cell::Delta;
use domain::parcel::Parcel;
use domain::timeline::decode;
use store::{Revision, Store, StoredParcel};

use super::PipelineError;
use super::derive::{first_hour, on_a_thread};
use super::fold::record;

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

async fn step(store: &Store, now: i64) -> Result<(usize, i64), PipelineError> {
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
