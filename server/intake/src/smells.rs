//! What looks wrong with a file although it can be read, and what to do about it.

use std::collections::{HashMap, HashSet};

use domain::event::Event;
use domain::promise::{DAY_MS, HOUR_MS};
use domain::vocabulary::{EventKind, OffsetSource};

use crate::parsed::Parsed;

/// Scans that are needed before their hours say anything.
const ENOUGH_SCANS: usize = 20;
/// Scans between 23:00 and 05:00 that make a night peak, of a hundred.
const NIGHT_PEAK: usize = 40;
/// Scans that stay in the night by the right zone, of a hundred.
const NIGHT_USUAL: usize = 20;
/// Events without a meaning that are worth a word, of a hundred.
const UNMAPPED: u64 = 5;
/// Parcels whose events are in an impossible order that are worth a word, of a hundred.
const OUT_OF_ORDER: usize = 3;
/// Events of a parcel, on average, that are too many to be true.
const MOST_EVENTS: usize = 20;
/// 2001-01-01, UTC epoch milliseconds.
const LONG_AGO: i64 = 978_307_200_000;

/// What smells in what was read, each as a sentence that says what to do. `now_ms` is the present, UTC epoch
/// milliseconds.
pub fn smells(parsed: &Parsed, now_ms: i64) -> Vec<String> {
    let checks = [nothing(parsed), rejected(parsed), night(&parsed.events), zone(&parsed.events), unmapped(parsed)];
    let more = [future(&parsed.events, now_ms), past(&parsed.events), order(&parsed.events), few(&parsed.events)];
    checks.into_iter().chain(more).flatten().collect()
}

fn nothing(parsed: &Parsed) -> Option<String> {
    (parsed.events.is_empty() && parsed.rejected.is_empty())
        .then(|| "No row gives an event. Say which columns hold what happened and when.".to_owned())
}

fn rejected(parsed: &Parsed) -> Option<String> {
    let first = parsed.rejected.first()?;
    let (n, rows) = (parsed.rejected.len(), parsed.rows);
    Some(format!("{n} of {rows} rows would be rejected; row {}, {}: {}.", first.row, first.field, first.reason))
}

/// Scans that people make by day and the clock puts into the night.
fn night(events: &[Event]) -> Option<String> {
    let hours = hours(events);
    let all: usize = hours.iter().sum();
    let at_night = |shift: i64| -> usize {
        let is_night = |hour: i64| matches!((hour + shift).rem_euclid(24), 23 | 0..=4);
        (0..24).filter(|hour| is_night(*hour as i64)).map(|hour: usize| hours[hour]).sum()
    };
    if all < ENOUGH_SCANS || at_night(0) * 100 < all * NIGHT_PEAK {
        return None;
    }
    let is_day = |shift| at_night(shift) * 100 <= all * NIGHT_USUAL;
    if !(1..24).any(is_day) {
        return None;
    }
    let share = at_night(0) * 100 / all;
    // Times in UTC that are read as local ones are wrong by the offset of the place.
    let offset = events.iter().map(|event| i64::from(event.offset_minutes) / 60).max().unwrap_or(0);
    let hint = if offset != 0 && is_day(offset) {
        "The times look like UTC: choose UTC as their zone."
    } else {
        "The time zone looks wrong: choose the zone that the courier writes its times in."
    };
    Some(format!("{share} % of the scans are between 23:00 and 05:00, when hardly anybody scans. {hint}"))
}

/// Physical scans by local hour. A time on the hour of midnight is most often a date alone.
fn hours(events: &[Event]) -> [usize; 24] {
    let mut hours = [0; 24];
    let customer_facing = |kind| {
        matches!(
            kind,
            EventKind::Accepted
                | EventKind::OutForDelivery
                | EventKind::AttemptFailed
                | EventKind::Delivered
                | EventKind::Collected
                | EventKind::ReadyAtLocker
                | EventKind::ReadyAtShop
        )
    };
    for event in events.iter().filter(|event| customer_facing(event.kind)) {
        let local = (event.at + i64::from(event.offset_minutes) * 60_000).rem_euclid(DAY_MS);
        if local != 0 {
            hours[(local / HOUR_MS) as usize] += 1;
        }
    }
    hours
}

fn zone(events: &[Event]) -> Option<String> {
    let unknown = events.iter().filter(|event| event.offset_source == OffsetSource::Unknown).count();
    (unknown > 0).then(|| {
        format!("{unknown} times do not say their time zone, and UTC is assumed. Choose the zone they are written in.")
    })
}

fn unmapped(parsed: &Parsed) -> Option<String> {
    let all = parsed.events.len() as u64;
    let codes: Vec<_> = parsed.codes.iter().filter(|(_, code)| code.is_unmapped()).collect();
    let events: u64 = codes.iter().map(|(_, code)| code.count).sum();
    (events * 100 > all * UNMAPPED).then(|| {
        format!(
            "{events} of {all} events have one of {} codes without a meaning and count for nothing. Say what the most \
             frequent ones mean.",
            codes.len()
        )
    })
}

