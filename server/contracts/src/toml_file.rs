//! Writing TOML.

use std::fmt::{Display, Write};

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
}

/// A list of texts.
pub(crate) fn list(texts: impl Iterator<Item = impl AsRef<str>>) -> String {
    format!("[{}]", texts.map(|text| quoted(text.as_ref())).collect::<Vec<_>>().join(", "))
}

/// A text in quotes.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
