//! A column of numbers taken for the codes: a million codes that no mapping knows stay bounded, and the figures right.

use std::fmt::Write;

use domain::mapping::CodeMeaning;
use domain::vocabulary::EventKind;
use server::feeds::{NamedFeed, with_codes};
use server::pipeline::{apply_codes, replay};

use super::NDJSON;
use super::http::{get, most_memory};
use crate::cli::program::Site;
use crate::support::{NOW, TestApp};

/// Events whose codes nobody knows, each with a code of its own but for a frequent one.
fn body(from: u32, to: u32) -> String {
    let mut text = String::new();
    for n in from..to {
        let code = if n % 10 == 0 { "FREQUENT".to_owned() } else { format!("X{n}") };
        let (parcel, minute) = (n % 500, n / 500 % 60);
        writeln!(
            text,
            "{{\"courier\":\"A\",\"tracking_number\":\"P{parcel}\",\"event\":\"{code}\",\"time\":\"2026-11-20T10:{minute:02}:00Z\"}}"
        )
        .unwrap();
    }
    text
}

#[tokio::test]
async fn more_codes_than_anybody_reads_are_counted_together() {
    let app = TestApp::start().await;
    let (bodies, each) = (13, 1_500);
    for n in 0..bodies {
        app.clock.set(NOW + i64::from(n));
        let (status, answer) = app.post("canonical", NDJSON, body(n * each, (n + 1) * each)).await;
        let unmapped = answer["unmapped"].as_object().unwrap();
        assert_eq!((status.as_u16(), &answer["events"]), (200, &each.into()), "{answer}");
        assert_eq!(
            (unmapped.len(), &unmapped["FREQUENT"], &answer["unmapped_codes"]),
            (1_000, &150.into(), &1_351.into())
        );
    }
    app.settle().await;
    let (_, feeds) = app.get("/api/v1/feeds").await;
    let feed = &feeds[0];
    let listed = feed["unmapped"].as_array().unwrap();
    assert_eq!((listed.len(), &feed["unmapped_events"]), (100, &(bodies * each).into()));
    assert!((9_000..=10_001).contains(&feed["unmapped_codes"].as_i64().unwrap()), "{}", feed["unmapped_codes"]);
    assert_eq!((&listed[0]["code"], &listed[1]["code"]), (&"(further codes)".into(), &"FREQUENT".into()));
    assert_eq!(listed[1]["n"], bodies * each / 10);
    replay(&app.store, NOW, &[], |_| ()).await.unwrap();
    assert_eq!(app.get("/api/v1/feeds").await.1, feeds, "replay counts alike");
    let frequent = CodeMeaning { code: "FREQUENT".into(), event: EventKind::OutForDelivery, reason: None, party: None };
    let canonical = NamedFeed::read("canonical", "").unwrap();
    let mapped =
        NamedFeed::read("canonical", &with_codes(&canonical, std::slice::from_ref(&frequent)).unwrap()).unwrap();
    apply_codes(&app.store, NOW, &mapped, &[frequent]).await.unwrap();
    let feeds = app.get("/api/v1/feeds").await.1;
    assert!((9_000..=10_001).contains(&feeds[0]["unmapped_codes"].as_i64().unwrap()), "{}", feeds[0]["unmapped_codes"]);
    replay(&app.store, NOW, &[], |_| ()).await.unwrap();
    assert_eq!(app.get("/api/v1/feeds").await.1, feeds, "so does a mapping");
}

#[test]
fn a_million_codes_in_one_file_take_little_memory() {
    let site = Site::new(&[("events", "format = \"events\"\n")]);
    site.write("codes.ndjson", body(0, 1_000_000).as_bytes());
    let mut import = site.spawn(&["import", "codes.ndjson", "--feed", "events"]);
    let mut peak = 0;
    let code = import.wait(|id| peak = peak.max(most_memory(id).unwrap_or(0)));
    assert_eq!(code, 0, "{}", site.read("log.txt"));
    // As many events with one code take 240 MB; the texts of the codes are in the timelines.
    assert!(peak < 400_000, "{peak} kB");
    let server = site.serve();
    let feeds: serde_json::Value = serde_json::from_str(&get(server.address, "/api/v1/feeds").body).unwrap();
    let feed = feeds.as_array().unwrap().iter().find(|feed| feed["name"] == "events").unwrap();
    assert_eq!((&feed["events"], &feed["unmapped_events"]), (&1_000_000.into(), &1_000_000.into()));
    assert!((9_000..=10_001).contains(&feed["unmapped_codes"].as_i64().unwrap()), "{}", feed["unmapped_codes"]);
}