fn future(events: &[Event], now_ms: i64) -> Option<String> {
    let later = events.iter().filter(|e| e.at > now_ms + DAY_MS && e.kind != EventKind::Estimate).count();
    (later > 0).then(|| {
        format!("{later} events lie in the future. Look whether day and month are exchanged, or the year is wrong.")
    })
}

fn past(events: &[Event]) -> Option<String> {
    let earlier = events.iter().filter(|event| event.at < LONG_AGO).count();
    (earlier > 0).then(|| {
        format!(
            "{earlier} events are of the year 2000, which often means that nothing is known. List such dates as empty."
        )
    })
}

/// Parcels that are delivered before they were accepted.
fn order(events: &[Event]) -> Option<String> {
    let mut parcels = HashMap::<_, (Option<i64>, Option<i64>)>::new();
    for event in events {
        let times = parcels.entry(&event.number).or_default();
        match event.kind {
            EventKind::Accepted => times.0 = Some(times.0.map_or(event.at, |at| at.min(event.at))),
            EventKind::Delivered => times.1 = Some(times.1.map_or(event.at, |at| at.max(event.at))),
            _ => {}
        }
    }
    let both = parcels.values().filter_map(|(accepted, delivered)| Some((accepted.as_ref()?, delivered.as_ref()?)));
    let (all, wrong) =
        both.fold((0, 0), |(all, wrong), (accepted, delivered)| (all + 1, wrong + usize::from(delivered < accepted)));
    (wrong * 100 > all * OUT_OF_ORDER).then(|| {
        format!(
            "{wrong} of {all} parcels are delivered before they are accepted. Look whether two columns or codes are \
             exchanged, whether day and month are, or whether tracking numbers repeat."
        )
    })
}

/// The same few numbers in all rows.
fn few(events: &[Event]) -> Option<String> {
    let numbers = events.iter().map(|event| &event.number).collect::<HashSet<_>>().len();
    let is_few = events.len() >= ENOUGH_SCANS && numbers * MOST_EVENTS < events.len();
    is_few.then(|| match numbers {
        1 => "Every row has the same tracking number. Choose the column that tells parcels apart.".to_owned(),
        _ => format!(
            "There are {numbers} tracking numbers in {} events. Choose the column that tells parcels apart.",
            events.len()
        ),
    })
}

#[cfg(test)]
mod tests {
    use crate::{Feed, Format, parse, smells};

    const DEFINITION: &str = "number = \"{n}\"\ncourier = \"A\"\ncode = \"{c}\"\ntime = \"{t}\"\n";

    /// What smells where thirty parcels are delivered at these local hours, by this zone.
    fn of(zone: &str, first_hour: u32, code: &str, date: &str) -> String {
        let feed = Feed::parse("x", &format!("{DEFINITION}[times]\nzone = \"{zone}\"\n")).unwrap();
        let rows = (0..30).map(|i| format!("P{i},{code},{date} {:02}:05:00\n", (first_hour + i % 9) % 24));
        let csv = format!("n,c,t\n{}", rows.collect::<String>());
        smells(&parse(&feed, Format::Csv, csv.as_bytes(), 1, 0).unwrap(), 1_795_348_800_000).join("\n")
    }

    #[test]
    fn a_day_s_work_by_the_right_zone_does_not_smell() {
        assert_eq!(of("Europe/Madrid", 9, "delivered", "2026-06-01"), "");
    }

    #[test]
    fn scans_in_the_night_mean_a_wrong_zone() {
        // Nine to six in Shanghai, written in UTC, and read as if it were the time there.
        let smell = of("Asia/Shanghai", 1, "delivered", "2026-06-01");
        assert!(smell.contains("look like UTC"), "{smell}");
        let smell = of("UTC", 22, "delivered", "2026-06-01");
        assert!(smell.contains("time zone looks wrong"), "{smell}");
    }

    #[test]
    fn the_same_few_numbers_in_all_rows_smell() {
        let feed = Feed::parse("x", &format!("{DEFINITION}[times]\nzone = \"UTC\"\n")).unwrap();
        let of = |parcels: u32| {
            let rows = (0..100).map(|i| format!("P{},delivered,2026-06-01 10:{:02}:00\n", i % parcels, i % 60));
            let csv = format!("n,c,t\n{}", rows.collect::<String>());
            smells(&parse(&feed, Format::Csv, csv.as_bytes(), 1, 0).unwrap(), 1_795_348_800_000).join("\n")
        };
        assert!(of(1).contains("Every row has the same tracking number"), "{}", of(1));
        assert!(of(4).contains("4 tracking numbers in 100 events"), "{}", of(4));
        assert_eq!(of(5), "");
    }

    #[test]
    fn codes_dates_and_numbers_smell() {
        assert!(of("UTC", 9, "XQ", "2026-06-01").contains("30 of 30 events have one of 1 codes without a meaning"));
        assert!(of("UTC", 9, "delivered", "2027-06-01").contains("30 events lie in the future"));
        assert!(of("UTC", 9, "delivered", "2000-06-01").contains("of the year 2000"));
    }
}
