//! A contract of Rápida from Portugal to Spain and within either, their calendars, and short ways to ask.

use chrono::{DateTime, FixedOffset};
use domain::calendar::Hours;
use domain::contract::Contract;
use domain::event::Moment;
use domain::parcel::Parcel;
use domain::sla::{LegClock, clocks};
use domain::story::events;
use domain::terms::Terms;
use domain::timeline::Timeline;
use domain::view::local_time;
use domain::vocabulary::Party;
pub use domain::worked::*;

pub const LONG_AFTER: &str = "2027-06-01T00:00+00:00";

pub fn at(text: &str) -> i64 {
    DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z").unwrap().timestamp_millis()
}

pub fn hours(from: u16, to: u16) -> Hours {
    Hours { from: from * 60, to: to * 60 }
}

pub fn terms(contracts: Vec<Contract>) -> Terms {
    Terms::new(contracts, vec![portugal(), spain()]).unwrap()
}

/// The clocks of a story's legs.
pub fn legs(terms: &Terms, story: &str, until: &str) -> Vec<LegClock> {
    let timeline = Timeline::new(events(story));
    let parcel = Parcel::fold(&timeline).unwrap();
    clocks(&timeline, &parcel, terms, at(until))
}

/// The clock of a story's first leg by one contract, long after.
pub fn leg(contract: &Contract, story: &str) -> LegClock {
    leg_until(contract, story, LONG_AFTER)
}

pub fn leg_until(contract: &Contract, story: &str, until: &str) -> LegClock {
    legs(&terms(vec![contract.clone()]), story, until).swap_remove(0)
}

/// A parcel within Portugal, accepted at a time, with what else happened.
pub fn within_portugal(accepted: &str, then: &str) -> String {
    format!("{accepted} Rápida P1 accepted origin_country=PT destination_country=PT delivery_mode=door\n{then}")
}

/// `Thu 8 Jan 18:00`, on the wall of the place.
pub fn wall(moment: Option<Moment>) -> String {
    let moment = moment.unwrap();
    let shown: DateTime<FixedOffset> = local_time(moment.at, moment.offset_minutes);
    shown.format("%a %-d %b %H:%M").to_string()
}

pub fn minutes(clock: &LegClock) -> Vec<(Party, i64)> {
    clock.lateness.iter().map(|(party, ms)| (*party, ms / 60_000)).collect()
}
