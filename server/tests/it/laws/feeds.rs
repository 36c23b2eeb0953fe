//! A feed that is counted late, and codes that are mapped late, leave the database as if it had always been so.

use std::collections::BTreeMap;

use domain::event::Event;
use domain::mapping::CodeMeaning;
use domain::promise::DAY_MS;
use domain::timeline::{Timeline, decode, encode};
use domain::view::{FeedView, Standing};
use domain::vocabulary::{EventKind, Reason};
use domain::{Text, verdict::Class};
use intake::Format;
use proptest::prelude::*;
use proptest::test_runner::Config;
use server::feeds::NamedFeed;
use server::pipeline::{
    Keep, Sent, apply_codes, delete_old, derive, preview_codes, read_sent, replay, sweep, switch_on, to_batch,
};
use store::{NewBatch, SwitchedOn};
use tokio::runtime::Runtime;

use super::database::{Database, Held};
use super::{cases, instant};
use crate::network::{Dice, Network, networks};

const MAPPED: &str = "format = \"events\"\n[codes]\nX1 = \"delivered\"\nX2 = \"accepted\"\n\
    X3 = { event = \"attempt_failed\", reason = \"consignee_absent\" }\n";

/// What the codes mean, as [`MAPPED`] says it.
fn meanings() -> [CodeMeaning; 3] {
    [("X1", EventKind::Delivered), ("X2", EventKind::Accepted), ("X3", EventKind::AttemptFailed)].map(
        |(code, event)| {
            let reason = (event == EventKind::AttemptFailed).then_some(Reason::ConsigneeAbsent);
            CodeMeaning { code: code.into(), event, reason, party: None }
        },
    )
}

/// The same journeys, some of whose events one feed tells in codes of its own.
fn in_codes(mut network: Network) -> Network {
    for told in network.told.iter_mut().filter(|told| told.feed == "echo") {
        let code = match told.line["event"].as_str() {
            Some("delivered") => "X1",
            Some("accepted") => "X2",
            Some("attempt_failed") => "X3",
            _ => continue,
        };
        let line = told.line.as_object_mut().unwrap();
        line.insert("event".into(), code.into());
        // Two reports under one number of the sender's, in other words: which of them counts depends on the mapping.
        line.remove("reason");
        line.remove("party");
    }
    network
}

/// The batches of a feed as another definition reads them.
fn read_by(batch: NewBatch, feed: &NamedFeed) -> NewBatch {
    if batch.feed != feed.feed.name.as_str() {
        return batch;
    }
    let sent = Sent {
        format: batch.format.parse::<Format>().unwrap(),
        bytes: batch.bytes,
        first_row: batch.first_row as u64,
        idempotency_key: None,
        received_at: batch.received_at,
    };
    let parsed = read_sent(feed, &sent).unwrap();
    to_batch(feed, sent, &parsed)
}

/// What a database holds, but for the versions of definitions that read it.
fn without_versions(mut held: Held) -> (BTreeMap<Vec<u8>, Class>, Held) {
    let parcels = held.parcels.iter().map(|(timeline, (_, class, _))| {
        let blank = |event: Event| Event { mapping: Text::default(), ..event };
        let reports = decode(timeline).unwrap().into_reports().into_iter().map(blank).collect();
        (encode(&Timeline::new(reports)), *class)
    });
    let parcels = parcels.collect();
    held.parcels.clear();
    (parcels, held)
}

/// What feeds brought, but for which of two told an event first.
fn brought(feeds: Vec<FeedView>) -> Vec<FeedView> {
    let told = |feed: FeedView| FeedView { duplicates: 0, rejections: Vec::new(), ..feed };
    feeds.into_iter().map(told).collect()
}

