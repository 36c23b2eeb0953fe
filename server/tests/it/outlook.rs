//! What is under way: due, overdue, silent, held, at risk, by what became of earlier parcels.

use domain::open_work::{Concern, OpenQuery};
use server::clock::Clock;
use server::outlook::Outlook;
use server::pipeline::derive;
use server::terms::TermsBook;
use store::{NewBatch, Store};

use crate::support::{NOW, TestDatabase};

const HOUR: i64 = 3_600_000;

/// An event so many hours before now, on the way to a country without a calendar, where all time counts.
fn event(number: &str, kind: &str, hours_ago: f64, more: &str) -> String {
    let at = domain::view::utc_time(NOW - (hours_ago * HOUR as f64) as i64).to_rfc3339();
    format!(
        "{{\"tracking_number\":\"{number}\",\"courier\":\"R\u{e1}pida\",\"event\":\"{kind}\",\"time\":\"{at}\",\
         \"origin_country\":\"PT\",\"destination_country\":\"US\"{more}}}\n"
    )
}

/// A promise so many hours from now.
fn by(hours: i64) -> String {
    let at = domain::view::utc_time(NOW + hours * HOUR).to_rfc3339();
    format!(",\"promise\":{{\"at\":\"{at}\"}}")
}

async fn take(store: &Store, text: String) {
    let bytes = text.into_bytes();
    let batch = NewBatch {
        id: bytes.len() as i64,
        feed: "canonical".into(),
        version: "canonical".into(),
        definition: String::new(),
        format: "ndjson".into(),
        received_at: NOW,
        first_row: 1,
        content_hash: bytes.len().to_string(),
        idempotency_key: None,
        bytes,
        answer: "{}".into(),
    };
    store.insert_batches(&[batch]).await.unwrap();
    while derive(store, NOW).await.unwrap().is_some() {}
}

#[tokio::test]
async fn what_is_under_way_is_looked_at_by_what_became_of_earlier_parcels() {
    let database = TestDatabase::create();
    let store = database.open().await;
    let mut told = String::new();
    // Earlier parcels: 20 hours from custody to the hub, and 30 hours from there to the door.
    for n in 0..80 {
        let number = format!("OLD{n}");
        let end = 300.0 - f64::from(n);
        told += &event(&number, "accepted", end + 50.0, "");
        told += &event(&number, "arrived_hub", end + 30.0, "");
        told += &event(&number, "delivered", end, "");
    }
    // Ten hours after the hub, and 4 hours to go: nobody has done that.
    told += &event("RISK", "accepted", 30.0, &by(4));
    told += &event("RISK", "arrived_hub", 10.0, "");
    // Ten hours after the hub, and 23 to go: all have.
    told += &event("FINE", "accepted", 30.0, &by(23));
    told += &event("FINE", "arrived_hub", 10.0, "");
    // A week without a word, and the deadline is over.
    told += &event("SILENT", "accepted", 200.0, &by(-100));
    told += &event("SILENT", "arrived_hub", 168.0, "");
    told += &event("HELD", "accepted", 5.0, "");
    told += &event("HELD", "held_in_network", 1.0, "");
    told += &event("DONE", "accepted", 30.0, &by(4));
    told += &event("DONE", "delivered", 1.0, "");
    take(&store, told).await;

    let terms = TermsBook::new(store.clone(), Clock::mock(NOW));
    let outlook = Outlook::default();
    assert_eq!(outlook.work().as_of, None, "nobody has looked yet");
    outlook.refresh(&store, &terms, NOW, true).await.unwrap();
    let work = outlook.work();
    assert_eq!((work.total.open, work.total.overdue, work.learned_from), (4, 1, 85));
    let of = |concern| -> Vec<String> {
        let query = OpenQuery { courier: None, concern: Some(concern), limit: 10 };
        outlook.parcels(&query).into_iter().map(|parcel| parcel.number).collect()
    };
    assert_eq!(of(Concern::AtRisk), ["RISK"]);
    assert_eq!(of(Concern::Silent), ["SILENT"]);
    assert_eq!(of(Concern::Overdue), ["SILENT"]);
    assert_eq!(of(Concern::Held), ["HELD"]);
    let all = outlook.parcels(&OpenQuery { courier: Some("R\u{e1}pida".into()), concern: None, limit: 10 });
    let numbers: Vec<&str> = all.iter().map(|parcel| parcel.number.as_str()).collect();
    assert_eq!(numbers, ["RISK", "FINE", "SILENT", "HELD"], "what can be saved first, without a deadline last");
    assert_eq!((all[0].likely, all[1].likely), (Some(0.0), Some(1.0)));
    // What ends is no longer under way.
    take(&store, event("RISK", "delivered", 0.5, "")).await;
    outlook.refresh(&store, &terms, NOW, false).await.unwrap();
    assert_eq!(outlook.work().total.open, 3);
    store.close().await;
}
