//! Forgetting parcels, keeping them for a time, and what happens to what is told of them afterwards.

use domain::view::Standing;
use serde_json::{Value, json};
use server::pipeline::{self, Deleted, Keep, PipelineError, delete_old, derive, switch_on};
use store::{NewBatch, Store};

use crate::cli::program::Site;
use crate::crash::http::{get, send};
use crate::support::{NOW, TestApp, TestDatabase};

const DAY_MS: i64 = 86_400_000;
const NDJSON: &str = "application/x-ndjson";
const NUMBER: &str = "PERSONAL4711";
const REFERENCE: &str = "ORDEROFANNA";

fn line(number: &str, event: &str, time: &str, more: Value) -> String {
    let mut line = json!({"courier": "Posti", "tracking_number": number, "event": event, "time": time});
    line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    format!("{line}\n")
}

fn delivered(number: &str, day: u32) -> String {
    let promise = json!({"promise": {"at": format!("2026-06-{:02}T18:00:00Z", day + 1)}});
    line(number, "accepted", &format!("2026-06-{day:02}T10:00:00Z"), promise)
        + &line(number, "delivered", &format!("2026-06-{:02}T12:00:00Z", day + 1), json!({}))
}

async fn volume(app: &TestApp) -> Value {
    app.settle().await;
    app.get("/api/v1/kpis").await.1["rows"][0]["kpis"]["volume"].clone()
}

#[tokio::test]
async fn a_number_may_be_used_again_after_its_parcel_was_deleted() {
    let app = TestApp::start().await;
    app.post("canonical", NDJSON, delivered("R1", 3) + &delivered("R2", 4)).await;
    let open = json!({"promise": {"at": "2027-06-01T10:00:00Z"}});
    app.post("canonical", NDJSON, line("R3", "accepted", "2026-06-03T10:00:00Z", open)).await;
    assert_eq!(volume(&app).await, 3);
    let keep = Keep { raw_days: None, closed_parcels_days: Some(30) };
    assert_eq!(delete_old(&app.store, keep, NOW + 29 * DAY_MS).await.unwrap(), Deleted::default());
    let deleted = delete_old(&app.store, keep, NOW + 31 * DAY_MS).await.unwrap();
    assert_eq!(deleted, Deleted { bodies: 0, parcels: 2 }, "the third may still become late");
    assert_eq!(app.get("/api/v1/parcels/R1").await.0, 404);
    assert_eq!(volume(&app).await, 3);

    // What is told late of a deleted parcel changes nothing, and is shown with the feed.
    app.post("canonical", NDJSON, line("R1", "returned", "2026-06-20T10:00:00Z", json!({}))).await;
    assert_eq!(volume(&app).await, 3);
    assert_eq!(app.get("/api/v1/parcels/R1").await.0, 404);
    let feeds = app.get("/api/v1/feeds").await.1;
    let canonical = feeds.as_array().unwrap().iter().find(|feed| feed["name"] == "canonical").unwrap();
    assert!(canonical["rejections"][0]["reason"].as_str().unwrap().contains("was deleted"), "{canonical}");

    // Another courier's number, and the same one half a year later, are other parcels.
    app.post("canonical", NDJSON, delivered("R1", 5).replace("Posti", "SEUR")).await;
    app.post("canonical", NDJSON, line("R1", "accepted", "2026-11-20T10:00:00Z", json!({}))).await;
    app.settle().await;
    let views = app.get("/api/v1/parcels/R1").await.1;
    assert_eq!(views.as_array().map(Vec::len), Some(2), "{views}");
}

#[tokio::test]
async fn old_bytes_go_and_what_was_answered_stays() {
    let app = TestApp::start().await;
    let body = delivered("R1", 3) + "{\"courier\":\"Posti\"}\n";
    let (_, first) = app.post("canonical", NDJSON, body.clone()).await;
    app.settle().await;
    let before = app.get("/api/v1/feeds").await.1;
    let keep = Keep { raw_days: Some(30), closed_parcels_days: None };
    let deleted = delete_old(&app.store, keep, NOW + 31 * DAY_MS).await.unwrap();
    assert_eq!(deleted, Deleted { bodies: 1, parcels: 0 });
    assert_eq!(delete_old(&app.store, keep, NOW + 31 * DAY_MS).await.unwrap(), Deleted::default());
    let kept = app.store.kept_batch_after(0).await.unwrap().unwrap();
    assert!(kept.batch.bytes.is_empty());
    assert_eq!(app.post("canonical", NDJSON, body).await.1, first, "a repetition is still known");
    server::pipeline::replay(&app.store, NOW, &[], |_| {}).await.unwrap();
    app.settle().await;
    assert_eq!(app.get("/api/v1/feeds").await.1, before);
    assert_eq!(app.get("/api/v1/parcels/R1").await.0, 200);
}

