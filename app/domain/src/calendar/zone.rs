//! Clocks on the wall: what they show at an instant, and when they show it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, RwLock};

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

use crate::promise::{DAY_MS, HOUR_MS};

/// 1970-01-01 and 2100-01-01 in UTC epoch milliseconds: changes of offset before or after are not known.
pub(super) const HORIZON: (i64, i64) = (0, 4_102_444_800_000);

/// A time zone, as the list of its offsets. All times are milliseconds; a *reading* is what the wall shows, counted
/// from 1970-01-01 00:00 on that wall.
#[derive(Debug, PartialEq, Eq)]
pub struct Zone {
    name: String,
    spans: Vec<Span>,
}

/// A stretch of time with one offset; it lasts until the next begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: i64,
    offset: i64,
}

impl Zone {
    /// The zone with this IANA name; `None` where there is none.
    pub fn named(name: &str) -> Option<Arc<Self>> {
        // Its offsets take a millisecond to list, so that each zone is listed once.
        static KNOWN: LazyLock<RwLock<HashMap<Tz, Arc<Zone>>>> = LazyLock::new(RwLock::default);
        let tz: Tz = name.parse().ok()?;
        if let Some(zone) = KNOWN.read().ok().and_then(|known| known.get(&tz).cloned()) {
            return Some(zone);
        }
        let zone = Arc::new(Self { name: name.to_owned(), spans: spans(tz) });
        if let Ok(mut known) = KNOWN.write() {
            known.insert(tz, zone.clone());
        }
        Some(zone)
    }

    /// Its IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Milliseconds east of UTC at an instant.
    pub fn offset(&self, at: i64) -> i64 {
        self.spans[self.span_at(at)].offset
    }

    /// What the wall shows at an instant.
    pub fn reading(&self, at: i64) -> i64 {
        at + self.offset(at)
    }

    /// The last instant at which the wall shows no more than `reading`: of a reading shown twice the second time, of one
    /// never shown the instant of the jump.
    pub fn last(&self, reading: i64) -> i64 {
        let mut place = self.span_at(reading + DAY_MS);
        while place > 0 && self.spans[place].from + self.spans[place].offset > reading {
            place -= 1;
        }
        let (_, to, offset) = self.span(place);
        (reading - offset).min(to)
    }

    /// The first instant at which the wall shows at least `reading`: of a reading shown twice the first time, of one
    /// never shown the instant of the jump.
    pub fn first(&self, reading: i64) -> i64 {
        let mut place = self.span_at(reading - DAY_MS);
        loop {
            let (from, to, offset) = self.span(place);
            if reading - offset < to {
                return (reading - offset).max(from);
            }
            place += 1;
        }
    }

    /// Which of its stretches of one offset holds an instant.
    pub(super) fn span_at(&self, at: i64) -> usize {
        self.spans.partition_point(|span| span.from <= at).saturating_sub(1)
    }

    /// From, to and offset of a stretch.
    pub(super) fn span(&self, place: usize) -> (i64, i64, i64) {
        let to = self.spans.get(place + 1).map_or(i64::MAX, |next| next.from);
        (self.spans[place].from, to, self.spans[place].offset)
    }
}

/// All offsets of a zone within the horizon. No zone changes its offset there and back within a day.
fn spans(tz: Tz) -> Vec<Span> {
    let mut spans = vec![Span { from: i64::MIN, offset: offset(tz, HORIZON.0) }];
    let mut since = HORIZON.0;
    let mut before = spans[0].offset;
    while since < HORIZON.1 {
        let until = since + DAY_MS;
        let after = offset(tz, until);
        if after != before {
            spans.push(Span { from: change(tz, since, until, before), offset: after });
        }
        (since, before) = (until, after);
    }
    spans
}

/// The instant between the two at which the offset changes from `before`; offsets change on full seconds.
fn change(tz: Tz, mut since: i64, mut until: i64, before: i64) -> i64 {
    while until - since > 1000 {
        let middle = since + (until - since) / 2000 * 1000;
        if offset(tz, middle) == before {
            since = middle;
        } else {
            until = middle;
        }
    }
    until
}

fn offset(tz: Tz, at: i64) -> i64 {
    let utc = DateTime::from_timestamp_millis(at).unwrap_or_default().naive_utc();
    i64::from(tz.offset_from_utc_datetime(&utc).fix().local_minus_utc()) * (HOUR_MS / 3600)
}
