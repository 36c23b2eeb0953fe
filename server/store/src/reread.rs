//! Batches that are read again by another definition, while the others stay as they are.

use sqlx::{AssertSqlSafe, Row};

use crate::{BatchSummary, FURTHER_CODES, Rejection, Result, Revision};

/// A batch that is to be read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BatchKey {
    /// When it came, UTC epoch milliseconds.
    pub received_at: i64,
    /// Its identity.
    pub id: i64,
}

impl Revision {
    /// The derived batches of a feed in which no mapping knew one of these codes, by when they came; with them those
    /// that came in the same millisecond, because of two reports of an event received together either may be kept.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn batches_with_codes(&mut self, feed: &str, codes: &[&str]) -> Result<Vec<BatchKey>> {
        let mut keys = Vec::new();
        for code in codes {
            let rows = sqlx::query(
                "SELECT received_at, id FROM batches WHERE feed = $1 AND derived_in > 0 AND received_at IN \
                 (SELECT b.received_at FROM batch_codes c JOIN batches b ON b.id = c.batch \
                  WHERE c.feed = $1 AND c.code IN ($2, $3) AND c.unmapped = 1)",
            );
            // Where codes were too many to be counted one by one, any may be among them.
            for row in rows.bind(feed).bind(code).bind(FURTHER_CODES).fetch_all(&mut *self.transaction).await? {
                keys.push(BatchKey { received_at: row.try_get(0)?, id: row.try_get(1)? });
            }
        }
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }

    /// Has these batches of a feed, and those of it that still wait, read by this definition from now on.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn use_definition_for(
        &mut self,
        batches: &[BatchKey],
        feed: &str,
        version: &str,
        definition: &str,
    ) -> Result<()> {
        self.keep_definition(feed, version, definition).await?;
        sqlx::query("UPDATE batches SET version = $1 WHERE feed = $2 AND derived_in IS NULL")
            .bind(version)
            .bind(feed)
            .execute(&mut *self.transaction)
            .await?;
        for batch in batches {
            sqlx::query("UPDATE batches SET version = $1 WHERE id = $2")
                .bind(version)
                .bind(batch.id)
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(())
    }

    /// Takes what a batch brought out of its feed's totals and puts in what it is read as now. Call
    /// [`Revision::sum_up_codes`] when all are done.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn replace_summary(&mut self, before: &BatchSummary, now: &BatchSummary) -> Result<()> {
        for table in ["batch_codes", "batch_rejections"] {
            let sql = format!("DELETE FROM {table} WHERE feed = $1 AND batch = $2");
            let query = sqlx::query(AssertSqlSafe(sql)).bind(&before.feed).bind(before.batch);
            query.execute(&mut *self.transaction).await?;
        }
        let undone = BatchSummary {
            rows: -before.rows,
            events: -before.events,
            duplicates: -before.duplicates,
            rejected: -before.rejected,
            rejections: before.rejections.iter().map(|r| Rejection { rows: -r.rows, ..r.clone() }).collect(),
            codes: Vec::new(),
            ..before.clone()
        };
        self.add_summaries(&[undone, now.clone()]).await?;
        sqlx::query("UPDATE feed_totals SET batches = batches - 2 WHERE feed = $1")
            .bind(&before.feed)
            .execute(&mut *self.transaction)
            .await?;
        self.drop_empty_rejections(&before.feed).await
    }

    /// Sums up again which codes of a feed no mapping knows.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn sum_up_codes(&mut self, feed: &str) -> Result<()> {
        for statement in [
            "DELETE FROM feed_unmapped WHERE feed = $1",
            "INSERT INTO feed_unmapped (feed, code, events) SELECT feed, code, CAST(SUM(events) AS BIGINT) \
             FROM batch_codes WHERE feed = $1 AND unmapped = 1 GROUP BY feed, code",
        ] {
            sqlx::query(statement).bind(feed).execute(&mut *self.transaction).await?;
        }
        Ok(())
    }

    /// Has everything that a feed on probation brought read again; nothing of it is in any parcel.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn reread_probation(&mut self, feed: &str, version: &str, definition: &str) -> Result<()> {
        self.forget_probation(feed).await?;
        self.use_definition_for(&[], feed, version, definition).await
    }
}
