//! What KPIs are told as: classes, shares with their times, percentiles.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cell::{Distribution, WORKING_DAYS};
use crate::histogram::{bucket_of, percentiles_ms};
use crate::promise::DAY_MS;
use crate::rate::Rate;
use crate::vocabulary::{EventKind, Party, Reason};

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
    /// Taken out by an accepted exclusion; outside every rate but the claimed and the raw one.
    pub excluded: i64,
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

/// Time by who answers for it, the longest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lateness {
    /// All of it, in milliseconds.
    pub total_ms: i64,
    /// By party; sums to the total.
    pub by_party: Vec<PartyTime>,
}

impl Lateness {
    pub(super) fn new(mut by_party: Vec<PartyTime>) -> Self {
        by_party.retain(|party| party.ms != 0);
        by_party.sort_by(|a, b| b.ms.cmp(&a.ms).then(a.party.cmp(&b.party)));
        Self { total_ms: by_party.iter().map(|party| party.ms).sum(), by_party }
    }
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
        let (n, [p50_ms, p90_ms, p95_ms]) = percentiles_ms(buckets, [0.50, 0.90, 0.95]);
        Self { n, p50_ms, p90_ms, p95_ms }
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
    pub(super) fn new(sum: i64, n: i64) -> Self {
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

/// How many parcels were delivered within so many working days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeliveredWithin {
    /// Parcels that were accepted long enough ago: the total of each share.
    pub of: i64,
    /// The working days of the first number, at the destination after the day of acceptance; each further number is of one
    /// day more.
    pub from_days: u16,
    /// Delivered within so many.
    pub delivered: Vec<i64>,
}

impl DeliveredWithin {
    /// The shares, with their numbers of working days.
    pub fn shares(&self) -> impl Iterator<Item = (u16, Rate)> {
        (self.from_days..).zip(&self.delivered).map(|(days, &n)| (days, Rate::new(n, self.of)))
    }

    /// Those that no parcel is old enough for are left out. Who is old enough for more days is so for fewer.
    pub(super) fn all(durations: &BTreeMap<Distribution, Vec<(i32, i64)>>) -> Vec<Self> {
        let mut shares = Vec::new();
        let mut first = 1;
        for (place, (last, _)) in WORKING_DAYS.into_iter().enumerate() {
            let buckets = || WORKING_DAYS[place..].iter().filter_map(|(_, of)| durations.get(of)).flatten();
            let count = |until: i32| buckets().filter(|(bucket, _)| *bucket <= until).map(|(_, n)| n).sum();
            let of = count(i32::MAX);
            if of > 0 {
                let within = |days: u16| count(bucket_of(i64::from(days) * DAY_MS));
                shares.push(Self { of, from_days: first, delivered: (first..=last).map(within).collect() });
            }
            first = last + 1;
        }
        shares
    }
}

/// How long the reports of one kind of event take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KindLatency {
    /// The kind of event.
    pub kind: EventKind,
    /// From the event to when it was first received.
    pub time: Percentiles,
}

/// Buckets and what they hold, in ascending order of bucket.
pub type Histogram = Vec<(i32, i64)>;

/// How long reports take.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Latency {
    /// Of all events.
    pub all: Percentiles,
    /// By kind of event, the slowest P95 first; none where the rows are grouped by day.
    pub by_kind: Vec<KindLatency>,
}

impl Latency {
    pub(super) fn new(of_kinds: Vec<(Option<EventKind>, Histogram)>) -> Self {
        let mut all: BTreeMap<i32, i64> = BTreeMap::new();
        for &(bucket, n) in of_kinds.iter().flat_map(|(_, buckets)| buckets) {
            *all.entry(bucket).or_default() += n;
        }
        let all: Vec<(i32, i64)> = all.into_iter().collect();
        let of_kind = |(kind, buckets): &(Option<EventKind>, Vec<_>)| {
            Some(KindLatency { kind: (*kind)?, time: Percentiles::of(buckets) })
        };
        let mut by_kind: Vec<KindLatency> = of_kinds.iter().filter_map(of_kind).collect();
        by_kind.sort_by(|a, b| b.time.p95_ms.cmp(&a.time.p95_ms).then(a.kind.cmp(&b.kind)));
        Self { all: Percentiles::of(&all), by_kind }
    }
}