/// Whether a text is anywhere in the database as it is stored.
fn is_stored(site: &Site, database: &TestDatabase, text: &[u8]) -> bool {
    let bytes = match database {
        TestDatabase::Postgres(database) => database.dump(),
        _ => ["courierscope.db", "courierscope.db-wal"]
            .iter()
            .flat_map(|name| std::fs::read(site.path(name)).unwrap_or_default())
            .collect(),
    };
    let hex: String = text.iter().map(|byte| format!("{byte:02x}")).collect();
    [text, hex.as_bytes()].iter().any(|text| bytes.windows(text.len()).any(|window| window == *text))
}

#[test]
fn a_forgotten_number_is_nowhere_and_the_figures_stay() {
    let database = TestDatabase::create();
    let site = match &database {
        TestDatabase::Sqlite(_) => Site::on(TestDatabase::sqlite(), &[]),
        other => Site::on(TestDatabase::OfAnother(other.address()), &[]),
    };
    let server = site.serve();
    let post = |body: &str, key: &str| {
        let path = format!("/api/v1/feeds/canonical/events{key}");
        let (status, answer) = send(server.address, "POST", &path, NDJSON, body.as_bytes()).unwrap();
        assert_eq!(status, 200, "{answer}");
    };
    let place = json!({"reference": REFERENCE, "facility": "Anna's house", "postcode": "00100"});
    let bodies = [
        delivered("OTHER1", 3) + &delivered(NUMBER, 4),
        line(NUMBER, "out_for_delivery", "2026-06-05T08:00:00Z", place),
        line(&format!("personal 4711\",\"x\":\"{NUMBER}"), "accepted", "never", json!({})),
        delivered("OTHER2", 5),
    ];
    for body in &bodies {
        post(body, "");
    }
    let figures = |address| get(address, "/api/v1/kpis?group_by=courier,day").1["rows"].clone();
    let settled = || {
        while get(server.address, "/api/v1/kpis").1["rows"][0]["kpis"]["volume"] != 3 {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        figures(server.address)
    };
    let before = settled();
    assert!(is_stored(&site, &database, NUMBER.as_bytes()));

    let looked = site.run(&["forget", "personal4711"]);
    assert_eq!(looked.code, 0, "{looked:?}");
    for says in
        ["Posti, delivered, 3 events from 2026-06-04 to 2026-06-05", NUMBER, REFERENCE, "Nothing has been erased"]
    {
        assert!(looked.out.contains(says), "{says}: {looked:?}");
    }
    assert_eq!(looked.out.matches("feed canonical, received").count(), 3, "{looked:?}");
    assert_eq!(get(server.address, &format!("/api/v1/parcels/{NUMBER}")).0, 200);

    let forgotten = site.run(&["forget", REFERENCE, "--yes"]);
    assert_eq!(forgotten.code, 0, "{forgotten:?}");
    assert!(forgotten.out.contains("Erased.") && forgotten.out.contains("What remains:"), "{forgotten:?}");
    for text in [NUMBER, REFERENCE, "Anna", "personal 4711"] {
        assert!(!is_stored(&site, &database, text.as_bytes()), "{text}");
        let hash = domain::identity::search_key(text).to_be_bytes();
        assert!(!is_stored(&site, &database, &hash), "the hash of {text}");
    }
    assert_eq!(get(server.address, &format!("/api/v1/parcels/{NUMBER}")).0, 404);
    assert_eq!(get(server.address, "/api/v1/parcels/OTHER1").0, 200);
    assert_eq!(figures(server.address), before);

    let replayed = site.run(&["replay"]);
    assert_eq!(replayed.code, 0, "{replayed:?}");
    assert_eq!(get(server.address, "/api/v1/parcels/OTHER1").0, 200, "what came in the same body stays");
    drop(server);
    let server = site.serve();
    assert_eq!(figures(server.address), before);
    let again = site.run(&["forget", NUMBER, "--yes"]);
    assert_eq!((again.code, again.out.trim()), (2, "Nothing is known of PERSONAL4711."), "{again:?}");

    // The same body again is known by its hash, and what is told late counts no second time.
    for body in [&bodies[0], &line(NUMBER, "returned", "2026-06-09T10:00:00Z", json!({}))] {
        let answer = send(server.address, "POST", "/api/v1/feeds/canonical/events", NDJSON, body.as_bytes()).unwrap();
        assert_eq!(answer.0, 200);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let store = runtime.block_on(Store::open(&site.database_url())).unwrap();
    while runtime.block_on(store.pending_batches()).unwrap() > 0 {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    drop(server);
    let server = site.serve();
    assert_eq!(figures(server.address), before);
}

/// A batch as a feed sent it at a time.
fn batch(id: i64, feed: &str, received_at: i64, bytes: &str) -> NewBatch {
    NewBatch {
        id,
        feed: feed.into(),
        version: "canonical".into(),
        definition: String::new(),
        format: "ndjson".into(),
        received_at,
        first_row: 1,
        content_hash: id.to_string(),
        idempotency_key: None,
        bytes: bytes.into(),
        answer: "{}".into(),
    }
}

async fn take(store: &Store, batches: &[NewBatch]) {
    store.insert_batches(batches).await.unwrap();
    while derive(store, NOW).await.unwrap().is_some() {}
}

async fn is_kept(store: &Store, batch: i64) -> bool {
    let kept = store.kept_batch_after(batch - 1).await.unwrap();
    kept.is_some_and(|kept| kept.batch.id == batch && !kept.batch.bytes.is_empty())
}

#[tokio::test]
async fn forgetting_takes_no_other_parcel_with_it_that_was_never_derived() {
    let database = TestDatabase::create();
    let store = database.open().await;
    store.standing("new", Standing::Probation).await.unwrap();
    take(&store, &[batch(1, "new", NOW, &(delivered("OTHER1", 3) + &delivered(NUMBER, 4)))]).await;
    take(&store, &[batch(2, "counted", NOW, &delivered(NUMBER, 4))]).await;
    let kept = pipeline::look_for(&store, NUMBER, NOW).await.unwrap();
    assert_eq!(kept.on_probation.first().map(String::as_str), Some("new"));
    let refused = pipeline::forget(&store, NUMBER, NOW, kept).await;
    assert!(matches!(&refused, Err(PipelineError::OnProbation(feed)) if feed == "new"), "{refused:?}");
    assert!(is_kept(&store, 1).await && is_kept(&store, 2).await, "nothing was erased");
    switch_on(&store, "new").await.unwrap();
    let kept = pipeline::look_for(&store, NUMBER, NOW).await.unwrap();
    pipeline::forget(&store, NUMBER, NOW, kept).await.unwrap();
    assert!(!is_kept(&store, 1).await && !is_kept(&store, 2).await);
    let other = store.parcels_with(&[domain::identity::search_key("OTHER1")]).await.unwrap();
    assert_eq!(other.len(), 1);
}

#[tokio::test]
async fn a_name_that_a_parcel_got_since_it_was_looked_for_is_forgotten_too() {
    let database = TestDatabase::create();
    let store = database.open().await;
    take(&store, &[batch(1, "canonical", NOW, &delivered(NUMBER, 4))]).await;
    let kept = pipeline::look_for(&store, NUMBER, NOW).await.unwrap();
    let named =
        |number: &str| line(number, "out_for_delivery", "2026-06-05T08:00:00Z", json!({"reference": REFERENCE}));
    take(&store, &[batch(2, "canonical", NOW, &named("ANOTHER1")), batch(3, "canonical", NOW, &named(NUMBER))]).await;
    pipeline::forget(&store, NUMBER, NOW, kept).await.unwrap();
    for id in 1..=3 {
        assert!(!is_kept(&store, id).await, "{id}");
    }
}

#[tokio::test]
async fn no_other_body_is_erased_in_place_of_one_that_waits_again() {
    let database = TestDatabase::create();
    let store = database.open().await;
    let bodies = [delivered(NUMBER, 4), delivered("OTHER1", 3)];
    take(&store, &[batch(1, "canonical", NOW, &bodies[0]), batch(2, "canonical", NOW, &bodies[1])]).await;
    let kept = pipeline::look_for(&store, NUMBER, NOW).await.unwrap();
    // A replay elsewhere, as it is before anything was derived, and a body that it could not read.
    let mut revision = store.begin_revision().await.unwrap();
    revision.forget_derived().await.unwrap();
    revision.commit(NOW, None).await.unwrap();
    store.set_aside(2, "it cannot be read").await.unwrap();
    pipeline::forget(&store, NUMBER, NOW, kept).await.unwrap();
    assert!(!is_kept(&store, 1).await && is_kept(&store, 2).await);
}

#[test]
fn what_a_command_that_was_stopped_left_in_the_files_goes_when_it_is_given_again() {
    let site = Site::on(TestDatabase::sqlite(), &[]);
    let database = TestDatabase::OfAnother(site.database_url());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = database.open().await;
        take(&store, &[batch(1, "canonical", NOW, &(delivered(NUMBER, 4)))]).await;
        let kept = pipeline::look_for(&store, NUMBER, NOW).await.unwrap();
        pipeline::forget(&store, NUMBER, NOW, kept).await.unwrap();
        store.close().await;
    });
    let hash = domain::identity::search_key(NUMBER).to_be_bytes();
    assert!(is_stored(&site, &database, &hash), "SQLite leaves what was deleted in its file");
    let again = site.run(&["forget", NUMBER, "--yes"]);
    assert_eq!((again.code, again.out.trim()), (2, "Nothing is known of PERSONAL4711."), "{again:?}");
    assert!(!is_stored(&site, &database, &hash));
}

#[tokio::test]
async fn parcels_of_a_feed_that_was_switched_on_late_are_as_old_as_what_was_told_of_them() {
    let database = TestDatabase::create();
    let store = database.open().await;
    let young: String =
        (0..1500).map(|n| line(&format!("Y{n}"), "accepted", "2026-11-20T10:00:00Z", json!({}))).collect();
    store.standing("late", Standing::Probation).await.unwrap();
    take(&store, &[batch(1, "late", NOW - 60 * DAY_MS, &delivered("OLD1", 3))]).await;
    take(&store, &[batch(2, "canonical", NOW, &young)]).await;
    switch_on(&store, "late").await.unwrap();
    while derive(&store, NOW).await.unwrap().is_some() {}
    let keep = Keep { raw_days: None, closed_parcels_days: Some(30) };
    assert_eq!(delete_old(&store, keep, NOW).await.unwrap(), Deleted { bodies: 0, parcels: 1 });
}

#[tokio::test]
async fn a_number_that_was_used_again_while_its_first_parcel_went_on_under_another_is_not_taken_for_deleted() {
    let database = TestDatabase::create();
    let store = database.open().await;
    let also = json!({"also": {"courier": "Posti", "tracking_number": "SECOND"}});
    let first = [
        line("FIRST", "handed_over_out", "2026-06-03T10:00:00Z", also),
        line("SECOND", "delivered", "2026-06-05T12:00:00Z", json!({})),
        line("FIRST", "returned", "2026-10-20T12:00:00Z", json!({})),
    ];
    take(&store, &[batch(1, "canonical", NOW - 60 * DAY_MS, &first.concat())]).await;
    let second = line("SECOND", "accepted", "2026-11-20T10:00:00Z", json!({}));
    take(&store, &[batch(2, "canonical", NOW, &second)]).await;
    let keep = Keep { raw_days: None, closed_parcels_days: Some(30) };
    assert_eq!(delete_old(&store, keep, NOW).await.unwrap(), Deleted { bodies: 0, parcels: 1 });
    let again = async || store.parcels_with(&[domain::identity::search_key("SECOND")]).await.unwrap().len();
    assert_eq!(again().await, 1);
    pipeline::replay(&store, NOW, &[], |_| {}).await.unwrap();
    assert_eq!(again().await, 1, "the second parcel is derived again, the first is not");
}