proptest! {
    #![proptest_config(Config { max_shrink_iters: 300, ..cases(20) })]

    #[test]
    fn codes_that_are_mapped_later_leave_what_would_have_been(
        network in networks(1..12), seed in any::<u64>().no_shrink(),
    ) {
        let network = in_codes(network);
        let mut dice = Dice::new(seed);
        let events = network.events();
        let until = instant(&events, &mut dice);
        let mapped = NamedFeed::read("echo", MAPPED).unwrap();
        Runtime::new().unwrap().block_on(async {
            let batches = network.batches(1 + dice.under(12), &mut dice);
            let later = Database::new().await;
            later.take_batches(batches.clone(), &events, until, &mut dice).await;
            let before = later.held(&events).await;
            let shown = preview_codes(&later.store, until, "echo", &meanings()).await.unwrap();
            prop_assert_eq!(later.held(&events).await, before);
            let changed = apply_codes(&later.store, until, &mapped, &meanings()).await.unwrap();
            prop_assert_eq!((shown.events, shown.parcels), (changed.events, changed.parcels));
            prop_assert_eq!((shown.out_of_reach, changed.out_of_reach), (0, 0));
            let held = later.held(&events).await;
            let feeds = later.store.list_feeds(0).await.unwrap();

            let always = Database::new().await;
            let read = batches.into_iter().map(|batch| read_by(batch, &mapped)).collect();
            always.take_batches(read, &events, until, &mut dice).await;
            prop_assert_eq!(brought(always.store.list_feeds(0).await.unwrap()), brought(feeds));

            replay(&later.store, until, &[], |_| {}).await.unwrap();
            let replayed = later.held(&events).await;
            prop_assert_eq!(&held, &replayed);
            prop_assert_eq!(without_versions(always.held(&events).await), without_versions(held));
            Ok(())
        })?;
    }

    #[test]
    fn codes_that_are_mapped_after_parcels_were_deleted_count_these_no_second_time(
        network in networks(1..12), seed in any::<u64>().no_shrink(),
    ) {
        let network = in_codes(network);
        let mut dice = Dice::new(seed);
        let events = network.events();
        let until = instant(&events, &mut dice);
        let mapped = NamedFeed::read("echo", MAPPED).unwrap();
        Runtime::new().unwrap().block_on(async {
            let database = Database::new().await;
            database.take(&network, &events, until, &mut dice).await;
            let keep = Keep { raw_days: None, closed_parcels_days: Some(1) };
            let received: Vec<i64> = network.told.iter().map(|told| told.received).collect();
            let later = if dice.percent(30) { i64::MAX / 2 } else { dice.pick(&received) + DAY_MS };
            delete_old(&database.store, keep, later).await.unwrap();
            let shown = preview_codes(&database.store, until, "echo", &meanings()).await.unwrap();
            let changed = apply_codes(&database.store, until, &mapped, &meanings()).await.unwrap();
            prop_assert_eq!((shown.events, shown.parcels), (changed.events, changed.parcels));
            let held = database.held(&events).await;
            replay(&database.store, until, &[], |_| {}).await.unwrap();
            prop_assert_eq!(database.held(&events).await, held);
            Ok(())
        })?;
    }

    #[test]
    fn a_feed_that_is_switched_on_later_leaves_what_would_have_been(
        network in networks(1..12), seed in any::<u64>().no_shrink(),
    ) {
        let mut dice = Dice::new(seed);
        let events = network.events();
        let until = instant(&events, &mut dice);
        Runtime::new().unwrap().block_on(async {
            let batches = network.batches(1 + dice.under(12), &mut dice);
            let (echoes, others): (Vec<_>, Vec<_>) = batches.iter().cloned().partition(|batch| batch.feed == "echo");
            let always = Database::new().await;
            always.take_batches(batches.clone(), &events, until, &mut dice).await;
            let without = Database::new().await;
            without.take_batches(others, &events, until, &mut dice).await;

            let later = Database::new().await;
            later.store.standing("echo", Standing::Probation).await.unwrap();
            later.take_batches(batches, &events, until, &mut dice).await;
            if dice.percent(50) {
                replay(&later.store, until, &[], |_| {}).await.unwrap();
            }
            let (kept, only) = (later.held(&events).await, without.held(&events).await);
            prop_assert_eq!((kept.parcels, kept.cells), (only.parcels, only.cells));
            let shown = later.store.list_feeds(0).await.unwrap();
            let echo = shown.iter().find(|feed| feed.name == "echo");
            prop_assert_eq!(echo.map_or(0, |feed| feed.batches), echoes.len() as i64);
            prop_assert!(echo.is_none_or(|feed| feed.standing == Standing::Probation));

            let switched_on = SwitchedOn { waiting: echoes.len() as i64, gone: 0 };
            prop_assert_eq!(switch_on(&later.store, "echo").await.unwrap(), switched_on);
            while derive(&later.store, until).await.unwrap().is_some() {}
            sweep(&later.store, until).await.unwrap();
            prop_assert_eq!(switch_on(&later.store, "echo").await.unwrap(), SwitchedOn::default());
            prop_assert_eq!(later.held(&events).await, always.held(&events).await);
            let (later, always) = (later.store.list_feeds(0).await.unwrap(), always.store.list_feeds(0).await.unwrap());
            let duplicates = |feeds: &[FeedView]| feeds.iter().map(|feed| feed.duplicates).sum::<i64>();
            prop_assert_eq!(duplicates(&later), duplicates(&always));
            prop_assert_eq!(brought(later), brought(always));
            Ok(())
        })?;
    }
}
