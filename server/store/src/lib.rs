//! All SQL. One text for SQLite and PostgreSQL: only `TEXT`, `BIGINT` and `BYTEA`, `$1` placeholders in small
//! statements and [`bulk`] lists in large ones. Knows neither Polars nor HTTP, and reads no clock.

mod backup;
mod bulk;
mod cells;
mod deleted;
mod drafts;
mod feeds;
mod forget;
mod generation;
mod inbox;
mod leader;
mod parcels;
mod piece;
mod rejected;
mod reread;
mod revision;
mod schema;
mod standing;
mod terms;
mod unpacked;

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use domain::terms::Terms;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyPool, Connection};
use tokio::sync::{Mutex, MutexGuard};

pub use backup::Backup;
pub use cells::{Change, StoredCells};
pub use deleted::{BytesGone, DeletedName};
pub use drafts::ContractDraft;
pub use feeds::{BatchSummary, FURTHER_CODES, FeedTotals, Rejection};
pub use forget::{ErasedBatch, KeptBatch};
pub use generation::{Generations, Next};
pub use inbox::{Arrival, IDENTITY_BITS, Inserted, NewBatch, PendingBatch};
pub use leader::Candidate;
pub use parcels::{ParcelFilter, ParcelRecord, StoredParcel};
pub use rejected::{Fate, Kinds, Settling};
pub use reread::BatchKey;
pub use revision::Revision;
pub use standing::SwitchedOn;
pub use terms::{Edition, Editions, TermsKind};

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached, is full, locked, or refuses.
    #[error("the database does not answer: {0}")]
    Unavailable(sqlx::Error),
    /// It cannot be brought to the schema of this program.
    #[error("the database cannot be migrated: {0}")]
    Migration(sqlx::migrate::MigrateError),
    /// It holds something that this program did not write.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// The bytes of one batch are damaged; others are whole.
    #[error("the bytes of batch {batch:x} of feed {feed} are damaged: {reason}")]
    Body {
        /// The batch.
        batch: i64,
        /// Its feed.
        feed: String,
        /// What is wrong with them.
        reason: String,
    },
    /// A file is no backup, or none that this program can use.
    #[error("this is no backup that can be restored: {0}")]
    NoBackup(String),
    /// The address is of no database that is supported.
    #[error("{0:?} is no database address; write sqlite:courierscope.db or postgres://user@host/name")]
    Address(String),
}

/// What keeps the database from storing, where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// Its disk is full.
    DiskFull,
    /// Another program keeps it locked.
    Locked,
    /// Its disk refuses, as one does that was made read-only after a fault.
    NotWritable,
}

impl StoreError {
    /// What keeps the database from storing, where that is known.
    pub fn obstacle(&self) -> Option<Obstacle> {
        let Self::Unavailable(sqlx::Error::Database(fault)) = self else { return None };
        match fault.code()?.as_ref() {
            // PostgreSQL: disk_full, lock_not_available, read_only_sql_transaction.
            "53100" => Some(Obstacle::DiskFull),
            "55P03" => Some(Obstacle::Locked),
            "25006" => Some(Obstacle::NotWritable),
            // SQLite: the kind is in the low eight bits; SQLITE_FULL, SQLITE_BUSY, SQLITE_LOCKED, SQLITE_READONLY,
            // SQLITE_IOERR, SQLITE_CANTOPEN.
            code => match code.parse::<u32>().ok()? & 0xff {
                13 => Some(Obstacle::DiskFull),
                5 | 6 => Some(Obstacle::Locked),
                8 | 10 | 14 => Some(Obstacle::NotWritable),
                _ => None,
            },
        }
    }
}

impl StoreError {
    /// Whether this writer and another waited for each other, and this one was ended.
    fn is_deadlock(&self) -> bool {
        matches!(self, Self::Unavailable(sqlx::Error::Database(fault)) if fault.code().is_some_and(|code| code == "40P01"))
    }
}

// No `#[from]`: the text above holds the cause already, and a report would say it twice.
impl From<sqlx::Error> for StoreError {
    fn from(fault: sqlx::Error) -> Self {
        Self::Unavailable(fault)
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(fault: sqlx::migrate::MigrateError) -> Self {
        Self::Migration(fault)
    }
}

type Result<T, E = StoreError> = std::result::Result<T, E>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Sqlite,
    Postgres,
}

/// The database.
#[derive(Clone)]
pub struct Store {
    pool: AnyPool,
    dialect: Dialect,
    /// Whoever changes the derived tables queues here, without a connection. SQLite lets one write at a time, and its
    /// own queue is not fair: there all writers of this process do.
    writer: Arc<Mutex<()>>,
    /// Terms as they were last put together.
    terms: Arc<std::sync::Mutex<BTreeMap<i64, Arc<Terms>>>>,
}

impl Store {
    /// Connects to `sqlite:path.db` (created where missing) or `postgres://..`.
    ///
    /// # Errors
    /// [`StoreError::Address`] for other addresses, [`StoreError::Unavailable`] where nothing answers.
    pub async fn open(address: &str) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let (dialect, address) = if address.starts_with("sqlite:") {
            (Dialect::Sqlite, if address.contains('?') { address.to_owned() } else { format!("{address}?mode=rwc") })
        } else if address.starts_with("postgres:") || address.starts_with("postgresql:") {
            (Dialect::Postgres, address.to_owned())
        } else {
            return Err(StoreError::Address(address.to_owned()));
        };
        let options = AnyConnectOptions::from_str(&address)?;
        // A first connection tells at once what is wrong; the pool would go on trying.
        let mut first = sqlx::AnyConnection::connect_with(&options).await?;
        sqlx::query(if dialect == Dialect::Sqlite { "PRAGMA schema_version" } else { "SELECT 1" })
            .execute(&mut first)
            .await?;
        first.close().await?;
        let connections = if address.contains(":memory:") { 1 } else { 8 };
        let pool = AnyPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(5))
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if dialect == Dialect::Sqlite {
                        // FULL: a commit is on the disk when it returns, which is what an answer promises.
                        for pragma in [
                            "PRAGMA busy_timeout = 20000",
                            "PRAGMA journal_mode = WAL",
                            "PRAGMA synchronous = FULL",
                            "PRAGMA cache_size = -65536",
                        ] {
                            sqlx::query(pragma).execute(&mut *connection).await?;
                        }
                    }
                    Ok(())
                })
            })
            // A full disk has SQLite end a transaction by itself, which sqlx believes to be open still: the next one on
            // such a connection would keep the database locked.
            .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
            .connect_with(options)
            .await?;
        Ok(Self { pool, dialect, writer: Arc::default(), terms: Arc::default() })
    }

    /// Brings the schema up to this program's; how many migrations were applied.
    ///
    /// # Errors
    /// [`StoreError::Migration`] where the database was written by a newer program or refuses.
    pub async fn migrate(&self) -> Result<usize> {
        let applied = schema::migrate(&self.pool, self.dialect).await?;
        self.pack_cells().await?;
        self.list_rejected().await?;
        Ok(applied)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// Where it does not.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query("SELECT revision FROM state").execute(&self.pool).await?;
        Ok(())
    }

    /// Waits for the turn of whoever writes beside the derived tables. PostgreSQL lets them write meanwhile.
    pub(crate) async fn turn(&self) -> Option<MutexGuard<'_, ()>> {
        match self.dialect {
            Dialect::Sqlite => Some(self.writer.lock().await),
            Dialect::Postgres => None,
        }
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
