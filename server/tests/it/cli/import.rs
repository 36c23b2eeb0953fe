//! `courierscope import`

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::program::{Site, finish, text};
use super::{FILE, SCANS};
use crate::crash::http::get;
use crate::support::TestDatabase;
use crate::watched::workbook;

/// The figures as the API shows them.
fn figures(site: &Site) -> Value {
    let server = site.serve();
    let (status, answer) = get(server.address, "/api/v1/kpis?group_by=courier,day");
    assert_eq!(status, 200);
    answer["rows"].clone()
}

#[test]
fn a_file_is_summed_up_and_its_rejected_rows_are_written_down() {
    let site = Site::new(&[("scans", SCANS)]);
    site.write("file.csv", FILE.as_bytes());
    let done = site.run(&["import", "file.csv", "--feed", "scans", "--rejects", "rejects.csv"]);
    assert_eq!(done.code, 1, "{done:?}");
    let squeezed = done.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "5 rows",
        "3 events, 0 of them known before",
        "2 rows rejected",
        "1 courier: is empty",
        "1 codes that no mapping knows 1 teleported",
    ] {
        assert!(squeezed.contains(part), "{part}: {squeezed}");
    }
    let rejects = site.read("rejects.csv");
    let mut table = csv::Reader::from_reader(rejects.as_bytes());
    assert_eq!(table.headers().unwrap(), vec!["row", "field", "reason", "content"]);
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!([&rows[0][0], &rows[0][1], &rows[0][3]], ["4", "time", "A2,Posti,accepted,yesterday"], "{rejects}");
    assert_eq!([&rows[1][0], &rows[1][1], &rows[1][3]], ["6", "courier", "A3,,accepted,2024-06-03 12:00:00Z"]);
}

#[test]
fn the_same_file_again_counts_nothing_twice_packed_or_not() {
    let site = Site::new(&[("scans", SCANS)]);
    let plain = site.write("file.csv", FILE.as_bytes());
    let mut gzip = GzEncoder::new(std::fs::File::create(site.path("file.csv.gz")).unwrap(), Compression::best());
    gzip.write_all(FILE.as_bytes()).unwrap();
    gzip.finish().unwrap();
    site.write("file.csv.zst", &zstd::encode_all(FILE.as_bytes(), 3).unwrap());
    assert_eq!(site.run(&["import", text(&plain)]).code, 1);
    let before = figures(&site);
    assert_eq!(before[1]["kpis"]["transit_time"]["n"], 1, "{before}");
    let again = site.run(&["import", "file.csv", "file.csv.gz", "file.csv.zst", "--feed", "scans"]);
    assert_eq!(again.code, 1, "{again:?}");
    assert!(again.out.contains("9  events, 9 of them known before"), "{again:?}");
    // The same rows in another order are another file with the same events.
    let mut lines: Vec<&str> = FILE.lines().skip(1).collect();
    lines.reverse();
    let header = FILE.lines().next().unwrap();
    site.write("other.csv", format!("{header}\n{}\n", lines.join("\n")).as_bytes());
    let other = site.run(&["import", "other.csv", "--feed", "scans"]);
    assert!(other.out.contains("3  events, 3 of them known before"), "{other:?}");
    assert_eq!(figures(&site), before);
}

#[test]
fn the_exit_code_says_whether_all_was_taken_or_some_or_nothing() {
    let site = Site::new(&[("scans", SCANS)]);
    let header = FILE.lines().next().unwrap();
    site.write("good.csv", format!("{header}\nA1,Posti,accepted,2024-06-03 10:00:00Z\n").as_bytes());
    site.write("some.csv", FILE.as_bytes());
    site.write("bad.csv", format!("{header}\nA1,Posti,accepted,yesterday\n").as_bytes());
    site.write("empty.csv", b"");
    for (files, code, says) in [
        (&["good.csv"][..], 0, ""),
        (&["good.csv"], 0, ""),
        (&["some.csv"], 1, ""),
        (&["good.csv", "bad.csv"], 1, ""),
        (&["good.csv", "empty.csv"], 1, "empty.csv: there is nothing in it"),
        (&["good.csv", "nowhere.csv"], 1, "nowhere.csv cannot be opened"),
        (&["bad.csv"], 2, ""),
        (&["empty.csv"], 2, "there is nothing in it"),
        (&["nowhere.csv"], 2, "nowhere.csv cannot be opened"),
        (&["feeds"], 2, "feeds"),
    ] {
        let done = site.run(&[&["import", "--feed", "scans"], files].concat());
        assert_eq!(done.code, code, "{files:?}: {done:?}");
        assert!(done.err.contains(says), "{files:?}: {done:?}");
    }
}

