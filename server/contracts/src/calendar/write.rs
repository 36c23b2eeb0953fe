//! A calendar -> its TOML.

use domain::Text;
use domain::calendar::{Calendar, DatedHours, Scope};

use super::days::Kind;
use super::read::WEEKDAYS;
use crate::hours;
use crate::toml_file::{File, list, quoted};

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

impl File {
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
