//! The arithmetic of a leg's verdict in words:
//! `accepted Fri 17:40, after the 17:00 cut-off: clock starts Mon 08:00; 2 working days; Tue 6 Jan closed; deadline Thu
//! 18:00 Lisbon; delivered Thu 18:20: late by 20 min, courier`.

use chrono::NaiveDate;

use super::{LegClock, Unjudged};
use crate::calendar::{Calendar, LocalCalendar};
use crate::clock::{Cause, ClockState, Segment};
use crate::contract::{Allowance, Contract};
use crate::event::Moment;
use crate::explain::duration_in_words;
use crate::parcel::Parcel;
use crate::promise::DAY_MS;
use crate::terms::Terms;
use crate::verdict::LegClass;
use crate::view::local_time;
use crate::vocabulary::{EventKind, Party};

impl LegClock {
    /// What became of the leg, and why, judged up to `judged_until` (UTC epoch milliseconds) by these terms.
    pub fn in_words(&self, terms: &Terms, parcel: &Parcel, judged_until: i64) -> String {
        if let Some(unjudged) = &self.unjudged {
            return why_not(unjudged);
        }
        let (Some(version), Some(first), Some(deadline)) = (&self.version, self.first_deadline, self.deadline) else {
            return String::new();
        };
        let agreement = terms.agreements(&self.courier, &parcel.attributes).find(|agreement| {
            agreement.contract.name == version.contract && agreement.contract.version == version.version
        });
        let calendar =
            agreement.and_then(|agreement| terms.calendar(agreement.destination, parcel.attributes.destination()));
        let (Some(agreement), Some(calendar)) = (agreement, calendar) else {
            return String::new();
        };
        let times = self.times();
        let mut parts = vec![self.start_in_words(terms, &agreement.contract, times)];
        parts.push(allowance_in_words(agreement.contract.allowance));
        if let (Allowance::WorkingDays { .. }, Some(started)) = (agreement.contract.allowance, self.started) {
            parts.extend(exceptions(calendar, calendar.day(started.at), first.day()));
        }
        parts.push(format!("deadline {} {}", times.told(first), city(calendar)));
        let start = self.started.map_or(i64::MIN, |started| started.at);
        let paused = self.segments.iter().filter(|part| part.state == ClockState::Paused && part.from.at >= start);
        parts.extend(paused.map(|part| paused_in_words(part, times)));
        if deadline != first {
            parts.push(format!("deadline moved to {} {}", times.told(deadline), city(calendar)));
        }
        parts.push(self.verdict_in_words(deadline, times, judged_until));
        parts.join("; ")
    }

    fn start_in_words(&self, terms: &Terms, contract: &Contract, times: Times) -> String {
        let (kind, custody) = self.custody;
        let taken = match kind {
            EventKind::Accepted => "accepted",
            EventKind::HandedOverIn => "taken over",
            _ => "first scanned",
        };
        let taken = format!("{taken} {}", times.told(custody));
        let (Some(cause), Some(started)) = (self.start_cause, self.started) else {
            return taken;
        };
        let named = |name: &str| terms.calendars().find(|calendar: &&Calendar| *calendar.name == *name);
        let calendar = self.segments.first().and_then(|part| named(&part.calendar));
        let why = match (cause, contract.cut_off.or(calendar.and_then(|calendar| calendar.cut_off))) {
            (Cause::AfterCutOff, Some(minute)) => format!("after the {:02}:{:02} cut-off", minute / 60, minute % 60),
            (cause, _) => cause.as_str().to_owned(),
        };
        format!("{taken}, {why}: clock starts {}", times.told(started))
    }

    fn verdict_in_words(&self, deadline: Moment, times: Times, judged_until: i64) -> String {
        let stopped = self.stop.map(|(kind, at)| format!("{} {}", stop_word(kind), times.told(at)));
        let left = duration_in_words(deadline.at - judged_until);
        match (self.class, stopped) {
            (LegClass::Cancelled, _) => "cancelled by the shipper before the deadline: not counted".into(),
            (LegClass::Ambiguous, _) => {
                "nobody said in which time zone the times are, and the verdict depends on it: not counted".into()
            }
            (LegClass::Paused, _) => "the clock is paused: not counted until it runs again".into(),
            (LegClass::Open, Some(stopped)) => format!("{stopped}: counts once the deadline has passed"),
            (LegClass::Open, None) => format!("not delivered yet: {left} left"),
            (LegClass::Excluded, stopped) => {
                let stopped = stopped.unwrap_or_else(|| "not delivered".into());
                format!("{stopped}: excluded{}, not counted", self.exclusion_in_words())
            }
            (LegClass::Early, Some(stopped)) => format!("{stopped}: early"),
            (LegClass::OnTime, Some(stopped)) => format!("{stopped}: on time"),
            (_, Some(stopped)) => format!("{stopped}: late{}", self.lateness_in_words()),
            (_, None) => format!("not delivered: late{}", self.lateness_in_words()),
        }
    }

    /// ` by E3 (weather, accepted by Ana)`.
    fn exclusion_in_words(&self) -> String {
        let told = self.exclusion.as_ref().map(|exclusion| {
            let (id, of) = &**exclusion;
            format!(" by {id} ({}, accepted by {})", of.reason.as_str().replace('_', " "), of.accepted_by)
        });
        told.unwrap_or_default()
    }

