//! Contracts, as they are saved and shown.

use axum::body::Body;
use axum::http::{Request, header};
use chrono::Datelike;
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
    app.settle().await;
    assert_eq!(app.get("/api/v1/recalculation").await.1["status"], "up_to_date");

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

/// Three parcels of January under a contract of two working days: one on time, two late.
async fn january(app: &TestApp) {
    let told = |number: &str, kind: &str, time: &str, more| super::event(number, "Rápida", kind, time, more);
    let lisbon = json!({ "origin_country": "PT", "destination_country": "PT", "service": "24h" });
    let mut body = String::new();
    for (number, delivered) in
        [("P1", "2026-01-07T12:00:00Z"), ("P2", "2026-01-08T12:00:00Z"), ("P3", "2026-01-20T12:00:00Z")]
    {
        body += &told(number, "accepted", "2026-01-05T10:00:00Z", lisbon.clone());
        body += &told(number, "delivered", delivered, json!({}));
    }
    assert_eq!(app.post("canonical", "application/x-ndjson", body).await.0, 200);
    assert_eq!(app.send(put("/api/v1/contracts/rapida", JANUARY)).await.0, 200);
    app.settle().await;
}

const JANUARY: &str = "name = \"rapida\"\ncourier = \"Rápida\"\n[[version]]\nfrom = 2026-01-01\n\
    deadline = \"2 working days by 18:00\"\n[[version.target]]\nkpi = \"on_time_contract\"\ngoal = \"95 %\"\nperiod = \"month\"\n";

#[tokio::test]
async fn figures_follow_a_contract_that_is_saved_and_targets_are_held_against_them() {
    let app = TestApp::start().await;
    january(&app).await;
    let (_, answer) = app.get("/api/v1/kpis?contract=rapida&from=2026-01-07&to=2026-01-07").await;
    let row = &answer["rows"][0];
    assert_eq!((&row["legs"]["on_time"], &row["legs"]["late"]), (&json!(1), &json!(2)), "{row}");
    // Late by 18 hours, and by 12 days and 18 hours.
    let hours = 18 + 12 * 24 + 18;
    assert_eq!(row["kpis"]["lateness"]["by_party"], json!([{ "party": "courier", "ms": hours * 3_600_000_i64 }]));
    assert_eq!(row["kpis"]["volume"], 0, "they were accepted on the 5th");

    let (status, standings) = app.get("/api/v1/standings?courier=R%C3%A1pida").await;
    let target = &standings[0]["targets"][0];
    assert!(status == 200 && target["target"]["goal"] == "95 %" && target["running"]["n"] == 0, "{standings}");
    assert_eq!(app.get("/api/v1/standings?courier=Lenta").await.1, json!([]));

    let (_, page) = app.get("/couriers/R%C3%A1pida?from=2026-01-01&to=2026-01-31").await;
    let page = page.as_str().unwrap();
    assert!(page.contains("Legs by contract") && page.contains("Lateness by party"), "{page}");
    let (_, page) = app.get("/corridors/PT-PT?from=2026-01-01&to=2026-01-31").await;
    assert!(page.as_str().unwrap().contains("Lateness by party"));
    assert_eq!(app.get("/corridors/PT-XX").await.0, 404);
    app.stop().await;
}

#[tokio::test]
async fn the_last_period_is_held_against_the_target_of_its_own_days() {
    let app = TestApp::start().await;
    january(&app).await;
    let today = domain::view::utc_time(app.clock.now()).date_naive();
    let first = today.with_day(1).unwrap();
    let second = format!(
        "[[version]]\nfrom = {first}\ndeadline = \"2 working days by 18:00\"\n\
         [[version.target]]\nkpi = \"on_time_contract\"\ngoal = \"97 %\"\nperiod = \"month\"\n"
    );
    let both = JANUARY.replace("from = 2026-01-01", &format!("from = 2026-01-01\nuntil = {first}")) + &second;
    assert_eq!(app.send(put("/api/v1/contracts/rapida", both)).await.0, 200);
    let (_, standings) = app.get("/api/v1/standings").await;
    let target = &standings[0]["targets"][0];
    assert_eq!((&target["target"]["goal"], &target["last_goal"]), (&json!("97 %"), &json!("95 %")), "{standings}");
    app.stop().await;
}

