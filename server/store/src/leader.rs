//! Who of several processes does what only one should do: judge deadlines, delete what is old.

use std::time::Duration;

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, Connection, Row};

use crate::{Dialect, Result, Store, StoreError};

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
    /// The connection that holds the lock or asks for it.
    session: Option<Session>,
}

#[derive(Debug)]
struct Session {
    connection: AnyConnection,
    role: Role,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Leader,
    Follower,
}

impl Store {
    /// A candidate for the lead among all processes with this database.
    pub fn candidate(&self) -> Candidate {
        Candidate { dialect: self.dialect, options: (*self.pool.connect_options()).clone(), session: None }
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
        let (session, options) = (self.session.take(), &self.options);
        let asked = tokio::time::timeout(PATIENCE, async {
            let mut session = match session {
                Some(session) => session,
                None => Session::open(options).await?,
            };
            match session.role {
                Role::Leader => _ = sqlx::query("SELECT 1").execute(&mut session.connection).await?,
                Role::Follower => session.ask().await?,
            }
            Ok::<_, StoreError>(session)
        });
        // A connection on which something went wrong is dropped, and the lock with it.
        let session = self.session.insert(asked.await.map_err(|_| sqlx::Error::PoolTimedOut)??);
        Ok(session.role == Role::Leader)
    }
}

impl Session {
    async fn open(options: &AnyConnectOptions) -> Result<Self> {
        let mut connection = AnyConnection::connect_with(options).await?;
        // A leader whose machine or network has gone is noticed by PostgreSQL within eight seconds, not two hours.
        for setting in ["tcp_keepalives_idle = 5", "tcp_keepalives_interval = 1", "tcp_keepalives_count = 3"] {
            sqlx::query(sqlx::AssertSqlSafe(format!("SET {setting}"))).execute(&mut connection).await?;
        }
        Ok(Self { connection, role: Role::Follower })
    }

    /// Takes the lead where nobody has it.
    async fn ask(&mut self) -> Result<()> {
        let row = sqlx::query("SELECT pg_try_advisory_lock($1)").bind(LOCK).fetch_one(&mut self.connection).await?;
        if row.try_get(0)? {
            self.role = Role::Leader;
        }
        Ok(())
    }
}
