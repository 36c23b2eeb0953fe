//! Forms over the same files: what is typed is written into the text, and everything else in it stays as somebody wrote
//! it. What cannot be meant is written too, so that reading the text tells the fault with the path of its field.

mod calendar;
mod contract;

use std::collections::BTreeSet;

use domain::fields::Fields;
use toml_edit::{Array, Item, TableLike, Value};

pub use calendar::{calendar_with_day, calendar_with_fields, calendar_without_day};
pub use contract::{contract_fields, contract_with_fields, place_of_version};

/// How the texts of a field stand in the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One text in quotes.
    Text,
    /// A number or a date without quotes; what is neither is put in quotes.
    Bare,
    /// A list of texts.
    List,
    /// A list of texts, which is typed with commas between them.
    Joined,
}

/// A key of a table, how it stands there, and what it is where it is left out.
type Key = (&'static str, Form, &'static str);

/// Reads the keys of a table; their paths begin with `prefix`.
fn read(table: &dyn TableLike, prefix: &str, keys: &[Key], fields: &mut Fields) {
    for &(key, form, usual) in keys {
        let mut texts = table.get(key).map(texts).unwrap_or_default();
        if texts.is_empty() && !usual.is_empty() {
            texts.push(usual.to_owned());
        }
        if form == Form::Joined {
            texts = vec![texts.join(", ")];
        }
        fields.set(format!("{prefix}{key}"), texts);
    }
}

/// Writes the keys of a table whose texts are others now. Where nothing is typed the key goes.
fn write(table: &mut dyn TableLike, prefix: &str, keys: &[Key], fields: &Fields) {
    for &(key, form, usual) in keys {
        let typed = fields.all(&format!("{prefix}{key}")).iter();
        let typed: Vec<&str> = match form {
            Form::Joined => typed.flat_map(|text| text.split(',')).collect(),
            _ => typed.map(String::as_str).collect(),
        };
        let wanted: Vec<&str> = typed.into_iter().map(str::trim).filter(|text| !text.is_empty()).collect();
        let current = table.get(key).map(texts).unwrap_or_default();
        // What is ticked comes in the order of the page.
        let is_same = wanted == current || form == Form::List && in_order(&wanted) == in_order(&current);
        if is_same || current.is_empty() && wanted == [usual] {
            continue;
        }
        match wanted.first() {
            None => _ = table.remove(key),
            Some(first) => put(table, key, value(form, first, &wanted)),
        }
    }
}

/// Puts a value where another was, with the remark that stands behind it.
fn put(table: &mut dyn TableLike, key: &str, mut value: Value) {
    match table.get_mut(key) {
        Some(item) => {
            if let Some(before) = item.as_value() {
                *value.decor_mut() = before.decor().clone();
            }
            *item = Item::Value(value);
        }
        None => _ = table.insert(key, Item::Value(value)),
    }
}

fn value(form: Form, first: &str, all: &[&str]) -> Value {
    match form {
        Form::Text => first.into(),
        Form::Bare => bare(first).unwrap_or_else(|| first.into()),
        Form::List | Form::Joined => Array::from_iter(all.iter().copied()).into(),
    }
}

fn bare(text: &str) -> Option<Value> {
    let value: Value = text.parse().ok()?;
    matches!(value, Value::Integer(_) | Value::Float(_) | Value::Datetime(_)).then_some(value)
}

fn in_order(texts: &[impl AsRef<str>]) -> BTreeSet<&str> {
    texts.iter().map(AsRef::as_ref).collect()
}

/// The texts of a value: those of a list, else the only one.
fn texts(item: &Item) -> Vec<String> {
    match item.as_value() {
        Some(Value::Array(items)) => items.iter().map(text).collect(),
        Some(value) => vec![text(value)],
        None => Vec::new(),
    }
}

fn text(value: &Value) -> String {
    match value.as_str() {
        Some(text) => text.trim().to_owned(),
        None => value.clone().decorated("", "").to_string(),
    }
}
