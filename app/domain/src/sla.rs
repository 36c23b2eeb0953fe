//! The clock of a leg by its contract: start, deadline, pauses, stop, verdict, and who ate the hours.
//!
//! The rules are written where they are applied: [`calendar`](crate::calendar) says when a network is open, `start` when
//! a clock starts, `stop` what fulfils a leg, `pause` what the events excuse, `plan` what of it counts and what
//! became of the leg.

mod judge;
mod lateness;
mod parts;
mod pause;
mod plan;
mod shown;
mod start;
mod stop;
mod words;

use crate::Text;
use crate::clock::{Cause, Segment, segments};
use crate::event::{Event, Moment};
use crate::exclusion::Exclusion;
use crate::leg::Leg;
use crate::parcel::{Parcel, unasked_deposits};
use crate::terms::Terms;
use crate::timeline::Timeline;
use crate::verdict::LegClass;
use crate::vocabulary::{EventKind, Party};
use judge::Desk;
pub(crate) use pause::{debtor, is_of_customs};
use stop::Course;

/// Later than any deadline: where a calendar has ended, a deadline that pauses move comes to lie here. 2100-01-01 UTC.
pub(crate) const FAR: i64 = 4_102_444_800_000;

/// Why no contract judges a leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unjudged {
    /// The parcel is on its way back to the sender.
    Return,
    /// No contract means this leg on this date.
    NoContract,
    /// The contract names no calendar, and there is none of this country; empty where no country is known.
    NoCalendar(Text),
    /// The contract goes by the promise to the customer, and none is known.
    NoPromise,
    /// The calendar has no further opening or working day.
    CalendarEnded(Text),
}

/// The contract version that judges a leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The contract's name.
    pub contract: Text,
    /// Its version.
    pub version: u32,
    /// Whether it was made after clocks that it judges.
    pub is_back_dated: bool,
}

/// Scans of a leg that its contract asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milestones {
    /// How many it asks for.
    pub expected: i64,
    /// How many of these were seen, each once.
    pub seen: i64,
}

/// The clock of a leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegClock {
    /// Whose leg it is.
    pub courier: Text,
    /// The first evidence of custody.
    pub custody: (EventKind, Moment),
    /// What judges it; `None` where nothing does.
    pub version: Option<Version>,
    /// Why nothing judges it.
    pub unjudged: Option<Unjudged>,
    /// When it started, in the local time of the start.
    pub started: Option<Moment>,
    /// Why it started later than custody.
    pub start_cause: Option<Cause>,
    /// The deadline before any pause, in the local time of the destination: its date is the cohort day.
    pub first_deadline: Option<Moment>,
    /// The deadline as pauses have moved it until now, in the local time of the destination.
    pub deadline: Option<Moment>,
    /// What fulfilled the leg, and when.
    pub stop: Option<(EventKind, Moment)>,
    /// The verdict, with every pause that the contract knows.
    pub class: LegClass,
    /// The verdict without any pause.
    pub raw_class: LegClass,
    /// The verdict with only the pauses that rest on the word of the leg's own courier.
    pub claimed_class: LegClass,
    /// The verdict with only the pauses that others than the leg's own courier have told.
    pub agreed_class: LegClass,
    /// The exclusion that leaves the leg out, where it would be judged.
    pub exclusion: Option<Box<(Text, Exclusion)>>,
    /// The scans that the contract asks for; `None` where it asks for none.
    pub milestones: Option<Milestones>,
    /// Where the time went, from custody until the end of the leg or now, without gap or overlap.
    pub segments: Vec<Segment>,
    /// The time in milliseconds from the first deadline until the stop, the turning back, or now, by who answers for it;
    /// sums to it exactly. Empty while the first deadline has not passed, and where nothing is claimed as late.
    pub lateness: Vec<(Party, i64)>,
    /// The last instant of the class of now, UTC epoch milliseconds; `None` where time alone does not change it.
    pub due: Option<i64>,
    /// The last instant of all that the leg counts now: the four verdicts, and whether its lateness has begun. UTC epoch
    /// milliseconds; `None` where time alone does not change it.
    pub counts_until: Option<i64>,
}

impl LegClock {
    /// The cohort day: the destination-local date of the first deadline, as days since 1970-01-01.
    pub fn day(&self) -> Option<i32> {
        self.first_deadline.map(Moment::day)
    }

    /// Whether it is late and nothing has fulfilled it.
    pub fn is_late_open(&self) -> bool {
        self.class == LegClass::Late && self.stop.is_none()
    }

    /// How late it is or was, in milliseconds after its first deadline.
    pub fn lateness_ms(&self) -> i64 {
        self.lateness.iter().map(|(_, share)| share).sum()
    }

    fn without_verdict(course: &Course<'_>, unjudged: Unjudged, segments: Vec<Segment>) -> Self {
        Self {
            courier: course.leg.courier.clone(),
            custody: course.custody(),
            version: None,
            unjudged: Some(unjudged),
            started: None,
            start_cause: None,
            first_deadline: None,
            deadline: None,
            stop: None,
            class: LegClass::NoContract,
            raw_class: LegClass::NoContract,
            claimed_class: LegClass::NoContract,
            agreed_class: LegClass::NoContract,
            exclusion: None,
            milestones: None,
            segments,
            lateness: Vec::new(),
            due: None,
            counts_until: None,
        }
    }
}

/// The clocks of a parcel's legs, in their order, judged up to `judged_until` (UTC epoch milliseconds).
pub fn clocks(timeline: &Timeline, parcel: &Parcel, terms: &Terms, judged_until: i64) -> Vec<LegClock> {
    let events: Vec<&Event> = timeline.valid().collect();
    let outward =
        || events.iter().copied().take_while(|e| !matches!(e.kind, EventKind::Returning | EventKind::Returned));
    let unasked = unasked_deposits(outward(), parcel.attributes.delivery_mode);
    let end = Moment { at: judged_until.max(parcel.last.at), offset_minutes: parcel.last.offset_minutes };
    let segments = segments(events.iter().copied(), None, end);
    let desk = Desk { parcel, terms, events: &events, unasked: &unasked, segments: &segments, judged_until };
    let starts = starts(&events, &parcel.legs);
    let clock = |place: usize| {
        let next = starts.get(place + 1).copied();
        let course = Course {
            leg: &parcel.legs[place],
            events: &events[starts[place]..next.unwrap_or(events.len())],
            next: next.map(|next| events[next]),
            turns_back: parcel.legs.get(place + 1).is_some_and(|leg| leg.is_return),
        };
        desk.clock(place, &course)
    };
    (0..parcel.legs.len()).map(clock).collect()
}

/// Where the first event of each leg stands.
fn starts(events: &[&Event], legs: &[Leg]) -> Vec<usize> {
    let mut from = 0;
    let mut place_of = |leg: &Leg| {
        let begins =
            |event: &&Event| event.at == leg.start.at && event.number.courier == leg.courier && event.proves_custody();
        let place = from + events[from..].iter().position(begins).unwrap_or_default();
        from = place + 1;
        place
    };
    legs.iter().map(&mut place_of).collect()
}
