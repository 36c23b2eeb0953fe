//! Contracts and calendars as files.
