//! Rejected rows: of which kinds a batch has some, and what somebody has settled.

use std::collections::{BTreeMap, BTreeSet};

use domain::rejected::{Dismissal, Kind, RowName};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use crate::bulk::{self, ROWS};
use crate::{BatchSummary, Inserted, NewBatch, Rejection, Result, Revision, Store, StoreError, inbox};

/// Kinds of rejection that a batch adds to its feed's list; a file of noise has a reason a row.
const KINDS: usize = 50;
/// What reasons beyond these are called.
const FURTHER_REASONS: &str = "further reasons";
/// Batches whose answers are read at a time.
const BATCHES: i64 = 1000;

/// The rejected rows of a batch by field and reason.
#[derive(Debug, Default)]
pub struct Kinds<'a>(BTreeMap<(&'a str, &'a str), Rejection>);

impl<'a> Kinds<'a> {
    /// Counts a row; the kind that it is counted with. Rows come in their order.
    pub fn add(&mut self, row: u64, field: &'a str, reason: &'a str) -> Kind {
        let is_counted = self.0.len() < KINDS || self.0.contains_key(&(field, reason));
        let reason = if is_counted { reason } else { FURTHER_REASONS };
        let entry = self.0.entry((field, reason)).or_insert_with(|| Rejection {
            field: field.to_owned(),
            reason: reason.to_owned(),
            rows: 0,
            example: String::new(),
            first_row: row as i64,
        });
        entry.rows += 1;
        entry.kind()
    }

    /// What was counted.
    pub fn into_rejections(self) -> Vec<Rejection> {
        self.0.into_values().collect()
    }
}

impl Rejection {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        Kind::of(&self.field, &self.reason)
    }
}

impl BatchSummary {
    /// Takes rows out that were settled. `next` says for a kind which of its rows is the first one now.
    pub fn take_off(&mut self, row: u64, field: &str, reason: &str, next: impl FnOnce() -> Option<u64>) {
        self.rows -= 1;
        self.rejected -= 1;
        let is_it = |r: &&mut Rejection| r.field == field && (r.reason == reason || r.reason == FURTHER_REASONS);
        let Some(rejection) = self.rejections.iter_mut().filter(|r| r.first_row > 0).find(is_it) else { return };
        rejection.rows -= 1;
        if rejection.first_row == row as i64 {
            rejection.first_row = next().map_or(rejection.first_row, |row| row as i64);
        }
        self.rejections.retain(|rejection| rejection.rows > 0);
    }
}

/// What became of a rejected row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// This row stands in its place.
    Mended(RowName),
    /// It counts nowhere.
    Dismissed(Dismissal),
}

/// Whether a row could be settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settling {
    /// It is, from now on.
    New,
    /// It was settled before.
    Before(Fate),
}

impl Store {
    /// The batches of a feed that have rejected rows, of one kind or of any: the newest first, from `up_to` on.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn batches_with_rejected(
        &self,
        feed: &str,
        kind: Option<Kind>,
        up_to: i64,
        count: i64,
    ) -> Result<Vec<i64>> {
        let of_kind = if kind.is_some() { "kind = $4" } else { "$4 IS NULL" };
        let sql = format!(
            "SELECT DISTINCT batch FROM batch_rejections WHERE feed = $1 AND batch <= $2 AND {of_kind} \
             ORDER BY batch DESC LIMIT $3"
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(feed).bind(up_to).bind(count).bind(kind.map(|kind| kind.0));
        query.fetch_all(&self.pool).await?.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// The rows of a batch that somebody has settled.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn settled_rows(&self, batch: i64) -> Result<BTreeMap<u64, Fate>> {
        let sql = format!("{FATE} WHERE batch = $1");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(batch).fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok((row.try_get::<i64, _>(0)? as u64, fate(row)?))).collect()
    }

    /// For each row of a batch that stands in the place of another, which one that is.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn mended_by(&self, batch: i64) -> Result<BTreeMap<u64, RowName>> {
        let sql = "SELECT mended_row, batch, row_number FROM settled_rows WHERE mended_in = $1";
        let rows = sqlx::query(sql).bind(batch).fetch_all(&self.pool).await?;
        let name = |row: &AnyRow| {
            let name = RowName { batch: row.try_get(1)?, row: row.try_get::<i64, _>(2)? as u64 };
            Ok((row.try_get::<i64, _>(0)? as u64, name))
        };
        rows.iter().map(name).collect()
    }

    /// Finds the rejected rows of what earlier programs derived.
    pub(crate) async fn list_rejected(&self) -> Result<()> {
        let sql = "SELECT DISTINCT feed FROM feed_rejections WHERE kind IS NULL";
        if sqlx::query(sql).fetch_optional(&self.pool).await?.is_none() {
            return Ok(());
        }
        let mut revision = self.begin_revision().await?;
        for row in sqlx::query(sql).fetch_all(&mut *revision.transaction).await? {
            revision.list_rejected_of(row.try_get(0)?).await?;
        }
        let judged_until = revision.judged_until;
        revision.commit(judged_until, Some(&Default::default())).await?;
        Ok(())
    }
}

