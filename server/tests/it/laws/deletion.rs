//! What is deleted takes no figure with it, whatever is derived again and told again afterwards.

use domain::promise::DAY_MS;
use proptest::prelude::*;
use proptest::test_runner::Config;
use server::pipeline::{Figures, Keep, delete_old, derive, replay};
use tokio::runtime::Runtime;

use super::database::Database;
use super::questions::{groupings, question};
use super::{cases, instant};
use crate::network::{Dice, Network, networks};
use app::backend::Backend;

const ONE_DAY: Keep = Keep { raw_days: Some(1), closed_parcels_days: None };

/// When the bytes that were received before some report are a day old, or all are.
fn some_day_later(network: &Network, dice: &mut Dice) -> i64 {
    let received: Vec<i64> = network.told.iter().map(|told| told.received).collect();
    let last = received.iter().max().copied().unwrap_or(0);
    if dice.percent(30) || received.is_empty() { last + 2 * DAY_MS } else { dice.pick(&received) + DAY_MS }
}

proptest! {
    #![proptest_config(Config { max_shrink_iters: 300, ..cases(20) })]

    #[test]
    fn what_is_derived_again_without_the_old_bytes_is_what_it_was(
        network in networks(1..12), seed in any::<u64>().no_shrink(),
    ) {
        let mut dice = Dice::new(seed);
        let events = network.events();
        let until = instant(&events, &mut dice);
        Runtime::new().unwrap().block_on(async {
            let database = Database::new().await;
            database.take(&network, &events, until, &mut dice).await;
            let held = database.held(&events).await;
            delete_old(&database.store, ONE_DAY, some_day_later(&network, &mut dice)).await.unwrap();
            prop_assert_eq!(&database.held(&events).await, &held);
            for _ in 0..2 {
                replay(&database.store, until, &[], |_| {}).await.unwrap();
                prop_assert_eq!(&database.held(&events).await, &held);
                delete_old(&database.store, ONE_DAY, some_day_later(&network, &mut dice)).await.unwrap();
            }
            Ok(())
        })?;
    }

    #[test]
    fn parcels_that_are_deleted_count_as_before_and_are_counted_once(
        network in networks(1..12), seed in any::<u64>().no_shrink(),
    ) {
        let mut dice = Dice::new(seed);
        let events = network.events();
        let until = instant(&events, &mut dice);
        Runtime::new().unwrap().block_on(async {
            let database = Database::new().await;
            database.take(&network, &events, until, &mut dice).await;
            let held = database.held(&events).await;
            let questions: Vec<_> = groupings(&mut dice, 5).into_iter().map(|g| question(g, &mut dice)).collect();
            let answers = async || {
                let back_end = database.back_end(until, Figures::load(&database.store).await.unwrap()).await;
                let mut answers = Vec::new();
                for question in &questions {
                    answers.push(back_end.kpis(question.clone()).await.unwrap().rows);
                }
                answers
            };
            let answered = answers().await;

            let keep = Keep { raw_days: dice.percent(50).then_some(1), closed_parcels_days: Some(1) };
            let now = some_day_later(&network, &mut dice);
            let deleted = delete_old(&database.store, keep, now).await.unwrap();
            let after = database.held(&events).await;
            prop_assert_eq!(&after.cells, &held.cells);
            prop_assert_eq!(after.parcels.len() + deleted.parcels, held.parcels.len());
            prop_assert_eq!(&answers().await, &answered);

            replay(&database.store, until, &[], |_| {}).await.unwrap();
            let replayed = database.held(&events).await;
            prop_assert_eq!(&replayed.cells, &held.cells);
            prop_assert_eq!(&replayed.parcels, &after.parcels);
            prop_assert_eq!(&answers().await, &answered);

            // Couriers send whole histories again, in other files.
            let mut again = network.batches(3, &mut dice);
            for batch in &mut again {
                batch.content_hash.push_str("again");
                batch.id += 1;
            }
            database.store.insert_batches(&again).await.unwrap();
            while derive(&database.store, until).await.unwrap().is_some() {}
            prop_assert_eq!(&database.held(&events).await.cells, &held.cells);
            Ok(())
        })?;
    }
}
