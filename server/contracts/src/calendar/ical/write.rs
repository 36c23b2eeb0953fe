//! Dated entries -> iCalendar.

use chrono::{DateTime, NaiveDate, Utc};
use domain::Text;
use domain::calendar::{Calendar, DatedHours};
use icalendar::{Component, Event, Property};
use xxhash_rust::xxh3::xxh3_64;

use super::{CLOSED, HOURS, OPEN, POSTCODES, REGIONS};
use crate::calendar::days::Kind;
use crate::hours;

/// The longest line, in octets, without its end (RFC 5545, 3.1).
const LINE: usize = 75;

/// Writes the dated entries of a calendar, an all-day event each.
///
/// `stamp` is the moment of which every event says that it was written. The same calendar and moment give the same bytes,
/// and an entry keeps its UID as long as it keeps its day and places.
pub fn calendar_to_ical(calendar: &Calendar, stamp: DateTime<Utc>) -> String {
    let mut file = icalendar::Calendar::empty();
    file.append_property(("VERSION", "2.0"));
    file.append_property(("PRODID", "-//Courierscope//Calendars//EN"));
    file.append_property(("CALSCALE", "GREGORIAN"));
    file.append_property(("X-WR-CALNAME", calendar.title.as_str()));
    for day in &calendar.days {
        file.push(event(calendar, day, stamp));
    }
    folded(&file.to_string())
}

fn event(calendar: &Calendar, day: &DatedHours, stamp: DateTime<Utc>) -> Event {
    let mut event = Event::new();
    event.uid(&uid(calendar, day)).timestamp(stamp).summary(&day.name);
    // The end is the first day that the event no longer holds.
    event.append_property(date("DTSTART", day.date));
    event.append_property(date("DTEND", day.date.succ_opt().unwrap_or(day.date)));
    event.add_property("TRANSP", "TRANSPARENT");
    let kind = if Kind::of(day) == Kind::Open { OPEN } else { CLOSED };
    event.add_multi_property("CATEGORIES", kind);
    let hours: Vec<Text> = day.hours.iter().map(|hours| hours::write(*hours).into()).collect();
    for (key, texts) in [(HOURS, &hours), (REGIONS, &day.scope.regions), (POSTCODES, &day.scope.postcodes)] {
        if !texts.is_empty() {
            event.add_property(key, texts.join("|"));
        }
    }
    event.done()
}

/// What names an entry for ever: its calendar, its day and its places.
fn uid(calendar: &Calendar, day: &DatedHours) -> String {
    let (name, date) = (&calendar.name, day.date);
    let places = [day.scope.regions.join("|"), day.scope.postcodes.join("|")].join("\n");
    if places.trim().is_empty() {
        format!("{name}-{date}@courierscope")
    } else {
        format!("{name}-{date}-{:016x}@courierscope", xxh3_64(places.as_bytes()))
    }
}

/// A date without a time of day.
fn date(key: &str, date: NaiveDate) -> Property {
    Property::new(key, date.format("%Y%m%d").to_string()).add_parameter("VALUE", "DATE").done()
}

/// The file with its lines folded again: the library lets the last piece of a long line have 76 octets, one too many.
fn folded(file: &str) -> String {
    let mut folded = String::with_capacity(file.len());
    let mut octets = 0;
    for letter in file.replace("\r\n ", "").chars() {
        if letter == '\r' {
            octets = 0;
        } else if letter != '\n' {
            if octets + letter.len_utf8() > LINE {
                folded.push_str("\r\n ");
                octets = 1;
            }
            octets += letter.len_utf8();
        }
        folded.push(letter);
    }
    folded
}
