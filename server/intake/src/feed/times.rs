//! The times of a row: which columns, in which format, in which zone.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::draft::{Draft, Node, Section};
use super::template::Template;
use crate::time::{Format, Zone};

/// Noon: the time of day of a date alone is at most twelve hours wrong.
const NOON_MS: i64 = 12 * domain::promise::HOUR_MS;

/// How the times of a feed are written, column by column.
#[derive(Debug)]
pub(super) struct Times {
    usual: Style,
    columns: BTreeMap<String, Style>,
    /// The columns that a time was read from.
    used: RefCell<Vec<String>>,
}

#[derive(Debug, Clone)]
struct Style {
    formats: Vec<Format>,
    zone: ZoneOf,
    /// Milliseconds since midnight that a date alone stands for.
    time_of_day_ms: i64,
}

/// Where the zone of a time comes from.
#[derive(Debug, Clone)]
pub(crate) enum ZoneOf {
    /// Nobody says.
    Unknown,
    /// The definition says.
    Fixed(Zone),
    /// A column of the row says.
    Row(Template),
}

/// A time of the row.
#[derive(Debug, Clone)]
pub(crate) struct TimeField {
    template: Template,
    style: Style,
}

impl TimeField {
    /// How a person names it.
    pub fn name(&self) -> &str {
        &self.template.name
    }

    /// The columns.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// The formats, tried in turn.
    pub fn formats(&self) -> &[Format] {
        &self.style.formats
    }

    /// The zone of a time that writes no offset.
    pub fn zone(&self) -> &ZoneOf {
        &self.style.zone
    }

    /// Milliseconds since midnight that a date alone stands for.
    pub fn time_of_day_ms(&self) -> i64 {
        self.style.time_of_day_ms
    }
}

/// The columns of the customer's promise.
#[derive(Debug, Clone)]
pub(crate) enum PromiseLayout {
    /// By an instant.
    At(TimeField),
    /// By the end of a local day.
    Date(TimeField),
    /// Between two instants.
    Window {
        /// The first moment that keeps it.
        from: TimeField,
        /// The last moment that keeps it.
        to: TimeField,
    },
}

impl Times {
    /// A time that is written as the definition says for its column.
    pub fn field(&self, template: Template, zone: Option<ZoneOf>) -> TimeField {
        let mut style = self.usual.clone();
        if let Some(own) = self.columns.get(&template.name) {
            self.used.borrow_mut().push(template.name.clone());
            style = own.clone();
        }
        style.zone = zone.unwrap_or(style.zone);
        TimeField { template, style }
    }
}

impl<'a> Draft<'a> {
    /// The table `times`, or what holds without it.
    pub fn times(&mut self, root: &Section<'a>) -> Times {
        let unsaid = Style { formats: vec![Format::Iso], zone: ZoneOf::Unknown, time_of_day_ms: NOON_MS };
        let mut times = Times { usual: unsaid, columns: BTreeMap::new(), used: RefCell::default() };
        let Some(section) = root.node("times").and_then(|node| self.section(&node)) else { return times };
        times.usual = self.style(&section, &times.usual);
        if let Some(columns) = section.node("columns").and_then(|node| self.section(&node)) {
            for (key, node) in columns.entries() {
                let style = if node.is_table() {
                    self.section(&node).map(|section| {
                        let style = self.style(&section, &times.usual);
                        self.finish(section);
                        style
                    })
                } else {
                    Some(Style { formats: self.formats(&node, None), ..times.usual.clone() })
                };
                times.columns.extend(style.map(|style| (key.to_owned(), style)));
            }
        }
        self.finish(section);
        times
    }

    /// Notes the columns under `times` that no time is read from.
    pub fn unused_times(&mut self, root: &Section<'a>, times: &Times) {
        let columns = root.node("times").filter(Node::is_table).and_then(|node| self.section(&node));
        let columns = columns.and_then(|times| times.node("columns")).filter(Node::is_table);
        let Some(columns) = columns.and_then(|node| self.section(&node)) else { return };
        let used = times.used.borrow();
        for (key, node) in columns.entries().filter(|(key, _)| !used.iter().any(|used| used == key)) {
            self.fault(&node, format!("no time is read from {key:?}: correct the name, or take the line out"));
        }
    }

    fn style(&mut self, section: &Section<'a>, usual: &Style) -> Style {
        let year = section.node("year").and_then(|node| self.year(&node));
        let formats = match section.node("format") {
            Some(node) => self.formats(&node, year),
            None => usual.formats.clone(),
        };
        let zone = section.node("zone").and_then(|node| self.zone(&node)).unwrap_or(usual.zone.clone());
        let time_of_day_ms = section.node("time_of_day").and_then(|node| self.time_of_day(&node));
        Style { formats, zone, time_of_day_ms: time_of_day_ms.unwrap_or(usual.time_of_day_ms) }
    }

    fn formats(&mut self, node: &Node<'a>, year: Option<i32>) -> Vec<Format> {
        let mut formats = Vec::new();
        for node in node.list() {
            match self.text(&node).map(|text| Format::new(text, year)) {
                Some(Ok(format)) => formats.push(format),
                Some(Err(message)) => self.fault(&node, message),
                None => {}
            }
        }
        if formats.is_empty() && node.list().is_empty() {
            self.fault(node, "is empty: write at least one format");
        }
        formats
    }

    /// A zone: a name, an offset or a column.
    pub fn zone(&mut self, node: &Node<'a>) -> Option<ZoneOf> {
        let template = self.template(node)?;
        let Some(text) = template.constant() else { return Some(ZoneOf::Row(template)) };
        match text.parse() {
            Ok(zone) => Some(ZoneOf::Fixed(zone)),
            Err(message) => {
                self.fault(node, format!("{text:?} {message}, or {{column}}"));
                None
            }
        }
    }

    fn year(&mut self, node: &Node<'a>) -> Option<i32> {
        let year = i32::try_from(self.integer(node)?).ok().filter(|year| (2000..=2100).contains(year));
        if year.is_none() {
            self.fault(node, "must lie between 2000 and 2100");
        }
        year
    }

    fn time_of_day(&mut self, node: &Node<'a>) -> Option<i64> {
        let text = self.text(node)?;
        // A day only lends its date: the time of day is read like any other.
        let written = Format::Iso.read(&format!("2000-01-01T{text}")).and_then(|written| written.ms_of_day);
        if written.is_none() {
            self.fault(node, "is not a time of day: write \"18:00\"");
        }
        written
    }

    /// The table `promise`.
    pub fn promise(&mut self, root: &Section<'a>, times: &Times) -> Option<PromiseLayout> {
        let node = root.node("promise")?;
        let section = self.section(&node)?;
        let zone = section.node("zone").and_then(|node| self.zone(&node));
        let mut field = |key| {
            let template = section.node(key).and_then(|node| self.columns_template(&node));
            template.map(|template| times.field(template, zone.clone()))
        };
        let fields = (field("at"), field("date"), field("from"), field("to"));
        self.finish(section);
        match fields {
            (Some(at), None, None, None) => Some(PromiseLayout::At(at)),
            (None, Some(date), None, None) => Some(PromiseLayout::Date(date)),
            (None, None, Some(from), Some(to)) => Some(PromiseLayout::Window { from, to }),
            _ => {
                self.fault(&node, "needs either at, or date, or both from and to");
                None
            }
        }
    }
}
