//! KPIs: ratios of sums of cells, as the API and the pages show them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::cell::{Counts, Cube, Dimension, Measure};
use crate::histogram::percentile_ms;
use crate::rate::Rate;
use crate::vocabulary::{Party, Reason, vocabulary};

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

/// Parcels by what became of their promise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Classes {
    /// Delivered before the promised window.
    pub early: i64,
    /// Promise kept.
    pub on_time: i64,
    /// Promise broken, delivered or not.
    pub late: i64,
    /// Of the late: not delivered yet.
    pub late_open: i64,
    /// Promise not due yet; outside every rate.
    pub open: i64,
    /// No promise known; outside every rate.
    pub no_promise: i64,
    /// Cancelled by the shipper before the deadline; outside every rate.
    pub cancelled: i64,
}

/// The three shares of the first attempt; they sum to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FirstAttempt {
    /// Delivered, or deposited where planned or asked.
    pub succeeded: Rate,
    /// Failed, including the courier's own diversion.
    pub failed: Rate,
    /// Not attempted by the deadline.
    pub not_attempted: Rate,
}

/// Out-of-home shares of the accepted parcels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Uptake {
    /// Planned for this place, by the earliest statement.
    pub planned: Rate,
    /// Left there by the courier unasked.
    pub diverted: Rate,
}

/// Percentiles of a duration in milliseconds, nearest rank, within 2 %.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Percentiles {
    /// How many were measured.
    pub n: i64,
    /// Half took no longer.
    pub p50_ms: Option<i64>,
    /// 90 % took no longer.
    pub p90_ms: Option<i64>,
    /// 95 % took no longer.
    pub p95_ms: Option<i64>,
}

impl Percentiles {
    /// Reads the percentiles of (bucket, count) pairs in ascending order of bucket.
    pub fn of(buckets: &[(i32, i64)]) -> Self {
        Self {
            n: buckets.iter().map(|&(_, count)| count).sum(),
            p50_ms: percentile_ms(buckets, 0.50),
            p90_ms: percentile_ms(buckets, 0.90),
            p95_ms: percentile_ms(buckets, 0.95),
        }
    }
}

/// Failed attempts with one reason and party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FailureReason {
    /// Why; `None` where the courier gave no reason.
    pub reason: Option<Reason>,
    /// Who answers for it.
    pub party: Party,
    /// How many attempts.
    pub n: i64,
}

/// Failed attempts, most frequent reason first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FailedAttempts {
    /// All of them.
    pub total: i64,
    /// By reason and party.
    pub by_reason: Vec<FailureReason>,
}

/// Every KPI of a row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Kpis {
    /// On time / (early + on time + late), against the first promise to the customer.
    pub on_time_customer: Rate,
    /// (Early + on time) / (early + on time + late).
    pub not_late: Rate,
    /// Parcels with a promise / parcels.
    pub promise_coverage: Rate,
    /// The first attempt.
    pub first_attempt: FirstAttempt,
    /// Failed attempts by reason and party.
    pub failed_attempts: FailedAttempts,
    /// Lockers.
    pub locker_uptake: Uptake,
    /// Shops.
    pub shop_uptake: Uptake,
    /// Start of custody to stop, per leg.
    pub transit_time: Percentiles,
    /// Parcels of which a courier took custody.
    pub volume: i64,
}

/// One row of an answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KpiRow {
    /// The values of what the rows are grouped by; empty text where nobody stated one.
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, String>))]
    pub group: BTreeMap<Grouping, String>,
    /// Parcels by class.
    pub classes: Classes,
    /// The KPIs.
    pub kpis: Kpis,
}

impl KpiRow {
    /// Builds a row from the sums of its cells.
    pub fn new(
        group: BTreeMap<Grouping, String>,
        counts: &Counts,
        transit: &[(i32, i64)],
        mut failures: Vec<FailureReason>,
    ) -> Self {
        let of = |measure: Measure| counts[measure.index()];
        let classes = Classes {
            early: of(Measure::Early),
            on_time: of(Measure::OnTime),
            late: of(Measure::Late),
            late_open: of(Measure::LateOpen),
            open: of(Measure::NotDue),
            no_promise: of(Measure::NoPromise),
            cancelled: of(Measure::Cancelled),
        };
        let judged = classes.early + classes.on_time + classes.late;
        let promised = judged + classes.open + classes.cancelled;
        let attempts = of(Measure::FirstSucceeded) + of(Measure::FirstFailed) + of(Measure::FirstNotAttempted);
        let accepted = of(Measure::Accepted);
        failures.retain(|failure| failure.n != 0);
        failures.sort_by(|a, b| b.n.cmp(&a.n).then(a.reason.cmp(&b.reason)).then(a.party.cmp(&b.party)));
        let uptake = |planned, diverted| Uptake {
            planned: Rate::new(of(planned), accepted),
            diverted: Rate::new(of(diverted), accepted),
        };
        let kpis = Kpis {
            on_time_customer: Rate::new(classes.on_time, judged),
            not_late: Rate::new(classes.early + classes.on_time, judged),
            promise_coverage: Rate::new(promised, promised + classes.no_promise),
            first_attempt: FirstAttempt {
                succeeded: Rate::new(of(Measure::FirstSucceeded), attempts),
                failed: Rate::new(of(Measure::FirstFailed), attempts),
                not_attempted: Rate::new(of(Measure::FirstNotAttempted), attempts),
            },
            failed_attempts: FailedAttempts { total: failures.iter().map(|f| f.n).sum(), by_reason: failures },
            locker_uptake: uptake(Measure::PlannedLocker, Measure::DivertedLocker),
            shop_uptake: uptake(Measure::PlannedShop, Measure::DivertedShop),
            transit_time: Percentiles::of(transit),
            volume: accepted,
        };
        Self { group, classes, kpis }
    }
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
