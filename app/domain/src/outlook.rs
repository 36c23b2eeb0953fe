//! What is likely to become of the legs that run now, going by what became of earlier ones.
//!
//! - Silent: no event for longer than 95 % of the gaps after this kind of event took with this courier on this corridor,
//!   and for at least 24 open hours of the destination.
//! - At risk: due within the horizon and, by the courier, the corridor, the service and the last milestone, less than 50 % likely to stop
//!   in time. [`HitRate`] says how often that was right.
//!
//! A corridor is the country of origin and the country of destination; the courier's services on it are told apart. Where
//! fewer than [`LEAST`] earlier cases are known, those of every service speak, then those of the courier on every corridor,
//! then those of every courier; where these are fewer too, nothing is said. Time until a stop is open time at the destination.

mod course;
mod history;
mod open;
mod replay;
mod tally;
mod watch;

pub use history::{History, Lane, Odds};
pub use open::{OpenLeg, open_leg};
pub use replay::HitRate;
pub use watch::{Concerns, Watch};

/// So many earlier cases say something.
pub const LEAST: i64 = 30;
