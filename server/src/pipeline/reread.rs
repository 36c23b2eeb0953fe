//! A corrected mapping reaches history: the batches that hold the codes are read again by the new definition, and what
//! they say now takes the place of what they said, without deriving anything else again.
//!
//! An event's identity does not depend on its mapping, nor do its receive time, its statement and the numbers it names.
//! So the reports that were left out because they add nothing still add nothing, but for those received in the same
//! millisecond, which are read again together.
//!
//! Each batch goes on to be read by the version of the definition that read it, with the codes added. A batch whose bytes
//! are gone, or whose version does not take the codes, stays as it was read.
//!
//! It is one transaction, like a replay: whoever looks meanwhile sees what was. A preview is the same transaction, not
//! committed, so that it shows what would happen and not what an estimate says. Meanwhile what feeds send waits.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use domain::Text;
use domain::cell::{Delta, Dimension};
use domain::event::Event;
use domain::identity::search_keys;
use domain::mapping::CodeMeaning;
use intake::Parsed;
use store::{BatchSummary, PendingBatch, Revision, Store};

use super::deleted::about_deleted;
use super::derive::{on_a_thread, write};
use super::fold::{Incoming, Replaced, fold_again};
use super::read::{parse_again, summary_of};
use super::{Books, Judge, PipelineError, sweep};
use crate::feeds::{NamedFeed, with_codes};

/// Bytes that are read at a time, about.
const BYTES: usize = 8 << 20;

