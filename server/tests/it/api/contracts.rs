//! Contracts, as they are saved and shown.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::json;

use super::{ask, get, problem};
use crate::support::TestApp;

const CONTRACT: &str = "name = \"rapida-24h\"\ncourier = \"Rápida\"\nservice = \"24h\"\n\n[[version]]\nfrom = 2026-01-01\n\
    deadline = \"1 working day by 20:00\"\ncut_off = \"18:00\"\npauses = [\"customs\"]\n\n[[version.target]]\n\
    kpi = \"on_time_contract\"\ngoal = \"95 %\"\nperiod = \"month\"\nminimum = 200\n";
const NEXT: &str = "\n[[version]]\nfrom = 2026-07-01\ndeadline = \"1 working day by 18:00\"\n";

fn put(path: &str, body: impl Into<Body>) -> Request<Body> {
    Request::put(path).header(header::CONTENT_TYPE, "application/toml").body(body.into()).unwrap()
}

#[tokio::test]
async fn a_contract_is_saved_shown_and_followed_by_its_next_version() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/api/v1/contracts").await.1, json!([]));
    let (_, page) = app.get("/contracts").await;
    assert!(page.as_str().unwrap().contains("No contract yet"), "{page}");

    let (status, saved) = app.send(put("/api/v1/contracts/rapida-24h?edition=0&note=signed", CONTRACT)).await;
    assert_eq!(status, 200, "{saved}");
    let version = &saved["versions"][0];
    assert_eq!((&saved["courier"], &saved["about"]), (&"Rápida".into(), &"service 24h".into()));
    assert_eq!((&version["deadline"], &version["cut_off"]), (&"1 working day by 20:00".into(), &"18:00".into()));
    assert_eq!((&version["targets"][0]["goal"], &version["is_in_force"]), (&"95 %".into(), &true.into()));

    // Somebody who saw nothing there does not replace it.
    let late = put("/api/v1/contracts/rapida-24h?edition=0", CONTRACT);
    assert_eq!(problem(&app, late).await.0, 409);

    let both = format!("{CONTRACT}{NEXT}");
    let (status, saved) = app.send(put("/api/v1/contracts/rapida-24h?edition=1", both.clone())).await;
    assert_eq!(status, 200, "{saved}");
    let force: Vec<_> = saved["versions"].as_array().unwrap().iter().map(|v| v["is_in_force"].clone()).collect();
    assert_eq!((json!(force), &saved["versions"][0]["until"]), (json!([false, true]), &"2026-07-01".into()));
    let (_, _, text) = ask(&app, get("/api/v1/contracts/rapida-24h/file")).await;
    assert_eq!(text, both.as_str());
    let (_, editions) = app.get("/api/v1/contracts/rapida-24h/versions").await;
    let told: Vec<_> = editions.as_array().unwrap().iter().map(|e| (e["edition"].clone(), e["note"].clone())).collect();
    assert_eq!(json!(told), json!([[2, ""], [1, "signed"]]));

    let (_, page) = app.get("/contracts/rapida-24h").await;
    let page = page.as_str().unwrap();
    assert!(page.contains("1 working day by 18:00") && page.contains("in force"), "{page}");
    assert!(app.get("/contracts").await.1.as_str().unwrap().contains("/contracts/rapida-24h"));
    assert_eq!(app.get("/contracts/other").await.0, 404);
    assert_eq!(problem(&app, get("/api/v1/contracts/other")).await.0, 404);
    app.stop().await;
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_with_its_line_and_field() {
    let app = TestApp::start().await;
    let wrong = CONTRACT.replace("1 working day by 20:00", "24h").replace("customs", "rain");
    let (status, answer) = problem(&app, put("/api/v1/contracts/rapida-24h", wrong)).await;
    let detail = answer["detail"].as_str().unwrap();
    assert!(status == 422 && detail.contains("line 7: version[1].deadline") && detail.contains("line 9"), "{detail}");

    let (status, answer) = problem(&app, put("/api/v1/contracts/other", CONTRACT)).await;
    assert!(status == 422 && answer["detail"].as_str().unwrap().contains("rapida-24h"), "{answer}");

    let missing = CONTRACT.replace("cut_off", "origin_calendar = \"ES-sundays\"\ncut_off");
    let (status, answer) = problem(&app, put("/api/v1/contracts/rapida-24h", missing)).await;
    assert!(status == 422 && answer["detail"].as_str().unwrap().contains("ES-sundays"), "{answer}");
    assert_eq!(app.get("/api/v1/contracts").await.1, json!([]));
    app.stop().await;
}

