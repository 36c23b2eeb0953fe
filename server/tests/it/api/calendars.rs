//! Calendars: as they ship, and as somebody saves them.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::json;

use super::{ask, get, problem};
use crate::support::TestApp;

fn put(path: &str, kind: &str, body: impl Into<Body>) -> Request<Body> {
    Request::put(path).header(header::CONTENT_TYPE, kind).body(body.into()).unwrap()
}

#[tokio::test]
async fn the_calendars_that_ship_are_listed_and_shown_by_year() {
    let app = TestApp::start().await;
    let (_, all) = app.get("/api/v1/calendars").await;
    let names: Vec<_> = all.as_array().unwrap().iter().map(|calendar| calendar["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["BE", "BR", "CN", "ES", "FR", "PL", "PT"]);
    assert!(all.as_array().unwrap().iter().all(|calendar| calendar["years"] == json!([2025, 2026, 2027])), "{all}");

    let (_, year) = app.get("/api/v1/calendars/PT?year=2026").await;
    let day = |date: &str| year["days"].as_array().unwrap().iter().find(|day| day["date"] == date).cloned().unwrap();
    assert_eq!((year["days"].as_array().unwrap().len(), &year["calendar"]["edition"]), (365, &0.into()));
    assert_eq!(day("2026-12-25")["kind"], "closed");
    assert_eq!(day("2026-12-26")["kind"], "weekend");
    let (_, page) = app.get("/calendars/PT?year=2026").await;
    assert!(page.as_str().unwrap().contains("25 Dec 2026"), "{page}");
    let (_, page) = app.get("/calendars").await;
    assert!(page.as_str().unwrap().contains("/calendars/PT"), "{page}");

    let (status, answer) = problem(&app, get("/api/v1/calendars/XX")).await;
    assert_eq!((status, &answer["parameter"]), (404, &"name".into()));
    assert_eq!(app.get("/calendars/XX").await.0, 404);
    app.stop().await;
}

#[tokio::test]
async fn a_working_weekend_of_china_is_open() {
    let app = TestApp::start().await;
    let (_, year) = app.get("/api/v1/calendars/CN?year=2025").await;
    let opened: Vec<_> = year["days"].as_array().unwrap().iter().filter(|day| day["kind"] == "opened").collect();
    // The State Council's notice for 2025 names five: 26 January, 8 February, 27 April, 28 September, 11 October.
    let dates: Vec<_> = opened.iter().map(|day| day["date"].as_str().unwrap()).collect();
    assert_eq!(dates, ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"]);
    app.stop().await;
}

#[tokio::test]
async fn a_saved_calendar_is_in_force_and_its_editions_are_kept() {
    let app = TestApp::start().await;
    let (_, _, text) = ask(&app, get("/api/v1/calendars/PT/file")).await;
    let saturday = text.as_str().unwrap().replace("saturday = []", "saturday = [\"09:00-13:00\"]");
    assert_ne!(text, saturday.as_str());
    let (status, answer) =
        app.send(put("/api/v1/calendars/PT?edition=0&note=Saturdays", "application/toml", saturday.clone())).await;
    assert_eq!((status.as_u16(), &answer["edition"], &answer["week"][5]), (200, &1.into(), &"09:00-13:00".into()));

    // Somebody who looked before that does not undo it.
    let late = put("/api/v1/calendars/PT?edition=0", "application/toml", text.as_str().unwrap().to_owned());
    assert_eq!(problem(&app, late).await.0, 409);

    let (_, _, dates) = ask(&app, get("/api/v1/calendars/PT/file?as=csv")).await;
    let added = format!("{}2026-02-17,closed,,Carnaval,,\n", dates.as_str().unwrap());
    let (status, answer) = app.send(put("/api/v1/calendars/PT?edition=1", "text/csv", added)).await;
    assert_eq!((status.as_u16(), &answer["edition"]), (200, &2.into()), "{answer}");
    let (_, year) = app.get("/api/v1/calendars/PT?year=2026").await;
    let carnival = year["days"].as_array().unwrap().iter().find(|day| day["date"] == "2026-02-17").unwrap();
    assert_eq!((&carnival["kind"], &carnival["name"]), (&"closed".into(), &"Carnaval".into()));

    let (_, versions) = app.get("/api/v1/calendars/PT/versions").await;
    let told: Vec<_> = versions.as_array().unwrap().iter().map(|v| (v["edition"].clone(), v["note"].clone())).collect();
    assert_eq!(json!(told), json!([[2, ""], [1, "Saturdays"]]));
    let (_, headers, ical) = ask(&app, get("/api/v1/calendars/PT/file?as=ical")).await;
    assert!(ical.as_str().unwrap().contains("SUMMARY:Carnaval"), "{ical}");
    assert_eq!(headers[header::CONTENT_DISPOSITION], "attachment; filename=\"PT.ics\"");
    app.stop().await;
}

#[tokio::test]
async fn a_calendar_that_cannot_be_meant_is_refused_with_its_lines() {
    let app = TestApp::start().await;
    let text =
        "name = \"XX\"\ntitle = \"X\"\ncountry = \"XX\"\nzone = \"Mars/Base\"\n[week]\nmonday = [\"18:00-08:00\"]\n";
    let (status, answer) = problem(&app, put("/api/v1/calendars/XX", "application/toml", text)).await;
    let detail = answer["detail"].as_str().unwrap();
    assert!(status == 422 && detail.contains("line 4: zone") && detail.contains("line 6"), "{answer}");
    assert_eq!(problem(&app, put("/api/v1/calendars/XX", "text/csv", "date,kind\n2026-01-01,closed\n")).await.0, 404);
    assert_eq!(problem(&app, put("/api/v1/calendars/PT", "image/png", "")).await.0, 415);
    let (_, _, spain) = ask(&app, get("/api/v1/calendars/ES/file")).await;
    let other = put("/api/v1/calendars/PT", "application/toml", spain.as_str().unwrap().to_owned());
    assert_eq!(problem(&app, other).await.0, 422);
    assert_eq!(app.get("/api/v1/calendars/PT/versions").await.1, json!([]));
    app.stop().await;
}
