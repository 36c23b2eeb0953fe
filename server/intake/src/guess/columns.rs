//! The columns of a table: what each may be, by its name and its values.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};
use domain::upload::Choice;
use domain::vocabulary::EventKind;

use super::codes::Known;
use super::definition::column;
use super::sheet::Table;
use super::times::{Style, styles};
use super::words::{Role, roles};
use crate::time::Format;

/// Codes of which at least this share, of a hundred, is known make a column one of codes.
const KNOWN_CODES: usize = 30;
/// The most different codes that a column of codes has.
const MOST_CODES: usize = 300;

/// The columns that a definition can name.
pub(super) struct Columns<'t> {
    pub table: &'t Table,
    pub list: Vec<Column<'t>>,
    /// Columns, and dates with their times of day, that are times.
    pub times: Vec<TimeColumn>,
}

/// A column.
pub(super) struct Column<'t> {
    pub name: &'t str,
    /// Its cells that are not empty.
    pub values: Vec<&'t str>,
    /// How many different ones there are.
    pub distinct: usize,
    roles: Vec<(Role, usize)>,
    is_time: bool,
}

/// A time of the row: a column, or two of them.
#[derive(Debug)]
pub(super) struct TimeColumn {
    /// As a definition writes it.
    pub template: String,
    /// What its name says it is.
    pub role: Option<Role>,
    /// How sure that is.
    pub weight: usize,
    /// How it may be written, likeliest first; at least one.
    pub styles: Vec<Style>,
}

impl<'t> Columns<'t> {
    pub fn new(table: &'t Table, today: NaiveDate) -> Self {
        let places = (0..table.header.len()).filter(|place| table.can_be_named(*place));
        let mut list: Vec<Column<'t>> = places
            .map(|place| {
                let values = table.values(place);
                let distinct = values.iter().collect::<HashSet<_>>().len();
                let name = table.header[place].as_str();
                Column { name, distinct, roles: roles(name), is_time: false, values }
            })
            .collect();
        let times = times(table, &mut list, today.year());
        Self { table, list, times }
    }

    /// The column that is most likely this, if its name says so and `fits` agrees.
    pub fn likeliest(&self, role: Role, fits: impl Fn(&Column<'_>) -> bool) -> Option<&Column<'t>> {
        self.candidates(role, fits).rev().max_by_key(|column| column.weight(role))
    }

    /// The columns that may be this, by their names and what `fits` says.
    pub fn candidates(
        &self,
        role: Role,
        fits: impl Fn(&Column<'_>) -> bool,
    ) -> impl DoubleEndedIterator<Item = &Column<'t>> {
        let may_be = move |c: &&Column<'_>| !c.is_time && !c.values.is_empty() && c.weight(role) > 0 && fits(c);
        self.list.iter().filter(may_be)
    }

    /// The columns as choices.
    pub fn choices(&self, fits: impl Fn(&Column<'_>) -> bool) -> Vec<Choice> {
        self.list.iter().filter(|c| fits(c)).map(|c| Choice::new(column(c.name), c.name)).collect()
    }

    /// The column behind `{name}`.
    pub fn of_template(&self, template: &str) -> Option<&Column<'t>> {
        let name = template.strip_prefix('{')?.strip_suffix('}')?;
        self.list.iter().find(|column| column.name == name)
    }

    /// The column that holds codes.
    pub fn codes(&self) -> Option<&Column<'t>> {
        let candidates = self.list.iter().filter(|c| !c.is_time && (1..=MOST_CODES).contains(&c.distinct));
        let weight = |column: &&Column<'_>| column.weight(Role::Code) + 20 * usize::from(column.has_known_codes());
        candidates.filter(|column| weight(column) > 0).rev().max_by_key(weight)
    }

    /// Times whose name says that they are this.
    pub fn times_of(&self, role: Role) -> impl Iterator<Item = &TimeColumn> {
        self.times.iter().filter(move |time| time.role == Some(role))
    }

    /// Times that are milestones of a parcel: each event once.
    pub fn milestones(&self) -> Vec<(&TimeColumn, EventKind)> {
        let mut milestones: Vec<(&TimeColumn, EventKind)> = Vec::new();
        for time in &self.times {
            let Some(Role::Milestone(kind)) = time.role else { continue };
            match milestones.iter_mut().find(|(_, known)| *known == kind) {
                Some(known) if known.0.weight < time.weight => known.0 = time,
                Some(_) => {}
                None => milestones.push((time, kind)),
            }
        }
        milestones
    }
}

impl Column<'_> {
    /// How surely its name says that it is this; 0 if it says nothing of it, or something else more surely.
    pub fn weight(&self, role: Role) -> usize {
        let best = self.roles.first().map_or(0, |(_, weight)| *weight);
        let own = self.roles.iter().find(|(own, _)| *own == role).map_or(0, |(_, weight)| *weight);
        if own * 2 > best { own } else { 0 }
    }

