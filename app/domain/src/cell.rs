//! Cells: the additive counts behind every KPI, and the names of the dimensions they are cut by.

use crate::Text;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// What figures are cut by. The one place that names the dimensions.
    Dimension("dimension") {
        /// The courier.
        Courier = 0 "courier",
        /// The courier's product.
        Service = 1 "service",
        /// ISO 3166-1 alpha-2.
        OriginCountry = 2 "origin_country",
        /// ISO 3166-1 alpha-2.
        DestinationCountry = 3 "destination_country",
        /// Region of the destination.
        DestinationRegion = 4 "destination_region",
        /// Planned place of delivery: door, locker, shop, safe place.
        DeliveryMode = 5 "delivery_mode",
        /// The shop or sender.
        Shipper = 6 "shipper",
        /// The contract that judges the leg.
        Contract = 7 "contract",
        /// Why an attempt failed.
        Reason = 8 "reason",
        /// Who answers for the failed attempt, or for the time.
        Party = 9 "party",
        /// What happened, of the times that reports take.
        EventKind = 10 "event_kind",
    }
}

/// How many dimensions there are.
pub const DIMENSIONS: usize = Dimension::ALL.len();

impl Dimension {
    /// Its place in a [`Slice`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

vocabulary! {
    /// A set of dimensions that is kept summed up.
    Cube("cube") {
        /// By courier, service, corridor, delivery mode, contract.
        Main = 1 "main",
        /// By courier, region of the destination, delivery mode.
        Region = 2 "region",
        /// By courier, shipper, service.
        Shipper = 3 "shipper",
        /// Failed attempts, hours late and hours with customs, by everything and who answers for them: there are few.
        Parties = 4 "parties",
        /// Verdicts by the hour of the deadline, of the last 35 days.
        Hours = 5 "hours",
        /// How long reports take, by courier and kind of event.
        Events = 6 "events",
    }
}

/// Days in a span of time, by which cells are kept together: about the month that is asked for most often, and few enough
/// that a change touches little.
pub const SPAN_DAYS: i32 = 32;
/// Buckets of one distribution have numbers below this.
pub const BUCKETS: u32 = 10_000;

impl Cube {
    /// Its place among [`Cube::ALL`].
    pub const fn index(self) -> usize {
        self as usize - 1
    }

    /// How many periods a span has: days, or hours in the cube of hours.
    pub const fn periods_of_span(self) -> i32 {
        match self {
            Self::Hours => SPAN_DAYS * 24,
            _ => SPAN_DAYS,
        }
    }

    /// The span that holds a period.
    pub const fn span_of(self, period: i32) -> i32 {
        period.div_euclid(self.periods_of_span())
    }

    /// What the cube can be cut by.
    pub const fn dimensions(self) -> &'static [Dimension] {
        use Dimension::*;
        match self {
            Self::Main => &[Courier, Service, OriginCountry, DestinationCountry, DeliveryMode, Contract],
            Self::Region => &[Courier, DestinationCountry, DestinationRegion, DeliveryMode],
            Self::Shipper => &[Courier, Service, Shipper],
            Self::Parties => &[
                Courier,
                Service,
                OriginCountry,
                DestinationCountry,
                DestinationRegion,
                DeliveryMode,
                Shipper,
                Contract,
                Reason,
                Party,
            ],
            Self::Events => &[Courier, EventKind],
            Self::Hours => &[Courier, Contract],
        }
    }

    /// Whether the cube holds this count.
    pub const fn holds(self, measure: Measure) -> bool {
        match self {
            Self::Parties => measure.has_party(),
            Self::Events => false,
            Self::Hours => matches!(measure, Measure::Early | Measure::OnTime | Measure::Late | Measure::LateOpen),
            _ => !measure.has_party(),
        }
    }

    /// Whether the cube holds the histograms of a duration.
    pub const fn holds_duration(self, of: Distribution) -> bool {
        match self {
            Self::Main => !matches!(of, Distribution::Latency),
            Self::Region | Self::Shipper => !matches!(of, Distribution::Latency | Distribution::OpenTransit),
            Self::Events => matches!(of, Distribution::Latency),
            Self::Parties | Self::Hours => false,
        }
    }
}

