//! A PostgreSQL cluster of a test's own, which may be stopped under whoever uses it.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A cluster that stops when it is dropped.
pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

impl Cluster {
    /// Starts one; `None` where PostgreSQL is not installed, but in CI it has to be.
    pub fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(std::env::var_os("CI").is_none(), "PostgreSQL is not installed");
            eprintln!("skipped: PostgreSQL is not installed");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let cluster = Self { folder, programs, port };
        cluster.run("initdb", "--auth=trust --username=courierscope --no-sync");
        cluster.start_again();
        Some(cluster)
    }

    pub fn address(&self) -> String {
        format!("postgres://courierscope@127.0.0.1:{}/postgres", self.port)
    }

    /// Stops it as a power cut does.
    pub fn stop(&self) {
        self.run("pg_ctl", "--mode=immediate stop");
    }

    pub fn start_again(&self) {
        let (path, port) = (self.folder.path().display(), self.port);
        let options = format!("-p {port} -c listen_addresses=127.0.0.1 -k {path}");
        self.run("pg_ctl", &format!("--wait --log={path}/log --options='{options}' start"));
    }

    /// Runs one of PostgreSQL's programs, which refuse to be run by root.
    fn run(&self, program: &str, arguments: &str) {
        let path = self.folder.path();
        let command = format!("{}/{program} --pgdata={}/data {arguments}", self.programs.display(), path.display());
        let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
        let mut process = Command::new(if is_root { "runuser" } else { "sh" });
        if is_root {
            process.args(["-u", "postgres", "--", "sh"]);
        }
        let done = process.args(["-c", &command]).current_dir(path).stdout(Stdio::null()).status();
        assert!(done.unwrap().success(), "{command}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions.flatten().map(|version| version.path().join("bin")).collect();
    found.retain(|folder| folder.join("initdb").exists());
    found.sort();
    found.pop()
}