const FATE: &str = "SELECT row_number, mended_in, mended_row, dismissed_for FROM settled_rows";

fn fate(row: &AnyRow) -> Result<Fate> {
    let (batch, row_number) = (row.try_get::<Option<i64>, _>(1)?, row.try_get::<Option<i64>, _>(2)?);
    if let Some((batch, row)) = batch.zip(row_number) {
        return Ok(Fate::Mended(RowName { batch, row: row as u64 }));
    }
    let code: Option<i64> = row.try_get(3)?;
    let why = code.and_then(|code| Dismissal::from_code(u8::try_from(code).ok()?));
    why.map(Fate::Dismissed).ok_or_else(|| StoreError::Damaged("a row was settled in no way that is known".into()))
}

/// The rows of a batch that whoever reads it passes over.
pub(crate) async fn settled(connection: &mut AnyConnection, batch: i64) -> Result<BTreeSet<u64>> {
    let sql = "SELECT row_number FROM settled_rows WHERE batch = $1";
    let rows = sqlx::query(sql).bind(batch).fetch_all(connection).await?;
    rows.iter().map(|row| Ok(row.try_get::<i64, _>(0)? as u64)).collect()
}

impl Revision {
    /// Puts a batch into the inbox, together with what else changes.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn insert_batch(&mut self, batch: &NewBatch) -> Result<Inserted> {
        inbox::insert(&mut self.transaction, self.store.dialect, batch).await
    }

    /// Settles a rejected row, if nobody has. `now` is UTC epoch milliseconds.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn settle(&mut self, feed: &str, row: RowName, fate: Fate, now: i64) -> Result<Settling> {
        let (mended, why) = match fate {
            Fate::Mended(mended) => (Some(mended), None),
            Fate::Dismissed(why) => (None, Some(i64::from(why.code()))),
        };
        let done = sqlx::query(
            "INSERT INTO settled_rows (batch, row_number, feed, settled_at, mended_in, mended_row, dismissed_for) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (batch, row_number) DO NOTHING",
        )
        .bind(row.batch)
        .bind(row.row as i64)
        .bind(feed)
        .bind(now)
        .bind(mended.map(|mended| mended.batch))
        .bind(mended.map(|mended| mended.row as i64))
        .bind(why)
        .execute(&mut *self.transaction)
        .await?;
        if done.rows_affected() == 1 {
            return Ok(Settling::New);
        }
        let sql = format!("{FATE} WHERE batch = $1 AND row_number = $2");
        let known = sqlx::query(AssertSqlSafe(sql)).bind(row.batch).bind(row.row as i64);
        Ok(Settling::Before(self::fate(&known.fetch_one(&mut *self.transaction).await?)?))
    }

    /// The rows of a batch that somebody has settled.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn settled(&mut self, batch: i64) -> Result<BTreeSet<u64>> {
        settled(&mut self.transaction, batch).await
    }

    /// The version of the definition by which a batch is read, and whether its bytes are there; `None` while it waits.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn read_by(&mut self, batch: i64) -> Result<Option<(String, bool)>> {
        let sql = "SELECT version, (SELECT COUNT(*) FROM batch_summaries s WHERE s.batch = b.id) FROM batches b \
                   WHERE id = $1 AND derived_in IS NOT NULL";
        let row = sqlx::query(sql).bind(batch).fetch_optional(&mut *self.transaction).await?;
        row.map(|row| Ok((row.try_get(0)?, row.try_get::<i64, _>(1)? == 0))).transpose()
    }

    /// Counts what is rejected of a batch now in the place of what was, with its rows and nothing else.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn replace_rejections(&mut self, before: &BatchSummary, now: &BatchSummary) -> Result<()> {
        let totals = "UPDATE feed_totals SET row_count = row_count + $1, rejected = rejected + $2 WHERE feed = $3";
        sqlx::query(totals)
            .bind(now.rows - before.rows)
            .bind(now.rejected - before.rejected)
            .bind(&now.feed)
            .execute(&mut *self.transaction)
            .await?;
        let undone = before.rejections.iter().map(|r| Rejection { rows: -r.rows, ..r.clone() }).collect();
        self.add_rejections(&BatchSummary { rejections: undone, ..before.clone() }).await?;
        self.add_rejections(now).await?;
        self.drop_empty_rejections(&now.feed).await?;
        sqlx::query("DELETE FROM batch_rejections WHERE feed = $1 AND batch = $2")
            .bind(&now.feed)
            .bind(now.batch)
            .execute(&mut *self.transaction)
            .await?;
        self.add_batch_rejections(std::slice::from_ref(now)).await
    }

    /// Drops kinds of rejection of which no row is left.
    pub(crate) async fn drop_empty_rejections(&mut self, feed: &str) -> Result<()> {
        let sql = "DELETE FROM feed_rejections WHERE feed = $1 AND row_count <= 0";
        sqlx::query(sql).bind(feed).execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// Notes of which kinds batches have rejected rows.
    pub(crate) async fn add_batch_rejections(&mut self, summaries: &[BatchSummary]) -> Result<()> {
        let of_rows =
            |summary: &BatchSummary| summary.rejections.iter().filter(|r| r.rows > 0 && r.first_row > 0).count();
        let rows: Vec<_> = (summaries.iter().filter(|summary| of_rows(summary) > 0))
            .flat_map(|summary| summary.rejections.iter().map(move |rejection| (summary, rejection)))
            .filter(|(_, rejection)| rejection.rows > 0 && rejection.first_row > 0)
            .collect();
        for chunk in rows.chunks(ROWS) {
            let values = bulk::rows(self.store.dialect, chunk.len(), 4);
            let sql = format!(
                "INSERT INTO batch_rejections (feed, kind, batch, first_row) VALUES {values} ON CONFLICT DO NOTHING"
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for (summary, rejection) in chunk {
                query =
                    query.bind(&summary.feed).bind(rejection.kind().0).bind(summary.batch).bind(rejection.first_row);
            }
            query.execute(&mut *self.transaction).await?;
        }
        Ok(())
    }

    /// Finds the rejected rows of a feed in what was answered to it.
    async fn list_rejected_of(&mut self, feed: String) -> Result<()> {
        let sql = "SELECT field, reason FROM feed_rejections WHERE feed = $1 AND kind IS NULL";
        for row in sqlx::query(sql).bind(&feed).fetch_all(&mut *self.transaction).await? {
            let (field, reason): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            sqlx::query("UPDATE feed_rejections SET kind = $1 WHERE feed = $2 AND field = $3 AND reason = $4")
                .bind(Kind::of(&field, &reason).0)
                .bind(&feed)
                .bind(field)
                .bind(reason)
                .execute(&mut *self.transaction)
                .await?;
        }
        let sql = "SELECT b.id, o.answer FROM batches b JOIN bodies o ON o.batch = b.id \
                   WHERE b.feed = $1 AND b.id > $2 AND b.derived_in IS NOT NULL ORDER BY b.id LIMIT $3";
        let mut after = i64::MIN;
        loop {
            let batches =
                sqlx::query(sql).bind(&feed).bind(after).bind(BATCHES).fetch_all(&mut *self.transaction).await?;
            let Some(last) = batches.last() else { return Ok(()) };
            after = last.try_get(0)?;
            let mut summaries = Vec::new();
            for row in &batches {
                let answer: Answered = serde_json::from_slice(&inbox::decompress(row.try_get(1)?)?).unwrap_or_default();
                let mut kinds = Kinds::default();
                for rejected in &answer.rejections {
                    kinds.add(rejected.row, &rejected.field, &rejected.reason);
                }
                let (batch, rejections) = (row.try_get(0)?, kinds.into_rejections());
                summaries.push(BatchSummary { batch, feed: feed.clone(), rejections, ..BatchSummary::default() });
            }
            self.add_batch_rejections(&summaries).await?;
        }
    }
}

/// The rejected rows in an answer.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Answered {
    rejections: Vec<AnsweredRow>,
}

