//! What each feed has brought, summed up.

use domain::view::{FeedView, RejectionView, Standing, UnmappedCode, utc_time};
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::{Result, Revision, Store};

/// How many rejection reasons and codes of a feed are listed.
const LISTED: i64 = 100;
/// Milliseconds in an hour.
const HOUR_MS: i64 = 3_600_000;

/// What deriving a batch found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchSummary {
    /// The batch.
    pub batch: i64,
    /// Its feed.
    pub feed: String,
    /// When it came, UTC epoch milliseconds.
    pub received_at: i64,
    /// When its latest event happened, UTC epoch milliseconds.
    pub latest_event: Option<i64>,
    /// Rows in it.
    pub rows: i64,
    /// Events in it.
    pub events: i64,
    /// Of these, known before.
    pub duplicates: i64,
    /// Rows rejected.
    pub rejected: i64,
    /// Rejected rows by field and reason.
    pub rejections: Vec<Rejection>,
    /// Raw codes: whether unmapped, and how many events.
    pub codes: Vec<(String, bool, i64)>,
}

/// Rejected rows of one field and reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The field at fault.
    pub field: String,
    /// What is wrong with it.
    pub reason: String,
    /// How many rows.
    pub rows: i64,
    /// Where one of them is.
    pub example: String,
}

/// When a feed last brought something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedTotals {
    /// When data last came, UTC epoch milliseconds.
    pub last_received: i64,
    /// When the latest event that it told of happened, UTC epoch milliseconds.
    pub latest_event: Option<i64>,
}

impl Revision {
    /// Adds what a batch brought to its feed's totals.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn add_summary(&mut self, summary: &BatchSummary) -> Result<()> {
        sqlx::query(
            "INSERT INTO feed_totals (feed, last_received, latest_event, batches, row_count, events, duplicates, rejected) \
             VALUES ($1, $2, $3, 1, $4, $5, $6, $7) ON CONFLICT (feed) DO UPDATE SET \
             last_received = CASE WHEN excluded.last_received > feed_totals.last_received \
                 THEN excluded.last_received ELSE feed_totals.last_received END, \
             latest_event = CASE WHEN feed_totals.latest_event IS NULL OR excluded.latest_event > feed_totals.latest_event \
                 THEN excluded.latest_event ELSE feed_totals.latest_event END, \
             batches = feed_totals.batches + 1, row_count = feed_totals.row_count + excluded.row_count, \
             events = feed_totals.events + excluded.events, duplicates = feed_totals.duplicates + excluded.duplicates, \
             rejected = feed_totals.rejected + excluded.rejected",
        )
        .bind(&summary.feed)
        .bind(summary.received_at)
        .bind(summary.latest_event)
        .bind(summary.rows)
        .bind(summary.events)
        .bind(summary.duplicates)
        .bind(summary.rejected)
        .execute(&mut *self.transaction)
        .await?;
        sqlx::query(
            "INSERT INTO feed_hours (feed, hour, events) VALUES ($1, $2, $3) \
             ON CONFLICT (feed, hour) DO UPDATE SET events = feed_hours.events + excluded.events",
        )
        .bind(&summary.feed)
        .bind(summary.received_at.div_euclid(HOUR_MS))
        .bind(summary.events)
        .execute(&mut *self.transaction)
        .await?;
        self.add_rejections(summary).await?;
        self.add_codes(summary).await
    }

    async fn add_rejections(&mut self, summary: &BatchSummary) -> Result<()> {
        for rejection in &summary.rejections {
            sqlx::query(
                "INSERT INTO feed_rejections (feed, field, reason, row_count, example) VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT (feed, field, reason) DO UPDATE SET row_count = feed_rejections.row_count + excluded.row_count",
            )
            .bind(&summary.feed)
            .bind(&rejection.field)
            .bind(&rejection.reason)
            .bind(rejection.rows)
            .bind(&rejection.example)
            .execute(&mut *self.transaction)
            .await?;
        }
        Ok(())
    }

    async fn add_codes(&mut self, summary: &BatchSummary) -> Result<()> {
        for (code, unmapped, events) in &summary.codes {
            sqlx::query(
                "INSERT INTO batch_codes (feed, code, batch, unmapped, events) VALUES ($1, $2, $3, $4, $5) \
                 ON CONFLICT DO NOTHING",
            )
            .bind(&summary.feed)
            .bind(code)
            .bind(summary.batch)
            .bind(i64::from(*unmapped))
            .bind(events)
            .execute(&mut *self.transaction)
            .await?;
            if *unmapped {
                sqlx::query(
                    "INSERT INTO feed_unmapped (feed, code, events) VALUES ($1, $2, $3) \
                     ON CONFLICT (feed, code) DO UPDATE SET events = feed_unmapped.events + excluded.events",
                )
                .bind(&summary.feed)
                .bind(code)
                .bind(events)
                .execute(&mut *self.transaction)
                .await?;
            }
        }
        Ok(())
    }
}

