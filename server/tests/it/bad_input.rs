//! What real senders do wrong, over HTTP and from files: a clear error each, the good rows kept, memory bounded.

use std::io::Write;

use axum::body::Body;
use axum::http::Request;
use flate2::Compression;
use flate2::write::GzEncoder;
use server::config::Config;

use crate::api::to_feed;
use crate::cli::program::Site;
use crate::support::TestApp;

const SCANS: &str = r#"
number = "{number}"
courier = "{courier}"
code = "{code}"
time = "{time}"
service = "{service}"
"#;
const HEADER: &str = "number,courier,code,time,service\n";
const GOOD: &str = "A1,Posti,accepted,2024-06-03 10:00:00Z,24h\n";
const ALSO_GOOD: &str = "A3,Posti,accepted,2024-06-03 11:00:00Z,24h\n";

/// What a body has to bring about.
#[derive(Debug, Clone, Copy)]
enum Expected {
    /// Nothing of it can be taken.
    Refused(&'static str),
    /// One row is rejected: its number, its field, and a part of the reason. The good rows are kept.
    Rejected(u64, &'static str, &'static str),
}
use Expected::{Refused, Rejected};

fn between_good_rows(row: &[u8]) -> Vec<u8> {
    [HEADER.as_bytes(), GOOD.as_bytes(), row, b"\n", ALSO_GOOD.as_bytes()].concat()
}

/// The feed, the body and what becomes of it.
fn table() -> Vec<(&'static str, Vec<u8>, Expected)> {
    let utf16 = || format!("\u{feff}{HEADER}{GOOD}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let event = |n: u32| {
        format!(r#"{{"tracking_number":"A{n}","courier":"Posti","event":"accepted","time":"2024-06-03T10:00:00Z"}}"#)
    };
    let whole = format!("[{},{}", event(1), event(3));
    let row = |time: &str| between_good_rows(format!("A2,Posti,delivered,{time},").as_bytes());
    vec![
        ("scans", Vec::new(), Refused("there is nothing in it")),
        ("scans", b"\n \n".to_vec(), Refused("there is nothing in it")),
        ("scans", utf16(), Refused("UTF-16")),
        ("scans", b"PK\x03\x04workbook".to_vec(), Refused("workbook")),
        ("scans", b"number,caf\xe9\nA1,Posti\n".to_vec(), Refused("latin-1")),
        ("scans", b"number,courier,code,time\nA1,Posti,accepted,2024-06-03\n".to_vec(), Refused("no column service")),
        ("scans", HEADER.replace("service", "time,service").into_bytes(), Refused("the column time more than once")),
        ("events", b"{}".to_vec(), Refused("not a JSON array")),
        ("events", b"[{\"courier\":".to_vec(), Refused("breaks off")),
        ("scans", between_good_rows(b"A2,Posti,delivered"), Rejected(3, "row", "3 fields")),
        ("scans", between_good_rows(b"A2,Posti,delivered,2024-06-03 10:00Z,caf\xe9"), Rejected(3, "service", "UTF-8")),
        ("scans", between_good_rows(b"A2,Posti,delivered,2024-06-03 10:00Z,caf\xc3"), Rejected(3, "service", "UTF-8")),
        ("scans", between_good_rows(b"A2,Po\0sti,delivered,2024-06-03 10:00Z,"), Rejected(3, "courier", "NUL")),
        ("scans", row("0001-01-01 00:00:00"), Rejected(3, "time", "between 2000 and 2100")),
        ("scans", row("9999-12-31 23:59:59"), Rejected(3, "time", "between 2000 and 2100")),
        ("scans", row(""), Rejected(3, "time", "is empty")),
        ("scans", between_good_rows("x".repeat(2 << 20).as_bytes()), Rejected(3, "row", "longer than 1 MiB")),
        ("events", format!("{whole},{{\"courier\":\"Po").into_bytes(), Rejected(3, "row", "breaks off")),
    ]
}

fn feeds() -> Site {
    Site::new(&[("scans", SCANS), ("events", "format = \"events\"")])
}

#[tokio::test]
async fn what_is_posted_wrong_is_refused_or_rejected_row_by_row() {
    let site = feeds();
    for (feed, body, expected) in table() {
        let app = TestApp::start_with(Config { feeds: Some(site.path("feeds")), ..Config::default() }).await;
        let kind = if feed == "events" { "application/json" } else { "text/csv" };
        let (status, answer) = app.post(feed, kind, body).await;
        match expected {
            Refused(reason) => {
                assert_eq!(status, 400, "{expected:?}: {answer}");
                assert!(answer["detail"].as_str().unwrap().contains(reason), "{expected:?}: {answer}");
            }
            Rejected(row, field, reason) => {
                assert_eq!((status.as_u16(), &answer["events"]), (200, &2.into()), "{expected:?}: {answer}");
                let [rejected] = answer["rejections"].as_array().unwrap().as_slice() else { panic!("{answer}") };
                assert_eq!((&rejected["row"], &rejected["field"]), (&row.into(), &field.into()), "{answer}");
                assert!(rejected["reason"].as_str().unwrap().contains(reason), "{expected:?}: {answer}");
            }
        }
        app.settle().await;
        let kept = if matches!(expected, Refused(_)) { [404, 404] } else { [200, 200] };
        let found = [app.get("/api/v1/parcels/A1").await.0.as_u16(), app.get("/api/v1/parcels/A3").await.0.as_u16()];
        assert_eq!(found, kept, "{expected:?}");
    }
}

#[test]
fn what_is_wrong_in_a_file_is_refused_or_rejected_row_by_row() {
    for (number, (feed, body, expected)) in table().into_iter().enumerate() {
        let site = feeds();
        let file = format!("{number}.{}", if feed == "events" { "json" } else { "csv" });
        site.write(&file, &body);
        let done = site.run(&["import", &file, "--feed", feed, "--rejects", "rejects.csv"]);
        let rejects = site.read("rejects.csv");
        match expected {
            // A file is turned into what a body has to be.
            Refused("UTF-16") => assert!(done.code == 0 && done.out.contains("1  events"), "{done:?}"),
            Refused(reason) => {
                assert_eq!(done.code, 2, "{expected:?}: {done:?}");
                assert!(done.err.contains(reason), "{expected:?}: {done:?}");
            }
            // A file that breaks off ends with a fault of the file.
            Rejected(_, _, "breaks off") => {
                assert_eq!(done.code, 1, "{done:?}");
                assert!(done.err.contains("breaks off after 2 whole events"), "{done:?}");
                assert!(done.out.contains("2  events"), "{done:?}");
            }
            Rejected(row, field, reason) => {
                assert_eq!(done.code, 1, "{expected:?}: {done:?}");
                assert!(done.out.contains("2  events") && done.out.contains("1  rows rejected"), "{done:?}");
                assert!(rejects.contains(&format!("\n{row},{field},")), "{expected:?}: {rejects}");
                assert!(rejects.contains(reason) && done.out.contains(reason), "{expected:?}: {rejects} {done:?}");
            }
        }
    }
}

/// Rows that do not compress well, and their gzip cut in the middle.
fn truncated_gzip() -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(HEADER.as_bytes()).unwrap();
    for n in 0..40_000_u64 {
        let number = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        writeln!(gzip, "A{number:x},Posti,accepted,2024-06-03 10:00:00Z,24h").unwrap();
    }
    let whole = gzip.finish().unwrap();
    whole[..whole.len() / 2].to_vec()
}

#[test]
fn a_truncated_gzip_keeps_the_rows_before_it() {
    let site = feeds();
    site.write("cut.csv.gz", &truncated_gzip());
    let done = site.run(&["import", "cut.csv.gz", "--feed", "scans"]);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.err.contains("the gzip data is damaged or cut off"), "{done:?}");
    let events = done.out.lines().find(|line| line.contains("events,")).unwrap();
    let events: u64 = events.trim().split("  ").next().unwrap().replace(',', "").parse().unwrap();
    assert!((15_000..25_000).contains(&events), "{done:?}");
}

