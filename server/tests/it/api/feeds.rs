//! What is decided about feeds: whether they count, and what their codes mean.

use axum::body::Body;
use axum::http::{Request, header};
use domain::view::Standing;
use serde_json::{Value, json};
use server::config::Config;
use server::pipeline::{Keep, delete_old};

use super::{ask, get, problem};
use crate::cli::program::Site;
use crate::support::{NOW, TestApp};

const DEFINITION: &str = "# as agreed\nnumber = \"{n}\"\ncourier = \"Posti\"\ncode = \"{code}\"\ntime = \"{at}\"\n\
    promise = { at = \"{due}\" }\n[codes]\n1 = \"accepted\"\n";
const ROWS: &str = "n,code,at,due\nA1,1,2026-03-01T08:00Z,2026-03-02T18:00Z\nA1,X 9/b,2026-03-02T10:00Z,\n\
    A2,1,2026-03-01T08:00Z,2026-03-02T18:00Z\nA2,X 9/b,2026-03-03T10:00Z,\nA3,1,when,\n";

fn post(path: &str, kind: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path).header(header::CONTENT_TYPE, kind).body(body.into()).unwrap()
}

async fn app_with_feed(site: &Site) -> TestApp {
    TestApp::start_with(Config { feeds: Some(site.path("feeds")), ..Config::default() }).await
}

async fn on_time(app: &TestApp) -> Value {
    let (_, answer) = app.get("/api/v1/kpis").await;
    json!([
        answer["rows"][0]["kpis"]["on_time_customer"]["hits"],
        answer["rows"][0]["kpis"]["on_time_customer"]["total"]
    ])
}

async fn feed(app: &TestApp, name: &str) -> Value {
    let (_, feeds) = app.get("/api/v1/feeds").await;
    feeds.as_array().unwrap().iter().find(|feed| feed["name"] == name).cloned().unwrap()
}

#[tokio::test]
async fn a_feed_on_probation_is_shown_and_counts_once_it_is_switched_on() {
    let site = Site::new(&[("mine", DEFINITION)]);
    let app = app_with_feed(&site).await;
    app.store.standing("mine", Standing::Probation).await.unwrap();
    let (_, answer) = app.post("mine", "text/csv", ROWS).await;
    assert_eq!((&answer["on_probation"], &answer["events"]), (&true.into(), &4.into()), "{answer}");
    app.settle().await;
    let shown = feed(&app, "mine").await;
    assert_eq!([&shown["rows"], &shown["events"], &shown["rejected"]], [5, 4, 1], "{shown}");
    assert_eq!((&shown["standing"], &shown["unmapped"][0]["n"]), (&"probation".into(), &2.into()));
    assert_eq!(app.get("/api/v1/kpis").await.1["rows"][0]["kpis"]["volume"], 0);
    assert_eq!(app.get("/api/v1/kpis").await.1["complete_until"], Value::Null);
    let (_, page) = app.get("/feeds/mine").await;
    assert!(page.as_str().unwrap().contains("On probation"), "{page}");
    let version = server::feeds::NamedFeed::read("mine", DEFINITION).unwrap().feed.version;
    let (_, page) = app.get(&format!("/feeds/mine?version={version}&event.X+9%2Fb=delivered")).await;
    let page = page.as_str().unwrap();
    assert!(page.contains("2 events of this feed would be read so. None of it counts yet"), "{page}");
    assert!(page.contains(">Out for delivery<") && page.contains(">Consignee absent<"), "{page}");

    let (status, headers, _) = ask(&app, post("/feeds/mine/switch-on", "application/x-www-form-urlencoded", "")).await;
    assert_eq!((status.as_u16(), headers[header::LOCATION].to_str().unwrap()), (303, "/feeds/mine"));
    app.settle().await;
    let counted = feed(&app, "mine").await;
    let with = |name: &str, value: Value| {
        let mut feed = shown.clone();
        feed[name] = value;
        feed
    };
    assert_eq!(counted, with("standing", "counted".into()));
    assert_eq!(on_time(&app).await, json!([0, 2]));
    let again = post("/api/v1/feeds/mine/switch-on", "text/plain", "");
    assert_eq!(ask(&app, again).await.0, 204, "what is counted stays so");
    let (_, answer) = app.post("mine", "text/csv", ROWS.replace("A1", "A9")).await;
    assert_eq!(answer["on_probation"], false);
}

#[tokio::test]
async fn a_feed_that_is_not_there_is_told_so() {
    let app = TestApp::start().await;
    let unknown = problem(&app, post("/api/v1/feeds/nobody/switch-on", "text/plain", "")).await;
    assert_eq!((unknown.0, &unknown.1["parameter"]), (404, &"feed".into()));
}

