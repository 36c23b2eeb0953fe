//! What a parcel adds to the cells. Everything is additive: a parcel that changes adds what it is now and takes
//! away what it was.

use std::sync::Arc;

use crate::Text;
use crate::cell::{DIMENSIONS, Distribution, Measure};
use crate::parcel::Parcel;
use crate::promise::HOUR_MS;
use crate::verdict::Class;
use crate::vocabulary::EventKind;

/// How long the cube of hours reaches back, in hours.
pub const HOURS_KEPT: i64 = 35 * 24;

/// The values that a contribution is cut by.
pub type Values = [Text; DIMENSIONS];

/// One addition to the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// So many of these.
    Sum(Measure, i64),
    /// One duration, in milliseconds.
    Duration(Distribution, i64),
    /// How long the report of an event has taken, in milliseconds.
    Latency(EventKind, i64),
}

/// What a parcel adds, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// What it is cut by; shared, since most of what a parcel contributes is cut by the same.
    pub values: Arc<Values>,
    /// The cohort day, as days since 1970-01-01.
    pub day: i32,
    /// The hour of the deadline since 1970-01-01T00:00Z, where a verdict counts by the hour too.
    pub hour: Option<i32>,
    /// What is added.
    pub amount: Amount,
}

impl Parcel {
    /// What became of the promise, judged up to `judged_until` (UTC epoch milliseconds). A deadline counts from the
    /// moment it has passed, whatever happened before it.
    pub fn class(&self, judged_until: i64) -> Class {
        let Some(promise) = self.promise else {
            return Class::NoPromise;
        };
        let stop = self.stop.map(|stop| stop.at);
        let is_cancelled =
            self.cancelled.is_some_and(|at| at.at <= promise.latest && stop.is_none_or(|stop| stop > at.at));
        match stop {
            _ if is_cancelled => Class::Cancelled,
            _ if promise.latest >= judged_until => Class::Open,
            Some(stop) if promise.earliest.is_some_and(|earliest| stop < earliest) => Class::Early,
            Some(stop) if stop <= promise.latest => Class::OnTime,
            _ => Class::Late,
        }
    }

    /// When the class changes next by time alone, UTC epoch milliseconds.
    pub fn promise_due(&self, judged_until: i64) -> Option<i64> {
        (self.class(judged_until) == Class::Open).then_some(self.promise?.latest)
    }

    /// The day that the parcel's class counts on: the deadline's, else the acceptance's, else the first event's.
    pub fn day(&self) -> i32 {
        self.promise.map_or_else(|| self.accepted.unwrap_or(self.first).day(), |promise| promise.day())
    }
}

/// The first hour that the cube of hours holds, since 1970-01-01T00:00Z.
pub const fn first_hour_kept(judged_until: i64) -> i32 {
    (judged_until.div_euclid(HOUR_MS) - HOURS_KEPT) as i32
}

/// Whether the cube of hours still holds this deadline hour.
pub const fn is_hour_kept(hour: i32, judged_until: i64) -> bool {
    hour >= first_hour_kept(judged_until)
}
