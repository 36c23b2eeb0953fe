//! Which feeds are counted, and which are only shown.

use std::collections::BTreeSet;

use domain::view::Standing;
use sqlx::Row;

use crate::deleted::summary_from_bytes;
use crate::{Result, Revision, Store};

/// What `batches.derived_in` holds of a batch that was read and is not counted.
pub(crate) const KEPT: i64 = 0;

/// What a feed has brought that is counted from now on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SwitchedOn {
    /// Batches that wait to be derived.
    pub waiting: i64,
    /// Batches that cannot be counted, because their bytes were deleted before; they stay shown.
    pub gone: i64,
}

impl Store {
    /// Where a feed stands. One that has never brought anything begins as `newcomer` and stays so until it is switched
    /// on. A definition alone, which a replay may have kept, is nothing that was brought.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn standing(&self, feed: &str, newcomer: Standing) -> Result<Standing> {
        let sql = "SELECT (SELECT probation FROM feeds WHERE feed = $1), \
                   (SELECT id FROM batches WHERE feed = $1 LIMIT 1)";
        let row = sqlx::query(sql).bind(feed).fetch_one(&self.pool).await?;
        match (row.try_get::<Option<i64>, _>(0)?, row.try_get::<Option<i64>, _>(1)?) {
            (Some(1), _) => Ok(Standing::Probation),
            (None, None) if newcomer == Standing::Probation => {
                let _turn = self.turn().await;
                let insert = sqlx::query("INSERT INTO feeds (feed, probation) VALUES ($1, 1) ON CONFLICT DO NOTHING");
                insert.bind(feed).execute(&self.pool).await?;
                Ok(Standing::Probation)
            }
            _ => Ok(Standing::Counted),
        }
    }

    /// Whether somebody has had a feed counted.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn is_switched_on(&self, feed: &str) -> Result<bool> {
        let sql = "SELECT probation FROM feeds WHERE feed = $1 AND probation = 0";
        Ok(sqlx::query(sql).bind(feed).fetch_optional(&self.pool).await?.is_some())
    }

    /// How many batches of a feed on probation have lost their bytes.
    pub(crate) async fn kept_without_bytes(&self, feed: &str) -> Result<i64> {
        let sql = "SELECT COUNT(*) FROM batch_summaries s JOIN batches b ON b.id = s.batch \
                   WHERE b.feed = $1 AND b.derived_in = $2";
        Ok(sqlx::query(sql).bind(feed).bind(KEPT).fetch_one(&self.pool).await?.try_get(0)?)
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
        self.mark(batches, KEPT).await
    }

    /// Has a feed counted. What it brought meanwhile waits to be derived as if it came now, and its totals with it.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn switch_on(&mut self, feed: &str) -> Result<SwitchedOn> {
        let known = sqlx::query("SELECT 1 FROM feeds WHERE feed = $1 AND probation = 1").bind(feed);
        let was_on_probation = known.fetch_optional(&mut *self.transaction).await?.is_some();
        let counted =
            "INSERT INTO feeds (feed, probation) VALUES ($1, 0) ON CONFLICT (feed) DO UPDATE SET probation = 0";
        sqlx::query(counted).bind(feed).execute(&mut *self.transaction).await?;
        if was_on_probation { self.forget_probation(feed).await } else { Ok(SwitchedOn::default()) }
    }

    /// Empties what was summed up of a feed on probation and marks its batches as waiting. Of those whose bytes are gone
    /// nothing is known but what they brought: that stays.
    pub(crate) async fn forget_probation(&mut self, feed: &str) -> Result<SwitchedOn> {
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
        let waiting = "UPDATE batches SET derived_in = NULL, duplicates = NULL WHERE feed = $1 AND derived_in = $2 \
                       AND NOT EXISTS (SELECT 1 FROM batch_summaries s WHERE s.batch = batches.id)";
        let waiting = sqlx::query(waiting).bind(feed).bind(KEPT).execute(&mut *self.transaction).await?;
        let gone = "SELECT s.summary FROM batch_summaries s JOIN batches b ON b.id = s.batch \
                    WHERE b.feed = $1 AND b.derived_in = $2 ORDER BY b.id";
        let gone = sqlx::query(gone).bind(feed).bind(KEPT).fetch_all(&mut *self.transaction).await?;
        let summaries = gone.iter().map(|row| summary_from_bytes(row.try_get(0)?)).collect::<Result<Vec<_>>>()?;
        self.add_summaries(&summaries.into_iter().flatten().collect::<Vec<_>>()).await?;
        Ok(SwitchedOn { waiting: waiting.rows_affected() as i64, gone: gone.len() as i64 })
    }
}
