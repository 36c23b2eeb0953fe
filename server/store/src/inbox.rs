//! The inbox: what feeds sent, as it came. Committing a row is what an answer promises.

use std::collections::{BTreeSet, HashSet};

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Row};

use crate::bulk::{self, ROWS};
use crate::{Dialect, Result, Store, StoreError};

/// How often two writers that wait for each other are told to try again. PostgreSQL breaks such a ring by ending one.
const DEADLOCKS: usize = 3;

/// A body or a piece of a file, read and about to be stored.
#[derive(Debug, Clone)]
pub struct NewBatch {
    /// Its identity as it should be; another is chosen where it is taken.
    pub id: i64,
    /// The feed.
    pub feed: String,
    /// The version of the feed's definition that read it.
    pub version: String,
    /// The definition's text.
    pub definition: String,
    /// The format, by its stored word.
    pub format: String,
    /// When it came, UTC epoch milliseconds.
    pub received_at: i64,
    /// The number of its first row in the file it is a piece of.
    pub first_row: i64,
    /// The hash of what makes it the same as another.
    pub content_hash: String,
    /// The sender's own key, if it gave one.
    pub idempotency_key: Option<String>,
    /// The bytes as they came.
    pub bytes: Vec<u8>,
    /// What is answered, without the batch's identity.
    pub answer: String,
}

/// What the inbox says of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inserted {
    /// The batch's identity.
    pub id: i64,
    /// What is answered: for a repetition, what was answered the first time.
    pub answer: String,
    /// Whether it is new or a repetition.
    pub arrival: Arrival,
}

/// Whether something is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// First seen now.
    New,
    /// The same content or key has been taken before.
    Repeated,
}

/// A batch that waits to be taken into the derived tables, or is read again.
#[derive(Debug, Clone)]
pub struct PendingBatch {
    /// Its identity.
    pub id: i64,
    /// The feed.
    pub feed: String,
    /// The version of the definition that read it.
    pub version: String,
    /// The definition's text.
    pub definition: String,
    /// The format, by its stored word.
    pub format: String,
    /// When it came, UTC epoch milliseconds.
    pub received_at: i64,
    /// The number of its first row.
    pub first_row: i64,
    /// The bytes as they came.
    pub bytes: Vec<u8>,
}

impl Store {
    /// Puts batches into the inbox in one commit. When this returns they are on the disk.
    ///
    /// # Errors
    /// Where the database fails; then none of them was taken.
    pub async fn insert_batches(&self, batches: &[NewBatch]) -> Result<Vec<Inserted>> {
        let _turn = self.writer.lock().await;
        for _ in 0..DEADLOCKS {
            match self.try_insert(batches).await {
                Err(fault) if fault.is_deadlock() => {}
                done => return done,
            }
        }
        self.try_insert(batches).await
    }

    async fn try_insert(&self, batches: &[NewBatch]) -> Result<Vec<Inserted>> {
        let mut transaction = self.pool.begin().await?;
        // In one order, so that two nodes that are given the same content wait for each other and not in a ring.
        let mut order: Vec<usize> = (0..batches.len()).collect();
        order.sort_by_key(|&place| (&batches[place].feed, &batches[place].content_hash));
        let mut inserted: Vec<Option<Inserted>> = vec![None; batches.len()];
        for chunk in order.chunks(ROWS) {
            insert_new(&mut transaction, self.dialect, batches, chunk, &mut inserted).await?;
        }
        for place in order.into_iter().filter(|&place| inserted[place].is_none()).collect::<Vec<_>>() {
            inserted[place] = Some(insert(&mut transaction, self.dialect, &batches[place]).await?);
        }
        transaction.commit().await?;
        Ok(inserted.into_iter().flatten().collect())
    }

    /// How many events of a batch were known before; `None` while it waits to be derived, 0 where it is set aside.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn duplicates_in(&self, batch: i64) -> Result<Option<i64>> {
        let row = sqlx::query("SELECT CASE WHEN fault IS NULL THEN duplicates ELSE 0 END FROM batches WHERE id = $1")
            .bind(batch)
            .fetch_optional(&self.pool);
        Ok(row.await?.map(|row| row.try_get(0)).transpose()?.flatten())
    }

    /// Sets a batch aside that can no longer be read, so that others go on.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn set_aside(&self, batch: i64, fault: &str) -> Result<()> {
        let _turn = self.writer.lock().await;
        let update = sqlx::query("UPDATE batches SET fault = $1 WHERE id = $2 AND derived_in IS NULL");
        update.bind(fault).bind(batch).execute(&self.pool).await?;
        Ok(())
    }

    /// Whether anything of a feed was read by another version of its definition.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn has_other_version(&self, feed: &str, version: &str) -> Result<bool> {
        let sql = "SELECT 1 FROM feed_versions WHERE feed = $1 AND version <> $2";
        Ok(sqlx::query(sql).bind(feed).bind(version).fetch_optional(&self.pool).await?.is_some())
    }

    /// Whether any batch waits to be derived.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn has_pending_batches(&self) -> Result<bool> {
        let sql = "SELECT 1 FROM batches WHERE derived_in IS NULL AND fault IS NULL LIMIT 1";
        Ok(sqlx::query(sql).fetch_optional(&self.pool).await?.is_some())
    }

    /// How many batches wait to be derived.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn pending_batches(&self) -> Result<i64> {
        let row = sqlx::query("SELECT COUNT(*) FROM batches WHERE derived_in IS NULL AND fault IS NULL")
            .fetch_one(&self.pool)
            .await?;
        Ok(row.try_get(0)?)
    }
}