#[derive(Debug, Serialize, Deserialize)]
struct AnsweredRow {
    row: u64,
    field: String,
    reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_beyond_the_fiftieth_are_counted_together() {
        let reasons: Vec<String> = (0..60).map(|n| format!("reason {n}")).collect();
        let mut kinds = Kinds::default();
        let of: Vec<Kind> = reasons.iter().zip(2..).map(|(reason, row)| kinds.add(row, "at", reason)).collect();
        assert_eq!(kinds.add(99, "at", "reason 3"), of[3]);
        assert_eq!((of[50], of[59]), (Kind::of("at", FURTHER_REASONS), Kind::of("at", FURTHER_REASONS)));
        let rejections = kinds.into_rejections();
        let further = rejections.iter().find(|rejection| rejection.reason == FURTHER_REASONS);
        assert_eq!((rejections.len(), further.map(|r| (r.rows, r.first_row))), (51, Some((10, 52))));
    }

    #[test]
    fn a_row_that_was_settled_is_taken_off_its_kind() {
        let mut kinds = Kinds::default();
        for (row, reason) in [(2, "empty"), (3, "wrong"), (5, "empty")] {
            kinds.add(row, "at", reason);
        }
        let rejections = kinds.into_rejections();
        let mut summary = BatchSummary { rows: 9, rejected: 3, rejections, ..BatchSummary::default() };
        summary.take_off(2, "at", "empty", || Some(5));
        summary.take_off(3, "at", "wrong", || None);
        let left: Vec<_> = summary.rejections.iter().map(|r| (r.reason.as_str(), r.rows, r.first_row)).collect();
        assert_eq!((summary.rows, summary.rejected, left), (7, 1, vec![("empty", 1, 5)]));
    }

