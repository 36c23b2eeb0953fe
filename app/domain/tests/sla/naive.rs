//! The clock again, minute by minute, from what walls show: no arithmetic on instants, and none of the product's logic.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Timelike};
use domain::calendar::{Calendar, Hours, Scope};
use domain::contract::{Allowance, Contract, PauseKind, StartRule, StopRule};
use domain::event::Event;
use domain::leg::LegEnd;
use domain::parcel::Parcel;
use domain::verdict::LegClass;
use domain::vocabulary::{DeliveryMode, EventKind, OffsetSource, Party, Reason};

use crate::dice::{BEGINNINGS, Case, DAY, MINUTE, ZONES};

/// So many days are known from each beginning on.
const DAYS: i64 = 100;

/// What a wall shows: days since 1970-01-01, minutes since midnight.
type Shown = (i32, u16);

/// What the walls of each zone show, by beginning, every minute.
static WALLS: LazyLock<BTreeMap<(i64, usize), Vec<Shown>>> = LazyLock::new(|| {
    let mut walls = BTreeMap::new();
    for date in BEGINNINGS {
        let date: NaiveDate = date.parse().unwrap();
        let beginning = i64::from(date.to_epoch_days()) * DAY;
        for (zone, name) in ZONES.iter().enumerate() {
            let tz: chrono_tz::Tz = name.parse().unwrap();
            let shown = |minute: i64| {
                let utc = DateTime::from_timestamp(minute * 60, 0).unwrap().naive_utc();
                let wall = tz.from_utc_datetime(&utc);
                (wall.date_naive().to_epoch_days(), (wall.hour() * 60 + wall.minute()) as u16)
            };
            walls.insert((beginning, zone), (beginning..beginning + DAYS * DAY).map(shown).collect());
        }
    }
    walls
});

/// A wall, and the calendar that hangs beside it.
struct Office<'a> {
    beginning: i64,
    wall: &'a [Shown],
    calendar: &'a Calendar,
    /// The hours of every date from the day before the beginning on.
    days: Vec<&'a [Hours]>,
}

impl<'a> Office<'a> {
    fn new(beginning: i64, wall: &'a [Shown], calendar: &'a Calendar, area: Area) -> Self {
        let first = (beginning / DAY - 1) as i32;
        let days = (first..first + DAYS as i32 + 3).map(|day| hours(calendar, area, day)).collect();
        Self { beginning, wall, calendar, days }
    }

    fn shows(&self, minute: i64) -> Shown {
        self.wall[(minute - self.beginning) as usize]
    }

    fn hours(&self, day: i32) -> &[Hours] {
        self.days[(i64::from(day) + 1 - self.beginning / DAY) as usize]
    }

    fn works(&self, day: i32) -> bool {
        !self.hours(day).is_empty()
    }

    fn is_open(&self, minute: i64) -> bool {
        let (day, of_day) = self.shows(minute);
        self.hours(day).iter().any(|hours| hours.from <= of_day && of_day < hours.to)
    }

    fn opens(&self, minute: i64, is_right: impl Fn(i32) -> bool) -> i64 {
        (minute..).find(|&minute| self.is_open(minute) && is_right(self.shows(minute).0)).unwrap()
    }

    /// The last minute at which the wall shows no more than this; the next one where it jumps over it.
    fn last(&self, shown: Shown) -> i64 {
        // No wall is a day ahead or behind.
        let around = (i64::from(shown.0) - 1) * DAY..(i64::from(shown.0) + 2) * DAY;
        let last = around.rev().find(|&minute| self.shows(minute) <= shown);
        let last = last.unwrap();
        if self.shows(last) == shown { last } else { last + 1 }
    }
}

/// The part of a country that a place is in.
#[derive(Clone, Copy)]
struct Area {
    is_north: bool,
    /// Whether the postcode begins with 35.
    is_35: bool,
}

