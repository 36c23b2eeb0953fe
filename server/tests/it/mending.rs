//! Mended rows through inbox and database: they count once, whatever happens around them, and a replay changes nothing.

use std::collections::BTreeMap;

use domain::rejected::{Correction, Dismissal, RowName};
use domain::view::{FeedView, Standing};
use serde_json::{Value, json};
use server::config::Config;
use server::feeds::NamedFeed;
use server::pipeline::{Keep, NotSettled, delete_old, derive, dismiss, look_for, mend, open_rows, replay, switch_on};
use store::{Fate, Store};

use crate::cli::program::Site;
use crate::support::{NOW, TestApp};

const DEFINITION: &str = "number = \"{n}\"\ncourier = \"Posti\"\ncode = \"{code}\"\ntime = \"{at}\"\n\
    promise = { at = \"{due}\" }\n[codes]\n1 = \"accepted\"\n2 = \"delivered\"\n";
const ROWS: &str = "n,code,at,due\nA1,1,2026-03-01T08:00Z,2026-03-02T18:00Z\nA1,2,late,\nA2,1,soon,\nA3,,never,\n";
const DAY_MS: i64 = 86_400_000;

async fn started(rows: &str) -> (Site, TestApp, NamedFeed) {
    let site = Site::new(&[("mine", DEFINITION)]);
    let app = TestApp::start_with(Config { feeds: Some(site.path("feeds")), ..Config::default() }).await;
    let (status, answer) = app.post("mine", "text/csv", rows.to_owned()).await;
    assert_eq!(status, 200, "{answer}");
    app.settle().await;
    (site, app, NamedFeed::read("mine", DEFINITION).unwrap())
}

async fn open(store: &Store) -> Vec<RowName> {
    let mut open = Vec::new();
    for batch in store.batches_with_rejected("mine", None, i64::MAX, 100).await.unwrap() {
        let kinds = open_rows(store, batch).await.unwrap().unwrap().1;
        open.extend(kinds.into_keys().map(|row| RowName { batch, row }));
    }
    open
}

async fn shown(app: &TestApp) -> (FeedView, Value) {
    app.settle().await;
    let feeds = app.store.list_feeds(NOW - DAY_MS).await.unwrap();
    let figures = app.get("/api/v1/kpis?group_by=courier,day").await.1["rows"].clone();
    (feeds.into_iter().find(|feed| feed.name == "mine").unwrap(), figures)
}

fn on_time(figures: &Value) -> i64 {
    figures.as_array().unwrap().iter().map(|row| row["kpis"]["on_time_customer"]["hits"].as_i64().unwrap()).sum()
}

fn correction(name: RowName, at: &str) -> Correction {
    Correction { name, fields: BTreeMap::from([("at".to_owned(), at.to_owned())]) }
}

async fn replayed(app: &TestApp, current: &[NamedFeed]) -> (FeedView, Value) {
    replay(&app.store, NOW, current, |_| ()).await.unwrap();
    shown(app).await
}

#[tokio::test]
async fn a_replay_keeps_what_was_mended_and_dismissed() {
    let (_site, app, feed) = started(ROWS).await;
    let rows = open(&app.store).await;
    assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), [3, 4, 5]);
    let corrections = vec![correction(rows[0], "2026-03-02T10:00Z"), correction(rows[1], "when")];
    let answer = mend(&app.store, NOW + 1, &feed, corrections).await.unwrap();
    assert_eq!((answer.rows, answer.taken, answer.rejected.len()), (2, 1, 1));
    assert_eq!(dismiss(&app.store, NOW + 2, "mine", &[rows[2]], Dismissal::Test).await.unwrap(), 1);
    let (view, figures) = shown(&app).await;
    assert_eq!((view.rows, view.events, view.rejected, view.mended, view.dismissed), (3, 2, 1, 2, 1));
    assert_eq!(on_time(&figures), 1, "{figures}");
    assert_eq!(replayed(&app, &[]).await, (view.clone(), figures.clone()));
    assert_eq!(open(&app.store).await, [answer.rejected[0].name]);

    let trace = app.store.settled_rows(rows[0].batch).await.unwrap();
    let mended_in = i64::from_str_radix(&answer.batches[0], 16).unwrap();
    assert_eq!(trace[&3], Fate::Mended(RowName { batch: mended_in, row: 2 }));
    assert_eq!(trace[&5], Fate::Dismissed(Dismissal::Test));
    assert_eq!(app.store.mended_by(mended_in).await.unwrap()[&3], rows[1]);
    let origin = app.store.kept_batch(rows[0].batch).await.unwrap().unwrap();
    assert_eq!(origin.batch.bytes, ROWS.as_bytes(), "what was sent stays as it was");
}

