//! The figures are those that `KPI.md` defines.

use cube::{Cells, Ledger};
use domain::cell::Cube;
use domain::event::Event;
use domain::judged::Judged;
use domain::kpi::{KpiQuery, KpiRow};
use domain::parcel::Parcel;
use domain::timeline::Timeline;
use proptest::prelude::*;

use super::memory::Memory;
use super::questions::{groupings, question};
use super::{cases, instant};
use crate::network::{Dice, networks};
use crate::reference;

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn cells_and_parcels_answer_as_the_definitions_do(
        network in networks(1..25), seed in any::<u64>().no_shrink(),
    ) {
        let mut dice = Dice::new(seed);
        let events = network.events();
        let until = instant(&events, &mut dice);
        let mut memory = Memory::new(1);
        events.chunks(40).for_each(|events| memory.take(events.to_vec()));
        memory.sweep(until);
        let cells = memory.deltas.iter().fold(Cells::default(), |cells, delta| cells.with(delta).unwrap());
        let counted = reference::count(&events, until);
        for group_by in groupings(&mut dice, 6) {
            let query = question(group_by, &mut dice);
            let answer = match query.cube() {
                Some(cube) => cells.answer(&query, cube).unwrap(),
                None => from_parcels(&memory.timelines(), &query, until),
            };
            if let Err(wrong) = reference::agrees(&answer, &counted, &query) {
                return Err(TestCaseError::fail(format!("until {until}: {wrong}")));
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn each_parcel_counts_as_the_definitions_say(network in networks(1..4), seed in any::<u64>().no_shrink()) {
        let events = network.events();
        let until = instant(&events, &mut Dice::new(seed));
        for parcel in reference::parcels(&events) {
            let (counted, expected) = counted(&parcel, until);
            prop_assert_eq!(counted, expected, "until {}", until);
        }
    }
}

/// What the program counts of one parcel, and what it has to count.
pub fn counted(parcel: &[Event], until: i64) -> (Vec<String>, Vec<String>) {
    let timeline = Timeline::new(parcel.to_vec());
    let judged = Parcel::fold(&timeline).map(|parcel| Judged::new(&timeline, &parcel, &reference::terms(), until));
    let mut counted: Vec<String> =
        judged.iter().flat_map(|judged| &judged.contributions).map(reference::written::contribution).collect();
    let mut expected: Vec<String> =
        reference::count(parcel, until).iter().flat_map(reference::written::counted).collect();
    counted.sort();
    expected.sort();
    (counted, expected)
}

/// The answer to a question that fits no cube.
fn from_parcels(timelines: &[Timeline], query: &KpiQuery, until: i64) -> Vec<KpiRow> {
    let day = |date: chrono::NaiveDate| date.signed_duration_since(chrono::NaiveDate::default()).num_days() as i32;
    let days = query.from.map_or(i32::MIN, day)..=query.to.map_or(i32::MAX, day);
    let mut ledger = Ledger::default();
    for (timeline, parcel) in timelines.iter().filter_map(|timeline| Some((timeline, Parcel::fold(timeline)?))) {
        let judged = Judged::new(timeline, &parcel, &reference::terms(), until);
        ledger.post_whole(&judged.contributions, days.clone());
    }
    let cells = Cells::default().with(&ledger.into_delta().unwrap()).unwrap();
    cells.answer(query, Cube::Main).unwrap()
}
