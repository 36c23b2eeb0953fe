//! What became of a parcel's promise.

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
