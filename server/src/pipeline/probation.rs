//! A new feed is shown before it counts: what it brings is read and summed up, and reaches no parcel and no cell until
//! somebody has looked at it and switches the feed on.

use domain::cell::Delta;
use store::{BatchSummary, Revision, Store, SwitchedOn};

use super::PipelineError;
use super::read::ReadBatch;

/// Sums up what feeds on probation brought, and marks it as kept.
pub(super) async fn keep(revision: &mut Revision, batches: Vec<ReadBatch>) -> Result<Vec<BatchSummary>, PipelineError> {
    let summaries: Vec<BatchSummary> = batches.into_iter().map(|batch| batch.summary).collect();
    revision.add_summaries(&summaries).await?;
    let batches: Vec<i64> = summaries.iter().map(|summary| summary.batch).collect();
    revision.mark_kept(&batches).await?;
    Ok(summaries)
}

/// Has a feed counted from now on. What it has brought is derived next, exactly as if the feed had always been counted, but
/// for what was deleted meanwhile. A feed that is counted already stays so.
///
/// # Errors
/// Where the database fails; then nothing has happened.
pub async fn switch_on(store: &Store, feed: &str) -> Result<SwitchedOn, PipelineError> {
    let mut revision = store.begin_revision().await?;
    let switched_on = revision.switch_on(feed).await?;
    let judged_until = revision.judged_until;
    revision.commit(judged_until, Some(&Delta::default())).await?;
    Ok(switched_on)
}
