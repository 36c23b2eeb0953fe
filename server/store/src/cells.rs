//! The stored cells, and the changes that others follow.

use domain::cell::{Cube, Delta};
use domain::contribution::first_hour_kept;
use sqlx::Row;

use crate::piece::{Piece, pieces, unpacked};
use crate::{Result, Revision, Store, StoreError};

/// How many revisions can be followed; who is further behind reads the cells again.
pub(crate) const CHANGES_KEPT: i64 = 256;
/// So many pieces of one cube and span may stand side by side before some are summed.
const PIECES: usize = 4;

/// All cells, packed, as of one revision.
#[derive(Debug, Clone, Default)]
pub struct StoredCells {
    /// The revision.
    pub revision: i64,
    /// Up to when deadlines have been judged, UTC epoch milliseconds.
    pub judged_until: i64,
    pieces: Vec<(Cube, Vec<u8>)>,
}

impl StoredCells {
    /// The cells, as changes from nothing that add up to them. Each is unpacked when its turn comes, so that they need
    /// not all be in memory at once.
    ///
    /// # Errors
    /// Each, where the database holds what this program did not write.
    pub fn into_deltas(self) -> impl Iterator<Item = Result<Delta>> {
        self.pieces.into_iter().map(move |(cube, bytes)| {
            let first = if cube == Cube::Hours { first_hour_kept(self.judged_until) } else { i32::MIN };
            Piece::from_bytes(bytes)?.into_delta(cube, first)
        })
    }
}

/// What one revision changed.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// The revision.
    pub revision: i64,
    /// Up to when it judged deadlines, UTC epoch milliseconds.
    pub judged_until: i64,
    /// What it adds to the cells.
    pub deltas: Vec<Delta>,
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
        let sql = "SELECT revision, judged_until, generation FROM state";
        let row = sqlx::query(sql).fetch_one(&mut *transaction).await?;
        let (revision, judged_until, generation): (_, _, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let sql = "SELECT cube, bytes FROM pieces WHERE generation = $1 ORDER BY cube, span, piece";
        let rows = sqlx::query(sql).bind(generation).fetch_all(&mut *transaction).await?;
        let pieces = rows.iter().map(|row| Ok((cube(row.try_get(0)?)?, row.try_get(1)?))).collect::<Result<_>>()?;
        Ok(StoredCells { revision, judged_until, pieces })
    }

    /// What each revision after `revision` changed, oldest first; `None` where that is no longer kept or the cells
    /// have to be read again.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn changes_after(&self, revision: i64) -> Result<Option<Vec<Change>>> {
        let rows =
            sqlx::query("SELECT revision, judged_until, delta FROM changes WHERE revision > $1 ORDER BY revision")
                .bind(revision)
                .fetch_all(&self.pool)
                .await?;
        let mut changes = Vec::with_capacity(rows.len());
        let mut expected = revision;
        for row in rows {
            expected += 1;
            let (number, bytes): (i64, Vec<u8>) = (row.try_get(0)?, row.try_get(2)?);
            if number != expected || bytes.is_empty() {
                return Ok(None);
            }
            changes.push(Change { revision: number, judged_until: row.try_get(1)?, deltas: unpacked(bytes)? });
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
        self.add_to(self.generation, delta).await
    }

    pub(crate) async fn add_to(&mut self, generation: i64, delta: &Delta) -> Result<()> {
        for ((cube, span), piece) in pieces(delta) {
            self.add_piece((generation, cube, span), piece).await?;
        }
        Ok(())
    }

    /// Removes the hours before `first_hour` from the cube of hours. The span that it cuts stays whole: readers leave
    /// out its first part.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn remove_hours_before(&mut self, first_hour: i64) -> Result<()> {
        sqlx::query("DELETE FROM pieces WHERE cube = $1 AND span < $2")
            .bind(i64::from(Cube::Hours.code()))
            .bind(i64::from(Cube::Hours.span_of(first_hour as i32)))
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Adds a piece, or one for it and the last ones together, as many as are not large against it: so that a row is
    /// written again only when its piece has grown to twice its size.
    async fn add_piece(&mut self, (generation, cube, span): (i64, Cube, i32), piece: Piece) -> Result<()> {
        let (code, span) = (i64::from(cube.code()), i64::from(span));
        let sql = "SELECT piece, row_count FROM pieces WHERE generation = $1 AND cube = $2 AND span = $3 \
                   ORDER BY piece DESC";
        let stored = sqlx::query(sql).bind(generation).bind(code).bind(span).fetch_all(&mut *self.transaction).await?;
        let mut place = stored.first().map_or(Ok(1), |row| row.try_get::<i64, _>(0).map(|last| last + 1))?;
        let mut rows = piece.len() as i64;
        let mut sum = vec![piece];
        if stored.len() >= PIECES {
            for row in &stored {
                let (number, count): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
                if sum.len() > 1 && count > 2 * rows {
                    break;
                }
                let sql = "DELETE FROM pieces WHERE generation = $1 AND cube = $2 AND span = $3 AND piece = $4 \
                           RETURNING bytes";
                let row = sqlx::query(sql).bind(generation).bind(code).bind(span).bind(number);
                let bytes = row.fetch_one(&mut *self.transaction).await?.try_get(0)?;
                sum.push(Piece::from_bytes(bytes)?);
                (place, rows) = (number, rows + count);
            }
        }
        // Packing takes the processor, not the disk: it must not hold up what waits for answers.
        let packed = tokio::task::spawn_blocking(move || {
            let piece = if sum.len() > 1 { Piece::sum(sum) } else { sum.swap_remove(0) };
            Ok::<_, StoreError>((piece.len() as i64, piece.to_bytes()?))
        });
        let (rows, bytes) = packed.await.map_err(|fault| StoreError::Damaged(fault.to_string()))??;
        if rows > 0 {
            let sql =
                "INSERT INTO pieces (generation, cube, span, piece, row_count, bytes) VALUES ($1, $2, $3, $4, $5, $6)";
            sqlx::query(sql)
                .bind(generation)
                .bind(code)
                .bind(span)
                .bind(place)
                .bind(rows)
                .bind(bytes)
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(())
    }
}

pub(crate) fn cube(code: i64) -> Result<Cube> {
    let cube = u8::try_from(code).ok().and_then(Cube::from_code);
    cube.ok_or_else(|| StoreError::Damaged(format!("no cube {code}")))
}
