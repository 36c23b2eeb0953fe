//! Cells, slices and the changes that others follow.

use std::collections::BTreeSet;

use domain::Text;
use domain::cell::{
    BucketDelta, CellDelta, Cube, DIMENSIONS, Delta, Dimension, Distribution, MEASURES, Measure, Slice,
};
use futures::TryStreamExt;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use crate::bulk::{self, ROWS};
use crate::{Result, Revision, Store, StoreError, inbox};

/// How many revisions can be followed; who is further behind reads the cells again.
pub(crate) const CHANGES_KEPT: i64 = 2_000;

/// All cells, as of one revision.
#[derive(Debug, Clone, Default)]
pub struct StoredCells {
    /// The revision.
    pub revision: i64,
    /// Up to when deadlines have been judged, UTC epoch milliseconds.
    pub judged_until: i64,
    /// The cells, as a change from nothing.
    pub delta: Delta,
}

impl Store {
    /// The latest revision and up to when it has judged.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn revision(&self) -> Result<(i64, i64)> {
        let row = sqlx::query("SELECT revision, judged_until FROM state").fetch_one(&self.pool).await?;
        Ok((row.try_get(0)?, row.try_get(1)?))
    }

    /// Reads all cells.
    ///
    /// # Errors
    /// Where the database fails or holds what this program did not write.
    pub async fn read_cells(&self) -> Result<StoredCells> {
        let mut transaction = self.pool.begin().await?;
        if self.dialect == crate::Dialect::Postgres {
            // One moment for all that is read. SQLite reads so anyway.
            sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(&mut *transaction).await?;
        }
        let row = sqlx::query("SELECT revision, judged_until FROM state").fetch_one(&mut *transaction).await?;
        let (revision, judged_until) = (row.try_get(0)?, row.try_get(1)?);
        let mut delta = Delta::default();
        let mut place = std::collections::HashMap::new();
        let sql = format!("SELECT {} FROM slices", slice_columns());
        for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *transaction).await? {
            let (id, slice) = read_slice(&row)?;
            place.insert(id, delta.slices.len() as u32);
            delta.slices.push(slice);
        }
        let find = |id: i64| place.get(&id).copied().ok_or_else(|| StoreError::Damaged(format!("no slice {id}")));
        let sql = format!("SELECT slice, period, {} FROM cells", measure_columns());
        let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(&mut *transaction);
        while let Some(row) = rows.try_next().await? {
            let mut counts = [0; MEASURES];
            for (index, count) in counts.iter_mut().enumerate() {
                *count = row.try_get(index + 2)?;
            }
            delta.cells.push(CellDelta { slice: find(row.try_get(0)?)?, period: small(&row, 1)?, counts });
        }
        drop(rows);
        let mut rows =
            sqlx::query("SELECT slice, period, distribution, bucket, n FROM buckets").fetch(&mut *transaction);
        while let Some(row) = rows.try_next().await? {
            let distribution = Distribution::from_code(small(&row, 2)? as u8)
                .ok_or_else(|| StoreError::Damaged("an unknown distribution".into()))?;
            delta.buckets.push(BucketDelta {
                slice: find(row.try_get(0)?)?,
                period: small(&row, 1)?,
                distribution,
                bucket: small(&row, 3)?,
                count: row.try_get(4)?,
            });
        }
        drop(rows);
        Ok(StoredCells { revision, judged_until, delta })
    }

    /// What each revision after `revision` changed, oldest first; `None` where that is no longer kept or the cells
    /// have to be read again.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn changes_after(&self, revision: i64) -> Result<Option<Vec<StoredCells>>> {
        let rows =
            sqlx::query("SELECT revision, judged_until, delta FROM changes WHERE revision > $1 ORDER BY revision")
                .bind(revision)
                .fetch_all(&self.pool)
                .await?;
        let mut changes = Vec::with_capacity(rows.len());
        let mut expected = revision;
        for row in rows {
            expected += 1;
            let bytes = inbox::decompress(row.try_get(2)?)?;
            let delta: Option<Delta> = postcard::from_bytes(&bytes).map_err(|e| StoreError::Damaged(e.to_string()))?;
            let number: i64 = row.try_get(0)?;
            match delta {
                Some(delta) if number == expected => {
                    changes.push(StoredCells { revision: number, judged_until: row.try_get(1)?, delta });
                }
                _ => return Ok(None),
            }
        }
        Ok(Some(changes))
    }
}

