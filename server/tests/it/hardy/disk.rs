//! A disk that is full, or that turns read-only: what cannot be kept is not acknowledged, the answer says what to do, and
//! when it can be written again all goes on by itself.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::http::{accepted, ask, get, post};
use crate::cli::program::{Server, Site, text};
use crate::crash::load::Dice;

/// Room on the small disk, in MiB.
const ROOM: u32 = 16;
/// What takes its room away and gives it back, in MiB.
const BALLAST: usize = 8;

/// A small disk of its own where the system lets us mount one, else a limit on the size of files.
pub enum Small {
    Disk(PathBuf),
    Files,
}

impl Small {
    pub fn new(site: &Site) -> Self {
        let folder = site.path("small");
        std::fs::create_dir(&folder).unwrap();
        let size = format!("size={ROOM}m");
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "courierscope-test", text(&folder)]).output();
        if mount.is_ok_and(|done| done.status.success()) { Self::Disk(folder) } else { Self::Files }
    }

    pub fn fill(&self, server: &Server) {
        match self {
            Self::Disk(folder) => std::fs::write(folder.join("ballast"), vec![1; BALLAST << 20]).unwrap(),
            Self::Files => limit_files(server, "1000000"),
        }
    }

    /// Leaves no room at all.
    pub fn fill_up(&self, server: &Server) {
        match self {
            // What does not fit is written as far as it goes.
            Self::Disk(folder) => drop(std::fs::write(folder.join("ballast"), vec![1; (ROOM as usize) << 20])),
            Self::Files => limit_files(server, "1000"),
        }
    }

    pub fn make_room(&self, server: &Server) {
        match self {
            Self::Disk(folder) => std::fs::remove_file(folder.join("ballast")).unwrap(),
            Self::Files => limit_files(server, "unlimited"),
        }
    }
}

/// A server on a database in the small folder, which hears of a file that became too long only from its writes.
fn serve(site: &Site) -> Server {
    serve_with(site, &[])
}

/// The same, with these settings in its environment.
pub fn serve_with(site: &Site, settings: &[(&str, &str)]) -> Server {
    let plain = site.command(&["serve", "--listen", "127.0.0.1:0"]);
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(plain.get_program()).args(plain.get_args());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let url = format!("sqlite:{}", site.path("small/courierscope.db").display());
    command.envs(settings.iter().copied()).env("COURIERSCOPE__DATABASE_URL", url).current_dir(site.path(""));
    site.serve_by(command)
}

/// No file of the process may become longer.
fn limit_files(server: &Server, bytes: &str) {
    let limit = [format!("--pid={}", server.id()), format!("--fsize={bytes}:unlimited")];
    assert!(Command::new("prlimit").args(limit).status().unwrap().success());
}

impl Drop for Small {
    fn drop(&mut self) {
        if let Self::Disk(folder) = self {
            let _ = Command::new("umount").arg("--lazy").arg(folder).status();
        }
    }
}

/// Makes the database refuse every write, as a disk does that the system has made read-only after a fault. A folder cannot be
/// mounted anew while files in it are open for writing, so it is the files that become immutable; where the file system or
/// our rights do not allow that, none may become longer.
enum Refusing {
    Immutable(Vec<PathBuf>),
    Files,
}

impl Refusing {
    fn new(site: &Site, server: &Server) -> Self {
        let files: Vec<PathBuf> =
            ["courierscope.db", "courierscope.db-wal"].map(|name| site.path("small").join(name)).into();
        if set_immutable("+i", &files) {
            return Self::Immutable(files);
        }
        limit_files(server, "0");
        Self::Files
    }

    fn end(&self, server: &Server) {
        match self {
            Self::Immutable(files) => assert!(set_immutable("-i", files)),
            Self::Files => limit_files(server, "unlimited"),
        }
    }
}

impl Drop for Refusing {
    fn drop(&mut self) {
        // A test that failed in between leaves files that can be removed.
        if let Self::Immutable(files) = self {
            set_immutable("-i", files);
        }
    }
}

fn set_immutable(how: &str, files: &[PathBuf]) -> bool {
    Command::new("chattr").arg(how).args(files).output().is_ok_and(|done| done.status.success())
}

