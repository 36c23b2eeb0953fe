//! What a manager should be able to find: every story with its days and the figures and pages that show it.

use chrono::{Days, NaiveDate};

use crate::couriers::{COURIERS, DRAGON_LINE, IBERICA, LEVANTE, MISTRAL, NORDPOST, ORZEL, PEARL_RIVER};

/// What goes wrong, or better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plot {
    /// A courier gets slower from day to day.
    Degrades,
    /// A courier moves parcels from doors to lockers.
    LockerRollOut,
    /// Customs keeps the parcels of one corridor.
    CustomsJam,
    /// Parcels vanish between two couriers.
    BlackHole,
    /// A feed sends nothing.
    SilentFeed,
    /// A courier calls its local time UTC.
    LocalAsUtc,
    /// A courier scans attempts that it never made.
    FakeAttempts,
}

/// A figure in which a story may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// On-time, customer: a share.
    OnTime,
    /// On-time, contract: a share.
    OnTimeContract,
    /// On-time, contract, by the word of others than the courier: a share.
    OnTimeAccepted,
    /// On-time, contract, without pauses: a share.
    OnTimeRaw,
    /// Delivered within five working days: a share.
    WithinFive,
    /// Not late: a share.
    NotLate,
    /// Late and not delivered yet, of the judged parcels: a share.
    LateOpen,
    /// First attempt failed: a share.
    FirstFailed,
    /// "Consignee absent", of the failed attempts: a share.
    Absent,
    /// Planned for lockers: a share.
    Lockers,
    /// Legs that are not over: a share.
    StillOpen,
    /// Legs with a gap in their tracking: a share.
    TrackingGap,
    /// Scans that contracts ask for and that were seen: a share.
    ScanCompleteness,
    /// Held by customs: a share.
    HeldByCustoms,
    /// Out-scans that no other courier has followed: a share.
    NotScannedIn,
    /// Deposits that were never fetched: a share.
    Uncollected,
    /// Lost, of those old enough: a share.
    Lost,
    /// Transit time, 90th percentile: relative to what it was.
    TransitP90,
    /// Transit time in open time, 90th percentile: relative to what it was.
    TransitOpenP90,
    /// Time with customs, 90th percentile: relative to what it was.
    CustomsP90,
    /// From out-scan to in-scan, 90th percentile: relative to what it was.
    HandOffP90,
    /// From deposit to collection, 90th percentile: relative to what it was.
    CollectionP90,
    /// Attempts per leg: relative to what it was.
    AttemptsPerLeg,
    /// The time since the feed was last received, in days.
    LastReceived,
}

impl Figure {
    /// Those that a period of a courier or a corridor has.
    pub const ALL: [Self; 23] = [
        Self::OnTime,
        Self::OnTimeContract,
        Self::OnTimeAccepted,
        Self::OnTimeRaw,
        Self::WithinFive,
        Self::NotLate,
        Self::LateOpen,
        Self::FirstFailed,
        Self::Absent,
        Self::Lockers,
        Self::StillOpen,
        Self::TrackingGap,
        Self::ScanCompleteness,
        Self::HeldByCustoms,
        Self::NotScannedIn,
        Self::Uncollected,
        Self::Lost,
        Self::TransitP90,
        Self::TransitOpenP90,
        Self::CustomsP90,
        Self::HandOffP90,
        Self::CollectionP90,
        Self::AttemptsPerLeg,
    ];

    /// Its name on the pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OnTime => "On time",
            Self::OnTimeContract => "On time, contract",
            Self::OnTimeAccepted => "On time, contract, accepted",
            Self::OnTimeRaw => "On time, contract, raw",
            Self::WithinFive => "Delivered within 5 working days",
            Self::StillOpen => "Still open",
            Self::TrackingGap => "Tracking gap",
            Self::ScanCompleteness => "Scan completeness",
            Self::HeldByCustoms => "Held by customs",
            Self::NotScannedIn => "Not scanned in",
            Self::Uncollected => "Uncollected",
            Self::Lost => "Lost",
            Self::TransitOpenP90 => "Transit in open time P90",
            Self::CustomsP90 => "Time with customs P90",
            Self::HandOffP90 => "Hand-off dwell P90",
            Self::CollectionP90 => "Time to collect P90",
            Self::AttemptsPerLeg => "Attempts per leg",
            Self::NotLate => "Not late",
            Self::LateOpen => "Late, not delivered yet",
            Self::FirstFailed => "First attempt failed",
            Self::Absent => "Failed attempts: consignee absent",
            Self::Lockers => "Planned for lockers",
            Self::TransitP90 => "Transit time P90",
            Self::LastReceived => "Last received",
        }
    }
}

