//! What was promised to the customer, as instants.

use serde::{Deserialize, Serialize};

use crate::vocabulary::vocabulary;

/// Milliseconds in a day.
pub const DAY_MS: i64 = 86_400_000;
/// Milliseconds in an hour.
pub const HOUR_MS: i64 = 3_600_000;

vocabulary! {
    /// How the promise was made.
    PromiseKind("kind of promise") {
        /// "By 18:00 on 6 June".
        Instant = 1 "instant",
        /// "On 6 June": kept until that local day ends.
        Date = 2 "date",
        /// "Between 14:00 and 16:00 on 6 June": may also be missed by being early.
        Window = 3 "window",
    }
}

/// A promise of delivery. Both ends are inclusive UTC instants in epoch milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Promise {
    /// How it was made.
    pub kind: PromiseKind,
    /// The earliest moment that keeps it; only a window has one.
    pub earliest: Option<i64>,
    /// The latest moment that keeps it: the deadline.
    pub latest: i64,
    /// The destination's offset from UTC at the deadline, in minutes.
    pub offset_minutes: i16,
}

impl Promise {
    /// "By this instant."
    pub const fn instant(latest: i64, offset_minutes: i16) -> Self {
        Self { kind: PromiseKind::Instant, earliest: None, latest, offset_minutes }
    }

    /// "On the day that ends at `next_midnight`": the deadline is that day's last millisecond.
    pub const fn date(next_midnight: i64, offset_minutes: i16) -> Self {
        Self { kind: PromiseKind::Date, earliest: None, latest: next_midnight - 1, offset_minutes }
    }

    /// "Between these two instants", both inclusive.
    pub const fn window(earliest: i64, latest: i64, offset_minutes: i16) -> Self {
        Self { kind: PromiseKind::Window, earliest: Some(earliest), latest, offset_minutes }
    }

    /// The destination-local date of the deadline: the cohort day.
    pub const fn day(&self) -> i32 {
        local_day(self.latest, self.offset_minutes)
    }
}

/// The date at a place, as days since 1970-01-01, of a UTC instant and the place's offset in minutes.
pub const fn local_day(at: i64, offset_minutes: i16) -> i32 {
    (at + offset_minutes as i64 * 60_000).div_euclid(DAY_MS) as i32
}