#[test]
fn nothing_is_done_without_a_feed_or_a_place_for_the_rejects() {
    let site = Site::new(&[("scans", SCANS), ("others", SCANS)]);
    site.write("file.csv", FILE.as_bytes());
    for (arguments, says) in [
        (&["import", "file.csv"][..], "say which feed with --feed; there are: canonical, others, scans"),
        (&["import", "file.csv", "--feed", "nobody"], "there is no feed nobody"),
        (&["import", "file.csv", "--feed", "scans", "--rejects", "no/folder/r.csv"], "r.csv cannot be written"),
        (&["import", "--feed", "scans"], "FILE"),
    ] {
        let done = site.run(arguments);
        assert_eq!(done.code, 2, "{done:?}");
        assert!(done.err.contains(says), "{done:?}");
    }
    assert!(!site.path("courierscope.db").exists(), "nothing was done");
}

#[test]
fn it_works_from_any_directory() {
    // The definitions are beside the database where that is a file.
    let site = Site::on(TestDatabase::sqlite(), &[("scans", SCANS)]);
    site.write("file.csv", FILE.as_bytes());
    let elsewhere = Site::new(&[]);
    let (file, database) = (site.path("file.csv"), site.database_url());
    let done = elsewhere.run(&["import", text(&file), "--feed", "scans", "--database-url", &database]);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(!elsewhere.path("courierscope.db").exists());
    assert_eq!(figures(&site)[0]["courier"], "Posti");
    let mut from_the_root = site.command(&["feeds", "check", text(&file), "--database-url", &database]);
    from_the_root.current_dir("/");
    let done = finish(from_the_root);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.out.contains("row 2\n"), "{done:?}");
}

#[test]
fn a_workbook_is_imported_and_checked_as_the_table_it_holds() {
    let site = Site::new(&[("scans", SCANS)]);
    site.write("file.xlsx", &workbook::of(FILE));
    let check = site.run(&["feeds", "check", "file.xlsx", "--feed", "scans"]);
    assert!(check.code == 1 && check.out.contains("5 rows shown, 2 of them would be rejected"), "{check:?}");
    let done = site.run(&["import", "file.xlsx", "--feed", "scans", "--rejects", "rejects.csv"]);
    assert!(done.code == 1 && done.out.contains("3  events, 0 of them known before"), "{done:?}");
    assert!(site.read("rejects.csv").contains("A2,Posti,accepted,yesterday"));
    let again = site.run(&["import", "file.xlsx", "--feed", "scans"]);
    assert!(again.out.contains("3  events, 3 of them known before"), "{again:?}");
    site.write("same.csv", FILE.as_bytes());
    let same = site.run(&["import", "same.csv", "--feed", "scans"]);
    assert!(same.out.contains("3  events, 3 of them known before"), "{same:?}");
}

#[test]
fn a_workbook_that_is_broken_or_unpacks_without_end_is_named_and_others_are_taken() {
    let site = Site::new(&[("scans", SCANS)]);
    site.write("good.xlsx", &workbook::of(FILE));
    site.write("broken.xlsx", b"PK\x03\x04 no workbook");
    site.write("bomb.xlsx", &workbook::packed(&[("xl/sharedStrings.xml", &vec![b' '; 130 << 20])]));
    let done = site.run(&["import", "broken.xlsx", "bomb.xlsx", "good.xlsx", "--feed", "scans"]);
    assert!(done.code == 1 && done.out.contains("3  events, 0 of them known before"), "{done:?}");
    assert!(done.err.contains("broken.xlsx: "), "{done:?}");
    assert!(done.err.contains("bomb.xlsx: ") && done.err.contains("unpacks to more than 128 MiB"), "{done:?}");
    let check = site.run(&["feeds", "check", "broken.xlsx", "--feed", "scans"]);
    assert!(check.code == 2 && check.err.contains("broken.xlsx"), "{check:?}");
    let canonical = site.run(&["import", "good.xlsx", "--feed", "canonical"]);
    assert!(canonical.code == 2 && canonical.err.contains("no tables"), "{canonical:?}");
}
