//! The laws once more, through inbox, database and back end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use app::backend::Backend;
use domain::event::Event;
use domain::identity::keys;
use domain::parcel::Status;
use domain::verdict::Class;
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::json;
use server::backend::Courierscope;
use server::clock::Clock;
use server::feeds::Feeds;
use server::pipeline::{Figures, derive, replay, sweep};
use store::{NewBatch, ParcelFilter, Store};
use tokio::runtime::Runtime;

use super::memory::Cells;
use super::questions::{groupings, question};
use super::{cases, instant};
use crate::network::{Dice, Network, Told, networks};
use crate::reference;
use crate::support::TestDatabase;

pub struct Database {
    pub store: Store,
    _database: TestDatabase,
}

/// What a database holds, without the identities that it chose.
#[derive(Debug, PartialEq, Eq)]
pub struct Held {
    /// Timeline -> what it is found by, its class and status.
    pub parcels: BTreeMap<Vec<u8>, (BTreeSet<i64>, Class, Option<Status>)>,
    pub cells: Cells,
    judged_until: i64,
    next_due: Option<i64>,
}

impl Database {
    pub async fn new() -> Self {
        let database = TestDatabase::create();
        Self { store: database.open().await, _database: database }
    }

    /// Takes a network in, in batches and with sweeps by the dice, until everything is judged.
    pub async fn take(&self, network: &Network, events: &[Event], until: i64, dice: &mut Dice) {
        let batches = network.batches(1 + dice.under(12), dice);
        self.take_batches(batches, events, until, dice).await;
    }

    /// Takes batches in, some at a time.
    pub async fn take_batches(&self, mut batches: Vec<NewBatch>, events: &[Event], until: i64, dice: &mut Dice) {
        let mut now = until.min(events.iter().map(|event| event.at).min().unwrap_or(until)).max(1);
        while !batches.is_empty() {
            let rest = batches.split_off((1 + dice.under(10)).min(batches.len()));
            self.store.insert_batches(&std::mem::replace(&mut batches, rest)).await.unwrap();
            while derive(&self.store, now).await.unwrap().is_some() {}
            if dice.percent(40) {
                now = now.max(instant(events, dice).min(until));
                sweep(&self.store, now).await.unwrap();
            }
        }
        sweep(&self.store, until).await.unwrap();
    }

    pub async fn held(&self, events: &[Event]) -> Held {
        let all = ParcelFilter { limit: 1_000_000, ..ParcelFilter::default() };
        let mut parcels = BTreeMap::new();
        for &class in Class::ALL {
            let filter = ParcelFilter { class: Some(class), ..all.clone() };
            for parcel in self.store.list_parcels(&filter).await.unwrap() {
                assert!(parcels.insert(parcel.timeline, (BTreeSet::new(), class, None)).is_none());
            }
        }
        for &status in Status::ALL {
            let filter = ParcelFilter { status: Some(status), ..all.clone() };
            for parcel in self.store.list_parcels(&filter).await.unwrap() {
                parcels.get_mut(&parcel.timeline).unwrap().2 = Some(status);
            }
        }
        let keys: BTreeSet<i64> = events.iter().flat_map(keys).map(|key| key.search_key()).collect();
        for key in keys {
            for parcel in self.store.parcels_with(&[key]).await.unwrap() {
                parcels.get_mut(&parcel.timeline).unwrap().0.insert(key);
            }
        }
        let stored = self.store.read_cells().await.unwrap();
        let mut cells = Cells::default();
        let judged_until = stored.judged_until;
        stored.into_deltas().for_each(|delta| cells.add(&delta.unwrap()));
        let next_due = self.store.next_due().await.unwrap();
        Held { parcels, cells, judged_until, next_due }
    }

    pub async fn back_end(&self, now: i64, figures: Figures) -> Courierscope {
        let feeds = Arc::new(Feeds::new("nowhere".into()));
        Courierscope::new(
            self.store.clone(),
            Clock::mock(now),
            Arc::new(figures),
            feeds,
            &server::config::Config::default(),
        )
    }
}