#[tokio::test]
async fn two_contracts_that_may_mean_the_same_leg_are_refused_and_both_named() {
    let app = TestApp::start().await;
    assert_eq!(app.send(put("/api/v1/contracts/rapida-24h", CONTRACT)).await.0, 200);
    let equal = CONTRACT.replace("rapida-24h", "rapida-new");
    let (status, answer) = problem(&app, put("/api/v1/contracts/rapida-new", equal)).await;
    let detail = answer["detail"].as_str().unwrap();
    assert!(status == 422 && detail.contains("rapida-24h") && detail.contains("rapida-new"), "{detail}");
    // One that says less steps back, so both may stand.
    let wider = CONTRACT.replace("rapida-24h", "rapida").replace("service = \"24h\"\n", "");
    assert_eq!(app.send(put("/api/v1/contracts/rapida", wider)).await.0, 200);
    app.stop().await;
}

#[tokio::test]
async fn the_form_of_the_page_saves_as_well() {
    let app = TestApp::start().await;
    let typed = |text: &str| {
        let fields = [("name", "rapida-24h"), ("text", text), ("note", ""), ("edition", "0")];
        let pairs = fields.map(|(name, value)| format!("{name}={}", app::query::encode(value).replace("%20", "+")));
        Request::post("/contracts")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(pairs.join("&")))
            .unwrap()
    };
    let (status, headers, answer) = ask(&app, typed(&CONTRACT.replace('\n', "\r\n"))).await;
    assert_eq!(status.as_u16(), 303, "{answer}");
    assert_eq!(headers[header::LOCATION], "/contracts/rapida-24h");
    let (_, _, text) = ask(&app, get("/api/v1/contracts/rapida-24h/file")).await;
    assert_eq!(text, CONTRACT);
    app.stop().await;
}

/// The worked example of KPI.md, from the contract to the words on the parcel's page.
#[tokio::test]
async fn a_parcel_tells_what_became_of_each_leg_by_its_contract() {
    let app = TestApp::start().await;
    let told = |number: &str, kind: &str, time: &str, more| super::event(number, "Rápida", kind, time, more);
    let lisbon = json!({ "origin_country": "PT", "destination_country": "PT", "service": "24h" });
    let body = told("P1", "accepted", "2026-01-02T17:40:00+00:00", lisbon)
        + &told("P1", "delivered", "2026-01-08T18:20:00+00:00", json!({}));
    assert_eq!(app.post("canonical", "application/x-ndjson", body).await.0, 200);
    app.settle().await;
    // Without any contract nothing is said of one.
    assert_eq!(app.get("/api/v1/parcels/P1").await.1[0]["legs"][0]["contract"], json!(null));

    let contract = "name = \"rapida-pt\"\ncourier = \"Rápida\"\ndestination = \"PT\"\n[[version]]\nfrom = 2026-01-01\n\
        deadline = \"2 working days by 18:00\"\ncut_off = \"17:00\"\n";
    assert_eq!(app.send(put("/api/v1/contracts/rapida-pt", contract)).await.0, 200);
    let (_, _, dates) = ask(&app, get("/api/v1/calendars/PT/file?as=csv")).await;
    let dates = format!("{}2026-01-06,closed,,Reis,,\n", dates.as_str().unwrap());
    let request = Request::put("/api/v1/calendars/PT").header(header::CONTENT_TYPE, "text/csv");
    assert_eq!(app.send(request.body(Body::from(dates)).unwrap()).await.0, 200);

    let (_, found) = app.get("/api/v1/parcels/P1").await;
    let clock = &found[0]["legs"][0]["contract"];
    assert_eq!((&clock["contract"], &clock["class"]), (&"rapida-pt".into(), &"late".into()));
    assert_eq!(clock["deadline"], "2026-01-08T18:00:00Z");
    let minutes: Vec<_> = clock["lateness"].as_array().unwrap().iter().filter(|share| share["ms"] != 0).collect();
    assert_eq!(json!(minutes), json!([{ "party": "courier", "ms": 20 * 60_000 }]));
    let verdict = clock["verdict"].as_str().unwrap();
    for words in
        ["after the 17:00 cut-off", "clock starts Mon 08:00", "2 working days", "Tue 6 Jan closed", "late by 20 min"]
    {
        assert!(verdict.contains(words), "{words}: {verdict}");
    }
    let sum: i64 = clock["segments"].as_array().unwrap().iter().map(|part| part["duration_ms"].as_i64().unwrap()).sum();
    assert_eq!(sum, found[0]["legs"][0]["elapsed_ms"]);
    let (_, page) = app.get("/parcels/P1").await;
    assert!(page.as_str().unwrap().contains("after the 17:00 cut-off"), "{page}");
    app.stop().await;
}
