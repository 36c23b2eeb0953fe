//! Calendars as files.

mod built_in;
mod csv;
mod days;
mod ical;
mod read;
mod write;

pub use built_in::built_in;
pub use csv::{calendar_to_csv, calendar_with_csv};
pub use ical::{calendar_to_ical, calendar_with_ical};
pub use read::calendar_from_toml;
pub use write::calendar_to_toml;
