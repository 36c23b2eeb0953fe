//! When a leg's clock starts, and which contract version judges it.

use chrono::NaiveDate;

use crate::calendar::LocalCalendar;
use crate::clock::Cause;
use crate::contract::{Contract, StartRule};
use crate::event::Event;
use crate::leg::Leg;
use crate::parcel::Parcel;
use crate::promise::DAY_MS;
use crate::terms::{Agreement, Terms, Where};

const MINUTE_MS: i64 = 60_000;

/// The start of a leg's clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start<'a> {
    /// UTC epoch milliseconds.
    pub(super) at: i64,
    /// Why it is later than custody.
    pub(super) cause: Option<Cause>,
    /// The calendar that it starts by; only a clock that starts at once can do without.
    pub(super) calendar: Option<LocalCalendar<'a>>,
}

/// The place where a leg's clock starts: what its first scan says; where that names no country the parcel's origin for
/// the first leg, and its destination for every other one or where the origin is not known.
pub(super) fn place<'a>(parcel: &'a Parcel, leg: usize, first: &'a Event) -> Where<'a> {
    let place = &first.place;
    let attributes = &parcel.attributes;
    if !place.country.is_empty() {
        Where { country: &place.country, region: &place.region, postcode: &place.postcode }
    } else if leg == 0 && !attributes.origin_country.is_empty() {
        Where { country: &attributes.origin_country, ..Where::default() }
    } else {
        attributes.destination()
    }
}

/// Starts a clock by a contract. `None` where the calendar that it needs is not known or never opens.
///
/// After the cut-off of a working day it starts at the next opening of a later date; while the calendar is closed at the
/// next opening. Taken over as the wall shows the very time of the cut-off is in time.
pub(super) fn start<'a>(contract: &Contract, calendar: Option<LocalCalendar<'a>>, custody: i64) -> Option<Start<'a>> {
    if contract.start == StartRule::AtOnce {
        return Some(Start { at: custody, cause: None, calendar });
    }
    let at_place = calendar?;
    let day = at_place.day(custody);
    let time_of_day = at_place.zone().reading(custody).rem_euclid(DAY_MS);
    let cut_off = contract.cut_off.or(at_place.calendar().cut_off);
    let is_after = cut_off.is_some_and(|cut_off| time_of_day > i64::from(cut_off) * MINUTE_MS);
    let (at, cause) = if is_after && at_place.is_working_day(day) {
        (at_place.next_opening(at_place.start_of_day(day + 1).max(custody))?, Some(Cause::AfterCutOff))
    } else if at_place.is_open(custody) {
        (custody, None)
    } else {
        (at_place.next_opening(custody)?, Some(Cause::CalendarClosed))
    };
    Some(Start { at, cause, calendar })
}

/// The agreement that judges a leg, and the start of its clock by it: of those that mean the leg, the most specific one in
/// whose validity the clock, as it says itself, starts. Where each refers to the other across a change of versions, the
/// one in force on the local date of custody.
pub(super) fn agreement<'a>(
    terms: &'a Terms,
    parcel: &'a Parcel,
    leg: &Leg,
    place: Where<'a>,
) -> Option<(&'a Agreement, Option<Start<'a>>)> {
    let candidates = terms.agreements(&leg.courier, &parcel.attributes);
    let mut on_custody = None;
    for agreement in candidates {
        let contract = &agreement.contract;
        let calendar = terms.calendar(agreement.origin, place);
        let started = start(contract, calendar, leg.start.at);
        let day = |at| calendar.map_or(leg.start.day(), |calendar| calendar.day(at));
        let is_in_force = |at| NaiveDate::from_epoch_days(day(at)).is_some_and(|date| contract.is_in_force(date));
        if is_in_force(started.map_or(leg.start.at, |start| start.at)) {
            return Some((agreement, started));
        }
        if on_custody.is_none() && is_in_force(leg.start.at) {
            on_custody = Some((agreement, started));
        }
    }
    on_custody
}