#[tokio::test]
async fn a_preview_tells_whose_verdict_would_change_and_changes_nothing() {
    let app = TestApp::start().await;
    january(&app).await;
    let wider = JANUARY.replace("2 working days", "3 working days");
    let ask_for = |text: String, days: &str| {
        let request = Request::post(format!("/api/v1/contracts/rapida/preview?{days}"));
        request.header(header::CONTENT_TYPE, "application/toml").body(Body::from(text)).unwrap()
    };
    let january = "from=2026-01-01&to=2026-01-31";
    let (status, preview) = app.send(ask_for(wider.clone(), january)).await;
    assert_eq!(status, 200, "{preview}");
    let legs = |side: &str| (preview[side]["legs"]["on_time"].clone(), preview[side]["legs"]["late"].clone());
    assert_eq!((legs("before"), legs("after")), ((json!(1), json!(2)), (json!(2), json!(1))));
    assert_eq!((&preview["changed"], &preview["listed"][0]["number"]), (&json!(1), &json!("P2")));
    assert!(preview["listed"][0]["verdict_after"].as_str().unwrap().contains("3 working days"), "{preview}");
    let (_, february) = app.send(ask_for(wider.clone(), "from=2026-02-01&to=2026-02-28")).await;
    assert_eq!((&february["changed"], &february["after"]["legs"]["late"]), (&json!(0), &json!(0)));
    assert_eq!(app.send(ask_for(wider.replace("3 working days", "soon"), january)).await.0, 422);
    assert_eq!(app.send(ask_for(wider, "from=2026-02-01")).await.0, 400);
    let (_, _, text) = ask(&app, get("/api/v1/contracts/rapida/file")).await;
    assert_eq!(text, JANUARY);
    app.stop().await;
}

#[tokio::test]
async fn what_was_typed_comes_back_with_what_is_wrong_with_it_or_what_it_would_have_made() {
    let app = TestApp::start().await;
    january(&app).await;
    let type_in = |text: &str, and: &str| {
        let fields = [("name", "rapida"), ("text", text), ("note", "so"), ("edition", "1"), ("and", and)];
        let pairs = fields.map(|(name, value)| format!("{name}={}", app::query::encode(value)));
        Request::post("/contracts")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(pairs.join("&")))
            .unwrap()
    };
    let (status, headers, _) = ask(&app, type_in(&JANUARY.replace("2 working days", "soon"), "save")).await;
    let place = headers[header::LOCATION].to_str().unwrap().to_owned();
    assert!(status == 303 && place.starts_with("/contracts/drafts/"), "{place}");
    let (status, page) = app.get(&place).await;
    let page = page.as_str().unwrap();
    assert!(
        status == 200
            && page.contains("is not a deadline")
            && page.contains("deadline = &quot;soon") | page.contains("\"soon"),
        "{page}"
    );

    let wider = JANUARY.replace("2 working days", "3 working days");
    let (_, headers, _) = ask(&app, type_in(&wider, "preview")).await;
    let place = format!("{}?from=2026-01-01&to=2026-01-31", headers[header::LOCATION].to_str().unwrap());
    let (_, page) = app.get(&place).await;
    let page = page.as_str().unwrap();
    assert!(page.contains("1 leg would have another verdict") && page.contains("/parcels/P2"), "{page}");
    assert_eq!(app.get("/contracts/drafts/0").await.0, 404);
    app.stop().await;
}

#[tokio::test]
async fn recalculating_can_be_stopped_and_started_again() {
    let app = TestApp::start().await;
    january(&app).await;
    let send =
        |method: &str| Request::builder().method(method).uri("/api/v1/recalculation").body(Body::empty()).unwrap();
    let late = async || {
        app.settle().await;
        app.get("/api/v1/kpis?contract=rapida").await.1["rows"][0]["legs"]["late"].as_i64().unwrap()
    };
    let mut was = 2;
    // The server that runs beside may be quicker than whoever stops it.
    for (days, then) in [("9", 1), ("20", 0), ("9", 1), ("20", 0)] {
        let text = JANUARY.replace("2 working", &format!("{days} working"));
        assert_eq!(app.send(put("/api/v1/contracts/rapida", text)).await.0, 200);
        if app.send(send("DELETE")).await.1["status"] != "stopped" {
            was = late().await;
            continue;
        }
        assert_eq!(late().await, was, "the figures stay what they were");
        let (_, page) = app.get("/contracts").await;
        assert!(page.as_str().unwrap().contains("is not in the figures"));
        app.send(send("POST")).await;
        assert_eq!((late().await, &app.get("/api/v1/recalculation").await.1["status"]), (then, &json!("up_to_date")));
        return app.stop().await;
    }
    panic!("it was never stopped");
}
