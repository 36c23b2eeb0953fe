//! What is derived depends on what was told, never on when and how.

use domain::event::Event;
use domain::story;
use proptest::prelude::*;

use super::memory::Memory;
use super::{cases, instant};
use crate::network::{Dice, networks};
use crate::reference;

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn order_batching_and_duplication_change_no_byte_of_parcels_and_cells(
        network in networks(1..14), seed in any::<u64>().no_shrink(),
    ) {
        let mut dice = Dice::new(seed);
        let mut events = network.events();
        let until = instant(&events, &mut dice);
        let mut at_once = Memory::new(until);
        at_once.take(events.clone());

        let again: Vec<Event> = events.iter().filter(|_| dice.percent(20)).cloned().collect();
        events.extend(again);
        dice.shuffle(&mut events);
        let mut bit_by_bit = Memory::new(events.first().map_or(1, |event| event.at.min(until)));
        while !events.is_empty() {
            let rest = events.split_off((1 + dice.under(8)).min(events.len()));
            bit_by_bit.take(std::mem::replace(&mut events, rest));
            if dice.percent(30) {
                bit_by_bit.sweep(instant(&events, &mut dice).min(until));
            }
        }
        bit_by_bit.sweep(until);

        prop_assert_eq!(at_once.parcels(), bit_by_bit.parcels());
        prop_assert_eq!(at_once.cells(), bit_by_bit.cells());
    }

    #[test]
    fn parcels_are_the_events_that_share_a_number_or_reference(network in networks(1..14)) {
        let events = network.events();
        let mut expected = reference::parcels(&events);
        let mut memory = Memory::new(1);
        memory.take(events);
        let mut parcels: Vec<Vec<Event>> = memory.timelines().into_iter().map(|t| t.events().to_vec()).collect();
        expected.sort();
        parcels.sort();
        prop_assert_eq!(parcels, expected);
    }

    #[test]
    fn two_numbers_merged_late_are_the_parcel_they_would_have_been(
        network in networks(2..8), seed in any::<u64>().no_shrink(),
    ) {
        let mut dice = Dice::new(seed);
        let events = network.events();
        prop_assume!(!events.is_empty());
        let until = instant(&events, &mut dice);
        let (one, other) = (&events[dice.under(events.len())], &events[dice.under(events.len())]);
        let mut join = story::events("2026-09-01T10:00+00:00 X J1 handed_over_out").remove(0);
        join.number = one.number.clone();
        join.also = Some(Box::new(other.number.clone()));
        join.at = one.at;

        let mut late = Memory::new(until);
        late.take(events.clone());
        late.take(vec![join.clone()]);
        let mut known = Memory::new(until);
        known.take(vec![join]);
        events.chunks(3).for_each(|events| known.take(events.to_vec()));
        prop_assert_eq!(late.parcels(), known.parcels());
        prop_assert_eq!(late.cells(), known.cells());
    }
}
