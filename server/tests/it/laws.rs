//! What holds for every network of parcels, however it is told.

mod contracts;
mod database;
mod deletion;
mod feeds;
mod figures;
mod memory;
mod order;
mod parcel;
mod questions;
mod stories;

use domain::event::Event;
use proptest::test_runner::Config;

use crate::network::Dice;

/// So many cases; nothing is written where one fails, since it is printed.
fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, max_shrink_iters: 4000, ..Config::default() }
}

/// Some instant up to which deadlines are judged: often one that matters to these events.
fn instant(events: &[Event], dice: &mut Dice) -> i64 {
    let deadlines: Vec<i64> =
        events.iter().filter_map(|event| Some(event.statement.as_ref()?.promise?.latest)).collect();
    let at = events.get(dice.under(events.len().max(1))).map_or(1_790_000_000_000, |event| event.at);
    match dice.under(3) {
        0 if !deadlines.is_empty() => dice.pick(&deadlines) + dice.pick(&[0, 1]),
        1 => at + dice.under(20 * 86_400_000) as i64,
        _ => 1_830_000_000_000,
    }
}
