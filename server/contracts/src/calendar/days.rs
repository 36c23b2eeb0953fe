//! The dated entries of a calendar, from whatever file they came.

use chrono::NaiveDate;
use domain::calendar::{DatedHours, Scope};

use crate::fault::Fault;

/// What a dated entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// The day is closed.
    Closed,
    /// The day is open at the hours given, whatever the week says.
    Open,
}

impl Kind {
    /// The word for it in every file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
        }
    }

    /// What a day of the domain does.
    pub fn of(day: &DatedHours) -> Self {
        if day.hours.is_empty() { Self::Closed } else { Self::Open }
    }
}

/// A dated entry and where it stands in its file.
pub(super) struct Entry {
    pub line: u32,
    pub path: String,
    pub kind: Kind,
    pub day: DatedHours,
}

/// The days of the entries by date, and a fault for each entry that says something of a day and place of which another
/// has spoken.
pub(super) fn settle(mut entries: Vec<Entry>) -> (Vec<DatedHours>, Vec<Fault>) {
    entries.sort_by(|one, other| place(one).cmp(&place(other)));
    let mut faults = Vec::new();
    for pair in entries.windows(2) {
        let [first, second] = pair else { continue };
        if (first.day.date, &first.day.scope) == (second.day.date, &second.day.scope) {
            let (date, line) = (second.day.date, first.line);
            let message = if first.kind == second.kind {
                format!(
                    "{date} is {} on line {line} already, for the same places: leave one of the two",
                    first.kind.word()
                )
            } else {
                format!(
                    "{date} is {} on line {line} and {} here, for the same places: leave one of the two",
                    first.kind.word(),
                    second.kind.word()
                )
            };
            faults.push(Fault::at(second.line, second.path.clone(), message));
        }
    }
    entries.sort_by(|one, other| order(&one.day).cmp(&order(&other.day)));
    (entries.into_iter().map(|entry| entry.day).collect(), faults)
}

/// Entries of the same day and places are neighbours, in the order of the file.
fn place(entry: &Entry) -> (NaiveDate, &Vec<domain::Text>, &Vec<domain::Text>, u32) {
    (entry.day.date, &entry.day.scope.regions, &entry.day.scope.postcodes, entry.line)
}

/// The order of the days in a calendar: by date, closures first, the whole country before its parts.
pub(super) fn order(day: &DatedHours) -> (NaiveDate, Kind, &[domain::Text], &[domain::Text], &str) {
    let Scope { regions, postcodes } = &day.scope;
    (day.date, Kind::of(day), regions, postcodes, day.name.as_str())
}
