//! Contracts: what a courier owes for a leg, and what excuses it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::Text;
use crate::calendar::Hours;
use crate::vocabulary::{EventKind, vocabulary};

vocabulary! {
    /// When a leg's clock starts, once the courier has the parcel.
    StartRule("start rule") {
        /// At once, but after the cut-off or while the calendar is closed at the next opening.
        NextOpening = 1 "next_opening",
        /// At once, day and night.
        AtOnce = 2 "at_once",
    }
}

vocabulary! {
    /// What fulfils a leg. A refusal by the consignee and the hand-over to the next courier always do.
    StopRule("stop rule") {
        /// The consignee has the parcel.
        Delivered = 1 "delivered",
        /// Delivered, or ready at the locker or shop that was planned or asked for.
        Ready = 2 "ready",
        /// Delivered, ready, or the first valid attempt.
        Attempt = 3 "attempt",
    }
}

vocabulary! {
    /// What may pause a leg's clock.
    PauseKind("pause") {
        /// With customs, from the presentation on.
        Customs = 1 "customs",
        /// The consignee asked for a later time or another place.
        ConsigneeWish = 2 "consignee_wish",
        /// The address was wrong.
        AddressCorrection = 3 "address_correction",
        /// Weather, strike of others, unrest.
        ForceMajeure = 4 "force_majeure",
        /// Deposited where it does not stop the clock, and not fetched yet.
        WaitingForCollection = 5 "waiting_for_collection",
    }
}

vocabulary! {
    /// The period that a target holds for.
    Period("period") {
        /// Monday to Sunday.
        Week = 1 "week",
        /// A calendar month.
        Month = 2 "month",
        /// A calendar quarter.
        Quarter = 3 "quarter",
    }
}

/// Which legs a contract is about. Empty is any; the courier must be given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selector {
    /// The courier, as events name it.
    pub courier: Text,
    /// The courier's product.
    #[serde(default)]
    pub service: Text,
    /// The country that the parcel comes from, ISO 3166-1 alpha-2.
    #[serde(default)]
    pub origin: Text,
    /// The country that the parcel goes to, ISO 3166-1 alpha-2.
    #[serde(default)]
    pub destination: Text,
}

impl Selector {
    const fn fields(&self) -> [&Text; 4] {
        [&self.courier, &self.service, &self.origin, &self.destination]
    }

    /// How many of its fields are given: the more, the more specific.
    pub fn weight(&self) -> usize {
        self.fields().iter().filter(|field| !field.is_empty()).count()
    }

    /// Whether it means a leg of this courier, of a parcel with this service, origin and destination.
    pub fn matches(&self, courier: &str, service: &str, origin: &str, destination: &str) -> bool {
        self.fields().iter().zip([courier, service, origin, destination]).all(|(f, value)| f.is_empty() || **f == value)
    }

    /// Whether there may be a leg that both mean.
    pub fn may_meet(&self, other: &Self) -> bool {
        self.fields().iter().zip(other.fields()).all(|(a, b)| a.is_empty() || b.is_empty() || *a == b)
    }
}

/// How long a leg may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Allowance {
    /// Until a time of day on the n-th working day at the destination after the date on which the clock starts there.
    WorkingDays {
        /// n; for 0 the date itself, or the next working day where it is none.
        days: u16,
        /// Minutes since midnight at the destination, 1440 at most.
        by: u16,
    },
    /// So many hours, day and night.
    ClockHours {
        /// Hours.
        hours: u32,
    },
    /// So many hours of the destination's opening times.
    OpenHours {
        /// Hours.
        hours: u32,
    },
    /// What was promised to the customer.
    Promise,
}

/// What a KPI must reach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// A share, 0..1.
    Share(f64),
    /// A value in the KPI's own unit.
    Value(f64),
}

/// A target of a contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// The KPI's word.
    pub kpi: Text,
    /// What it must reach.
    pub goal: Goal,
    /// For how long it is counted.
    pub period: Period,
    /// With fewer legs than this in a period nothing is said.
    #[serde(default)]
    pub minimum: u32,
}

/// What a missed target costs. Kept as it was agreed; nothing is computed from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Credit {
    /// ISO 4217, as EUR.
    pub currency: Text,
    /// The terms as the contract words them.
    pub terms: Text,
}

/// One version of a contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    /// The word that all its versions are called by.
    pub name: Text,
    /// Counts its versions.
    pub version: u32,
    /// Which legs it is about.
    pub selector: Selector,
    /// It holds for clocks that start on this local date or later.
    pub from: NaiveDate,
    /// It holds for clocks that start before this local date; `None` for as long as there is no other version.
    #[serde(default)]
    pub until: Option<NaiveDate>,
    /// When the clock starts.
    pub start: StartRule,
    /// The latest time of day, in minutes since midnight at the origin, at which the clock still starts that day; in place
    /// of the calendar's.
    #[serde(default)]
    pub cut_off: Option<u16>,
    /// What stops the clock.
    pub stop: StopRule,
    /// The times of day at the destination at which an attempt is valid; none given are the calendar's.
    #[serde(default)]
    pub delivery_hours: Vec<Hours>,
    /// How long it may take.
    pub allowance: Allowance,
    /// What pauses the clock.
    #[serde(default)]
    pub pauses: BTreeSet<PauseKind>,
    /// On how many working days at the destination a leg's clock may be paused.
    #[serde(default = "default_pause_days")]
    pub pause_days: u16,
    /// For how many open hours the way from an out-scan to the next courier's in-scan is nobody's.
    #[serde(default = "default_hand_off_hours")]
    pub hand_off_hours: u32,
    /// The calendar of the start by name; empty is the country's own.
    #[serde(default)]
    pub origin_calendar: Text,
    /// The calendar of the deadline by name; empty is the country's own.
    #[serde(default)]
    pub destination_calendar: Text,
    /// The scans that every leg must have.
    #[serde(default)]
    pub milestones: Vec<EventKind>,
    /// What the courier must reach.
    #[serde(default)]
    pub targets: Vec<Target>,
    /// What it costs to miss a target.
    #[serde(default)]
    pub credit: Option<Credit>,
    /// Why this version holds for clocks that started before it was made; `None` where it does not.
    #[serde(default)]
    pub back_dated: Option<Text>,
}

impl Contract {
    /// A first version with a courier: as agreed when nothing else is said.
    pub fn new(name: &str, courier: &str, from: NaiveDate, allowance: Allowance) -> Self {
        Self {
            name: name.into(),
            version: 1,
            selector: Selector { courier: courier.into(), ..Selector::default() },
            from,
            until: None,
            start: StartRule::NextOpening,
            cut_off: None,
            stop: StopRule::Ready,
            delivery_hours: Vec::new(),
            allowance,
            pauses: BTreeSet::new(),
            pause_days: default_pause_days(),
            hand_off_hours: default_hand_off_hours(),
            origin_calendar: Text::default(),
            destination_calendar: Text::default(),
            milestones: Vec::new(),
            targets: Vec::new(),
            credit: None,
            back_dated: None,
        }
    }

    /// Whether this version holds for clocks that start on a local date.
    pub fn is_in_force(&self, date: NaiveDate) -> bool {
        self.from <= date && self.until.is_none_or(|until| date < until)
    }

    /// Whether there is a date on which both hold.
    pub fn overlaps(&self, other: &Self) -> bool {
        let ends_after = |a: &Self, b: &Self| a.until.is_none_or(|until| b.from < until);
        ends_after(self, other) && ends_after(other, self)
    }
}

const fn default_pause_days() -> u16 {
    10
}

const fn default_hand_off_hours() -> u32 {
    4
}