#[tokio::test]
async fn codes_are_mapped_after_what_it_changes_was_seen() {
    let site = Site::new(&[("mine", DEFINITION)]);
    let app = app_with_feed(&site).await;
    app.post("mine", "text/csv", ROWS).await;
    app.settle().await;
    assert_eq!(on_time(&app).await, json!([0, 2]));
    let version = server::feeds::NamedFeed::read("mine", DEFINITION).unwrap().feed.version;
    let mapping = json!({ "version": version, "codes": [{ "code": "X 9/b", "event": "delivered" }] });

    let preview = post("/api/v1/feeds/mine/mappings/preview", "application/json", mapping.to_string());
    let (status, _, shown) = ask(&app, preview).await;
    assert_eq!((status.as_u16(), &shown["events"], &shown["parcels"]), (200, &2.into(), &2.into()), "{shown}");
    let courier = &shown["couriers"][0];
    let hits = |when: &str| [&courier[when]["on_time"]["hits"], &courier[when]["on_time"]["total"]];
    assert_eq!(
        (&courier["courier"], hits("before"), hits("after")),
        (&"Posti".into(), [&json!(0), &json!(2)], [&json!(1), &json!(2)])
    );
    let fields = format!("version={version}&event.X+9%2Fb=delivered");
    let (_, page) = app.get(&format!("/feeds/mine?{fields}")).await;
    assert!(page.as_str().unwrap().contains("It would change 2 events of 2 parcels"), "{page}");
    assert_eq!(on_time(&app).await, json!([0, 2]), "seen, not applied");

    let apply = post("/feeds/mine/mappings", "application/x-www-form-urlencoded", fields.clone());
    assert_eq!(ask(&app, apply).await.0, 303);
    app.settle().await;
    assert_eq!(on_time(&app).await, json!([1, 2]));
    assert_eq!(site.read("feeds/mine.toml"), format!("{DEFINITION}\"X 9/b\" = \"delivered\"\n"));
    let now = feed(&app, "mine").await;
    assert_eq!((&now["unmapped"], &now["events"], &now["rejected"]), (&json!([]), &4.into(), &1.into()), "{now}");
    server::pipeline::replay(&app.store, crate::support::NOW, &[], |_| ()).await.unwrap();
    app.settle().await;
    assert_eq!(on_time(&app).await, json!([1, 2]), "history is read so for ever");

    let late = problem(&app, post("/api/v1/feeds/mine/mappings/apply", "application/json", mapping.to_string())).await;
    assert!(late.0 == 400 && late.1["detail"].as_str().unwrap().contains("changed meanwhile"), "{late:?}");
    let late = post("/feeds/mine/mappings", "application/x-www-form-urlencoded", fields);
    let (status, headers, _) = ask(&app, late).await;
    let page = headers[header::LOCATION].to_str().unwrap();
    assert_eq!((status.as_u16(), page), (303, "/feeds/mine?refused=changed#codes"));
    let (_, page) = app.get("/feeds/mine?refused=changed").await;
    assert!(page.as_str().unwrap().contains("The definition was changed meanwhile"), "{page}");
    assert_eq!(ask(&app, get("/feeds/nobody")).await.0, 404);
}

const DAY: i64 = 86_400_000;

/// Deletes the bytes of what came before now.
async fn lose_bytes(app: &TestApp) {
    app.settle().await;
    let keep = Keep { raw_days: Some(1), closed_parcels_days: None };
    app.clock.set(app.clock.now() + 2 * DAY);
    assert!(delete_old(&app.store, keep, app.clock.now()).await.unwrap().bodies > 0);
}

fn volume(answer: &Value) -> &Value {
    &answer["rows"][0]["kpis"]["volume"]
}

#[tokio::test]
async fn what_a_feed_on_probation_sent_too_long_ago_stays_shown_and_is_said_to_count_never() {
    let site = Site::new(&[("mine", DEFINITION)]);
    let app = app_with_feed(&site).await;
    app.store.standing("mine", Standing::Probation).await.unwrap();
    app.post("mine", "text/csv", ROWS).await;
    lose_bytes(&app).await;
    app.post("mine", "text/csv", ROWS.replace('A', "B")).await;
    app.settle().await;
    let shown = feed(&app, "mine").await;
    assert_eq!((&shown["batches"], &shown["out_of_reach"]), (&2.into(), &1.into()), "{shown}");
    let (_, page) = app.get("/feeds/mine").await;
    assert!(page.as_str().unwrap().contains("But for 1 batch that came so long ago"), "{page}");
    assert_eq!(ask(&app, post("/api/v1/feeds/mine/switch-on", "text/plain", "")).await.0, 204);
    app.settle().await;
    let counted = feed(&app, "mine").await;
    for name in ["batches", "rows", "events", "rejected", "rejections", "unmapped", "faults"] {
        assert_eq!(counted[name], shown[name], "{name}");
    }
    assert_eq!(volume(&app.get("/api/v1/kpis").await.1), 2);
    server::pipeline::replay(&app.store, NOW, &[], |_| ()).await.unwrap();
    assert_eq!(feed(&app, "mine").await["rows"], shown["rows"], "replay shows it alike");
}

