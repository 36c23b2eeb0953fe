//! Rejected rows: listed, mended, dismissed; through the API and through the forms of the page.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};
use server::config::Config;

use super::{ask, problem};
use crate::cli::program::Site;
use crate::support::{NOW, TestApp};

const DEFINITION: &str = "number = \"{n}\"\ncourier = \"Posti\"\ncode = \"{code}\"\ntime = \"{at}\"\n\
    promise = { at = \"{due}\" }\n";
const ROWS: &str = "n,code,at,due,who\nA1,accepted,2026-03-01T08:00Z,2026-03-02T18:00Z,Anna\n\
    A1,delivered,yesterday,,Anna\nA2,accepted,2026-03-01T08:00Z,2026-03-02T18:00Z,Bo\nA2,delivered,yesterday,,Bo\n\
    ,delivered,2026-03-02T10:00Z,,Total\n";
const FORM: &str = "application/x-www-form-urlencoded";

/// A server with the feed `mine` and [`ROWS`] in it.
async fn started() -> (Site, TestApp) {
    let site = Site::new(&[("mine", DEFINITION)]);
    let app = TestApp::start_with(Config { feeds: Some(site.path("feeds")), ..Config::default() }).await;
    let (status, answer) = app.post("mine", "text/csv", ROWS).await;
    assert_eq!((status.as_u16(), &answer["rejected"]), (200, &3.into()), "{answer}");
    app.settle().await;
    (site, app)
}

fn post(path: &str, kind: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(path).header(header::CONTENT_TYPE, kind).body(body.into()).unwrap()
}

fn asking(what: &str, body: &Value) -> Request<Body> {
    post(&format!("/api/v1/feeds/mine/rejected/{what}"), "application/json", body.to_string())
}

