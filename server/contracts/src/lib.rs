//! Contracts and calendars as files: TOML, CSV and iCalendar to and from the words of the domain.
//!
//! Nothing here reads a file, a clock or a network: text goes in and comes out. What is wrong with a text is a [`Fault`]
//! with its line, its field and what to write instead, and every fault of a text is told at once.

mod calendar;
mod draft;
mod fault;
mod hours;
mod words;

pub use calendar::{
    built_in, calendar_from_toml, calendar_to_csv, calendar_to_ical, calendar_to_toml, calendar_with_csv,
    calendar_with_ical,
};
pub use fault::Fault;
