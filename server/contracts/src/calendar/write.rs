//! A calendar -> its TOML.

use std::fmt::{Display, Write};

use domain::Text;
use domain::calendar::{Calendar, DatedHours, Scope};

use super::days::Kind;
use super::read::WEEKDAYS;
use crate::hours;

/// Writes a calendar in its one canonical form, which reads back as the same calendar.
pub fn calendar_to_toml(calendar: &Calendar) -> String {
    let mut file = File::default();
    file.key("name", quoted(&calendar.name));
    file.key("title", quoted(&calendar.title));
    file.key("country", quoted(&calendar.country));
    file.key("zone", quoted(&calendar.zone));
    if let Some(minute) = calendar.cut_off {
        file.key("cut_off", quoted(&hours::write_time(minute)));
    }
    for rule in &calendar.zones {
        file.heading("[[zones]]");
        file.key("zone", quoted(&rule.zone));
        file.scope(&rule.scope);
    }
    file.heading("[week]");
    for (day, hours) in WEEKDAYS.iter().zip(&calendar.week) {
        file.key(day, list(hours.iter().copied().map(hours::write)));
    }
    if !calendar.sources.is_empty() {
        file.heading("[sources]");
        calendar.sources.iter().for_each(|(year, text)| file.key(year, quoted(text)));
    }
    for kind in [Kind::Closed, Kind::Open] {
        calendar.days.iter().filter(|day| Kind::of(day) == kind).for_each(|day| file.day(kind, day));
    }
    file.text
}

/// A TOML file while it is written.
#[derive(Default)]
pub(crate) struct File {
    pub text: String,
}

impl File {
    /// A key and its value, which is TOML already.
    pub fn key(&mut self, key: impl Display, value: impl Display) {
        // Writing into a text cannot fail.
        let _ = writeln!(self.text, "{key} = {value}");
    }

    /// The heading of a table, after an empty line.
    pub fn heading(&mut self, heading: &str) {
        let _ = writeln!(self.text, "\n{heading}");
    }

    fn day(&mut self, kind: Kind, day: &DatedHours) {
        self.heading(&format!("[[{}]]", kind.word()));
        self.key("date", day.date);
        if kind == Kind::Open {
            self.key("hours", list(day.hours.iter().copied().map(hours::write)));
        }
        if !day.name.is_empty() {
            self.key("name", quoted(&day.name));
        }
        self.scope(&day.scope);
    }

    fn scope(&mut self, scope: &Scope) {
        for (key, texts) in [("regions", &scope.regions), ("postcodes", &scope.postcodes)] {
            if !texts.is_empty() {
                self.key(key, list(texts.iter().map(Text::as_str)));
            }
        }
    }
}

/// A list of texts.
pub(crate) fn list(texts: impl Iterator<Item = impl AsRef<str>>) -> String {
    format!("[{}]", texts.map(|text| quoted(text.as_ref())).collect::<Vec<_>>().join(", "))
}

/// A text in quotes.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
