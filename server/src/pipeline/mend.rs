//! Rejected rows are settled: mended, or dismissed. A row that was sent stays as it is. The mended ones are a batch of
//! their own, of the same feed and read by its definition as it is now; it is taken into the inbox, read and counted in
//! the same transaction that settles the rows it mends. So nothing counts twice, and nothing is lost in between.

use std::collections::{BTreeMap, BTreeSet};

use domain::cell::Delta;
use domain::rejected::{Correction, Dismissal, MendAnswer, RowName, StillRejected};
use intake::{Parsed, SentRow, Unmendable, Unreadable, Written};
use store::{Arrival, BatchSummary, Fate, NewBatch, Revision, Settling, Store};

use super::derive::{on_a_thread, take_in, told};
use super::read::ReadBatch;
use super::rejected::{RejectedBatch, RejectedRow, Sent as AsSent, Wanted};
use super::take::mends;
use super::{PipelineError, Sent, read_sent, sweep};
use crate::feeds::NamedFeed;

/// Why rows were not settled; none of them was.
#[derive(Debug, thiserror::Error)]
pub enum NotSettled {
    /// The database.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    /// There is no such rejected row.
    #[error("row {0} of this feed was not rejected")]
    NotRejected(RowName),
    /// What was sent is gone.
    #[error("what was sent in row {0} has been deleted: have it sent again, or dismiss it")]
    Deleted(RowName),
    /// The fields of the row cannot be told apart.
    #[error("the fields of row {0} cannot be told apart: have it sent again, or dismiss it")]
    Unreadable(RowName),
    /// Nothing is said otherwise, and nothing reads it otherwise.
    #[error("row {0} would be rejected for the same reason: nothing in it was changed")]
    Unchanged(RowName),
    /// What should stand in a row cannot stand there.
    #[error("row {0}: {1}")]
    Unmendable(RowName, Unmendable),
    /// The definition of the feed cannot read the rows at all.
    #[error("the feed's definition cannot read these rows any more: {0}")]
    Definition(Unreadable),
    /// Somebody else was quicker.
    #[error("row {row} was {} meanwhile: look at the list as it is now", in_words(.fate))]
    Settled {
        /// The row.
        row: RowName,
        /// What became of it.
        fate: Fate,
    },
    /// A batch came to be read by another definition.
    #[error("the rows have been read again meanwhile: look at the list as it is now")]
    ReadAgain,
}

impl From<store::StoreError> for NotSettled {
    fn from(fault: store::StoreError) -> Self {
        Self::Pipeline(fault.into())
    }
}

fn in_words(fate: &Fate) -> String {
    match fate {
        Fate::Mended(row) => format!("corrected (it is row {row} now)"),
        Fate::Dismissed(_) => "dismissed".to_owned(),
    }
}

/// A batch of mended rows on its way into the inbox.
struct MendedBatch {
    batch: NewBatch,
    parsed: Parsed,
    /// The rows that it mends, each with its number in the batch.
    mends: Vec<(RowName, u64)>,
}

/// Mends rows of a feed, all of them or none. Corrections that were made before give the same answer again. `now` is UTC
/// epoch milliseconds.
///
/// # Errors
/// [`NotSettled`].
pub async fn mend(
    store: &Store,
    now: i64,
    feed: &NamedFeed,
    corrections: Vec<Correction>,
) -> Result<MendAnswer, NotSettled> {
    let names: Vec<RowName> = corrections.iter().map(|correction| correction.name).collect();
    let origins = origins(store, &feed.feed.name, &names).await?;
    let read_by = feed.clone();
    let work = move || {
        let mended = corrected(&read_by, &origins, corrections).and_then(|rows| written(&read_by, rows, now));
        Ok((origins, mended))
    };
    let (origins, mended) = on_a_thread(work).await?;
    let mended = mended?;
    let mut revision = store.begin_revision().await?;
    let judge = sweep::start(&mut revision, now).await?;
    let before = settled_before(&mut revision, &origins).await?;
    let mut answer = MendAnswer::default();
    let mut new = Vec::new();
    for MendedBatch { batch, parsed, mends } in mended {
        let inserted = revision.insert_batch(&batch).await?;
        for &(row, number) in &mends {
            let fate = Fate::Mended(RowName { batch: inserted.id, row: number });
            match (inserted.arrival, revision.settle(&feed.feed.name, row, fate, now).await?) {
                (Arrival::New, Settling::New) => {}
                (Arrival::Repeated, Settling::Before(known)) if known == fate => {}
                (_, Settling::Before(fate)) => return Err(NotSettled::Settled { row, fate }),
                (Arrival::Repeated, Settling::New) => return Err(NotSettled::NotRejected(row)),
            }
        }
        add(&mut answer, inserted.id, &parsed, &mends);
        if inserted.arrival == Arrival::New {
            new.push(ReadBatch::new(&batch.feed, &batch.version, now, &parsed).named(inserted.id));
        }
    }
    answer.on_probation = revision.feeds_on_probation().await?.contains(feed.feed.name.as_str());
    if !new.is_empty() {
        take_off(&mut revision, &origins, &before).await?;
        let (_, delta) = take_in(&mut revision, new, &judge).await?;
        revision.commit(judge.until, told(&delta)).await?;
    }
    Ok(answer)
}

