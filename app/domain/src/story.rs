//! Events written as text, one a line, for worked examples and tests:
//! `2026-01-05T10:00+01:00 Rápida P1 accepted promise=on:2026-01-08 delivery_mode=locker`.
//!
//! After time, courier, tracking number and kind may stand: `reason`, `party`, `promise` (`by:TIME`, `on:DATE`,
//! `between:TIME..TIME`), `estimate=TIME`, `delivery_mode`, `service`, `shipper`, `reference`, `origin_country`,
//! `destination_country`, `destination_region`, `destination_postcode`, `also=courier/number`, `id`, `corrects`, `received`, the place as
//! `country`, `region`, `postcode`, `facility`, `offset=unknown` where nobody stated it, `countersigned=yes`.
//! Dates are in the event's own offset.

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::event::{Event, EventId, Number, Place, Statement, normal_number};
use crate::promise::{DAY_MS, Promise};
use crate::vocabulary::{OffsetSource, Party};

/// Reads a story.
///
/// # Panics
/// Where it is not written as described: a story is part of a program's text.
pub fn events(story: &str) -> Vec<Event> {
    story.lines().map(str::trim).filter(|line| !line.is_empty()).map(event).collect()
}

fn event(line: &str) -> Event {
    let mut words = line.split_whitespace();
    let mut word = || words.next().unwrap_or_else(|| panic!("{line:?} breaks off"));
    let (time, courier, number, kind) = (word(), word(), word(), word());
    let moment = read_time(time);
    let offset_minutes = (moment.offset().local_minus_utc() / 60) as i16;
    let number = Number { courier: courier.into(), number: normal_number(number) };
    let mut event = Event {
        at: moment.timestamp_millis(),
        id: EventId::of_scan(courier, &number.number, kind, time, ""),
        received: moment.timestamp_millis(),
        feed: "story".into(),
        mapping: "1".into(),
        kind: kind.parse().unwrap_or_else(|e| panic!("{line:?}: {e}")),
        reason: None,
        party: Party::Unknown,
        raw_code: kind.into(),
        offset_minutes,
        offset_source: OffsetSource::Stated,
        place: Place::default(),
        statement: None,
        also: None,
        corrects: None,
        countersigned: false,
        number,
    };
    let mut statement = Statement::default();
    for (name, value) in words.map(|word| word.split_once('=').unwrap_or_else(|| panic!("{word:?} has no ="))) {
        say(&mut event, &mut statement, name, value);
    }
    event.statement = (!statement.is_empty()).then(|| Box::new(statement));
    event
}

fn say(event: &mut Event, statement: &mut Statement, name: &str, value: &str) {
    let sender = |id: &str| EventId::of_sender(&event.number.courier, &event.number.number, id);
    let known = |wrong: crate::vocabulary::UnknownWord| -> ! { panic!("{wrong}") };
    match name {
        "reason" => {
            let reason: crate::vocabulary::Reason = value.parse().unwrap_or_else(|e| known(e));
            event.reason = Some(reason);
            event.party = reason.party();
        }
        "party" => event.party = value.parse().unwrap_or_else(|e| known(e)),
        "promise" => statement.promise = Some(read_promise(value, event.offset_minutes)),
        "estimate" => statement.estimate = Some(read_time(value).timestamp_millis()),
        "delivery_mode" => statement.delivery_mode = Some(value.parse().unwrap_or_else(|e| known(e))),
        "service" => statement.service = value.into(),
        "shipper" => statement.shipper = value.into(),
        "reference" => statement.reference = normal_number(value),
        "origin_country" => statement.origin_country = value.into(),
        "destination_country" => statement.destination_country = value.into(),
        "destination_region" => statement.destination_region = value.into(),
        "destination_postcode" => statement.destination_postcode = value.into(),
        "also" => {
            let (courier, number) = value.split_once('/').unwrap_or_else(|| panic!("{value:?} has no /"));
            event.also = Some(Box::new(Number { courier: courier.into(), number: normal_number(number) }));
        }
        "id" => event.id = sender(value),
        "corrects" => event.corrects = Some(sender(value)),
        "country" => event.place.country = value.into(),
        "region" => event.place.region = value.into(),
        "postcode" => event.place.postcode = value.into(),
        "facility" => event.place.facility = value.into(),
        "offset" if value == "unknown" => event.offset_source = OffsetSource::Unknown,
        "countersigned" if value == "yes" => event.countersigned = true,
        "received" => event.received = read_time(value).timestamp_millis(),
        _ => panic!("{name:?} is unknown"),
    }
}

fn read_time(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z").unwrap_or_else(|e| panic!("{text:?}: {e}"))
}

fn read_promise(text: &str, offset_minutes: i16) -> Promise {
    let at = |text: &str| read_time(text).timestamp_millis();
    match text.split_once(':') {
        Some(("by", time)) => Promise::instant(at(time), offset_minutes),
        Some(("between", times)) => {
            let (from, to) = times.split_once("..").unwrap_or_else(|| panic!("{times:?} has no .."));
            Promise::window(at(from), at(to), offset_minutes)
        }
        Some(("on", date)) => {
            let date: NaiveDate = date.parse().unwrap_or_else(|e| panic!("{date:?}: {e}"));
            let midnight = date.signed_duration_since(NaiveDate::default()).num_days() * DAY_MS;
            Promise::date(midnight + DAY_MS - i64::from(offset_minutes) * 60_000, offset_minutes)
        }
        _ => panic!("{text:?} is no promise"),
    }
}
