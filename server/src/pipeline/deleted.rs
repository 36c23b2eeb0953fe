//! Parcels that are deleted: what they count stays, and what is told of them later counts no second time.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use cube::Ledger;
use domain::cell::Delta;
use domain::event::Event;
use domain::identity::{REUSE_AFTER_MS, keys};
use domain::parcel::Parcel;
use domain::timeline::Timeline;
use store::{BatchSummary, DeletedName, Rejection, Revision};

use super::derive::{events_of, on_a_thread};
use super::fold::{Incoming, parcel_keys};
use super::read::ReadBatch;
use super::sort::Share;
use super::{Books, Judge, PipelineError};

/// Why an event was set aside; shown with its feed.
const REASON: &str = "the parcel was deleted after the time that it is kept; its figures stay as they are";

/// Deletes parcels within a revision. The cells stay as they are.
pub(super) async fn delete_parcels(
    revision: &mut Revision,
    parcels: Vec<(i64, Timeline)>,
    judge: &Judge,
) -> Result<(), PipelineError> {
    let judge = judge.clone();
    let (parcels, names, (delta, whole, next)) = on_a_thread(move || {
        let figures = figures(&parcels, &judge)?;
        let names: HashSet<DeletedName> = parcels.iter().flat_map(|(_, timeline)| deleted_names(timeline)).collect();
        let found_by = |timeline| parcel_keys(timeline).into_iter().collect();
        let parcels: Vec<(i64, Vec<i64>)> = parcels.iter().map(|(id, timeline)| (*id, found_by(timeline))).collect();
        Ok((parcels, Vec::from_iter(names), figures))
    })
    .await?;
    if revision.next.is_some() {
        // From now on they count there as in the figures that are shown: nobody can judge them anew.
        revision.add_to_next(&next).await?;
        revision.add_to_next(&delta).await?;
    }
    Ok(revision.delete_parcels(&parcels, &names, &delta, &whole).await?)
}

/// What parcels count: as a change of the cells, with the values of all dimensions, and as it is to be taken out of the cells
/// that are being made.
fn figures(parcels: &[(i64, Timeline)], judge: &Judge) -> Result<(Delta, Delta, Delta), PipelineError> {
    let (mut books, mut whole) = (Books::default(), Ledger::default());
    for (id, timeline) in parcels {
        let Some(parcel) = Parcel::fold(timeline) else { continue };
        let judged = judge.judged(timeline, &parcel);
        books.now.post(&judged.contributions, 1);
        whole.post_whole(&judged.contributions, i32::MIN..=i32::MAX);
        if let Some(next) = judge.judged_next(*id, timeline, &parcel) {
            books.next.post(&next.contributions, -1);
        }
    }
    Ok((books.now.into_delta()?, whole.into_delta()?, books.next.into_delta()?))
}

/// Each name with its own time: a parcel of several numbers may go on under one of them after another was used again.
fn deleted_names(timeline: &Timeline) -> impl Iterator<Item = DeletedName> {
    let mut names: HashMap<i64, DeletedName> = HashMap::new();
    for report in timeline.reports() {
        for key in keys(report) {
            let fingerprint = key.fingerprint();
            let new = DeletedName { fingerprint, first_at: report.at, last_at: report.at };
            let name = names.entry(fingerprint).or_insert(new);
            name.first_at = name.first_at.min(report.at);
            name.last_at = name.last_at.max(report.at);
        }
    }
    names.into_values()
}

/// Takes the events about deleted parcels out of a share, and lists them in the summaries of their batches.
pub(super) async fn without_deleted(
    revision: &mut Revision,
    batches: &Arc<Vec<ReadBatch>>,
    share: &mut Share,
    summaries: &mut [BatchSummary],
) -> Result<(), PipelineError> {
    if !revision.has_deleted().await? {
        return Ok(());
    }
    let (read, named) = (batches.clone(), share.clone());
    let events = on_a_thread(move || events_of(&read, &named)).await?;
    let mut about_deleted = about_deleted(revision, &events).await?.into_iter().zip(events);
    share.events.retain(|_| match about_deleted.next() {
        Some((true, (batch, _))) => {
            set_aside(&mut summaries[batch]);
            false
        }
        _ => true,
    });
    Ok(())
}

/// Which events are about deleted parcels, by their places. A name belongs to a deleted parcel as long as it could not
/// have been used again: 90 days before the first event that named it to 90 days after the last. This depends on the event
/// alone, not on the order in which events come.
pub(super) async fn about_deleted(revision: &mut Revision, events: &[Incoming]) -> Result<Vec<bool>, PipelineError> {
    let fingerprints: HashSet<i64> =
        events.iter().flat_map(|(_, event)| keys(event)).map(|key| key.fingerprint()).collect();
    let mut deleted: HashMap<i64, Vec<DeletedName>> = HashMap::new();
    for name in revision.deleted_names(&Vec::from_iter(fingerprints)).await? {
        deleted.entry(name.fingerprint).or_default().push(name);
    }
    let is_about_deleted = |event: &Event| {
        let is_its_time =
            |name: &DeletedName| (name.first_at - REUSE_AFTER_MS..=name.last_at + REUSE_AFTER_MS).contains(&event.at);
        keys(event).any(|key| deleted.get(&key.fingerprint()).is_some_and(|names| names.iter().any(is_its_time)))
    };
    Ok(events.iter().map(|(_, event)| is_about_deleted(event)).collect())
}

fn set_aside(summary: &mut BatchSummary) {
    match summary.rejections.iter_mut().find(|rejection| rejection.reason == REASON) {
        Some(rejection) => rejection.rows += 1,
        None => summary.rejections.push(Rejection {
            field: "tracking_number".into(),
            reason: REASON.into(),
            rows: 1,
            example: format!("batch {:x}", summary.batch),
            first_row: 0,
        }),
    }
}
