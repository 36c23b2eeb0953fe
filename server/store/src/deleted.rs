//! What stays of parcels and bytes that were deleted, so that the figures stay true and can be derived again.

use std::collections::HashSet;

use domain::cell::Delta;
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Executor, Row};

use crate::bulk::{self, ROWS};
use crate::inbox::Bytes;
use crate::piece::{packed, unpacked};
use crate::{BatchSummary, PendingBatch, Result, Revision, Store, StoreError, StoredParcel, inbox};

/// When the events happened of a deleted parcel that had a certain name, UTC epoch milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeletedName {
    /// Stands for the number or reference.
    pub fingerprint: i64,
    /// The first event that named it.
    pub first_at: i64,
    /// The last event that named it.
    pub last_at: i64,
}

/// Which reports have no bytes any more from which they could be read again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BytesGone {
    /// Those received up to then, UTC epoch milliseconds.
    until: i64,
    /// And those received then, of these feeds.
    batches: HashSet<(String, i64)>,
}

impl BytesGone {
    /// Whether nothing was deleted.
    pub fn is_empty(&self) -> bool {
        self.until == 0 && self.batches.is_empty()
    }

    /// Whether a report may have come with bytes that are gone.
    pub fn concerns(&self, feed: &str, received: i64) -> bool {
        received <= self.until || self.batches.contains(&(feed.to_owned(), received))
    }
}

impl Store {
    /// What deleted parcels count, with the values of all dimensions.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn deleted_figures(&self) -> Result<Vec<Delta>> {
        deltas(&self.pool, "whole").await
    }
}

