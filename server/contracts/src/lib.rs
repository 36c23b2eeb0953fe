//! Contracts and calendars as files: TOML, CSV and iCalendar to and from the words of the domain.
//!
//! Text goes in and comes out; only [`Folder::read`] reads files, and nothing reads a clock or a network. What is wrong
//! with a text is a [`Fault`] with its line, its field and what to write instead, and every fault is told at once.
//! `CONTRACTS.md` describes the files for those who write them.

mod calendar;
mod contract;
mod draft;
mod fault;
mod folder;
mod form;
mod hours;
mod terms;
mod toml_file;
mod words;

pub use calendar::{
    built_in, calendar_from_toml, calendar_to_csv, calendar_to_ical, calendar_to_toml, calendar_with_csv,
    calendar_with_ical,
};
pub use contract::{contract_from_toml, contract_to_toml, deadline_in_words, goal_in_words};
pub use fault::Fault;
pub use folder::{File, Folder};
pub use form::{
    calendar_with_day, calendar_with_fields, calendar_without_day, contract_fields, contract_with_fields,
    place_of_version,
};
pub use terms::{FileFault, terms};