fn hours(calendar: &Calendar, area: Area, day: i32) -> &[Hours] {
    let date = NaiveDate::from_epoch_days(day).unwrap();
    let of_day = || calendar.days.iter().rev().filter(|entry| entry.date == date);
    let by_postcode = of_day().find(|entry| area.is_35 && !entry.scope.postcodes.is_empty());
    let regional = of_day().find(|entry| area.is_north && !entry.scope.regions.is_empty());
    let of_all = || of_day().find(|entry| entry.scope == Scope::default());
    match by_postcode.or(regional).or_else(of_all) {
        Some(entry) => &entry.hours,
        None => &calendar.week[date.weekday().num_days_from_monday() as usize],
    }
}

/// What must come out.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    pub started: i64,
    pub first_deadline: i64,
    pub deadline: i64,
    pub stop: Option<i64>,
    pub classes: [LegClass; 4],
    pub lateness: BTreeMap<Party, i64>,
}

struct Naive<'a> {
    contract: &'a Contract,
    parcel: &'a Parcel,
    all: &'a [Event],
    /// Of the leg.
    events: &'a [Event],
    next: Option<&'a Event>,
    origin: Office<'a>,
    destination: Office<'a>,
    judged_until: i64,
}

/// The first leg of a case; `None` where the contract goes by a promise that there is not.
pub fn outcome(case: &Case, parcel: &Parcel) -> Option<Outcome> {
    let starts_at = |at: i64| case.events.iter().position(|event| event.at == at).unwrap();
    let next = parcel.legs.get(1).map(|leg| starts_at(leg.start.at));
    let first = &case.events[starts_at(parcel.legs[0].start.at)];
    let office = |which: usize, area| {
        let wall = &WALLS[&(case.beginning, case.zones[which])];
        Office::new(case.beginning, wall, &case.calendars[which], area)
    };
    let to = &parcel.attributes;
    let to = Area { is_north: to.destination_region == "north", is_35: to.destination_postcode.starts_with("35") };
    let is_known = !first.place.country.is_empty();
    let scanned = Area {
        is_north: is_known && first.place.region == "North",
        is_35: is_known && first.place.postcode.starts_with("35"),
    };
    let naive = Naive {
        contract: &case.contract,
        parcel,
        all: &case.events,
        events: &case.events[starts_at(parcel.legs[0].start.at)..next.unwrap_or(case.events.len())],
        next: next.map(|next| &case.events[next]),
        origin: office(usize::from(first.place.country == "ES"), scanned),
        destination: office(1, to),
        judged_until: case.judged_until,
    };
    if case.contract.allowance == Allowance::Promise && parcel.promise.is_none() {
        return None;
    }
    Some(naive.outcome())
}

/// How far a walk came.
struct Walk {
    deadline: i64,
    is_paused: bool,
    /// Who moved the deadline over which minute.
    moved: BTreeMap<i64, Party>,
    /// Who answers for which paused minute.
    paused: BTreeMap<i64, Party>,
}

#[derive(Clone, Copy)]
struct On {
    since: i64,
    until: Option<i64>,
    party: Party,
    place: usize,
}

