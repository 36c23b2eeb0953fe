//! What became of a parcel's promise, and of a leg's contract.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What became of a parcel's promise.
    Class("class") {
        /// No promise is known.
        NoPromise = 0 "no_promise",
        /// The promise is not due yet.
        Open = 1 "open",
        /// Delivered before the promised window opened.
        Early = 2 "early",
        /// Promise kept.
        OnTime = 3 "on_time",
        /// Promise broken, delivered or not.
        Late = 4 "late",
        /// Cancelled by the shipper before the deadline.
        Cancelled = 5 "cancelled",
    }
}

vocabulary! {
    /// What became of a leg by its contract.
    LegClass("class of a leg") {
        /// No contract judges it, or something that the contract needs is not known.
        NoContract = 0 "no_contract",
        /// The deadline, as extended, has not passed yet.
        Open = 1 "open",
        /// Stopped before the promised window opened.
        Early = 2 "early",
        /// Stopped by the deadline.
        OnTime = 3 "on_time",
        /// Stopped after the deadline, or not at all.
        Late = 4 "late",
        /// Cancelled by the shipper before the deadline.
        Cancelled = 5 "cancelled",
        /// The first deadline has passed during a pause that is still on.
        Paused = 6 "paused",
        /// Nobody knows in what time zone the start or the stop was told, and the verdict depends on it.
        Ambiguous = 7 "ambiguous",
        /// It would be judged, but an accepted exclusion takes it out.
        Excluded = 8 "excluded",
    }
}

impl LegClass {
    /// Whether the leg counts in the on-time rate.
    pub const fn is_judged(self) -> bool {
        matches!(self, Self::Early | Self::OnTime | Self::Late)
    }
}
