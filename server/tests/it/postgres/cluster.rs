//! A private PostgreSQL that all tests of a run share, whether they run in one process or in one each.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where the processes that share a cluster meet.
const MEETING: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/postgres");

/// The cluster. It ends soon after the last process that uses it, see `scripts/test-postgres.sh`.
struct Cluster {
    programs: PathBuf,
    port: u16,
    /// Holds the lock that keeps it alive.
    _in_use: File,
}

impl Cluster {
    /// The one that is at work, or a new one; in words why there is none.
    fn join() -> Result<Self, String> {
        let in_use = File::create(MEETING).unwrap();
        in_use.lock_shared().unwrap();
        let one_at_a_time = File::create(format!("{MEETING}.start")).unwrap();
        one_at_a_time.lock().unwrap();
        let at = format!("{MEETING}.at");
        let join = |line: &str, in_use| {
            let (programs, port) = line.trim().rsplit_once(' ')?;
            Some(Self { programs: programs.into(), port: port.parse().ok()?, _in_use: in_use })
        };
        let known = std::fs::read_to_string(&at).ok().and_then(|line| join(&line, in_use.try_clone().unwrap()));
        if let Some(cluster) = known.filter(|cluster| cluster.run("pg_isready", &["--quiet"])) {
            return Ok(cluster);
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/test-postgres.sh");
        let started = Command::new(script).arg(MEETING).stdin(Stdio::null()).output().unwrap();
        if !started.status.success() {
            return Err(String::from_utf8_lossy(&started.stderr).into_owned());
        }
        let line = String::from_utf8(started.stdout).unwrap();
        std::fs::write(at, &line).unwrap();
        join(&line, in_use).ok_or(line)
    }

    /// Runs one of PostgreSQL's programs; whether it did what it was asked.
    fn run(&self, program: &str, arguments: &[&str]) -> bool {
        let mut command = Command::new(self.programs.join(program));
        command.args(["--host=127.0.0.1", "--username=courierscope", &format!("--port={}", self.port)]);
        command.args(arguments).stdin(Stdio::null()).status().unwrap().success()
    }
}

/// The cluster, started when it is needed first.
fn cluster() -> &'static Result<Cluster, String> {
    static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::join)
}

/// An empty database. It goes when it is dropped, whoever is still connected.
pub struct Database {
    cluster: &'static Cluster,
    name: String,
}

impl Database {
    /// Creates one.
    ///
    /// # Errors
    /// In words why there is none.
    pub fn create() -> Result<Self, &'static str> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let cluster = cluster().as_ref().map_err(String::as_str)?;
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        assert!(cluster.run("createdb", &[&name]), "{name}");
        Ok(Self { cluster, name })
    }

    /// Where it is.
    pub fn address(&self) -> String {
        format!("postgres://courierscope@127.0.0.1:{}/{}", self.cluster.port, self.name)
    }

    /// Everything in it, as PostgreSQL writes it down.
    pub fn dump(&self) -> Vec<u8> {
        let mut command = Command::new(self.cluster.programs.join("pg_dump"));
        let done = command.arg(self.address()).stdin(Stdio::null()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        done.stdout
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.cluster.run("dropdb", &["--force", "--if-exists", &self.name]);
    }
}