    /// ` by 20 min, courier`, or who answers for how much.
    fn lateness_in_words(&self) -> String {
        let total = duration_in_words(self.lateness_ms());
        match self.lateness.as_slice() {
            [] => String::new(),
            [(party, _)] => format!(" by {total}, {}", party_word(*party)),
            shares => {
                let share = |(party, ms): &(Party, i64)| format!("{} {}", duration_in_words(*ms), party_word(*party));
                format!(" by {total}: {}", shares.iter().map(share).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// Within a week the weekday says which day is meant.
    fn times(&self) -> Times {
        let custody = self.custody.1;
        let stop = self.stop.map(|(_, at)| at);
        let paused = self.segments.iter().filter(|part| part.state == ClockState::Paused).map(|part| part.to);
        let told = [self.started, self.first_deadline, self.deadline, stop].into_iter().flatten().chain(paused);
        let is_within_a_week = told.into_iter().all(|moment| (moment.at - custody.at).abs() < 6 * DAY_MS + DAY_MS / 2);
        if is_within_a_week { Times::Weekday } else { Times::Date }
    }
}

/// How a moment is told.
#[derive(Clone, Copy)]
enum Times {
    /// `Fri 17:40`.
    Weekday,
    /// `Fri 2 Jan 17:40`.
    Date,
}

impl Times {
    fn told(self, moment: Moment) -> String {
        let format = match self {
            Self::Weekday => "%a %H:%M",
            Self::Date => "%a %-d %b %H:%M",
        };
        local_time(moment.at, moment.offset_minutes).format(format).to_string()
    }
}

fn why_not(unjudged: &Unjudged) -> String {
    match unjudged {
        Unjudged::Return => "On its way back to the sender: no contract judges that.".into(),
        Unjudged::NoContract => "No contract covers this leg on this date.".into(),
        Unjudged::NoCalendar(country) if country.is_empty() => {
            "The country is not known, so no calendar says when the clock runs.".into()
        }
        Unjudged::NoCalendar(country) => format!("There is no calendar of {country} to say when the clock runs."),
        Unjudged::NoPromise => "The contract goes by the promise to the customer, and none is known.".into(),
        Unjudged::CalendarEnded(name) => format!("The calendar {name} has no working day after this."),
    }
}

fn allowance_in_words(allowance: Allowance) -> String {
    let counted = |n: u32, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    match allowance {
        Allowance::WorkingDays { days: 0, .. } => "the same working day".into(),
        Allowance::WorkingDays { days, .. } => counted(days.into(), "working day"),
        Allowance::ClockHours { hours } => counted(hours, "hour"),
        Allowance::OpenHours { hours } => counted(hours, "open hour"),
        Allowance::Promise => "as promised to the customer".into(),
    }
}

/// The dates after one and up to another on which the calendar is not as on other such weekdays. Days that are closed one
/// after the other, with weekends between, are told as one.
fn exceptions(calendar: LocalCalendar<'_>, after: i32, until: i32) -> Vec<String> {
    let date = |day| NaiveDate::from_epoch_days(day).unwrap_or_default().format("%a %-d %b").to_string();
    let mut told = Vec::new();
    let mut closed: Option<(i32, i32)> = None;
    let finish = |closed: &mut Option<(i32, i32)>, told: &mut Vec<String>| {
        told.extend(closed.take().map(|(from, to)| match from == to {
            true => format!("{} closed", date(from)),
            false => format!("{} to {} closed", date(from), date(to)),
        }));
    };
    for day in after + 1..=until {
        let is_open = calendar.is_working_day(day);
        let is_usual = is_open != calendar.weekly_hours(day).is_empty();
        match (is_usual, is_open) {
            (true, true) => finish(&mut closed, &mut told),
            (true, false) => {}
            (false, true) => {
                finish(&mut closed, &mut told);
                told.push(format!("{} open", date(day)));
            }
            (false, false) => closed = Some((closed.map_or(day, |(from, _)| from), day)),
        }
    }
    finish(&mut closed, &mut told);
    told
}

fn paused_in_words(part: &Segment, times: Times) -> String {
    let who = if part.party == Party::Unknown { "nobody" } else { party_word(part.party) };
    format!("paused {} to {}, {} ({who})", times.told(part.from), times.told(part.to), part.cause.as_str())
}

/// `Lisbon` of `Europe/Lisbon`.
fn city(calendar: LocalCalendar<'_>) -> String {
    let name = calendar.zone().name();
    name.rsplit('/').next().unwrap_or(name).replace('_', " ")
}

const fn party_word(party: Party) -> &'static str {
    match party {
        Party::Unknown => "nobody known",
        Party::ForceMajeure => "force majeure",
        party => party.as_str(),
    }
}

const fn stop_word(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Collected => "collected",
        EventKind::ReadyAtLocker => "ready in the locker",
        EventKind::ReadyAtShop => "ready at the shop",
        EventKind::AttemptFailed => "attempted",
        EventKind::Delivered => "delivered",
        _ => "handed over",
    }
}
