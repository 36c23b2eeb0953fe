//! What is no file of a feed, and what stops one that is.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use domain::view::Standing;

use super::{Drop, HEADER, SCANS, listed, rows};

#[tokio::test]
async fn what_is_on_its_way_is_left_alone() {
    let drop = Drop::new(&[("scans", SCANS)], Standing::Counted).await;
    let names = [".day.csv", "a.csv.part", "b.csv.TMP", "c.csv.filepart", "empty.csv"];
    for name in names {
        let text = if name == "empty.csv" { String::new() } else { format!("{HEADER}{}", rows(0..3)) };
        drop.put(&format!("scans/{name}"), text);
    }
    for _ in 0..4 {
        drop.look().await;
    }
    assert_eq!(listed(&drop.path("scans")), names[1..], "an empty file may be about to be written");
    assert!(drop.path("scans/.day.csv").exists());
    assert_eq!(drop.volume().await, 0);
}

#[tokio::test]
async fn links_lead_nowhere() {
    let drop = Drop::new(&[("scans", SCANS)], Standing::Counted).await;
    let outside = drop.site.path("outside");
    std::fs::create_dir(&outside).unwrap();
    let secret = drop.site.write("outside/secret.csv", format!("{HEADER}{}", rows(0..3)).as_bytes());
    drop.put("scans/good.csv", format!("{HEADER}{}", rows(5..6)));
    symlink(&secret, drop.path("scans/link.csv")).unwrap();
    symlink(&outside, drop.path("other")).unwrap();
    symlink(&outside, drop.path("scans/taken")).unwrap();
    drop.look_twice().await;
    assert_eq!(listed(&outside), ["secret.csv"], "nothing was moved to where a link leads");
    assert_eq!(listed(&drop.path("scans")), ["good.csv", "link.csv", "taken"]);
    assert!(drop.view("scans").await.waits.unwrap().contains("taken is no folder, or a link to one"));
    assert!(drop.view("other").await.waits.unwrap().contains("this is a link"));
    assert_eq!(drop.volume().await, 0, "and nothing was taken that could not be moved");

    std::fs::remove_file(drop.path("scans/taken")).unwrap();
    drop.look().await;
    assert_eq!(drop.volume().await, 1);
    assert_eq!((drop.view("scans").await.waits, listed(&drop.path("scans"))), (None, vec!["link.csv".to_owned()]));
}

#[tokio::test]
async fn what_lies_in_no_folder_of_a_feed_is_shown() {
    let drop = Drop::shown(&[], Standing::Counted).await;
    drop.put("day.csv", "a,b\n");
    drop.put("Rápida/day.csv", "a,b\n");
    drop.look_twice().await;
    assert!(drop.view("day.csv").await.waits.unwrap().contains("in no folder of a feed"));
    assert!(drop.view("Rápida").await.waits.unwrap().contains("cannot be the name of a feed"));
    // The server beside it says so when it has looked itself.
    let started = Instant::now();
    loop {
        let (_, page) = drop.app.get("/feeds").await;
        if page.as_str().unwrap().contains("in no folder of a feed") {
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "{page}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    std::fs::remove_file(drop.path("day.csv")).unwrap();
    drop.look().await;
    assert_eq!(drop.view("day.csv").await.waits, None);
}

#[tokio::test]
async fn a_definition_with_faults_keeps_files_waiting_until_it_is_mended() {
    let drop = Drop::new(&[("scans", "number = \n")], Standing::Counted).await;
    drop.put("scans/day.csv", format!("{HEADER}{}", rows(0..3)));
    drop.look_twice().await;
    assert!(drop.view("scans").await.waits.unwrap().contains("has faults"));
    assert_eq!(listed(&drop.path("scans")), ["day.csv"]);
    drop.site.write("feeds/scans.toml", SCANS.as_bytes());
    drop.look().await;
    assert_eq!((drop.volume().await, drop.view("scans").await.waits), (3, None));
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_waited_for() {
    let drop = Drop::shown(&[("scans", SCANS)], Standing::Counted).await;
    std::fs::remove_dir(drop.path("")).unwrap();
    drop.look().await;
    assert!(drop.view("").await.waits.unwrap().contains("cannot be looked into"));
    let (status, page) = drop.app.get("/feeds").await;
    assert!(status == 200 && page.as_str().unwrap().contains("cannot be looked into"), "{page}");
    drop.put("scans/day.csv", format!("{HEADER}{}", rows(0..3)));
    drop.look_twice().await;
    assert_eq!(drop.volume().await, 3);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_stops_no_other() {
    let drop = Drop::new(&[("scans", SCANS)], Standing::Counted).await;
    let bad = Unreadable::at(drop.path("scans/bad.csv"));
    drop.put("scans/good.csv", format!("{HEADER}{}", rows(0..3)));
    // It may be empty, and is waited for then.
    for _ in 0..22 {
        drop.look().await;
    }
    assert_eq!((drop.volume().await, listed(&drop.path("scans"))), (3, vec!["bad.csv".to_owned()]));
    let waits = drop.view("scans").await.waits.unwrap();
    assert!(waits.starts_with("bad.csv: ") && waits.contains("cannot be "), "{waits}");

    std::mem::drop(bad);
    drop.put("scans/bad.csv", format!("{HEADER}{}", rows(3..5)));
    drop.look_twice().await;
    assert_eq!((drop.volume().await, drop.view("scans").await.waits), (5, None));
}

/// A file that the system does not let anybody read.
struct Unreadable(PathBuf);

impl Unreadable {
    fn at(path: PathBuf) -> Self {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "").unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o0)).unwrap();
        if std::fs::File::open(&path).is_ok() {
            // Root may open everything, but nobody can read what is at no address.
            let mount = Command::new("mount").args(["--bind", "/proc/self/mem"]).arg(&path).status();
            assert!(mount.is_ok_and(|done| done.success()), "root may not mount here: run this test as another user");
        }
        Self(path)
    }
}

impl std::ops::Drop for Unreadable {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
        std::fs::remove_file(&self.0).unwrap();
    }
}
