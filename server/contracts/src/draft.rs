//! Reading TOML, gathering every fault on the way.

use std::cell::RefCell;
use std::fmt::Display;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;

use chrono::NaiveDate;
use domain::Text;
use domain::calendar::Hours;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::fault::{Fault, all_or};
use crate::{hours, words};

/// A file while it is read: the faults met so far.
///
/// Where a value cannot be read, its fault is noted and reading goes on with a stand-in; a file with faults is never
/// handed on.
pub(crate) struct Draft {
    /// The byte at which each line begins.
    lines: Vec<usize>,
    faults: Vec<Fault>,
}

/// A value of the file, with its path.
#[derive(Clone)]
pub(crate) struct Node<'a> {
    pub path: String,
    span: Range<usize>,
    value: &'a DeValue<'a>,
}

/// A table of the file.
pub(crate) struct Section<'a> {
    path: String,
    span: Range<usize>,
    table: &'a DeTable<'a>,
    /// The keys that have a meaning here.
    known: RefCell<Vec<&'static str>>,
}

/// Reads a whole file with what reads its root table.
///
/// # Errors
/// Every fault, in the order of the lines.
pub(crate) fn read<T>(text: &str, root: impl for<'a> FnOnce(&mut Draft, &Section<'a>) -> T) -> Result<T, Vec<Fault>> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let mut draft = Draft { lines, faults: Vec::new() };
    for error in errors {
        let message = format!("this is not TOML: {}", error.message().trim());
        let line = error.span().map(|span| draft.line(span.start));
        draft.faults.push(Fault { path: String::new(), line, message });
    }
    // What is left of a broken file would only give faults that are none.
    all_or((), std::mem::take(&mut draft.faults))?;
    let section = Section::new(String::new(), document.span(), document.get_ref());
    let read = root(&mut draft, &section);
    draft.finish(section);
    all_or(read, draft.faults)
}

/// The line, from 1, of a key at the top of a file that was read before.
pub(crate) fn line_of_key(text: &str, key: &str) -> Option<u32> {
    let (document, _) = DeTable::parse_recoverable(text);
    let at = document.get_ref().keys().find(|name| name.get_ref() == key)?.span().start;
    Some(text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() as u32 + 1)
}

impl Draft {
    /// The line, from 1, of a byte of the file.
    fn line(&self, at: usize) -> u32 {
        self.lines.partition_point(|start| *start <= at) as u32
    }

    /// The line, from 1, on which a value stands.
    pub fn line_of(&self, node: &Node<'_>) -> u32 {
        self.line(node.span.start)
    }

    /// Notes a fault of a value.
    pub fn fault(&mut self, node: &Node<'_>, message: impl Into<String>) {
        self.note(Fault::at(self.line(node.span.start), node.path.clone(), message));
    }

    /// Notes a fault.
    pub fn note(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Notes that a table lacks a key, and what to write.
    pub fn missing(&mut self, section: &Section<'_>, key: &str, what: &str) {
        let line = (!section.path.is_empty()).then(|| self.line(section.span.start));
        let message = format!("is missing: {what}");
        self.note(Fault { path: join(&section.path, key), line, message });
    }

    /// Notes the keys of a table that nothing has asked for.
    pub fn finish(&mut self, section: Section<'_>) {
        let known = section.known.into_inner();
        for key in section.table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let message = format!("is not known here: the keys are {}", known.join(", "));
            self.note(Fault::at(self.line(key.span().start), join(&section.path, key.get_ref()), message));
        }
    }

    /// The value as a text on one line.
    pub fn text(&mut self, node: &Node<'_>) -> Option<Text> {
        let read = match node.value {
            DeValue::String(text) => words::line(text).map(|()| text.trim().into()),
            other => Err(format!("is {}: write a text in quotes", kind_of(other))),
        };
        read.map_err(|message| self.fault(node, message)).ok()
    }

    /// The text of a key, which must be there and not be empty.
    pub fn required(&mut self, section: &Section<'_>, key: &'static str, what: &str) -> Text {
        let Some(node) = section.node(key) else {
            self.missing(section, key, what);
            return Text::default();
        };
        let text = self.text(&node);
        if text.as_ref().is_some_and(|text| text.is_empty()) {
            self.fault(&node, format!("is empty: {what}"));
        }
        text.unwrap_or_default()
    }

    /// The text of a key, which must be there and pass a check.
    pub fn checked(
        &mut self,
        section: &Section<'_>,
        key: &'static str,
        what: &str,
        check: fn(&str) -> Result<(), String>,
    ) -> Text {
        let text = self.required(section, key, what);
        if let (false, Err(message), Some(node)) = (text.is_empty(), check(&text), section.node(key)) {
            self.fault(&node, message);
        }
        text
    }

    /// The value as what a text says; the function ends the sentence where it says nothing.
    pub fn read<T>(&mut self, node: &Node<'_>, read: fn(&str) -> Result<T, String>) -> Option<T> {
        let text = self.text(node)?;
        read(&text).map_err(|message| self.fault(node, message)).ok()
    }

    /// The value as hours, each after the one before it.
    pub fn hours(&mut self, node: &Node<'_>) -> Vec<Hours> {
        let all: Vec<Hours> = node.list().iter().filter_map(|item| self.read(item, hours::read)).collect();
        if !hours::in_order(&all) {
            self.fault(node, "overlap or are out of order: write the earlier hours first");
        }
        all
    }

    /// The text of a key, or an empty one.
    pub fn optional(&mut self, section: &Section<'_>, key: &'static str) -> Text {
        section.node(key).and_then(|node| self.text(&node)).unwrap_or_default()
    }