/// What reading again changed.
#[derive(Debug, Clone, Default)]
pub struct Changed {
    /// Events that mean something else now.
    pub events: i64,
    /// Tracking numbers that these are about.
    pub parcels: i64,
    /// Batches that stay as they were read: their bytes are gone, or the definition that read them does not take the codes.
    pub out_of_reach: i64,
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

/// What it would change if the definitions that read a feed's batches had known what these codes mean. Nothing changes.
///
/// # Errors
/// Where the database fails.
pub async fn preview_codes(
    store: &Store,
    now: i64,
    feed: &str,
    codes: &[CodeMeaning],
) -> Result<Changed, PipelineError> {
    let mut revision = store.begin_revision().await?;
    let judge = sweep::start(&mut revision, now).await?;
    Ok(reread(&mut revision, feed, codes, &judge).await?.changed)
}

/// Has the batches that hold these codes read with what they mean, now and whenever they are derived again. `feed` is the
/// feed with its definition as it is now; of a feed on probation everything is read by it.
///
/// # Errors
/// Where the database fails; then nothing has happened.
pub async fn apply_codes(
    store: &Store,
    now: i64,
    feed: &NamedFeed,
    codes: &[CodeMeaning],
) -> Result<Changed, PipelineError> {
    let mut revision = store.begin_revision().await?;
    let judge = sweep::start(&mut revision, now).await?;
    let name = feed.feed.name.as_str();
    if revision.feeds_on_probation().await?.contains(name) {
        let out_of_reach = revision.reread_probation(name, &feed.feed.version, &feed.definition).await?;
        revision.commit(judge.until, Some(&Delta::default())).await?;
        return Ok(Changed { out_of_reach, ..Changed::default() });
    }
    let Reread { changed, mapped, batches } = reread(&mut revision, name, codes, &judge).await?;
    for (version, feed) in mapped.iter() {
        let read = batches.get(version).map_or(&[][..], Vec::as_slice);
        revision.use_definition_for(read, name, version, &feed.feed.version, &feed.definition).await?;
    }
    revision.sum_up_codes(name).await?;
    let told = match changed.deltas.as_slice() {
        [] => Some(&Delta::default()),
        [delta] => Some(delta),
        _ => None,
    };
    revision.commit(judge.until, told).await?;
    Ok(changed)
}

/// A feed with codes mapped, by the version of the definition that they were added to.
type Mapped = HashMap<String, NamedFeed>;

/// What was read again.
struct Reread {
    changed: Changed,
    mapped: Arc<Mapped>,
    /// The batches, by the version that read them first.
    batches: BTreeMap<String, Vec<i64>>,
}

async fn reread(
    revision: &mut Revision,
    feed: &str,
    codes: &[CodeMeaning],
    judge: &Judge,
) -> Result<Reread, PipelineError> {
    let mapped = Arc::new(mapped(revision, feed, codes).await?);
    let names: Vec<&str> = codes.iter().map(|meaning| meaning.code.as_str()).collect();
    let (batches, gone) = revision.batches_with_codes(feed, &names).await?;
    let changed = Changed { out_of_reach: gone, ..Changed::default() };
    let mut reread = Reread { changed, mapped, batches: BTreeMap::new() };
    let mut numbers = BTreeSet::new();
    let mut read = Vec::new();
    let mut bytes = 0;
    for (at, batch) in batches.iter().enumerate() {
        match revision.batch(batch.id).await.map_err(PipelineError::from) {
            Err(PipelineError::Batch { .. }) => reread.changed.out_of_reach += 1,
            found => {
                let found = found?;
                bytes += found.bytes.len();
                read.push(found);
            }
        }
        let is_last_of_its_time = batches.get(at + 1).is_none_or(|next| next.received_at != batch.received_at);
        if is_last_of_its_time && (bytes >= BYTES || at + 1 == batches.len()) {
            let (batches, mapped) = (std::mem::take(&mut read), reread.mapped.clone());
            let twice = on_a_thread(move || read_twice(&batches, &mapped)).await?;
            numbers.extend(replace(revision, twice, judge, &mut reread).await?);
            bytes = 0;
        }
    }
    reread.changed.parcels = numbers.len() as i64;
    Ok(reread)
}

/// What the versions of a feed's definition become with these codes. Those that do not take them are left out.
async fn mapped(revision: &mut Revision, feed: &str, codes: &[CodeMeaning]) -> Result<Mapped, PipelineError> {
    let definitions = revision.definitions(feed).await?;
    let (feed, codes) = (feed.to_owned(), codes.to_vec());
    on_a_thread(move || {
        let mapped = |definition: &str| {
            let own = NamedFeed::read(&feed, definition).ok()?;
            NamedFeed::read(&feed, &with_codes(&own, &codes).ok()?).ok()
        };
        Ok(definitions.into_iter().filter_map(|(version, text)| Some((version, mapped(&text)?))).collect())
    })
    .await
}

/// Batches as they were read and as they are read now.
#[derive(Default)]
struct Twice {
    replaced: Replaced,
    before: Vec<Event>,
    now: Vec<Incoming>,
    /// Which events, by their places in `now`, mean something else.
    differs: Vec<bool>,
    summaries: Vec<(BatchSummary, BatchSummary)>,
    /// The version that read each batch first, and the batch.
    batches: Vec<(String, i64)>,
    /// Batches that can no longer be read, or not with the codes.
    unread: i64,
}

fn read_twice(batches: &[PendingBatch], mapped: &Mapped) -> Result<Twice, PipelineError> {
    let mut twice = Twice::default();
    for batch in batches {
        let Some((before, now)) = read_both(batch, mapped)? else {
            twice.unread += 1;
            continue;
        };
        let place = twice.summaries.len();
        twice.replaced.feed = batch.feed.as_str().into();
        twice.differs.extend(differing(&before, &now));
        twice.summaries.push((summary_of(batch, &before), summary_of(batch, &now)));
        twice.batches.push((batch.version.clone(), batch.id));
        twice.replaced.reports.extend(before.events.iter().map(|event| (event.id, event.received)));
        twice.before.extend(before.events);
        twice.now.extend(now.events.into_iter().map(|event| (place, event)));
    }
    Ok(twice)
}

fn read_both(batch: &PendingBatch, mapped: &Mapped) -> Result<Option<(Parsed, Parsed)>, PipelineError> {
    let Some(feed) = mapped.get(&batch.version) else { return Ok(None) };
    let with_codes =
        PendingBatch { version: feed.feed.version.to_string(), definition: feed.definition.clone(), ..batch.clone() };
    match (parse_again(batch), parse_again(&with_codes)) {
        (Err(PipelineError::Batch { .. }), _) | (_, Err(PipelineError::Batch { .. })) => Ok(None),
        (before, now) => Ok(Some((before?, now?))),
    }
}

/// Which events are read otherwise now.
fn differing(before: &Parsed, now: &Parsed) -> impl Iterator<Item = bool> {
    let key = |event: &Event| Event { mapping: Text::default(), ..event.clone() };
    let known: BTreeSet<Event> = before.events.iter().map(key).collect();
    now.events.iter().map(move |event| !known.contains(&key(event)))
}

/// Puts what batches say now in the place of what they said; the numbers of the events that mean something else.
async fn replace(
    revision: &mut Revision,
    twice: Twice,
    judge: &Judge,
    reread: &mut Reread,
) -> Result<Vec<(Text, Text)>, PipelineError> {
    let Twice { replaced, before, now, differs, summaries, batches, unread } = twice;
    let about_deleted = about_deleted(revision, &now).await?;
    let keys: BTreeSet<i64> = now.iter().map(|(_, event)| event).chain(&before).flat_map(search_keys).collect();
    // What deleted parcels count stays as it is.
    let (mut events, mut numbers) = (Vec::with_capacity(now.len()), Vec::new());
    for ((incoming, differs), _) in now.into_iter().zip(differs).zip(about_deleted).filter(|(_, is_gone)| !is_gone) {
        if differs {
            numbers.push((incoming.1.number.courier.clone(), incoming.1.number.number.clone()));
        }
        events.push(incoming);
    }
    let stored = revision.parcels_with(&keys.into_iter().collect::<Vec<_>>()).await?;
    let (count, judge) = (summaries.len(), judge.clone());
    let fold = move || fold_again(&replaced, events, stored, count, &judge, Books::default());
    let mut outcome = on_a_thread(fold).await?;
    let books = std::mem::take(&mut outcome.books);
    write(revision, outcome, &mut []).await?;
    let delta = books.close(revision).await?;
    for (before, now) in &summaries {
        revision.replace_summary(before, now).await?;
    }
    for (version, batch) in batches {
        reread.batches.entry(version).or_default().push(batch);
    }
    reread.changed.events += numbers.len() as i64;
    reread.changed.out_of_reach += unread;
    reread.changed.deltas.push(delta);
    Ok(numbers)
}