    fn has_known_codes(&self) -> bool {
        let codes: HashSet<&str> = self.values.iter().copied().collect();
        let known = Known::of(self.name, codes.iter().copied());
        let meant = codes.iter().filter(|code| known.meaning(code).is_some()).count();
        meant * 100 >= codes.len() * KNOWN_CODES && self.values.len() > codes.len()
    }

    /// Whether each of its values stands for another parcel or event.
    pub fn is_unique(&self) -> bool {
        self.distinct == self.values.len()
    }
}

/// Finds the times; a date and the time of day beside it are one.
fn times(table: &Table, list: &mut [Column<'_>], year: i32) -> Vec<TimeColumn> {
    let mut times = Vec::new();
    let clocks: Vec<usize> = (0..list.len()).filter(|at| is_clock(&list[*at])).collect();
    for at in 0..list.len() {
        let column_at = &list[at];
        let (role, weight) = time_role(&column_at.roles);
        let may_count = role.is_some();
        let styles_of = styles(&column_at.values, may_count, year);
        if styles_of.is_empty() || clocks.contains(&at) {
            continue;
        }
        let (mut template, mut own_styles) = (column(column_at.name), styles_of);
        let is_date = own_styles.first().is_some_and(|style| !style.has_clock);
        let clock = clocks
            .iter()
            .find(|clock| **clock == at + 1)
            .or(clocks.first().filter(|_| clocks.len() == 1 && role == Some(Role::Time)));
        if let Some(clock) = clock.filter(|_| is_date) {
            let both = joined(table, column_at.name, list[*clock].name);
            let both: Vec<&str> = both.iter().map(String::as_str).collect();
            let joined_styles = styles(&both, true, year);
            if !joined_styles.is_empty() {
                template = format!("{} {}", column(column_at.name), column(list[*clock].name));
                own_styles = joined_styles;
            }
        }
        list[at].is_time = true;
        times.push(TimeColumn { template, role, weight, styles: own_styles });
    }
    for clock in clocks {
        list[clock].is_time = true;
    }
    times
}

/// What a time is by its name.
fn time_role(roles: &[(Role, usize)]) -> (Option<Role>, usize) {
    let is_time = |role: &Role| {
        matches!(
            role,
            Role::Time | Role::Promise | Role::Estimate | Role::From | Role::To | Role::Milestone(_) | Role::Other
        )
    };
    let best = roles.iter().find(|(role, _)| is_time(role));
    let outdone = best.is_some_and(|(_, weight)| roles.first().is_some_and(|(_, first)| first > &(weight * 2)));
    best.filter(|_| !outdone).map_or((None, 0), |(role, weight)| (Some(*role), *weight))
}

/// Whether all values are times of day.
fn is_clock(column: &Column<'_>) -> bool {
    let named = column.roles.iter().any(|(role, _)| matches!(role, Role::Clock | Role::Time));
    let is_time_of_day = |text: &&str| match text.len() {
        4 | 6 if text.bytes().all(|b| b.is_ascii_digit()) => named && text.as_bytes() < b"24".as_slice(),
        4..=8 => {
            ["0", ""].iter().any(|pad| Format::Iso.read(&format!("2000-01-01T{pad}{text}")).is_some())
                && text.contains(':')
        }
        _ => false,
    };
    !column.values.is_empty() && column.values.iter().all(is_time_of_day)
}

fn joined(table: &Table, date: &str, clock: &str) -> Vec<String> {
    let place = |name| table.header.iter().position(|header| header == name);
    let (Some(date), Some(clock)) = (place(date), place(clock)) else { return Vec::new() };
    let whole = table.rows.iter().filter(|row| !row[date].is_empty() && !row[clock].is_empty());
    whole.map(|row| format!("{} {}", row[date], row[clock])).collect()
}
