//! One canonical event as a JSON object.

use domain::Text;
use domain::event::{Event, EventId, Number, Place, Statement};
use domain::promise::Promise;
use domain::vocabulary::{DeliveryMode, EventKind, OffsetSource, Party, Reason};

use super::fields::Fields;
use super::is_too_long;
use crate::Origin;
use crate::csv::too_long;
use crate::feed::{Cells, Column, EventsLayout, Meaning};
use crate::limits::{self, country, names_courier, names_parcel, short};
use crate::parsed::Fate;
use crate::rejected::{Refusal, shape};
use crate::time::{self, Clocks, Format, Instant, Written};

/// Every field of an event, in the order of the reference.
pub(super) const FIELDS: &[&str] = &[
    "courier",
    "tracking_number",
    "event",
    "time",
    "id",
    "code",
    "reason",
    "party",
    "country",
    "region",
    "postcode",
    "facility",
    "reference",
    "shipper",
    "service",
    "origin_country",
    "destination_country",
    "destination_region",
    "destination_postcode",
    "delivery_mode",
    "promise",
    "estimate",
    "also",
    "corrects",
    "countersigned",
];

/// The fields of a promise.
pub(super) const PROMISE: &[&str] = &["at", "date", "time_zone", "from", "to"];
/// The fields of a second number.
pub(super) const ALSO: &[&str] = &["courier", "tracking_number"];

/// Reads canonical events.
pub(super) struct EventReader<'a> {
    layout: &'a EventsLayout,
    origin: &'a Origin<'a>,
    clocks: Clocks,
}

/// An object has no columns.
struct NoCells;

impl Cells for NoCells {
    fn cell(&self, _: Column) -> &str {
        ""
    }
}

impl<'a> EventReader<'a> {
    pub fn new(layout: &'a EventsLayout, origin: &'a Origin<'a>) -> Self {
        Self { layout, origin, clocks: Clocks::default() }
    }

    /// Adds the event of one object to `events`.
    pub fn read(&mut self, line: &[u8], events: &mut Vec<Event>) -> Result<Fate, Refusal> {
        events.push(self.event(fields(line)?)?);
        Ok(Fate::Accepted)
    }

    fn event(&mut self, mut fields: Fields) -> Result<Event, Refusal> {
        let courier = fields.text("courier")?.or_else(|| self.layout.courier.clone());
        let courier = names_courier("courier", &courier.unwrap_or_default())?;
        let number = names_parcel("tracking_number", &fields.text("tracking_number")?.unwrap_or_default())?;
        let word = fields.text("event")?.ok_or_else(|| Refusal::new("event", "is missing: say what happened"))?;
        let raw_code = short("code", &fields.text("code")?.unwrap_or_else(|| word.clone()))?;
        let meaning = self.meaning(&word, &raw_code);
        let (raw_time, instant) = self.time(&mut fields, "time")?.ok_or_else(|| {
            Refusal::new("time", "is missing: write when it happened, such as 2024-06-06T14:00:00+02:00")
        })?;
        let place = Place {
            country: checked(&mut fields, "country", country)?,
            region: checked(&mut fields, "region", short)?,
            postcode: checked(&mut fields, "postcode", short)?,
            facility: checked(&mut fields, "facility", short)?,
        };
        let id = match fields.text("id")? {
            Some(id) => EventId::of_sender(&courier, &number, &id),
            None => EventId::of_scan(&courier, &number, &raw_code, &raw_time, &place.facility),
        };
        let reason = fields.word("reason", Reason::ALL)?.or(meaning.reason);
        let party = fields.word("party", Party::ALL)?.unwrap_or(match reason {
            Some(reason) if meaning.party == Party::Unknown => reason.party(),
            _ => meaning.party,
        });
        let statement = self.statement(&mut fields, instant)?;
        let also =
            second_number(&mut fields, &courier)?.filter(|also| also.courier != courier || also.number != number);
        let corrects = fields.text("corrects")?.map(|id| EventId::of_sender(&courier, &number, &id));
        if meaning.kind == EventKind::Correction && corrects.is_none() {
            return Err(Refusal::new("corrects", "is missing: a correction names the id of the event that was wrong"));
        }
        Ok(Event {
            at: instant.at,
            id,
            received: self.origin.received,
            feed: self.origin.feed.clone(),
            mapping: self.origin.mapping.clone(),
            number: Number { courier, number },
            kind: meaning.kind,
            reason,
            party,
            raw_code,
            offset_minutes: instant.offset_minutes,
            offset_source: instant.source,
            place,
            statement: (!statement.is_empty()).then(|| Box::new(statement)),
            also: also.map(Box::new),
            corrects,
            countersigned: fields.flag("countersigned")? || meaning.countersigned,
        })
    }

    /// A word of the vocabulary means itself; another is looked up in the feed's codes.
    fn meaning(&self, word: &str, raw_code: &str) -> Meaning {
        match (word.parse(), &self.layout.codes) {
            (Ok(kind), _) => Meaning::plain(kind),
            (Err(_), Some(codes)) => codes.meaning(raw_code, &NoCells),
            (Err(_), None) => Meaning::UNMAPPED,
        }
    }

