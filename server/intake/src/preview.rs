//! How the first rows of a file would be understood, in words.

use chrono::DateTime;
use domain::event::{Event, Place, Statement};
use domain::promise::{Promise, PromiseKind};
use domain::vocabulary::{OffsetSource, Party};

use crate::feed::Feed;
use crate::format::Format;
use crate::parsed::Collector;
use crate::rejected::Rejected;
use crate::unreadable::Unreadable;

/// How one row would be understood. Without events and without a rejection, the definition leaves the row out.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PreviewRow {
    /// The number of the row.
    pub row: u64,
    /// Its events.
    pub events: Vec<PreviewEvent>,
    /// Why it would be rejected.
    pub rejected: Option<Rejected>,
}

/// How one event would be understood; empty texts mean that nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PreviewEvent {
    /// Local date and time, offset from UTC, and where that offset comes from.
    pub time: String,
    /// What happened.
    pub event: String,
    /// The sender's code for it.
    pub code: String,
    /// The courier.
    pub courier: String,
    /// The tracking number.
    pub tracking_number: String,
    /// Why, and who answers for it.
    pub reason: String,
    /// Where it happened.
    pub place: String,
    /// What was promised, in local time.
    pub promise: String,
    /// What else is said of the parcel: name and text.
    pub says: Vec<(String, String)>,
}

/// Shows how the first `rows` rows of a body or file, decompressed, would be understood. The bytes may end anywhere.
///
/// # Errors
/// [`Unreadable`] as for [`crate::parse`].
pub fn preview(feed: &Feed, format: Format, bytes: &[u8], rows: usize) -> Result<Vec<PreviewRow>, Unreadable> {
    let mut collector = Collector::tracing(rows);
    if rows > 0 {
        crate::read(feed, format, bytes, 1, 0, &mut collector)?;
    }
    let (parsed, ends) = collector.into_trace();
    let mut start = 0;
    let rows = ends.into_iter().map(|(row, end)| {
        let events = parsed.events[start..end].iter().map(in_words).collect();
        start = end;
        let rejected = parsed.rejected.iter().find(|rejected| rejected.row == row).cloned();
        PreviewRow { row, events, rejected }
    });
    Ok(rows.collect())
}

fn in_words(event: &Event) -> PreviewEvent {
    let source = match event.offset_source {
        OffsetSource::Stated => "stated",
        OffsetSource::Inferred => "from the time zone in the definition",
        OffsetSource::Unknown => "no time zone is known: UTC assumed",
    };
    let reason = match (event.reason, event.party) {
        (None, Party::Unknown) => String::new(),
        (None, party) => party.to_string(),
        (Some(reason), party) => format!("{reason} ({party})"),
    };
    let statement = event.statement.as_deref();
    let mut says = statement.map(sayings).unwrap_or_default();
    if let Some(also) = &event.also {
        says.push(("also".to_owned(), format!("{} {}", also.courier, also.number)));
    }
    PreviewEvent {
        time: format!("{} ({source})", local(event.at, event.offset_minutes)),
        event: event.kind.to_string(),
        code: event.raw_code.to_string(),
        courier: event.number.courier.to_string(),
        tracking_number: event.number.number.to_string(),
        reason,
        place: place(&event.place),
        promise: statement.and_then(|statement| statement.promise.as_ref()).map(promise).unwrap_or_default(),
        says,
    }
}

fn place(place: &Place) -> String {
    let parts = [&place.facility, &place.postcode, &place.region, &place.country];
    parts.into_iter().filter(|part| !part.is_empty()).map(|part| part.as_str()).collect::<Vec<_>>().join(", ")
}

fn promise(promise: &Promise) -> String {
    let latest = local(promise.latest, promise.offset_minutes);
    match (promise.kind, promise.earliest) {
        (PromiseKind::Window, Some(earliest)) => {
            format!("from {} to {latest}", local(earliest, promise.offset_minutes))
        }
        (PromiseKind::Date, _) => format!("on {}, until {latest}", latest.get(..10).unwrap_or_default()),
        _ => format!("by {latest}"),
    }
}

fn sayings(statement: &Statement) -> Vec<(String, String)> {
    let mode = statement.delivery_mode.map(|mode| mode.to_string()).unwrap_or_default();
    let estimate = statement.estimate.map(|at| local(at, 0)).unwrap_or_default();
    let says = [
        ("reference", statement.reference.as_str()),
        ("shipper", &statement.shipper),
        ("service", &statement.service),
        ("origin_country", &statement.origin_country),
        ("destination_country", &statement.destination_country),
        ("destination_region", &statement.destination_region),
        ("destination_postcode", &statement.destination_postcode),
        ("delivery_mode", &mode),
        ("estimate", &estimate),
    ];
    says.into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect()
}

/// An instant (UTC epoch ms) as local date and time with the offset (minutes) behind it.
fn local(at: i64, offset_minutes: i16) -> String {
    let local = DateTime::from_timestamp_millis(at + i64::from(offset_minutes) * 60_000);
    let local = local.map(|local| local.naive_utc().to_string()).unwrap_or_default();
    let sign = if offset_minutes < 0 { '-' } else { '+' };
    let minutes = offset_minutes.unsigned_abs();
    format!("{local} {sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