vocabulary! {
    /// What is counted. The cohort day stands in brackets. The words are the columns of the cells.
    Measure("measure") {
        /// Delivered before the promised window opened [deadline].
        Early = 0 "early",
        /// Kept its promise [deadline].
        OnTime = 1 "on_time",
        /// Broke its promise, delivered or not [deadline].
        Late = 2 "late",
        /// Of the late: not delivered yet [deadline].
        LateOpen = 3 "late_open",
        /// The promise is not due yet [deadline].
        NotDue = 4 "not_due",
        /// No promise was made [acceptance, else first event].
        NoPromise = 5 "no_promise",
        /// Cancelled by the shipper before the deadline [deadline].
        Cancelled = 6 "cancelled",
        /// First attempt succeeded by the deadline [deadline; attempt].
        FirstSucceeded = 7 "first_succeeded",
        /// First attempt failed [deadline; attempt].
        FirstFailed = 8 "first_failed",
        /// Not attempted by the deadline [deadline].
        FirstNotAttempted = 9 "first_not_attempted",
        /// A courier took custody [acceptance].
        Accepted = 10 "accepted",
        /// Of the accepted: planned for a locker [acceptance].
        PlannedLocker = 11 "planned_locker",
        /// Of the accepted: planned for a shop [acceptance].
        PlannedShop = 12 "planned_shop",
        /// Of the accepted: left at a locker that nobody had asked for [acceptance].
        DivertedLocker = 13 "diverted_locker",
        /// Of the accepted: left at a shop that nobody had asked for [acceptance].
        DivertedShop = 14 "diverted_shop",
        /// Failed attempts [attempt].
        FailedAttempts = 15 "failed_attempts",
        /// Legs that stopped before the window of the contract's promise opened [first deadline].
        ContractEarly = 16 "contract_early",
        /// Legs that kept the contract [first deadline].
        ContractOnTime = 17 "contract_on_time",
        /// Legs that broke the contract, stopped or not [first deadline].
        ContractLate = 18 "contract_late",
        /// Of the late legs: not stopped yet [first deadline].
        ContractLateOpen = 19 "contract_late_open",
        /// Legs whose deadline has not passed [first deadline].
        ContractNotDue = 20 "contract_not_due",
        /// Legs whose first deadline passed during a pause that is still on [first deadline].
        ContractPaused = 21 "contract_paused",
        /// Legs whose verdict depends on an unknown time zone [first deadline].
        ContractAmbiguous = 22 "contract_ambiguous",
        /// Legs that the shipper cancelled before the deadline [first deadline].
        ContractCancelled = 23 "contract_cancelled",
        /// Legs that no contract judges [start of custody].
        NoContract = 24 "no_contract",
        /// Early legs, no pause counted [first deadline].
        RawEarly = 25 "raw_early",
        /// Legs on time, no pause counted [first deadline].
        RawOnTime = 26 "raw_on_time",
        /// Late legs, no pause counted [first deadline].
        RawLate = 27 "raw_late",
        /// Early legs, with the pauses that rest on the courier's own word [first deadline].
        ClaimedEarly = 28 "claimed_early",
        /// Legs on time, with the pauses that rest on the courier's own word [first deadline].
        ClaimedOnTime = 29 "claimed_on_time",
        /// Late legs, with the pauses that rest on the courier's own word [first deadline].
        ClaimedLate = 30 "claimed_late",
        /// Legs judged by a version that was made after their clock had started [first deadline].
        BackDated = 31 "back_dated",
        /// Milliseconds that legs are late after their first deadline, by who answers for them [first deadline].
        LateTime = 32 "late_time",
        /// Legs that stopped or turned back [leg's end].
        ClosedLegs = 33 "closed_legs",
        /// Attempts of the courier within these legs [leg's end].
        LegAttempts = 34 "leg_attempts",
        /// Parcels left at a locker or shop, the first time [deposit].
        Deposited = 35 "deposited",
        /// Of the deposited: expired, or turned back, and never fetched [deposit].
        Uncollected = 36 "uncollected",
        /// Out-scans to the next courier [out-scan].
        HandedOn = 37 "handed_on",
        /// Of these: never scanned by another courier [out-scan].
        HandedOnUnseen = 38 "handed_on_unseen",
        /// Parcels presented to customs [presentation].
        Presented = 39 "presented",
        /// Of these: held by customs [presentation].
        CustomsHeld = 40 "customs_held_parcels",
        /// Of those old enough: declared lost or destroyed, or not delivered [acceptance].
        Lost = 41 "lost_parcels",
        /// Of the accepted: declared damaged [acceptance].
        Damaged = 42 "damaged_parcels",
        /// Parcels with a promise and an estimate [promise].
        Estimated = 43 "estimated",
        /// Of these: the last estimate lies after the promise [promise].
        EstimatedLate = 44 "estimated_late",
        /// Early legs, with the pauses that others than the courier have told, without excluded legs [first deadline].
        AgreedEarly = 45 "agreed_early",
        /// Legs on time, with the pauses that others than the courier have told, without excluded legs [first deadline].
        AgreedOnTime = 46 "agreed_on_time",
        /// Late legs, with the pauses that others than the courier have told, without excluded legs [first deadline].
        AgreedLate = 47 "agreed_late",
        /// Legs that would be judged and are excluded by an accepted exclusion [first deadline].
        Excluded = 48 "excluded",
        /// Legs on the way out [start of custody].
        LegsStarted = 49 "legs_started",
        /// Of these: not over yet [start of custody].
        LegsOpen = 50 "legs_open",
        /// Of these: without a scan for longer than 72 hours [start of custody].
        TrackingGap = 51 "tracking_gap_legs",
        /// Parcels on a hand-over list [manifest].
        Manifested = 52 "manifested_parcels",
        /// Of these: never scanned by the courier [manifest].
        ManifestUnscanned = 53 "manifest_unscanned",
        /// Scans that contracts ask for, of legs that they judge and that have stopped [stop].
        MilestonesExpected = 54 "milestones_expected",
        /// Of these: seen [stop].
        MilestonesSeen = 55 "milestones_seen",
        /// Accepted so long ago that what is missing counts as lost [acceptance].
        LossJudged = 56 "loss_judged",
        /// Attempts to deliver [attempt].
        Attempts = 57 "attempts",
        /// Milliseconds with customs, by who answers for them [presentation].
        CustomsTime = 58 "customs_time",
    }
}

