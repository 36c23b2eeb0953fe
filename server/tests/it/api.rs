//! The REST API, as it is promised to those who write against it.

mod calendars;
mod contracts;
mod exclusions;
mod faults;
mod feeds;
mod forms;
mod kpis;
mod openapi;
mod own_pages;
mod parcels;
mod posting;
mod rejected;
pub mod uploads;
mod workbooks;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::TestApp;

/// A body on its way to a feed, with headers beside its type.
pub fn to_feed(feed: &str, kind: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Request<Body> {
    let request = Request::post(format!("/api/v1/feeds/{feed}/events")).header(header::CONTENT_TYPE, kind);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(body.into()).unwrap()
}

/// Sends a request; the answer with its headers.
pub async fn ask(app: &TestApp, request: Request<Body>) -> (StatusCode, HeaderMap, Value) {
    let response = app.router.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    let text = || Value::String(String::from_utf8_lossy(&bytes).into_owned());
    (head.status, head.headers, serde_json::from_slice(&bytes).unwrap_or_else(|_| text()))
}

/// Asks for something that is not to be had, and checks that the fault is told as RFC 9457 says.
async fn problem(app: &TestApp, request: Request<Body>) -> (u16, Value) {
    let shown = format!("{} {}", request.method(), request.uri());
    let (status, headers, answer) = ask(app, request).await;
    assert_eq!(headers.get(header::CONTENT_TYPE).unwrap(), "application/problem+json", "{shown}: {status} {answer}");
    assert_eq!(answer["status"], status.as_u16(), "{shown}: {answer}");
    assert!(answer["title"].is_string() && answer["detail"].as_str().is_some_and(|text| text.len() > 20), "{answer}");
    assert_eq!(headers.contains_key(header::RETRY_AFTER), status == 503, "{shown}: {answer}");
    (status.as_u16(), answer)
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

/// One canonical event, with what is said beside it.
fn event(number: &str, courier: &str, event: &str, time: &str, more: Value) -> String {
    let mut line = json!({ "tracking_number": number, "courier": courier, "event": event, "time": time });
    line.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    format!("{line}\n")
}

/// A parcel of every class, of two couriers; the day of most promises is 2 March 2026.
fn one_of_each() -> String {
    let by = |promise: &str| json!({ "promise": { "at": promise } });
    let said = |more: Value, shipper: &str, region: &str, mode: &str| {
        let mut all = json!({ "shipper": shipper, "destination_region": region, "delivery_mode": mode,
            "service": "24h", "origin_country": "CN", "destination_country": "ES" });
        all.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        all
    };
    let window = json!({ "promise": { "from": "2026-03-02T12:00:00Z", "to": "2026-03-02T14:00:00Z" } });
    let due = by("2026-03-02T18:00:00Z");
    let accepted = "2026-03-01T08:00:00Z";
    [
        event("P1", "Rápida", "accepted", accepted, said(due.clone(), "A", "Madrid", "door")),
        event("P1", "Rápida", "delivered", "2026-03-02T10:00:00Z", json!({})),
        event("P2", "Rápida", "accepted", accepted, said(window, "A", "Madrid", "locker")),
        event("P2", "Rápida", "ready_at_locker", "2026-03-02T11:00:00Z", json!({})),
        event("P3", "Rápida", "accepted", accepted, said(due.clone(), "B", "Lugo", "door")),
        event("P3", "Rápida", "attempt_failed", "2026-03-02T10:00:00Z", json!({ "reason": "consignee_absent" })),
        event("P3", "Rápida", "delivered", "2026-03-03T10:00:00Z", json!({})),
        event("P4", "Rápida", "accepted", accepted, said(by("2026-03-03T18:00:00Z"), "B", "Lugo", "shop")),
        event("P5", "Norte", "accepted", accepted, said(json!({ "reference": "order 5" }), "A", "Lugo", "door")),
        event("P5", "Norte", "delivered", "2026-03-04T08:00:00Z", json!({})),
        event("P6", "Norte", "accepted", "2026-11-20T08:00:00Z", said(by("2026-11-25T18:00:00Z"), "B", "Lugo", "door")),
        event("P7", "Norte", "accepted", accepted, said(due, "C", "Madrid", "door")),
        event("P7", "Norte", "cancelled", "2026-03-02T09:00:00Z", json!({ "party": "shipper" })),
    ]
    .concat()
}

/// A server that knows [`one_of_each`].
async fn app_with_one_of_each() -> TestApp {
    let app = TestApp::start().await;
    let (status, answer) = app.post("canonical", "application/x-ndjson", one_of_each()).await;
    assert_eq!((status.as_u16(), &answer["rejected"]), (200, &0.into()), "{answer}");
    app.settle().await;
    app
}