    fn statement(&mut self, fields: &mut Fields, happened: Instant) -> Result<Statement, Refusal> {
        Ok(Statement {
            reference: checked(fields, "reference", limits::reference)?,
            shipper: checked(fields, "shipper", short)?,
            service: checked(fields, "service", short)?,
            origin_country: checked(fields, "origin_country", country)?,
            destination_country: checked(fields, "destination_country", country)?,
            destination_region: checked(fields, "destination_region", short)?,
            destination_postcode: checked(fields, "destination_postcode", short)?,
            delivery_mode: fields.word("delivery_mode", DeliveryMode::ALL)?,
            promise: self.promise(fields, happened)?,
            estimate: self.time(fields, "estimate")?.map(|(_, instant)| instant.at),
        })
    }

    /// The promise: `at`, or `date` with or without `time_zone`, or `from` and `to`.
    fn promise(&mut self, fields: &mut Fields, happened: Instant) -> Result<Option<Promise>, Refusal> {
        let Some(mut promise) = fields.object("promise", "promise.", PROMISE)? else { return Ok(None) };
        let zone = promise.text("time_zone")?;
        let at = self.time(&mut promise, "at")?;
        let date = promise.text("date")?;
        let (from, to) = (self.time(&mut promise, "from")?, self.time(&mut promise, "to")?);
        match (at, date, from, to, zone) {
            (Some((_, at)), None, None, None, None) => Ok(Some(Promise::instant(at.at, at.offset_minutes))),
            (None, Some(date), None, None, zone) => self.date_promise(&date, zone.as_deref(), happened).map(Some),
            (None, None, Some((_, from)), Some((_, to)), None) => {
                limits::window("promise.to", from.at, to.at, to.offset_minutes).map(Some)
            }
            _ => {
                let reason = "needs at, or date (with or without time_zone), or both from and to, and nothing else";
                Err(Refusal::new("promise", reason))
            }
        }
    }

    /// A promised day ends at the place of its zone, else of the feed's, else at the offset of the event.
    fn date_promise(&mut self, date: &str, zone: Option<&str>, happened: Instant) -> Result<Promise, Refusal> {
        let written = Format::Iso.read(date).filter(|written| written.ms_of_day.is_none());
        let written = written.ok_or_else(|| {
            Refusal::new("promise.date", format!("looks like {:?}: write a date such as 2024-06-30", shape(date)))
        })?;
        let zone = match zone {
            Some(zone) => Some(zone.parse().map_err(|message: String| Refusal::new("promise.time_zone", message))?),
            None => self.layout.zone,
        };
        let zone = zone.unwrap_or(time::Zone::Fixed(i32::from(happened.offset_minutes) * 60));
        let place = time::Place { zone, source: OffsetSource::Inferred };
        let promise = self.clocks.date_promise(written, Some(place));
        limits::plausible("promise.date", promise.latest).map(|_| promise)
    }

    /// A time and its text.
    fn time(&mut self, fields: &mut Fields, key: &str) -> Result<Option<(String, Instant)>, Refusal> {
        let Some(text) = fields.text(key)? else { return Ok(None) };
        let written = Format::Iso.read(&text).filter(|written: &Written| written.ms_of_day.is_some());
        let written = written.ok_or_else(|| {
            let reason = format!("looks like {:?}: write a time such as 2024-06-06T14:00:00+02:00", shape(&text));
            Refusal::new(fields.name(key), reason)
        })?;
        let place = self.layout.zone.map(|zone| time::Place { zone, source: OffsetSource::Inferred });
        let instant = self.clocks.instant(written, place, 0);
        limits::plausible(&fields.name(key), instant.at)?;
        Ok(Some((text, instant)))
    }
}

/// The fields of the object on a line.
fn fields(line: &[u8]) -> Result<Fields, Refusal> {
    if is_too_long(line) {
        return Err(too_long());
    }
    let text = std::str::from_utf8(line).map_err(|error| {
        let at = error.valid_up_to() + 1;
        Refusal::row(format!("byte {at} of the row is not UTF-8: JSON must be UTF-8"))
    })?;
    if text.contains('\0') {
        return Err(Refusal::row("there is a NUL byte in it: send JSON text, without binary content"));
    }
    let object = serde_json::from_str(text).map_err(|error| {
        let what = if error.is_data() { "no JSON object" } else { "no valid JSON" };
        Refusal::row(format!("the row is {what} (near character {}): send one event as {{ … }}", error.column()))
    })?;
    Fields::new("", object, FIELDS)
}

fn second_number(fields: &mut Fields, courier: &Text) -> Result<Option<Number>, Refusal> {
    let Some(mut also) = fields.object("also", "also.", ALSO)? else { return Ok(None) };
    let number = names_parcel("also.tracking_number", &also.text("tracking_number")?.unwrap_or_default())?;
    let courier = match also.text("courier")? {
        Some(courier) => names_courier("also.courier", &courier)?,
        None => courier.clone(),
    };
    Ok(Some(Number { courier, number }))
}

fn checked(fields: &mut Fields, key: &str, check: fn(&str, &str) -> Result<Text, Refusal>) -> Result<Text, Refusal> {
    fields.text(key)?.map_or(Ok(Text::default()), |text| check(&fields.name(key), &text))
}