fn mapping(definition: &str) -> String {
    let version = server::feeds::NamedFeed::read("mine", definition).unwrap().feed.version;
    json!({ "version": version, "codes": [{ "code": "X 9/b", "event": "delivered" }] }).to_string()
}

#[tokio::test]
async fn a_mapping_reaches_what_can_still_be_read_and_counts_the_rest() {
    let site = Site::new(&[("mine", DEFINITION)]);
    let app = app_with_feed(&site).await;
    app.post("mine", "text/csv", ROWS).await;
    lose_bytes(&app).await;
    // What an older version of the definition read.
    let old = store::NewBatch {
        id: 7,
        feed: "mine".into(),
        version: "old".into(),
        definition: DEFINITION.into(),
        format: "csv".into(),
        received_at: NOW + DAY,
        first_row: 1,
        content_hash: "x".into(),
        idempotency_key: None,
        bytes: ROWS.replace('A', "C").into_bytes(),
        answer: "{}".into(),
    };
    app.store.insert_batches(&[old]).await.unwrap();
    app.post("mine", "text/csv", ROWS.replace('A', "B")).await;
    app.settle().await;
    let preview = post("/api/v1/feeds/mine/mappings/preview", "application/json", mapping(DEFINITION));
    let (status, _, shown) = ask(&app, preview).await;
    let says = |answer: &Value| [answer["events"].clone(), answer["parcels"].clone(), answer["out_of_reach"].clone()];
    assert_eq!((status.as_u16(), says(&shown)), (200, [4.into(), 4.into(), 1.into()]), "{shown}");
    let fields = mapping(DEFINITION);
    let version: Value = serde_json::from_str(&fields).unwrap();
    let path = format!("/feeds/mine?version={}&event.X+9%2Fb=delivered", version["version"].as_str().unwrap());
    let (_, page) = app.get(&path).await;
    assert!(page.as_str().unwrap().contains("1 batch with these codes would stay as read before"), "{page}");
    let apply = post("/api/v1/feeds/mine/mappings/apply", "application/json", fields);
    let (status, _, applied) = ask(&app, apply).await;
    assert_eq!((status.as_u16(), says(&applied)), (200, says(&shown)), "{applied}");
    assert_eq!(on_time(&app).await, json!([2, 6]));
    assert_eq!(feed(&app, "mine").await["unmapped"][0]["n"], 2, "what stays unread is still shown");
    server::pipeline::replay(&app.store, app.clock.now(), &[], |_| ()).await.unwrap();
    app.settle().await;
    assert_eq!(on_time(&app).await, json!([2, 6]));
}

#[tokio::test]
async fn a_mapping_leaves_the_rest_of_what_an_older_definition_said() {
    let site = Site::new(&[("mine", DEFINITION)]);
    let app = app_with_feed(&site).await;
    app.post("mine", "text/csv", ROWS).await;
    let changed = DEFINITION.replace("Posti", "Another");
    site.write("feeds/mine.toml", changed.as_bytes());
    app.post("mine", "text/csv", ROWS.replace('A', "B")).await;
    app.settle().await;
    let apply = post("/api/v1/feeds/mine/mappings/apply", "application/json", mapping(&changed));
    assert_eq!(ask(&app, apply).await.0, 200);
    app.settle().await;
    let couriers = async || {
        let rows = app.get("/api/v1/kpis?group_by=courier").await.1["rows"].clone();
        let row = |row: &Value| (row["courier"].clone(), row["kpis"]["on_time_customer"]["hits"].clone());
        rows.as_array().unwrap().iter().map(row).collect::<Vec<_>>()
    };
    let expected = [("Another".into(), 1.into()), ("Posti".into(), 1.into())];
    assert_eq!(couriers().await, expected);
    server::pipeline::replay(&app.store, NOW, &[], |_| ()).await.unwrap();
    app.settle().await;
    assert_eq!(couriers().await, expected);
}

#[tokio::test]
async fn a_mapping_is_applied_even_if_nobody_waits_for_it() {
    let site = Site::new(&[("mine", DEFINITION)]);
    let app = app_with_feed(&site).await;
    app.post("mine", "text/csv", ROWS).await;
    app.settle().await;
    let busy = app.store.begin_revision().await.unwrap();
    let apply = post("/api/v1/feeds/mine/mappings/apply", "application/json", mapping(DEFINITION));
    let left = tokio::time::timeout(std::time::Duration::from_millis(500), ask(&app, apply)).await;
    assert!(left.is_err(), "it waits for its turn");
    drop(busy);
    for _ in 0..200 {
        app.settle().await;
        if on_time(&app).await == json!([1, 2]) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("history was not read again");
}
