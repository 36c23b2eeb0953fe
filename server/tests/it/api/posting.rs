//! What feeds send, and what they are answered.

use std::io::Write;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::future::join_all;
use serde_json::{Value, json};
use server::config::Config;

use super::{ask, event, problem, to_feed};
use crate::cli::program::Site;
use crate::support::TestApp;

const NDJSON: &str = "application/x-ndjson";

fn accepted(number: &str) -> String {
    event(number, "Posti", "accepted", "2026-03-01T08:00:00Z", json!({}))
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_body_is_answered_with_its_batch_its_counts_and_every_rejected_row() {
    let app = TestApp::start().await;
    let unknown = event("A3", "Posti", "teleported", "2026-03-01T08:00:00Z", json!({}));
    let body = [accepted("A1"), "{}\n".into(), accepted("A2").replace("08:00", "8 h"), unknown].concat();
    let (status, answer) = app.post("canonical", NDJSON, body).await;
    assert_eq!(status, 200);
    assert!(answer["batch"].as_str().is_some_and(|batch| !batch.is_empty()), "{answer}");
    assert_eq!([&answer["rows"], &answer["events"], &answer["rejected"]], [4, 2, 2], "{answer}");
    assert_eq!(answer["unmapped"], json!({ "teleported": 1 }));
    let rejections = answer["rejections"].as_array().unwrap();
    assert_eq!([&rejections[0]["row"], &rejections[1]["row"]], [2, 3], "{answer}");
    assert_eq!([&rejections[0]["field"], &rejections[1]["field"]], ["courier", "time"], "{answer}");
    assert!(rejections.iter().all(|row| row["reason"].as_str().is_some_and(|reason| reason.len() > 5)), "{answer}");
    app.settle().await;
    let (_, feeds) = app.get("/api/v1/feeds").await;
    assert_eq!([&feeds[0]["events"], &feeds[0]["rejected"], &feeds[0]["rejections"][0]["n"]], [2, 2, 1], "{feeds}");
    let unmapped = &feeds[0]["unmapped"][0];
    assert_eq!([&unmapped["code"], &unmapped["n"]], [&json!("teleported"), &json!(1)], "{feeds}");
}

#[tokio::test]
async fn the_same_content_again_changes_nothing_and_is_answered_alike() {
    let app = TestApp::start().await;
    let body = [accepted("A1"), "{}\n".into(), accepted("A2")].concat();
    let (_, first) = app.post("canonical", NDJSON, body.clone()).await;
    app.settle().await;
    let (_, figures) = app.get("/api/v1/kpis").await;
    let zstd = zstd::encode_all(body.as_bytes(), 1).unwrap();
    for request in [
        to_feed("canonical", NDJSON, &[], body.clone()),
        to_feed("canonical", NDJSON, &[("content-encoding", "gzip")], gzip(&body)),
        to_feed("canonical", NDJSON, &[("content-encoding", "zstd")], zstd),
        to_feed("canonical", "application/x-ndjson; charset=utf-8", &[("content-encoding", "identity")], body.clone()),
        to_feed("canonical", NDJSON, &[("idempotency-key", "later")], body),
    ] {
        let (status, answer) = app.send(request).await;
        assert_eq!((status.as_u16(), &answer), (200, &first));
    }
    app.settle().await;
    assert_eq!(app.get("/api/v1/kpis").await.1, figures);
    assert_eq!(figures["rows"][0]["kpis"]["volume"], 2);
}

#[tokio::test]
async fn the_same_key_again_changes_nothing_and_is_answered_alike() {
    let app = TestApp::start().await;
    let keyed = |body: String| to_feed("canonical", NDJSON, &[("idempotency-key", "night-17")], body);
    let (_, first) = app.send(keyed(accepted("A1"))).await;
    let (status, again) = app.send(keyed(accepted("A2"))).await;
    assert_eq!((status.as_u16(), &again), (200, &first));
    app.settle().await;
    assert_eq!(app.get("/api/v1/parcels/A1").await.0, 200);
    assert_eq!(app.get("/api/v1/parcels/A2").await.0, 404);
}

#[tokio::test]
async fn one_body_that_comes_twenty_times_at_once_is_one_batch() {
    let app = TestApp::start().await;
    let answers = join_all((0..20).map(|_| app.post("canonical", NDJSON, accepted("A1")))).await;
    assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:?}");
    app.settle().await;
    let (_, feeds) = app.get("/api/v1/feeds").await;
    assert_eq!([&feeds[0]["batches"], &feeds[0]["events"]], [1, 1], "{feeds}");
}

#[tokio::test]
async fn a_body_over_the_limit_is_too_large_packed_or_not() {
    let app = TestApp::start_with(Config { max_body_bytes: 1000, ..Config::default() }).await;
    let large = accepted("A1").repeat(20);
    let packed = gzip(&large);
    assert!(packed.len() < 1000 && large.len() > 1000);
    let announced = [("content-length", "100000")];
    let parts = [large.clone(), large.clone()].map(Ok::<_, std::io::Error>);
    let unannounced = Body::from_stream(futures::stream::iter(parts));
    for request in [
        to_feed("canonical", NDJSON, &[], large.clone()),
        to_feed("canonical", NDJSON, &announced, large),
        to_feed("canonical", NDJSON, &[], unannounced),
        to_feed("canonical", NDJSON, &[("content-encoding", "gzip")], packed),
    ] {
        let (status, answer) = problem(&app, request).await;
        assert_eq!(status, 413, "{answer}");
        assert!(answer["detail"].as_str().unwrap().contains("1000 bytes"), "{answer}");
    }
    assert_eq!(app.post("canonical", NDJSON, accepted("A1").repeat(5)).await.0, 200);
}

