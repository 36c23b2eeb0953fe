//! The real program, for tests.

use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use serde_json::Value;
use server::cli::{CLOSE_WITHIN, Running, start};
use server::clock::Clock;
use server::config::Config;
use server::pipeline::judge_all_anew;
use store::Store;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::postgres::cluster;

/// 2026-11-22T12:00:00Z, where the mock clock stands at first.
pub const NOW: i64 = 1_795_348_800_000;

/// A fresh database, which goes with the test.
pub enum TestDatabase {
    Sqlite(TempDir),
    Postgres(cluster::Database),
    /// One that belongs to somebody else.
    OfAnother(String),
}

impl TestDatabase {
    /// One on SQLite, or on PostgreSQL where `COURIERSCOPE_TEST_DATABASE` says so.
    pub fn create() -> Self {
        match std::env::var("COURIERSCOPE_TEST_DATABASE").as_deref() {
            Ok("postgres") => Self::Postgres(cluster::Database::create().unwrap()),
            Ok("sqlite") | Err(_) => Self::sqlite(),
            Ok(other) => panic!("COURIERSCOPE_TEST_DATABASE is sqlite or postgres, not {other:?}"),
        }
    }

    /// One on SQLite.
    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// One on PostgreSQL; `None` where that is not installed, but in CI it has to be.
    pub fn postgres_if_installed() -> Option<Self> {
        match cluster::Database::create() {
            Ok(database) => Some(Self::Postgres(database)),
            Err(fault) if std::env::var_os("CI").is_some() => panic!("{fault}"),
            Err(fault) => {
                eprintln!("skipped: {fault}");
                None
            }
        }
    }

    /// Where it is.
    pub fn address(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("courierscope.db").display()),
            Self::Postgres(database) => database.address(),
            Self::OfAnother(address) => address.clone(),
        }
    }

    /// The database, brought to the program's schema.
    pub async fn open(&self) -> Store {
        let store = Store::open(&self.address()).await.unwrap();
        store.migrate().await.unwrap();
        store
    }
}

/// A server with a database of its own.
pub struct TestApp {
    pub router: Router,
    pub store: Store,
    pub clock: Clock,
    pub config: Config,
    running: Running,
    _database: TestDatabase,
}

impl TestApp {
    /// Starts a server whose feed definitions are those of `tests/feeds`.
    pub async fn start() -> Self {
        Self::start_with(Config::default()).await
    }

    /// Starts a server with other settings; its database is its own, and so are the feeds unless these name others.
    pub async fn start_with(config: Config) -> Self {
        Self::start_on(TestDatabase::create(), config).await
    }

    /// Starts a server on this database.
    pub async fn start_on(database: TestDatabase, config: Config) -> Self {
        let config = Config {
            database_url: database.address(),
            new_feeds: domain::view::Standing::Counted,
            feeds: config.feeds.or_else(|| Some(tests_folder().join("feeds"))),
            ..config
        };
        let store = database.open().await;
        let clock = Clock::mock(NOW);
        let running = start(&config, store.clone(), clock.clone()).await.unwrap();
        Self { router: running.router.clone(), store, clock, config, running, _database: database }
    }

    /// Stops the work in the background and closes the database, for which it waits no longer than the server does.
    pub async fn stop(&self) {
        self.running.stopping.cancel();
        let _ = tokio::time::timeout(CLOSE_WITHIN, self.store.close()).await;
    }

    /// Asks the API; the body as JSON, or as a text where it is none.
    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Sends to a feed.
    pub async fn post(&self, feed: &str, content_type: &str, body: impl Into<Body>) -> (StatusCode, Value) {
        let request = Request::post(format!("/api/v1/feeds/{feed}/events")).header(header::CONTENT_TYPE, content_type);
        self.send(request.body(body.into()).unwrap()).await
    }

    /// Sends a request.
    pub async fn send(&self, request: Request<Body>) -> (StatusCode, Value) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// Waits until everything that was sent shows in the figures.
    pub async fn settle(&self) {
        judge_all_anew(&self.store, self.clock.now(), |_| ()).await.unwrap();
        for _ in 0..400 {
            let pending = self.store.pending_batches().await.unwrap();
            let revision = self.store.revision().await.unwrap().0;
            let (_, answer) = self.get("/api/v1/kpis").await;
            if pending == 0 && answer["revision"] == revision {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the figures do not follow");
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.running.stopping.cancel();
    }
}

/// `server/tests`.
pub fn tests_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// A file of the folder of real data, which is beside the project or where `COURIERSCOPE_DATA` says. Where there is
/// none the test has nothing to do, but in CI it has to be there.
pub fn real_data(file: &str) -> Option<Vec<u8>> {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("COURIERSCOPE_DATA").map_or_else(default, PathBuf::from);
    match std::fs::read(folder.join(file)) {
        Ok(bytes) => Some(bytes),
        Err(fault) if std::env::var_os("CI").is_some() => panic!("{file}: {fault}"),
        Err(fault) => {
            eprintln!("skipped: {file}: {fault}");
            None
        }
    }
}
