//! What holds for every network.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use crate::calendar::{DAY, HOUR};
use crate::couriers::{COURIERS, NORDPOST, ORZEL};
use crate::world::{CORRIDORS, COUNTRIES, SHIPPERS};
use crate::{Code, Demand, Event, HEADER, More, Network, STORIES, STORIES_REACH, csv, ndjson};

const PARCELS: u32 = 8000;

fn network(seed: u64) -> Network {
    Network::new(Demand { parcels: PARCELS, seed, days: 70, end: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap() })
}

fn written(network: &Network) -> Vec<u8> {
    let mut bytes = Vec::new();
    for event in network.events() {
        csv(&event, &mut bytes).unwrap();
        ndjson(&event, &mut bytes).unwrap();
    }
    bytes
}

#[test]
fn the_same_arguments_give_the_same_bytes() {
    assert_eq!(written(&network(1)), written(&network(1)));
    assert_ne!(written(&network(1)), written(&network(2)));
}

#[test]
fn the_deliveries_of_the_feeds_hold_every_event_once() {
    let network = network(1);
    let until = (i64::from(network.demand.end.to_epoch_days()) * DAY) + 12 * HOUR;
    let told = network.events().filter(|event| event.told <= until).count();
    let deliveries: Vec<_> = network.deliveries(until).collect();
    let rows: usize =
        deliveries.iter().map(|delivery| delivery.csv.iter().filter(|&&byte| byte == b'\n').count()).sum();
    assert_eq!(rows - deliveries.len(), told);
    assert!(deliveries.iter().all(|delivery| delivery.csv.starts_with(HEADER.as_bytes()) && delivery.told <= until));
}

#[test]
fn events_are_told_in_order_after_they_happened() {
    let events: Vec<Event> = network(1).events().collect();
    assert!(events.is_sorted_by_key(|event| event.told));
    let honest = |event: &&Event| usize::from(event.number.courier) != ORZEL;
    assert!(events.iter().filter(honest).all(|event| event.at < event.told));
    let a_parcel = events.len() as f64 / f64::from(PARCELS);
    assert!((7.0..7.8).contains(&a_parcel), "{a_parcel} events a parcel");
}

#[test]
fn nobody_delivers_at_night_or_on_closed_days() {
    let network = network(1);
    let doors = [Code::OnRound, Code::Absent, Code::NoTime, Code::Delivered, Code::InLocker, Code::InShop];
    let mut seen = 0;
    for event in network.events().filter(|event| doors.contains(&event.code) && event.offset_minutes.is_some()) {
        let country = usize::from(event.place.country);
        let (day, second) = network.calendars[country].local(event.at);
        assert!(network.calendars[country].works(day), "{event:?}");
        assert!((7 * HOUR..20 * HOUR).contains(&second), "{event:?}");
        seen += 1;
    }
    assert!(seen > 10_000);
}

#[test]
fn a_parcel_from_china_gets_another_number_with_the_courier_that_takes_it_over() {
    let mut given = HashMap::new();
    let mut taken = HashSet::new();
    for event in network(1).events() {
        match event.more {
            More::Other(next) => {
                assert_eq!(event.code, Code::GivenOn);
                assert_ne!(event.number.to_string(), next.to_string());
                assert_ne!(event.number.courier().name, next.courier().name);
                given.insert(next.to_string(), event.number);
            }
            _ if event.code == Code::TakenOver => assert!(taken.insert(event.number.to_string())),
            _ => {}
        }
    }
    assert!(given.len() > 300, "{}", given.len());
    assert!(taken.iter().all(|number| given.contains_key(number)));
    assert!(taken.len() * 10 > given.len() * 8, "most are taken over within the days that are told");
}

#[test]
fn the_world_is_as_large_as_promised() {
    assert_eq!((COURIERS.len(), CORRIDORS.len(), SHIPPERS.len(), COUNTRIES.len()), (15, 40, 20, 7));
    let corridors: HashSet<_> = CORRIDORS.iter().map(|corridor| (corridor.origin, corridor.destination)).collect();
    assert_eq!(corridors.len(), 40);
    for corridor in &CORRIDORS {
        assert!(SHIPPERS.iter().any(|shipper| shipper.country == corridor.origin));
        assert!(COURIERS.iter().any(|courier| courier.home == corridor.destination));
    }
    assert!(STORIES.iter().all(|story| story.first <= STORIES_REACH && story.last < story.first));
}

#[test]
fn a_silent_feed_tells_nothing_until_its_silence_ends() {
    let network = network(1);
    let last = network.events().filter(|event| usize::from(event.number.courier) == NORDPOST).last().unwrap();
    let silent_from = i64::from(network.demand.end.to_epoch_days()) - 2;
    assert_eq!(last.told.div_euclid(DAY), silent_from - 1);
}
