//! A row of an answer: the KPIs, and what they are made of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Grouping;
use crate::cell::{Counts, Distribution, MEASURES, Measure};
use crate::histogram::percentile_ms;
use crate::rate::Rate;
use crate::vocabulary::{Party, Reason};

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

/// Legs by what became of their contract.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContractClasses {
    /// Stopped before the window of the contract's promise opened.
    pub early: i64,
    /// Contract kept.
    pub on_time: i64,
    /// Contract broken, stopped or not.
    pub late: i64,
    /// Of the late: not stopped yet.
    pub late_open: i64,
    /// Not due yet; outside every rate.
    pub open: i64,
    /// Paused at the first deadline and still; outside every rate.
    pub paused: i64,
    /// The verdict depends on an unknown time zone; outside every rate.
    pub ambiguous: i64,
    /// Cancelled by the shipper before the deadline; outside every rate.
    pub cancelled: i64,
    /// Judged by no contract; outside every rate.
    pub no_contract: i64,
    /// Judged by a version that was made after their clock had started.
    pub back_dated: i64,
}

/// The time of one party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PartyTime {
    /// Who answers for it.
    pub party: Party,
    /// Milliseconds.
    pub ms: i64,
}

/// The time after first deadlines, of legs that have stopped or turned back; by who answers for it, the longest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lateness {
    /// All of it, in milliseconds.
    pub total_ms: i64,
    /// By party; sums to the total.
    pub by_party: Vec<PartyTime>,
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

/// A mean with what it is of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mean {
    /// What is added up.
    pub sum: i64,
    /// Over how many.
    pub n: i64,
    /// Their ratio; none of nothing.
    pub mean: Option<f64>,
}

impl Mean {
    fn new(sum: i64, n: i64) -> Self {
        Self { sum, n, mean: (n > 0).then(|| sum as f64 / n as f64) }
    }
}

/// A share, and how long something took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareAndTime {
    /// The share.
    pub share: Rate,
    /// The time.
    pub time: Percentiles,
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
    /// On time / (early + on time + late), per leg, against the contract's deadline with every pause that the contract knows.
    pub on_time_contract: Rate,
    /// The same with only the pauses that rest on the courier's own word.
    pub on_time_contract_claimed: Rate,
    /// The same without any pause.
    pub on_time_contract_raw: Rate,
    /// Who took the time after the deadlines.
    pub lateness: Lateness,
    /// Lockers.
    pub locker_uptake: Uptake,
    /// Shops.
    pub shop_uptake: Uptake,
    /// Start of custody to stop, per leg.
    pub transit_time: Percentiles,
    /// Attempts per leg that stopped or turned back.
    pub attempts_per_leg: Mean,
    /// Deposits that were never fetched; from deposit to collection.
    pub collection: ShareAndTime,
    /// Out-scans that no other courier has followed; from the out-scan to the next courier's first scan.
    pub hand_off: ShareAndTime,
    /// Presented parcels that customs held; from presentation to release.
    pub customs: ShareAndTime,
    /// Declared lost or destroyed, or not delivered 30 days after the promise, of the accepted.
    pub loss: Rate,
    /// Declared damaged, of the accepted.
    pub damage: Rate,
    /// Last estimate after the promise, of the parcels with both.
    pub promise_drift: Rate,
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
    /// Legs by what became of their contract.
    pub legs: ContractClasses,
    /// The KPIs.
    pub kpis: Kpis,
}

/// The sums of cells that a row is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sums {
    /// What is counted.
    pub counts: Counts,
    /// The histograms, each in ascending order.
    pub durations: BTreeMap<Distribution, Vec<(i32, i64)>>,
    /// Failed attempts.
    pub failures: Vec<FailureReason>,
    /// Time after first deadlines.
    pub lateness: Vec<PartyTime>,
}

impl Default for Sums {
    fn default() -> Self {
        Self { counts: [0; MEASURES], durations: BTreeMap::new(), failures: Vec::new(), lateness: Vec::new() }
    }
}

impl Sums {
    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl KpiRow {
    /// Builds a row from the sums of its cells.
    pub fn new(group: BTreeMap<Grouping, String>, sums: Sums) -> Self {
        let Sums { counts, durations, mut failures, mut lateness } = sums;
        let time = |of| durations.get(&of).map(|buckets| Percentiles::of(buckets)).unwrap_or_default();
        let rate = |hits, total| Rate::new(counts[Measure::index(hits)], counts[Measure::index(total)]);
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
        let legs = ContractClasses {
            early: of(Measure::ContractEarly),
            on_time: of(Measure::ContractOnTime),
            late: of(Measure::ContractLate),
            late_open: of(Measure::ContractLateOpen),
            open: of(Measure::ContractNotDue),
            paused: of(Measure::ContractPaused),
            ambiguous: of(Measure::ContractAmbiguous),
            cancelled: of(Measure::ContractCancelled),
            no_contract: of(Measure::NoContract),
            back_dated: of(Measure::BackDated),
        };
        let on_time = |[early, on_time, late]: [Measure; 3]| Rate::new(of(on_time), of(early) + of(on_time) + of(late));
        let judged = classes.early + classes.on_time + classes.late;
        let promised = judged + classes.open + classes.cancelled;
        let attempts = of(Measure::FirstSucceeded) + of(Measure::FirstFailed) + of(Measure::FirstNotAttempted);
        let accepted = of(Measure::Accepted);
        failures.retain(|failure| failure.n != 0);
        failures.sort_by(|a, b| b.n.cmp(&a.n).then(a.reason.cmp(&b.reason)).then(a.party.cmp(&b.party)));
        lateness.retain(|party| party.ms != 0);
        lateness.sort_by(|a, b| b.ms.cmp(&a.ms).then(a.party.cmp(&b.party)));
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
            on_time_contract: on_time([Measure::ContractEarly, Measure::ContractOnTime, Measure::ContractLate]),
            on_time_contract_claimed: on_time([Measure::ClaimedEarly, Measure::ClaimedOnTime, Measure::ClaimedLate]),
            on_time_contract_raw: on_time([Measure::RawEarly, Measure::RawOnTime, Measure::RawLate]),
            lateness: Lateness { total_ms: lateness.iter().map(|party| party.ms).sum(), by_party: lateness },
            locker_uptake: uptake(Measure::PlannedLocker, Measure::DivertedLocker),
            shop_uptake: uptake(Measure::PlannedShop, Measure::DivertedShop),
            transit_time: time(Distribution::Transit),
            attempts_per_leg: Mean::new(of(Measure::LegAttempts), of(Measure::ClosedLegs)),
            collection: ShareAndTime {
                share: rate(Measure::Uncollected, Measure::Deposited),
                time: time(Distribution::Collection),
            },
            hand_off: ShareAndTime {
                share: rate(Measure::HandedOnUnseen, Measure::HandedOn),
                time: time(Distribution::HandOff),
            },
            customs: ShareAndTime {
                share: rate(Measure::CustomsHeld, Measure::Presented),
                time: time(Distribution::Customs),
            },
            loss: rate(Measure::Lost, Measure::Accepted),
            damage: rate(Measure::Damaged, Measure::Accepted),
            promise_drift: rate(Measure::EstimatedLate, Measure::Estimated),
            volume: accepted,
        };
        Self { group, classes, legs, kpis }
    }
}
