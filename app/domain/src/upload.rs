//! A file on its way to becoming a feed: what is guessed of it, how its rows would be read, and how far it is taken.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How sure a guess is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Confidence {
    /// A person said so.
    Told,
    /// Nothing in the file speaks against it.
    Sure,
    /// It should be looked at.
    Likely,
    /// Something had to be taken: the file does not say.
    Unsure,
}

/// What a question is about; the questions of a part stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Part {
    /// How the file is written.
    File,
    /// What names the parcel and what is said of it.
    Parcel,
    /// What happened, when and where.
    Events,
    /// What was promised.
    Promise,
    /// What the sender's codes mean.
    Codes,
}

/// An answer that a question has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

impl Choice {
    /// An answer.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// What is an answer to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Answered {
    /// One of the choices.
    Choice,
    /// Any text; the choices are suggestions.
    Text,
    /// An event of the vocabulary, or `event/reason`; an empty text is none.
    Meaning,
}

/// A question about a file, with its guessed answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Question {
    /// What it is known by.
    pub key: String,
    /// What it is about.
    pub part: Part,
    /// The question, in a few words.
    pub label: String,
    /// Its answer.
    pub chosen: String,
    /// What may be answered.
    pub answered: Answered,
    /// Its answers, likeliest first.
    pub choices: Vec<Choice>,
    /// How sure the answer is.
    pub confidence: Confidence,
    /// How many of the rows looked at have what it asks about.
    pub rows: Option<u64>,
}

/// What a person said otherwise than was guessed: key of the question and answer.
pub type Answers = BTreeMap<String, String>;

/// A row of the file as it is, and as it would be understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnderstoodRow {
    /// The number of the row; the header is row 1.
    pub row: u64,
    /// Its cells, in the order of the columns.
    pub raw: Vec<String>,
    /// Its events. Without any, and without a fault, the row is left out.
    pub events: Vec<UnderstoodEvent>,
    /// Why it would be rejected.
    pub fault: Option<String>,
}

/// An event as it would be understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnderstoodEvent {
    /// What happened, in the words of the vocabulary.
    pub event: String,
    /// When: local time, offset, and where the offset comes from.
    pub time: String,
    /// The courier.
    pub courier: String,
    /// The tracking number.
    pub number: String,
    /// What else is said: name and text.
    pub says: Vec<(String, String)>,
}

/// How far the taking in of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ImportState {
    /// It goes on.
    Running,
    /// Everything is in.
    Done,
    /// It stopped; what was taken stays.
    Failed,
}

/// What was taken in of a file so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportView {
    /// How far it is.
    pub state: ImportState,
    /// The feed.
    pub feed: String,
    /// Bytes read.
    pub bytes: u64,
    /// Rows read.
    pub rows: u64,
    /// Events taken. Those that were known already are among them and count once.
    pub events: u64,
    /// Rows rejected.
    pub rejected: u64,
    /// Batches that are not in the figures yet.
    pub waiting: u64,
    /// Couriers that the events name, at most twenty.
    pub couriers: Vec<String>,
    /// First and last local day of the events, as in 2026-06-01.
    pub days: Option<(String, String)>,
    /// Whether the feed is only shown until it is switched on.
    #[serde(default)]
    pub on_probation: bool,
    /// Why it stopped, and what to do.
    pub fault: Option<String>,
}

/// A file that waits to become a feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadView {
    /// What it is known by.
    pub id: String,
    /// The name of the file.
    pub file_name: String,
    /// Its size, in bytes.
    pub bytes: u64,
    /// When it is thrown away, if nothing is done with it (UTC).
    pub kept_until: chrono::DateTime<chrono::Utc>,
    /// The name that the feed gets.
    pub feed: String,
    /// A feed that reads it by its own definition, so that nothing has to be answered.
    pub fits: Option<String>,
    /// What is guessed of it.
    pub questions: Vec<Question>,
    /// The columns.
    pub columns: Vec<String>,
    /// The first rows.
    pub rows: Vec<UnderstoodRow>,
    /// What looks wrong, and what to do about it.
    pub smells: Vec<String>,
    /// Why it cannot be taken in yet.
    pub faults: Vec<String>,
    /// The feed definition that follows from the answers.
    pub definition: String,
    /// How far its taking in is, once it has begun.
    pub import: Option<ImportView>,
}