impl Revision {
    /// What deleted parcels count, as changes of the cells.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn deleted_figures(&mut self) -> Result<Vec<Delta>> {
        deltas(&mut *self.transaction, "delta").await
    }

    /// Parcels by identity, after this one.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn parcels_after(&mut self, after: i64, count: i64) -> Result<Vec<StoredParcel>> {
        self.timelines("parcels", after, count).await
    }

    /// Deletes parcels, each with all that it is found by. What they count stays in the cells: `delta` and `whole` say
    /// what that is, `names` what is no longer to be taken for news.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn delete_parcels(
        &mut self,
        parcels: &[(i64, Vec<i64>)],
        names: &[DeletedName],
        delta: &Delta,
        whole: &Delta,
    ) -> Result<()> {
        self.remove_parcels(parcels).await?;
        for chunk in names.chunks(ROWS) {
            let values = bulk::rows(self.store.dialect, chunk.len(), 3);
            let sql = format!(
                "INSERT INTO deleted_names (fingerprint, first_at, last_at) VALUES {values} ON CONFLICT DO NOTHING"
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for name in chunk {
                query = query.bind(name.fingerprint).bind(name.first_at).bind(name.last_at);
            }
            query.execute(&mut *self.transaction).await?;
        }
        sqlx::query("INSERT INTO deleted_figures (revision, delta, whole) VALUES ($1, $2, $3)")
            .bind(self.number)
            .bind(packed(delta)?)
            .bind(packed(whole)?)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Whether parcels have ever been deleted.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn has_deleted(&mut self) -> Result<bool> {
        let row = sqlx::query("SELECT 1 FROM deleted_names LIMIT 1").fetch_optional(&mut *self.transaction).await?;
        Ok(row.is_some())
    }

    /// The deleted names with any of these fingerprints.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn deleted_names(&mut self, fingerprints: &[i64]) -> Result<Vec<DeletedName>> {
        let mut names = Vec::new();
        for chunk in fingerprints.chunks(ROWS) {
            let sql = format!(
                "SELECT fingerprint, first_at, last_at FROM deleted_names WHERE fingerprint IN ({})",
                bulk::list(self.store.dialect, chunk.len())
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for fingerprint in chunk {
                query = query.bind(fingerprint);
            }
            for row in query.fetch_all(&mut *self.transaction).await? {
                let (fingerprint, first_at, last_at) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
                names.push(DeletedName { fingerprint, first_at, last_at });
            }
        }
        Ok(names)
    }

    /// Batches whose bytes are older than `before` (UTC epoch milliseconds) and still there, the oldest first, each with
    /// the number of its events that were known before, or `None` for one that could not be read. Never one that is newer
    /// than one that waits to be derived.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn old_batches(&mut self, before: i64, count: i64) -> Result<Vec<(PendingBatch, Option<i64>)>> {
        let waiting = "SELECT MIN(received_at) FROM batches WHERE derived_in IS NULL AND fault IS NULL";
        let waiting: Option<i64> = sqlx::query(waiting).fetch_one(&mut *self.transaction).await?.try_get(0)?;
        let query =
            sqlx::query(AssertSqlSafe(old_batches())).bind(waiting.map_or(before, |at| at.min(before))).bind(count);
        let rows = query.fetch_all(&mut *self.transaction).await?;
        let mut batches = Vec::with_capacity(rows.len());
        for row in &rows {
            let duplicates = match inbox::pending_or_spoilt(&mut self.transaction, row).await? {
                (batch, Bytes::Whole) => (batch, row.try_get(inbox::MORE)?),
                (batch, Bytes::Spoilt) => (batch, None),
            };
            batches.push(duplicates);
        }
        Ok(batches)
    }

    /// Deletes the bytes of a batch and keeps what it brought.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn delete_bytes(&mut self, batch: i64, summary: Option<&BatchSummary>) -> Result<()> {
        sqlx::query("UPDATE bodies SET bytes = $1 WHERE batch = $2")
            .bind(inbox::compress(&[])?)
            .bind(batch)
            .execute(&mut *self.transaction)
            .await?;
        let sql = "INSERT INTO batch_summaries (batch, summary) VALUES ($1, $2) \
                   ON CONFLICT (batch) DO UPDATE SET summary = excluded.summary";
        sqlx::query(sql).bind(batch).bind(summary_to_bytes(summary)?).execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// Notes that all bytes received until then (UTC epoch milliseconds) have been deleted.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn bytes_are_gone_until(&mut self, received: i64) -> Result<()> {
        let sql = "UPDATE retention SET bytes_gone_until = $1 WHERE bytes_gone_until < $1";
        sqlx::query(sql).bind(received).execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// Which bytes are gone.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn bytes_gone(&mut self) -> Result<BytesGone> {
        let row = sqlx::query("SELECT bytes_gone_until FROM retention").fetch_one(&mut *self.transaction).await?;
        let until: i64 = row.try_get(0)?;
        let sql = "SELECT b.feed, b.received_at FROM batch_summaries s JOIN batches b ON b.id = s.batch \
                   WHERE b.received_at > $1";
        let rows = sqlx::query(sql).bind(until).fetch_all(&mut *self.transaction).await?;
        let batches = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_>>()?;
        Ok(BytesGone { until, batches })
    }

    /// What batches brought whose bytes are gone, after this batch; each with its batch.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn summaries_after(&mut self, batch: i64, count: i64) -> Result<Vec<(i64, Option<BatchSummary>)>> {
        let sql = "SELECT batch, summary FROM batch_summaries WHERE batch > $1 ORDER BY batch LIMIT $2";
        let rows = sqlx::query(sql).bind(batch).bind(count).fetch_all(&mut *self.transaction).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, summary_from_bytes(row.try_get(1)?)?))).collect()
    }

    /// Keeps the parcels as they are, while everything is derived again.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn set_parcels_aside(&mut self) -> Result<()> {
        let sql = "INSERT INTO replaying (id, timeline) SELECT id, timeline FROM parcels";
        sqlx::query(sql).execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// Parcels that were set aside, by identity, after this one.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn set_aside_after(&mut self, after: i64, count: i64) -> Result<Vec<StoredParcel>> {
        self.timelines("replaying", after, count).await
    }

    /// Drops the parcels that were set aside.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn drop_set_aside(&mut self) -> Result<()> {
        sqlx::query("DELETE FROM replaying").execute(&mut *self.transaction).await?;
        Ok(())
    }

    async fn timelines(&mut self, table: &str, after: i64, count: i64) -> Result<Vec<StoredParcel>> {
        let sql = format!("SELECT id, timeline FROM {table} WHERE id > $1 ORDER BY id LIMIT $2");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(after).bind(count);
        query.fetch_all(&mut *self.transaction).await?.iter().map(stored).collect()
    }
}