impl Store {
    /// When each feed that is counted last brought something.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn feed_totals(&self) -> Result<Vec<FeedTotals>> {
        let sql = "SELECT last_received, latest_event FROM feed_totals \
                   WHERE feed NOT IN (SELECT feed FROM feeds WHERE probation = 1)";
        let rows = sqlx::query(sql).fetch_all(&self.pool).await?;
        rows.iter()
            .map(|row| Ok(FeedTotals { last_received: row.try_get(0)?, latest_event: row.try_get(1)? }))
            .collect()
    }

    /// Every feed that has brought something, by name. `since` is when "the last day" begins.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn list_feeds(&self, since: i64) -> Result<Vec<FeedView>> {
        let rows = sqlx::query(
            "SELECT feed, last_received, latest_event, batches, row_count, events, duplicates, rejected, \
             (SELECT CAST(COALESCE(SUM(h.events), 0) AS BIGINT) FROM feed_hours h \
              WHERE h.feed = t.feed AND h.hour > $1), \
             (SELECT f.probation FROM feeds f WHERE f.feed = t.feed) \
             FROM feed_totals t ORDER BY feed",
        )
        .bind(since.div_euclid(HOUR_MS))
        .fetch_all(&self.pool)
        .await?;
        let mut feeds = Vec::with_capacity(rows.len());
        for row in rows {
            let name: String = row.try_get(0)?;
            let (rejections, unmapped) = (self.rejections(&name).await?, self.unmapped(&name).await?);
            feeds.push(FeedView {
                rejections,
                unmapped,
                faults: self.set_aside_of(&name).await?,
                last_received: Some(utc_time(row.try_get(1)?)),
                complete_until: row.try_get::<Option<i64>, _>(2)?.map(utc_time),
                batches: row.try_get(3)?,
                rows: row.try_get(4)?,
                events: row.try_get(5)?,
                duplicates: row.try_get(6)?,
                rejected: row.try_get(7)?,
                events_last_day: row.try_get(8)?,
                standing: match row.try_get(9)? {
                    Some(1_i64) => Standing::Probation,
                    _ => Standing::Counted,
                },
                name,
            });
        }
        Ok(feeds)
    }

    /// Batches that can no longer be read, in words.
    async fn set_aside_of(&self, feed: &str) -> Result<Vec<String>> {
        let sql = "SELECT id, fault FROM batches WHERE feed = $1 AND fault IS NOT NULL ORDER BY id LIMIT $2";
        let rows = sqlx::query(sql).bind(feed).bind(LISTED).fetch_all(&self.pool).await?;
        let words =
            |id: i64, fault: String| format!("batch {id:x} is set aside, since it can no longer be read: {fault}");
        rows.iter().map(|row| Ok(words(row.try_get(0)?, row.try_get(1)?))).collect()
    }

    async fn rejections(&self, feed: &str) -> Result<Vec<RejectionView>> {
        let rows = sqlx::query(
            "SELECT field, reason, row_count, example FROM feed_rejections WHERE feed = $1 \
             ORDER BY row_count DESC, field, reason LIMIT $2",
        )
        .bind(feed)
        .bind(LISTED)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(RejectionView {
                    field: row.try_get(0)?,
                    reason: row.try_get(1)?,
                    n: row.try_get(2)?,
                    example: row.try_get(3)?,
                })
            })
            .collect()
    }

    async fn unmapped(&self, feed: &str) -> Result<Vec<UnmappedCode>> {
        let rows =
            sqlx::query(
                "SELECT code, events, (SELECT MAX(b.received_at) FROM batch_codes c JOIN batches b ON b.id = c.batch \
                 WHERE c.feed = u.feed AND c.code = u.code) \
                 FROM feed_unmapped u WHERE feed = $1 ORDER BY events DESC, code LIMIT $2",
            )
                .bind(feed)
                .bind(LISTED)
                .fetch_all(&self.pool)
                .await?;
        let code = |row: &AnyRow| {
            let last_received = row.try_get::<Option<i64>, _>(2)?.map(utc_time);
            Ok(UnmappedCode { code: row.try_get(0)?, n: row.try_get(1)?, last_received })
        };
        rows.iter().map(code).collect()
    }
}