/// Dismisses rows of a feed, all of them or none; how many of them were not dismissed before. `now` is UTC epoch
/// milliseconds.
///
/// # Errors
/// [`NotSettled`].
pub async fn dismiss(store: &Store, now: i64, feed: &str, rows: &[RowName], why: Dismissal) -> Result<u64, NotSettled> {
    let origins = origins(store, feed, rows).await?;
    let mut revision = store.begin_revision().await?;
    let judged_until = sweep::start(&mut revision, now).await?.until;
    let before = settled_before(&mut revision, &origins).await?;
    let mut dismissed = 0;
    for &row in rows {
        match revision.settle(feed, row, Fate::Dismissed(why), now).await? {
            Settling::New => dismissed += 1,
            Settling::Before(Fate::Dismissed(_)) => {}
            Settling::Before(fate) => return Err(NotSettled::Settled { row, fate }),
        }
    }
    if dismissed > 0 {
        take_off(&mut revision, &origins, &before).await?;
        revision.commit(judged_until, Some(&Delta::default())).await?;
    }
    Ok(dismissed)
}

type Origins = BTreeMap<i64, RejectedBatch>;

/// The batches of rows of a feed that were rejected.
async fn origins(store: &Store, feed: &str, rows: &[RowName]) -> Result<Origins, NotSettled> {
    let mut wanted: BTreeMap<i64, BTreeSet<u64>> = BTreeMap::new();
    for name in rows {
        wanted.entry(name.batch).or_default().insert(name.row);
    }
    let mut origins = Origins::new();
    for (batch, rows) in wanted {
        let missing = |row: Option<&u64>| NotSettled::NotRejected(RowName { batch, row: row.copied().unwrap_or(0) });
        let kept = store.kept_batch(batch).await?.filter(|kept| kept.batch.feed == feed);
        let kept = kept.ok_or_else(|| missing(rows.first()))?;
        let these = Wanted::These(rows.clone());
        let read = on_a_thread(move || RejectedBatch::read(kept, &these)).await?;
        let read = read.ok_or_else(|| missing(rows.first()))?;
        if let Some(row) = rows.iter().find(|row| read.row(**row).is_none()) {
            return Err(missing(Some(row)));
        }
        origins.insert(batch, read);
    }
    Ok(origins)
}

/// The rows as they should be.
fn corrected(
    feed: &NamedFeed,
    origins: &Origins,
    corrections: Vec<Correction>,
) -> Result<Vec<(RowName, SentRow)>, NotSettled> {
    let one = |Correction { name, fields }: Correction| {
        let batch = origins.get(&name.batch).ok_or(NotSettled::NotRejected(name))?;
        let row = match batch.row(name.row).map(|row| &row.sent) {
            Some(AsSent::Row(row)) => row,
            Some(AsSent::Deleted) => return Err(NotSettled::Deleted(name)),
            Some(AsSent::Unreadable | AsSent::NotRead) => return Err(NotSettled::Unreadable(name)),
            None => return Err(NotSettled::NotRejected(name)),
        };
        let mended = row.with(&feed.feed, &fields).map_err(|fault| NotSettled::Unmendable(name, fault))?;
        if mended == *row && batch.kept.batch.version == feed.feed.version.as_str() {
            return Err(NotSettled::Unchanged(name));
        }
        Ok((name, mended))
    };
    corrections.into_iter().map(one).collect()
}

