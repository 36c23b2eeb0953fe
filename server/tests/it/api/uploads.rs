//! A file becomes a feed: guessed, answered, imported, counted.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use server::config::Config;
use tower::ServiceExt;

use crate::cli::program::Site;
use crate::support::{NOW, TestApp};

/// A made-up courier's scans: Spanish headers, semicolons, days first, a code of its own.
pub const SCANS: &str = "Expedición;Fecha;Hora;Estado;Motivo;Delegación;Fecha compromiso\n\
    EX1;03/06/2024;18:10;Recogido;;MAD1;05/06/2024\n\
    EX1;05/06/2024;10:15;Entregado;;MAD7;05/06/2024\n\
    EX2;13/06/2024;18:10;Recogido;;MAD1;14/06/2024\n\
    EX2;14/06/2024;11:40;XQ9;;MAD7;14/06/2024\n\
    EX2;17/06/2024;10:15;Entregado;;MAD7;14/06/2024\n";

async fn started() -> (Site, TestApp) {
    let site = Site::new(&[]);
    let config = Config { feeds: Some(site.path("feeds")), max_upload_bytes: 5000, ..Config::default() };
    (site, TestApp::start_with(config).await)
}

async fn upload(app: &TestApp, name: &str, body: impl Into<Body>) -> (StatusCode, Value) {
    app.send(Request::post(format!("/api/v1/uploads?name={name}")).body(body.into()).unwrap()).await
}

async fn say(app: &TestApp, id: &str, said: Value) -> (StatusCode, Value) {
    let request =
        Request::put(format!("/api/v1/uploads/{id}/answers")).header(header::CONTENT_TYPE, "application/json");
    app.send(request.body(Body::from(said.to_string())).unwrap()).await
}

async fn import(app: &TestApp, id: &str) -> (StatusCode, Value) {
    app.send(Request::post(format!("/api/v1/uploads/{id}/import")).body(Body::empty()).unwrap()).await
}

/// Waits until a file is imported.
pub async fn imported(app: &TestApp, id: &str) -> Value {
    for _ in 0..400 {
        let (_, view) = app.get(&format!("/api/v1/uploads/{id}")).await;
        if view["import"]["state"] != "running" && view["import"]["waiting"] == 0 {
            return view;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the import does not end");
}

fn question<'v>(view: &'v Value, key: &str) -> &'v Value {
    view["questions"].as_array().unwrap().iter().find(|question| question["key"] == key).unwrap()
}

#[tokio::test]
async fn a_courier_s_file_without_a_definition_becomes_a_feed_with_figures() {
    let (_site, app) = started().await;
    let (status, view) = upload(&app, "rapida_2024-06.csv", SCANS).await;
    assert_eq!(status, 201, "{view}");
    let id = view["id"].as_str().unwrap();
    assert_eq!((&view["feed"], &view["faults"]), (&json!("rapida"), &json!([])), "{view}");
    assert_eq!(question(&view, "separator")["chosen"], ";");
    assert_eq!(question(&view, "zone")["chosen"], "Europe/Madrid");
    assert_eq!(question(&view, "code:XQ9")["chosen"], "");
    assert_eq!(view["rows"][0]["raw"][0], "EX1");
    assert_eq!(view["rows"][0]["events"][0]["event"], "accepted", "{view}");
    assert!(view["smells"].to_string().contains("codes without a meaning"), "{view}");

    let answers = json!({ "code:XQ9": "attempt_failed/consignee_absent", "zone": "Europe/Madrid" });
    let (_, view) = say(&app, id, json!({ "answers": answers })).await;
    assert_eq!(view["rows"][3]["events"][0]["event"], "attempt_failed", "{view}");
    assert_eq!(question(&view, "code:XQ9")["confidence"], "told");
    assert_eq!(question(&view, "zone")["confidence"], "likely", "what was only confirmed is guessed again");

    let (status, view) = import(&app, id).await;
    assert_eq!(status, 202, "{view}");
    let view = imported(&app, id).await;
    assert_eq!(view["import"]["state"], "done", "{view}");
    assert_eq!([&view["import"]["rows"], &view["import"]["events"], &view["import"]["rejected"]], [5, 5, 0]);
    assert_eq!(view["import"]["couriers"], json!(["Rapida"]));
    assert!(app.get("/api/v1/feeds").await.1.to_string().contains("\"rapida\""));
    let (_, again) = import(&app, id).await;
    assert_eq!(again["status"], Value::Null, "the same definition again is no harm: {again}");
    assert_eq!(imported(&app, id).await["import"]["state"], "done");
}

