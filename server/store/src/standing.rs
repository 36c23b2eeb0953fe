//! Which feeds are counted, and which are only shown.

use std::collections::BTreeSet;

use domain::view::Standing;
use sqlx::Row;

use crate::{Result, Revision, Store};

/// What `batches.derived_in` holds of a batch that was read and is not counted.
const KEPT: i64 = 0;

impl Store {
    /// Where a feed stands. One that has never brought anything begins as `newcomer` and stays so until it is switched
    /// on.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn standing(&self, feed: &str, newcomer: Standing) -> Result<Standing> {
        let sql = "SELECT (SELECT probation FROM feeds WHERE feed = $1), \
                   (SELECT MIN(1) FROM feed_versions WHERE feed = $1)";
        let row = sqlx::query(sql).bind(feed).fetch_one(&self.pool).await?;
        match (row.try_get::<Option<i64>, _>(0)?, row.try_get::<Option<i64>, _>(1)?) {
            (Some(1), _) => Ok(Standing::Probation),
            (None, None) if newcomer == Standing::Probation => {
                let _turn = self.writer.lock().await;
                let insert = sqlx::query("INSERT INTO feeds (feed, probation) VALUES ($1, 1) ON CONFLICT DO NOTHING");
                insert.bind(feed).execute(&self.pool).await?;
                Ok(Standing::Probation)
            }
            _ => Ok(Standing::Counted),
        }
    }
}

impl Revision {
    /// The feeds that are shown and not counted.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn feeds_on_probation(&mut self) -> Result<BTreeSet<String>> {
        let rows = sqlx::query("SELECT feed FROM feeds WHERE probation = 1").fetch_all(&mut *self.transaction).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// Marks batches as read and not counted.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn mark_kept(&mut self, batches: &[i64]) -> Result<()> {
        for batch in batches {
            sqlx::query("UPDATE batches SET derived_in = $1, duplicates = 0 WHERE id = $2")
                .bind(KEPT)
                .bind(batch)
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(())
    }

    /// Has a feed counted. What it brought meanwhile waits to be derived as if it came now, and its totals with it; how
    /// many batches these are.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn switch_on(&mut self, feed: &str) -> Result<u64> {
        let known = sqlx::query("SELECT 1 FROM feeds WHERE feed = $1 AND probation = 1").bind(feed);
        let was_on_probation = known.fetch_optional(&mut *self.transaction).await?.is_some();
        let counted =
            "INSERT INTO feeds (feed, probation) VALUES ($1, 0) ON CONFLICT (feed) DO UPDATE SET probation = 0";
        sqlx::query(counted).bind(feed).execute(&mut *self.transaction).await?;
        if was_on_probation { self.forget_probation(feed).await } else { Ok(0) }
    }

    /// Empties what was summed up of a feed on probation and marks its batches as waiting; how many these are.
    pub(crate) async fn forget_probation(&mut self, feed: &str) -> Result<u64> {
        for statement in [
            "DELETE FROM feed_totals WHERE feed = $1",
            "DELETE FROM feed_hours WHERE feed = $1",
            "DELETE FROM feed_rejections WHERE feed = $1",
            "DELETE FROM batch_rejections WHERE feed = $1",
            "DELETE FROM feed_unmapped WHERE feed = $1",
            "DELETE FROM batch_codes WHERE feed = $1",
        ] {
            sqlx::query(statement).bind(feed).execute(&mut *self.transaction).await?;
        }
        let waiting = "UPDATE batches SET derived_in = NULL, duplicates = NULL WHERE feed = $1 AND derived_in = $2";
        let waiting = sqlx::query(waiting).bind(feed).bind(KEPT);
        Ok(waiting.execute(&mut *self.transaction).await?.rows_affected())
    }
}
