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

use std::sync::{Arc, LazyLock};

use domain::calendar::ZonedCalendar;
use domain::event::Event;
use domain::terms::Terms;

/// What the parcels of these events count for, once deadlines before `judged_until` have passed.
pub fn count(events: &[Event], judged_until: i64) -> Vec<Counted> {
    parcels(events).iter().flat_map(|parcel| judge::count(parcel, judged_until)).collect()
}

/// The calendars that ship, one for each of some countries.
pub fn calendars() -> &'static [ZonedCalendar] {
    static CALENDARS: LazyLock<Vec<ZonedCalendar>> =
        LazyLock::new(|| contracts::built_in().into_iter().map(|one| ZonedCalendar::new(one).unwrap()).collect());
    &CALENDARS
}

/// The same calendars as the program knows them, and no contract.
pub fn terms() -> Arc<Terms> {
    static TERMS: LazyLock<Arc<Terms>> =
        LazyLock::new(|| Arc::new(Terms::new(Vec::new(), contracts::built_in()).unwrap()));
    TERMS.clone()
}
