//! Puts a leg's start, stop, pauses and deadline together.
//!
//! Where nobody knows in what time zone the start or the stop was told, the leg is judged in both readings: as UTC, and as
//! the local time of the place. It is open or paused while it is so in either; where the verdicts then differ it is
//! ambiguous, and nobody is claimed to be late.

use std::collections::BTreeSet;

use super::parts::{Mark, laid_over};
use super::pause::{Pause, pauses};
use super::plan::{Facts, Measured, Plan};
use super::start::{self, Start};
use super::stop::{Course, Ending, ending};
use super::{LegClock, Milestones, Unjudged, Version, lateness};
use crate::Text;
use crate::calendar::LocalCalendar;
use crate::clock::{Cause, ClockState, Segment};
use crate::contract::{Allowance, Contract};
use crate::event::{Event, EventId, Moment};
use crate::leg::LegEnd;
use crate::parcel::Parcel;
use crate::promise::HOUR_MS;
use crate::terms::{Agreement, Terms, Where};
use crate::verdict::LegClass;
use crate::vocabulary::{EventKind, OffsetSource, Party};

/// What the legs of one parcel are judged with.
pub(super) struct Desk<'a> {
    pub(super) parcel: &'a Parcel,
    pub(super) terms: &'a Terms,
    /// The valid ones.
    pub(super) events: &'a [&'a Event],
    /// The deposits that nobody asked for.
    pub(super) unasked: &'a [EventId],
    /// Where the parcel's time went.
    pub(super) segments: &'a [Segment],
    pub(super) judged_until: i64,
}

/// A leg, the contract that judges it, and what that reads in the events.
struct Case<'a> {
    course: Course<'a>,
    contract: &'a Contract,
    start: Start<'a>,
    /// The destination's.
    calendar: LocalCalendar<'a>,
    ending: Ending<'a>,
    pauses: Vec<Pause<'a>>,
    /// Start and stop in every reading, as told first.
    readings: Vec<(Start<'a>, Option<i64>)>,
}

/// Which pauses a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    All,
    None,
    OfOwnCourier,
    OfOthers,
}

impl<'a> Desk<'a> {
    /// The clock of the leg at this place of the parcel's legs.
    pub(super) fn clock(&self, place: usize, course: &Course<'a>) -> LegClock {
        let judged = self.case(place, course).and_then(|case| self.judge(&case));
        judged.unwrap_or_else(|unjudged| {
            let until = Moment { at: self.judged_until.max(course.leg.start.at), ..self.parcel.last };
            LegClock::without_verdict(course, unjudged, course.leg.clock(self.segments, until))
        })
    }

