//! A row of an answer: the KPIs, and the sums that they are made of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Grouping;
use super::parts::{
    Classes, ContractClasses, DeliveredWithin, FailedAttempts, FailureReason, FirstAttempt, Histogram, Latency,
    Lateness, Mean, PartyTime, Percentiles, ShareAndTime, Uptake,
};
use crate::cell::{Counts, Distribution, MEASURES, Measure};
use crate::rate::Rate;
use crate::vocabulary::EventKind;

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
    /// Attempts to deliver.
    pub attempts: i64,
    /// Failed attempts by reason and party.
    pub failed_attempts: FailedAttempts,
    /// On time / (early + on time + late), per leg, against the contract's deadline with every pause that the contract knows.
    pub on_time_contract: Rate,
    /// The same with only the pauses that rest on the courier's own word.
    pub on_time_contract_claimed: Rate,
    /// The same without any pause.
    pub on_time_contract_raw: Rate,
    /// The same with only the pauses that others than the courier have told, without the legs that are excluded.
    pub on_time_contract_accepted: Rate,
    /// Legs that an accepted exclusion takes out / these and the judged.
    pub excluded: Rate,
    /// Who took the time after the deadlines, of legs that have stopped or turned back.
    pub lateness: Lateness,
    /// Lockers.
    pub locker_uptake: Uptake,
    /// Shops.
    pub shop_uptake: Uptake,
    /// Start of custody to stop, per leg.
    pub transit_time: Percentiles,
    /// The same in time in which the destination's calendar is open; none where the question is cut by region or shipper.
    pub transit_open_time: Option<Percentiles>,
    /// Legs that are not over yet / legs of the same days of start.
    pub still_open: Rate,
    /// J+1 to J+15: delivered within so many working days.
    pub delivered_within: Vec<DeliveredWithin>,
    /// Attempts per leg that stopped or turned back.
    pub attempts_per_leg: Mean,
    /// Deposits that were never fetched; from deposit to collection.
    pub collection: ShareAndTime,
    /// Out-scans that no other courier has followed; from the out-scan to the next courier's first scan.
    pub hand_off: ShareAndTime,
    /// Presented parcels that customs held; from presentation to release.
    pub customs: ShareAndTime,
    /// The time with customs, by who answers for it.
    pub customs_by_debtor: Lateness,
    /// Legs with a gap of more than 72 hours in their tracking / legs.
    pub tracking_gap: Rate,
    /// From event to report; none where the question is cut by more than courier and day.
    pub latency: Option<Latency>,
    /// Never scanned by the courier / parcels on a hand-over list.
    pub unscanned: Rate,
    /// Scans seen / scans that the contracts ask for, of legs that have stopped.
    pub scan_completeness: Rate,
    /// Declared lost or destroyed, or not delivered 30 days after the promise, of those accepted long enough ago.
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
    /// Time with customs.
    pub customs: Vec<PartyTime>,
    /// How long reports take: histograms in ascending order; of no kind where kinds are not told apart.
    pub latency: Vec<(Option<EventKind>, Histogram)>,
}

impl Default for Sums {
    fn default() -> Self {
        let (durations, failures, lateness, customs, latency) = Default::default();
        Self { counts: [0; MEASURES], durations, failures, lateness, customs, latency }
    }
}

impl Sums {
    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What the cells of a question hold beyond what all do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holds {
    /// How long reports take.
    pub latency: bool,
    /// Transit in open time.
    pub open_transit: bool,
}

impl KpiRow {
    /// Builds a row from the sums of its cells.
    pub fn new(group: BTreeMap<Grouping, String>, sums: Sums, holds: Holds) -> Self {
        let Sums { counts, durations, mut failures, lateness, customs, latency } = sums;
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
            excluded: of(Measure::Excluded),
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
        let failed: i64 = failures.iter().map(|failure| failure.n).sum();
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
            // Parcels that were deleted before attempts and losses were counted like this have only their failures left.
            attempts: of(Measure::Attempts).max(failed),
            failed_attempts: FailedAttempts { total: failed, by_reason: failures },
            on_time_contract: on_time([Measure::ContractEarly, Measure::ContractOnTime, Measure::ContractLate]),
            on_time_contract_claimed: on_time([Measure::ClaimedEarly, Measure::ClaimedOnTime, Measure::ClaimedLate]),
            on_time_contract_raw: on_time([Measure::RawEarly, Measure::RawOnTime, Measure::RawLate]),
            on_time_contract_accepted: on_time([Measure::AgreedEarly, Measure::AgreedOnTime, Measure::AgreedLate]),
            excluded: Rate::new(legs.excluded, legs.excluded + legs.early + legs.on_time + legs.late),
            lateness: Lateness::new(lateness),
            locker_uptake: uptake(Measure::PlannedLocker, Measure::DivertedLocker),
            shop_uptake: uptake(Measure::PlannedShop, Measure::DivertedShop),
            transit_time: time(Distribution::Transit),
            transit_open_time: holds.open_transit.then(|| time(Distribution::OpenTransit)),
            still_open: rate(Measure::LegsOpen, Measure::LegsStarted),
            delivered_within: DeliveredWithin::all(&durations),
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
            customs_by_debtor: Lateness::new(customs),
            tracking_gap: rate(Measure::TrackingGap, Measure::LegsStarted),
            latency: holds.latency.then(|| Latency::new(latency)),
            unscanned: rate(Measure::ManifestUnscanned, Measure::Manifested),
            scan_completeness: rate(Measure::MilestonesSeen, Measure::MilestonesExpected),
            loss: Rate::new(of(Measure::Lost).min(of(Measure::LossJudged)), of(Measure::LossJudged)),
            damage: rate(Measure::Damaged, Measure::Accepted),
            promise_drift: rate(Measure::EstimatedLate, Measure::Estimated),
            volume: accepted,
        };
        Self { group, classes, legs, kpis }
    }
}
