//! Backups: one file that restores everything.

use super::program::{Site, text};
use super::{FILE, SCANS};
use crate::crash::http::get;
use crate::support::TestDatabase;

#[test]
fn a_backup_of_a_server_at_work_restores_everything() {
    let site = Site::on(TestDatabase::sqlite(), &[("scans", SCANS)]);
    site.write("file.csv", FILE.as_bytes());
    assert_eq!(site.run(&["import", "file.csv"]).code, 1);
    let figures = |site: &Site| get(site.serve().address, "/api/v1/kpis?group_by=courier,day").1["rows"].clone();
    let before = figures(&site);

    let server = site.serve();
    let done = site.run(&["backup", "all.backup"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.out.contains("1 feed definitions"), "{done:?}");
    let again = site.run(&["backup", "all.backup"]);
    assert!(again.code == 2 && again.err.contains("exists already"), "{again:?}");
    let into_a_server = site.run(&["restore", "all.backup"]);
    assert!(into_a_server.code == 2 && into_a_server.err.contains("--database-url"), "{into_a_server:?}");
    drop(server);

    let backup = site.path("all.backup");
    let elsewhere = Site::on(TestDatabase::sqlite(), &[]);
    let done = elsewhere.run(&["restore", text(&backup)]);
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(figures(&elsewhere), before);
    assert_eq!(elsewhere.read("feeds/scans.toml"), SCANS);
    assert_eq!(elsewhere.run(&["replay"]).code, 0);
    assert_eq!(figures(&elsewhere), before);
    assert!(!elsewhere.path("courierscope.db.unfinished").exists());

    let other_definition = Site::on(TestDatabase::sqlite(), &[("scans", "format = \"events\"")]);
    let done = other_definition.run(&["restore", text(&backup)]);
    assert!(done.code == 1 && done.out.contains("scans.toml") && done.out.contains("left alone"), "{done:?}");
    assert_eq!(other_definition.read("feeds/scans.toml"), "format = \"events\"");
}

#[test]
fn what_is_no_backup_restores_nothing() {
    let site = Site::on(TestDatabase::sqlite(), &[]);
    let missing = site.run(&["backup", "all.backup"]);
    assert!(missing.code == 2 && missing.err.contains("there is no database"), "{missing:?}");
    assert_eq!(site.run(&["migrate"]).code, 0);
    assert_eq!(site.run(&["backup", "all.backup"]).code, 0);
    let whole = std::fs::read(site.path("all.backup")).unwrap();
    let mut damaged = whole.clone();
    damaged[4096..4200].fill(0xA5);
    site.write("damaged.backup", &damaged);
    site.write("short.backup", &whole[..whole.len() / 2]);
    site.write("text.backup", &b"number,courier\n".repeat(1000));
    let elsewhere = Site::on(TestDatabase::sqlite(), &[]);
    for name in ["damaged.backup", "short.backup", "text.backup", "courierscope.db", "nowhere.backup"] {
        let done = elsewhere.run(&["restore", text(&site.path(name))]);
        assert!(done.code == 2 && done.err.contains(name) && done.err.contains("no backup"), "{name}: {done:?}");
        assert!(!elsewhere.path("courierscope.db").exists(), "{name}");
    }
}

#[test]
fn a_restore_that_was_cut_short_is_given_again() {
    let site = Site::on(TestDatabase::sqlite(), &[("scans", SCANS)]);
    assert_eq!(site.run(&["migrate"]).code, 0);
    assert_eq!(site.run(&["backup", "all.backup"]).code, 0);
    let backup = site.path("all.backup");
    let elsewhere = Site::on(TestDatabase::sqlite(), &[]);
    std::fs::remove_dir(elsewhere.path("feeds")).unwrap();
    elsewhere.write("feeds", b"no folder");
    // What a command that was killed leaves; SQLite would take such a log for the new file's.
    let left = ["", "-journal", "-wal", "-shm"].map(|end| format!("courierscope.db.unfinished{end}"));
    left.iter().for_each(|name| _ = elsewhere.write(name, b"left"));
    let done = elsewhere.run(&["restore", text(&backup)]);
    assert!(done.code == 2 && done.err.contains("scans.toml"), "{done:?}");
    assert!(!elsewhere.path("courierscope.db").exists(), "there is no database without its definitions");
    std::fs::remove_file(elsewhere.path("feeds")).unwrap();
    let done = elsewhere.run(&["restore", text(&backup)]);
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(elsewhere.read("feeds/scans.toml"), SCANS);
    for name in &left {
        assert!(!elsewhere.path(name).exists(), "{name}");
    }
}

#[test]
fn for_postgresql_its_own_programs_are_named() {
    let site = Site::on(TestDatabase::sqlite(), &[]);
    let address = ["--database-url", "postgres://cs:secret@db/cs"];
    for (command, program) in [("backup", "pg_dump --format=custom"), ("restore", "pg_restore")] {
        let done = site.run(&[&[command, "all.backup"][..], &address].concat());
        assert!(done.code == 2 && done.err.contains(program), "{done:?}");
        assert!(done.err.contains("postgres://cs@db/cs") && !done.err.contains("secret"), "{done:?}");
    }
}
