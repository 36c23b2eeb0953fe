//! The rejected rows of a batch, as they were sent.

use std::collections::{BTreeMap, BTreeSet};

use domain::rejected::Kind;
use intake::SentRow;
use store::{KeptBatch, Kinds, Store};

use super::derive::on_a_thread;
use super::read::{definition, parse_again};
use super::{Answer, PipelineError};

/// A batch with its rejected rows.
#[derive(Debug)]
pub struct RejectedBatch {
    /// What the inbox keeps of it. Whether its bytes are gone, its summary says.
    pub kept: KeptBatch,
    /// Every row that was rejected, in order, whether or not it was settled since.
    pub rows: Vec<RejectedRow>,
}

/// A rejected row.
#[derive(Debug, Clone)]
pub struct RejectedRow {
    /// Its number.
    pub row: u64,
    /// The field at fault.
    pub field: String,
    /// What is wrong with it.
    pub reason: String,
    /// What is left of it.
    pub sent: Sent,
}

/// What is left of a rejected row.
#[derive(Debug, Clone)]
pub enum Sent {
    /// The row.
    Row(SentRow),
    /// Its bytes were deleted.
    Deleted,
    /// Its fields cannot be told apart.
    Unreadable,
    /// It was not asked for.
    NotRead,
}

/// Of which rejected rows it is looked what was sent; a batch may have many, and only their reasons are small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    All,
    These(BTreeSet<u64>),
}

/// The rejected rows of a batch, and of those that nobody has settled the kind that each is counted with. `None` where
/// there is no such batch, or it can no longer be read.
///
/// # Errors
/// Where the database fails.
pub async fn open_rows(
    store: &Store,
    batch: i64,
) -> Result<Option<(RejectedBatch, BTreeMap<u64, Kind>)>, PipelineError> {
    let Some(kept) = store.kept_batch(batch).await? else { return Ok(None) };
    let read = on_a_thread(move || RejectedBatch::read(kept, &Wanted::All)).await?;
    Ok(read.map(|batch| {
        let kinds = batch.open(&batch.kept.batch.settled).1;
        (batch, kinds)
    }))
}

impl RejectedBatch {
    /// Reads the rejected rows from the bytes of a batch or, where these are gone, from what was answered to it.
    pub(super) fn read(mut kept: KeptBatch, wanted: &Wanted) -> Result<Option<Self>, PipelineError> {
        let rows = match &kept.summary {
            Some(None) => None,
            Some(Some(_)) => Some(answered(&kept)),
            None => from_bytes(&kept, wanted)?,
        };
        // Several batches may be held at a time.
        kept.batch.bytes = Vec::new();
        Ok(rows.map(|rows| Self { kept, rows }))
    }

    /// What its rejected rows are counted as, and the kind of each, but for those that were settled.
    pub(super) fn open(&self, settled: &BTreeSet<u64>) -> (Kinds<'_>, BTreeMap<u64, Kind>) {
        let mut kinds = Kinds::default();
        let open = self.rows.iter().filter(|row| !settled.contains(&row.row));
        let of = open.map(|row| (row.row, kinds.add(row.row, &row.field, &row.reason))).collect();
        (kinds, of)
    }

    /// The row with this number.
    pub(super) fn row(&self, number: u64) -> Option<&RejectedRow> {
        self.rows.binary_search_by_key(&number, |row| row.row).ok().map(|place| &self.rows[place])
    }
}

fn from_bytes(kept: &KeptBatch, wanted: &Wanted) -> Result<Option<Vec<RejectedRow>>, PipelineError> {
    let mut batch = kept.batch.clone();
    batch.settled.clear();
    let parsed = match parse_again(&batch) {
        Ok(parsed) => parsed,
        Err(PipelineError::Batch { .. }) => return Ok(None),
        Err(fault) => return Err(fault),
    };
    let unreadable = |reason: String| PipelineError::Batch { batch: batch.id, feed: batch.feed.clone(), reason };
    let feed = definition(&batch).map_err(unreadable)?;
    let format = batch.format.parse().map_err(unreadable)?;
    let is_wanted = |row: u64| match wanted {
        Wanted::All => true,
        Wanted::These(rows) => rows.contains(&row),
    };
    let wanted = parsed.rejected.iter().map(|rejected| rejected.row).filter(|row| is_wanted(*row)).collect();
    let mut sent = intake::sent_rows(&feed, format, &batch.bytes, batch.first_row as u64, &wanted)
        .map_err(|fault| unreadable(fault.to_string()))?;
    let row = |rejected: intake::Rejected| RejectedRow {
        sent: match sent.remove(&rejected.row) {
            Some(Some(row)) => Sent::Row(row),
            _ if is_wanted(rejected.row) => Sent::Unreadable,
            _ => Sent::NotRead,
        },
        row: rejected.row,
        field: rejected.field,
        reason: rejected.reason,
    };
    Ok(Some(parsed.rejected.into_iter().map(row).collect()))
}

fn answered(kept: &KeptBatch) -> Vec<RejectedRow> {
    let answer = Answer::of(kept.batch.id, &kept.answer);
    let row = |rejected: super::take::RejectedRow| RejectedRow {
        row: rejected.row,
        field: rejected.field,
        reason: rejected.reason,
        sent: Sent::Deleted,
    };
    answer.rejections.into_iter().map(row).collect()
}
