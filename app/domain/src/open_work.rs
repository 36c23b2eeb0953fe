//! Parcels that are under way, and what there is to do about them, as they are shown.

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};

use crate::parcel::Status;
use crate::rate::Rate;

use crate::vocabulary::{EventKind, vocabulary};

vocabulary! {
    /// Why somebody should look at a parcel.
    Concern("concern") {
        /// The deadline has passed.
        Overdue = 1 "overdue",
        /// The deadline is still to come, on the date that it is now at the destination.
        DueToday = 2 "due_today",
        /// Due soon, and less than 50 % likely to stop in time.
        AtRisk = 3 "at_risk",
        /// No event for longer than is usual.
        Silent = 4 "silent",
        /// With customs, or kept in the courier's network.
        Held = 5 "held",
    }
}

/// How many parcels are under way, and why somebody should look at them; one may count in several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenWork {
    /// Under way.
    pub open: i64,
    /// The deadline has passed.
    pub overdue: i64,
    /// The deadline is still to come, on the date that it is now at the destination.
    pub due_today: i64,
    /// Due soon, and less than 50 % likely to stop in time.
    pub at_risk: i64,
    /// No event for longer than is usual.
    pub silent: i64,
    /// With customs, or kept in the courier's network.
    pub held: i64,
}

impl OpenWork {
    /// How many for one reason.
    pub const fn of(&self, concern: Concern) -> i64 {
        match concern {
            Concern::Overdue => self.overdue,
            Concern::DueToday => self.due_today,
            Concern::AtRisk => self.at_risk,
            Concern::Silent => self.silent,
            Concern::Held => self.held,
        }
    }

    /// Counts a parcel.
    pub fn count(&mut self, concerns: &[Concern]) {
        self.open += 1;
        for concern in concerns {
            *match concern {
                Concern::Overdue => &mut self.overdue,
                Concern::DueToday => &mut self.due_today,
                Concern::AtRisk => &mut self.at_risk,
                Concern::Silent => &mut self.silent,
                Concern::Held => &mut self.held,
            } += 1;
        }
    }
}

/// What is under way with one courier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CourierWork {
    /// The courier that has the parcels.
    pub courier: String,
    /// How many.
    #[serde(flatten)]
    pub work: OpenWork,
}

/// What is under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenWorkView {
    /// When it was looked, UTC; none before the first time.
    pub as_of: Option<DateTime<Utc>>,
    /// All of it.
    pub total: OpenWork,
    /// By courier, the most overdue first.
    pub by_courier: Vec<CourierWork>,
    /// How long before its deadline a parcel may be at risk, in hours.
    pub horizon_hours: i64,
    /// Earlier parcels that silent and at risk go by.
    pub learned_from: i64,
    /// Of the earlier legs that would have been called at risk: how many were late.
    pub hit_rate: Rate,
}

/// Which open parcels are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenQuery {
    /// With this courier.
    pub courier: Option<String>,
    /// For this reason.
    pub concern: Option<Concern>,
    /// At most this many.
    pub limit: usize,
}

/// A parcel that is under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenParcel {
    /// A tracking number.
    pub number: String,
    /// The courier that has it.
    pub courier: String,
    /// Origin x destination country.
    pub corridor: String,
    /// Where it stands.
    pub status: Status,
    /// What happened last.
    pub last_event: EventKind,
    /// When that was.
    pub last_event_at: DateTime<FixedOffset>,
    /// The contract's deadline where one judges the leg, else the promise to the customer.
    pub deadline: Option<DateTime<FixedOffset>>,
    /// Why somebody should look at it.
    pub concerns: Vec<Concern>,
    /// How likely it is to stop in time, 0..1, by earlier legs; none where too few are known.
    pub likely: Option<f64>,
}
