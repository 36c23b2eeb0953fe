//! The text of a definition.

use super::times::lacks_year;

/// A definition that is being written, line by line.
#[derive(Debug, Default)]
pub(super) struct Definition {
    text: String,
}

impl Definition {
    /// A key and its value, which is written as it stands.
    pub fn line(&mut self, key: &str, value: &str) {
        self.text.push_str(&format!("{key} = {value}\n"));
    }

    /// A key and a text, unless it is empty.
    pub fn say(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.line(key, &quoted(text));
        }
    }

    /// The head of a table.
    pub fn table(&mut self, name: &str) {
        self.text.push_str(&format!("\n[{name}]\n"));
    }

    pub fn into_text(self) -> String {
        self.text
    }
}

/// A text as TOML writes it. JSON writes it the same, but for one sign that TOML does not take as it is.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}

/// A list of texts; one alone needs no brackets.
pub(super) fn list(texts: &[String]) -> String {
    match texts {
        [one] => quoted(one),
        texts => format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")),
    }
}

/// What a code or column means.
pub(super) fn meaning(meaning: &str) -> String {
    match meaning.split_once('/') {
        Some((event, reason)) => format!("{{ event = {}, reason = {} }}", quoted(event), quoted(reason)),
        None => quoted(meaning),
    }
}

/// How the times of one column are written, where they are not written as usual.
pub(super) fn style(formats: &[String], year: &str) -> String {
    if formats.iter().any(|format| lacks_year(format)) {
        return format!("{{ format = {}, year = {year} }}", list(formats));
    }
    match formats {
        [_] => list(formats),
        formats => format!("{{ format = {} }}", list(formats)),
    }
}

/// The name of a column between braces.
pub(super) fn column(name: &str) -> String {
    format!("{{{name}}}")
}
