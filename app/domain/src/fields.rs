//! What a form says, as somebody typed it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Texts by the path of the field in its file, as `version.from` or `version.target[1].goal`. A field with several texts,
/// such as a list of things to tick, has them in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fields(BTreeMap<String, Vec<String>>);

impl Fields {
    /// The text of a field; empty where nothing is said.
    pub fn get(&self, path: &str) -> &str {
        self.all(path).first().map_or("", String::as_str)
    }

    /// The texts of a field.
    pub fn all(&self, path: &str) -> &[String] {
        self.0.get(path).map_or(&[], Vec::as_slice)
    }

    /// Says something in place of what was said.
    pub fn set(&mut self, path: impl Into<String>, texts: Vec<String>) {
        self.0.insert(path.into(), texts);
    }

    /// How many tables of a list are spoken of, as of `version.target`.
    pub fn count(&self, list: &str) -> usize {
        let numbers = self.0.keys().filter_map(|path| path.strip_prefix(list)?.strip_prefix('[')?.split_once(']'));
        numbers.filter_map(|(number, _)| number.parse().ok()).max().unwrap_or(0)
    }
}

impl FromIterator<(String, String)> for Fields {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(pairs: T) -> Self {
        let mut fields = Self::default();
        for (path, text) in pairs {
            fields.0.entry(path).or_default().push(text);
        }
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_paths() {
        let typed = [("a", "1"), ("b", "x"), ("b", "y"), ("t[2].kpi", "z"), ("t[x].kpi", ""), ("to[9].kpi", "")];
        let fields: Fields = typed.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        assert_eq!((fields.get("a"), fields.get("b"), fields.get("c")), ("1", "x", ""));
        assert_eq!(fields.all("b"), ["x", "y"]);
        assert_eq!((fields.count("t"), fields.count("c")), (2, 0));
    }
}
