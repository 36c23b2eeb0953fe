//! Erasing what feeds sent about a parcel.

use domain::view::Standing;
use sqlx::{AssertSqlSafe, Row};

use crate::deleted::summary_from_bytes;
use crate::inbox::Bytes;
use crate::standing::KEPT;
use crate::{BatchSummary, Dialect, PendingBatch, Result, Revision, Store, StoreError, inbox};

/// All that the inbox keeps of a batch.
#[derive(Debug, Clone)]
pub struct KeptBatch {
    /// The batch; its bytes are empty where they are gone.
    pub batch: PendingBatch,
    /// What was answered.
    pub answer: String,
    /// The sender's key.
    pub idempotency_key: Option<String>,
    /// Whether it was derived, or is only kept because its feed is on probation.
    pub standing: Standing,
    /// How many of its events were known before; `None` where it could not be read.
    pub duplicates: Option<i64>,
    /// Where its bytes are gone: what it brought, if it could be read.
    pub summary: Option<Option<BatchSummary>>,
}

/// What is kept of a batch after something in it was erased: no bytes, no key.
#[derive(Debug, Clone)]
pub struct ErasedBatch {
    /// The batch.
    pub batch: i64,
    /// What was answered.
    pub answer: String,
    /// Whether the sender's key goes.
    pub key_goes: bool,
    /// What it brought, if it could be read.
    pub summary: Option<BatchSummary>,
}

impl Store {
    /// All that is kept of a derived or unreadable batch; `None` where there is none.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn kept_batch(&self, batch: i64) -> Result<Option<KeptBatch>> {
        Ok(self.kept_batch_after(batch.saturating_sub(1)).await?.filter(|kept| kept.batch.id == batch))
    }

    /// The first derived or unreadable batch with a greater identity, with all that is kept of it.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn kept_batch_after(&self, batch: i64) -> Result<Option<KeptBatch>> {
        let more =
            ", o.answer, b.idempotency_key, CASE WHEN b.fault IS NULL THEN b.duplicates END, s.summary, b.derived_in";
        let sql = format!(
            "{} LEFT JOIN batch_summaries s ON s.batch = b.id \
             WHERE b.id = (SELECT MIN(id) FROM batches WHERE id > $1 AND (derived_in IS NOT NULL OR fault IS NOT NULL))",
            inbox::select_pending(more)
        );
        let mut connection = self.pool.acquire().await?;
        let Some(row) = sqlx::query(AssertSqlSafe(sql)).bind(batch).fetch_optional(&mut *connection).await? else {
            return Ok(None);
        };
        let answer = inbox::decompress(row.try_get(inbox::MORE)?)?;
        let (batch, bytes) = inbox::pending_or_spoilt(&mut connection, &row).await?;
        let duplicates: Option<i64> = row.try_get(inbox::MORE + 2)?;
        Ok(Some(KeptBatch {
            batch,
            answer: String::from_utf8(answer).map_err(|e| StoreError::Damaged(e.to_string()))?,
            idempotency_key: row.try_get(inbox::MORE + 1)?,
            standing: match row.try_get(inbox::MORE + 4)? {
                Some(KEPT) => Standing::Probation,
                _ => Standing::Counted,
            },
            duplicates: duplicates.filter(|_| bytes == Bytes::Whole),
            summary: row.try_get::<Option<Vec<u8>>, _>(inbox::MORE + 3)?.map(summary_from_bytes).transpose()?,
        }))
    }

    /// Writes the database anew without what was deleted, and empties the write-ahead log. SQLite leaves the remains of
    /// deleted rows in its file otherwise; nothing can be written meanwhile. PostgreSQL gives the room to new rows, which
    /// overwrite the remains sooner or later.
    ///
    /// Gives whether the log could be emptied: not while others go on reading from it.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn scrub(&self) -> Result<bool> {
        let _turn = self.turn().await;
        sqlx::raw_sql("VACUUM").execute(&self.pool).await?;
        if self.dialect == Dialect::Postgres {
            return Ok(true);
        }
        let busy = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.pool).await?;
        Ok(busy.try_get::<i64, _>(0)? == 0)
    }
}

impl Revision {
    /// Replaces what is kept of a batch.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn erase(&mut self, erased: &ErasedBatch) -> Result<()> {
        self.delete_bytes(erased.batch, erased.summary.as_ref()).await?;
        sqlx::query("UPDATE bodies SET answer = $1 WHERE batch = $2")
            .bind(inbox::compress(erased.answer.as_bytes())?)
            .bind(erased.batch)
            .execute(&mut *self.transaction)
            .await?;
        if erased.key_goes {
            let sql = "UPDATE batches SET idempotency_key = NULL WHERE id = $1";
            sqlx::query(sql).bind(erased.batch).execute(&mut *self.transaction).await?;
        }
        Ok(())
    }

    /// Drops rejection reasons and codes from the feeds' lists. `is_erased` says whether a text mentions what is erased.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn erase_from_lists(&mut self, is_erased: impl Fn(&str) -> bool) -> Result<()> {
        for (table, column) in [("feed_rejections", "reason"), ("feed_unmapped", "code"), ("batch_codes", "code")] {
            let sql = format!("SELECT DISTINCT {column} FROM {table}");
            for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *self.transaction).await? {
                let text: String = row.try_get(0)?;
                if is_erased(&text) {
                    let sql = format!("DELETE FROM {table} WHERE {column} = $1");
                    sqlx::query(AssertSqlSafe(sql)).bind(text).execute(&mut *self.transaction).await?;
                }
            }
        }
        Ok(())
    }
}
