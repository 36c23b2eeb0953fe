//! Backups of a SQLite database: one file with everything, the feed definitions among it.

use std::path::Path;

use sqlx::{AnyConnection, Connection, Row};

use crate::{Result, Store, StoreError, schema};

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// When it was made, UTC epoch milliseconds.
    pub made_at: i64,
    /// The revision of the figures in it.
    pub revision: i64,
    /// The feed definitions: name and text.
    pub feeds: Vec<(String, String)>,
}

impl Store {
    /// Writes a copy of a SQLite database to a new file, as it is at this moment. It is read in one transaction: others
    /// go on reading and writing, and only the write-ahead log grows by what they write meanwhile.
    ///
    /// # Errors
    /// Where the file exists or cannot be written; what is there of it then is worth nothing.
    pub async fn back_up(&self, file: &Path, made_at: i64, feeds: &[(String, String)]) -> Result<()> {
        let path = file.to_string_lossy().into_owned();
        sqlx::query("VACUUM INTO $1").bind(path).execute(&self.pool).await?;
        let mut copy = connect(file, "rw").await?;
        let mut transaction = copy.begin().await?;
        sqlx::query("CREATE TABLE backup (made_at BIGINT NOT NULL)").execute(&mut *transaction).await?;
        sqlx::query("CREATE TABLE backup_feeds (name TEXT PRIMARY KEY, definition TEXT NOT NULL)")
            .execute(&mut *transaction)
            .await?;
        sqlx::query("INSERT INTO backup (made_at) VALUES ($1)").bind(made_at).execute(&mut *transaction).await?;
        for (name, definition) in feeds {
            sqlx::query("INSERT INTO backup_feeds (name, definition) VALUES ($1, $2)")
                .bind(name)
                .bind(definition)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        copy.close().await?;
        Ok(())
    }
}

impl Backup {
    /// Reads what a backup says of itself, and checks that it is whole and that this program can use it.
    ///
    /// # Errors
    /// [`StoreError::NoBackup`], with what is wrong with it.
    pub async fn read(file: &Path) -> Result<Self> {
        let is_none = |fault: StoreError| match fault {
            StoreError::Unavailable(fault) => StoreError::NoBackup(format!("it cannot be read: {fault}")),
            fault => fault,
        };
        let mut connection = connect(file, "ro").await.map_err(is_none)?;
        let read = read(&mut connection).await.map_err(is_none);
        connection.close().await?;
        read
    }

    /// Makes the copy of a backup a database again.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub async fn unpack(copy: &Path) -> Result<()> {
        let mut connection = connect(copy, "rw").await?;
        let mut transaction = connection.begin().await?;
        for table in ["backup", "backup_feeds"] {
            sqlx::query(sqlx::AssertSqlSafe(format!("DROP TABLE {table}"))).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        connection.close().await?;
        Ok(())
    }
}

async fn read(connection: &mut AnyConnection) -> Result<Backup> {
    let check: String = sqlx::query("PRAGMA quick_check(1)").fetch_one(&mut *connection).await?.try_get(0)?;
    if check != "ok" {
        return Err(StoreError::NoBackup(format!("it is damaged: {check}")));
    }
    let tables = sqlx::query("SELECT name FROM sqlite_master WHERE name IN ('backup', 'backup_feeds', 'state')");
    if tables.fetch_all(&mut *connection).await?.len() != 3 {
        return Err(StoreError::NoBackup("`courierscope backup` did not write it".into()));
    }
    let newest = sqlx::query("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(&mut *connection).await?;
    let newest: i64 = newest.try_get(0)?;
    if newest > schema::newest() {
        let known = schema::newest();
        return Err(StoreError::NoBackup(format!(
            "a newer Courierscope wrote it (its schema is {newest}, this program knows {known})"
        )));
    }
    let row = sqlx::query("SELECT made_at, revision FROM backup, state").fetch_one(&mut *connection).await?;
    let rows = sqlx::query("SELECT name, definition FROM backup_feeds ORDER BY name").fetch_all(connection).await?;
    let feeds = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_>>()?;
    Ok(Backup { made_at: row.try_get(0)?, revision: row.try_get(1)?, feeds })
}

async fn connect(file: &Path, mode: &str) -> Result<AnyConnection> {
    sqlx::any::install_default_drivers();
    let path = file.to_string_lossy().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    Ok(AnyConnection::connect(&format!("sqlite:{path}?mode={mode}")).await?)
}