    /// The value as a list of texts, each of which must not be empty and pass a check; a single text is a list of one.
    pub fn texts(&mut self, node: &Node<'_>, check: fn(&str) -> Result<(), String>) -> Vec<Text> {
        let mut texts = Vec::new();
        for item in node.list() {
            let text = self.text(&item);
            match text.as_deref() {
                Some("") => self.fault(&item, "is empty: write a text, or leave it out"),
                Some(text) => check(text).unwrap_or_else(|message| self.fault(&item, message)),
                None => {}
            }
            texts.push(text.unwrap_or_default());
        }
        texts
    }

    /// The value as a date, written without quotes or with them.
    pub fn date(&mut self, node: &Node<'_>) -> Option<NaiveDate> {
        let read = match node.value {
            DeValue::Datetime(stamp) if stamp.time.is_none() => words::date(&stamp.to_string()),
            DeValue::String(text) => words::date(text.trim()),
            other => Err(format!("is {}: write a date as in 2026-04-03", kind_of(other))),
        };
        read.map_err(|message| self.fault(node, message)).ok()
    }

    /// The value as one word of a vocabulary.
    pub fn word<T: Copy + FromStr + Display>(&mut self, node: &Node<'_>, all: &[T]) -> Option<T> {
        let text = self.text(node)?;
        let word = text.parse().ok();
        if word.is_none() {
            let all: Vec<String> = all.iter().map(T::to_string).collect();
            self.fault(node, format!("{text:?} is not one of {}", all.join(", ")));
        }
        word
    }

    /// What is read of a key, if it is there.
    pub fn key<T>(
        &mut self,
        section: &Section<'_>,
        key: &'static str,
        read: impl FnOnce(&mut Self, &Node<'_>) -> Option<T>,
    ) -> Option<T> {
        section.node(key).and_then(|node| read(self, &node))
    }

    /// The words of a vocabulary that a key lists; none if it is not there.
    pub fn words<T: Copy + FromStr + Display>(
        &mut self,
        section: &Section<'_>,
        key: &'static str,
        all: &[T],
    ) -> Vec<T> {
        let items = section.node(key).map(|node| node.list()).unwrap_or_default();
        items.iter().filter_map(|item| self.word(item, all)).collect()
    }

    /// The value as a whole number within limits.
    pub fn integer(&mut self, node: &Node<'_>, limits: RangeInclusive<u32>) -> Option<u32> {
        let number = match node.value {
            DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        let number = number.filter(|number| limits.contains(number));
        if number.is_none() {
            self.fault(node, format!("must be a whole number from {} to {}", limits.start(), limits.end()));
        }
        number
    }

    /// The value as a number, if it is one.
    pub fn number(&self, node: &Node<'_>) -> Option<f64> {
        match node.value {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        }
        .filter(|number: &f64| number.is_finite())
    }

    /// The value as a table.
    pub fn section<'a>(&mut self, node: &Node<'a>) -> Option<Section<'a>> {
        match node.value {
            DeValue::Table(table) => Some(Section::new(node.path.clone(), node.span.clone(), table)),
            other => {
                self.fault(node, format!("is {}: write a table", kind_of(other)));
                None
            }
        }
    }

    /// The value as a list of tables, as `[[closed]]` writes them.
    pub fn sections<'a>(&mut self, section: &Section<'a>, key: &'static str) -> Vec<(Node<'a>, Section<'a>)> {
        let Some(node) = section.node(key) else { return Vec::new() };
        if !node.value.is_array() {
            let heading = node.path.split(['[', ']']).step_by(2).collect::<String>();
            self.fault(&node, format!("is {}: write [[{heading}]], once for each", kind_of(node.value)));
            return Vec::new();
        }
        let tables = node.list().into_iter();
        tables.filter_map(|node| self.section(&node).map(|section| (node, section))).collect()
    }
}

impl<'a> Section<'a> {
    fn new(path: String, span: Range<usize>, table: &'a DeTable<'a>) -> Self {
        Self { path, span, table, known: RefCell::default() }
    }

    /// The value of a key that has a meaning here.
    pub fn node(&self, key: &'static str) -> Option<Node<'a>> {
        let mut known = self.known.borrow_mut();
        if !known.contains(&key) {
            known.push(key);
        }
        self.table.iter().find(|(name, _)| name.get_ref() == key).map(|entry| self.entry(entry))
    }

    /// Every value by its key, where the keys are the writer's words.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        self.table.iter().map(|entry| (entry.0.get_ref().as_ref(), self.entry(entry)))
    }

    fn entry(&self, (key, value): (&'a Spanned<std::borrow::Cow<'a, str>>, &'a Spanned<DeValue<'a>>)) -> Node<'a> {
        Node { path: join(&self.path, key.get_ref()), span: key.span(), value: value.get_ref() }
    }
}

impl<'a> Node<'a> {
    /// Whether this is a text.
    pub fn is_text(&self) -> bool {
        self.value.is_str()
    }

    /// The values of a list; a single value is a list of one.
    pub fn list(&self) -> Vec<Node<'a>> {
        let DeValue::Array(items) = self.value else { return vec![self.clone()] };
        let path = |index: usize| format!("{}[{}]", self.path, index + 1);
        let node = |(index, item): (usize, &'a Spanned<DeValue<'a>>)| Node {
            path: path(index),
            span: item.span(),
            value: item.get_ref(),
        };
        items.iter().enumerate().map(node).collect()
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time without quotes",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