async fn done(app: &TestApp, what: &str, body: &Value) -> Value {
    let (status, _, answer) = ask(app, asking(what, body)).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

async fn listed(app: &TestApp, query: &str) -> Value {
    let (status, page) = app.get(&format!("/api/v1/feeds/mine/rejected{query}")).await;
    assert_eq!(status, 200, "{page}");
    page
}

async fn feed(app: &TestApp) -> Value {
    let (_, feeds) = app.get("/api/v1/feeds").await;
    feeds.as_array().unwrap().iter().find(|feed| feed["name"] == "mine").cloned().unwrap()
}

fn counts(feed: &Value) -> [i64; 5] {
    ["rows", "events", "rejected", "mended", "dismissed"].map(|name| feed[name].as_i64().unwrap())
}

async fn on_time(app: &TestApp) -> Value {
    app.settle().await;
    let (_, answer) = app.get("/api/v1/kpis").await;
    let on_time = &answer["rows"][0]["kpis"]["on_time_customer"];
    json!([on_time["hits"], on_time["total"]])
}

#[tokio::test]
async fn rejected_rows_are_listed_with_what_is_read_of_them() {
    let (_site, app) = started().await;
    let page = listed(&app, "").await;
    let rows = page["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 3, "{page}");
    let fields = json!([{ "name": "n", "text": "A1" }, { "name": "code", "text": "delivered" },
        { "name": "at", "text": "yesterday" }, { "name": "due", "text": "" }]);
    assert_eq!((&rows[0]["fields"], &rows[0]["field"], &rows[0]["left"]), (&fields, &"at".into(), &"fields".into()));
    assert!(!page.to_string().contains("Anna"), "{page}");

    let feed = feed(&app).await;
    let of_time = feed["rejections"].as_array().unwrap().iter().find(|kind| kind["field"] == "at").unwrap();
    assert_eq!((&of_time["n"], &of_time["kind"]), (&2.into(), &rows[0]["kind"]), "{of_time}");
    let kind = of_time["kind"].as_str().unwrap();
    assert_eq!(listed(&app, &format!("?kind={kind}")).await["rows"].as_array().unwrap()[..], rows[..2]);
    // The newest batch comes first, and every row is on exactly one page.
    app.clock.set(NOW + 1000);
    app.post("mine", "text/csv", "due,at,code,n\n,never,delivered,A9\n").await;
    app.settle().await;
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = listed(&app, &format!("?limit=1&after={after}")).await;
        found.extend(page["rows"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        after = next.to_owned();
    }
    assert_eq!(found.len(), 4, "{found:?}");
    assert_eq!((&found[0]["fields"][3]["text"], &found[1..]), (&"A9".into(), &rows[..]));

    for query in ["kind=x", "after=5", "limit=0", "limit=many", "reason=x"] {
        let request = Request::get(format!("/api/v1/feeds/mine/rejected?{query}")).body(Body::empty()).unwrap();
        assert_eq!(problem(&app, request).await.0, 400, "{query}");
    }
    let unknown = Request::get("/api/v1/feeds/nobody/rejected").body(Body::empty()).unwrap();
    assert_eq!(problem(&app, unknown).await.0, 404);
}

#[tokio::test]
async fn a_mended_row_counts_and_what_is_wrong_still_comes_back() {
    let (_site, app) = started().await;
    assert_eq!(on_time(&app).await, json!([0, 2]));
    let before = feed(&app).await;
    assert_eq!(counts(&before), [5, 2, 3, 0, 0]);
    let page = listed(&app, "").await;
    let [first, second] = [0, 1].map(|n: usize| page["rows"][n]["name"].clone());
    let rows = json!({ "rows": [{ "name": first, "fields": { "at": "2026-03-02 10:00Z" } },
        { "name": second, "fields": { "at": "2026-03-02T10:00Z", "n": "" } }] });

    app.clock.set(NOW + 1000);
    let answer = done(&app, "mend", &rows).await;
    let given = ["rows", "taken", "left_out", "events"].map(|name| answer[name].as_u64().unwrap());
    assert_eq!((given, answer["batches"].as_array().unwrap().len()), ([2, 1, 0, 1], 1), "{answer}");
    assert_eq!((&answer["rejected"][0]["mends"], &answer["rejected"][0]["field"]), (&second, &"n".into()));
    assert_eq!(on_time(&app).await, json!([1, 2]));
    assert_eq!(counts(&feed(&app).await), [5, 3, 2, 2, 0]);
    let page = listed(&app, "").await;
    let wrong = &page["rows"][0];
    assert_eq!((page["rows"].as_array().unwrap().len(), &wrong["mends"]), (2, &second), "{page}");
    assert_eq!(
        (&wrong["fields"][2]["text"], &wrong["name"]),
        (&"2026-03-02T10:00Z".into(), &answer["rejected"][0]["name"])
    );

    // The same again is the same; anything else comes too late.
    assert_eq!(done(&app, "mend", &rows).await, answer);
    assert_eq!(counts(&feed(&app).await), [5, 3, 2, 2, 0]);
    let other = json!({ "rows": [{ "name": first, "fields": { "at": "2026-03-05T10:00Z" } }] });
    let late = problem(&app, asking("mend", &other)).await;
    assert!(late.0 == 409 && late.1["detail"].as_str().unwrap().contains("was corrected"), "{late:?}");
    let late = problem(&app, asking("dismiss", &json!({ "rows": [first], "why": "test" }))).await;
    assert_eq!(late.0, 409, "{late:?}");

    let again = json!({ "rows": [{ "name": wrong["name"], "fields": { "n": "A2" } }] });
    assert_eq!(done(&app, "mend", &again).await["taken"], 1);
    assert_eq!(on_time(&app).await, json!([2, 2]));
    assert_eq!(counts(&feed(&app).await), [5, 4, 1, 3, 0]);
}

#[tokio::test]
async fn all_rows_with_a_mistake_are_mended_at_once() {
    let (_site, app) = started().await;
    let kind = listed(&app, "").await["rows"][0]["kind"].clone();
    let replace =
        |from: Value| json!({ "replace": { "kind": kind, "field": "at", "from": from, "to": "2026-03-02T10:00Z" } });
    let nothing = problem(&app, asking("mend", &replace("tomorrow".into()))).await;
    assert_eq!((nothing.0, &nothing.1["parameter"]), (400, &"from".into()), "{nothing:?}");
    let answer = done(&app, "mend", &replace(" yesterday ".into())).await;
    assert_eq!((&answer["taken"], &answer["more"]), (&2.into(), &false.into()), "{answer}");
    assert_eq!(on_time(&app).await, json!([2, 2]));
    assert_eq!(counts(&feed(&app).await), [5, 4, 1, 2, 0]);
    assert_eq!(problem(&app, asking("mend", &replace(Value::Null))).await.0, 400, "nothing is left");
}

#[tokio::test]
async fn a_dismissed_row_is_counted_nowhere() {
    let (_site, app) = started().await;
    let total = listed(&app, "").await["rows"][2].clone();
    assert_eq!(total["field"], "n", "{total}");
    let dismiss = json!({ "rows": [total["name"]], "why": "no_parcel" });
    assert_eq!(done(&app, "dismiss", &dismiss).await["dismissed"], 1);
    assert_eq!(done(&app, "dismiss", &dismiss).await["dismissed"], 0, "once is enough");
    let now = feed(&app).await;
    assert_eq!(counts(&now), [4, 2, 2, 0, 1]);
    assert!(now["rejections"].as_array().unwrap().iter().all(|kind| kind["field"] == "at"), "{now}");
    assert_eq!(listed(&app, "").await["rows"].as_array().unwrap().len(), 2);
    let mend = json!({ "rows": [{ "name": total["name"], "fields": { "n": "A3" } }] });
    let late = problem(&app, asking("mend", &mend)).await;
    assert!(late.0 == 409 && late.1["detail"].as_str().unwrap().contains("was dismissed"), "{late:?}");
}

#[tokio::test]
async fn what_cannot_be_mended_is_refused_and_nothing_changes() {
    let (_site, app) = started().await;
    let name = listed(&app, "").await["rows"][0]["name"].clone();
    let batch = name.as_str().unwrap().split('-').next().unwrap().to_owned();
    for (rows, parameter) in [
        (json!([]), "rows"),
        (json!([{ "name": name }]), "fields"),
        (json!([{ "name": name, "fields": { "at": "yesterday" } }]), "fields"),
        (json!([{ "name": name, "fields": { "who": "Bo" } }]), "fields"),
        (json!([{ "name": format!("{batch}-2"), "fields": { "at": "2026-03-02T10:00Z" } }]), "rows"),
        (json!([{ "name": "1f-2", "fields": { "at": "2026-03-02T10:00Z" } }]), "rows"),
    ] {
        let fault = problem(&app, asking("mend", &json!({ "rows": rows }))).await;
        assert_eq!((fault.0, &fault.1["parameter"]), (400, &parameter.into()), "{fault:?}");
    }
    let mut other_site = asking("dismiss", &json!({ "rows": [name], "why": "test" }));
    other_site.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(problem(&app, other_site).await.0, 403);
    assert_eq!(counts(&feed(&app).await), [5, 2, 3, 0, 0]);
}

#[tokio::test]
async fn the_page_works_without_scripts() {
    let (_site, app) = started().await;
    let (_, page) = app.get("/feeds/mine").await;
    assert!(page.as_str().unwrap().contains("Look at these rows"), "{page}");
    let (status, page) = app.get("/feeds/mine/rejected").await;
    let page = page.as_str().unwrap();
    assert!(status == 200 && page.contains("3 rejected rows open") && page.contains("value=\"yesterday\""), "{page}");
    assert!(!page.contains("Anna"), "{page}");
    assert_eq!(app.get("/feeds/nobody/rejected").await.0, 404);

    let rows = listed(&app, "").await;
    let [first, total] = [0, 2].map(|n: usize| rows["rows"][n]["name"].as_str().unwrap().to_owned());
    let kind = rows["rows"][0]["kind"].as_str().unwrap();
    let location = async |what: &str, fields: String| {
        let (status, headers, answer) = ask(&app, post(&format!("/feeds/mine/rejected/{what}"), FORM, fields)).await;
        assert_eq!(status, 303, "{answer}");
        headers[header::LOCATION].to_str().unwrap().to_owned()
    };
    let mended = format!("row={first}&shown_kind={kind}&field.at=2026-03-02T10%3A00Z&field.n=A1&why=");
    let address = location("mend", mended).await;
    assert_eq!(address, format!("/feeds/mine/rejected?kind={kind}&taken=1"));
    let (_, page) = app.get(&address).await;
    assert!(page.as_str().unwrap().contains("1 row was taken in."), "{page}");
    let refused = location("mend", format!("row={first}&field.at=2026-03-03T10%3A00Z")).await;
    assert_eq!(refused, "/feeds/mine/rejected?refused=meanwhile");
    assert!(app.get(&refused).await.1.as_str().unwrap().contains("Somebody else has corrected"));
    assert_eq!(location("dismiss", format!("row={total}&why=")).await, "/feeds/mine/rejected?refused=why");
    assert_eq!(location("dismiss", format!("row={total}&why=no_parcel")).await, "/feeds/mine/rejected?dismissed=1");
    let all = format!("kind={kind}&field=at&from=yesterday&to=2026-03-02T10%3A00Z");
    assert_eq!(location("mend", all).await, "/feeds/mine/rejected?taken=1");
    assert_eq!(counts(&feed(&app).await), [4, 4, 0, 2, 1]);
    assert!(app.get("/feeds/mine/rejected").await.1.as_str().unwrap().contains("No rejected rows"));
}
