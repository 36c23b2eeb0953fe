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

/// A figure in which a story shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// On-time, customer: a share.
    OnTime,
    /// On-time, contract: a share.
    OnTimeContract,
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
    /// Transit time, 90th percentile: relative to what it was.
    TransitP90,
    /// The time since the feed was last received, in days.
    LastReceived,
}

impl Figure {
    /// Its name on the pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OnTime => "On time",
            Self::OnTimeContract => "On time, contract",
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
    /// By how much it changes at the least: shares from 0 to 1, days for [`Figure::LastReceived`], and for
    /// [`Figure::TransitP90`] relative to before. Less than 0 where it falls.
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
            sign("/couriers/Ib%C3%A9rica%20Express", Figure::OnTimeContract, -0.08),
            sign("/couriers/Ib%C3%A9rica%20Express", Figure::TransitP90, 0.30),
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
        signs: &[sign("/?corridor=CN-ES", Figure::TransitP90, 0.30), sign("/?corridor=CN-ES", Figure::OnTime, -0.20)],
    },
    Story {
        plot: Plot::BlackHole,
        text: "hands parcels over in Brazil that the next courier does not scan for a week, or ever",
        courier: PEARL_RIVER,
        subject: Subject::Corridor("CN-BR"),
        first: 40,
        last: 27,
        signs: &[sign("/?corridor=CN-BR", Figure::OnTime, -0.15), sign("/?corridor=CN-BR", Figure::LateOpen, 0.05)],
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
            sign("/couriers/Nordpost%2FPorto?period=7", Figure::OnTimeContract, -0.10),
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
