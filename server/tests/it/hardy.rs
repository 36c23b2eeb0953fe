//! What must not bring the figures to a standstill or lead them astray.

mod clock;
mod cluster;
mod codes;
mod database;
mod definitions;
mod disk;
pub mod http;
mod overload;
mod seen;
mod slow;
mod stop;
mod watched;

use domain::view::Standing;
use server::clock::Clock;
use server::feeds::NamedFeed;
use server::pipeline::{self, Figures, PipelineError};
use store::Store;

use crate::support::{NOW, TestApp};

fn line(number: &str, courier: &str, more: &str) -> String {
    format!(
        "{{\"courier\":\"{courier}\",\"tracking_number\":\"{number}\",\"event\":\"accepted\",\"time\":\"2026-11-20T10:00:00Z\"{more}}}\n"
    )
}

const NDJSON: &str = "application/x-ndjson";

#[tokio::test]
async fn a_first_body_of_nothing_but_rejected_rows_stops_nothing() {
    let app = TestApp::start().await;
    let (status, answer) = app.post("canonical", NDJSON, "{\"courier\":\"A\"}\n").await;
    assert_eq!((status.as_u16(), &answer["rejected"]), (200, &1.into()));
    app.settle().await;
    app.post("canonical", NDJSON, line("P1", "A", "")).await;
    app.settle().await;
    assert_eq!(app.get("/api/v1/kpis").await.1["rows"][0]["kpis"]["volume"], 1);
    Figures::load(&app.store).await.unwrap();
}

#[tokio::test]
async fn a_nul_character_written_as_an_escape_is_rejected() {
    let app = TestApp::start().await;
    let (_, answer) = app.post("canonical", NDJSON, line("P1", "A\\u0000", "")).await;
    assert_eq!((&answer["events"], &answer["rejections"][0]["field"]), (&0.into(), &"courier".into()), "{answer}");
}

#[tokio::test]
async fn a_server_goes_on_rightly_after_another_process_has_replayed() {
    let app = TestApp::start().await;
    let promise = |at: &str| format!(",\"promise\":{{\"at\":\"{at}\"}}");
    app.post("canonical", NDJSON, line("P1", "A", &promise("2026-11-22T13:00:00Z"))).await;
    app.settle().await;
    app.post("canonical", NDJSON, line("P2", "B", &promise("2026-11-22T13:00:00Z"))).await;
    app.settle().await;
    pipeline::sweep(&app.store, NOW + 7_200_000).await.unwrap();
    let other = Store::open(&app.config.database_url).await.unwrap();
    pipeline::replay(&other, Clock::mock(NOW).now(), &[], |_| ()).await.unwrap();
    app.post("canonical", NDJSON, line("P3", "A", &promise("2026-11-22T13:30:00Z"))).await;
    app.settle().await;
    let followed = app.get("/api/v1/kpis?group_by=courier").await.1;
    let read_again = Figures::load(&app.store).await.unwrap();
    let query = domain::kpi::KpiQuery::from_pairs([("group_by", "courier")]).unwrap();
    let read_again = read_again.answer(query).await.unwrap().unwrap();
    let classes = |row: &domain::kpi::KpiRow| serde_json::to_value(row.classes).unwrap();
    let followed: Vec<_> = followed["rows"].as_array().unwrap().iter().map(|row| row["classes"].clone()).collect();
    assert_eq!(followed, read_again.rows.iter().map(classes).collect::<Vec<_>>());
    let late: Vec<_> = read_again.rows.iter().map(|row| row.classes.late).collect();
    assert_eq!(late, [2, 1]);
}

/// A batch that no program can read.
fn unreadable() -> store::NewBatch {
    store::NewBatch {
        id: 7,
        feed: "canonical".into(),
        version: "gone".into(),
        definition: "nonsense = 1".into(),
        format: "ndjson".into(),
        received_at: NOW,
        first_row: 1,
        content_hash: "x".into(),
        idempotency_key: None,
        bytes: line("P1", "A", "").into_bytes(),
        answer: "{}".into(),
    }
}

#[tokio::test]
async fn a_batch_that_can_no_longer_be_read_is_set_aside_and_shown() {
    let app = TestApp::start().await;
    app.store.insert_batches(&[unreadable()]).await.unwrap();
    app.post("canonical", NDJSON, line("P2", "A", "")).await;
    app.settle().await;
    assert_eq!(app.get("/api/v1/kpis").await.1["rows"][0]["kpis"]["volume"], 1);
    let feeds = app.get("/api/v1/feeds").await.1;
    let canonical = feeds.as_array().unwrap().iter().find(|feed| feed["name"] == "canonical").unwrap();
    assert!(canonical["faults"][0].as_str().unwrap().contains("set aside"), "{canonical}");

    let replayed = pipeline::replay(&app.store, NOW, &[], |_| ()).await.unwrap();
    assert_eq!((replayed.batches, replayed.set_aside), (1, 1), "it hinders no replay");
    app.settle().await;
    assert_eq!(app.get("/api/v1/feeds").await.1, feeds);
    let mended = [NamedFeed::read("canonical", "").unwrap()];
    let replayed = pipeline::replay(&app.store, NOW, &mended, |_| ()).await.unwrap();
    assert_eq!((replayed.batches, replayed.set_aside), (2, 0), "by a definition that reads it, it is read");
}

#[tokio::test]
async fn a_batch_that_was_derived_and_can_no_longer_be_read_stops_a_replay() {
    let app = TestApp::start().await;
    app.post("canonical", NDJSON, line("P1", "A", "")).await;
    app.settle().await;
    let other = NamedFeed::read("canonical", "# of this test only\nformat = \"events\"\n").unwrap();
    let other = [NamedFeed { definition: "nonsense = 1".into(), ..other }];
    let stopped = pipeline::replay(&app.store, NOW, &other, |_| ()).await;
    assert!(matches!(stopped, Err(PipelineError::Batch { .. })), "{stopped:?}");
    app.settle().await;
    assert_eq!(app.get("/api/v1/kpis").await.1["rows"][0]["kpis"]["volume"], 1);
}

#[tokio::test]
async fn a_feed_that_never_brought_anything_stays_new_after_a_replay_by_the_current_definitions() {
    let app = TestApp::start().await;
    let unused = [NamedFeed::read("unused", "format = \"events\"\n").unwrap()];
    pipeline::replay(&app.store, NOW, &unused, |_| ()).await.unwrap();
    assert_eq!(app.store.standing("unused", Standing::Probation).await.unwrap(), Standing::Probation);
}
