//! The forms of contracts and calendars, as a browser sends them.

use axum::body::Body;
use axum::http::{Request, header};

use super::{ask, get};
use crate::support::TestApp;

/// Sends a form; the status, and the address that it leads to or what is said.
async fn send(app: &TestApp, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let pair = |(name, value): &(&str, &str)| format!("{}={}", app::query::encode(name), app::query::encode(value));
    let body: Vec<String> = fields.iter().map(pair).collect();
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let (status, headers, answer) = ask(app, request.body(Body::from(body.join("&"))).unwrap()).await;
    let location = headers.get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
    (status.as_u16(), location.unwrap_or_else(|| answer.to_string()))
}

async fn text(app: &TestApp, path: &str) -> String {
    ask(app, get(path)).await.2.as_str().unwrap().to_owned()
}

async fn editions(app: &TestApp, path: &str) -> usize {
    app.get(path).await.1.as_array().unwrap().len()
}

#[tokio::test]
async fn a_version_is_filled_in_added_and_kept_from_being_overwritten() {
    let app = TestApp::start().await;
    let new = |by: &'static str| {
        [
            ("text", ""),
            ("place", "1"),
            ("edition", "0"),
            ("name", "sul"),
            ("version.courier", "Sul"),
            ("version.from", "2026-01-01"),
            ("version.deadline.kind", "working_days"),
            ("version.deadline.count", "2"),
            ("version.deadline.by", by),
            ("version.pauses", "customs"),
            ("version.pauses", "force_majeure"),
            ("version.target[1].kpi", "on_time_contract"),
            ("version.target[1].goal", "95 %"),
            ("version.target[1].period", "month"),
            ("version.target[2].kpi", ""),
            ("version.target[2].goal", ""),
            ("note", "signed"),
        ]
    };
    let (status, to) = send(&app, "/contracts/drafts/version", &new("late")).await;
    assert!(status == 303 && to.starts_with("/contracts/drafts/") && to.ends_with("?version=1"), "{status} {to}");
    let page = text(&app, &to).await;
    assert!(
        page.contains("aria-describedby=\"fault-version.deadline\"") || page.contains("is not a time of day"),
        "{page}"
    );
    assert!(page.contains("value=\"late\""), "what was typed stays");

    assert_eq!(send(&app, "/contracts/drafts/version", &new("18:00")).await, (303, "/contracts/sul".into()));
    let saved = text(&app, "/api/v1/contracts/sul/file").await;
    assert!(saved.contains("deadline = \"2 working days by 18:00\""), "{saved}");
    assert!(saved.contains("pauses = [\"customs\", \"force_majeure\"]"), "{saved}");
    assert!(text(&app, "/contracts/sul/version?from=2026-01-01").await.contains("value=\"2026-01-01\""));
    assert_eq!(app.get("/contracts/sul/version?from=2026-02-02").await.0, 404);
    assert_eq!(app.get("/contracts/sul/version?from=soon").await.0, 404);

    // Browsers send a hidden text's lines with two signs at their end.
    let windows = saved.replace('\n', "\r\n");
    for (edition, expected) in [("0", 409), ("1", 303), ("1", 409)] {
        let next = [
            ("text", windows.as_str()),
            ("place", "2"),
            ("edition", edition),
            ("name", "sul"),
            ("version.courier", "Sul"),
            ("version.from", "2026-07-01"),
            ("version.deadline.kind", "promise"),
        ];
        assert_eq!(send(&app, "/contracts/drafts/version", &next).await.0, expected, "edition {edition}");
    }
    let both = text(&app, "/api/v1/contracts/sul/file").await;
    assert!(both.starts_with(&saved) && both.contains("from = 2026-07-01\ndeadline = \"the promise\""), "{both}");

    let inline = [("text", "version = [{ from = 2026-01-01 }]"), ("place", "1"), ("edition", "0"), ("name", "x")];
    assert_eq!(send(&app, "/contracts/drafts/version", &inline).await.0, 400);
    assert_eq!(editions(&app, "/api/v1/contracts/sul/versions").await, 2);
    app.stop().await;
}

#[tokio::test]
async fn a_calendar_is_added_and_none_that_is_there_replaced() {
    let app = TestApp::start().await;
    let new = |name: &'static str, country: &'static str, zone: &'static str| {
        [
            ("name", name),
            ("title", "An island"),
            ("country", country),
            ("zone", zone),
            ("week.monday", "08:00-12:00, 13:00-17:00"),
        ]
    };
    for there in ["BE", "be"] {
        assert_eq!(send(&app, "/calendars", &new(there, "BE", "Europe/Brussels")).await.0, 409, "{there}");
    }
    assert_eq!(send(&app, "/calendars", &new("MT", "MT", "Malta")).await.0, 422);
    assert_eq!(send(&app, "/calendars", &new("MT", "MT", "Europe/Malta")).await, (303, "/calendars/MT".into()));
    let saved = text(&app, "/api/v1/calendars/MT/file").await;
    assert!(saved.contains("monday = [\"08:00-12:00\", \"13:00-17:00\"]"), "{saved}");
    app.stop().await;
}

#[tokio::test]
async fn a_calendar_s_dates_and_usual_hours_are_changed_and_the_rest_stays() {
    let app = TestApp::start().await;
    let date = |form: &'static str, regions: &'static str, edition: &'static str| {
        [("form", form), ("date", "2026-01-06"), ("name", "Reis"), ("regions", regions), ("edition", edition)]
    };
    let before = text(&app, "/api/v1/calendars/ES/file").await;
    assert!(before.contains("2026-01-06"), "Epiphany is closed");
    assert_eq!(send(&app, "/calendars/ES", &date("no_date", "Nowhere", "0")).await.0, 422, "nothing holds there");
    assert_eq!(editions(&app, "/api/v1/calendars/ES/versions").await, 0);
    let shown = (303, "/calendars/ES?year=2026".to_owned());
    assert_eq!(send(&app, "/calendars/ES", &date("no_date", "", "0")).await, shown);
    assert!(!text(&app, "/api/v1/calendars/ES/file").await.contains("2026-01-06"));
    assert_eq!(send(&app, "/calendars/ES", &date("date", "", "0")).await.0, 409, "somebody has saved it meanwhile");
    assert_eq!(send(&app, "/calendars/ES", &date("date", "", "1")).await, shown);
    assert!(text(&app, "/api/v1/calendars/ES/file").await.contains("name = \"Reis\""));

    let usual = [
        ("form", "usual"),
        ("name", "ES"),
        ("country", "ES"),
        ("title", "Spain"),
        ("zone", "Europe/Madrid"),
        ("week.monday", "09:00-14:00"),
        ("edition", "2"),
    ];
    assert_eq!(send(&app, "/calendars/ES", &usual).await.0, 303);
    let after = text(&app, "/api/v1/calendars/ES/file").await;
    assert!(after.contains("monday = [\"09:00-14:00\"]") && !after.contains("20:00"), "{after}");
    for part in ["Atlantic/Canary", "[sources]", "2026-12-25"] {
        assert!(after.contains(part), "{part} stays");
    }
    assert_eq!(app.get("/api/v1/calendars/ES?year=2026").await.0, 200);
    app.stop().await;
}
