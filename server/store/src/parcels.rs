//! Parcels and what they are found by.

use domain::verdict::Class;
use domain::{Text, parcel::Status};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use crate::bulk::{self, ROWS};
use crate::generation::due_column;
use crate::{Dialect, Result, Revision, Store};

/// A parcel as it stands in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredParcel {
    /// Its identity.
    pub id: i64,
    /// Its timeline in the domain's binary form.
    pub timeline: Vec<u8>,
}

/// A parcel to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParcelRecord {
    /// Its identity.
    pub id: i64,
    /// Whom its measures count for.
    pub courier: Text,
    /// Its class.
    pub class: Class,
    /// Its status.
    pub status: Status,
    /// Its cohort day.
    pub day: i32,
    /// The last instant of what it counts now, if time alone changes that.
    pub due: Option<i64>,
    /// The same in the generation of cells that is being made, where it is in it.
    pub next_due: Option<i64>,
    /// Its timeline in the domain's binary form.
    pub timeline: Vec<u8>,
    /// What it is found by and was not before.
    pub new_search_keys: Vec<i64>,
}

/// Which parcels to list. All that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct ParcelFilter {
    /// Whom its measures count for.
    pub courier: Option<String>,
    /// Its class.
    pub class: Option<Class>,
    /// Its status.
    pub status: Option<Status>,
    /// First cohort day.
    pub from: Option<i32>,
    /// Last cohort day.
    pub to: Option<i32>,
    /// Only with a greater identity.
    pub after: i64,
    /// At most so many.
    pub limit: i64,
}

impl Store {
    /// Parcels found by any of these, by identity. Different numbers may share a search key.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn parcels_with(&self, search_keys: &[i64]) -> Result<Vec<StoredParcel>> {
        parcels_with(&mut *self.pool.acquire().await?, self.dialect, search_keys).await
    }

    /// The earliest instant that has not been judged.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn next_due(&self) -> Result<Option<i64>> {
        // The generation that is being made is swept along with the one that is shown.
        let state = sqlx::query("SELECT generation FROM state").fetch_one(&self.pool).await?;
        let column = due_column(state.try_get(0)?);
        let sql = format!("SELECT {column} FROM parcels WHERE {column} IS NOT NULL ORDER BY {column} LIMIT 1");
        let row = sqlx::query(AssertSqlSafe(sql)).fetch_optional(&self.pool).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Parcels that are under way, by identity: accepted, and neither delivered nor on the way back nor cancelled.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn open_parcels(&self, after: i64, limit: i64) -> Result<Vec<StoredParcel>> {
        // The partial index serves only a condition that is written as its own.
        let sql =
            "SELECT id, timeline FROM parcels WHERE status IN (2, 3, 4, 5, 6, 7, 11) AND id > $1 ORDER BY id LIMIT $2";
        sqlx::query(sql).bind(after).bind(limit).fetch_all(&self.pool).await?.iter().map(stored).collect()
    }

    /// Lists parcels by identity.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn list_parcels(&self, filter: &ParcelFilter) -> Result<Vec<StoredParcel>> {
        let mut sql = String::from("SELECT id, timeline FROM parcels WHERE id > $1");
        let mut numbers = vec![filter.after];
        let mut also = |column: &str, value: Option<i64>| {
            if let Some(value) = value {
                numbers.push(value);
                sql.push_str(&format!(" AND {column} ${}", numbers.len()));
            }
        };
        // Late is written out: a partial index serves only a condition that it can see.
        let class = filter.class.filter(|&class| class != Class::Late);
        also("class =", class.map(|class| class.code().into()));
        also("status =", filter.status.map(|status| status.code().into()));
        also("day >=", filter.from.map(i64::from));
        also("day <=", filter.to.map(i64::from));
        if filter.class == Some(Class::Late) {
            sql.push_str(" AND class = 4");
        }
        if filter.courier.is_some() {
            sql.push_str(&format!(" AND courier = ${}", numbers.len() + 1));
        }
        sql.push_str(&format!(" ORDER BY id LIMIT {}", filter.limit));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for number in numbers {
            query = query.bind(number);
        }
        if let Some(courier) = &filter.courier {
            query = query.bind(courier);
        }
        query.fetch_all(&self.pool).await?.iter().map(stored).collect()
    }
}

