//! A value of a row: a constant, a column or a template, perhaps translated.

use std::borrow::Cow;
use std::collections::HashMap;

use super::draft::{Draft, Node};
use super::template::{Cells, Template};

/// Where a value comes from. An empty cell in the template means that nothing is said.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    /// The columns.
    pub template: Template,
    /// The sender's words and ours; a word that is not in it stays as it is.
    map: HashMap<String, String>,
    /// What holds where nothing is said.
    default: Option<String>,
}

impl Value {
    /// What the row says, if anything.
    pub fn read<'r>(&'r self, row: &'r impl Cells) -> Option<Cow<'r, str>> {
        let said = self.template.fill_whole(row).map(|text| match self.map.get(text.as_ref()) {
            Some(ours) => Cow::Borrowed(ours.as_str()),
            None => text,
        });
        said.or_else(|| self.default.as_deref().map(Cow::Borrowed)).filter(|text| !text.is_empty())
    }
}

impl<'a> Draft<'a> {
    /// A value: a text, or a table of `from`, `map` and `default`.
    pub fn value(&mut self, node: &Node<'a>) -> Option<Value> {
        self.checked_value(node, |_| None)
    }

    /// A value whose fixed texts must each pass a check; the check says what is wrong.
    pub fn checked_value(&mut self, node: &Node<'a>, check: fn(&str) -> Option<String>) -> Option<Value> {
        let fixed = |draft: &mut Self, node: &Node<'a>, text: &str| {
            if let Some(message) = check(text).filter(|_| !text.is_empty()) {
                draft.fault(node, message);
            }
        };
        if !node.is_table() {
            let template = self.template(node)?;
            if let Some(text) = template.constant() {
                fixed(self, node, text);
            }
            return Some(Value { template, map: HashMap::new(), default: None });
        }
        let section = self.section(node)?;
        let template = match section.node("from") {
            Some(from) => self.columns_template(&from),
            None => {
                self.missing(&section, "from", "write from = \"{column}\"");
                None
            }
        };
        let mut map = HashMap::new();
        if let Some(words) = section.node("map").and_then(|node| self.section(&node)) {
            for (theirs, node) in words.entries() {
                if let Some(ours) = self.text(&node) {
                    fixed(self, &node, ours);
                    map.insert(theirs.to_owned(), ours.to_owned());
                }
            }
        }
        let default = section.node("default").and_then(|node| {
            let text = self.text(&node)?;
            fixed(self, &node, text);
            Some(text.to_owned())
        });
        self.finish(section);
        Some(Value { template: template?, map, default })
    }
}
