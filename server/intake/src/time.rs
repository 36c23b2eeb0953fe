//! From the text of a time to a UTC instant and the offset of the place.

mod clocks;
mod iso;
mod pattern;
mod reading;
mod zone;

pub(crate) use clocks::{Clocks, Place};
pub(crate) use reading::{Format, Written};
pub(crate) use zone::Zone;

use domain::vocabulary::OffsetSource;

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
