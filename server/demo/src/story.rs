//! What a manager should be able to find.

use crate::couriers::COURIERS;

/// What goes wrong, or better, in a story.
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

/// A story with the time in which it happens, counted back from the network's last day.
#[derive(Debug, Clone, Copy)]
pub struct Story {
    /// What happens.
    pub plot: Plot,
    /// The courier that it happens to, as the place in the list.
    pub(crate) courier: usize,
    /// Its first day is so many days before the last day of the network.
    pub first: i64,
    /// And its last day so many.
    pub last: i64,
}

impl Story {
    /// The courier's name.
    pub fn courier(&self) -> &'static str {
        COURIERS[self.courier].name
    }
}

/// The stories.
pub static STORIES: [Story; 7] = [
    Story { plot: Plot::Degrades, courier: 1, first: 20, last: 0 },
    Story { plot: Plot::LockerRollOut, courier: 5, first: 34, last: 0 },
    Story { plot: Plot::CustomsJam, courier: crate::couriers::DRAGON_LINE, first: 33, last: 20 },
    Story { plot: Plot::BlackHole, courier: crate::couriers::PEARL_RIVER, first: 40, last: 27 },
    Story { plot: Plot::SilentFeed, courier: 3, first: 1, last: 0 },
    Story { plot: Plot::LocalAsUtc, courier: 10, first: 24, last: 0 },
    Story { plot: Plot::FakeAttempts, courier: 2, first: 29, last: 0 },
];