/// Where and how a story shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sign {
    /// The page, as the address behind the host.
    pub page: &'static str,
    /// The figure on it.
    pub figure: Figure,
    /// By how much it changes at the least: shares from 0 to 1, days for [`Figure::LastReceived`], times and means relative
    /// to before. Less than 0 where it falls.
    pub change: f64,
}

const fn sign(page: &'static str, figure: Figure, change: f64) -> Sign {
    Sign { page, figure, change }
}

/// Of which parcels the signs speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Those of the story's courier.
    Courier,
    /// Those of this corridor.
    Corridor(&'static str),
}

/// A story. Its days are counted back from the last day of the network, so that it is as old tomorrow as it is today.
#[derive(Debug, Clone, Copy)]
pub struct Story {
    /// What happens.
    pub plot: Plot,
    /// In a sentence.
    pub text: &'static str,
    pub(crate) courier: usize,
    /// Of which parcels the signs speak.
    pub subject: Subject,
    /// Its first day is so many days before the network's last.
    pub first: u32,
    /// And its last day so many.
    pub last: u32,
    /// Where it shows.
    pub signs: &'static [Sign],
}

/// Days of history that the stories reach back. A network should have some more, to have a time before.
pub const STORIES_REACH: u32 = 40;

/// The stories.
pub static STORIES: [Story; 7] = [
    Story {
        plot: Plot::Degrades,
        text: "keeps more parcels in its network every day, for three weeks",
        courier: IBERICA,
        subject: Subject::Courier,
        first: 20,
        last: 0,
        signs: &[
            sign("/couriers/Ib%C3%A9rica%20Express", Figure::OnTime, -0.10),
            sign("/couriers/Ib%C3%A9rica%20Express", Figure::NotLate, -0.10),
            sign("/couriers/Ib%C3%A9rica%20Express", Figure::LateOpen, 0.05),
            sign("/couriers/Ib%C3%A9rica%20Express", Figure::OnTimeContract, -0.08),
            sign("/couriers/Ib%C3%A9rica%20Express", Figure::OnTimeAccepted, -0.08),
            sign("/couriers/Ib%C3%A9rica%20Express", Figure::OnTimeRaw, -0.08),
            sign("/couriers/Ib%C3%A9rica%20Express", Figure::StillOpen, 0.08),
            sign("/couriers/Ib%C3%A9rica%20Express", Figure::TrackingGap, 0.07),
            sign("/couriers/Ib%C3%A9rica%20Express", Figure::TransitP90, 0.30),
            sign("/couriers/Ib%C3%A9rica%20Express", Figure::TransitOpenP90, 0.40),
        ],
    },
    Story {
        plot: Plot::LockerRollOut,
        text: "sets up lockers: fewer doors, fewer failed attempts",
        courier: MISTRAL,
        subject: Subject::Courier,
        first: 34,
        last: 0,
        signs: &[
            sign("/couriers/Mistral%20Colis", Figure::Lockers, 0.30),
            sign("/couriers/Mistral%20Colis", Figure::FirstFailed, -0.015),
        ],
    },
    Story {
        plot: Plot::CustomsJam,
        text: "waits for customs in Spain, which holds most parcels for days",
        courier: DRAGON_LINE,
        subject: Subject::Corridor("CN-ES"),
        first: 33,
        last: 20,
        signs: &[
            sign("/?corridor=CN-ES", Figure::TransitP90, 0.30),
            sign("/?corridor=CN-ES", Figure::OnTime, -0.20),
            sign("/?corridor=CN-ES", Figure::NotLate, -0.20),
            sign("/corridors/CN-ES", Figure::OnTimeAccepted, -0.20),
            sign("/corridors/CN-ES", Figure::OnTimeRaw, -0.20),
            sign("/corridors/CN-ES", Figure::WithinFive, -0.20),
            sign("/corridors/CN-ES", Figure::HeldByCustoms, 0.40),
            sign("/corridors/CN-ES", Figure::CustomsP90, 1.0),
            sign("/corridors/CN-ES", Figure::TransitOpenP90, 0.40),
            sign("/corridors/CN-ES", Figure::TrackingGap, 0.10),
        ],
    },
    Story {
        plot: Plot::BlackHole,
        text: "hands parcels over in Brazil that the next courier does not scan for a week, or ever",
        courier: PEARL_RIVER,
        subject: Subject::Corridor("CN-BR"),
        first: 40,
        last: 27,
        signs: &[
            sign("/?corridor=CN-BR", Figure::OnTime, -0.15),
            sign("/?corridor=CN-BR", Figure::NotLate, -0.15),
            sign("/?corridor=CN-BR", Figure::LateOpen, 0.05),
            sign("/corridors/CN-BR", Figure::OnTimeContract, -0.10),
            sign("/corridors/CN-BR", Figure::OnTimeAccepted, -0.10),
            sign("/corridors/CN-BR", Figure::OnTimeRaw, -0.10),
            sign("/corridors/CN-BR", Figure::NotScannedIn, 0.08),
            sign("/corridors/CN-BR", Figure::HandOffP90, 5.0),
        ],
    },
    Story {
        plot: Plot::SilentFeed,
        text: "has sent nothing for two days",
        courier: NORDPOST,
        subject: Subject::Courier,
        first: 2,
        last: 0,
        signs: &[
            sign("/feeds", Figure::LastReceived, 2.0),
            sign("/couriers/Nordpost%2FPorto?period=7", Figure::LateOpen, 0.20),
            sign("/couriers/Nordpost%2FPorto?period=7", Figure::OnTime, -0.20),
            sign("/couriers/Nordpost%2FPorto?period=7", Figure::NotLate, -0.20),
            sign("/couriers/Nordpost%2FPorto?period=7", Figure::OnTimeContract, -0.10),
            sign("/couriers/Nordpost%2FPorto?period=7", Figure::OnTimeAccepted, -0.10),
            sign("/couriers/Nordpost%2FPorto?period=7", Figure::OnTimeRaw, -0.10),
        ],
    },
    Story {
        plot: Plot::LocalAsUtc,
        text: "states local times as UTC: deliveries within the window look late, early ones look punctual",
        courier: ORZEL,
        subject: Subject::Courier,
        first: 24,
        last: 0,
        signs: &[sign("/couriers/Orze%C5%82%20Paczka", Figure::NotLate, -0.05)],
    },
    Story {
        plot: Plot::FakeAttempts,
        text: "scans \"nobody was there\" at 17:55 at doors it never went to",
        courier: LEVANTE,
        subject: Subject::Courier,
        first: 29,
        last: 0,
        signs: &[
            sign("/couriers/Levante%20Env%C3%ADos", Figure::FirstFailed, 0.05),
            sign("/couriers/Levante%20Env%C3%ADos", Figure::Absent, 0.20),
            sign("/couriers/Levante%20Env%C3%ADos", Figure::AttemptsPerLeg, 0.05),
            sign("/couriers/Levante%20Env%C3%ADos", Figure::OnTime, -0.05),
            sign("/couriers/Levante%20Env%C3%ADos", Figure::NotLate, -0.05),
            sign("/couriers/Levante%20Env%C3%ADos", Figure::OnTimeContract, -0.03),
            sign("/couriers/Levante%20Env%C3%ADos", Figure::OnTimeAccepted, -0.03),
            sign("/couriers/Levante%20Env%C3%ADos", Figure::OnTimeRaw, -0.03),
        ],
    },
];

impl Story {
    /// The courier's name.
    pub fn courier(&self) -> &'static str {
        COURIERS[self.courier].name
    }

    /// Its first and its last day in a network that ends on this day.
    pub fn days(&self, end: NaiveDate) -> (NaiveDate, NaiveDate) {
        let before = |days: u32| end.checked_sub_days(Days::new(days.into())).unwrap_or(end);
        (before(self.first), before(self.last))
    }
}
