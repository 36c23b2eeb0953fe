//! Batches that are read again by another definition, while the others stay as they are.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Row};

use crate::bulk::{self, ROWS};
use crate::feeds::CODES;
use crate::{BatchSummary, Dialect, FURTHER_CODES, Rejection, Result, Revision};

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
    /// that came in the same millisecond, because of two reports of an event received together either may be kept. And
    /// how many more hold such a code whose bytes are gone.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn batches_with_codes(&mut self, feed: &str, codes: &[&str]) -> Result<(Vec<BatchKey>, i64)> {
        let with_code = "FROM batch_codes c JOIN batches b ON b.id = c.batch \
             WHERE c.feed = $1 AND c.code IN ($2, $3) AND c.unmapped = 1";
        let (mut keys, mut gone) = (BTreeSet::new(), BTreeSet::<i64>::new());
        for code in codes {
            // Where codes were too many to be counted one by one, any may be among them.
            let sql = format!(
                "SELECT received_at, id FROM batches WHERE feed = $1 AND derived_in > 0 AND received_at IN \
                 (SELECT b.received_at {with_code}) AND NOT EXISTS {}",
                summary_of("batches.id")
            );
            let rows = sqlx::query(AssertSqlSafe(sql)).bind(feed).bind(code).bind(FURTHER_CODES);
            for row in rows.fetch_all(&mut *self.transaction).await? {
                keys.insert(BatchKey { received_at: row.try_get(0)?, id: row.try_get(1)? });
            }
            let sql = format!("SELECT b.id {with_code} AND EXISTS {}", summary_of("b.id"));
            let rows = sqlx::query(AssertSqlSafe(sql)).bind(feed).bind(code).bind(FURTHER_CODES);
            for row in rows.fetch_all(&mut *self.transaction).await? {
                gone.insert(row.try_get(0)?);
            }
        }
        Ok((keys.into_iter().collect(), gone.len() as i64))
    }

    /// Every version of a feed's definition that has read something: version and text.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn definitions(&mut self, feed: &str) -> Result<Vec<(String, String)>> {
        let sql = "SELECT version, definition FROM feed_versions WHERE feed = $1";
        let rows = sqlx::query(sql).bind(feed).fetch_all(&mut *self.transaction).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// Has these batches of a feed, which a version of its definition read, and those that wait to be read by that
    /// version, read by another from now on.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn use_definition_for(
        &mut self,
        batches: &[i64],
        feed: &str,
        read_by: &str,
        version: &str,
        definition: &str,
    ) -> Result<()> {
        if read_by == version {
            return Ok(());
        }
        let sql = "UPDATE batches SET version = $1 WHERE feed = $2 AND version = $3 AND derived_in IS NULL";
        let waiting = sqlx::query(sql).bind(version).bind(feed).bind(read_by);
        let waiting = waiting.execute(&mut *self.transaction).await?.rows_affected();
        for chunk in batches.chunks(ROWS) {
            let list = bulk::list_from(self.store.dialect, 1, chunk.len());
            let set = if self.store.dialect == Dialect::Sqlite { "?" } else { "$1" };
            let sql = format!("UPDATE batches SET version = {set} WHERE id IN ({list})");
            let mut query = sqlx::query(AssertSqlSafe(sql)).bind(version);
            for batch in chunk {
                query = query.bind(batch);
            }
            query.execute(&mut *self.transaction).await?;
        }
        if waiting > 0 || !batches.is_empty() {
            self.keep_definition(feed, version, definition).await?;
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

    /// Sums up again which codes of a feed no mapping knows: one by one as many as are counted so when they come, in the
    /// order in which they came.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn sum_up_codes(&mut self, feed: &str) -> Result<()> {
        sqlx::query("DELETE FROM feed_unmapped WHERE feed = $1").bind(feed).execute(&mut *self.transaction).await?;
        let sql = "INSERT INTO feed_unmapped (feed, code, events) SELECT $1, code, CAST(SUM(events) AS BIGINT) FROM \
             (SELECT CASE WHEN place <= $3 THEN code ELSE $2 END AS code, total AS events FROM \
              (SELECT code, total, ROW_NUMBER() OVER \
                 (ORDER BY batch, CASE WHEN code = $2 THEN 1 ELSE 0 END, events DESC, code) AS place FROM \
               (SELECT code, batch, events, SUM(events) OVER (PARTITION BY code) AS total, \
                  ROW_NUMBER() OVER (PARTITION BY code ORDER BY batch) AS nth \
                FROM batch_codes WHERE feed = $1 AND unmapped = 1) counted \
               WHERE nth = 1) placed) named GROUP BY code";
        let insert = sqlx::query(sql).bind(feed).bind(FURTHER_CODES).bind(CODES);
        insert.execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// Has everything that a feed on probation brought read again; nothing of it is in any parcel. Gives how many batches
    /// stay as they were read, because their bytes are gone.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn reread_probation(&mut self, feed: &str, version: &str, definition: &str) -> Result<i64> {
        let switched_on = self.forget_probation(feed).await?;
        self.keep_definition(feed, version, definition).await?;
        sqlx::query("UPDATE batches SET version = $1 WHERE feed = $2 AND derived_in IS NULL")
            .bind(version)
            .bind(feed)
            .execute(&mut *self.transaction)
            .await?;
        Ok(switched_on.gone)
    }
}

/// What was kept of a batch in place of its bytes.
fn summary_of(batch: &str) -> String {
    format!("(SELECT 1 FROM batch_summaries s WHERE s.batch = {batch})")
}