#[tokio::test]
async fn a_name_that_is_taken_or_none_is_refused() {
    let (_site, app) = started().await;
    let (_, first) = upload(&app, "rapida.csv", SCANS).await;
    let (_, second) = upload(&app, "rapida.csv", SCANS.replace("EX", "EY")).await;
    let (first, second) = (first["id"].as_str().unwrap(), second["id"].as_str().unwrap());
    assert_eq!(import(&app, first).await.0, 202);
    imported(&app, first).await;
    let (_, other) = say(&app, second, json!({ "answers": { "courier_name": "Otra" } })).await;
    assert_eq!(other["feed"], "rapida");
    assert_eq!(import(&app, second).await.0, 409);
    say(&app, second, json!({ "feed": "../x" })).await;
    assert_eq!(import(&app, second).await.0, 422);
    say(&app, second, json!({ "feed": "otra" })).await;
    assert_eq!(import(&app, second).await.0, 202);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_says_why_and_is_not_imported() {
    let (_site, app) = started().await;
    for (body, says) in [
        (&b"PK\x03\x04 no workbook"[..], "workbook"),
        (b"{\"a\": 1}", "JSON"),
        (b"a,b,c\n1,2,3\n", "is missing"),
        (b"", "nothing in it"),
    ] {
        let (status, view) = upload(&app, "x.csv", body.to_vec()).await;
        assert_eq!(status, 201);
        assert!(view["faults"].to_string().contains(says), "{says}: {view}");
        let (status, problem) = import(&app, view["id"].as_str().unwrap()).await;
        assert_eq!(status, 422, "{problem}");
    }
}

#[tokio::test]
async fn files_are_bounded_and_thrown_away_after_a_day() {
    let (_site, app) = started().await;
    assert_eq!(upload(&app, "x.csv", vec![b'a'; 5001]).await.0, 413);
    let mut kept = Vec::new();
    for n in 0..3 {
        kept.push(upload(&app, "x.csv", format!("{n}{}", "a".repeat(4990))).await.1["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(upload(&app, "x.csv", vec![b'b'; 5000]).await.0, 507);
    let address = |id: &str| format!("/api/v1/uploads/{id}");
    let gone = app.send(Request::delete(address(&kept[0])).body(Body::empty()).unwrap()).await;
    assert_eq!(gone.0, 204);
    assert_eq!(app.get(&address(&kept[0])).await.0, 404);
    assert_eq!(app.get("/api/v1/uploads/..").await.0, 404);
    app.clock.set(NOW + 25 * 3_600_000);
    assert_eq!(upload(&app, "x.csv", SCANS).await.0, 201);
    assert_eq!(app.get(&address(&kept[1])).await.0, 404);
}

#[tokio::test]
async fn the_forms_work_without_scripts_and_only_from_own_pages() {
    let (_site, app) = started().await;
    let form = |site: &str| {
        let body = format!(
            "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"rapida.csv\"\r\n\r\n{SCANS}\r\n--b--\r\n"
        );
        Request::post("/feeds/new")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .header("sec-fetch-site", site)
            .body(Body::from(body))
            .unwrap()
    };
    assert_eq!(app.send(form("cross-site")).await.0, 403);
    let response = app.router.clone().oneshot(form("same-origin")).await.unwrap();
    assert_eq!(response.status(), 303);
    let page = response.headers()[header::LOCATION].to_str().unwrap().to_owned();
    let (status, html) = app.get(&page).await;
    let html = html.as_str().unwrap();
    assert!(status == 200 && html.contains("XQ9") && html.contains("name=\"do\""), "{html}");
    let answers = "do=import&feed=mi-feed&code%3AXQ9=returned";
    let request = Request::post(&page).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let response = app.router.clone().oneshot(request.body(Body::from(answers)).unwrap()).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), response.headers()[header::LOCATION].to_str().unwrap()),
        (303, page.as_str())
    );
    let id = page.rsplit('/').next().unwrap();
    assert_eq!(imported(&app, id).await["import"]["feed"], "mi-feed");
    let (_, html) = app.get(&page).await;
    assert!(html.as_str().unwrap().contains("The file is imported"));
    assert_eq!(app.get("/feeds/new/0-0").await.0, 404);
}