    #[tokio::test]
    async fn rejected_rows_that_earlier_programs_derived_are_found_once() {
        let store = Store::open("sqlite::memory:").await.unwrap();
        store.migrate().await.unwrap();
        let batch = NewBatch {
            id: 31,
            feed: "mine".into(),
            version: "v".into(),
            definition: String::new(),
            format: "csv".into(),
            received_at: 1,
            first_row: 1,
            content_hash: "h".into(),
            idempotency_key: None,
            bytes: Vec::new(),
            answer: r#"{"rows":2,"rejections":[{"row":4,"field":"at","reason":"is empty"}]}"#.into(),
        };
        store.insert_batches(&[batch]).await.unwrap();
        for sql in [
            "UPDATE batches SET derived_in = 1",
            "INSERT INTO feed_rejections (feed, field, reason, row_count, example) VALUES ('mine', 'at', 'is empty', 1, 'x')",
        ] {
            sqlx::query(sql).execute(&store.pool).await.unwrap();
        }
        let kind = Some(Kind::of("at", "is empty"));
        assert_eq!(store.batches_with_rejected("mine", kind, i64::MAX, 9).await.unwrap(), [0_i64; 0]);
        store.migrate().await.unwrap();
        let revision = store.revision().await.unwrap();
        store.migrate().await.unwrap();
        assert_eq!(store.revision().await.unwrap(), revision, "once is enough");
        for kind in [kind, None] {
            assert_eq!(store.batches_with_rejected("mine", kind, i64::MAX, 9).await.unwrap(), [31]);
        }
        assert_eq!(store.batches_with_rejected("mine", kind, 30, 9).await.unwrap(), [0_i64; 0]);
    }
}
