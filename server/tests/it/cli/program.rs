//! The built program, as a process of its own in a folder of its own.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::TestDatabase;

/// No command of these tests may take longer.
const LONGEST: Duration = Duration::from_secs(120);

/// A folder with a database and feed definitions, and the program at work in it.
pub struct Site {
    folder: TempDir,
    database: OnceLock<TestDatabase>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Done {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Site {
    /// An empty folder with these feed definitions.
    pub fn new(feeds: &[(&str, &str)]) -> Self {
        let site = Self { folder: tempfile::tempdir().unwrap(), database: OnceLock::new() };
        std::fs::create_dir(site.path("feeds")).unwrap();
        for (name, definition) in feeds {
            site.write(&format!("feeds/{name}.toml"), definition.as_bytes());
        }
        site
    }

    /// The same, with this database.
    pub fn on(database: TestDatabase, feeds: &[(&str, &str)]) -> Self {
        let site = Self::new(feeds);
        site.database.get_or_init(|| database);
        site
    }

    /// The path of a file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the database is.
    pub fn database_url(&self) -> String {
        match self.database.get_or_init(TestDatabase::create) {
            // Where the program has it by itself.
            TestDatabase::Sqlite(_) => format!("sqlite:{}", self.path("courierscope.db").display()),
            database => database.address(),
        }
    }

    /// Writes a file into the folder.
    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The program in this folder, with no settings from the environment that the tests run in, but for a database that
    /// is not the one it has by itself.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_courierscope"));
        let ours = std::env::vars_os().map(|(name, _)| name);
        for name in ours.filter(|name| name.to_string_lossy().starts_with("COURIERSCOPE__")) {
            command.env_remove(name);
        }
        if !arguments.contains(&"--print-config") && !self.database_url().starts_with("sqlite:") {
            command.env("COURIERSCOPE__DATABASE_URL", self.database_url());
        }
        // Most tests look at figures at once; the settings are tested as they are.
        if !arguments.contains(&"--print-config") {
            command.env("COURIERSCOPE__NEW_FEEDS", "counted");
        }
        command.env_remove("RUST_LOG").current_dir(self.folder.path()).args(arguments).stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Done {
        finish(self.command(arguments))
    }

    /// Starts a command whose output nobody reads.
    pub fn spawn(&self, arguments: &[&str]) -> Own {
        let mut command = self.command(arguments);
        Own(command.stdout(Stdio::null()).stderr(self.log()).spawn().unwrap())
    }

    /// Starts a server on a free port of this machine.
    pub fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    /// Starts a server with these settings in its environment.
    pub fn serve_with(&self, settings: &[(&str, &str)]) -> Server {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.envs(settings.iter().copied());
        self.serve_by(command)
    }

    /// Starts a server that fills its database with so many invented parcels.
    pub fn serve_with_demo(&self, parcels: &str) -> Server {
        self.serve_by(self.command(&["serve", "--listen", "127.0.0.1:0", "--demo", parcels]))
    }

    /// Starts a server by a command that prints its address.
    pub fn serve_by(&self, mut command: Command) -> Server {
        let mut own = Own(command.stdout(Stdio::piped()).stderr(self.log()).spawn().unwrap());
        let mut line = String::new();
        BufReader::new(own.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once("http://").map(|(_, address)| address.parse());
        let Some(Ok(address)) = address else {
            panic!("the server does not start: {line:?}\n{}", self.read("log.txt"));
        };
        Server { own, address }
    }

    /// A file of the folder as text.
    pub fn read(&self, name: &str) -> String {
        String::from_utf8_lossy(&std::fs::read(self.path(name)).unwrap_or_default()).into_owned()
    }

    fn log(&self) -> File {
        File::options().create(true).append(true).open(self.path("log.txt")).unwrap()
    }
}

/// Runs a command to its end.
pub fn finish(mut command: Command) -> Done {
    let output = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    done(output)
}

fn done(output: Output) -> Done {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Done { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// A process that ends with the test at the latest.
pub struct Own(Child);

impl Own {
    /// Its process id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Kills it with SIGKILL.
    pub fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// The exit code, if it has ended.
    pub fn ended(&mut self) -> Option<i32> {
        self.0.try_wait().unwrap().map(|status| status.code().unwrap_or(-1))
    }

    /// Waits for its end, and calls `look` while it runs.
    pub fn wait(&mut self, mut look: impl FnMut(u32)) -> i32 {
        let started = Instant::now();
        loop {
            if let Some(code) = self.ended() {
                return code;
            }
            assert!(started.elapsed() < LONGEST, "a command does not end");
            look(self.id());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server at work.
pub struct Server {
    own: Own,
    pub address: SocketAddr,
}

impl Server {
    /// Kills it with SIGKILL.
    pub fn kill(self) {
        self.own.kill();
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.own.id()
    }

    /// Asks it to end, as an operator's machine does.
    pub fn terminate(&self) {
        assert!(Command::new("kill").args(["-TERM", &self.id().to_string()]).status().unwrap().success());
    }

    /// Waits for its end; the exit code.
    pub fn wait(&mut self) -> i32 {
        self.own.wait(|_| ())
    }
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
