//! Events as they were sent, whatever is wrong with them, with their fields side by side: a field of the promise is
//! `promise.date`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use domain::rejected::is_at_fault;
use serde_json::{Map, Value};

use super::array::{ArrayCutter, Step, one_line};
use super::event::{ALSO, FIELDS, PROMISE};
use crate::csv::Rest;
use crate::feed::EventsLayout;
use crate::format::Format;
use crate::sent::is_same;

/// Fields without which no event is read.
const REQUIRED: [&str; 3] = ["tracking_number", "event", "time"];
/// Fields that hold fields of their own.
const NESTED: [(&str, &[&str]); 2] = [("promise", PROMISE), ("also", ALSO)];

/// An event as it was sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Object(Map<String, Value>);

/// The lines or elements with these numbers; `None` for one that is no JSON object.
pub(crate) fn sent(
    format: Format,
    text: &[u8],
    first_row: u64,
    wanted: &BTreeSet<u64>,
) -> BTreeMap<u64, Option<Object>> {
    let mut rows = BTreeMap::new();
    let mut row = |number: u64, bytes: &[u8]| {
        if wanted.contains(&number) {
            rows.insert(number, serde_json::from_slice(bytes).ok().map(Object));
        }
    };
    if format != Format::Json {
        (first_row..).zip(text.split(|byte| *byte == b'\n')).for_each(|(number, line)| row(number, line));
        return rows;
    }
    let (mut cutter, mut rest, mut number) = (ArrayCutter::default(), text, first_row);
    loop {
        let len = match cutter.cut(rest, Rest::Nothing) {
            Step::Element { bytes, len } => {
                row(number, &one_line(&rest[bytes]));
                number += 1;
                len
            }
            Step::TooLong { len } => {
                row(number, &[]);
                number += 1;
                len
            }
            Step::Nothing { len } => len,
            Step::End => break,
            Step::Wrong(_) => {
                row(number, &[]);
                break;
            }
        };
        rest = &rest[len..];
    }
    rows
}

impl Object {
    /// The fields that are read of it: those that are there, those that are needed, and the one at fault.
    pub fn fields(&self, layout: &EventsLayout, fault: &str) -> Vec<(String, String)> {
        let is_needed = |name: &str| {
            REQUIRED.contains(&name) || name == "courier" && layout.courier.is_none() || is_at_fault(fault, name)
        };
        let field = |name: String| {
            let value = self.text(&name).into_owned();
            (!value.is_empty() || is_needed(&name)).then_some((name, value))
        };
        names().filter_map(field).collect()
    }

    /// The same with other texts in some fields, and without fields that nobody reads; `Err` is a field that is none.
    pub fn with(&self, changes: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut changed = self.clone();
        for (name, text) in changes {
            if !names().any(|known| known == *name) {
                return Err(name.clone());
            }
            if !is_same(&self.text(name), text) {
                changed.set(name, text.trim());
            }
        }
        changed.0.retain(|name, _| FIELDS.contains(&name.as_str()));
        for (parent, known) in NESTED {
            if let Some(Value::Object(inner)) = changed.0.get_mut(parent) {
                inner.retain(|name, _| known.contains(&name.as_str()));
                if inner.is_empty() {
                    changed.0.remove(parent);
                }
            }
        }
        Ok(changed)
    }

    /// One line of NDJSON.
    pub fn line(&self) -> String {
        format!("{}\n", Value::Object(self.0.clone()))
    }

    fn text(&self, name: &str) -> Cow<'_, str> {
        let value = match name.split_once('.') {
            Some((parent, child)) => self.0.get(parent).and_then(|parent| parent.get(child)),
            None => self.0.get(name),
        };
        match value {
            None | Some(Value::Null) => Cow::Borrowed(""),
            Some(Value::String(text)) => Cow::Borrowed(text),
            Some(other) => Cow::Owned(other.to_string()),
        }
    }

    fn set(&mut self, name: &str, text: &str) {
        let (object, name) = match name.split_once('.') {
            Some((parent, child)) => {
                let inner = self.0.entry(parent).or_insert_with(|| Value::Object(Map::new()));
                if !inner.is_object() {
                    *inner = Value::Object(Map::new());
                }
                let Value::Object(inner) = inner else { return };
                (inner, child)
            }
            None => (&mut self.0, name),
        };
        match text {
            "" => _ = object.remove(name),
            "true" | "false" if name == "countersigned" => {
                object.insert(name.to_owned(), Value::Bool(text == "true"));
            }
            text => _ = object.insert(name.to_owned(), Value::String(text.to_owned())),
        }
    }
}

/// Every field, side by side.
fn names() -> impl Iterator<Item = String> {
    FIELDS.iter().flat_map(|field| match NESTED.iter().find(|(parent, _)| parent == field) {
        Some((parent, known)) => known.iter().map(|child| format!("{parent}.{child}")).collect(),
        None => vec![(*field).to_owned()],
    })
}