/// A body of parcels that nothing can compress.
fn body(dice: &mut Dice) -> (String, String) {
    let numbers: Vec<String> = (0..500).map(|_| format!("{:016X}{:016X}", dice.next(), dice.next())).collect();
    (numbers[0].clone(), numbers.iter().map(|number| accepted(number) + "\n").collect())
}

/// How many parcels count.
pub fn volume(server: &Server) -> Value {
    serde_json::from_str::<Value>(&get(server.address, "/api/v1/kpis").body).unwrap()["rows"][0]["kpis"]["volume"]
        .clone()
}

/// Waits until everything shows that was acknowledged.
fn settles(site: &Site, server: &Server, taken: &[String]) {
    for _ in 0..300 {
        if volume(server) == taken.len() * 500 {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(volume(server), taken.len() * 500, "{}", site.read("log.txt"));
    assert_eq!(get(server.address, "/readyz").status, 200);
    for number in taken {
        assert_eq!(get(server.address, &format!("/api/v1/parcels/{number}")).status, 200);
    }
}

#[test]
fn a_full_disk_loses_nothing_says_so_and_needs_no_hand() {
    let site = Site::new(&[]);
    let small = Small::new(&site);
    let server = serve(&site);
    let (mut dice, mut taken) = (Dice(5), Vec::new());
    let mut send = |taken: &mut Vec<String>| {
        let (number, body) = body(&mut dice);
        let answer = ask(server.address, &post(&body, "close")).unwrap();
        taken.extend((answer.status == 200).then_some(number));
        answer
    };
    assert_eq!(send(&mut taken).status, 200);
    small.fill(&server);
    let refused = (0..500).map(|_| send(&mut taken)).find(|answer| answer.status != 200).expect("the disk fills");
    match small {
        Small::Disk(_) => assert!(refused.status == 507 && refused.body.contains("make room"), "{refused:?}"),
        Small::Files => assert!([503, 507].contains(&refused.status), "{refused:?}"),
    }
    assert!(refused.head.contains("retry-after: ") && refused.head.contains("application/problem+json"), "{refused:?}");
    assert_eq!(get(server.address, "/healthz").status, 200);
    assert_eq!(get(server.address, "/api/v1/kpis").status, 200);

    small.make_room(&server);
    while send(&mut taken).status != 200 {
        std::thread::sleep(Duration::from_millis(100));
    }
    settles(&site, &server, &taken);
}

#[test]
fn a_disk_that_turns_read_only_loses_nothing_says_so_and_needs_no_hand_but_the_one_that_mends_it() {
    let site = Site::new(&[]);
    std::fs::create_dir(site.path("small")).unwrap();
    let server = serve(&site);
    let (mut dice, mut taken) = (Dice(6), Vec::new());
    let mut send = |taken: &mut Vec<String>| {
        let (number, body) = body(&mut dice);
        let answer = ask(server.address, &post(&body, "close")).unwrap();
        taken.extend((answer.status == 200).then_some(number));
        answer
    };
    assert_eq!(send(&mut taken).status, 200);
    settles(&site, &server, &taken);
    let refusing = Refusing::new(&site, &server);
    // What is in the log's file already may be written over.
    let refused = (0..500).map(|_| send(&mut taken)).find(|answer| answer.status != 200).expect("the disk refuses");
    assert!(refused.status == 503 && refused.body.contains("cannot be written"), "{refused:?}");
    assert!(refused.body.contains("read-only") && refused.body.contains("nothing was taken"), "{refused:?}");
    assert!(refused.head.contains("retry-after: "), "{refused:?}");
    assert_eq!(send(&mut taken).status, 503, "as long as it lasts");
    assert!(site.read("log.txt").contains("bodies could not be stored"), "{}", site.read("log.txt"));
    assert_eq!(get(server.address, "/healthz").status, 200);
    assert_eq!(get(server.address, &format!("/api/v1/parcels/{}", taken[0])).status, 200, "what is there can be read");

    refusing.end(&server);
    while send(&mut taken).status != 200 {
        std::thread::sleep(Duration::from_millis(100));
    }
    settles(&site, &server, &taken);
}
