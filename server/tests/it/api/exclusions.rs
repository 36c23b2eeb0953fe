//! Exclusions, as they are claimed, accepted, shown and taken back.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use super::{event, problem};
use crate::support::TestApp;

/// A contract that lets address corrections pause the clock.
const CONTRACT: &str = "name = \"rapida\"\ncourier = \"Rápida\"\n[[version]]\nfrom = 2026-01-01\n\
    deadline = \"2 working days by 18:00\"\npauses = [\"address_correction\"]\n";

fn send(method: &str, path: &str, body: Value) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    request.body(Body::from(body.to_string())).unwrap()
}

/// P1 on time, P2 late, P3 late but for an address that its courier says was wrong.
async fn january(app: &TestApp) {
    let lisbon = json!({ "origin_country": "PT", "destination_country": "PT" });
    let mut body = String::new();
    for (number, delivered) in [("P1", "07T12"), ("P2", "08T12"), ("P3", "08T12")] {
        body += &event(number, "Rápida", "accepted", "2026-01-05T10:00:00Z", lisbon.clone());
        if number == "P3" {
            let wrong = json!({ "reason": "wrong_address", "party": "consignee" });
            body += &event(number, "Rápida", "attempt_failed", "2026-01-07T10:00:00Z", wrong);
        }
        body += &event(number, "Rápida", "delivered", &format!("2026-01-{delivered}:00:00Z"), json!({}));
    }
    assert_eq!(app.post("canonical", "application/x-ndjson", body).await.0, 200);
    let contract = Request::put("/api/v1/contracts/rapida").header(header::CONTENT_TYPE, "application/toml");
    assert_eq!(app.send(contract.body(CONTRACT.into()).unwrap()).await.0, 200);
    app.settle().await;
}

/// On time of judged: by contract, accepted, claimed, raw; and the excluded legs.
async fn figures(app: &TestApp) -> Value {
    let (_, answer) = app.get("/api/v1/kpis?contract=rapida").await;
    let row = &answer["rows"][0];
    let rate = |name: &str| json!([row["kpis"][name]["hits"], row["kpis"][name]["total"]]);
    json!([
        rate("on_time_contract"),
        rate("on_time_contract_accepted"),
        rate("on_time_contract_claimed"),
        rate("on_time_contract_raw"),
        row["legs"]["excluded"],
    ])
}

#[tokio::test]
async fn what_a_courier_claims_counts_once_it_is_accepted_and_no_longer_when_that_is_taken_back() {
    let app = TestApp::start().await;
    january(&app).await;
    // Of three legs one is on time; P3 is as well, if the courier's word is taken for it.
    assert_eq!(figures(&app).await, json!([[2, 3], [1, 3], [2, 3], [1, 3], 0]));
    let days = "from=2026-01-01&to=2026-01-31";
    let (status, claims) = app.get(&format!("/api/v1/claims?courier=R%C3%A1pida&{days}")).await;
    assert_eq!(
        (status.as_u16(), claims[0]["number"].as_str(), claims[1].is_null()),
        (200, Some("P3"), true),
        "{claims}"
    );

    let form = json!({ "courier": "Rápida", "number": "p3", "reason": "wrong_address", "accepted_by": "Ana" });
    let (status, accepted) = app.send(send("POST", "/api/v1/exclusions", form)).await;
    assert_eq!(
        (status.as_u16(), &accepted["id"], &accepted["number"]),
        (201, &json!("E1"), &json!("P3")),
        "{accepted}"
    );
    app.settle().await;
    // It leaves both sides of the first two figures; the others hold it.
    assert_eq!(figures(&app).await, json!([[1, 2], [1, 2], [2, 3], [1, 3], 1]));
    let (_, claims) = app.get(&format!("/api/v1/claims?courier=R%C3%A1pida&{days}")).await;
    assert_eq!(claims, json!([]));
    let (_, page) = app.get("/parcels/P3").await;
    assert!(page.as_str().unwrap().contains("excluded by E1 (wrong address, accepted by Ana), not counted"));
    let (_, page) = app.get("/exclusions").await;
    assert!(page.as_str().unwrap().contains("Wrong address"), "{page}");

    let again = json!({ "courier": "Rápida", "number": "P3", "reason": "weather", "accepted_by": "Rui" });
    let (status, answer) = problem(&app, send("POST", "/api/v1/exclusions", again)).await;
    assert!(status == 422 && answer.to_string().contains("E1 by Ana leaves out the same already"), "{answer}");

    let (status, back) = app.send(send("DELETE", "/api/v1/exclusions/E1?by=Rui", Value::Null)).await;
    assert_eq!((status, &back["withdrawn_by"]), (StatusCode::OK, &json!("Rui")), "{back}");
    app.settle().await;
    assert_eq!(figures(&app).await, json!([[2, 3], [1, 3], [2, 3], [1, 3], 0]));
    let (_, list) = app.get("/api/v1/exclusions").await;
    assert_eq!((&list[0]["accepted_by"], &list[0]["withdrawn_by"]), (&json!("Ana"), &json!("Rui")));
    app.stop().await;
}

