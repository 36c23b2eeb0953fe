//! What each KPI means, as it is printed beside every figure and told by the API. `KPI.md` has the whole, with examples.

use serde::{Deserialize, Serialize};

use super::Kpis;
use crate::rate::Rate;

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

/// On-time by contract.
pub const ON_TIME_CONTRACT: Definition = Definition {
    word: "on_time_contract",
    title: "On-time, contract",
    formula: "On time ÷ (early + on time + late), per leg",
    text: "Each courier's leg against its own contract, with every pause that the contract knows. A leg counts on the local \
           day of its first deadline, whatever happened to it: silent, lost and overdue legs are late. Outside stay legs not \
           due yet, paused at their deadline, cancelled by the shipper, ambiguous, and those that no contract judges.",
    unit: SHARE,
    cohort: DEADLINE,
    source: WILSON,
};

/// On-time by contract, as the courier claims.
pub const ON_TIME_CONTRACT_CLAIMED: Definition = Definition {
    word: "on_time_contract_claimed",
    title: "On-time, claimed",
    formula: "On time ÷ (early + on time + late), per leg, with the pauses that rest on the courier's own word",
    text: "As on-time by contract, but of the pauses only those that the leg's own courier has told. What lies between this \
           and the raw figure rests on its codes alone.",
    unit: SHARE,
    cohort: DEADLINE,
    source: WILSON,
};

/// On-time by contract, without pauses.
pub const ON_TIME_CONTRACT_RAW: Definition = Definition {
    word: "on_time_contract_raw",
    title: "On-time, raw",
    formula: "On time ÷ (early + on time + late), per leg, without any pause",
    text: "As on-time by contract, but nothing moves the deadline, whoever has told of it.",
    unit: SHARE,
    cohort: DEADLINE,
    source: WILSON,
};

/// Lateness by party.
pub const LATENESS: Definition = Definition {
    word: "lateness",
    title: "Lateness by party",
    formula: "Time from the first deadline to the stop, by who answers for it; sums to the total",
    text: "Of the legs that have stopped or turned back after their first deadline. The stretch by which a pause moved the \
           deadline is its party's; the rest is that of whoever answers for the time in it. Time of legs that are still under \
           way is added when they stop.",
    unit: "milliseconds",
    cohort: DEADLINE,
    source: OURS,
};

/// On-time against the promise to the customer.
pub const ON_TIME: Definition = Definition {
    word: "on_time_customer",
    title: "On-time, customer",
    formula: "On time ÷ (early + on time + late)",
    text: "A parcel counts on the local day of its deadline, whatever happened to it. Judged against the first promise; \
           only the consignee's own wish replaces it. Silent, lost and overdue parcels are late. A parcel is early only \
           where its promise had an earliest time. Parcels without a promise, not due yet, or cancelled by the shipper \
           before the deadline stay outside.",
    unit: SHARE,
    cohort: PROMISE,
    source: WILSON,
};

/// The share that was not late.
pub const NOT_LATE: Definition = Definition {
    word: "not_late",
    title: "Not late",
    formula: "(Early + on time) ÷ (early + on time + late)",
    text: "As on-time against the customer's promise, but early counts as good.",
    unit: SHARE,
    cohort: PROMISE,
    source: WILSON,
};

/// The share with a promise.
pub const PROMISE_COVERAGE: Definition = Definition {
    word: "promise_coverage",
    title: "Promise coverage",
    formula: "Parcels with a promise ÷ parcels",
    text: "Where nobody stated a promise in time, nothing can be judged against it.",
    unit: SHARE,
    cohort: "local day of the promise, else of acceptance",
    source: WILSON,
};

/// First attempt.
pub const FIRST_ATTEMPT: Definition = Definition {
    word: "first_attempt",
    title: "First-attempt success",
    formula: "Succeeded ÷ (succeeded + failed + not attempted by the deadline)",
    text: "Succeeded: delivered, or deposited where it was planned or asked for. A courier's own diversion to a locker \
           or shop is a failed attempt. Two scans of one round are one attempt. Counted on the day of the deadline, or \
           of the attempt where there is no promise.",
    unit: SHARE,
    cohort: "local day of the promise, else of the attempt",
    source: WILSON,
};

/// Failed attempts.
pub const FAILED_ATTEMPTS: Definition = Definition {
    word: "failed_attempts",
    title: "Failed attempts",
    formula: "Attempts to deliver that failed, by reason and responsible party",
    text: "Counted on the day of the attempt, each attempt once. The reason is the courier's own word; who answers for \
           it follows from the reason unless the feed says otherwise.",
    unit: "attempts",
    cohort: "local day of the attempt",
    source: OURS,
};

/// Lockers.
pub const LOCKER_UPTAKE: Definition = Definition {
    word: "locker_uptake",
    title: "Locker uptake",
    formula: "Planned for a locker ÷ accepted;  diverted to a locker ÷ accepted",
    text: "Planned: the earliest statement says locker. Diverted: the courier left it there unasked. The two are never \
           added up. Counted on the day a courier took custody.",
    unit: SHARE,
    cohort: ACCEPTANCE,
    source: WILSON,
};

