//! The commands, as they are typed.

mod backup;
mod import;
pub mod program;
mod settings;

use program::{Site, text};

const SCANS: &str = r#"
description = "Scans of a courier"
number = "{number}"
courier = "{courier}"
code = "{code}"
time = "{time}"
"#;

const FILE: &str = "number,courier,code,time
A1,Posti,accepted,2024-06-03 10:00:00Z
A1,Posti,delivered,2024-06-04 10:00:00Z
A2,Posti,accepted,yesterday
A2,Posti,teleported,2024-06-03 12:00:00Z
A3,,accepted,2024-06-03 12:00:00Z
";

#[test]
fn migrate_says_what_it_did_and_does_it_once() {
    let site = Site::new(&[]);
    let first = site.run(&["migrate"]);
    assert_eq!(first.code, 0, "{first:?}");
    assert!(first.out.starts_with("Applied "), "{first:?}");
    let again = site.run(&["migrate"]);
    assert_eq!((again.code, again.out.as_str()), (0, "The database is up to date.\n"), "{again:?}");
}

#[test]
fn a_database_that_cannot_be_opened_is_named_with_what_to_do() {
    let site = Site::new(&[("scans", SCANS)]);
    site.write("file.csv", FILE.as_bytes());
    site.write("damaged.db", "not a database, but long enough to be taken for one ".repeat(100).as_bytes());
    for (database, says) in
        [("sqlite:no/such/folder/main.db", "no/such/folder/main.db"), ("mysql://cs@db/cs", "sqlite:courierscope.db")]
    {
        for command in [&["import", "file.csv", "--feeds", "feeds"][..], &["migrate"], &["replay"], &["serve"]] {
            let done = site.run(&[command, &["--database-url", database]].concat());
            assert_eq!(done.code, 2, "{command:?}: {done:?}");
            assert!(done.err.contains(says), "{command:?}: {done:?}");
        }
    }
    let done = site.run(&["migrate", "--database-url", "sqlite:damaged.db"]);
    assert!(done.code == 2 && done.err.contains("damaged.db"), "{done:?}");
}

#[test]
fn the_feeds_are_listed_with_what_is_wrong_with_them() {
    let site = Site::new(&[("scans", SCANS)]);
    let good = site.run(&["feeds", "list"]);
    assert_eq!(good.code, 0, "{good:?}");
    assert!(good.out.contains("canonical") && good.out.contains("Scans of a courier"), "{good:?}");

    site.write("feeds/other.toml", b"number = \"{n}\"\ncourir = \"Posti\"\n");
    let faulty = site.run(&["feeds", "list"]);
    assert_eq!(faulty.code, 1, "{faulty:?}");
    assert!(faulty.out.contains("other                cannot be used:"), "{faulty:?}");
    assert!(faulty.out.contains("courir") && faulty.out.contains("Scans of a courier"), "{faulty:?}");
    let done = site.run(&["import", "file.csv", "--feed", "other"]);
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.err.contains("courir") && done.err.contains("has faults"), "{done:?}");
}

#[test]
fn a_check_shows_how_rows_would_be_understood_and_stores_nothing() {
    let site = Site::new(&[("scans", SCANS)]);
    let file = site.write("file.csv", FILE.as_bytes());
    let done = site.run(&["feeds", "check", text(&file)]);
    assert_eq!(done.code, 1, "{done:?}");
    let lines: Vec<&str> = done.out.lines().collect();
    assert_eq!(lines[..2], ["row 2", "  2024-06-03 10:00:00 +00:00 (stated)  accepted  Posti  A1"], "{done:?}");
    let at = lines.iter().position(|line| *line == "row 4").unwrap();
    assert!(lines[at + 1].starts_with("  rejected: time: looks like"), "{done:?}");
    assert_eq!(lines.last(), Some(&"5 rows shown, 2 of them would be rejected. Nothing was stored."), "{done:?}");
    assert!(!site.path("courierscope.db").exists());

    let first = site.run(&["feeds", "check", text(&file), "--feed", "scans", "--rows", "2"]);
    assert_eq!(first.code, 0, "{first:?}");
    assert!(first.out.contains("2 rows shown, 0 of them"), "{first:?}");
    for arguments in [&["feeds", "check", "nowhere.csv"][..], &["feeds", "check", "file.csv", "--feed", "nobody"]] {
        let done = site.run(arguments);
        assert_eq!(done.code, 2, "{done:?}");
        assert!(done.err.contains("nowhere.csv") || done.err.contains("there is no feed nobody"), "{done:?}");
    }
}

#[test]
fn a_check_says_what_smells_as_the_upload_page_does() {
    let site = Site::new(&[("scans", SCANS)]);
    site.write("file.csv", FILE.as_bytes());
    let done = site.run(&["feeds", "check", "file.csv", "--rows", "1"]);
    let (rows, smells) = done.out.split_once("\nLook at this before you import:\n").unwrap();
    assert!(rows.starts_with("row 2\n") && done.code == 0, "{done:?}");
    for smell in ["2 of 5 rows would be rejected; row 4, time:", "1 of 3 events have one of 1 codes without a meaning"]
    {
        assert!(smells.contains(smell), "{smell}: {done:?}");
    }
    site.write("good.csv", FILE.lines().take(3).map(|line| format!("{line}\n")).collect::<String>().as_bytes());
    let good = site.run(&["feeds", "check", "good.csv"]);
    assert!(good.code == 0 && !good.out.contains("Look at this"), "{good:?}");
}

#[test]
fn replay_derives_everything_again_and_by_the_present_definition_if_asked() {
    let site = Site::new(&[("scans", SCANS)]);
    site.write("file.csv", FILE.as_bytes());
    assert_eq!(site.run(&["import", "file.csv"]).code, 1);
    let done = site.run(&["replay"]);
    assert_eq!((done.code, done.out.trim()), (0, "Derived again: 3 events of 1 batches."), "{done:?}");

    let shown = |site: &Site| {
        let server = site.serve();
        let (_, found) = crate::crash::http::get(server.address, "/api/v1/parcels/A2");
        found[0]["timeline"][0]["kind"].clone()
    };
    assert_eq!(shown(&site), "unmapped");
    site.write("feeds/scans.toml", format!("{SCANS}[codes]\nteleported = \"delivered\"\n").as_bytes());
    assert_eq!(site.run(&["replay"]).code, 0);
    assert_eq!(shown(&site), "unmapped", "history reads as it was read");
    let done = site.run(&["replay", "--current-feeds"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(shown(&site), "delivered");
}

#[test]
fn a_command_that_nobody_knows_is_explained() {
    let site = Site::new(&[]);
    let nothing = site.run(&[]);
    assert!(nothing.code == 2 && nothing.out.contains("import") && nothing.out.contains("Examples:"), "{nothing:?}");
    let unknown = site.run(&["export"]);
    assert!(unknown.code == 2 && unknown.err.contains("export"), "{unknown:?}");
    let help = site.run(&["import", "--help"]);
    assert!(help.code == 0 && help.out.contains("--rejects <FILE>"), "{help:?}");
}
