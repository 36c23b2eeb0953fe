//! From the text of a time to a UTC instant and the offset of the place.

mod iso;
mod pattern;
mod reading;
mod zone;

pub(crate) use reading::{Format, Written};
pub(crate) use zone::{Clock, Zone};

use chrono::NaiveDate;
use domain::vocabulary::OffsetSource;

use crate::rejected::Refusal;

const DAY_MS: i64 = domain::promise::DAY_MS;
/// 2000-01-01 and 2101-01-01, UTC epoch milliseconds. A time outside is a placeholder or a mistake.
const PLAUSIBLE: std::ops::Range<i64> = 946_684_800_000..4_133_980_800_000;

/// An instant, the offset of its place and where that offset comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instant {
    /// UTC epoch milliseconds.
    pub at: i64,
    /// Minutes east of UTC.
    pub offset_minutes: i16,
    /// Where the offset comes from.
    pub source: OffsetSource,
}

impl Instant {
    /// The instant, if it lies in the years 2000 to 2100.
    pub fn plausible(self, field: &str) -> Result<Self, Refusal> {
        if PLAUSIBLE.contains(&self.at) { Ok(self) } else { Err(implausible(field)) }
    }
}

/// A time far outside of any parcel's life.
pub(crate) fn implausible(field: &str) -> Refusal {
    Refusal::new(
        field,
        "the year is not between 2000 and 2100: correct it, or leave the field empty if the time is unknown",
    )
}

/// The local time, in milliseconds since 1970-01-01T00:00 local, of a date and the milliseconds since its midnight.
pub(crate) fn local_ms(date: NaiveDate, ms_of_day: i64) -> i64 {
    i64::from(date.to_epoch_days()) * DAY_MS + ms_of_day
}

/// The date of a local time in milliseconds; `None` outside of the calendar.
pub(crate) fn date_of(local_ms: i64) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(i32::try_from(local_ms.div_euclid(DAY_MS)).ok()?)
}