/// Inserts those of the batches at these places whose identity, content and key are new.
async fn insert_new(
    connection: &mut AnyConnection,
    dialect: Dialect,
    batches: &[NewBatch],
    places: &[usize],
    inserted: &mut [Option<Inserted>],
) -> Result<()> {
    let sql = format!("{INSERT} {} ON CONFLICT DO NOTHING RETURNING id", bulk::rows(dialect, places.len(), 8));
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for &place in places {
        query = bind(query, batches[place].id, &batches[place]);
    }
    let rows = query.fetch_all(&mut *connection).await?;
    let mut new: HashSet<i64> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    // Of several with one identity the first was inserted.
    let places: Vec<usize> = places.iter().copied().filter(|&place| new.remove(&batches[place].id)).collect();
    for &place in &places {
        inserted[place] = Some(newly(batches[place].id, &batches[place]));
    }
    let bodies: Vec<_> = places.iter().map(|&place| (batches[place].id, &batches[place])).collect();
    insert_bodies(connection, dialect, &bodies).await
}

/// Inserts a batch under the next identity that is free, or finds what it repeats.
async fn insert(connection: &mut AnyConnection, dialect: Dialect, batch: &NewBatch) -> Result<Inserted> {
    for id in batch.id..batch.id + 1000 {
        let known = find(connection, &batch.feed, &batch.content_hash, batch.idempotency_key.as_deref()).await?;
        if let Some(known) = known {
            return Ok(known);
        }
        let sql = format!("{INSERT} ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING");
        let query = bind(sqlx::query(AssertSqlSafe(sql)), id, batch);
        if query.execute(&mut *connection).await?.rows_affected() == 1 {
            insert_bodies(connection, dialect, &[(id, batch)]).await?;
            return Ok(newly(id, batch));
        }
    }
    Err(StoreError::Damaged("no free identity for a batch".into()))
}

fn newly(id: i64, batch: &NewBatch) -> Inserted {
    Inserted { id, answer: batch.answer.clone(), arrival: Arrival::New }
}

const INSERT: &str = "INSERT INTO batches (id, feed, version, format, received_at, first_row, content_hash, \
     idempotency_key) VALUES";

fn bind<'q>(query: Query<'q, Any, AnyArguments>, id: i64, batch: &'q NewBatch) -> Query<'q, Any, AnyArguments> {
    query
        .bind(id)
        .bind(&batch.feed)
        .bind(&batch.version)
        .bind(&batch.format)
        .bind(batch.received_at)
        .bind(batch.first_row)
        .bind(&batch.content_hash)
        .bind(batch.idempotency_key.as_deref())
}

/// What the batches hold, and the definitions that read them.
async fn insert_bodies(connection: &mut AnyConnection, dialect: Dialect, batches: &[(i64, &NewBatch)]) -> Result<()> {
    let definitions: BTreeSet<_> = batches.iter().map(|(_, b)| (&b.feed, &b.version, &b.definition)).collect();
    for (feed, version, definition) in definitions {
        sqlx::query("INSERT INTO feed_versions (feed, version, definition) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(feed)
            .bind(version)
            .bind(definition)
            .execute(&mut *connection)
            .await?;
    }
    if batches.is_empty() {
        return Ok(());
    }
    let sql = format!("INSERT INTO bodies (batch, bytes, answer) VALUES {}", bulk::rows(dialect, batches.len(), 3));
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for (id, batch) in batches {
        query = query.bind(id).bind(compress(&batch.bytes)?).bind(compress(batch.answer.as_bytes())?);
    }
    query.execute(&mut *connection).await?;
    Ok(())
}

async fn find(connection: &mut AnyConnection, feed: &str, hash: &str, key: Option<&str>) -> Result<Option<Inserted>> {
    let row = sqlx::query(
        "SELECT b.id, o.answer FROM batches b JOIN bodies o ON o.batch = b.id \
         WHERE b.feed = $1 AND (b.content_hash = $2 OR b.idempotency_key = $3) ORDER BY b.id",
    )
    .bind(feed)
    .bind(hash)
    .bind(key)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let answer = String::from_utf8(decompress(row.try_get(1)?)?).map_err(|e| StoreError::Damaged(e.to_string()))?;
    Ok(Some(Inserted { id: row.try_get(0)?, answer, arrival: Arrival::Repeated }))
}

/// Columns of a [`PendingBatch`], for batches `b`.
pub(crate) const PENDING: &str = "SELECT b.id, b.feed, b.version, v.definition, b.format, b.received_at, b.first_row, \
     o.bytes FROM batches b JOIN bodies o ON o.batch = b.id \
     JOIN feed_versions v ON v.feed = b.feed AND v.version = b.version";

pub(crate) fn pending(row: &AnyRow) -> Result<PendingBatch> {
    Ok(PendingBatch {
        id: row.try_get(0)?,
        feed: row.try_get(1)?,
        version: row.try_get(2)?,
        definition: row.try_get(3)?,
        format: row.try_get(4)?,
        received_at: row.try_get(5)?,
        first_row: row.try_get(6)?,
        bytes: decompress(row.try_get(7)?)?,
    })
}

pub(crate) fn compress(bytes: &[u8]) -> Result<Vec<u8>> {
    zstd::bulk::compress(bytes, 1).map_err(|e| StoreError::Damaged(e.to_string()))
}

pub(crate) fn decompress(bytes: Vec<u8>) -> Result<Vec<u8>> {
    zstd::stream::decode_all(bytes.as_slice()).map_err(|e| StoreError::Damaged(e.to_string()))
}
