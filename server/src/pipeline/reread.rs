//! A corrected mapping reaches history: the batches that hold the codes are read again by the new definition, and what
//! they say now takes the place of what they said, without deriving anything else again.
//!
//! An event's identity does not depend on its mapping, nor do its receive time, its statement and the numbers it names.
//! So the reports that were left out because they add nothing still add nothing, but for those received in the same
//! millisecond, which are read again together.
//!
//! It is one transaction, like a replay: whoever looks meanwhile sees what was. A preview is the same transaction, not
//! committed, so that it shows what would happen and not what an estimate says. Meanwhile what feeds send waits.

use std::collections::BTreeSet;

use cube::Ledger;
use domain::Text;
use domain::cell::{Delta, Dimension};
use domain::event::Event;
use domain::identity::search_keys;
use intake::Parsed;
use store::{BatchKey, BatchSummary, PendingBatch, Revision, Store};

use super::derive::{on_a_thread, write};
use super::fold::{Incoming, Replaced, fold_again};
use super::read::{parse_again, summary_of};
use super::{PipelineError, sweep};
use crate::feeds::NamedFeed;

/// Bytes that are read at a time, about.
const BYTES: usize = 8 << 20;

/// What reading again changed.
#[derive(Debug, Clone, Default)]
pub struct Changed {
    /// Events that mean something else now.
    pub events: i64,
    /// Tracking numbers that these are about.
    pub parcels: i64,
    /// What the cells gain and lose, to be added one after the other.
    pub deltas: Vec<Delta>,
}

impl Changed {
    /// The couriers whose figures change.
    pub fn couriers(&self) -> BTreeSet<Text> {
        let slices = self.deltas.iter().flat_map(|delta| &delta.slices);
        slices.map(|slice| slice.values[Dimension::Courier.index()].clone()).collect()
    }
}

/// What it would change if this definition had read the batches that hold these codes. Nothing changes.
///
/// # Errors
/// Where the database fails or a batch can no longer be read.
pub async fn preview_codes(
    store: &Store,
    now: i64,
    feed: &NamedFeed,
    codes: &[&str],
) -> Result<Changed, PipelineError> {
    let mut revision = store.begin_revision().await?;
    let judged_until = sweep::start(&revision, now);
    let batches = revision.batches_with_codes(&feed.feed.name, codes).await?;
    reread(&mut revision, &batches, feed, judged_until).await
}

/// Has the batches that hold these codes read by this definition, now and whenever they are derived again. Of a feed on
/// probation everything is read by it.
///
/// # Errors
/// Where the database fails or a batch can no longer be read; then nothing has happened.
pub async fn apply_codes(store: &Store, now: i64, feed: &NamedFeed, codes: &[&str]) -> Result<Changed, PipelineError> {
    let mut revision = store.begin_revision().await?;
    let judged_until = sweep::start(&revision, now);
    let (name, version) = (feed.feed.name.as_str(), feed.feed.version.as_str());
    if revision.feeds_on_probation().await?.contains(name) {
        revision.reread_probation(name, version, &feed.definition).await?;
        revision.commit(judged_until, Some(&Delta::default())).await?;
        return Ok(Changed::default());
    }
    let batches = revision.batches_with_codes(name, codes).await?;
    let changed = reread(&mut revision, &batches, feed, judged_until).await?;
    revision.use_definition_for(&batches, name, version, &feed.definition).await?;
    revision.sum_up_codes(name).await?;
    let told = match changed.deltas.as_slice() {
        [] => Some(&Delta::default()),
        [delta] => Some(delta),
        _ => None,
    };
    revision.commit(judged_until, told).await?;
    Ok(changed)
}

async fn reread(
    revision: &mut Revision,
    batches: &[BatchKey],
    feed: &NamedFeed,
    judged_until: i64,
) -> Result<Changed, PipelineError> {
    let mut changed = Changed::default();
    let mut numbers = BTreeSet::new();
    let mut read = Vec::new();
    let mut bytes = 0;
    for (at, batch) in batches.iter().enumerate() {
        let batch_read = revision.batch(batch.id).await?;
        bytes += batch_read.bytes.len();
        read.push(batch_read);
        let is_last_of_its_time = batches.get(at + 1).is_none_or(|next| next.received_at != batch.received_at);
        if is_last_of_its_time && (bytes >= BYTES || at + 1 == batches.len()) {
            let (batches, feed) = (std::mem::take(&mut read), feed.clone());
            let twice = on_a_thread(move || read_twice(&batches, &feed)).await?;
            changed.events += twice.changed.len() as i64;
            numbers.extend(twice.changed);
            changed.deltas.push(replace(revision, twice.read, judged_until).await?);
            bytes = 0;
        }
    }
    changed.parcels = numbers.len() as i64;
    Ok(changed)
}

/// Batches as they were read and as they are read now.
#[derive(Default)]
struct Twice {
    read: Read,
    /// The number of each event that means something else.
    changed: Vec<(Text, Text)>,
}

#[derive(Default)]
struct Read {
    replaced: Replaced,
    before: Vec<Event>,
    now: Vec<Incoming>,
    summaries: Vec<(BatchSummary, BatchSummary)>,
}

fn read_twice(batches: &[PendingBatch], feed: &NamedFeed) -> Result<Twice, PipelineError> {
    let mut twice = Twice::default();
    twice.read.replaced.feed = feed.feed.name.clone();
    for (place, batch) in batches.iter().enumerate() {
        let before = parse_again(batch)?;
        let batch = PendingBatch {
            version: feed.feed.version.to_string(),
            definition: feed.definition.clone(),
            ..batch.clone()
        };
        let now = parse_again(&batch)?;
        twice.changed.extend(differing(&before, &now));
        let read = &mut twice.read;
        read.summaries.push((summary_of(&batch, &before), summary_of(&batch, &now)));
        read.replaced.reports.extend(before.events.iter().map(|event| (event.id, event.received)));
        read.before.extend(before.events);
        read.now.extend(now.events.into_iter().map(|event| (place, event)));
    }
    Ok(twice)
}

/// The numbers of events that are read otherwise now; one entry for each event.
fn differing(before: &Parsed, now: &Parsed) -> Vec<(Text, Text)> {
    let key = |event: &Event| Event { mapping: Text::default(), ..event.clone() };
    let known: BTreeSet<Event> = before.events.iter().map(key).collect();
    let new = now.events.iter().filter(|event| !known.contains(&key(event)));
    new.map(|event| (event.number.courier.clone(), event.number.number.clone())).collect()
}

/// Puts what batches say now in the place of what they said.
async fn replace(revision: &mut Revision, read: Read, judged_until: i64) -> Result<Delta, PipelineError> {
    let Read { replaced, before, now, summaries } = read;
    let keys: BTreeSet<i64> = now.iter().map(|(_, event)| event).chain(&before).flat_map(search_keys).collect();
    let stored = revision.parcels_with(&keys.into_iter().collect::<Vec<_>>()).await?;
    let count = summaries.len();
    let fold = move || fold_again(&replaced, now, stored, count, judged_until, Ledger::default());
    let mut outcome = on_a_thread(fold).await?;
    let ledger = std::mem::take(&mut outcome.ledger);
    write(revision, outcome, &mut []).await?;
    let delta = on_a_thread(move || Ok(ledger.into_delta()?)).await?;
    revision.add_to_cells(&delta).await?;
    for (before, now) in &summaries {
        revision.replace_summary(before, now).await?;
    }
    Ok(delta)
}
