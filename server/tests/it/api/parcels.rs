//! `GET /api/v1/parcels`: one by one, and in lists.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{app_with_one_of_each, event, get, problem};
use crate::support::TestApp;

/// The numbers that a list gives, page by page.
async fn list(app: &TestApp, query: &str, limit: usize) -> Vec<String> {
    let mut numbers = Vec::new();
    let mut after = String::new();
    loop {
        let (status, page) = app.get(&format!("/api/v1/parcels?{query}&limit={limit}{after}")).await;
        assert_eq!(status, 200, "{query}: {page}");
        let parcels = page["parcels"].as_array().unwrap();
        numbers.extend(parcels.iter().map(|parcel| parcel["number"].as_str().unwrap().to_owned()));
        assert!(parcels.len() <= limit);
        match page["next"].as_i64() {
            Some(next) => {
                assert_eq!((parcels.len(), parcels[limit - 1]["key"].as_i64()), (limit, Some(next)), "{page}");
                after = format!("&after={next}");
            }
            None => return numbers,
        }
    }
}

#[tokio::test]
async fn a_parcel_is_shown_with_its_attributes_its_timeline_its_legs_and_its_clock() {
    let app = app_with_one_of_each().await;
    let (status, found) = app.get("/api/v1/parcels/p%203").await;
    assert_eq!(status, 200);
    let [parcel] = found.as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!(parcel["numbers"], json!([{ "courier": "Rápida", "number": "P3" }]));
    for (name, value) in [
        ("/courier", "Rápida"),
        ("/attributes/shipper", "B"),
        ("/attributes/service", "24h"),
        ("/attributes/origin_country", "CN"),
        ("/attributes/destination_country", "ES"),
        ("/attributes/destination_region", "Lugo"),
        ("/attributes/delivery_mode", "door"),
        ("/status", "delivered"),
        ("/clock/class", "late"),
        ("/clock/stop", "2026-03-03T10:00:00Z"),
    ] {
        assert_eq!(parcel.pointer(name).unwrap(), value, "{name}: {parcel}");
    }
    let clock = &parcel["clock"];
    assert_eq!([&clock["promise"]["kind"], &clock["promise"]["deadline"]], ["instant", "2026-03-02T18:00:00Z"]);
    let kinds: Vec<_> = parcel["timeline"].as_array().unwrap().iter().map(|event| &event["kind"]).collect();
    assert_eq!(kinds, ["accepted", "attempt_failed", "delivered"]);
    let failed = &parcel["timeline"][1];
    assert_eq!([&failed["reason"], &failed["party"], &failed["feed"]], ["consignee_absent", "consignee", "canonical"]);
    assert_eq!([&parcel["legs"][0]["courier"], &parcel["legs"][0]["end"]], ["Rápida", "2026-03-03T10:00:00Z"]);
    assert_eq!(parcel["legs"][0]["elapsed_ms"], 50 * 3_600_000);
    let parts = clock["segments"].as_array().unwrap().iter().map(|part| part["duration_ms"].as_i64().unwrap());
    assert_eq!(parts.sum::<i64>(), 50 * 3_600_000, "{clock}");
    assert_eq!(parcel["attempts"][0]["succeeded"], false);
    assert!(clock["verdict"].as_str().unwrap().contains("16 h"), "{clock}");
}

#[tokio::test]
async fn numbers_repeat_and_a_reference_finds_as_well() {
    let app = app_with_one_of_each().await;
    let again = [
        event("P1", "Norte", "accepted", "2026-03-01T09:00:00Z", json!({})),
        event("P1", "Rápida", "accepted", "2026-08-01T09:00:00Z", json!({})),
    ];
    app.post("canonical", "application/x-ndjson", again.concat()).await;
    app.settle().await;
    let (_, found) = app.get("/api/v1/parcels/P1").await;
    let found: BTreeSet<(&str, &str)> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|parcel| (parcel["courier"].as_str().unwrap(), parcel["timeline"][0]["at"].as_str().unwrap()))
        .collect();
    let expected =
        [("Norte", "2026-03-01T09:00:00Z"), ("Rápida", "2026-03-01T08:00:00Z"), ("Rápida", "2026-08-01T09:00:00Z")];
    assert_eq!(found, BTreeSet::from(expected), "two couriers, and one that used it again 90 days later");
    for reference in ["order%205", "ORDER5"] {
        let (_, found) = app.get(&format!("/api/v1/parcels/{reference}")).await;
        assert_eq!([&found[0]["numbers"][0]["number"], &found[0]["references"][0]], ["P5", "ORDER5"], "{found}");
    }
}

