//! Everything after the inbox is derived: here it is derived again, from the first batch on.

use store::Store;

use super::derive::{Step, derive_pending};
use super::read::ReadAhead;
use super::{PipelineError, sweep};
use crate::feeds::NamedFeed;

/// What was derived again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Batches read.
    pub batches: usize,
    /// Events in them.
    pub events: i64,
}

/// Derives everything again, in one transaction: whoever looks meanwhile sees what was, and an interruption changes
/// nothing. Batches are read by the definitions that read them first, those of `current` by these.
///
/// # Errors
/// Where the database fails or a batch can no longer be read; then nothing has happened.
pub async fn replay(
    store: &Store,
    now: i64,
    current: &[NamedFeed],
    mut progress: impl FnMut(Replayed),
) -> Result<Replayed, PipelineError> {
    let mut revision = store.begin_revision().await?;
    let judged_until = sweep::start(&revision, now);
    for feed in current {
        revision.use_definition(&feed.feed.name, &feed.feed.version, &feed.definition).await?;
    }
    revision.forget_derived().await?;
    let nothing = ReadAhead::with_room(0);
    let mut replayed = Replayed::default();
    loop {
        let (derived, _) = derive_pending(&mut revision, &nothing, Step::LARGE, judged_until).await?;
        if derived.batches.is_empty() {
            break;
        }
        replayed.batches += derived.batches.len();
        replayed.events += derived.batches.iter().map(|batch| batch.events).sum::<i64>();
        progress(replayed);
    }
    revision.commit(judged_until, None).await?;
    Ok(replayed)
}