impl Revision {
    /// Adds a change to the cells.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn add_to_cells(&mut self, delta: &Delta) -> Result<()> {
        let ids = self.slice_ids(&delta.slices).await?;
        let id_of = |slice: u32| ids[slice as usize];
        self.upsert_cells(delta, &id_of).await?;
        self.upsert_buckets(delta, &id_of).await
    }

    /// Removes the hours before `first_hour` from the cube of hours.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn remove_hours_before(&mut self, first_hour: i64) -> Result<()> {
        sqlx::query("DELETE FROM cells WHERE period < $1 AND slice IN (SELECT id FROM slices WHERE cube = $2)")
            .bind(first_hour)
            .bind(i64::from(Cube::Hours.code()))
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    async fn upsert_cells(&mut self, delta: &Delta, id_of: &impl Fn(u32) -> i64) -> Result<()> {
        let dialect = self.store.dialect;
        let mut cells: Vec<(i64, &CellDelta)> = delta.cells.iter().map(|cell| (id_of(cell.slice), cell)).collect();
        cells.sort_unstable_by_key(|(id, cell)| (*id, cell.period));
        let sums: Vec<String> = Measure::ALL.iter().map(|m| format!("{m} = cells.{m} + excluded.{m}")).collect();
        for chunk in cells.chunks(ROWS) {
            let values = bulk::rows(dialect, chunk.len(), 2 + MEASURES);
            let sql = format!(
                "INSERT INTO cells (slice, period, {}) VALUES {values} ON CONFLICT (slice, period) DO UPDATE SET {}",
                measure_columns(),
                sums.join(", ")
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for (id, cell) in chunk {
                query = query.bind(id).bind(i64::from(cell.period));
                for count in cell.counts {
                    query = query.bind(count);
                }
            }
            query.execute(&mut *self.transaction).await?;
        }
        // Only what was taken from can have become nothing.
        let shrunk = cells.iter().filter(|(_, cell)| cell.counts.iter().any(|&n| n < 0));
        let zero: Vec<String> = Measure::ALL.iter().map(|m| format!("{m} = 0")).collect();
        self.remove_empty("cells", shrunk.map(|(id, cell)| (*id, cell.period)).collect(), &zero.join(" AND ")).await
    }

    async fn upsert_buckets(&mut self, delta: &Delta, id_of: &impl Fn(u32) -> i64) -> Result<()> {
        let dialect = self.store.dialect;
        let mut buckets: Vec<(i64, &BucketDelta)> = delta.buckets.iter().map(|b| (id_of(b.slice), b)).collect();
        buckets.sort_unstable_by_key(|(id, b)| (*id, b.period, b.distribution, b.bucket));
        for chunk in buckets.chunks(ROWS) {
            let sql = format!(
                "INSERT INTO buckets (slice, period, distribution, bucket, n) VALUES {} \
                 ON CONFLICT (slice, period, distribution, bucket) DO UPDATE SET n = buckets.n + excluded.n",
                bulk::rows(dialect, chunk.len(), 5)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for (id, bucket) in chunk {
                query = query
                    .bind(id)
                    .bind(i64::from(bucket.period))
                    .bind(i64::from(bucket.distribution.code()))
                    .bind(i64::from(bucket.bucket))
                    .bind(bucket.count);
            }
            query.execute(&mut *self.transaction).await?;
        }
        let shrunk = buckets.iter().filter(|(_, bucket)| bucket.count < 0);
        self.remove_empty("buckets", shrunk.map(|(id, bucket)| (*id, bucket.period)).collect(), "n = 0").await
    }

    async fn remove_empty(&mut self, table: &str, places: BTreeSet<(i64, i32)>, condition: &str) -> Result<()> {
        let places: Vec<(i64, i32)> = places.into_iter().collect();
        for chunk in places.chunks(ROWS) {
            let values = bulk::rows(self.store.dialect, chunk.len(), 2);
            let sql = format!("DELETE FROM {table} WHERE (slice, period) IN (VALUES {values}) AND {condition}");
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for &(slice, period) in chunk {
                query = query.bind(slice).bind(i64::from(period));
            }
            query.execute(&mut *self.transaction).await?;
        }
        Ok(())
    }

    /// Learns the slices that other processes have added.
    pub(crate) async fn learn_slices(&mut self) -> Result<()> {
        let mut known = self.store.slices.lock().await;
        if known.next == self.next_slice {
            return Ok(());
        }
        let sql = format!("SELECT {} FROM slices", slice_columns());
        known.identities.clear();
        for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *self.transaction).await? {
            let (id, slice) = read_slice(&row)?;
            known.identities.insert(slice, id);
        }
        known.next = self.next_slice;
        Ok(())
    }

    async fn slice_ids(&mut self, slices: &[Slice]) -> Result<Vec<i64>> {
        let known = self.store.slices.clone().lock_owned().await;
        let mut ids = Vec::with_capacity(slices.len());
        let mut added: Vec<(i64, &Slice)> = Vec::new();
        for slice in slices {
            let id = known.identities.get(slice).or_else(|| self.new_slices.get(slice)).copied().unwrap_or_else(|| {
                let id = self.next_slice;
                self.next_slice += 1;
                self.new_slices.insert(slice.clone(), id);
                added.push((id, slice));
                id
            });
            ids.push(id);
        }
        for chunk in added.chunks(ROWS) {
            let values = bulk::rows(self.store.dialect, chunk.len(), 2 + DIMENSIONS);
            let sql = format!("INSERT INTO slices ({}) VALUES {values}", slice_columns());
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for (id, slice) in chunk {
                query = query.bind(id).bind(i64::from(slice.cube.code()));
                for value in &slice.values {
                    query = query.bind(value.as_str());
                }
            }
            query.execute(&mut *self.transaction).await?;
        }
        Ok(ids)
    }
}

fn slice_columns() -> String {
    let names: Vec<&str> = Dimension::ALL.iter().map(|dimension| dimension.as_str()).collect();
    format!("id, cube, {}", names.join(", "))
}

fn measure_columns() -> String {
    Measure::ALL.iter().map(|measure| measure.as_str()).collect::<Vec<_>>().join(", ")
}

fn read_slice(row: &AnyRow) -> Result<(i64, Slice)> {
    let cube = Cube::from_code(small(row, 1)? as u8).ok_or_else(|| StoreError::Damaged("an unknown cube".into()))?;
    let mut values: [Text; DIMENSIONS] = Default::default();
    for (index, value) in values.iter_mut().enumerate() {
        *value = row.try_get::<&str, _>(index + 2)?.into();
    }
    Ok((row.try_get(0)?, Slice { cube, values }))
}

fn small(row: &AnyRow, index: usize) -> Result<i32> {
    let value: i64 = row.try_get(index)?;
    i32::try_from(value).map_err(|_| StoreError::Damaged(format!("{value} is too large")))
}
