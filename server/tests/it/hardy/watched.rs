//! What stops the watched folder for a while, and does not cost a file.

use std::time::{Duration, Instant};

use super::cluster::Cluster;
use super::disk::{Small, serve_with, volume};
use crate::cli::program::{Server, Site, text};
use crate::crash::load::Dice;

/// What has not happened by then does not happen.
const LONGEST: Duration = Duration::from_secs(60);
/// How often the folder is looked at, and a little.
const LOOKS: Duration = Duration::from_secs(10);
const WAITS: &str = "files wait in the watched folder";
const DEFINITION: &str = "number = \"{number}\"\ncourier = \"{courier}\"\ncode = \"{code}\"\ntime = \"{time}\"\n";

fn file(dice: &mut Dice, rows: u32) -> String {
    // What nothing can compress, and nobody reads.
    let note = |dice: &mut Dice| (0..75).map(|_| format!("{:016X}", dice.next())).collect::<String>();
    let row = |n: u32| format!("N{n},Posti,accepted,2026-11-20 10:00:00Z,{}\n", note(dice));
    format!("number,courier,code,time,note\n{}", (0..rows).map(row).collect::<String>())
}

fn wait(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < LONGEST, "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Waits until a file waits; and longer, for it to be said once.
fn waits(site: &Site) {
    wait("nothing is said", || site.read("log.txt").contains(WAITS));
    std::thread::sleep(LOOKS);
    let log = site.read("log.txt");
    assert_eq!(log.matches(WAITS).count(), 1, "it is said once: {log}");
    assert!(site.path("watch/scans/day.csv").exists(), "the file stays where it is: {log}");
    assert!(!site.path("watch/scans/failed").exists());
}

fn taken(site: &Site, server: &Server, parcels: u32) {
    let started = Instant::now();
    while !site.path("watch/scans/taken/day.csv").exists() {
        assert!(started.elapsed() < LONGEST, "the file is not taken: {}", site.read("log.txt"));
        std::thread::sleep(Duration::from_millis(100));
    }
    wait("it does not show", || volume(server) == parcels);
    assert!(site.read("log.txt").contains("files in the watched folder wait no more"));
}

fn site() -> Site {
    let site = Site::new(&[("scans", DEFINITION)]);
    std::fs::create_dir_all(site.path("watch/scans")).unwrap();
    site
}

#[test]
fn a_full_disk_keeps_files_waiting_and_needs_no_hand() {
    let site = site();
    let small = Small::new(&site);
    let server =
        serve_with(&site, &[("COURIERSCOPE__WATCH", "watch"), ("COURIERSCOPE__FEEDS", text(&site.path("feeds")))]);
    small.fill_up(&server);
    std::fs::write(site.path("watch/scans/day.csv"), file(&mut Dice(7), 10_000)).unwrap();
    waits(&site);
    // Where only the size of files is limited, SQLite says something else.
    let says = if matches!(small, Small::Disk(_)) { "make room" } else { WAITS };
    assert!(site.read("log.txt").contains(says), "{}", site.read("log.txt"));
    small.make_room(&server);
    taken(&site, &server, 10_000);
}

#[test]
fn a_database_that_is_gone_keeps_files_waiting_until_it_is_back() {
    let Some(cluster) = Cluster::start() else { return };
    let site = site();
    let database = cluster.address();
    let server = site.serve_with(&[("COURIERSCOPE__DATABASE_URL", &*database), ("COURIERSCOPE__WATCH", "watch")]);
    // Long enough for it to lead, and to take what is there.
    std::fs::write(site.path("watch/scans/first.csv"), file(&mut Dice(1), 10)).unwrap();
    wait("the first file is not taken", || site.path("watch/scans/taken/first.csv").exists());
    cluster.stop();
    std::fs::write(site.path("watch/scans/day.csv"), file(&mut Dice(2), 20)).unwrap();
    std::thread::sleep(LOOKS);
    assert!(site.path("watch/scans/day.csv").exists(), "the file stays where it is");
    assert!(!site.path("watch/scans/failed").exists());
    cluster.start_again();
    wait("the file is not taken", || site.path("watch/scans/taken/day.csv").exists());
    wait("it does not show", || volume(&server) == 20);
    let log = site.read("log.txt");
    assert!(log.matches(WAITS).count() <= 1, "{log}");
}
