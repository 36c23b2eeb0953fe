//! Exclusions: legs that both sides have agreed to leave out of the on-time rate, with who accepted it and why.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::Text;
use crate::calendar::{Fault, is_country};
use crate::contract::Selector;
use crate::event::{Number, normal_number};
use crate::vocabulary::Reason;

/// The longest name of a person and the longest note, in characters.
const LONGEST: (usize, usize) = (100, 1000);
/// The longest period, in days.
const LONGEST_DAYS: i64 = 366;

/// What is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The legs with the courier of a parcel that has, or had, this tracking number with it.
    Parcel(Number),
    /// Legs whose first deadline lies on one of these local dates at the destination.
    Period {
        /// Whose.
        of: Selector,
        /// The first date, inclusive.
        from: NaiveDate,
        /// The last date, inclusive.
        to: NaiveDate,
    },
}

/// An accepted exclusion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// What is left out.
    pub scope: Scope,
    /// Why.
    pub reason: Reason,
    /// Who accepted it.
    pub accepted_by: Text,
    /// What else is to be known.
    #[serde(default)]
    pub note: String,
    /// Who took it back, where somebody did: it then leaves nothing out.
    #[serde(default)]
    pub withdrawn_by: Option<Text>,
}

/// An exclusion as somebody writes it: of one parcel by its tracking number, else of a period.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ExclusionForm {
    /// The courier, as events name it.
    pub courier: String,
    /// The tracking number with the courier; empty for a period.
    pub number: String,
    /// Of a period: the courier's product; empty is any.
    pub service: String,
    /// Of a period: the country that parcels come from, ISO 3166-1 alpha-2; empty is any.
    pub origin: String,
    /// Of a period: the country that parcels go to, ISO 3166-1 alpha-2; empty is any.
    pub destination: String,
    /// Of a period: the first local date of the deadlines, as 2026-01-31.
    pub from: String,
    /// Of a period: the last one, inclusive.
    pub to: String,
    /// Why: a reason of the vocabulary, as `weather`.
    pub reason: String,
    /// Who accepts it.
    pub accepted_by: String,
    /// What else is to be known.
    pub note: String,
}

/// An exclusion as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExclusionView {
    /// What it is known by.
    pub id: String,
    /// The courier.
    pub courier: String,
    /// The tracking number; none for a period.
    pub number: Option<String>,
    /// Of a period: the courier's product; empty is any.
    pub service: String,
    /// Of a period: the country that parcels come from; empty is any.
    pub origin: String,
    /// Of a period: the country that parcels go to; empty is any.
    pub destination: String,
    /// Of a period: the first local date of the deadlines, inclusive.
    pub from: Option<NaiveDate>,
    /// Of a period: the last one, inclusive.
    pub to: Option<NaiveDate>,
    /// Why.
    pub reason: Reason,
    /// Who accepted it.
    pub accepted_by: String,
    /// When, UTC.
    pub accepted_at: DateTime<Utc>,
    /// What else is to be known.
    pub note: String,
    /// Who took it back; it then leaves nothing out.
    pub withdrawn_by: Option<String>,
    /// When that was, UTC.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// A leg that is late, and would not be by what only its own courier says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimView {
    /// The courier.
    pub courier: String,
    /// The tracking number with it.
    pub number: String,
    /// The contract that judges the leg.
    pub contract: String,
    /// The local date of the first deadline at the destination.
    pub day: NaiveDate,
    /// What the courier gives as the cause, in words.
    pub cause: String,
    /// The verdict with every pause that the contract knows, in words.
    pub verdict: String,
}

impl ExclusionForm {
    /// Reads what was written.
    ///
    /// # Errors
    /// Every field at fault.
    pub fn read(&self) -> Result<Exclusion, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut fault = |path: &str, what: &str| faults.push(Fault { path: path.into(), what: what.into() });
        let [courier, service, origin, destination] =
            [&self.courier, &self.service, &self.origin, &self.destination].map(|text| Text::from(text.trim()));
        if courier.is_empty() {
            fault("courier", "is missing: write the courier as its events name it");
        }
        for (field, text) in [("origin", &origin), ("destination", &destination)] {
            if !text.is_empty() && !is_country(text) {
                fault(field, "must be a country's two capital letters, as ES");
            }
        }
        let number = normal_number(&self.number);
        let has_days = [&self.from, &self.to].iter().any(|text| !text.trim().is_empty());
        if has_days && !number.is_empty() {
            fault("number", "names one parcel, and from and to a period: give one of the two");
        }
        let scope = if number.is_empty() {
            let mut date = |field: &str, text: &str| {
                let date = text.trim().parse::<NaiveDate>().ok();
                if date.is_none() {
                    fault(field, "must be a date, as 2026-01-31; or give the tracking number of a parcel");
                }
                date.unwrap_or_default()
            };
            let (from, to) = (date("from", &self.from), date("to", &self.to));
            if to < from {
                fault("to", "must not be before from");
            }
            if (to - from).num_days() >= LONGEST_DAYS {
                fault("to", "must not be more than a year after from");
            }
            Scope::Period { of: Selector { courier, service, origin, destination }, from, to }
        } else {
            Scope::Parcel(Number { courier, number })
        };
        let reason: Option<Reason> = self.reason.trim().parse().ok();
        if reason.is_none() {
            let words: Vec<&str> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
            fault("reason", &format!("must be one of {}", words.join(", ")));
        }
        let accepted_by = who(&self.accepted_by).map_err(|what| fault("accepted_by", what)).unwrap_or_default();
        let note = self.note.trim().to_owned();
        if note.chars().count() > LONGEST.1 {
            fault("note", "must not be longer than 1,000 characters");
        }
        match reason {
            Some(reason) if faults.is_empty() => Ok(Exclusion { scope, reason, accepted_by, note, withdrawn_by: None }),
            _ => Err(faults),
        }
    }
}

/// A person's name as it was written.
///
/// # Errors
/// What is wrong with it.
pub fn who(text: &str) -> Result<Text, &'static str> {
    match text.trim() {
        "" => Err("is missing: write who decides it"),
        text if text.chars().count() > LONGEST.0 => Err("must not be longer than 100 characters"),
        text => Ok(text.into()),
    }
}

impl ExclusionView {
    /// As it was saved (UTC), and as it was taken back.
    pub fn new(id: &str, of: &Exclusion, accepted_at: DateTime<Utc>, withdrawn_at: Option<DateTime<Utc>>) -> Self {
        let (of_whom, number, days) = match &of.scope {
            Scope::Parcel(Number { courier, number }) => {
                (Selector { courier: courier.clone(), ..Selector::default() }, Some(number.to_string()), None)
            }
            Scope::Period { of, from, to } => (of.clone(), None, Some((*from, *to))),
        };
        let (from, to) = days.unzip();
        let Selector { courier, service, origin, destination } = of_whom;
        let [courier, service, origin, destination] = [courier, service, origin, destination].map(String::from);
        let (reason, accepted_by, note) = (of.reason, of.accepted_by.to_string(), of.note.clone());
        let withdrawn_by = of.withdrawn_by.as_ref().map(ToString::to_string);
        let id = id.to_owned();
        Self {
            id,
            courier,
            number,
            service,
            origin,
            destination,
            from,
            to,
            reason,
            accepted_by,
            accepted_at,
            note,
            withdrawn_by,
            withdrawn_at,
        }
    }
}