#[tokio::test]
async fn a_row_that_a_later_definition_could_read_does_not_count_beside_the_mended_one() {
    let (_site, app, feed) = started(ROWS).await;
    let rows = open(&app.store).await;
    let fields = [("n", "B2"), ("at", "2026-03-01T09:00Z")].map(|(name, text)| (name.to_owned(), text.to_owned()));
    let corrections = vec![Correction { name: rows[1], fields: fields.into() }];
    mend(&app.store, NOW + 1, &feed, corrections).await.unwrap();
    dismiss(&app.store, NOW + 2, "mine", &[rows[2]], Dismissal::Other).await.unwrap();
    // The day follows from the code, so that every row with a code can be read.
    let other = DEFINITION.replace("time = \"{at}\"", "time = \"2026-03-0{code}\"");
    let other = NamedFeed::read("mine", &other).unwrap();
    let (view, _) = replayed(&app, &[other]).await;
    assert_eq!((view.rows, view.events, view.rejected), (3, 3, 0), "{view:?}");
    assert_eq!(app.get("/api/v1/parcels/A2").await.0, 404, "it is B2 since it was mended");
    assert_eq!(app.get("/api/v1/parcels/B2").await.0, 200);
}

#[tokio::test]
async fn of_two_who_mend_a_row_one_is_told_to_look_again() {
    let (_site, app, feed) = started(ROWS).await;
    let rows = open(&app.store).await;
    let with = |at: &'static str| {
        let (store, feed, row) = (app.store.clone(), feed.clone(), rows[0]);
        tokio::spawn(async move { mend(&store, NOW + 1, &feed, vec![correction(row, at)]).await })
    };
    let (first, second) = (with("2026-03-02T10:00Z"), with("2026-03-03T10:00Z"));
    let results = [first.await.unwrap(), second.await.unwrap()];
    let refused: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).collect();
    assert!(matches!(refused[..], [NotSettled::Settled { .. }]), "{results:?}");
    let (view, _) = shown(&app).await;
    assert_eq!((view.events, view.rejected, view.mended), (2, 2, 1));

    // One row that cannot be mended leaves the others as they are.
    let both = vec![correction(rows[1], "2026-03-01T08:00Z"), correction(rows[0], "2026-03-09T10:00Z")];
    assert!(matches!(mend(&app.store, NOW + 2, &feed, both).await, Err(NotSettled::Settled { .. })));
    assert_eq!(shown(&app).await.0, view);
}

#[tokio::test]
async fn mended_rows_of_a_feed_on_probation_count_once_it_is_switched_on() {
    let site = Site::new(&[("mine", DEFINITION)]);
    let app = TestApp::start_with(Config { feeds: Some(site.path("feeds")), ..Config::default() }).await;
    app.store.standing("mine", Standing::Probation).await.unwrap();
    app.post("mine", "text/csv", ROWS).await;
    app.settle().await;
    let feed = NamedFeed::read("mine", DEFINITION).unwrap();
    let rows = open(&app.store).await;
    let answer = mend(&app.store, NOW + 1, &feed, vec![correction(rows[0], "2026-03-02T10:00Z")]).await.unwrap();
    assert!(answer.on_probation && answer.taken == 1, "{answer:?}");
    let (view, figures) = shown(&app).await;
    assert_eq!((view.standing, view.rows, view.events, view.rejected), (Standing::Probation, 4, 2, 2));
    assert_eq!(figures, json!([]));
    switch_on(&app.store, "mine").await.unwrap();
    while derive(&app.store, NOW).await.unwrap().is_some() {}
    let (counted, figures) = shown(&app).await;
    assert_eq!(counted, FeedView { standing: Standing::Counted, ..view });
    assert_eq!(on_time(&figures), 1, "{figures}");
}

#[tokio::test]
async fn rows_whose_bytes_are_gone_can_only_be_dismissed() {
    let (_site, app, feed) = started(ROWS).await;
    let rows = open(&app.store).await;
    mend(&app.store, NOW + 1, &feed, vec![correction(rows[0], "2026-03-02T10:00Z")]).await.unwrap();
    let before = shown(&app).await;
    let keep = Keep { raw_days: Some(30), closed_parcels_days: None };
    assert_eq!(delete_old(&app.store, keep, NOW + 31 * DAY_MS).await.unwrap().bodies, 2);
    let (_, page) = app.get("/api/v1/feeds/mine/rejected").await;
    let left: Vec<_> = page["rows"].as_array().unwrap().iter().map(|row| (&row["left"], &row["fields"])).collect();
    assert_eq!(left, [(&json!("deleted"), &json!([])), (&json!("deleted"), &json!([]))], "{page}");
    let (_, html) = app.get("/feeds/mine/rejected").await;
    assert!(html.as_str().unwrap().contains("What was sent has been deleted"), "{html}");
    let late = mend(&app.store, NOW + 2, &feed, vec![correction(rows[1], "2026-03-01T09:00Z")]).await;
    assert!(matches!(late, Err(NotSettled::Deleted(row)) if row == rows[1]), "{late:?}");
    assert_eq!(replayed(&app, &[]).await, before, "a replay takes over what it cannot read");

    assert_eq!(dismiss(&app.store, NOW + 3, "mine", &rows[1..2], Dismissal::Unknowable).await.unwrap(), 1);
    let after = shown(&app).await;
    assert_eq!((after.0.rows, after.0.rejected, after.0.dismissed), (before.0.rows - 1, before.0.rejected - 1, 1));
    assert_eq!(replayed(&app, &[]).await, after);
    assert_eq!(open(&app.store).await, rows[2..]);
}