#[tokio::test]
async fn pages_cover_everything_exactly_once() {
    let app = TestApp::start().await;
    let expected: Vec<String> = (0..53).map(|n| format!("N{n:02}")).collect();
    let posted = |number: &String| event(number, "Norte", "accepted", "2026-03-01T08:00:00Z", json!({}));
    app.post("canonical", "application/x-ndjson", expected.iter().map(posted).collect::<String>()).await;
    app.settle().await;
    for limit in [1, 7, 53, 54, 1000] {
        let mut listed = list(&app, "courier=Norte", limit).await;
        listed.sort_unstable();
        assert_eq!(listed, expected, "limit {limit}");
    }
    let (_, usual) = app.get("/api/v1/parcels").await;
    assert_eq!((usual["parcels"].as_array().unwrap().len(), &usual["next"]), (53, &Value::Null));
}

#[tokio::test]
async fn all_that_is_asked_of_a_list_holds() {
    let app = app_with_one_of_each().await;
    for (query, expected) in [
        ("", "P1 P2 P3 P4 P5 P6 P7"),
        ("courier=Norte", "P5 P6 P7"),
        ("class=late", "P3 P4"),
        ("class=late&courier=R%C3%A1pida", "P3 P4"),
        ("class=late&courier=Norte", ""),
        ("class=late&status=delivered", "P3"),
        ("class=early", "P2"),
        ("class=open", "P6"),
        ("class=no_promise", "P5"),
        ("class=cancelled&status=cancelled", "P7"),
        ("status=delivered", "P1 P3 P5"),
        ("status=ready_for_collection", "P2"),
        ("from=2026-03-03", "P4 P6"),
        ("to=2026-03-01", "P5"),
        ("from=2026-03-02&to=2026-03-02&courier=R%C3%A1pida", "P1 P2 P3"),
        ("courier=&class=&status=&from=&to=", "P1 P2 P3 P4 P5 P6 P7"),
    ] {
        for limit in [1, 2, 100] {
            let mut listed = list(&app, query, limit).await;
            listed.sort_unstable();
            assert_eq!(listed.join(" "), expected, "{query}");
        }
    }
    let (_, page) = app.get("/api/v1/parcels?class=late&status=delivered").await;
    let row = &page["parcels"][0];
    assert_eq!([&row["deadline"], &row["stop"]], ["2026-03-02T18:00:00Z", "2026-03-03T10:00:00Z"]);
    assert_eq!([&row["late_by_ms"], &row["last_event"]], [&json!(16 * 3_600_000), &json!("delivered")]);
}

#[tokio::test]
async fn a_parameter_that_cannot_be_read_is_named() {
    let app = TestApp::start().await;
    for (query, parameter, says) in [
        ("class=tardy", "class", "tardy"),
        ("status=lost_somewhere", "status", "lost_somewhere"),
        ("from=monday", "from", "2026-06-01"),
        ("to=2026-02-30", "to", "2026-06-01"),
        ("limit=0", "limit", "between 1 and 1000"),
        ("limit=1001", "limit", "between 1 and 1000"),
        ("limit=many", "limit", "between 1 and 1000"),
        ("after=P1", "after", "key of a parcel"),
        ("colour=red", "colour", "use courier, class"),
    ] {
        let (status, answer) = problem(&app, get(&format!("/api/v1/parcels?{query}"))).await;
        assert_eq!((status, answer["parameter"].as_str()), (400, Some(parameter)), "{query}: {answer}");
        assert!(answer["detail"].as_str().unwrap().contains(says), "{query}: {answer}");
    }
    let (status, answer) = problem(&app, get("/api/v1/parcels/NOBODY")).await;
    assert_eq!((status, answer["parameter"].as_str()), (404, Some("number")), "{answer}");
}