    fn case(&self, place: usize, course: &Course<'a>) -> Result<Case<'a>, Unjudged> {
        if course.leg.is_return {
            return Err(Unjudged::Return);
        }
        let from = start::place(self.parcel, place, course.events[0]);
        let to = self.parcel.attributes.destination();
        let (Agreement { contract, origin, destination }, start) =
            start::agreement(self.terms, self.parcel, course.leg, from).ok_or(Unjudged::NoContract)?;
        let calendar = self.terms.calendar(*destination, to).ok_or_else(|| Unjudged::NoCalendar(to.country.into()))?;
        let start = start.ok_or_else(|| match self.terms.calendar(*origin, from) {
            Some(calendar) => Unjudged::CalendarEnded(calendar.calendar().name.clone()),
            None => Unjudged::NoCalendar(from.country.into()),
        })?;
        let ending = ending(course, contract, calendar, self.unasked);
        let pauses = pauses(self.events, contract, calendar, self.unasked);
        let mut case = Case { course: *course, contract, start, calendar, ending, pauses, readings: Vec::new() };
        case.readings = self.readings(&case);
        Ok(case)
    }

    /// Start and stop in every reading that the events leave open.
    fn readings(&self, case: &Case<'a>) -> Vec<(Start<'a>, Option<i64>)> {
        let told = case.ending.stop.map(|stop| stop.at);
        let mut readings = vec![(case.start, told)];
        let custody = case.start.calendar.and_then(|calendar| other_reading(case.course.events[0], calendar));
        let start = custody.and_then(|at| start::start(case.contract, case.start.calendar, at));
        readings.extend(start.map(|start| (start, told)));
        let stop = case.ending.stop.and_then(|stop| {
            let place =
                Where { country: &stop.place.country, region: &stop.place.region, postcode: &stop.place.postcode };
            let there = self.terms.calendar(None, place).unwrap_or(case.calendar);
            other_reading(stop, there)
        });
        if let Some(stop) = stop {
            for place in 0..readings.len() {
                readings.push((readings[place].0, Some(stop)));
            }
        }
        readings
    }

    fn judge(&self, case: &Case<'a>) -> Result<LegClock, Unjudged> {
        let plans = self.plans(case, Counted::All)?;
        let class = class(&plans, self.judged_until);
        let due = due(&plans, self.judged_until);
        let judge_with = |counted| {
            let plans = self.plans(case, counted)?;
            Ok((self::class(&plans, self.judged_until), self::due(&plans, self.judged_until)))
        };
        let [(raw_class, raw_due), (claimed_class, claimed_due), (agreed_class, agreed_due)] =
            match case.pauses.as_slice() {
                [] => [(class, due); 3],
                _ => [judge_with(Counted::None)?, judge_with(Counted::OfOwnCourier)?, judge_with(Counted::OfOthers)?],
            };
        let plan = &plans[0];
        let segments = self.parts(case, plan);
        let stop = case.ending.stop;
        let first = plan.facts().first;
        let first_deadline = local(case.calendar, first);
        let courier = &case.course.leg.courier;
        let exclusion = self.terms.exclusion(courier, self.parcel, first_deadline.day());
        let left_out =
            |class: LegClass| if exclusion.is_some() && class.is_judged() { LegClass::Excluded } else { class };
        let (class, agreed_class) = (left_out(class), left_out(agreed_class));
        let is_claimed = !matches!(class, LegClass::Cancelled | LegClass::Ambiguous | LegClass::Excluded)
            && self.judged_until > first;
        let until = stop.map_or_else(|| self.end(case).at, |stop| stop.at);
        Ok(LegClock {
            courier: courier.clone(),
            custody: case.course.custody(),
            version: Some(Version {
                contract: case.contract.name.clone(),
                version: case.contract.version,
                is_back_dated: case.contract.back_dated.is_some(),
            }),
            unjudged: None,
            started: Some(case.start.calendar.map_or(case.course.leg.start, |calendar| local(calendar, case.start.at))),
            start_cause: case.start.cause,
            first_deadline: Some(first_deadline),
            deadline: Some(local(case.calendar, plan.deadline(self.judged_until))),
            stop: stop.map(|stop| (stop.kind, stop.moment())),
            class,
            raw_class,
            claimed_class,
            agreed_class,
            exclusion: exclusion.filter(|_| [class, agreed_class].contains(&LegClass::Excluded)).cloned().map(Box::new),
            milestones: milestones(case),
            lateness: if is_claimed { lateness::by_party(plan, &segments, until) } else { Vec::new() },
            segments,
            due,
            // The time after the first deadline counts from that on.
            counts_until: [
                due,
                raw_due,
                claimed_due,
                agreed_due,
                Some(first).filter(|&first| self.judged_until <= first),
            ]
            .into_iter()
            .flatten()
            .min(),
        })
    }

    /// The plan of each reading; as told first.
    fn plans(&self, case: &Case<'a>, counted: Counted) -> Result<Vec<Plan<'a>>, Unjudged> {
        case.readings.iter().map(|(start, stop)| self.plan(case, start.at, *stop, counted)).collect()
    }

    fn plan(&self, case: &Case<'a>, started: i64, stop: Option<i64>, counted: Counted) -> Result<Plan<'a>, Unjudged> {
        let Case { contract, calendar, .. } = *case;
        let promise = self.parcel.promise.filter(|_| contract.allowance == Allowance::Promise);
        let facts = Facts {
            first: self.first_deadline(case, started)?,
            earliest: promise.and_then(|promise| promise.earliest),
            stop,
            cancelled: self.parcel.cancelled.map(|cancelled| cancelled.at),
            calendar,
            measure: match contract.allowance {
                Allowance::ClockHours { .. } => Measured::ClockTime,
                _ => Measured::OpenTime,
            },
            pause_days: contract.pause_days,
        };
        let courier = &case.course.leg.courier;
        let counts = |pause: &Pause<'_>| match counted {
            Counted::All => true,
            Counted::None => false,
            Counted::OfOwnCourier => pause.told_by == courier,
            Counted::OfOthers => pause.told_by != courier,
        };
        let out = case.ending.gap.map(|(out, _)| out);
        let turned_back = case.course.leg.end.filter(|_| case.course.leg.ended_by == Some(LegEnd::Return));
        let cut = out.or(stop).or(turned_back.map(|end| end.at));
        let own = case.pauses.iter().copied().filter(counts).filter_map(|pause| clipped(pause, started, cut));
        let gap = case.ending.gap.and_then(|(from, to)| {
            let (cause, party) = (Cause::HandOff, Party::Unknown);
            clipped(Pause { from, to: Some(to), cause, party, told_by: courier }, started, stop)
        });
        Ok(Plan::new(facts, own.chain(gap)))
    }

    fn first_deadline(&self, case: &Case<'a>, started: i64) -> Result<i64, Unjudged> {
        let calendar = case.calendar;
        let deadline = match case.contract.allowance {
            Allowance::WorkingDays { days, by } => {
                calendar.working_day_after(calendar.day(started), days).map(|day| calendar.last_instant(day, by))
            }
            Allowance::ClockHours { hours } => Some(started + i64::from(hours) * HOUR_MS),
            Allowance::OpenHours { hours } => calendar.add_open_ms(started, i64::from(hours) * HOUR_MS),
            Allowance::Promise => return self.parcel.promise.map(|p| p.latest).ok_or(Unjudged::NoPromise),
        };
        deadline.ok_or_else(|| Unjudged::CalendarEnded(calendar.calendar().name.clone()))
    }

    /// Until when the leg's time is told: its end, or now while it runs. After the hand-over the giver's time runs on until
    /// the next courier has the parcel.
    fn end(&self, case: &Case<'a>) -> Moment {
        let leg = case.course.leg;
        let later = |a: Moment, b: Moment| if a.at >= b.at { a } else { b };
        let now = later(Moment { at: self.judged_until, ..self.parcel.last }, leg.start);
        match (case.ending.stop, leg.end) {
            (Some(stop), end) => later(stop.moment(), end.unwrap_or(now)),
            (None, Some(end)) if leg.ended_by == Some(LegEnd::Return) => end,
            (None, _) => now,
        }
    }

    fn parts(&self, case: &Case<'a>, plan: &Plan<'_>) -> Vec<Segment> {
        let leg = case.course.leg;
        let end = self.end(case);
        let stop = case.ending.stop.map_or(end.at, |stop| stop.at);
        let destination = &case.calendar.calendar().name;
        let mark = |from: i64, to: i64, state, because, calendar: &Text| Mark {
            from,
            to: to.min(end.at),
            state,
            because,
            courier: None,
            calendar: calendar.clone(),
        };
        let origin = case.start.calendar.map(|calendar| &calendar.calendar().name);
        let before = case.start.cause.map(|cause| {
            let calendar = origin.unwrap_or(destination);
            mark(leg.start.at, case.start.at.min(stop), ClockState::Paused, Some((cause, cause.party())), calendar)
        });
        let paused = plan.pauses().iter().map(|pause| {
            let to = pause.to.map_or(stop, |to| to.min(stop));
            mark(pause.from, to, ClockState::Paused, Some((pause.cause, pause.party)), destination)
        });
        let untaken = case.ending.gap.map(|(_, until)| Mark {
            courier: Some(leg.courier.clone()),
            ..mark(
                until.max(case.start.at),
                stop,
                ClockState::Running,
                Some((Cause::HandOff, Party::Courier)),
                destination,
            )
        });
        let stopped = mark(stop, end.at, ClockState::Stopped, None, destination);
        let marks = before.into_iter().chain(paused).chain(untaken).chain([stopped]);
        let marks: Vec<Mark> = marks.filter(|mark| mark.from < mark.to).collect();
        laid_over(self.segments, (leg.start, end), &marks, destination)
    }
}

/// The instant that an event means where its time is not UTC, as it is kept, but the local time of its place. `None` where
/// that is known, or the same.
fn other_reading(event: &Event, there: LocalCalendar<'_>) -> Option<i64> {
    let local = there.zone().last(event.at + i64::from(event.offset_minutes) * 60_000);
    (event.offset_source == OffsetSource::Unknown && local != event.at).then_some(local)
}

/// The class over all readings.
fn class(plans: &[Plan<'_>], at: i64) -> LegClass {
    let first = plans[0].class(at);
    let any = |class| plans.iter().any(|plan| plan.class(at) == class);
    if plans.len() == 1 {
        first
    } else if let Some(waiting) = [LegClass::Open, LegClass::Paused].into_iter().find(|&class| any(class)) {
        waiting
    } else if plans.iter().all(|plan| plan.class(at) == first) {
        first
    } else {
        LegClass::Ambiguous
    }
}

/// The last instant, `at` or later, of the class of now over all readings.
fn due(plans: &[Plan<'_>], at: i64) -> Option<i64> {
    let now = class(plans, at);
    let mut at = at;
    loop {
        let next = plans.iter().filter_map(|plan| plan.due(at)).min()?;
        if class(plans, next + 1) != now {
            return Some(next);
        }
        at = next + 1;
    }
}

/// The part of a pause from the clock's start on until the leg is over.
fn clipped(pause: Pause<'_>, started: i64, over: Option<i64>) -> Option<Pause<'_>> {
    let from = pause.from.max(started);
    let to = match (pause.to, over) {
        (Some(to), Some(over)) => Some(to.min(over)),
        (to, over) => to.or(over),
    };
    to.is_none_or(|to| from < to).then_some(Pause { from, to, ..pause })
}

fn local(calendar: LocalCalendar<'_>, at: i64) -> Moment {
    Moment { at, offset_minutes: (calendar.zone().offset(at) / 60_000) as i16 }
}

fn milestones(case: &Case<'_>) -> Option<Milestones> {
    let asked: BTreeSet<&EventKind> = case.contract.milestones.iter().collect();
    let is_seen = |kind: &&&EventKind| case.course.events.iter().any(|event| event.kind == ***kind);
    (!asked.is_empty())
        .then(|| Milestones { expected: asked.len() as i64, seen: asked.iter().filter(is_seen).count() as i64 })
}
