//! Clocks that jump: what was judged too early is taken back, and nothing but the clock decides.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use server::clock::Clock;
use server::pipeline::{Keep, delete_old, delete_what_is_old, judge_again, replay, sweep};
use store::Store;
use tokio::sync::watch;

use super::{NDJSON, line};
use crate::support::{NOW, TestApp};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;
const QUESTIONS: [&str; 4] =
    ["/api/v1/kpis", "/api/v1/kpis?group_by=courier,day", "/api/v1/parcels?limit=1000", "/api/v1/parcels/P3"];

/// A server with parcels that are due at every hour of two days around now, some of them delivered, and with one that
/// was delivered long ago and has been deleted since.
async fn app() -> TestApp {
    let app = TestApp::start().await;
    app.clock.set(NOW - 3 * DAY);
    // Of a parcel that is 30 days past its promise time changes nothing any more.
    let accepted = line("GONE", "A", ",\"promise\":{\"at\":\"2026-10-10T18:00:00Z\"}").replace("11-20", "10-10");
    let delivered = accepted.replace("accepted", "delivered").replace("T10", "T16");
    assert_eq!(app.post("canonical", NDJSON, accepted + &delivered).await.0, 200);
    app.settle().await;
    sweep(&app.store, NOW).await.unwrap();
    app.clock.set(NOW);
    let keep = Keep { raw_days: None, closed_parcels_days: Some(1) };
    assert_eq!(delete_old(&app.store, keep, NOW).await.unwrap().parcels, 1);
    let event = |n: i64, event: &str, hour: i64| {
        let time = |at: i64| domain::view::utc_time(at).to_rfc3339();
        let promise = format!(",\"promise\":{{\"at\":\"{}\"}}", time(NOW + n * HOUR));
        let line = line(&format!("P{}", n + 24), ["A", "B", "C"][n.rem_euclid(3) as usize], &promise);
        line.replace("accepted", event).replace("2026-11-20T10:00:00Z", &time(NOW + hour * HOUR))
    };
    let accepted = (-24..24).map(|n| event(n, "accepted", -48));
    let delivered = (-24..24).step_by(2).map(|n| event(n, "delivered", n + n % 3 - 30));
    // One that nobody has promised anything of, and that will count as lost ten days from now.
    let old =
        line("OLD", "A", "").replace("2026-11-20T10:00:00Z", &domain::view::utc_time(NOW - 50 * DAY).to_rfc3339());
    let body: String = accepted.chain(delivered).chain([old]).collect();
    assert_eq!(app.post("canonical", NDJSON, body).await.0, 200);
    app.settle().await;
    app
}

async fn answers(app: &TestApp) -> Vec<Value> {
    app.settle().await;
    let mut answers = Vec::new();
    for path in QUESTIONS {
        let mut answer = app.get(path).await.1;
        if let Some(answer) = answer.as_object_mut() {
            answer.remove("revision");
        }
        for parcel in answer.get_mut("parcels").and_then(Value::as_array_mut).into_iter().flatten() {
            // A replay numbers them anew.
            parcel["key"].take();
        }
        answers.push(answer);
    }
    answers
}

#[tokio::test]
async fn what_was_judged_while_the_clock_was_a_year_ahead_is_taken_back() {
    let (jumped, steady) = (app().await, app().await);
    sweep(&jumped.store, NOW + YEAR).await.unwrap();
    assert_ne!(answers(&jumped).await, answers(&steady).await, "the jump made parcels late");
    let later = NOW + 2 * HOUR + 1;
    sweep(&steady.store, later).await.unwrap();
    jumped.clock.set(later);
    steady.clock.set(later);
    assert!(judge_again(&jumped.store, later).await.unwrap() > 0);
    assert_eq!(jumped.store.revision().await.unwrap().1, later);
    let expected = answers(&steady).await;
    assert_eq!(answers(&jumped).await, expected);
    // What is in the database is what would be derived afresh, the cube of hours among it.
    assert_eq!(cells(&jumped.store).await, cells(&steady.store).await);
    replay(&jumped.store, later, &[], |_| ()).await.unwrap();
    assert_eq!(answers(&jumped).await, expected);
    // Time goes on from there.
    for app in [&jumped, &steady] {
        sweep(&app.store, NOW + 5 * HOUR).await.unwrap();
    }
    assert_eq!(answers(&jumped).await, answers(&steady).await);
}

/// Everything in the cells that is not nothing, however it came there.
async fn cells(store: &Store) -> BTreeMap<String, Vec<i64>> {
    let mut all: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    let mut add = |place: String, counts: &[i64]| {
        let sum = all.entry(place).or_insert_with(|| vec![0; counts.len()]);
        sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    };
    for delta in store.read_cells().await.unwrap().into_deltas().map(Result::unwrap) {
        let slice = |place: u32| &delta.slices[place as usize];
        for cell in &delta.cells {
            add(format!("{:?} {}", slice(cell.slice), cell.period), &cell.counts);
        }
        for one in &delta.buckets {
            add(format!("{:?} {} {:?} {}", slice(one.slice), one.period, one.distribution, one.bucket), &[one.count]);
        }
    }
    all.retain(|_, counts| counts.iter().any(|&count| count != 0));
    all
}

#[tokio::test]
async fn a_clock_that_is_a_year_ahead_deletes_nothing_before_it_is_believed() {
    let app = app().await;
    let before = (answers(&app).await, bytes(&app.store).await);
    let keep = Keep { raw_days: Some(30), closed_parcels_days: Some(30) };
    let (leads, follows) = watch::channel(true);
    let look = || {
        let work = delete_what_is_old(app.store.clone(), Clock::mock(NOW + YEAR), keep, follows.clone());
        tokio::time::timeout(Duration::from_secs(2), work)
    };
    assert!(look().await.is_err(), "it goes on looking");
    assert_eq!((answers(&app).await, bytes(&app.store).await), before);
    sweep(&app.store, NOW + YEAR).await.unwrap();
    assert!(look().await.is_err());
    assert_eq!(
        (app.get("/api/v1/parcels/P3").await.0.as_u16(), bytes(&app.store).await),
        (404, 0),
        "a year has passed"
    );
    drop(leads);
}

/// How many bytes are kept of what feeds sent.
async fn bytes(store: &Store) -> usize {
    let (mut bytes, mut after) = (0, 0);
    while let Some(kept) = store.kept_batch_after(after).await.unwrap() {
        after = kept.batch.id;
        bytes += kept.batch.bytes.len();
    }
    bytes
}

#[tokio::test]
async fn a_clock_that_jumps_for_a_while_moves_no_judgement() {
    let app = app().await;
    let before = answers(&app).await;
    for jump in [YEAR, -YEAR] {
        app.clock.set(NOW + jump);
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert_eq!(app.store.revision().await.unwrap().1, NOW);
        app.clock.set(NOW);
        assert_eq!(answers(&app).await, before);
    }
}