impl Revision {
    /// Which parcels are found by these, as pairs of search key and parcel.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn known_aliases(&mut self, search_keys: &[i64]) -> Result<Vec<(i64, i64)>> {
        let mut known = Vec::new();
        if self.next_parcel == 1 {
            return Ok(known);
        }
        for chunk in search_keys.chunks(ROWS) {
            let list = bulk::list(self.store.dialect, chunk.len());
            let sql = format!("SELECT search_key, parcel FROM aliases WHERE search_key IN ({list})");
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for key in chunk {
                query = query.bind(key);
            }
            for row in query.fetch_all(&mut *self.transaction).await? {
                known.push((row.try_get(0)?, row.try_get(1)?));
            }
        }
        Ok(known)
    }

    /// Parcels found by any of these, by identity. Different numbers may share a search key.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn parcels_with(&mut self, search_keys: &[i64]) -> Result<Vec<StoredParcel>> {
        parcels_with(&mut self.transaction, self.store.dialect, search_keys).await
    }

    /// Parcels by their identities.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn parcels(&mut self, ids: &[i64]) -> Result<Vec<StoredParcel>> {
        let mut parcels = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(ROWS) {
            let list = bulk::list(self.store.dialect, chunk.len());
            let sql = format!("SELECT id, timeline FROM parcels WHERE id IN ({list}) ORDER BY id");
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for id in chunk {
                query = query.bind(id);
            }
            for row in query.fetch_all(&mut *self.transaction).await? {
                parcels.push(stored(&row)?);
            }
        }
        Ok(parcels)
    }

    /// The due that has `count` - 1 earlier ones, if that many lie before `until`.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn due_after(&mut self, count: i64, until: i64) -> Result<Option<i64>> {
        let sql = format!("SELECT due FROM ({}) AS dues ORDER BY due LIMIT 1 OFFSET {}", self.dues(), count - 1);
        let row = sqlx::query(AssertSqlSafe(sql)).bind(until).fetch_optional(&mut *self.transaction).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// The first parcels after one whose due lies before `until`, in the generation that is shown or in the one that is being
    /// made.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn due_parcels(&mut self, until: i64, after: i64, limit: i64) -> Result<Vec<StoredParcel>> {
        let sql = format!(
            "SELECT id, timeline FROM parcels WHERE id > $2 AND id IN (SELECT id FROM ({}) AS dues) ORDER BY id LIMIT $3",
            self.dues()
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(until).bind(after).bind(limit);
        rows.fetch_all(&mut *self.transaction).await?.iter().map(stored).collect()
    }

    /// Selects parcels and dues before `$1`.
    fn dues(&self) -> String {
        let dues = |generation, also: &str| {
            let column = due_column(generation);
            format!("SELECT id, {column} AS due FROM parcels WHERE {column} IS NOT NULL AND {column} < $1{also}")
        };
        let now = dues(self.generation, "");
        match self.next {
            Some(next) => {
                format!("{now} UNION ALL {}", dues(self.generation + 1, &format!(" AND id <= {}", next.upto)))
            }
            None => now,
        }
    }

    /// Identities for new parcels: the first of so many.
    pub const fn new_parcels(&mut self, count: i64) -> i64 {
        self.next_parcel += count;
        self.next_parcel - count
    }

    /// Writes parcels and what they are found by.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn write_parcels(&mut self, parcels: &[ParcelRecord]) -> Result<()> {
        let dialect = self.store.dialect;
        for chunk in parcels.chunks(ROWS) {
            let (due, next_due) = (due_column(self.generation), due_column(self.generation + 1));
            let sql = format!(
                "INSERT INTO parcels (id, courier, class, status, day, {due}, {next_due}, timeline) VALUES {} \
                 ON CONFLICT (id) DO UPDATE SET courier = excluded.courier, class = excluded.class, \
                 status = excluded.status, day = excluded.day, due_0 = excluded.due_0, due_1 = excluded.due_1, \
                 timeline = excluded.timeline",
                bulk::rows(dialect, chunk.len(), 8)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for parcel in chunk {
                query = query
                    .bind(parcel.id)
                    .bind(parcel.courier.as_str())
                    .bind(i64::from(parcel.class.code()))
                    .bind(i64::from(parcel.status.code()))
                    .bind(i64::from(parcel.day))
                    .bind(parcel.due)
                    .bind(parcel.next_due)
                    .bind(parcel.timeline.as_slice());
            }
            query.execute(&mut *self.transaction).await?;
        }
        let mut aliases: Vec<(i64, i64)> =
            parcels.iter().flat_map(|parcel| parcel.new_search_keys.iter().map(|&key| (key, parcel.id))).collect();
        aliases.sort_unstable();
        for chunk in aliases.chunks(ROWS) {
            let values = bulk::rows(dialect, chunk.len(), 2);
            let sql = format!("INSERT INTO aliases (search_key, parcel) VALUES {values} ON CONFLICT DO NOTHING");
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for (key, parcel) in chunk {
                query = query.bind(key).bind(parcel);
            }
            query.execute(&mut *self.transaction).await?;
        }
        Ok(())
    }

    /// Removes parcels that merged into others, or what a parcel is no longer found by: everything under these identities.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn remove_parcels(&mut self, parcels: &[(i64, Vec<i64>)]) -> Result<()> {
        for (id, search_keys) in parcels {
            sqlx::query("DELETE FROM parcels WHERE id = $1").bind(id).execute(&mut *self.transaction).await?;
            self.remove_aliases(*id, search_keys).await?;
        }
        Ok(())
    }

    /// Takes search keys from a parcel.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn remove_aliases(&mut self, parcel: i64, search_keys: &[i64]) -> Result<()> {
        for key in search_keys {
            sqlx::query("DELETE FROM aliases WHERE search_key = $1 AND parcel = $2")
                .bind(key)
                .bind(parcel)
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(())
    }
}

async fn parcels_with(connection: &mut AnyConnection, dialect: Dialect, keys: &[i64]) -> Result<Vec<StoredParcel>> {
    let mut parcels = Vec::new();
    for chunk in keys.chunks(ROWS) {
        let sql = format!(
            "SELECT p.id, p.timeline FROM aliases a JOIN parcels p ON p.id = a.parcel WHERE a.search_key IN ({})",
            bulk::list(dialect, chunk.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for key in chunk {
            query = query.bind(key);
        }
        for row in query.fetch_all(&mut *connection).await? {
            parcels.push(stored(&row)?);
        }
    }
    parcels.sort_unstable_by_key(|parcel| parcel.id);
    parcels.dedup_by_key(|parcel| parcel.id);
    Ok(parcels)
}

fn stored(row: &AnyRow) -> Result<StoredParcel> {
    Ok(StoredParcel { id: row.try_get(0)?, timeline: row.try_get(1)? })
}