/// The batches that hold mended rows.
fn written(feed: &NamedFeed, rows: Vec<(RowName, SentRow)>, now: i64) -> Result<Vec<MendedBatch>, NotSettled> {
    let (names, rows): (Vec<RowName>, Vec<SentRow>) = rows.into_iter().unzip();
    let first = names.first().copied().unwrap_or(RowName { batch: 0, row: 0 });
    let bodies = intake::write_rows(&feed.feed, &rows).map_err(|fault| NotSettled::Unmendable(first, fault))?;
    let batch = |Written { format, bytes, rows }: Written| {
        let sent = Sent { format, bytes, first_row: 1, idempotency_key: None, received_at: now };
        let parsed = read_sent(feed, &sent).map_err(NotSettled::Definition)?;
        let of: Vec<(RowName, u64)> = rows.into_iter().map(|(place, number)| (names[place], number)).collect();
        let batch = mends(feed, sent, &parsed, of.iter().map(|(name, _)| *name));
        Ok(MendedBatch { batch, parsed, mends: of })
    };
    bodies.into_iter().map(batch).collect()
}

/// Which rows of the batches were settled before; checks that they are still read as they were a moment ago.
async fn settled_before(
    revision: &mut Revision,
    origins: &Origins,
) -> Result<BTreeMap<i64, BTreeSet<u64>>, NotSettled> {
    let mut settled = BTreeMap::new();
    for (&id, batch) in origins {
        let now = revision.read_by(id).await?;
        if now != Some((batch.kept.batch.version.clone(), batch.kept.summary.is_none())) {
            return Err(NotSettled::ReadAgain);
        }
        settled.insert(id, revision.settled(id).await?);
    }
    Ok(settled)
}

/// Takes the rows that were settled in this revision off what is counted.
async fn take_off(
    revision: &mut Revision,
    origins: &Origins,
    before: &BTreeMap<i64, BTreeSet<u64>>,
) -> Result<(), NotSettled> {
    for (&id, batch) in origins {
        let (before, settled) = (&before[&id], revision.settled(id).await?);
        let gone = settled.difference(before).count() as i64;
        let summary = |rejections, rows| BatchSummary {
            batch: id,
            feed: batch.kept.batch.feed.clone(),
            rows,
            rejected: rows,
            rejections,
            ..BatchSummary::default()
        };
        let Some(Some(kept)) = &batch.kept.summary else {
            let was = summary(batch.open(before).0.into_rejections(), 0);
            let is = summary(batch.open(&settled).0.into_rejections(), -gone);
            revision.replace_rejections(&was, &is).await?;
            continue;
        };
        // The bytes are gone: what is kept of the batch has to say it, because a replay takes that over.
        let mut is = kept.clone();
        for row in batch.rows.iter().filter(|row| settled.contains(&row.row) && !before.contains(&row.row)) {
            let alike = |next: &&RejectedRow| {
                !settled.contains(&next.row) && (&next.field, &next.reason) == (&row.field, &row.reason)
            };
            is.take_off(row.row, &row.field, &row.reason, || batch.rows.iter().find(alike).map(|next| next.row));
        }
        revision.replace_rejections(kept, &is).await?;
        revision.delete_bytes(id, Some(&is)).await?;
    }
    Ok(())
}

fn add(answer: &mut MendAnswer, id: i64, parsed: &Parsed, mends: &[(RowName, u64)]) {
    answer.batches.push(format!("{id:x}"));
    answer.rows += parsed.rows;
    answer.taken += parsed.accepted();
    answer.left_out += parsed.skipped;
    answer.events += parsed.events.len() as u64;
    let origin: BTreeMap<u64, RowName> = mends.iter().map(|&(name, number)| (number, name)).collect();
    for rejected in &parsed.rejected {
        let Some(&mends) = origin.get(&rejected.row) else { continue };
        answer.rejected.push(StillRejected {
            name: RowName { batch: id, row: rejected.row },
            mends,
            field: rejected.field.clone(),
            reason: rejected.reason.clone(),
        });
    }
}
