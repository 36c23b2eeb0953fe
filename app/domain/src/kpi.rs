//! KPIs: ratios of sums of cells, as the API and the pages show them.

pub mod absent;
pub mod definition;
mod parts;
mod row;
mod standing;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::cell::{Cube, Dimension};
use crate::vocabulary::vocabulary;

pub use absent::Absent;
pub use definition::{Definition, DefinitionView, Measured};
pub use parts::{
    Classes, ContractClasses, DeliveredWithin, FailedAttempts, FailureReason, FirstAttempt, KindLatency, Latency,
    Lateness, Mean, PartyTime, Percentiles, ShareAndTime, Uptake,
};
pub use row::{Holds, KpiRow, Kpis, Sums};
pub use standing::{Evidence, Outcome, Standing};

vocabulary! {
    /// What the rows of an answer are grouped by.
    Grouping("grouping") {
        /// The local date of the cohort.
        Day = 0 "day",
        /// The courier.
        Courier = 1 "courier",
        /// The courier's product.
        Service = 2 "service",
        /// Origin x destination country, written `CN-ES`.
        Corridor = 3 "corridor",
        /// ISO 3166-1 alpha-2.
        OriginCountry = 4 "origin_country",
        /// ISO 3166-1 alpha-2.
        DestinationCountry = 5 "destination_country",
        /// Region of the destination.
        DestinationRegion = 6 "destination_region",
        /// Planned place of delivery.
        DeliveryMode = 7 "delivery_mode",
        /// The shop or sender.
        Shipper = 8 "shipper",
        /// The contract that judges the leg.
        Contract = 9 "contract",
    }
}

impl Grouping {
    /// The dimensions that this grouping reads.
    pub const fn dimensions(self) -> &'static [Dimension] {
        match self {
            Self::Day => &[],
            Self::Courier => &[Dimension::Courier],
            Self::Service => &[Dimension::Service],
            Self::Corridor => &[Dimension::OriginCountry, Dimension::DestinationCountry],
            Self::OriginCountry => &[Dimension::OriginCountry],
            Self::DestinationCountry => &[Dimension::DestinationCountry],
            Self::DestinationRegion => &[Dimension::DestinationRegion],
            Self::DeliveryMode => &[Dimension::DeliveryMode],
            Self::Shipper => &[Dimension::Shipper],
            Self::Contract => &[Dimension::Contract],
        }
    }
}

/// A parameter of a question that cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{parameter}: {reason}")]
pub struct QueryFault {
    /// The parameter's name.
    pub parameter: String,
    /// What is wrong with it and what would be right.
    pub reason: String,
}

/// A question to the cells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KpiQuery {
    /// What the rows are grouped by; none gives one row.
    pub group_by: Vec<Grouping>,
    /// First cohort day, inclusive.
    pub from: Option<NaiveDate>,
    /// Last cohort day, inclusive.
    pub to: Option<NaiveDate>,
    /// Values of a grouping of which one must hold. Never [`Grouping::Day`].
    pub filters: BTreeMap<Grouping, Vec<String>>,
}

impl KpiQuery {
    /// Reads `group_by`, `from`, `to` and the filters. A filter may be given several times.
    ///
    /// # Errors
    /// The first parameter that is unknown or cannot be read.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, QueryFault> {
        let mut query = Self::default();
        for (name, value) in pairs {
            let fault = |reason: String| QueryFault { parameter: name.to_owned(), reason };
            match name {
                "group_by" => {
                    for word in value.split(',').filter(|word| !word.is_empty()) {
                        let grouping: Grouping =
                            word.parse().map_err(|e| fault(format!("{e}; use any of {}", words())))?;
                        if !query.group_by.contains(&grouping) {
                            query.group_by.push(grouping);
                        }
                    }
                }
                "from" => query.from = parse_date(value).map_err(fault)?,
                "to" => query.to = parse_date(value).map_err(fault)?,
                _ => match name.parse() {
                    Ok(Grouping::Day) | Err(_) => {
                        return Err(fault(format!(
                            "unknown parameter; use group_by, from, to, or a filter: {}",
                            words()
                        )));
                    }
                    Ok(grouping) => {
                        // A name may hold a comma: several values are several parameters.
                        let values = query.filters.entry(grouping).or_default();
                        values.extend((!value.is_empty()).then(|| value.to_owned()));
                    }
                },
            }
        }
        query.filters.retain(|_, values| !values.is_empty());
        if let (Some(from), Some(to)) = (query.from, query.to)
            && to < from
        {
            return Err(QueryFault { parameter: "to".into(), reason: format!("{to} lies before from={from}") });
        }
        Ok(query)
    }

    /// Every dimension that the question reads.
    pub fn dimensions(&self) -> impl Iterator<Item = Dimension> {
        self.group_by.iter().chain(self.filters.keys()).flat_map(|grouping| grouping.dimensions()).copied()
    }

    /// The smallest cube that answers, or `None` where only the parcels themselves can.
    pub fn cube(&self) -> Option<Cube> {
        [Cube::Main, Cube::Region, Cube::Shipper]
            .into_iter()
            .find(|cube| self.dimensions().all(|dimension| cube.dimensions().contains(&dimension)))
    }
}

fn words() -> String {
    Grouping::ALL.iter().map(|g| g.as_str()).collect::<Vec<_>>().join(", ")
}

fn parse_date(value: &str) -> Result<Option<NaiveDate>, String> {
    if value.is_empty() {
        return Ok(None);
    }
    let date = NaiveDate::parse_from_str(value, "%Y-%m-%d")
        .map_err(|_| format!("{value:?} is not a date; write 2026-06-01"))?;
    Ok(Some(date))
}

/// The answer to a [`KpiQuery`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KpiAnswer {
    /// Grows with every change of the figures.
    pub revision: i64,
    /// Up to when deadlines have been judged, UTC.
    pub as_of: DateTime<Utc>,
    /// Up to when the feeds have told what happened, UTC; `null` without any event.
    pub complete_until: Option<DateTime<Utc>>,
    /// `cells`, or `parcels` where the question fits no cube and was answered, slower, from the parcels.
    pub answered_from: AnsweredFrom,
    /// Sorted by the values of the groupings, in their order.
    pub rows: Vec<KpiRow>,
}

vocabulary! {
    /// What an answer was read from.
    AnsweredFrom("source") {
        /// From the cells.
        Cells = 1 "cells",
        /// From the parcels themselves: exact as well, but slower.
        Parcels = 2 "parcels",
    }
}
