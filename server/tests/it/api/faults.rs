//! Faults that have nothing to do with one question.

use axum::body::Body;
use axum::http::Request;

use server::config::Config;

use super::{app_with_one_of_each, ask, get, problem};
use crate::support::{TestApp, TestDatabase};

const QUESTIONS: [&str; 4] =
    ["/api/v1/parcels", "/api/v1/parcels/P1", "/api/v1/feeds", "/api/v1/kpis?group_by=shipper,destination_region"];

#[tokio::test]
async fn what_is_no_address_of_the_api_is_told_so() {
    let app = TestApp::start().await;
    for (method, path, expected) in [
        ("GET", "/api/v1/kpi", 404),
        ("GET", "/api/v1/kpis/", 404),
        ("GET", "/api/v2/kpis", 404),
        ("POST", "/api/v1/parcel", 404),
        ("POST", "/api/v1/kpis", 405),
        ("GET", "/api/v1/feeds/canonical/events", 405),
        ("DELETE", "/api/v1/parcels/P1", 405),
        ("GET", "/api/v1/parcels/%FF", 400),
        ("POST", "/api/v1/feeds/%FF/events", 400),
    ] {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let (status, answer) = problem(&app, request).await;
        assert_eq!(status, expected, "{method} {path}: {answer}");
    }
}

#[tokio::test]
async fn the_server_says_whether_it_is_alive_and_ready() {
    let app = TestApp::start().await;
    let (status, _, answer) = ask(&app, get("/healthz")).await;
    assert_eq!((status.as_u16(), answer), (200, "ok\n".into()));
    let (status, _, answer) = ask(&app, get("/readyz")).await;
    assert_eq!((status.as_u16(), answer), (200, "ready\n".into()));
    app.store.close().await;
    // Starting it again would not bring the database back.
    assert_eq!(ask(&app, get("/healthz")).await.0, 200);
    assert_eq!(problem(&app, get("/readyz")).await.0, 503);
}

#[tokio::test]
async fn without_its_database_the_figures_stay_and_other_questions_are_put_off() {
    let app = app_with_one_of_each().await;
    for path in QUESTIONS {
        assert_eq!(app.get(path).await.0, 200, "{path}");
    }
    let (_, figures) = app.get("/api/v1/kpis?group_by=courier").await;
    app.store.close().await;
    for path in QUESTIONS {
        assert_eq!(problem(&app, get(path)).await.0, 503, "{path}");
    }
    assert_eq!(app.get("/api/v1/kpis?group_by=courier").await.1, figures);
}

#[tokio::test]
async fn a_database_that_hangs_does_not_keep_what_is_measured_back() {
    // It has one connection, and somebody keeps it.
    let app = TestApp::start_on(TestDatabase::OfAnother("sqlite::memory:".into()), Config::default()).await;
    let kept = app.store.begin_revision().await.unwrap();
    let asked = std::time::Instant::now();
    let (status, metrics) = app.get("/metrics").await;
    assert!(asked.elapsed() < std::time::Duration::from_millis(4_500), "{:?}", asked.elapsed());
    assert!(status == 200 && metrics.as_str().unwrap().contains("courierscope_ready 0"), "{metrics}");
    drop(kept);
}