#[tokio::test]
async fn a_corrected_definition_reads_rejected_rows_again_as_they_are() {
    let (site, app, feed) = started("n,code,at,due\nA1,1,01/03/2026 08:00,\nA1,2,02/03/2026 10:00,\n").await;
    let rows = open(&app.store).await;
    let plain = || rows.iter().map(|&name| Correction { name, fields: BTreeMap::new() }).collect::<Vec<_>>();
    assert!(matches!(mend(&app.store, NOW + 1, &feed, plain()).await, Err(NotSettled::Unchanged(_))));
    let corrected = DEFINITION.replace("[codes]", "[times]\nformat = \"%d/%m/%Y %H:%M\"\n[codes]");
    site.write("feeds/mine.toml", corrected.as_bytes());
    let feed = NamedFeed::read("mine", &corrected).unwrap();
    let answer = mend(&app.store, NOW + 1, &feed, plain()).await.unwrap();
    assert_eq!((answer.rows, answer.taken), (2, 2), "{answer:?}");
    let before = shown(&app).await;
    assert_eq!((before.0.rows, before.0.events, before.0.rejected), (2, 2, 0));
    assert_eq!(replayed(&app, &[]).await, before);
}

#[tokio::test]
async fn events_are_mended_field_by_field() {
    let site = Site::new(&[("mine", "format = \"events\"\ncourier = \"Posti\"\n")]);
    let app = TestApp::start_with(Config { feeds: Some(site.path("feeds")), ..Config::default() }).await;
    let feed = NamedFeed::read("mine", &site.read("feeds/mine.toml")).unwrap();
    let body = json!([{ "tracking_number": "E1", "event": "delivered", "time": "noon", "promise": { "at": "soon" } },
        { "tracking_number": "E1", "event": "accepted", "time": "2026-03-01T08:00:00Z", "nmae": "Anna" }, 7]);
    app.post("mine", "application/json", body.to_string()).await;
    app.settle().await;
    let rows = open(&app.store).await;
    assert_eq!(rows.len(), 3);
    let fields = [("time", "2026-03-02T10:00:00Z"), ("promise.at", ""), ("promise.date", "2026-03-03")];
    let fields = fields.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    let unreadable = mend(&app.store, NOW + 1, &feed, vec![correction(rows[2], "x")]).await;
    assert!(matches!(unreadable, Err(NotSettled::Unreadable(_))), "{unreadable:?}");
    let corrections = vec![Correction { name: rows[0], fields }, Correction { name: rows[1], fields: BTreeMap::new() }];
    let answer = mend(&app.store, NOW + 1, &feed, corrections).await.unwrap();
    assert_eq!((answer.taken, answer.events), (2, 2), "{answer:?}");
    let (view, figures) = shown(&app).await;
    assert_eq!((view.rows, view.rejected), (3, 1));
    assert_eq!(on_time(&figures), 1, "{figures}");
    assert_eq!(replayed(&app, &[]).await, (view, figures));
}

#[tokio::test]
async fn a_forgotten_parcel_is_not_found_in_mended_rows_either() {
    let (_site, app, feed) = started(ROWS).await;
    let rows = open(&app.store).await;
    mend(&app.store, NOW + 1, &feed, vec![correction(rows[0], "2026-03-02T10:00Z")]).await.unwrap();
    let known = shown(&app).await.1;
    let kept = look_for(&app.store, "A1", NOW).await.unwrap();
    assert_eq!(kept.bodies.len(), 2, "{kept:?}");
    server::pipeline::forget(&app.store, "A1", NOW, kept).await.unwrap();
    assert!(look_for(&app.store, "A1", NOW).await.unwrap().is_empty());
    assert_eq!(shown(&app).await.1, known, "the figures stay");
    let (_, page) = app.get("/api/v1/feeds/mine/rejected").await;
    assert!(page["rows"].as_array().unwrap().iter().all(|row| row["left"] == "deleted"), "{page}");
}
