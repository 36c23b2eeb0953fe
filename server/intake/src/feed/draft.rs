//! Reading a definition's TOML, gathering every fault on the way.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::Fault;
use super::layout::{self, Layout};
use super::template::{Columns, Template};

/// A definition while it is read: the faults and the columns met so far.
pub(super) struct Draft<'a> {
    text: &'a str,
    faults: Vec<Fault>,
    pub columns: Columns,
}

/// A value of the definition, with its path.
#[derive(Clone)]
pub(super) struct Node<'a> {
    pub path: String,
    span: Range<usize>,
    value: &'a DeValue<'a>,
}

/// A table of the definition.
pub(super) struct Section<'a> {
    path: String,
    span: Range<usize>,
    table: &'a DeTable<'a>,
    /// The keys that have a meaning here.
    known: RefCell<Vec<&'static str>>,
}

impl<'a> Draft<'a> {
    /// Reads a whole definition: its description and layout.
    pub fn read(text: &str) -> Result<(String, Layout), Vec<Fault>> {
        let (document, errors) = DeTable::parse_recoverable(text);
        let mut draft = Draft { text, faults: Vec::new(), columns: Columns::default() };
        for error in errors {
            draft.add(String::new(), error.span(), format!("this is not TOML: {}", error.message().trim()));
        }
        if !draft.faults.is_empty() {
            return Err(draft.faults);
        }
        let root = Section::new(String::new(), document.span(), document.get_ref());
        let description = root.node("description").and_then(|node| draft.text(&node)).unwrap_or_default().to_owned();
        let layout = layout::read(&mut draft, &root);
        draft.finish(root);
        match layout {
            Some(layout) if draft.faults.is_empty() => Ok((description, layout)),
            _ => {
                draft.faults.sort_by_key(|fault| fault.line.unwrap_or(u32::MAX));
                Err(draft.faults)
            }
        }
    }

    fn add(&mut self, path: String, span: Option<Range<usize>>, message: String) {
        let line = span.map(|span| {
            let before = self.text.as_bytes().iter().take(span.start);
            before.filter(|byte| **byte == b'\n').count() as u32 + 1
        });
        self.faults.push(Fault { path, line, message });
    }

    /// Notes a fault of a value.
    pub fn fault(&mut self, node: &Node<'_>, message: impl Into<String>) {
        self.add(node.path.clone(), Some(node.span.clone()), message.into());
    }

    /// Notes that a table lacks a key.
    pub fn missing(&mut self, section: &Section<'_>, key: &str, what: &str) {
        let at = (!section.path.is_empty()).then(|| section.span.clone());
        self.add(join(&section.path, key), at, format!("is missing: {what}"));
    }

    /// Notes the keys of a table that nothing has asked for.
    pub fn finish(&mut self, section: Section<'_>) {
        let known = section.known.into_inner();
        for key in section.table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let message = format!("is not known here; the keys are {}", known.join(", "));
            self.add(join(&section.path, key.get_ref()), Some(key.span()), message);
        }
    }

    /// The value as a text.
    pub fn text(&mut self, node: &Node<'a>) -> Option<&'a str> {
        match node.value {
            DeValue::String(text) => Some(text),
            other => {
                self.fault(node, format!("is {}: write a text in quotes", kind_of(other)));
                None
            }
        }
    }

    /// The value as a whole number.
    pub fn integer(&mut self, node: &Node<'a>) -> Option<i64> {
        let number = match node.value {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        if number.is_none() {
            self.fault(node, "must be a whole number");
        }
        number
    }

    /// The value as `true` or `false`.
    pub fn flag(&mut self, node: &Node<'a>) -> bool {
        node.value.as_bool().unwrap_or_else(|| {
            self.fault(node, "must be true or false");
            false
        })
    }

    /// The value as a table.
    pub fn section(&mut self, node: &Node<'a>) -> Option<Section<'a>> {
        match node.value {
            DeValue::Table(table) => Some(Section::new(node.path.clone(), node.span.clone(), table)),
            other => {
                self.fault(node, format!("is {}: write a table", kind_of(other)));
                None
            }
        }
    }

    /// The value as a template of columns.
    pub fn template(&mut self, node: &Node<'a>) -> Option<Template> {
        let text = self.text(node)?;
        match Template::parse(text, &mut self.columns) {
            Ok(template) => Some(template),
            Err(message) => {
                self.fault(node, message);
                None
            }
        }
    }

    /// The value as a template that names at least one column.
    pub fn columns_template(&mut self, node: &Node<'a>) -> Option<Template> {
        let template = self.template(node)?;
        if let Some(constant) = template.constant() {
            self.fault(node, format!("is the same text in every row: write \"{{{constant}}}\" to mean the column"));
            return None;
        }
        Some(template)
    }

    /// The value as one word of a vocabulary.
    pub fn word<T: std::str::FromStr>(&mut self, node: &Node<'a>, all: &str) -> Option<T> {
        let word = self.text(node)?;
        let parsed = word.parse().ok();
        if parsed.is_none() {
            self.fault(node, format!("{word:?} is not one of {all}"));
        }
        parsed
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

    /// Every value, by its key, where the keys are the sender's words.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        self.table.iter().map(|entry| (entry.0.get_ref().as_ref(), self.entry(entry)))
    }

    fn entry(&self, (key, value): (&'a Spanned<std::borrow::Cow<'a, str>>, &'a Spanned<DeValue<'a>>)) -> Node<'a> {
        Node { path: join(&self.path, key.get_ref()), span: key.span(), value: value.get_ref() }
    }
}

impl<'a> Node<'a> {
    /// Whether this is a table rather than a single value.
    pub fn is_table(&self) -> bool {
        self.value.is_table()
    }

    /// The values of a list; a single value is a list of one.
    pub fn list(&self) -> Vec<Node<'a>> {
        match self.value {
            DeValue::Array(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| Node {
                    path: format!("{}[{}]", self.path, index + 1),
                    span: item.span(),
                    value: item.get_ref(),
                })
                .collect(),
            _ => vec![self.clone()],
        }
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
        DeValue::Datetime(_) => "a date without quotes",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The words of a vocabulary, as a fault lists them.
pub(super) fn words<T: std::fmt::Display>(all: &[T]) -> String {
    all.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}