#[tokio::test]
async fn a_period_is_excluded_by_the_local_day_of_the_first_deadline() {
    let app = TestApp::start().await;
    january(&app).await;
    let strike = |from: &str, to: &str| {
        json!({ "courier": "Rápida", "destination": "PT", "from": from, "to": to, "reason": "force_majeure",
            "accepted_by": "Ana", "note": "port strike" })
    };
    let (status, _) = app.send(send("POST", "/api/v1/exclusions", strike("2026-01-08", "2026-01-20"))).await;
    assert_eq!(status.as_u16(), 201);
    app.settle().await;
    assert_eq!(figures(&app).await[4], 0, "the deadlines are on the 7th");
    app.send(send("POST", "/api/v1/exclusions", strike("2026-01-07", "2026-01-07"))).await;
    app.settle().await;
    assert_eq!(figures(&app).await, json!([[0, 0], [0, 0], [2, 3], [1, 3], 3]));
    app.stop().await;
}

#[tokio::test]
async fn what_cannot_be_meant_is_told_by_field() {
    let app = TestApp::start().await;
    for (form, told) in [
        (json!({}), "courier: is missing"),
        (json!({ "orgin": "ES" }), "orgin"),
        (
            json!({ "courier": "R", "number": "1", "from": "2026-01-01", "to": "2026-01-01", "reason": "weather",
                "accepted_by": "A" }),
            "number: names one parcel",
        ),
        (json!({ "courier": "R", "number": "1", "reason": "weather", "accepted_by": "A" }), "has told of no parcel 1"),
        (json!({ "courier": "R", "number": "1", "reason": "bad luck", "accepted_by": "A" }), "reason: must be one of"),
        (json!({ "courier": "R", "number": "1", "reason": "weather" }), "accepted_by: is missing"),
        (json!({ "courier": "R", "reason": "weather", "accepted_by": "A" }), "from: must be a date"),
        (
            json!({ "courier": "R", "from": "2026-02-01", "to": "2026-01-01", "reason": "weather", "accepted_by": "A" }),
            "to: must not be before from",
        ),
        (
            json!({ "courier": "R", "destination": "Spain", "from": "2026-02-01", "to": "2026-02-01", "reason": "weather",
                "accepted_by": "A" }),
            "destination: must be a country",
        ),
    ] {
        let (status, answer) = problem(&app, send("POST", "/api/v1/exclusions", form.clone())).await;
        assert!(status == 422 && answer.to_string().contains(told), "{form}: {answer}");
    }
    let (status, answer) = problem(&app, send("DELETE", "/api/v1/exclusions/E9?by=Ana", Value::Null)).await;
    assert!(status == 404 && answer.to_string().contains("E9"), "{answer}");
    app.stop().await;
}
