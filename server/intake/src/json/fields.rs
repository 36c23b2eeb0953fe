//! The fields of a JSON object, asked for by name.

use serde_json::{Map, Value};

use crate::rejected::{Refusal, quoted};

/// A JSON object, and where in the event it stands.
pub(super) struct Fields {
    /// `promise.` for what stands in the promise; empty for the event itself.
    path: &'static str,
    object: Map<String, Value>,
}

impl Fields {
    /// The fields of an object, if all of them are known.
    pub fn new(path: &'static str, object: Map<String, Value>, known: &[&str]) -> Result<Self, Refusal> {
        match object.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(Self { path, object }),
            Some(key) => {
                let reason = format!("{} is no field here; the fields are {}", quoted(key), known.join(", "));
                let name: String = key.chars().take(40).collect();
                Err(Refusal::new(format!("{path}{name}"), reason))
            }
        }
    }

    /// A field's full name.
    pub fn name(&self, key: &str) -> String {
        format!("{}{key}", self.path)
    }

    /// A text without white space around it; `None` if it is absent, null or empty. A whole number counts as its digits.
    pub fn text(&mut self, key: &str) -> Result<Option<String>, Refusal> {
        match self.object.remove(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.contains('\0') => {
                Err(Refusal::new(self.name(key), "there is a NUL character in it: send text, without binary content"))
            }
            Some(Value::String(text)) => {
                let trimmed = text.trim().to_owned();
                Ok((!trimmed.is_empty()).then_some(trimmed))
            }
            Some(Value::Number(number)) if !number.is_f64() => Ok(Some(number.to_string())),
            Some(_) => Err(Refusal::new(self.name(key), "must be a text in quotation marks")),
        }
    }

    /// A word of a vocabulary.
    pub fn word<T: std::str::FromStr + std::fmt::Display>(
        &mut self,
        key: &str,
        all: &[T],
    ) -> Result<Option<T>, Refusal> {
        let Some(word) = self.text(key)? else { return Ok(None) };
        word.parse().map(Some).map_err(|_| {
            let all = all.iter().map(T::to_string).collect::<Vec<_>>().join(", ");
            Refusal::new(self.name(key), format!("{} is not one of {all}", quoted(&word)))
        })
    }

    /// `true` or `false`; false if it is absent or null.
    pub fn flag(&mut self, key: &str) -> Result<bool, Refusal> {
        match self.object.remove(key) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(_) => Err(Refusal::new(self.name(key), "must be true or false")),
        }
    }

    /// An object within the object; `None` if it is absent or null.
    pub fn object(&mut self, key: &str, path: &'static str, known: &[&str]) -> Result<Option<Self>, Refusal> {
        match self.object.remove(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(object)) => Self::new(path, object, known).map(Some),
            Some(_) => {
                let known = known.join(", ");
                Err(Refusal::new(self.name(key), format!("must be an object with some of the fields {known}")))
            }
        }
    }
}
