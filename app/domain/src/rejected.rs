//! Rows that could not be read: what is shown of them, and how they are mended or dismissed.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use crate::kpi::QueryFault;
use crate::vocabulary::vocabulary;

/// What rejected rows have in common: the field at fault and the reason. Written as 16 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Kind(pub i64);

impl Kind {
    /// The kind of a field and a reason.
    pub fn of(field: &str, reason: &str) -> Self {
        let mut hasher = Xxh3::new();
        hasher.update(&(field.len() as u64).to_le_bytes());
        hasher.update(field.as_bytes());
        hasher.update(reason.as_bytes());
        Self(hasher.digest() as i64)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let kind = u64::from_str_radix(text, 16).map_err(|_| format!("{text:?} is no kind of rejection"))?;
        Ok(Self(kind as i64))
    }
}

/// A row of a batch. Written as `18f3a0-5`: the batch, and the number of the row as a spreadsheet shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RowName {
    /// The batch.
    pub batch: i64,
    /// The row.
    pub row: u64,
}

impl fmt::Display for RowName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{}", self.batch, self.row)
    }
}

impl FromStr for RowName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = || {
            let (batch, row) = text.split_once('-')?;
            Some(Self { batch: i64::from_str_radix(batch, 16).ok()?, row: row.parse().ok()? })
        };
        name().ok_or_else(|| format!("{text:?} is no row: write batch and row number, such as 18f3a0-5"))
    }
}

/// What is written as a text in JSON.
macro_rules! as_text {
    ($name:ident, $example:literal) => {
        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.to_string()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .examples([$example])
                    .into()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}
    };
}
as_text!(Kind, "00f3a02b77c1d9e4");
as_text!(RowName, "18f3a0-5");

vocabulary! {
    /// Why a rejected row is dismissed. The words are fixed, so that nothing personal is written into them.
    Dismissal("reason to dismiss a row") {
        /// No parcel, such as a total at the end of a list.
        NoParcel = 1 "no_parcel",
        /// The same has been sent again, as it should be.
        SentAgain = 2 "sent_again",
        /// Something that was only tried.
        Test = 3 "test",
        /// Nobody can say what should stand there.
        Unknowable = 4 "unknowable",
        /// Anything else.
        Other = 5 "other",
    }
}

vocabulary! {
    /// What is left of a rejected row to be shown.
    Left("state of a rejected row") {
        /// Its fields.
        Fields = 1 "fields",
        /// Nothing: what the feed sent was deleted, for its age or because somebody asked for it.
        Deleted = 2 "deleted",
        /// It is there, and its fields cannot be told apart.
        Unreadable = 3 "unreadable",
    }
}

/// Which rejected rows to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RejectedQuery {
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// At most this many; 1..=1000.
    pub limit: u32,
    /// Only those that the list has after this row.
    pub after: Option<RowName>,
}

/// A page of the rejected rows of a feed: those of the newest batch first, and in a batch by their number.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RejectedPage {
    /// The rows.
    pub rows: Vec<RowToMend>,
    /// What to ask `after` for the next page; `None` on the last.
    pub next: Option<RowName>,
}

/// A rejected row. Of what was sent it shows what the feed's definition reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowToMend {
    /// What it is called.
    pub name: RowName,
    /// When it came, UTC.
    pub received_at: DateTime<Utc>,
    /// The field at fault; `row` if it is the row as a whole.
    pub field: String,
    /// What is wrong and what to do.
    pub reason: String,
    /// The kind that it is counted with.
    pub kind: Kind,
    /// What is left of it.
    pub left: Left,
    /// Its fields, in the order in which they were sent.
    pub fields: Vec<FieldText>,
    /// The rejected row that this one was to mend.
    pub mends: Option<RowName>,
}

/// Whether a field belongs to what was at fault: that may be the field itself, a template with it such as
/// `{date} {time}`, or, of an event, what the field is a part of.
pub fn is_at_fault(fault: &str, field: &str) -> bool {
    let parent = field.split_once('.').map(|(parent, _)| parent);
    fault == field || parent == Some(fault) || fault.contains(&format!("{{{field}}}"))
}

/// A field and what stands in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldText {
    /// The column; of an event the field, such as `promise.date`.
    pub name: String,
    /// The text.
    pub text: String,
}

/// How rejected rows are corrected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mending {
    /// Each by itself.
    Rows(Vec<Correction>),
    /// All of a kind in the same way.
    Replace(Replacement),
}

/// What should stand in a rejected row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Correction {
    /// The row.
    pub name: RowName,
    /// The fields that change, by name. With none the row is only read again, by the definition as it is now.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

/// What should stand in a field of all rejected rows of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Replacement {
    /// The kind.
    pub kind: Kind,
    /// The field.
    pub field: String,
    /// Only where this stands in it, which may be nothing; everywhere if left out.
    #[serde(default)]
    pub from: Option<String>,
    /// What should stand in it.
    pub to: String,
}

/// Which rejected rows are dismissed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dismissing {
    /// The rows.
    pub rows: Vec<RowName>,
    /// Why.
    pub why: Dismissal,
}

/// What became of mended rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MendAnswer {
    /// The batches that hold them now.
    pub batches: Vec<String>,
    /// How many rows these are.
    pub rows: u64,
    /// Of these, rows that were taken.
    pub taken: u64,
    /// Rows that the feed's definition leaves out.
    pub left_out: u64,
    /// Events in the rows that were taken.
    pub events: u64,
    /// Rows that are rejected still, under their new names.
    pub rejected: Vec<StillRejected>,
    /// Whether the feed is on probation: it is then shown and not counted until it is switched on.
    pub on_probation: bool,
    /// Whether there are more of the kind than are mended at once: ask again.
    pub more: bool,
}

