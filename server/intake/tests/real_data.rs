//! The definitions for real files, against those files. They are not part of the project: `COURIERSCOPE_DATA` says
//! where they are.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use domain::event::Event;
use domain::promise::PromiseKind;
use domain::vocabulary::{EventKind, OffsetSource, Party};
use intake::{Feed, Format, Parsed, parse, pieces};

fn data(file: &str) -> Option<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::var_os("COURIERSCOPE_DATA").map_or(root.join("../shared/data"), PathBuf::from);
    match std::fs::read(folder.join(file)) {
        Ok(bytes) => Some(bytes),
        Err(error) if std::env::var_os("CI").is_some() => panic!("{file} is missing: {error}"),
        Err(_) => {
            println!("skipped: {file} is not there; set COURIERSCOPE_DATA to the folder that holds it");
            None
        }
    }
}

fn feed(name: &str) -> Feed {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/feeds");
    Feed::parse(name, &std::fs::read_to_string(folder.join(format!("{name}.toml"))).unwrap()).unwrap()
}

fn whole(feed: &Feed, bytes: &[u8]) -> Parsed {
    let parsed = parse(feed, Format::Csv, bytes, 1, 0).unwrap();
    assert_eq!(parsed.rejected, []);
    let cut: Vec<Event> = pieces(feed, Format::Csv, bytes, 10_000)
        .map(Result::unwrap)
        .flat_map(|piece| parse(feed, piece.format, &piece.bytes, piece.first_row, 0).unwrap().events)
        .collect();
    assert!(cut == parsed.events, "in pieces the file gives the same events");
    parsed
}

/// The last day or moment that keeps the promise, by the first event of each parcel that states one.
fn late(events: &[Event]) -> usize {
    let promised = events.iter().filter_map(|event| Some((&event.number, event.statement.as_ref()?.promise?)));
    promised
        .filter(|(number, promise)| {
            let delivered = events.iter().find(|event| event.kind == EventKind::Delivered && event.number == **number);
            delivered.is_some_and(|event| event.at > promise.latest)
        })
        .count()
}

#[test]
fn lade_p_is_3208_parcels_of_667_couriers_with_a_window_each() {
    let Some(bytes) = data("lade_p/dev_shanghai_hangzhou_jilin.csv") else { return };
    let parsed = whole(&feed("lade_p"), &bytes);
    assert_eq!(parsed.rows, 3208);
    let parcels: BTreeSet<_> = parsed.events.iter().map(|event| &event.number).collect();
    let couriers: BTreeSet<_> = parsed.events.iter().map(|event| &event.number.courier).collect();
    assert_eq!((parcels.len(), couriers.len()), (3208, 667));
    assert_eq!(parsed.codes["accept_time"].count, 3208);
    assert_eq!(parsed.codes["pickup_time"].count, 3208);
    assert_eq!(late(&parsed.events), 73);
    let statements = parsed.events.iter().filter_map(|event| event.statement.as_ref());
    assert!(statements.clone().all(|said| said.promise.is_some_and(|p| p.kind == PromiseKind::Window)));
    assert_eq!(statements.count(), 3208);
    assert!(parsed.events.iter().all(|e| e.offset_minutes == 480 && e.offset_source == OffsetSource::Inferred));
}

#[test]
fn olist_is_1000_orders_and_62_are_late_by_the_end_of_the_promised_day() {
    let Some(bytes) = data("olist_head1000/olist_orders_dataset.csv") else { return };
    let parsed = whole(&feed("olist"), &bytes);
    assert_eq!(parsed.rows, 1000);
    assert_eq!(late(&parsed.events), 62);
    let count = |kind| parsed.events.iter().filter(|event| event.kind == kind).count();
    assert_eq!(count(EventKind::Announced), 1000);
    let cancelled: Vec<&Event> = parsed.events.iter().filter(|event| event.kind == EventKind::Cancelled).collect();
    assert_eq!(cancelled.len(), 2);
    assert!(cancelled.iter().all(|event| event.party == Party::Shipper));
}
