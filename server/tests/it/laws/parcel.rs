//! What holds for each parcel by itself.

use cube::Ledger;
use domain::cell::{Counts, MEASURES, Measure};
use domain::clock::segments;
use domain::contribution::Amount;
use domain::event::Moment;
use domain::judged::Judged;
use domain::leg::LegEnd;
use domain::parcel::Parcel;
use domain::timeline::{Timeline, decode, encode};
use proptest::prelude::*;

use super::memory::Cells;
use super::{cases, instant};
use crate::network::{Dice, networks};
use crate::reference;

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn segments_follow_each_other_and_sum_to_the_parcels_time(network in networks(1..4), later in 0i64..100_000_000_000) {
        for events in reference::parcels(&network.events()) {
            let timeline = Timeline::new(events);
            let Some(parcel) = Parcel::fold(&timeline) else { continue };
            let ends = [parcel.last, parcel.stop.unwrap_or(parcel.last)];
            let open = Moment { at: parcel.last.at + later, ..parcel.last };
            for end in ends.into_iter().chain([open]) {
                let segments = segments(timeline.valid(), parcel.stop, end);
                let sum: i64 = segments.iter().map(|segment| segment.duration_ms()).sum();
                prop_assert_eq!(sum, end.at - parcel.first.at);
                prop_assert!(segments.iter().all(|segment| segment.duration_ms() >= 0), "{:?}", segments);
                prop_assert!(segments.windows(2).all(|pair| pair[0].to.at == pair[1].from.at), "{:?}", segments);
                for leg in parcel.legs.iter().filter(|leg| leg.start.at <= end.at && leg.end.is_none_or(|e| e.at <= end.at)) {
                    let clock: i64 = leg.clock(&segments, end).iter().map(|segment| segment.duration_ms()).sum();
                    prop_assert_eq!(clock, leg.end.unwrap_or(end).at - leg.start.at, "{:?} of {:?}", leg, segments);
                }
            }
        }
    }

    #[test]
    fn legs_do_not_overlap_and_end_with_the_stop(network in networks(1..4)) {
        for events in reference::parcels(&network.events()) {
            let Some(parcel) = Parcel::fold(&Timeline::new(events)) else { continue };
            let legs = &parcel.legs;
            prop_assert_eq!(legs.first().map(|leg| leg.start), parcel.accepted);
            prop_assert!(legs.iter().all(|leg| leg.end.is_none_or(|end| leg.start.at <= end.at)), "{:?}", legs);
            for pair in legs.windows(2) {
                prop_assert!(pair[0].end.is_some_and(|end| end.at <= pair[1].start.at), "{:?}", legs);
            }
            let stopped = legs.iter().filter(|leg| leg.ended_by == Some(LegEnd::Stop)).count();
            prop_assert!(stopped <= usize::from(parcel.stop.is_some()), "{:?}", legs);
        }
    }

    #[test]
    fn a_timeline_is_read_back_as_it_was_written(network in networks(1..6)) {
        for events in reference::parcels(&network.events()) {
            let timeline = Timeline::new(events);
            let bytes = encode(&timeline);
            prop_assert_eq!(&decode(&bytes).unwrap(), &timeline);
            prop_assert_eq!(encode(&decode(&bytes).unwrap()), bytes);
        }
    }

    #[test]
    fn damaged_timelines_are_refused_and_never_panic(
        network in networks(1..2), at in any::<prop::sample::Index>(), byte in any::<u8>(), noise in any::<Vec<u8>>(),
    ) {
        let _ = decode(&noise);
        let mut bytes = encode(&Timeline::new(network.events()));
        let at = at.index(bytes.len().max(1));
        if let Some(damaged) = bytes.get_mut(at) {
            *damaged = byte;
        }
        let _ = decode(&bytes);
        let _ = decode(&bytes[..at]);
    }

    #[test]
    fn a_parcel_has_one_class_and_one_first_attempt_at_the_most(
        network in networks(1..6), seed in any::<u64>().no_shrink(),
    ) {
        let events = network.events();
        let until = instant(&events, &mut Dice::new(seed));
        for events in reference::parcels(&events) {
            let Some(judged) = judged(&Timeline::new(events), until) else { continue };
            let counts = sums(&judged);
            let of = |measures: &[Measure]| measures.iter().map(|m| counts[m.index()]).sum::<i64>();
            use Measure::*;
            prop_assert_eq!(of(&[Early, OnTime, Late, NotDue, NoPromise, Cancelled]), 1);
            let judged = of(&[Early, OnTime, Late]);
            let firsts = of(&[FirstSucceeded, FirstFailed, FirstNotAttempted]);
            prop_assert!(firsts == judged || judged == 0 && firsts <= of(&[NoPromise]));
            prop_assert!(of(&[LateOpen]) <= of(&[Late]));
            prop_assert!(of(&[PlannedLocker, PlannedShop]) <= of(&[Accepted]));
        }
    }

    #[test]
    fn what_is_taken_away_leaves_nothing(network in networks(1..6), seed in any::<u64>().no_shrink()) {
        let events = network.events();
        let until = instant(&events, &mut Dice::new(seed));
        let parcels = reference::parcels(&events).into_iter().map(Timeline::new);
        let parcels: Vec<Judged> = parcels.filter_map(|timeline| judged(&timeline, until)).collect();
        let post = |signs: &[i64]| {
            let mut ledger = Ledger::default();
            for &sign in signs {
                parcels.iter().for_each(|parcel| ledger.post(&parcel.contributions, sign));
            }
            ledger.into_delta().unwrap()
        };
        prop_assert!(post(&[1, -1]).is_empty());
        let mut cells = Cells::default();
        cells.add(&post(&[1]));
        cells.add(&post(&[-1]));
        prop_assert!(cells.is_empty());
    }
}

/// A parcel as it counts where there is no contract.
fn judged(timeline: &Timeline, until: i64) -> Option<Judged> {
    Some(Judged::new(timeline, &Parcel::fold(timeline)?, &reference::terms(), until))
}

fn sums(judged: &Judged) -> Counts {
    let mut counts = [0; MEASURES];
    for contribution in &judged.contributions {
        if let Amount::Sum(measure, n) = contribution.amount {
            counts[measure.index()] += n;
        }
    }
    counts
}