/// A mended row that is rejected still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StillRejected {
    /// What it is called now.
    pub name: RowName,
    /// What it was called.
    pub mends: RowName,
    /// The field at fault.
    pub field: String,
    /// What is wrong and what to do.
    pub reason: String,
}

/// What became of dismissed rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DismissAnswer {
    /// How many of them were not dismissed before.
    pub dismissed: u64,
}

/// The part of a form's field names behind which the name of a column stands.
pub const FIELD_PREFIX: &str = "field.";

impl Mending {
    /// Reads a form: `row` and, for each field, `field.NAME`; or `kind`, `field`, `from` and `to`, where `everywhere` says
    /// that it does not matter what stands there.
    ///
    /// # Errors
    /// What is missing or cannot be read.
    pub fn from_pairs(pairs: &[(String, String)]) -> Result<Self, QueryFault> {
        let get = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        if let Some(name) = get("row") {
            let field =
                |(key, text): &(String, String)| Some((key.strip_prefix(FIELD_PREFIX)?.to_owned(), text.clone()));
            let fields = pairs.iter().filter_map(field).collect();
            return Ok(Self::Rows(vec![Correction { name: read("row", name)?, fields }]));
        }
        let missing = |name: &str| QueryFault { parameter: name.to_owned(), reason: "is missing".to_owned() };
        Ok(Self::Replace(Replacement {
            kind: read("kind", get("kind").ok_or_else(|| missing("kind"))?)?,
            field: get("field").filter(|field| !field.is_empty()).ok_or_else(|| missing("field"))?.to_owned(),
            from: get("everywhere").is_none().then(|| get("from").unwrap_or_default().to_owned()),
            to: get("to").unwrap_or_default().to_owned(),
        }))
    }
}

impl Dismissing {
    /// Reads a form: `row` and `why`.
    ///
    /// # Errors
    /// What is missing or cannot be read.
    pub fn from_pairs(pairs: &[(String, String)]) -> Result<Self, QueryFault> {
        let get = |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        let rows = pairs.iter().filter(|(key, _)| key == "row").map(|(_, row)| read("row", row));
        Ok(Self { rows: rows.collect::<Result<_, _>>()?, why: read("why", get("why"))? })
    }
}

fn read<T: FromStr<Err: fmt::Display>>(parameter: &str, text: &str) -> Result<T, QueryFault> {
    text.parse().map_err(|fault: T::Err| QueryFault { parameter: parameter.to_owned(), reason: fault.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn names_are_written_and_read_back() {
        let name = RowName { batch: 0x0018_f3a0, row: 5 };
        assert_eq!((name.to_string().as_str(), "18f3a0-5".parse()), ("18f3a0-5", Ok(name)));
        let kind = Kind::of("at", "is empty");
        assert_eq!(kind.to_string().parse(), Ok(kind));
        assert_ne!(kind, Kind::of("ati", "s empty"));
        assert!("18f3a0".parse::<RowName>().is_err() && "".parse::<Kind>().is_err());
    }

    #[test]
    fn every_field_of_a_template_is_at_fault() {
        for (fault, fields) in [("at", "at"), ("{day} {hour}", "day hour"), ("promise", "promise.at promise.date")] {
            assert!(fields.split(' ').all(|field| is_at_fault(fault, field)), "{fault}");
        }
        assert!(!is_at_fault("row", "at") && !is_at_fault("{day} {hour}", "ho") && !is_at_fault("at", "promise.at"));
    }

    #[test]
    fn a_form_corrects_one_row_or_all_of_a_kind() {
        let row = [("row", "1f-5"), ("field.at", "2026-01-01 10:00"), ("why", "other"), ("field.n", "")];
        let fields =
            BTreeMap::from([("at".to_owned(), "2026-01-01 10:00".to_owned()), ("n".to_owned(), String::new())]);
        let correction = Correction { name: RowName { batch: 31, row: 5 }, fields };
        assert_eq!(Mending::from_pairs(&pairs(&row)).ok(), Some(Mending::Rows(vec![correction])));
        let all = [("kind", "0a"), ("field", "code"), ("from", ""), ("to", "13")];
        let replacement =
            Replacement { kind: Kind(10), field: "code".into(), from: Some(String::new()), to: "13".into() };
        assert_eq!(Mending::from_pairs(&pairs(&all)).ok(), Some(Mending::Replace(replacement.clone())));
        let everywhere = [&all[..], &[("everywhere", "yes")]].concat();
        let replacement = Replacement { from: None, ..replacement };
        assert_eq!(Mending::from_pairs(&pairs(&everywhere)).ok(), Some(Mending::Replace(replacement)));
        let fault = Mending::from_pairs(&pairs(&[("kind", "0a")])).err();
        assert_eq!(fault.map(|fault| fault.parameter), Some("field".into()));
    }

    #[test]
    fn a_form_dismisses_rows_for_a_reason_that_is_known() {
        let form = Dismissing::from_pairs(&pairs(&[("row", "1f-5"), ("why", "test")])).ok();
        assert_eq!(form, Some(Dismissing { rows: vec![RowName { batch: 31, row: 5 }], why: Dismissal::Test }));
        assert!(Dismissing::from_pairs(&pairs(&[("row", "1f-5"), ("why", "")])).is_err());
    }
}
