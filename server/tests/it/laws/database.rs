//! The laws once more, through inbox, database and back end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use app::backend::Backend;
use domain::event::Event;
use domain::identity::keys;
use domain::parcel::Status;
use domain::verdict::Class;
use proptest::prelude::*;
use server::backend::Courierscope;
use server::clock::Clock;
use server::feeds::Feeds;
use server::pipeline::{Figures, derive, replay, sweep};
use store::{ParcelFilter, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::memory::Cells;
use super::questions::{groupings, question};
use super::{cases, instant};
use crate::network::{Dice, Network, networks};
use crate::reference;

struct Database {
    store: Store,
    _folder: TempDir,
}

/// What a database holds, without the identities that it chose.
#[derive(Debug, PartialEq, Eq)]
struct Held {
    /// Timeline -> what it is found by, its class and status.
    parcels: BTreeMap<Vec<u8>, (BTreeSet<i64>, Class, Option<Status>)>,
    cells: Cells,
    judged_until: i64,
    next_due: Option<i64>,
}

impl Database {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
        store.migrate().await.unwrap();
        Self { store, _folder: folder }
    }

    /// Takes a network in, in batches and with sweeps by the dice, until everything is judged.
    async fn take(&self, network: &Network, events: &[Event], until: i64, dice: &mut Dice) {
        let mut batches = network.batches(1 + dice.under(12), dice);
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

    async fn held(&self, events: &[Event]) -> Held {
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
        cells.add(&stored.delta);
        let next_due = self.store.next_due().await.unwrap();
        Held { parcels, cells, judged_until: stored.judged_until, next_due }
    }

    async fn back_end(&self, now: i64, figures: Figures) -> Courierscope {
        Courierscope {
            store: self.store.clone(),
            clock: Clock::mock(now),
            figures: Arc::new(figures),
            feeds: Arc::new(Feeds::new("nowhere".into())),
            reading: tokio::sync::Semaphore::new(1),
            stopping: CancellationToken::new(),
        }
    }
}

proptest! {
    #![proptest_config(cases(8))]

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
