//! The dated entries of a calendar as iCalendar (RFC 5545), for calendar programs.
//!
//! An all-day event is a closure. One of the category `OPEN` is an opening; its hours stand in `X-COURIERSCOPE-HOURS`, or
//! are the times at which it begins and ends. `X-COURIERSCOPE-REGIONS` and `X-COURIERSCOPE-POSTCODES` say where an event
//! holds, with a `|` between two. An event without them holds in the whole country.

mod event;
mod read;
mod write;

pub use read::calendar_with_ical;
pub use write::calendar_to_ical;

/// The category of an opening.
const OPEN: &str = "OPEN";
/// The category of a closure.
const CLOSED: &str = "CLOSED";
/// The hours of an opening.
const HOURS: &str = "X-COURIERSCOPE-HOURS";
/// The regions in which an event holds.
const REGIONS: &str = "X-COURIERSCOPE-REGIONS";
/// How the postcodes begin for which an event holds.
const POSTCODES: &str = "X-COURIERSCOPE-POSTCODES";
