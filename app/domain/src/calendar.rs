//! Calendars: when a network works. They are data of whoever runs Courierscope; none is built in as truth.
//!
//! A calendar has hours for each weekday and, for single dates, other hours: none where it is closed (a holiday), some
//! where it is open out of turn (a working weekend). A dated entry may hold for the whole country or for regions and
//! postcodes of it; the most specific one holds.

#[cfg(feature = "zones")]
mod local;
#[cfg(feature = "zones")]
mod openings;
#[cfg(feature = "zones")]
mod zone;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::Text;
#[cfg(feature = "zones")]
pub use local::{GIVE_UP_AFTER_DAYS, LocalCalendar, ZonedCalendar};
#[cfg(feature = "zones")]
pub use zone::Zone;

/// The minutes of a day: 24:00 as minutes since midnight.
pub const DAY_MINUTES: u16 = 1440;

/// Something in a calendar or contract that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, thiserror::Error)]
#[error("{path}: {what}")]
pub struct Fault {
    /// The field, as in `calendars.es.days[3].hours`.
    pub path: String,
    /// What is wrong with it and what would be right.
    pub what: String,
}

/// A stretch of a day, as a clock on the wall shows it: from inclusive, to exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Hours {
    /// Minutes since local midnight.
    pub from: u16,
    /// Minutes since local midnight, 1440 at most.
    pub to: u16,
}

impl Hours {
    /// The whole day.
    pub const WHOLE_DAY: Self = Self { from: 0, to: DAY_MINUTES };

    /// Whether the clock shows a time within.
    pub const fn contains(self, minute: u16) -> bool {
        self.from <= minute && minute < self.to
    }
}

impl std::fmt::Display for Hours {
    /// As `08:00-18:00`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [from, to] = [self.from, self.to].map(|minute| (minute / 60, minute % 60));
        write!(f, "{:02}:{:02}-{:02}:{:02}", from.0, from.1, to.0, to.1)
    }
}

/// Where an entry holds. A place matches that lies in any of the regions or postcode areas; empty is the whole country.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Names of regions; upper and lower case are the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<Text>,
    /// Beginnings of postcodes; white space and case do not matter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub postcodes: Vec<Text>,
}

impl Scope {
    /// How closely a place is meant: `None` where it is not, 0 as part of the country, 1 by its region, and by its postcode
    /// the more the longer the beginning that matches.
    pub fn weight(&self, region: &str, postcode: &str) -> Option<usize> {
        if self.regions.is_empty() && self.postcodes.is_empty() {
            return Some(0);
        }
        let by_postcode = self.postcodes.iter().filter_map(|prefix| matched(prefix, postcode)).max();
        let by_region = || self.regions.iter().any(|name| is_same_region(name, region));
        by_postcode.map(|length| 1 + length).or_else(|| by_region().then_some(1))
    }
}

impl std::fmt::Display for Scope {
    /// As `Madrid, postcodes 28…`; nothing for the whole country.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.regions.join(", "))?;
        if self.postcodes.is_empty() {
            return Ok(());
        }
        let comma = if self.regions.is_empty() { "" } else { ", " };
        let beginnings: Vec<String> = self.postcodes.iter().map(|prefix| format!("{prefix}…")).collect();
        write!(f, "{comma}postcodes {}", beginnings.join(", "))
    }
}

/// How many letters and digits of a postcode its beginning has; `None` where it begins otherwise.
fn matched(prefix: &str, postcode: &str) -> Option<usize> {
    let mut rest = written(postcode);
    let mut length = 0;
    for c in written(prefix) {
        if rest.next() != Some(c) {
            return None;
        }
        length += 1;
    }
    (length > 0).then_some(length)
}

/// A postcode without what people write differently.
fn written(postcode: &str) -> impl Iterator<Item = char> {
    postcode.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase)
}

fn is_same_region(name: &str, region: &str) -> bool {
    let lower = |c: char| c.to_lowercase();
    !region.is_empty() && name.trim().chars().flat_map(lower).eq(region.trim().chars().flat_map(lower))
}

/// The time zone of a part of a country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneRule {
    /// Where.
    pub scope: Scope,
    /// IANA name, as `Atlantic/Canary`.
    pub zone: Text,
}