fn old_batches() -> String {
    format!(
        "{} WHERE b.received_at > (SELECT bytes_gone_until FROM retention) AND b.received_at < $1 \
         AND NOT EXISTS (SELECT 1 FROM batch_summaries s WHERE s.batch = b.id) ORDER BY b.received_at, b.id LIMIT $2",
        inbox::select_pending(", CASE WHEN b.fault IS NULL THEN b.duplicates END")
    )
}

async fn deltas<'c>(executor: impl Executor<'c, Database = Any>, column: &str) -> Result<Vec<Delta>> {
    let sql = format!("SELECT {column} FROM deleted_figures ORDER BY revision");
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(executor).await?;
    let mut deltas = Vec::new();
    for row in rows {
        deltas.extend(unpacked(row.try_get(0)?)?);
    }
    Ok(deltas)
}

fn stored(row: &AnyRow) -> Result<StoredParcel> {
    Ok(StoredParcel { id: row.try_get(0)?, timeline: row.try_get(1)? })
}

fn summary_to_bytes(summary: Option<&BatchSummary>) -> Result<Vec<u8>> {
    inbox::compress(&serde_json::to_vec(&summary).map_err(|e| StoreError::Damaged(e.to_string()))?)
}

pub(crate) fn summary_from_bytes(bytes: Vec<u8>) -> Result<Option<BatchSummary>> {
    let mut summary: Option<BatchSummary> =
        serde_json::from_slice(&inbox::decompress(bytes)?).map_err(|e| StoreError::Damaged(e.to_string()))?;
    for rejection in summary.iter_mut().flat_map(|summary| &mut summary.rejections) {
        // Earlier programs wrote the row into the example only.
        if rejection.first_row == 0 {
            let row = rejection.example.rsplit_once(", row ").and_then(|(_, row)| row.parse().ok());
            rejection.first_row = row.unwrap_or(0);
        }
    }
    Ok(summary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewBatch;

    async fn store() -> Store {
        let store = Store::open("sqlite::memory:").await.unwrap();
        store.migrate().await.unwrap();
        store
    }

    #[tokio::test]
    async fn old_batches_are_found_without_looking_at_all() {
        let store = store().await;
        let plan = format!("EXPLAIN QUERY PLAN {}", old_batches());
        let plan = sqlx::query(AssertSqlSafe(plan)).bind(1_i64).bind(1_i64).fetch_all(&store.pool).await.unwrap();
        let plan: Vec<String> = plan.iter().map(|row| row.try_get(3).unwrap()).collect();
        assert!(
            plan.iter().any(|step| step.contains("b USING INDEX batches_received (received_at>? AND received_at<?)")),
            "{plan:?}"
        );
        assert!(plan.iter().all(|step| !step.contains("TEMP B-TREE")), "{plan:?}");
    }

    #[tokio::test]
    async fn a_body_that_the_disk_has_spoilt_hinders_no_other() {
        let store = store().await;
        let batch = |id: i64| NewBatch {
            id,
            feed: "scans".into(),
            version: "1".into(),
            definition: String::new(),
            format: "csv".into(),
            received_at: id,
            first_row: 1,
            content_hash: id.to_string(),
            idempotency_key: None,
            bytes: b"number\nP1\n".to_vec(),
            answer: "{}".into(),
        };
        store.insert_batches(&[batch(1), batch(2)]).await.unwrap();
        sqlx::query("UPDATE bodies SET bytes = x'6e6f6e73656e7365' WHERE batch = 1")
            .execute(&store.pool)
            .await
            .unwrap();
        let mut revision = store.begin_revision().await.unwrap();
        let spoilt = revision.batch(1).await;
        assert!(matches!(&spoilt, Err(StoreError::Body { batch: 1, feed, .. }) if feed == "scans"), "{spoilt:?}");
        assert_eq!(revision.batch(2).await.unwrap().bytes, b"number\nP1\n");
        revision.mark_derived(&[(1, 0), (2, 0)]).await.unwrap();
        let old = revision.old_batches(10, 10).await.unwrap();
        let old: Vec<_> = old.iter().map(|(batch, duplicates)| (batch.id, batch.bytes.len(), *duplicates)).collect();
        assert_eq!(old, [(1, 0, None), (2, 10, Some(0))]);
    }
}
