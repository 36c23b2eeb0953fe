//! Every KPI once more, counted row by row as `KPI.md` defines it: no cells, no histograms, and nothing of the
//! program but its types, the arithmetic of a rate and the local day of an instant.

mod journey;
mod judge;
mod parcels;
mod rows;
pub mod written;

pub use judge::Counted;
pub use parcels::parcels;
pub use rows::agrees;

use domain::event::Event;

/// What the parcels of these events count for, once deadlines before `judged_until` have passed.
pub fn count(events: &[Event], judged_until: i64) -> Vec<Counted> {
    parcels(events).iter().flat_map(|parcel| judge::count(parcel, judged_until)).collect()
}