impl Naive<'_> {
    fn outcome(&self) -> Outcome {
        let custody = minute(self.events[0].at);
        let (stop, limit) = self.stop();
        let stop_at = stop.map(|event| minute(event.at));
        let started = self.start(custody);
        let end_of_leg = self.parcel.legs[0].end.map(|end| minute(end.at));
        let is_return = self.parcel.legs[0].ended_by == Some(LegEnd::Return);
        let all: &dyn Fn(&Event) -> bool = &|_| true;
        let none: &dyn Fn(&Event) -> bool = &|_| false;
        let own: &dyn Fn(&Event) -> bool = &|event| event.number.courier == "A";
        let mut starts = vec![started];
        if let Some(other) = other_reading(&self.events[0], &self.origin) {
            starts.push(self.start(other));
        }
        let mut stops = vec![stop_at];
        if let Some(other) = stop.and_then(|stop| other_reading(stop, &self.destination)) {
            stops.push(Some(other));
        }
        let others: &dyn Fn(&Event) -> bool = &|event| event.number.courier != "A";
        let classes = [all, none, own, others].map(|counts| {
            let mut classes = BTreeSet::new();
            for &start in &starts {
                for &stop in &stops {
                    classes.insert(self.class(start, stop, limit, counts));
                }
            }
            match classes.first() {
                Some(only) if classes.len() == 1 => *only,
                _ if classes.contains(&LegClass::Open) => LegClass::Open,
                _ if classes.contains(&LegClass::Paused) => LegClass::Paused,
                _ => LegClass::Ambiguous,
            }
        });
        let first = self.first_deadline(started);
        let until = match stop_at {
            Some(stop) => stop,
            None if is_return => end_of_leg.unwrap(),
            None => self.judged_until.max(custody),
        };
        let mut lateness = BTreeMap::new();
        let is_claimed = !matches!(classes[0], LegClass::Cancelled | LegClass::Ambiguous);
        if is_claimed && self.judged_until > first {
            let walk = self.walk(started, stop_at, limit, all, until);
            for late in first..until {
                let party = match walk.moved.get(&late) {
                    Some(party) => *party,
                    None => self.answers(late, custody, started, limit, &walk),
                };
                *lateness.entry(party).or_default() += 1;
            }
        }
        Outcome {
            started,
            first_deadline: first,
            deadline: self.walk(started, stop_at, limit, all, self.judged_until).deadline,
            stop: stop_at,
            classes,
            lateness,
        }
    }

    fn start(&self, custody: i64) -> i64 {
        if self.contract.start == StartRule::AtOnce {
            return custody;
        }
        let (day, of_day) = self.origin.shows(custody);
        let cut_off = self.contract.cut_off.or(self.origin.calendar.cut_off).unwrap_or(1440);
        if self.origin.works(day) && of_day > cut_off {
            self.origin.opens(custody, |later| later > day)
        } else {
            self.origin.opens(custody, |_| true)
        }
    }

    fn first_deadline(&self, started: i64) -> i64 {
        match self.contract.allowance {
            Allowance::WorkingDays { days, by } => {
                let mut day = self.destination.shows(started).0;
                let mut left = days;
                while left > 0 || !self.destination.works(day) {
                    day += 1;
                    if self.destination.works(day) {
                        left = left.saturating_sub(1);
                    }
                }
                self.destination.last((day, by))
            }
            Allowance::ClockHours { hours } => started + i64::from(hours) * 60,
            Allowance::OpenHours { hours } => {
                let mut left = hours * 60;
                let mut at = started;
                while left > 0 {
                    left -= u32::from(self.destination.is_open(at));
                    at += 1;
                }
                at
            }
            Allowance::Promise => minute(self.parcel.promise.unwrap().latest),
        }
    }

    /// What fulfils the leg, and until when a hand-over that was not taken in time is tolerated.
    fn stop(&self) -> (Option<&Event>, Option<(i64, i64)>) {
        let leg = &self.parcel.legs[0];
        let is_handed_over = leg.ended_by == Some(LegEnd::HandOver);
        let out = self.events.iter().position(|event| {
            is_handed_over && event.kind == EventKind::HandedOverOut && event.at == leg.end.unwrap().at
        });
        let Some(place) = out else {
            let taken = if is_handed_over { self.next } else { None };
            return (self.fulfilled(self.events).or(taken), None);
        };
        if let Some(stop) = self.fulfilled(&self.events[..=place]) {
            return (Some(stop), None);
        }
        let out = &self.events[place];
        let taken = self.fulfilled(&self.events[place + 1..]).or(self.next);
        let mut used = 0;
        let mut limit = minute(out.at);
        loop {
            if self.destination.is_open(limit) {
                if used == self.contract.hand_off_hours * 60 {
                    break;
                }
                used += 1;
            }
            limit += 1;
        }
        if out.countersigned || taken.is_some_and(|taken| minute(taken.at) <= limit) {
            return (Some(out), None);
        }
        (taken, Some((minute(out.at), limit)))
    }

    fn fulfilled<'b>(&self, events: &'b [Event]) -> Option<&'b Event> {
        let asked = |event: &Event| {
            let mode = match event.kind {
                EventKind::ReadyAtLocker => DeliveryMode::Locker,
                EventKind::ReadyAtShop => DeliveryMode::Shop,
                _ => return false,
            };
            let wished = self.all.iter().any(|wish| {
                wish.at < event.at
                    && wish.kind == EventKind::Rescheduled
                    && wish.party == Party::Consignee
                    && wish.statement.as_ref().is_some_and(|said| said.delivery_mode == Some(mode))
            });
            wished || self.parcel.attributes.delivery_mode == Some(mode)
        };
        let round_of = |place: usize| events[..place].iter().rposition(|event| event.kind == EventKind::OutForDelivery);
        for (place, event) in events.iter().enumerate() {
            let is_stop = match event.kind {
                EventKind::Delivered | EventKind::Collected => true,
                EventKind::ReadyAtLocker | EventKind::ReadyAtShop => {
                    asked(event) && self.contract.stop != StopRule::Delivered
                }
                EventKind::AttemptFailed if event.reason == Some(Reason::Refused) => true,
                EventKind::AttemptFailed => {
                    let is_first = round_of(place).is_some_and(|round| {
                        events[round..place].iter().all(|event| event.kind != EventKind::AttemptFailed)
                    });
                    is_first && self.contract.stop == StopRule::Attempt && self.is_valid(event)
                }
                EventKind::UncollectedExpired => {
                    if let Some(ready) = events[..place].iter().find(|event| asked(event)) {
                        return Some(ready);
                    }
                    false
                }
                _ => false,
            };
            if is_stop {
                return Some(event);
            }
        }
        let turns_back = self.parcel.legs.get(1).is_some_and(|leg| leg.is_return);
        events.iter().find(|event| turns_back && asked(event))
    }

    fn is_valid(&self, attempt: &Event) -> bool {
        let of_day = self.destination.shows(minute(attempt.at)).1;
        let in_hours = if self.contract.delivery_hours.is_empty() {
            self.destination.is_open(minute(attempt.at))
        } else {
            self.contract.delivery_hours.iter().any(|hours| hours.from <= of_day && of_day < hours.to)
        };
        in_hours && attempt.reason.is_some() && who(attempt) != Party::Courier
    }

    fn class(
        &self,
        start: i64,
        stop: Option<i64>,
        limit: Option<(i64, i64)>,
        counts: &dyn Fn(&Event) -> bool,
    ) -> LegClass {
        if let Some(cancelled) = self.parcel.cancelled.map(|at| minute(at.at))
            && stop.is_none_or(|stop| cancelled < stop)
        {
            let walk = self.walk(start, stop, limit, counts, cancelled);
            if walk.is_paused || cancelled <= walk.deadline {
                return LegClass::Cancelled;
            }
        }
        let walk = self.walk(start, stop, limit, counts, self.judged_until);
        if self.judged_until <= self.first_deadline(start) {
            LegClass::Open
        } else if walk.is_paused {
            LegClass::Paused
        } else if self.judged_until <= walk.deadline {
            LegClass::Open
        } else {
            let promise = self.parcel.promise.filter(|_| self.contract.allowance == Allowance::Promise);
            let opens = promise.and_then(|promise| promise.earliest).map(minute);
            match stop {
                Some(stop) if opens.is_some_and(|opens| stop < opens) => LegClass::Early,
                Some(stop) if stop <= walk.deadline => LegClass::OnTime,
                _ => LegClass::Late,
            }
        }
    }

    /// Walks from the parcel's first event to a minute and moves the deadline on as it goes.
    fn walk(
        &self,
        start: i64,
        stop: Option<i64>,
        limit: Option<(i64, i64)>,
        counts: &dyn Fn(&Event) -> bool,
        until: i64,
    ) -> Walk {
        let turned_back = self.parcel.legs[0].end.filter(|_| self.parcel.legs[0].ended_by == Some(LegEnd::Return));
        let over = limit.map(|(out, _)| out).or(stop).or(turned_back.map(|end| minute(end.at))).unwrap_or(i64::MAX);
        let mut walk = Walk {
            deadline: self.first_deadline(start),
            is_paused: false,
            moved: BTreeMap::new(),
            paused: BTreeMap::new(),
        };
        let mut on: BTreeMap<PauseKind, On> = BTreeMap::new();
        let mut place = 0;
        let mut touched = BTreeSet::new();
        let (mut is_capped, mut is_void) = (false, false);
        // The pause that goes on, and whether it is the tolerance of a hand-over.
        let mut run: Option<Party> = None;
        for now in minute(self.all[0].at)..until {
            let is_eventful = self.all.get(place).is_some_and(|event| minute(event.at) == now);
            on.retain(|_, on| on.until.is_none_or(|until| now < until));
            if is_eventful {
                self.hear(place, &mut on);
                place += 1;
            }
            walk.is_paused = false;
            if now < start {
                continue;
            }
            if let Some((out, limit)) = limit
                && now >= out.max(start)
            {
                let begins = now == out.max(start);
                if begins && now > walk.deadline {
                    is_void = true;
                }
                if !is_void && now < limit && stop.is_none_or(|stop| now < stop) {
                    self.pause(&mut walk, now, Party::Unknown);
                }
                continue;
            }
            let standing = || on.iter().filter(|(_, on)| counts(&self.all[on.place]));
            if now >= over || is_capped || is_void || standing().next().is_none() {
                run = None;
                continue;
            }
            let goes_on = now > start && run.is_some() && standing().any(|(_, on)| on.since < now);
            if !goes_on {
                if now > walk.deadline {
                    is_void = true;
                    continue;
                }
                let first = standing().min_by_key(|(kind, on)| (on.since, **kind)).unwrap();
                run = Some(first.1.party);
            }
            let day = self.destination.shows(now).0;
            if self.destination.is_open(now) && !touched.contains(&day) {
                if touched.len() == usize::from(self.contract.pause_days) {
                    is_capped = true;
                    continue;
                }
                touched.insert(day);
            }
            self.pause(&mut walk, now, run.unwrap());
        }
        walk
    }

    fn pause(&self, walk: &mut Walk, now: i64, party: Party) {
        walk.is_paused = true;
        walk.paused.insert(now, party);
        let from = walk.deadline;
        if matches!(self.contract.allowance, Allowance::ClockHours { .. }) {
            walk.deadline += 1;
        } else if self.destination.is_open(now) {
            while !self.destination.is_open(walk.deadline) {
                walk.deadline += 1;
            }
            walk.deadline += 1;
        }
        walk.moved.extend((from..walk.deadline).map(|minute| (minute, party)));
    }

    /// What an event does to the pauses that are on.
    fn hear(&self, place: usize, on: &mut BTreeMap<PauseKind, On>) {
        use EventKind::*;
        let event = &self.all[place];
        let knows = |kind| self.contract.pauses.contains(&kind);
        let now = minute(event.at);
        let begin = |party| On { since: now, until: None, party, place };
        let is_scan = event.kind.is_physical();
        let is_customs = matches!(event.kind, CustomsIn | CustomsHeld | CustomsRefused);
        let is_deposit = matches!(event.kind, ReadyAtLocker | ReadyAtShop);
        if is_scan && !is_customs {
            on.remove(&PauseKind::Customs);
        }
        let debtor = match event.reason {
            Some(Reason::CustomsDocuments | Reason::ShipperData) => Party::Shipper,
            Some(Reason::DutiesUnpaid) => Party::Consignee,
            _ => Party::Customs,
        };
        let with_customs = on.get(&PauseKind::Customs).map(|on| on.party);
        let changes = is_customs && event.reason.is_some() && with_customs.is_some_and(|party| party != debtor);
        if knows(PauseKind::Customs) && (changes || with_customs.is_none() && event.kind == CustomsIn) {
            on.insert(PauseKind::Customs, begin(debtor));
        }
        if let Some(wish) = on.get(&PauseKind::ConsigneeWish)
            && (matches!(event.kind, AttemptFailed | Delivered | Collected)
                || is_deposit
                || wish.until.is_none() && is_scan)
        {
            on.remove(&PauseKind::ConsigneeWish);
        }
        if event.kind == Rescheduled && event.party == Party::Consignee && knows(PauseKind::ConsigneeWish) {
            let wished = event.statement.as_ref().and_then(|said| said.promise);
            if let Some(promise) = wished {
                let day = (promise.latest + i64::from(promise.offset_minutes) * MINUTE).div_euclid(DAY * MINUTE) as i32;
                let until = match promise.earliest {
                    Some(earliest) => minute(earliest),
                    None => self.destination.opens(self.destination.beginning, |open| open >= day),
                };
                if self.contract.allowance != Allowance::Promise {
                    on.remove(&PauseKind::ConsigneeWish);
                    if until > now {
                        on.insert(PauseKind::ConsigneeWish, On { until: Some(until), ..begin(Party::Consignee) });
                    }
                }
            } else {
                on.insert(PauseKind::ConsigneeWish, begin(Party::Consignee));
            }
        }
        if is_scan {
            on.remove(&PauseKind::AddressCorrection);
            on.remove(&PauseKind::ForceMajeure);
        }
        let is_wrong =
            matches!(event.kind, AttemptFailed | HeldInNetwork) && event.reason == Some(Reason::WrongAddress);
        if is_wrong && who(event) != Party::Courier && knows(PauseKind::AddressCorrection) {
            on.insert(PauseKind::AddressCorrection, begin(who(event)));
        }
        if who(event) == Party::ForceMajeure && knows(PauseKind::ForceMajeure) {
            on.entry(PauseKind::ForceMajeure).or_insert(begin(Party::ForceMajeure));
        }
        let lies = on.get(&PauseKind::WaitingForCollection).map(|on| &self.all[on.place]);
        let is_again = lies.is_some_and(|lies| lies.kind == event.kind && lies.place.facility == event.place.facility);
        if is_scan && !is_again {
            on.remove(&PauseKind::WaitingForCollection);
        }
        if is_deposit && !is_again && knows(PauseKind::WaitingForCollection) && !self.stops_by_lying(event) {
            on.insert(PauseKind::WaitingForCollection, begin(Party::Consignee));
        }
    }

    fn stops_by_lying(&self, deposit: &Event) -> bool {
        self.contract.stop != StopRule::Delivered && self.fulfilled(std::slice::from_ref(deposit)).is_some()
    }

    /// Who answers for a minute that no pause has moved the deadline over.
    fn answers(&self, now: i64, custody: i64, started: i64, limit: Option<(i64, i64)>, walk: &Walk) -> Party {
        if now < custody {
            return Party::Unknown;
        }
        if now < started {
            let (day, of_day) = self.origin.shows(custody);
            let cut_off = self.contract.cut_off.or(self.origin.calendar.cut_off).unwrap_or(1440);
            return if self.origin.works(day) && of_day > cut_off { Party::Shipper } else { Party::Unknown };
        }
        if let Some(party) = walk.paused.get(&now) {
            return *party;
        }
        if limit.is_some_and(|(_, limit)| now >= limit) {
            return Party::Courier;
        }
        let mut party = Party::Shipper;
        for event in self.all.iter().take_while(|event| minute(event.at) <= now) {
            party = match event.kind {
                EventKind::Returning => return Party::Courier,
                EventKind::CustomsIn | EventKind::CustomsHeld => Party::Customs,
                EventKind::HandedOverOut => Party::Unknown,
                EventKind::ReadyAtLocker | EventKind::ReadyAtShop => Party::Consignee,
                kind if kind.is_physical() => Party::Courier,
                _ => party,
            };
        }
        party
    }
}

fn minute(at: i64) -> i64 {
    assert_eq!(at.rem_euclid(MINUTE), 0, "not a whole minute");
    at.div_euclid(MINUTE)
}

fn who(event: &Event) -> Party {
    match event.reason {
        Some(reason) if event.party == Party::Unknown => reason.party(),
        _ => event.party,
    }
}

/// Where the wall shows what the event was told with.
fn other_reading(event: &Event, office: &Office<'_>) -> Option<i64> {
    let told = minute(event.at);
    let local = office.last((told.div_euclid(DAY) as i32, told.rem_euclid(DAY) as u16));
    (event.offset_source == OffsetSource::Unknown && local != told).then_some(local)
}
