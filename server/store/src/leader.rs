//! Who of several processes does what only one should do: judge deadlines, delete what is old.

use std::time::Duration;

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, Connection, Row};

use crate::{Dialect, Result, Store};

/// The advisory lock that the leader holds ("courier" in ASCII). Each PostgreSQL database has its own.
const LOCK: i64 = 0x63_6f75_7269_6572;
/// A database that takes longer to answer has gone, and with it the lock.
const PATIENCE: Duration = Duration::from_secs(3);

/// A candidate for the lead.
///
/// On PostgreSQL the leader is who holds an advisory lock, on a connection that is used for nothing else: it is let go
/// with the connection, so that others can take over as soon as the leader ends, however it ends. A connection pool
/// between here and PostgreSQL must keep sessions (pgbouncer: `pool_mode = session`).
///
/// SQLite serves the processes of one machine, usually one: each of them leads. That is safe, because whoever changes
/// what is derived holds the lock on the one row of `state`, and finds done what another has done before it.
#[derive(Debug)]
pub struct Candidate {
    dialect: Dialect,
    options: AnyConnectOptions,
    /// The connection that holds the lock.
    lead: Option<AnyConnection>,
}

impl Store {
    /// A candidate for the lead among all processes with this database.
    pub fn candidate(&self) -> Candidate {
        Candidate { dialect: self.dialect, options: (*self.pool.connect_options()).clone(), lead: None }
    }
}

impl Candidate {
    /// Whether this process leads: it goes on leading, or takes the lead where nobody has it. To be asked every second
    /// or so, and before each piece of work.
    ///
    /// # Errors
    /// Where the database fails; then this process does not lead.
    pub async fn leads(&mut self) -> Result<bool> {
        if self.dialect == Dialect::Sqlite {
            return Ok(true);
        }
        let lead = self.lead.take();
        let held = tokio::time::timeout(PATIENCE, async {
            match lead {
                Some(mut connection) => {
                    sqlx::query("SELECT 1").execute(&mut connection).await?;
                    Ok(Some(connection))
                }
                None => self.take().await,
            }
        });
        self.lead = held.await.map_err(|_| sqlx::Error::PoolTimedOut)??;
        Ok(self.lead.is_some())
    }

    async fn take(&mut self) -> Result<Option<AnyConnection>> {
        let mut connection = AnyConnection::connect_with(&self.options).await?;
        let row = sqlx::query("SELECT pg_try_advisory_lock($1)").bind(LOCK).fetch_one(&mut connection).await?;
        if !row.try_get::<bool, _>(0)? {
            connection.close().await?;
            return Ok(None);
        }
        // A leader whose machine or network has gone is noticed by PostgreSQL within eight seconds, not two hours.
        for setting in ["tcp_keepalives_idle = 5", "tcp_keepalives_interval = 1", "tcp_keepalives_count = 3"] {
            sqlx::query(sqlx::AssertSqlSafe(format!("SET {setting}"))).execute(&mut connection).await?;
        }
        Ok(Some(connection))
    }
}