#[tokio::test]
async fn a_truncated_gzip_body_is_refused_whole_so_that_it_can_be_sent_again() {
    let site = feeds();
    let app = TestApp::start_with(Config { feeds: Some(site.path("feeds")), ..Config::default() }).await;
    let (status, answer) = app.send(packed_body(truncated_gzip())).await;
    assert_eq!(status, 400, "{answer}");
    let detail = answer["detail"].as_str().unwrap();
    assert!(detail.contains("gzip data is damaged or cut off") && detail.contains("nothing was taken"), "{detail}");
    assert_eq!(app.store.pending_batches().await.unwrap(), 0);
    assert_eq!(app.get("/api/v1/feeds").await.1[1]["batches"], 0);
}

fn packed_body(gzip: Vec<u8>) -> Request<Body> {
    to_feed("scans", "text/csv", &[("content-encoding", "gzip")], gzip)
}

/// Writes a file whose third line is 100 MB long.
fn long_line(mut file: impl Write) {
    write!(file, "{HEADER}{GOOD}").unwrap();
    let megabyte = "x".repeat(1 << 20);
    (0..100).for_each(|_| file.write_all(megabyte.as_bytes()).unwrap());
    write!(file, "\n{ALSO_GOOD}").unwrap();
}

#[test]
fn a_line_of_100_mb_is_rejected_and_memory_stays_bounded() {
    for file in ["long.csv", "long.csv.gz"] {
        let site = feeds();
        let target = std::fs::File::create(site.path(file)).unwrap();
        match file {
            "long.csv" => long_line(std::io::BufWriter::new(target)),
            _ => long_line(GzEncoder::new(target, Compression::fast())),
        }
        let mut import = site.spawn(&["import", file, "--feed", "scans", "--rejects", "rejects.csv"]);
        let mut peak = 0;
        let code = import.wait(|id| peak = peak.max(peak_memory(id).unwrap_or(0)));
        assert_eq!(code, 1, "{}", site.read("log.txt"));
        let rejects = site.read("rejects.csv");
        assert!(rejects.contains("\n3,row,") && rejects.contains("longer than 1 MiB"), "{:.300}", rejects);
        assert!(rejects.len() < 10_000, "what is shown of a row is short");
        assert!(peak < 300_000, "{file} took {peak} kB");
        let again = site.run(&["import", file, "--feed", "scans"]);
        assert!(again.out.contains("2  events, 2 of them known before"), "{again:?}");
    }
}

/// The most memory that a process has had so far, in kB, where the system tells.
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[tokio::test]
async fn a_small_body_that_unpacks_to_100_mb_is_too_large() {
    let site = feeds();
    let app = TestApp::start_with(Config { feeds: Some(site.path("feeds")), ..Config::default() }).await;
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    long_line(&mut packed);
    let (status, answer) = app.send(packed_body(packed.finish().unwrap())).await;
    assert_eq!(status, 413, "{answer}");
    assert!(answer["detail"].as_str().unwrap().contains("67108864 bytes"), "{answer}");
}