/// Shops.
pub const SHOP_UPTAKE: Definition = Definition {
    word: "shop_uptake",
    title: "Shop uptake",
    formula: "Planned for a shop ÷ accepted;  diverted to a shop ÷ accepted",
    text: "As locker uptake, for parcel shops.",
    unit: SHARE,
    cohort: ACCEPTANCE,
    source: WILSON,
};

/// Transit time.
pub const TRANSIT: Definition = Definition {
    word: "transit_time",
    title: "Transit time, P90",
    formula: "90 % of the legs took no longer",
    text: "From the first evidence of a courier's custody to the end of its leg: delivery, deposit where planned, or \
           hand-over. Counted on the day of the stop; nearest rank, within 2 %.",
    unit: "milliseconds: P50, P90, P95; a contract's goal is its P90 in hours",
    cohort: "local day of the leg's end",
    source: OURS,
};

/// Attempts per leg.
pub const ATTEMPTS_PER_LEG: Definition = Definition {
    word: "attempts_per_leg",
    title: "Attempts per leg",
    formula: "Attempts / legs that stopped or turned back",
    text: "The courier's own attempts between the start and the end of its leg. Legs that were handed on are not in it.",
    unit: "attempts",
    cohort: "local day of the leg's end",
    source: OURS,
};

/// Collection.
pub const COLLECTION: Definition = Definition {
    word: "collection",
    title: "Time to collect; uncollected",
    formula: "First deposit at a locker or shop to collection, P50 and P90;  never fetched ÷ deposited",
    text: "Never fetched: the time to collect has expired, or the parcel has turned back. What still lies there is in neither.",
    unit: "milliseconds; share 0..1, with its 95 % interval",
    cohort: "local day of the deposit",
    source: WILSON,
};

/// Hand-offs.
pub const HAND_OFF: Definition = Definition {
    word: "hand_off",
    title: "Hand-off dwell; not scanned in",
    formula: "Out-scan to the next courier's first scan, P50 and P95;  no such scan ÷ out-scans",
    text: "Of the courier that has scanned a parcel out to another. A share that stays high days later is a black hole.",
    unit: "milliseconds; share 0..1, with its 95 % interval",
    cohort: "local day of the out-scan",
    source: WILSON,
};

/// Customs.
pub const CUSTOMS: Definition = Definition {
    word: "customs",
    title: "Customs: held; hours",
    formula: "Held ÷ presented;  presentation to release or the next physical scan, P50 and P95",
    text: "The first presentation on the way out. Held: a scan says that customs keeps the parcel.",
    unit: "share 0..1, with its 95 % interval; milliseconds",
    cohort: "local day of the presentation",
    source: WILSON,
};

/// Loss.
pub const LOSS: Definition = Definition {
    word: "loss",
    title: "Lost",
    formula: "(Declared lost or destroyed + not delivered 30 days after the promise) ÷ accepted",
    text: "30 days after the agreed time a parcel counts as lost. Returned parcels are not. Counted on the day of acceptance, so that a recent period has few: compare periods that are 30 days old.",
    unit: SHARE,
    cohort: ACCEPTANCE,
    source: "CMR convention, article 20; interval: E. B. Wilson, JASA 22 (1927)",
};

/// Damage.
pub const DAMAGE: Definition = Definition {
    word: "damage",
    title: "Damaged",
    formula: "Declared damaged ÷ accepted",
    text: "A courier's own scan says so.",
    unit: SHARE,
    cohort: ACCEPTANCE,
    source: WILSON,
};

/// Promise drift.
pub const PROMISE_DRIFT: Definition = Definition {
    word: "promise_drift",
    title: "Promise drift",
    formula: "Last estimate after the promise ÷ parcels with a promise and an estimate",
    text: "A courier's estimate is never the promise; where the last one lies after it, the courier itself has said that it would be late.",
    unit: SHARE,
    cohort: PROMISE,
    source: WILSON,
};

/// Volume.
pub const VOLUME: Definition = Definition {
    word: "volume",
    title: "Accepted parcels",
    formula: "Parcels of which a courier took custody",
    text: "Counted on the day of acceptance. Open: the promise falls due in the period and is not due yet. No promise: \
           nobody stated one, so it cannot be judged; coverage is the share that has one.",
    unit: "parcels",
    cohort: ACCEPTANCE,
    source: OURS,
};

/// Every KPI.
pub const ALL: [&Definition; 20] = [
    &ON_TIME_CONTRACT,
    &ON_TIME_CONTRACT_CLAIMED,
    &ON_TIME_CONTRACT_RAW,
    &LATENESS,
    &ON_TIME,
    &NOT_LATE,
    &PROMISE_COVERAGE,
    &FIRST_ATTEMPT,
    &FAILED_ATTEMPTS,
    &LOCKER_UPTAKE,
    &SHOP_UPTAKE,
    &TRANSIT,
    &ATTEMPTS_PER_LEG,
    &COLLECTION,
    &HAND_OFF,
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

impl Kpis {
    /// What a contract can set a target for, by its word.
    pub fn measured(&self, word: &str) -> Option<Measured> {
        Some(match word {
            "on_time_contract" => Measured::Share(self.on_time_contract),
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
            _ => return None,
        })
    }
}
