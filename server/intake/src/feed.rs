//! A feed: who sends, and how what is sent is to be read.

mod condition;
mod draft;
mod fault;
mod layout;
mod meaning;
mod template;
mod times;
mod value;

pub(crate) use condition::all_hold;
pub use fault::Fault;
pub(crate) use layout::{Also, CsvLayout, Encoding, EventsLayout, Layout, Names, Says, Shape};
pub(crate) use meaning::{Meaning, Milestone};
pub(crate) use template::{Cells, Column};
pub(crate) use times::{PromiseLayout, TimeField, ZoneOf};
pub(crate) use value::Value;

use domain::Text;
use sha2::{Digest, Sha256};

use crate::format::Format;
use crate::unreadable::Unreadable;
use draft::Draft;

/// A feed and its definition. The same text always gives the same version.
#[derive(Debug, Clone)]
pub struct Feed {
    /// The feed's name; every event carries it.
    pub name: Text,
    /// The version of the definition: the first 12 hex digits of the SHA-256 of its text.
    pub version: Text,
    description: String,
    layout: Layout,
}

impl Feed {
    /// Reads a definition. `FEEDS.md` says what may stand in it.
    ///
    /// # Errors
    /// Every fault of the definition, in the order of the lines.
    pub fn parse(name: &str, toml_text: &str) -> Result<Self, Vec<Fault>> {
        let (description, layout) = Draft::read(toml_text)?;
        Ok(Self { name: name.into(), version: version_of(toml_text), description, layout })
    }

    /// The feed that takes canonical events and needs no definition.
    pub fn canonical(name: &str) -> Self {
        Self {
            name: name.into(),
            version: "canonical".into(),
            description: "Canonical events".to_owned(),
            layout: Layout::Events(EventsLayout::default()),
        }
    }

    /// What the definition says of itself; may be empty.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The format to assume where the sender names none.
    pub fn default_format(&self) -> Format {
        match self.layout {
            Layout::Csv(_) => Format::Csv,
            Layout::Events(_) => Format::Json,
        }
    }

    /// The layout, whatever is to be read.
    pub(crate) const fn layout_now(&self) -> &Layout {
        &self.layout
    }

    /// The layout for what was sent.
    pub(crate) fn layout(&self, format: Format) -> Result<&Layout, Unreadable> {
        match (&self.layout, format) {
            (Layout::Csv(_), Format::Csv) | (Layout::Events(_), Format::Json | Format::Ndjson) => Ok(&self.layout),
            (Layout::Csv(_), given) => Err(Unreadable::WrongFormat { takes: "CSV", given }),
            (Layout::Events(_), given) => {
                Err(Unreadable::WrongFormat { takes: "canonical events as a JSON array or NDJSON", given })
            }
        }
    }
}

fn version_of(text: &str) -> Text {
    use std::fmt::Write;

    let mut version = Text::default();
    for byte in Sha256::digest(text.as_bytes()).iter().take(6) {
        // Writing into a text cannot fail.
        let _ = write!(version, "{byte:02x}");
    }
    version
}
