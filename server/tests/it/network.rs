//! Random networks of parcels, told as feeds tell them: as canonical events, late, twice, wrong and out of order.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, SecondsFormat};
use domain::event::Event;
use intake::Format;
use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;
use serde_json::{Value, json};
use server::feeds::NamedFeed;
use server::pipeline::{Sent, read_sent, to_batch};
use store::NewBatch;

use crate::network::journey::tell;

mod dice;
mod journey;

pub use dice::Dice;

/// One report of an event.
#[derive(Clone, PartialEq)]
pub struct Told {
    /// Who tells it.
    pub feed: &'static str,
    /// When it is told, UTC epoch milliseconds.
    pub received: i64,
    /// The canonical event.
    pub line: Value,
}

/// What is told of some parcels. Shown as one line a report, so that a small counter-example reads as a story.
#[derive(Clone)]
pub struct Network {
    /// Every report.
    pub told: Vec<Told>,
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.told.iter().try_for_each(|told| write!(f, "\n  {} {} {}", told.feed, told.received, told.line))
    }
}

/// Networks of so many journeys. They shrink to fewer journeys of fewer events.
pub fn networks(journeys: impl Into<SizeRange>) -> impl Strategy<Value = Network> {
    let bits = proptest::bits::u64::ANY;
    vec((any::<u64>().no_shrink(), bits, bits, bits), journeys).prop_map(|journeys| {
        let told = journeys.into_iter().flat_map(|(seed, a, b, c)| {
            let keep = a | b | c;
            let told = tell(Dice::new(seed)).into_iter().enumerate();
            told.filter(move |(index, _)| keep >> (index % 64) & 1 == 1).map(|(_, told)| told)
        });
        Network { told: told.collect() }
    })
}

impl Network {
    /// Every report as it is read.
    pub fn events(&self) -> Vec<Event> {
        self.told.iter().map(Told::event).collect()
    }

    /// The reports in batches of up to `size` that one feed sent at one time, in an order by the dice.
    pub fn batches(&self, size: usize, dice: &mut Dice) -> Vec<NewBatch> {
        let mut told: Vec<&Told> = self.told.iter().collect();
        dice.shuffle(&mut told);
        let mut sent: BTreeMap<(&str, i64), Vec<&Told>> = BTreeMap::new();
        for told in told {
            sent.entry((told.feed, told.received)).or_default().push(told);
        }
        let mut batches: Vec<NewBatch> = sent.values().flat_map(|told| told.chunks(size)).map(batch).collect();
        dice.shuffle(&mut batches);
        batches
    }
}

impl Told {
    /// The report as intake reads it.
    pub fn event(&self) -> Event {
        let parsed = read_sent(&feed(self.feed), &sent(&[self])).unwrap();
        assert!(parsed.rejected.is_empty(), "{}: {:?}", self.line, parsed.rejected);
        parsed.events.into_iter().next().unwrap()
    }
}

fn batch(told: &[&Told]) -> NewBatch {
    let feed = feed(told[0].feed);
    let sent = sent(told);
    let parsed = read_sent(&feed, &sent).unwrap();
    assert!(parsed.rejected.is_empty(), "{:?}", parsed.rejected);
    to_batch(&feed, sent, &parsed)
}

fn sent(told: &[&Told]) -> Sent {
    let lines: Vec<String> = told.iter().map(|told| told.line.to_string()).collect();
    Sent {
        format: Format::Ndjson,
        bytes: lines.join("\n").into_bytes(),
        first_row: 1,
        idempotency_key: None,
        received_at: told[0].received,
    }
}

fn feed(name: &'static str) -> Arc<NamedFeed> {
    thread_local! {
        static FEEDS: [Arc<NamedFeed>; 2] = ["canonical", "echo"].map(|name| Arc::new(NamedFeed::read(name, "").unwrap()));
    }
    FEEDS.with(|feeds| feeds[usize::from(name == "echo")].clone())
}

/// A time as canonical events write it.
pub fn time(at: i64, offset_minutes: i32) -> String {
    local(at, offset_minutes).to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

/// The date at a place.
pub fn date(at: i64, offset_minutes: i32) -> Value {
    json!(local(at, offset_minutes).format("%Y-%m-%d").to_string())
}

fn local(at: i64, offset_minutes: i32) -> DateTime<FixedOffset> {
    let offset = FixedOffset::east_opt(offset_minutes * 60).unwrap();
    DateTime::from_timestamp_millis(at).unwrap().with_timezone(&offset)
}
