//! Other terms, or other rules of the program, judge every parcel anew: into a second generation of cells, some parcels at a
//! time, while feeds send and people look. When it is whole it takes the place of the first in one change. A program that
//! is killed goes on where its last change has ended.

use cube::Ledger;
use domain::cell::Delta;
use domain::parcel::Parcel;
use domain::timeline::decode;
use store::{Generations, Store, StoredParcel};

use super::derive::{on_a_thread, told};
use super::exclude::exclude;
use super::judge::{Judge, RULES};
use super::{PipelineError, sweep};

/// Parcels that one change judges: feeds wait no longer than that takes.
const PARCELS: i64 = 2000;

/// Judges the next parcels anew, where there is anything to judge; how things stand afterwards. `None` where there is not.
/// `now` is UTC epoch milliseconds.
///
/// # Errors
/// Where the database fails; the steps before have happened.
pub async fn judge_anew(store: &Store, now: i64) -> Result<Option<Generations>, PipelineError> {
    judge_some_anew(store, now, PARCELS).await
}

/// The same, so many parcels.
///
/// # Errors
/// Where the database fails; the steps before have happened.
pub async fn judge_some_anew(store: &Store, now: i64, count: i64) -> Result<Option<Generations>, PipelineError> {
    let standing = store.generations().await?;
    if standing.next.is_none() && standing.wanted(RULES).is_none() {
        return Ok(None);
    }
    let mut revision = store.begin_revision().await?;
    let standing = revision.generations().await?;
    if let Some(terms) = standing.wanted(RULES) {
        if let Some((until, delta)) = exclude(&mut revision, &standing, terms, now).await? {
            let standing = revision.generations().await?;
            revision.commit(until, told(&delta)).await?;
            return Ok(Some(standing));
        }
        revision.begin_next(terms, RULES).await?;
        // Deleted parcels count what they have counted: nobody can judge them anew.
        for delta in revision.deleted_figures().await? {
            revision.add_to_next(&delta).await?;
        }
        tracing::info!(terms, "every parcel is judged anew");
    }
    let Some(next) = revision.next else { return Ok(None) };
    let judge = sweep::start(&mut revision, now).await?;
    let parcels = revision.parcels_after(next.upto, count).await?;
    let is_last = (parcels.len() as i64) < count;
    let until = judge.until;
    if let Some(upto) = parcels.last().map(|parcel| parcel.id) {
        let (dues, delta) = on_a_thread(move || judged(parcels, &judge.for_next())).await?;
        revision.add_to_next(&delta).await?;
        revision.extend_next(upto, &dues).await?;
    }
    if is_last {
        revision.turn_over().await?;
        tracing::info!(terms = next.terms, "every parcel has been judged anew");
    }
    let nothing = Delta::default();
    let standing = revision.generations().await?;
    // Who follows reads the cells again where they are others now.
    revision.commit(until, (!is_last).then_some(&nothing)).await?;
    Ok(Some(standing))
}

/// Judges everything anew that is to be; whether anything was.
///
/// # Errors
/// Where the database fails; the steps before have happened.
pub async fn judge_all_anew(
    store: &Store,
    now: i64,
    mut progress: impl FnMut(&Generations),
) -> Result<bool, PipelineError> {
    let mut any = false;
    while let Some(standing) = judge_anew(store, now).await? {
        progress(&standing);
        any = true;
    }
    Ok(any)
}

/// Stops judging anew: the figures stay what they are until the terms change again or [`apply_latest`] is called.
///
/// # Errors
/// Where the database fails; then nothing has happened.
pub async fn stop_judging_anew(store: &Store) -> Result<(), PipelineError> {
    want_latest(store, false).await
}

/// Has the latest terms applied after all.
///
/// # Errors
/// Where the database fails; then nothing has happened.
pub async fn apply_latest(store: &Store) -> Result<(), PipelineError> {
    want_latest(store, true).await
}

async fn want_latest(store: &Store, is_wanted: bool) -> Result<(), PipelineError> {
    let mut revision = store.begin_revision().await?;
    // What new rules make of the terms of now is not stopped: without it the figures would stay half old, half new.
    let terms = revision.terms;
    if !is_wanted && revision.next.is_some_and(|next| next.terms != terms) {
        revision.drop_next().await?;
    }
    revision.want_latest_terms(is_wanted).await?;
    let judged_until = revision.judged_until;
    revision.commit(judged_until, Some(&Delta::default())).await?;
    Ok(())
}

/// What parcels add to the cells, and when time alone changes it.
fn judged(parcels: Vec<StoredParcel>, judge: &Judge) -> Result<(Vec<(i64, i64)>, Delta), PipelineError> {
    let mut ledger = Ledger::default();
    let mut dues = Vec::new();
    for StoredParcel { id, timeline } in parcels {
        let timeline = decode(&timeline)?;
        let Some(parcel) = Parcel::fold(&timeline) else { continue };
        let judged = judge.judged(&timeline, &parcel);
        ledger.post(&judged.contributions, 1);
        dues.extend(judged.due.map(|due| (id, due)));
    }
    Ok((dues, ledger.into_delta()?))
}
