//! What each KPI means, as it is printed beside every figure and told by the API. `KPI.md` has the whole, with examples.

mod by_contract;
mod customer;
mod journey;

use serde::{Deserialize, Serialize};

use super::{DeliveredWithin, Kpis};
use crate::cell::MOST_WORKING_DAYS;
use crate::rate::Rate;

pub use by_contract::*;
pub use customer::*;
pub use journey::*;

/// A KPI's name and how it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Definition {
    /// The KPI's word in the API and in contracts.
    pub word: &'static str,
    /// The figure.
    pub title: &'static str,
    /// Its ratio, or what it measures.
    pub formula: &'static str,
    /// What is in it and what is not.
    pub text: &'static str,
    /// What it is measured in.
    pub unit: &'static str,
    /// The day that decides in which period it counts.
    pub cohort: &'static str,
    /// Where the formula comes from.
    pub source: &'static str,
}

/// A KPI's definition as the API tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DefinitionView {
    /// The KPI's word in the API and in contracts.
    pub name: String,
    /// The figure.
    pub title: String,
    /// Its ratio, or what it measures.
    pub formula: String,
    /// What is in it and what is not.
    pub definition: String,
    /// What it is measured in.
    pub unit: String,
    /// The day that decides in which period it counts.
    pub cohort: String,
    /// Where the formula comes from.
    pub source: String,
}

impl From<&Definition> for DefinitionView {
    fn from(of: &Definition) -> Self {
        let [name, title, formula, definition, unit, cohort, source] =
            [of.word, of.title, of.formula, of.text, of.unit, of.cohort, of.source].map(str::to_owned);
        Self { name, title, formula, definition, unit, cohort, source }
    }
}

impl Definition {
    /// Whether it is a share, which has an interval.
    pub fn is_rate(&self) -> bool {
        self.formula.contains('÷')
    }
}

const SHARE: &str = "share 0..1, with its 95 % interval";
const DEADLINE: &str = "local day of the first deadline at the destination";
const PROMISE: &str = "local day of the promise at the destination";
const ACCEPTANCE: &str = "local day on which a courier took custody";
const OURS: &str = "Courierscope, KPI.md";
const WILSON: &str = "Courierscope, KPI.md; interval: E. B. Wilson, JASA 22 (1927)";

/// Every KPI.
pub const ALL: [&Definition; 29] = [
    &ON_TIME_CONTRACT,
    &ON_TIME_CONTRACT_ACCEPTED,
    &ON_TIME_CONTRACT_CLAIMED,
    &ON_TIME_CONTRACT_RAW,
    &EXCLUDED,
    &LATENESS,
    &ON_TIME,
    &NOT_LATE,
    &PROMISE_COVERAGE,
    &FIRST_ATTEMPT,
    &FAILED_ATTEMPTS,
    &LOCKER_UPTAKE,
    &SHOP_UPTAKE,
    &TRANSIT,
    &TRANSIT_OPEN,
    &STILL_OPEN,
    &DELIVERED_WITHIN,
    &ATTEMPTS_PER_LEG,
    &COLLECTION,
    &HAND_OFF,
    &TRACKING_GAP,
    &LATENCY,
    &UNSCANNED,
    &SCAN_COMPLETENESS,
    &CUSTOMS,
    &LOSS,
    &DAMAGE,
    &PROMISE_DRIFT,
    &VOLUME,
];

/// What a contract can set a target for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measured {
    /// A share that must not be less than the goal.
    Share(Rate),
    /// A time in hours that must not be more than the goal, of so many.
    Hours(Option<f64>, i64),
}

/// The words of what a contract can set a target for; of delivery within working days the usual ones.
pub const TARGETS: [&str; 16] = [
    "on_time_contract",
    "on_time_contract_accepted",
    "on_time_contract_claimed",
    "on_time_contract_raw",
    "on_time_customer",
    "not_late",
    "first_attempt",
    "transit_time",
    "delivered_within_1",
    "delivered_within_2",
    "delivered_within_3",
    "delivered_within_5",
    "locker_uptake",
    "shop_uptake",
    "scan_completeness",
    "promise_coverage",
];

impl Kpis {
    /// What a contract can set a target for, by its word.
    pub fn measured(&self, word: &str) -> Option<Measured> {
        Some(match word {
            "on_time_contract" => Measured::Share(self.on_time_contract),
            "on_time_contract_accepted" => Measured::Share(self.on_time_contract_accepted),
            "scan_completeness" => Measured::Share(self.scan_completeness),
            "on_time_contract_claimed" => Measured::Share(self.on_time_contract_claimed),
            "on_time_contract_raw" => Measured::Share(self.on_time_contract_raw),
            "on_time_customer" => Measured::Share(self.on_time_customer),
            "not_late" => Measured::Share(self.not_late),
            "promise_coverage" => Measured::Share(self.promise_coverage),
            "first_attempt" => Measured::Share(self.first_attempt.succeeded),
            "locker_uptake" => Measured::Share(self.locker_uptake.planned),
            "shop_uptake" => Measured::Share(self.shop_uptake.planned),
            "transit_time" => {
                let hours = |ms: i64| ms as f64 / 3_600_000.0;
                Measured::Hours(self.transit_time.p90_ms.map(hours), self.transit_time.n)
            }
            word => Measured::Share(self.within(word.strip_prefix("delivered_within_")?.parse().ok()?)?),
        })
    }

    /// The share that was delivered within so many working days; empty while none is old enough. None for more days than are
    /// counted.
    fn within(&self, days: u16) -> Option<Rate> {
        let mut shares = self.delivered_within.iter().flat_map(DeliveredWithin::shares);
        let is_counted = (1..=MOST_WORKING_DAYS).contains(&days);
        is_counted.then(|| shares.find(|(n, _)| *n == days).map(|(_, share)| share).unwrap_or_default())
    }
}
