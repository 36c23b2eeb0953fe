//! The leg that runs now.

use super::course::own_events;
use crate::Text;
use crate::event::Moment;
use crate::leg::{Leg, LegEnd};
use crate::parcel::Parcel;
use crate::sla::LegClock;
use crate::timeline::Timeline;
use crate::vocabulary::EventKind;

/// A leg that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenLeg {
    /// Whose leg it is.
    pub courier: Text,
    /// The earliest evidence of custody.
    pub since: Moment,
    /// The courier's last event: what, and when in UTC epoch milliseconds.
    pub last: (EventKind, i64),
    /// The last instant that is in time, with the offset of the destination: the contract's, while it judges the leg and
    /// nothing has fulfilled it, else that of the promise to the customer. `None` where there is neither.
    pub deadline: Option<Moment>,
}

/// The leg of a parcel that runs now. `clocks` are those of the parcel's legs, in their order; empty where none are known.
///
/// A leg that was handed over still runs while no other courier has scanned the parcel. None runs before the parcel is
/// accepted, after the customer's clock has stopped, on the way back, and where nothing more is expected to happen.
pub fn open_leg(timeline: &Timeline, parcel: &Parcel, clocks: &[LegClock]) -> Option<OpenLeg> {
    let place = parcel.legs.len().checked_sub(1)?;
    let leg = parcel.legs.get(place).filter(|leg| runs(leg))?;
    if parcel.status.is_final() || parcel.stop.is_some() {
        return None;
    }
    let last = own_events(timeline, leg, None).last()?;
    Some(OpenLeg {
        courier: leg.courier.clone(),
        since: leg.start,
        last: (last.kind, last.at),
        deadline: deadline(parcel, clocks.get(place)),
    })
}

fn runs(leg: &Leg) -> bool {
    !leg.is_return && matches!(leg.ended_by, None | Some(LegEnd::HandOver))
}

fn deadline(parcel: &Parcel, clock: Option<&LegClock>) -> Option<Moment> {
    match clock.filter(|clock| clock.version.is_some() && clock.stop.is_none()) {
        Some(clock) => clock.deadline,
        None => parcel.promise.map(|promise| Moment { at: promise.latest, offset_minutes: promise.offset_minutes }),
    }
}