#[tokio::test]
async fn an_unknown_feed_type_or_encoding_is_named() {
    let app = TestApp::start().await;
    let body = || accepted("A1");
    for (request, status, parameter, says) in [
        (to_feed("nobody", NDJSON, &[], body()), 404, json!("feed"), "canonical, lade_p, olist"),
        (to_feed("canonical", "text/html", &[], body()), 415, json!("Content-Type"), "text/csv"),
        (to_feed("canonical", NDJSON, &[("content-encoding", "br")], body()), 415, json!("Content-Encoding"), "zstd"),
        (to_feed("canonical", "text/csv", &[], "a,b\n"), 415, Value::Null, "this is CSV"),
        (to_feed("olist", "application/json", &[], "[]"), 415, Value::Null, "this feed takes CSV"),
        (to_feed("canonical", "application/json", &[], "{}"), 400, Value::Null, "not a JSON array"),
        (to_feed("canonical", "application/json", &[], ""), 400, Value::Null, "there is nothing in it"),
        (to_feed("canonical", NDJSON, &[("content-encoding", "gzip")], body()), 400, Value::Null, "gzip"),
    ] {
        let (answered, answer) = problem(&app, request).await;
        assert_eq!((answered, &answer["parameter"]), (status, &parameter), "{answer}");
        assert!(answer["detail"].as_str().unwrap().contains(says), "{answer}");
    }
    let nameless = Request::post("/api/v1/feeds/canonical/events").body(Body::from("[]")).unwrap();
    assert_eq!(problem(&app, nameless).await.0, 415);
}

#[tokio::test]
async fn a_feed_whose_definition_has_faults_takes_nothing_until_it_is_mended() {
    let site = Site::new(&[("mine", "number = \"{n}\"\ncourir = \"Posti\"\n")]);
    let app = TestApp::start_with(Config { feeds: Some(site.path("feeds")), ..Config::default() }).await;
    let body = "n,when\nA1,2026-03-01 08:00Z\n";
    let (status, answer) = problem(&app, to_feed("mine", "text/csv", &[], body)).await;
    assert_eq!(status, 503);
    assert!(answer["detail"].as_str().unwrap().contains("courir"), "{answer}");
    let (_, feeds) = app.get("/api/v1/feeds").await;
    assert!(feeds[1]["faults"].as_array().is_some_and(|faults| !faults.is_empty()), "{feeds}");

    let mended = "number = \"{n}\"\ncourier = \"Posti\"\n[milestones]\nwhen = \"accepted\"\n";
    site.write("feeds/mine.toml", mended.as_bytes());
    let (status, answer) = app.post("mine", "text/csv", body).await;
    assert_eq!((status.as_u16(), &answer["events"]), (200, &1.into()), "{answer}");
}

#[tokio::test]
async fn a_full_queue_tells_senders_to_come_back_and_loses_nothing() {
    let app = TestApp::start_with(Config { queue: 1, ..Config::default() }).await;
    let busy = app.store.begin_revision().await.unwrap();
    let post = |number: &'static str| ask(&app, to_feed("canonical", NDJSON, &[], accepted(number)));
    // One is being written, one waits; there is no place for another.
    let (first, second, third, ()) = tokio::join!(
        post("A1"),
        async { (tokio::time::sleep(Duration::from_millis(200)).await, post("A2").await).1 },
        async {
            tokio::time::sleep(Duration::from_millis(400)).await;
            problem(&app, to_feed("canonical", NDJSON, &[], accepted("A3"))).await
        },
        async {
            tokio::time::sleep(Duration::from_millis(700)).await;
            drop(busy);
        },
    );
    assert_eq!((first.0.as_u16(), second.0.as_u16(), third.0), (200, 200, 503));
    assert!(third.1["detail"].as_str().unwrap().contains("nothing was taken"), "{}", third.1);
    let (_, answer) = app.post("canonical", NDJSON, accepted("A3")).await;
    assert_eq!(answer["events"], 1);
    app.settle().await;
    assert_eq!(app.get("/api/v1/kpis").await.1["rows"][0]["kpis"]["volume"], 3);
}

#[tokio::test]
async fn without_its_database_nothing_is_acknowledged() {
    let app = TestApp::start().await;
    app.store.close().await;
    let (status, answer) = problem(&app, to_feed("canonical", NDJSON, &[], accepted("A1"))).await;
    assert_eq!(status, 503);
    assert!(answer["detail"].as_str().unwrap().contains("nothing was taken"), "{answer}");
}

#[tokio::test]
async fn an_answer_lists_ten_thousand_rejected_rows_and_counts_the_others() {
    let app = TestApp::start().await;
    let (status, headers, answer) = ask(&app, to_feed("canonical", NDJSON, &[], "{}\n".repeat(10_500))).await;
    assert_eq!((status.as_u16(), &headers[header::CONTENT_TYPE].to_str().unwrap()), (200, &"application/json"));
    assert_eq!((&answer["rejected"], answer["rejections"].as_array().unwrap().len()), (&10_500.into(), 10_000));
}
