//! One change of the derived tables: parcels, cells, totals, revision and the inbox's marks commit together.

use domain::cell::Delta;
use sqlx::any::AnyRow;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};
use tokio::sync::OwnedMutexGuard;

use crate::bulk::{self, ROWS};
use crate::generation::Next;
use crate::inbox::{self, PendingBatch};
use crate::piece::packed;
use crate::{Dialect, Result, Store};

/// A transaction over everything that is derived. Dropped without [`Revision::commit`], nothing has happened.
pub struct Revision {
    pub(crate) transaction: Transaction<'static, Any>,
    pub(crate) store: Store,
    /// The number of the revision that commits.
    pub number: i64,
    /// Up to when deadlines have been judged, UTC epoch milliseconds.
    pub judged_until: i64,
    /// The terms that the figures are judged by: all editions up to this number.
    pub terms: i64,
    /// The generation of cells that is being made beside the one that is shown, if one is.
    pub next: Option<Next>,
    pub(crate) generation: i64,
    pub(crate) next_parcel: i64,
    _turn: OwnedMutexGuard<()>,
}

impl Store {
    /// Begins a change. Whoever else wants to change the derived tables waits, in this process and in others.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn begin_revision(&self) -> Result<Revision> {
        let turn = self.writer.clone().lock_owned().await;
        let mut transaction = self.pool.begin().await?;
        let row = sqlx::query(
            "UPDATE state SET revision = revision + 1 WHERE id = 1 \
             RETURNING revision, judged_until, next_parcel, generation, terms, next_terms, next_upto, next_rules",
        )
        .fetch_one(&mut *transaction)
        .await?;
        let next: Option<i64> = row.try_get(5)?;
        let (upto, rules) = (row.try_get(6)?, row.try_get(7)?);
        Ok(Revision {
            number: row.try_get(0)?,
            judged_until: row.try_get(1)?,
            next_parcel: row.try_get(2)?,
            generation: row.try_get(3)?,
            terms: row.try_get(4)?,
            next: next.map(|terms| Next { terms, rules, upto }),
            transaction,
            store: self.clone(),
            _turn: turn,
        })
    }
}

