//! What a courier's codes are said to mean after the fact, and what that changes.

use serde::{Deserialize, Serialize};

use crate::kpi::{KpiRow, QueryFault};
use crate::rate::Rate;
use crate::vocabulary::{EventKind, Party, Reason};

/// What one code means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeMeaning {
    /// The courier's own code.
    pub code: String,
    /// What happened.
    pub event: EventKind,
    /// Why, where something failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Who answers for it; follows from the reason if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<Party>,
}

/// What several codes of a feed mean.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mapping {
    /// The version of the feed's definition that this adds to.
    pub version: String,
    /// The codes, each once.
    pub codes: Vec<CodeMeaning>,
}

impl Mapping {
    /// Reads the fields of a form: `version`, and for each code `event.CODE`, `reason.CODE` and `party.CODE`. A code
    /// without an event is left as it is.
    ///
    /// # Errors
    /// The first field whose word is unknown.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)> + Clone) -> Result<Self, QueryFault> {
        let mut mapping = Self::default();
        for (name, value) in pairs.clone().into_iter().filter(|(_, value)| !value.is_empty()) {
            if name == "version" {
                mapping.version = value.to_owned();
            } else if let Some(code) = name.strip_prefix("event.")
                && mapping.codes.iter().all(|known| known.code != code)
            {
                let (event, code) = (word(name, value)?, code.to_owned());
                mapping.codes.push(CodeMeaning { code, event, reason: None, party: None });
            }
        }
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            let Some((field @ ("reason" | "party"), code)) = name.split_once('.') else { continue };
            let Some(meaning) = mapping.codes.iter_mut().find(|meaning| meaning.code == code) else { continue };
            match field {
                "reason" => meaning.reason = Some(word(name, value)?),
                _ => meaning.party = Some(word(name, value)?),
            }
        }
        Ok(mapping)
    }
}

fn word<T: std::str::FromStr<Err: std::fmt::Display>>(name: &str, value: &str) -> Result<T, QueryFault> {
    value.parse().map_err(|fault: T::Err| QueryFault { parameter: name.to_owned(), reason: fault.to_string() })
}

/// What a mapping changes in history.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MappingPreview {
    /// Events that come to mean something else.
    pub events: i64,
    /// Tracking numbers that these are about.
    pub parcels: i64,
    /// Batches that stay as they were read, although they may hold these codes: what they held was deleted, or the
    /// definition that read them does not take the codes.
    pub out_of_reach: i64,
    /// The couriers whose figures change, by name.
    pub couriers: Vec<CourierChange>,
}

/// A courier's figures over all days, before and after.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CourierChange {
    /// The courier.
    pub courier: String,
    /// As they are.
    pub before: CourierFigures,
    /// As they would be.
    pub after: CourierFigures,
}

/// The figures of a courier that a mapping is judged by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CourierFigures {
    /// Parcels delivered on time, of those that were judged.
    pub on_time: Rate,
    /// First attempts that succeeded, of all.
    pub first_attempt: Rate,
    /// Failed attempts.
    pub failed_attempts: i64,
}

impl From<&KpiRow> for CourierFigures {
    fn from(row: &KpiRow) -> Self {
        Self {
            on_time: row.kpis.on_time_customer,
            first_attempt: row.kpis.first_attempt.succeeded,
            failed_attempts: row.kpis.failed_attempts.total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_names_each_code_in_its_fields() {
        let pairs = [
            ("version", "abc"),
            ("event.21/A", "attempt_failed"),
            ("event.30", ""),
            ("reason.21/A", "consignee_absent"),
            ("party.30", "courier"),
        ];
        let mapping = Mapping::from_pairs(pairs).unwrap_or_default();
        assert_eq!(mapping.version, "abc");
        let reason = Some(Reason::ConsigneeAbsent);
        let meaning = CodeMeaning { code: "21/A".into(), event: EventKind::AttemptFailed, reason, party: None };
        assert_eq!(mapping.codes, [meaning]);
        let fault = Mapping::from_pairs([("event.1", "teleported")]).err();
        assert_eq!(fault.map(|fault| fault.parameter), Some("event.1".into()));
    }
}
