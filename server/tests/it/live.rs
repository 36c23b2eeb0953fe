//! An open page learns of every change within a second: of a delivery of data, of another process's, of time alone.

use std::time::{Duration, Instant};

use axum::body::{Body, BodyDataStream};
use axum::http::{Request, header};
use futures::StreamExt;
use intake::Format;
use serde_json::{Value, json};
use server::feeds::NamedFeed;
use server::pipeline::{Sent, derive, read_sent, to_batch};
use store::Store;
use tower::ServiceExt;

use crate::support::{NOW, TestApp};

const HOUR: i64 = 3_600_000;
/// By then a change has to show.
const SOON: Duration = Duration::from_secs(1);

/// An open page.
struct Page {
    stream: BodyDataStream,
    text: String,
}

impl Page {
    /// Opens it, and reads the revision that it starts with.
    async fn open(app: &TestApp) -> (Self, i64) {
        let request = Request::get("/api/v1/changes").body(Body::empty()).unwrap();
        let response = app.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        let mut page = Self { stream: response.into_body().into_data_stream(), text: String::new() };
        let revision = page.revision(SOON).await;
        (page, revision)
    }

    /// The next revision that it is told of, which has to come within this time.
    async fn revision(&mut self, within: Duration) -> i64 {
        let told = tokio::time::timeout(within, async {
            loop {
                if let Some((event, rest)) = self.text.split_once("\n\n") {
                    let revision = event.strip_prefix("event: revision\ndata: ").map(|number| number.parse().unwrap());
                    self.text = rest.to_owned();
                    match revision {
                        Some(revision) => return revision,
                        None => continue,
                    }
                }
                let bytes = self.stream.next().await.unwrap().unwrap();
                self.text += std::str::from_utf8(&bytes).unwrap();
            }
        });
        told.await.expect("the page is told in time")
    }
}

fn accepted(number: &str, more: Value) -> String {
    let mut event = json!({
        "tracking_number": number, "courier": "Posti", "event": "accepted", "time": "2026-11-22T11:00:00Z"
    });
    event.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    event.to_string()
}

async fn figures(app: &TestApp) -> (i64, Value) {
    let (_, answer) = app.get("/api/v1/kpis").await;
    (answer["revision"].as_i64().unwrap(), answer["rows"][0].clone())
}

#[tokio::test]
async fn a_batch_shows_on_an_open_page_within_a_second() {
    let app = TestApp::start().await;
    let (mut page, mut before) = Page::open(&app).await;
    for number in 1..=5 {
        let started = Instant::now();
        let (status, _) =
            app.post("canonical", "application/x-ndjson", accepted(&format!("A{number}"), json!({}))).await;
        assert_eq!(status, 200);
        let told = page.revision(SOON.saturating_sub(started.elapsed())).await;
        assert!(told > before, "{told} follows {before}");
        let (revision, row) = figures(&app).await;
        assert!(revision >= told && row["kpis"]["volume"] == number, "{row}");
        before = told;
    }
}

#[tokio::test]
async fn what_another_process_takes_in_shows_within_a_second() {
    let app = TestApp::start().await;
    let (mut page, before) = Page::open(&app).await;
    let other = Store::open(&app.config.database_url).await.unwrap();
    let feed = NamedFeed::read("canonical", "").unwrap();
    let sent = Sent {
        format: Format::Ndjson,
        bytes: accepted("A1", json!({})).into_bytes(),
        first_row: 1,
        idempotency_key: None,
        received_at: NOW,
    };
    let parsed = read_sent(&feed, &sent).unwrap();
    other.insert_batches(&[to_batch(&feed, sent, &parsed)]).await.unwrap();
    derive(&other, NOW).await.unwrap();
    assert!(page.revision(SOON).await > before);
    assert_eq!(figures(&app).await.1["kpis"]["volume"], 1);
    assert_eq!(app.get("/api/v1/parcels/A1").await.0, 200);
    server::pipeline::replay(&other, NOW, &[], |_| {}).await.unwrap();
    let (before, row) = figures(&app).await;
    let told = page.revision(SOON).await;
    assert!(told >= before, "{told} {before}");
    assert_eq!(figures(&app).await.1, row);
    other.close().await;
}

#[tokio::test]
async fn time_alone_makes_a_parcel_late_and_tells_the_open_page() {
    let app = TestApp::start().await;
    let promise = json!({ "promise": { "at": "2026-11-22T13:00:00Z" } });
    app.post("canonical", "application/x-ndjson", accepted("A1", promise)).await;
    app.settle().await;
    let (mut page, _) = Page::open(&app).await;
    let (_, row) = figures(&app).await;
    assert_eq!([&row["classes"]["open"], &row["classes"]["late"]], [1, 0]);

    // The deadline itself still counts as in time.
    app.clock.set(NOW + HOUR);
    tokio::time::sleep(Duration::from_millis(1300)).await;
    assert_eq!(figures(&app).await.1["classes"]["late"], 0);

    app.clock.set(NOW + HOUR + 1);
    let by = Instant::now() + Duration::from_millis(2500);
    loop {
        page.revision(by - Instant::now()).await;
        let (_, row) = figures(&app).await;
        if row["classes"]["late"] == 1 {
            assert_eq!([&row["classes"]["open"], &row["classes"]["late_open"]], [0, 1]);
            break;
        }
    }
    let (_, late) = app.get("/api/v1/parcels?class=late").await;
    assert_eq!(late["parcels"][0]["number"], "A1");
    assert_eq!(app.get("/api/v1/kpis").await.1["as_of"], "2026-11-22T13:00:00.001Z");
}

#[tokio::test]
async fn every_open_page_is_told_and_none_keeps_the_server_from_stopping() {
    let app = TestApp::start().await;
    let mut pages = Vec::new();
    for _ in 0..50 {
        pages.push(Page::open(&app).await);
    }
    app.post("canonical", "application/x-ndjson", accepted("A1", json!({}))).await;
    for (page, before) in &mut pages {
        assert!(page.revision(SOON).await > *before);
    }
    drop(app);
    for (page, _) in &mut pages {
        let end = async { while page.stream.next().await.is_some() {} };
        tokio::time::timeout(SOON, end).await.expect("the stream ends with the server");
    }
}
