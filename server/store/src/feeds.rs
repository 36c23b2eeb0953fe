//! What each feed has brought, summed up.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use domain::rejected::Kind;
use domain::view::{FeedView, RejectionView, Standing, UnmappedCode, utc_time};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use crate::bulk::{self, ROWS};
use crate::inbox::received_at;
use crate::{Result, Revision, Store};

/// How many rejection reasons and codes of a feed are listed.
const LISTED: i64 = 100;
/// Unmapped codes of a feed that are counted one by one; what comes beyond is counted together.
pub(crate) const CODES: i64 = 10_000;
/// What codes that are counted together are called.
pub const FURTHER_CODES: &str = "(further codes)";
/// Milliseconds in an hour.
const HOUR_MS: i64 = 3_600_000;

/// What deriving a batch found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// The field at fault.
    pub field: String,
    /// What is wrong with it.
    pub reason: String,
    /// How many rows.
    pub rows: i64,
    /// Where one of them is.
    pub example: String,
    /// The number of the first of them; 0 where these are no rows that were rejected.
    #[serde(default)]
    pub first_row: i64,
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
    /// Adds what batches brought to their feeds' totals.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn add_summaries(&mut self, summaries: &[BatchSummary]) -> Result<()> {
        self.add_codes(summaries).await?;
        self.add_batch_rejections(summaries).await?;
        for summary in by_feed_and_hour(summaries) {
            self.add_to_totals(&summary).await?;
        }
        Ok(())
    }

    async fn add_to_totals(&mut self, BatchesOf { summary, batches, unmapped }: &BatchesOf) -> Result<()> {
        sqlx::query(
            "INSERT INTO feed_totals (feed, last_received, latest_event, batches, row_count, events, duplicates, rejected) \
             VALUES ($1, $2, $3, $8, $4, $5, $6, $7) ON CONFLICT (feed) DO UPDATE SET \
             last_received = CASE WHEN excluded.last_received > feed_totals.last_received \
                 THEN excluded.last_received ELSE feed_totals.last_received END, \
             latest_event = CASE WHEN feed_totals.latest_event IS NULL OR excluded.latest_event > feed_totals.latest_event \
                 THEN excluded.latest_event ELSE feed_totals.latest_event END, \
             batches = feed_totals.batches + excluded.batches, row_count = feed_totals.row_count + excluded.row_count, \
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
        .bind(batches)
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
        self.add_unmapped(&summary.feed, unmapped).await
    }

    pub(crate) async fn add_rejections(&mut self, summary: &BatchSummary) -> Result<()> {
        for rejection in &summary.rejections {
            sqlx::query(
                "INSERT INTO feed_rejections (feed, field, reason, row_count, example, kind) VALUES ($1, $2, $3, $4, $5, $6) \
                 ON CONFLICT (feed, field, reason) DO UPDATE SET row_count = feed_rejections.row_count + excluded.row_count",
            )
            .bind(&summary.feed)
            .bind(&rejection.field)
            .bind(&rejection.reason)
            .bind(rejection.rows)
            .bind(&rejection.example)
            .bind(rejection.kind().0)
            .execute(&mut *self.transaction)
            .await?;
        }
        Ok(())
    }

    /// Counts unmapped codes in the order in which they came, so that it does not matter how many come at a time.
    async fn add_unmapped(&mut self, feed: &str, unmapped: &[(String, i64)]) -> Result<()> {
        if unmapped.is_empty() {
            return Ok(());
        }
        let sql = "SELECT COUNT(*) FROM feed_unmapped WHERE feed = $1";
        let known: i64 = sqlx::query(sql).bind(feed).fetch_one(&mut *self.transaction).await?.try_get(0)?;
        let mut room = CODES - known;
        for (code, events) in unmapped {
            if self.add_to_known_code(feed, code, *events).await? {
                continue;
            }
            let code = if room > 0 { code.as_str() } else { FURTHER_CODES };
            room -= 1;
            sqlx::query(
                "INSERT INTO feed_unmapped (feed, code, events) VALUES ($1, $2, $3) \
                 ON CONFLICT (feed, code) DO UPDATE SET events = feed_unmapped.events + excluded.events",
            )
            .bind(feed)
            .bind(code)
            .bind(events)
            .execute(&mut *self.transaction)
            .await?;
        }
        Ok(())
    }

    /// Counts an unmapped code that is known already; whether it is.
    async fn add_to_known_code(&mut self, feed: &str, code: &str, events: i64) -> Result<bool> {
        let sql = "UPDATE feed_unmapped SET events = events + $1 WHERE feed = $2 AND code = $3";
        let done = sqlx::query(sql).bind(events).bind(feed).bind(code).execute(&mut *self.transaction).await?;
        Ok(done.rows_affected() == 1)
    }

    async fn add_codes(&mut self, summaries: &[BatchSummary]) -> Result<()> {
        let rows: Vec<_> =
            summaries.iter().flat_map(|summary| summary.codes.iter().map(move |c| (summary, c))).collect();
        for chunk in rows.chunks(ROWS) {
            let values = bulk::rows(self.store.dialect, chunk.len(), 5);
            let sql = format!(
                "INSERT INTO batch_codes (feed, code, batch, unmapped, events) VALUES {values} ON CONFLICT DO NOTHING"
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for (summary, (code, unmapped, events)) in chunk {
                query =
                    query.bind(&summary.feed).bind(code).bind(summary.batch).bind(i64::from(*unmapped)).bind(events);
            }
            query.execute(&mut *self.transaction).await?;
        }
        Ok(())
    }
}

/// Batches of one feed that came in one hour, summed up.
struct BatchesOf {
    summary: BatchSummary,
    batches: i64,
    /// Codes that no mapping knows, in the order in which they came, and their events.
    unmapped: Vec<(String, i64)>,
}

/// Many small batches change a feed's totals once.
fn by_feed_and_hour(summaries: &[BatchSummary]) -> Vec<BatchesOf> {
    let mut sums: BTreeMap<(&str, i64), BatchesOf> = BTreeMap::new();
    for batch in summaries {
        let sum = match sums.entry((batch.feed.as_str(), batch.received_at.div_euclid(HOUR_MS))) {
            Entry::Vacant(entry) => {
                entry.insert(BatchesOf { summary: batch.clone(), batches: 1, unmapped: Vec::new() })
            }
            Entry::Occupied(entry) => {
                let sum = entry.into_mut();
                sum.batches += 1;
                sum.summary.add(batch);
                sum
            }
        };
        for (code, _, events) in batch.codes.iter().filter(|(_, unmapped, _)| *unmapped) {
            sum.unmapped.push((code.clone(), *events));
        }
    }
    sums.into_values().collect()
}

impl BatchSummary {
    /// Adds what another batch of the feed brought, but for its codes.
    fn add(&mut self, other: &Self) {
        self.received_at = self.received_at.max(other.received_at);
        self.latest_event = self.latest_event.max(other.latest_event);
        self.rows += other.rows;
        self.events += other.events;
        self.duplicates += other.duplicates;
        self.rejected += other.rejected;
        for rejection in &other.rejections {
            match self.rejections.iter_mut().find(|r| r.field == rejection.field && r.reason == rejection.reason) {
                Some(known) => known.rows += rejection.rows,
                None => self.rejections.push(rejection.clone()),
            }
        }
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
             (SELECT f.probation FROM feeds f WHERE f.feed = t.feed), \
             (SELECT COUNT(s.mended_in) FROM settled_rows s WHERE s.feed = t.feed), \
             (SELECT COUNT(*) FROM settled_rows s WHERE s.feed = t.feed AND s.mended_in IS NULL) \
             FROM feed_totals t ORDER BY feed",
        )
        .bind(since.div_euclid(HOUR_MS))
        .fetch_all(&self.pool)
        .await?;
        let mut feeds = Vec::with_capacity(rows.len());
        for row in rows {
            let name: String = row.try_get(0)?;
            let (rejections, unmapped) = (self.rejections(&name).await?, self.unmapped(&name).await?);
            let (unmapped_codes, unmapped_events) = self.all_unmapped(&name).await?;
            let standing = match row.try_get(9)? {
                Some(1_i64) => Standing::Probation,
                _ => Standing::Counted,
            };
            feeds.push(FeedView {
                rejections,
                unmapped,
                unmapped_codes,
                unmapped_events,
                faults: self.set_aside_of(&name).await?,
                last_received: Some(utc_time(row.try_get(1)?)),
                complete_until: row.try_get::<Option<i64>, _>(2)?.map(utc_time),
                batches: row.try_get(3)?,
                rows: row.try_get(4)?,
                events: row.try_get(5)?,
                duplicates: row.try_get(6)?,
                rejected: row.try_get(7)?,
                events_last_day: row.try_get(8)?,
                out_of_reach: match standing {
                    Standing::Probation => self.kept_without_bytes(&name).await?,
                    Standing::Counted => 0,
                },
                mended: row.try_get(10)?,
                dismissed: row.try_get(11)?,
                standing,
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
            "SELECT r.field, r.reason, r.row_count, r.example, r.kind, b.batch, b.first_row FROM feed_rejections r \
             LEFT JOIN batch_rejections b ON b.feed = r.feed AND b.kind = r.kind AND b.batch = \
                 (SELECT MAX(n.batch) FROM batch_rejections n WHERE n.feed = r.feed AND n.kind = r.kind) \
             WHERE r.feed = $1 ORDER BY r.row_count DESC, r.field, r.reason LIMIT $2",
        )
        .bind(feed)
        .bind(LISTED)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let newest = row.try_get::<Option<i64>, _>(5)?.zip(row.try_get::<Option<i64>, _>(6)?);
                Ok(RejectionView {
                    field: row.try_get(0)?,
                    reason: row.try_get(1)?,
                    n: row.try_get(2)?,
                    example: match newest {
                        Some((batch, row)) => format!("batch {batch:x}, row {row}"),
                        None => row.try_get(3)?,
                    },
                    kind: newest.and_then(|_| row.try_get::<Option<i64>, _>(4).ok()?).map(Kind),
                })
            })
            .collect()
    }

    /// How many codes of a feed no mapping knows, and how many events have them.
    async fn all_unmapped(&self, feed: &str) -> Result<(i64, i64)> {
        let sql = "SELECT COUNT(*), CAST(COALESCE(SUM(events), 0) AS BIGINT) FROM feed_unmapped WHERE feed = $1";
        let row = sqlx::query(sql).bind(feed).fetch_one(&self.pool).await?;
        Ok((row.try_get(0)?, row.try_get(1)?))
    }

    async fn unmapped(&self, feed: &str) -> Result<Vec<UnmappedCode>> {
        let rows = sqlx::query(
            "SELECT code, events, (SELECT MAX(c.batch) FROM batch_codes c WHERE c.feed = u.feed AND c.code = u.code) \
                 FROM feed_unmapped u WHERE feed = $1 ORDER BY events DESC, code LIMIT $2",
        )
        .bind(feed)
        .bind(LISTED)
        .fetch_all(&self.pool)
        .await?;
        let code = |row: &AnyRow| {
            let last_received = row.try_get::<Option<i64>, _>(2)?.map(|batch| utc_time(received_at(batch)));
            Ok(UnmappedCode { code: row.try_get(0)?, n: row.try_get(1)?, last_received })
        };
        rows.iter().map(code).collect()
    }
}