/// The hours of one date, in place of its weekday's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedHours {
    /// The local date.
    pub date: NaiveDate,
    /// Where.
    #[serde(default)]
    pub scope: Scope,
    /// In order; none on a day that is closed.
    #[serde(default)]
    pub hours: Vec<Hours>,
    /// What the day is called.
    #[serde(default)]
    pub name: Text,
}

/// When a network works in a country.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// The word that contracts call it by.
    pub name: Text,
    /// What people call it.
    pub title: Text,
    /// ISO 3166-1 alpha-2.
    pub country: Text,
    /// IANA name, as `Europe/Madrid`.
    pub zone: Text,
    /// Parts of the country with another time zone.
    pub zones: Vec<ZoneRule>,
    /// The hours of each weekday, Monday first, in order; none on a day that is closed.
    pub week: [Vec<Hours>; 7],
    /// The latest time of day, in minutes since local midnight, at which a parcel taken over still starts its clock
    /// that day.
    pub cut_off: Option<u16>,
    /// Single dates with other hours.
    pub days: Vec<DatedHours>,
    /// Where a year's dates come from.
    pub sources: BTreeMap<i32, Text>,
}

impl Calendar {
    /// A calendar that never closes.
    pub fn round_the_clock(name: &str, country: &str, zone: &str) -> Self {
        Self {
            name: name.into(),
            title: name.into(),
            country: country.into(),
            zone: zone.into(),
            week: std::array::from_fn(|_| vec![Hours::WHOLE_DAY]),
            ..Self::default()
        }
    }

    /// The dated entry that holds at a place on a date: the most specific one; of equals the one further down.
    pub fn dated(&self, date: NaiveDate, region: &str, postcode: &str) -> Option<&DatedHours> {
        closest(self.days.iter().filter(|entry| entry.date == date), region, postcode)
    }

    /// The hours at a place on a date.
    pub fn hours_on(&self, date: NaiveDate, region: &str, postcode: &str) -> &[Hours] {
        self.dated(date, region, postcode).map_or_else(|| self.usual_hours(date), |entry| &entry.hours)
    }

    /// The hours of a date's weekday.
    pub fn usual_hours(&self, date: NaiveDate) -> &[Hours] {
        &self.week[date.weekday().num_days_from_monday() as usize]
    }

    /// What in this calendar cannot be meant. Whether its time zones exist is another question.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |field: String, what: &str| {
            faults.push(Fault { path: format!("calendars.{}.{field}", self.name), what: what.to_owned() });
        };
        if self.name.trim().is_empty() {
            fault("name".into(), "is missing");
        }
        if !is_country(&self.country) {
            fault("country".into(), "must be a country's two capital letters, as ES");
        }
        for (weekday, hours) in WEEKDAYS.iter().zip(&self.week) {
            if !are_in_order(hours) {
                fault(format!("week.{weekday}"), OUT_OF_ORDER);
            }
        }
        for (place, entry) in self.days.iter().enumerate().filter(|(_, entry)| !are_in_order(&entry.hours)) {
            fault(format!("days[{place}].hours"), &format!("{}: {OUT_OF_ORDER}", entry.date));
        }
        if self.cut_off.is_some_and(|cut_off| cut_off > DAY_MINUTES) {
            fault("cut_off".into(), "must lie between 00:00 and 24:00");
        }
        faults
    }
}

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const OUT_OF_ORDER: &str = "hours must begin before they end, follow each other without overlap, and end by 24:00";

/// Whether hours follow each other within a day.
pub(crate) fn are_in_order(hours: &[Hours]) -> bool {
    hours.iter().all(|hours| hours.from < hours.to && hours.to <= DAY_MINUTES)
        && hours.windows(2).all(|pair| pair[0].to <= pair[1].from)
}

/// Whether this is written as a country is.
pub(crate) fn is_country(country: &str) -> bool {
    country.len() == 2 && country.bytes().all(|c| c.is_ascii_uppercase())
}

/// The entry that means a place most closely; of equals the last.
fn closest<'a>(entries: impl Iterator<Item = &'a DatedHours>, region: &str, postcode: &str) -> Option<&'a DatedHours> {
    let weighed = entries.filter_map(|entry| Some((entry.scope.weight(region, postcode)?, entry)));
    weighed.max_by_key(|(weight, _)| *weight).map(|(_, entry)| entry)
}