/// How many counts a cell has.
pub const MEASURES: usize = Measure::ALL.len();

impl Measure {
    /// Whether somebody answers for it.
    pub const fn has_party(self) -> bool {
        matches!(self, Self::FailedAttempts | Self::LateTime | Self::CustomsTime)
    }

    /// Its place among the [`Counts`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

vocabulary! {
    /// What durations are kept of.
    Distribution("distribution") {
        /// From the start of a leg's custody to its stop, in milliseconds [stop].
        Transit = 1 "transit",
        /// From the first deposit at a locker or shop to its collection [deposit].
        Collection = 2 "collection",
        /// From the out-scan to the next courier's first scan [out-scan].
        HandOff = 3 "hand_off",
        /// From presentation to customs to release or the next physical scan [presentation].
        Customs = 4 "customs",
        /// From the start of a leg's custody to its stop, in milliseconds in which the destination's calendar is open [stop].
        OpenTransit = 5 "open_transit",
        /// Working days from acceptance to delivery, as so many days of 24 hours, where 5 have passed and not yet 15 [acceptance].
        DeliveredIn5 = 6 "delivered_in_5",
        /// The same, where 15 have passed [acceptance].
        DeliveredIn15 = 7 "delivered_in_15",
        /// From the event to when it was first received [event].
        Latency = 8 "latency",
    }
}

/// So many working days are counted.
pub const MOST_WORKING_DAYS: u16 = 15;
/// Working days that are counted, and in which distribution, once they have passed.
pub const WORKING_DAYS: [(u16, Distribution); 2] =
    [(5, Distribution::DeliveredIn5), (MOST_WORKING_DAYS, Distribution::DeliveredIn15)];

/// The counts of one cell, by [`Measure::index`].
pub type Counts = [i64; MEASURES];

/// One combination of values of the dimensions of one cube. A dimension that is not the cube's is empty,
/// and so is a value that nobody stated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slice {
    /// The cube.
    pub cube: Cube,
    /// The values, by [`Dimension::index`].
    pub values: [Text; DIMENSIONS],
}

/// A change of one cell's counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellDelta {
    /// Index into [`Delta::slices`].
    pub slice: u32,
    /// Days since 1970-01-01, local to the destination; hours in the cube of hours.
    pub period: i32,
    /// What to add.
    pub counts: Counts,
}

/// A change of one histogram bucket.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BucketDelta {
    /// Index into [`Delta::slices`].
    pub slice: u32,
    /// Days since 1970-01-01.
    pub period: i32,
    /// Of which duration.
    pub distribution: Distribution,
    /// See [`crate::histogram`].
    pub bucket: i32,
    /// What to add.
    pub count: i64,
}

/// What a batch changes in the cells. Zero changes are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delta {
    /// The slices that the changes name.
    pub slices: Vec<Slice>,
    /// Changes of counts.
    pub cells: Vec<CellDelta>,
    /// Changes of histograms.
    pub buckets: Vec<BucketDelta>,
}

impl Delta {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.buckets.is_empty()
    }
}