impl Revision {
    /// The database that is changed.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Batches that wait, oldest first: their identities and the versions of the definitions that read them, or `None` for
    /// the version of one of which rows were settled since.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn pending(&mut self, count: i64) -> Result<Vec<(i64, Option<String>)>> {
        let sql = "SELECT id, version, (SELECT COUNT(*) FROM settled_rows r WHERE r.batch = batches.id) FROM batches \
                   WHERE derived_in IS NULL AND fault IS NULL ORDER BY id LIMIT $1";
        let rows = sqlx::query(sql).bind(count).fetch_all(&mut *self.transaction).await?;
        let waiting = |row: &AnyRow| {
            let version = (row.try_get::<i64, _>(2)? == 0).then(|| row.try_get(1)).transpose()?;
            Ok((row.try_get(0)?, version))
        };
        rows.iter().map(waiting).collect()
    }

    /// A batch with its bytes.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn batch(&mut self, id: i64) -> Result<PendingBatch> {
        let sql = format!("{} WHERE b.id = $1", inbox::select_pending(""));
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).fetch_one(&mut *self.transaction).await?;
        inbox::pending(&mut self.transaction, &row).await
    }

    /// Marks batches as derived, each with the number of its events that were known before.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn mark_derived(&mut self, batches: &[(i64, i64)]) -> Result<()> {
        let (new, known): (Vec<_>, Vec<_>) = batches.iter().partition(|(_, duplicates)| *duplicates == 0);
        let new: Vec<i64> = new.into_iter().map(|(batch, _)| batch).collect();
        self.mark(&new, self.number).await?;
        for (batch, duplicates) in known {
            sqlx::query("UPDATE batches SET derived_in = $1, duplicates = $2 WHERE id = $3")
                .bind(self.number)
                .bind(duplicates)
                .bind(batch)
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(())
    }

    /// Marks batches of which no event was known before.
    pub(crate) async fn mark(&mut self, batches: &[i64], derived_in: i64) -> Result<()> {
        for chunk in batches.chunks(ROWS) {
            let list = bulk::list_from(self.store.dialect, 1, chunk.len());
            let set = if self.store.dialect == Dialect::Sqlite { "?" } else { "$1" };
            let sql = format!("UPDATE batches SET derived_in = {set}, duplicates = 0 WHERE id IN ({list})");
            let mut query = sqlx::query(AssertSqlSafe(sql)).bind(derived_in);
            for batch in chunk {
                query = query.bind(batch);
            }
            query.execute(&mut *self.transaction).await?;
        }
        Ok(())
    }

    /// Has every batch of a feed read by this definition from now on.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn use_definition(&mut self, feed: &str, version: &str, definition: &str) -> Result<()> {
        self.keep_definition(feed, version, definition).await?;
        sqlx::query("UPDATE batches SET version = $1 WHERE feed = $2")
            .bind(version)
            .bind(feed)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Keeps a definition, so that history reads the same for ever.
    pub(crate) async fn keep_definition(&mut self, feed: &str, version: &str, definition: &str) -> Result<()> {
        sqlx::query("INSERT INTO feed_versions (feed, version, definition) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(feed)
            .bind(version)
            .bind(definition)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Batches that are set aside, because they could not be read.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn faulty_batches(&mut self) -> Result<Vec<i64>> {
        let sql = "SELECT id FROM batches WHERE fault IS NOT NULL \
                   AND NOT EXISTS (SELECT 1 FROM batch_summaries s WHERE s.batch = batches.id) ORDER BY id";
        let rows = sqlx::query(sql).fetch_all(&mut *self.transaction).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// Sets a waiting batch aside within this change.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn set_aside(&mut self, batch: i64, fault: &str) -> Result<()> {
        let update = sqlx::query(inbox::SET_ASIDE).bind(fault).bind(batch);
        update.execute(&mut *self.transaction).await?;
        Ok(())
    }

    /// Empties everything that is derived and marks every batch as waiting that can be read again.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn forget_derived(&mut self) -> Result<()> {
        for statement in [
            "DELETE FROM parcels",
            "DELETE FROM aliases",
            "DELETE FROM pieces",
            "DELETE FROM batch_codes",
            "DELETE FROM feed_totals",
            "DELETE FROM feed_hours",
            "DELETE FROM feed_rejections",
            "DELETE FROM batch_rejections",
            "DELETE FROM feed_unmapped",
            "DELETE FROM changes",
            "UPDATE batches SET derived_in = NULL, duplicates = NULL, fault = NULL \
             WHERE NOT EXISTS (SELECT 1 FROM batch_summaries s WHERE s.batch = batches.id)",
        ] {
            sqlx::query(statement).execute(&mut *self.transaction).await?;
        }
        self.next_parcel = 1;
        Ok(())
    }

    /// Commits with the deadlines judged up to `judged_until`. `delta` is what others add to the cells they hold;
    /// `None` tells them to read the cells again.
    ///
    /// # Errors
    /// Where the database fails; then nothing has happened.
    pub async fn commit(mut self, judged_until: i64, delta: Option<&Delta>) -> Result<i64> {
        sqlx::query("UPDATE state SET judged_until = $1, next_parcel = $2 WHERE id = 1")
            .bind(judged_until)
            .bind(self.next_parcel)
            .execute(&mut *self.transaction)
            .await?;
        // Nothing at all says: read the cells again.
        let bytes = delta.map(packed).transpose()?.unwrap_or_default();
        sqlx::query("INSERT INTO changes (revision, judged_until, delta) VALUES ($1, $2, $3)")
            .bind(self.number)
            .bind(judged_until)
            .bind(bytes)
            .execute(&mut *self.transaction)
            .await?;
        sqlx::query("DELETE FROM changes WHERE revision < $1")
            .bind(self.number - crate::cells::CHANGES_KEPT)
            .execute(&mut *self.transaction)
            .await?;
        self.transaction.commit().await?;
        Ok(self.number)
    }
}