proptest! {
    #![proptest_config(Config { max_shrink_iters: 300, ..cases(20) })]

    #[test]
    fn incremental_is_rebuilt_and_replaying_changes_nothing(
        network in networks(1..12), seed in any::<u64>().no_shrink(),
    ) {
        let mut dice = Dice::new(seed);
        let events = network.events();
        let until = instant(&events, &mut dice);
        Runtime::new().unwrap().block_on(async {
            let first = Database::new().await;
            first.take(&network, &events, until, &mut dice).await;
            let held = first.held(&events).await;
            prop_assert_eq!(held.judged_until, until);

            let other = Database::new().await;
            other.take(&network, &events, until, &mut dice).await;
            prop_assert_eq!(&other.held(&events).await, &held);

            let replayed = replay(&first.store, until, &[], |_| {}).await.unwrap();
            prop_assert_eq!(replayed.events, events.len() as i64);
            prop_assert_eq!(first.held(&events).await, held);
            Ok(())
        })?;
    }

    #[test]
    fn the_back_end_answers_as_the_definitions_do(network in networks(1..25), seed in any::<u64>().no_shrink()) {
        let mut dice = Dice::new(seed);
        let events = network.events();
        let until = instant(&events, &mut dice);
        let counted = reference::count(&events, until);
        Runtime::new().unwrap().block_on(async {
            let database = Database::new().await;
            let figures = Figures::load(&database.store).await.unwrap();
            database.take(&network, &events, until, &mut dice).await;
            // The one has followed every change, the other reads what stands.
            figures.refresh(&database.store).await.unwrap();
            let followed = database.back_end(until, figures).await;
            let read = database.back_end(until, Figures::load(&database.store).await.unwrap()).await;
            for group_by in groupings(&mut dice, 5) {
                let query = question(group_by, &mut dice);
                let answer = followed.kpis(query.clone()).await.unwrap();
                prop_assert_eq!(&answer, &read.kpis(query.clone()).await.unwrap());
                if let Err(wrong) = reference::agrees(&answer.rows, &counted, &query) {
                    return Err(TestCaseError::fail(format!("until {until}: {wrong}")));
                }
            }
            Ok(())
        })?;
    }
}

#[test]
fn a_report_that_names_fewer_numbers_leaves_the_parcels_as_they_would_have_been() {
    let told = |feed, received, line| Told { feed, received, line };
    let event = |courier, number, kind, time, id| json!({"courier": courier, "tracking_number": number, "event": kind, "time": time, "id": id});
    let mut joining = event("A", "N1", "accepted", "2026-04-11T10:00:00Z", "2");
    joining["also"] = json!({"courier": "B", "tracking_number": "N2"});
    let known = Network {
        told: vec![
            told("canonical", 1, event("B", "N2", "arrived_hub", "2026-01-01T10:00:00Z", "1")),
            told("canonical", 1, joining),
            told("canonical", 1, event("B", "N2", "delivered", "2026-05-31T10:00:00Z", "3")),
        ],
    };
    // The same acceptance, received before: it counts, and joins nothing.
    let earlier = Network { told: vec![told("echo", 0, event("A", "N1", "accepted", "2026-04-11T10:00:00Z", "2"))] };
    let all = Network { told: known.told.iter().chain(&earlier.told).cloned().collect() };
    let (events, until, dice) = (all.events(), 1_800_000_000_000, &mut Dice::new(1));
    Runtime::new().unwrap().block_on(async {
        let one_by_one = Database::new().await;
        one_by_one.take(&known, &events, until, dice).await;
        one_by_one.take(&earlier, &events, until, dice).await;
        let at_once = Database::new().await;
        at_once.store.insert_batches(&all.batches(10, dice)).await.unwrap();
        derive(&at_once.store, until).await.unwrap();
        assert_eq!(one_by_one.held(&events).await, at_once.held(&events).await);
    });
}
