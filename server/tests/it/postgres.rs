//! The same SQL on PostgreSQL: a private cluster in a temporary folder, started and stopped here.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use server::config::Config;
use tempfile::TempDir;

use crate::support::{TestApp, real_data};

/// A cluster that stops when it is dropped.
struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

impl Cluster {
    /// Starts one; `None` where PostgreSQL is not installed, but in CI it has to be.
    fn start() -> Option<Self> {
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
        let options = format!("-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {}", cluster.path().display());
        cluster.run("pg_ctl", &format!("--wait --log={}/log --options='{options}' start", cluster.path().display()));
        Some(cluster)
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn address(&self) -> String {
        format!("postgres://courierscope@127.0.0.1:{}/postgres", self.port)
    }

    /// Runs one of PostgreSQL's programs, which refuse to be run by root.
    fn run(&self, program: &str, arguments: &str) {
        let command =
            format!("{}/{program} --pgdata={}/data {arguments}", self.programs.display(), self.path().display());
        let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
        let mut process = if is_root { Command::new("runuser") } else { Command::new("sh") };
        if is_root {
            process.args(["-u", "postgres", "--", "sh"]);
        }
        let output =
            process.args(["-c", &command]).current_dir(self.path()).stdout(std::process::Stdio::null()).status();
        assert!(output.unwrap().success(), "{command}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.run("pg_ctl", "--mode=immediate stop");
    }
}

fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions.flatten().map(|version| version.path().join("bin")).collect();
    found.retain(|folder| folder.join("initdb").exists());
    found.sort();
    found.pop()
}

#[tokio::test]
async fn postgresql_gives_the_same_figures_as_sqlite() {
    let Some(cluster) = Cluster::start() else { return };
    let Some(file) = real_data("lade_p/dev_shanghai_hangzhou_jilin.csv") else { return };
    let on_postgres = TestApp::start_with(Config { database_url: cluster.address(), ..Config::default() }).await;
    let on_sqlite = TestApp::start().await;
    for app in [&on_postgres, &on_sqlite] {
        for _ in 0..2 {
            let (status, answer) = app.post("lade_p", "text/csv", file.clone()).await;
            assert_eq!((status.as_u16(), &answer["rows"]), (200, &3208.into()), "{answer}");
        }
        app.settle().await;
    }
    for question in ["", "?group_by=courier,day", "?group_by=destination_region", "?group_by=service,shipper,day"] {
        let path = format!("/api/v1/kpis{question}");
        let (postgres, sqlite) = (on_postgres.get(&path).await.1, on_sqlite.get(&path).await.1);
        assert_eq!(postgres["rows"], sqlite["rows"], "{path}");
    }
    for path in ["/api/v1/parcels?class=late&limit=1000", "/api/v1/parcels/4821650", "/api/v1/feeds"] {
        assert_eq!(on_postgres.get(path).await, on_sqlite.get(path).await, "{path}");
    }
    on_postgres.stop().await;
}
