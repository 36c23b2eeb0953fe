//! Conditions on the cells of a row: `order_status == canceled`.

use super::draft::{Draft, Node};
use super::template::{Cells, Column};

/// A condition on one cell. Texts are compared as they are written, without the white space around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    column: Column,
    test: Test,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Is,
    IsNot,
}

/// Whether a row meets all conditions.
pub(crate) fn all_hold(conditions: &[Condition], row: &impl Cells) -> bool {
    conditions.iter().all(|condition| match condition.test {
        Test::Is => row.cell(condition.column) == condition.text,
        Test::IsNot => row.cell(condition.column) != condition.text,
    })
}

impl<'a> Draft<'a> {
    /// One condition, or a list of which all must hold.
    pub fn conditions(&mut self, node: &Node<'a>) -> Vec<Condition> {
        node.list().iter().filter_map(|node| self.condition(node)).collect()
    }

    fn condition(&mut self, node: &Node<'a>) -> Option<Condition> {
        let text = self.text(node)?;
        let is = text.split_once("==").map(|(column, text)| (column, Test::Is, text));
        let is_not = text.split_once("!=").map(|(column, text)| (column, Test::IsNot, text));
        // The sign that comes first is the sign; the other may be part of the text.
        let first = [is, is_not].into_iter().flatten().min_by_key(|(column, ..)| column.len());
        let Some((column, test, text)) = first.filter(|(column, ..)| !column.trim().is_empty()) else {
            self.fault(node, "is not a condition: write column == text, or column != text");
            return None;
        };
        let column = column.trim();
        let column = column.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(column).trim();
        Some(Condition { column: self.columns.column(column), test, text: text.trim().to_owned() })
    }
}
