//! Cells as they were stored before they were packed, a row each: read once, when the program first meets them.

use std::collections::HashMap;

use domain::cell::{BucketDelta, CellDelta, Delta, Dimension, Distribution, MEASURES, Measure, Slice};
use futures::TryStreamExt;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use crate::cells::cube;
use crate::{Result, Revision, Store, StoreError};

/// The last measure and dimension that had a column.
const LAST_MEASURE: Measure = Measure::FailedAttempts;
const LAST_DIMENSION: Dimension = Dimension::Party;

impl Store {
    /// Packs what stands in the tables of rows.
    pub(crate) async fn pack_cells(&self) -> Result<()> {
        if sqlx::query("SELECT id FROM slices LIMIT 1").fetch_optional(&self.pool).await?.is_none() {
            return Ok(());
        }
        let mut revision = self.begin_revision().await?;
        let delta = revision.unpacked_cells().await?;
        revision.add_to_cells(&delta).await?;
        for table in ["cells", "buckets", "slices"] {
            sqlx::query(AssertSqlSafe(format!("DELETE FROM {table}"))).execute(&mut *revision.transaction).await?;
        }
        let judged_until = revision.judged_until;
        revision.commit(judged_until, None).await?;
        Ok(())
    }
}

impl Revision {
    async fn unpacked_cells(&mut self) -> Result<Delta> {
        let mut delta = Delta::default();
        let mut place = HashMap::new();
        let dimensions: Vec<Dimension> = Dimension::ALL.iter().copied().filter(|&d| d <= LAST_DIMENSION).collect();
        let names: Vec<&str> = dimensions.iter().map(|dimension| dimension.as_str()).collect();
        let sql = format!("SELECT id, cube, {} FROM slices", names.join(", "));
        for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(&mut *self.transaction).await? {
            let mut slice = Slice { cube: cube(row.try_get(1)?)?, values: Default::default() };
            for (index, dimension) in dimensions.iter().enumerate() {
                slice.values[dimension.index()] = row.try_get::<&str, _>(index + 2)?.into();
            }
            place.insert(row.try_get::<i64, _>(0)?, delta.slices.len() as u32);
            delta.slices.push(slice);
        }
        let find = |id: i64| place.get(&id).copied().ok_or_else(|| StoreError::Damaged(format!("no slice {id}")));
        let measures: Vec<Measure> = Measure::ALL.iter().copied().filter(|&m| m <= LAST_MEASURE).collect();
        let names: Vec<&str> = measures.iter().map(|measure| measure.as_str()).collect();
        let sql = format!("SELECT slice, period, {} FROM cells", names.join(", "));
        let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(&mut *self.transaction);
        while let Some(row) = rows.try_next().await? {
            let mut counts = [0; MEASURES];
            for (index, measure) in measures.iter().enumerate() {
                counts[measure.index()] = row.try_get(index + 2)?;
            }
            delta.cells.push(CellDelta { slice: find(row.try_get(0)?)?, period: small(&row, 1)?, counts });
        }
        drop(rows);
        let sql = "SELECT slice, period, distribution, bucket, n FROM buckets";
        let mut rows = sqlx::query(sql).fetch(&mut *self.transaction);
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
        Ok(delta)
    }
}

fn small(row: &AnyRow, index: usize) -> Result<i32> {
    let value: i64 = row.try_get(index)?;
    i32::try_from(value).map_err(|_| StoreError::Damaged(format!("{value} is too large")))
}

#[cfg(test)]
mod tests {
    use domain::cell::Cube;

    use super::*;

    #[tokio::test]
    async fn cells_that_stood_in_rows_are_packed_once() {
        let store = Store::open("sqlite::memory:").await.unwrap();
        store.migrate().await.unwrap();
        for sql in [
            "INSERT INTO slices VALUES (7, 1, 'SEUR', 'express', 'ES', 'FR', '', 'door', '', '', '', '')",
            "INSERT INTO cells VALUES (7, 20000, 0, 5, 2, 0, 0, 0, 0, 6, 1, 0, 7, 0, 0, 0, 0, 0)",
            "INSERT INTO buckets VALUES (7, 20000, 1, 300, 4), (7, 20000, 1, 301, 3)",
        ] {
            sqlx::query(sql).execute(&store.pool).await.unwrap();
        }
        store.migrate().await.unwrap();
        store.migrate().await.unwrap();
        let stored = store.read_cells().await.unwrap();
        assert_eq!(stored.revision, 1);
        let deltas: Vec<Delta> = stored.into_deltas().collect::<Result<_>>().unwrap();
        let [delta] = &deltas[..] else { panic!("{deltas:?}") };
        assert_eq!((delta.slices[0].cube, delta.slices[0].values[0].as_str()), (Cube::Main, "SEUR"));
        assert_eq!(delta.cells[0].counts[Measure::OnTime.index()], 5);
        assert_eq!(delta.cells[0].counts[Measure::Accepted.index()], 7);
        assert_eq!(
            delta.buckets.iter().map(|bucket| (bucket.bucket, bucket.count)).collect::<Vec<_>>(),
            [(300, 4), (301, 3)]
        );
        assert!(store.changes_after(0).await.unwrap().is_none(), "who follows reads the cells again");
    }
}
