//! Contracts, calendars and parcels that nobody thought of, the same ones every time. Times are whole minutes, and no two
//! events of a parcel happen in one minute.

use std::collections::BTreeSet;

use domain::calendar::{Calendar, DatedHours, Hours, Scope};
use domain::contract::{Allowance, Contract, PauseKind, StartRule, StopRule};
use domain::event::{Event, EventId, Number, Place, Statement};
use domain::promise::Promise;
use domain::vocabulary::{DeliveryMode, EventKind, OffsetSource, Party, Reason};

pub const MINUTE: i64 = 60_000;
pub const DAY: i64 = 1440;
pub const ZONES: [&str; 5] =
    ["Europe/Madrid", "Atlantic/Azores", "Australia/Lord_Howe", "America/New_York", "Asia/Kolkata"];
/// Where the cases begin: changes of clocks of all zones, the turn of a year, a leap day.
pub const BEGINNINGS: [&str; 5] = ["2026-03-02", "2026-03-23", "2026-10-19", "2026-09-28", "2028-02-21"];

/// Random numbers that are the same every time (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }

    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.below((to - from) as u64) as i64
    }

    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

/// What a leg is judged by, and what happened.
#[derive(Debug, Clone)]
pub struct Case {
    /// In minutes since 1970-01-01T00:00Z; nothing happens before.
    pub beginning: i64,
    pub zones: [usize; 2],
    /// Origin's and destination's.
    pub calendars: [Calendar; 2],
    pub contract: Contract,
    pub events: Vec<Event>,
    /// In minutes since 1970-01-01T00:00Z.
    pub judged_until: i64,
}

impl Case {
    pub fn new(dice: &mut Dice) -> Self {
        let date: chrono::NaiveDate = dice.one(&BEGINNINGS).parse().unwrap();
        let beginning = i64::from(date.to_epoch_days()) * DAY;
        let zones = [dice.below(5) as usize, dice.below(5) as usize];
        let calendars = [("pt", "PT", 0), ("es", "ES", 1)]
            .map(|(name, country, at)| calendar(dice, name, country, ZONES[zones[at]], date.to_epoch_days()));
        let contract = contract(dice);
        let accepted = beginning + dice.between(DAY, 8 * DAY);
        let events = events(dice, accepted, contract.allowance == Allowance::Promise);
        let judged_until = accepted + dice.between(0, 14 * DAY);
        Self { beginning, zones, calendars, contract, events, judged_until }
    }
}

impl Case {
    /// In words, for whoever looks for the fault.
    pub fn told(&self) -> String {
        let [origin, destination] = self.zones.map(|zone| ZONES[zone]);
        let time = |minute: i64| chrono::DateTime::from_timestamp(minute * 60, 0).unwrap().format("%a %F %H:%M");
        let mut told = format!("{origin} to {destination}, judged {}\n{:?}\n", time(self.judged_until), self.contract);
        for calendar in &self.calendars {
            told += &format!("{} {:?} {:?} {:?}\n", calendar.name, calendar.week, calendar.cut_off, calendar.days);
        }
        for event in &self.events {
            let Event { number, kind, reason, party, offset_source, .. } = event;
            let said = event.statement.as_ref().map(|said| (said.promise, said.delivery_mode));
            told += &format!(
                "{} {} {kind} {reason:?} {party} {offset_source} {said:?} {}{:?}\n",
                time(event.at / MINUTE),
                number.courier,
                if event.countersigned { "countersigned " } else { "" },
                event.place
            );
        }
        told
    }
}

fn some_hours(dice: &mut Dice) -> Vec<Hours> {
    let hour = |dice: &mut Dice, from, to| dice.between(from, to) as u16 * 30;
    match dice.below(10) {
        0 => vec![Hours::WHOLE_DAY],
        1 => {
            vec![Hours { from: hour(dice, 0, 8), to: hour(dice, 8, 16) }, Hours { from: hour(dice, 17, 30), to: 1440 }]
        }
        2 => vec![Hours { from: 90, to: hour(dice, 4, 20) }],
        _ => vec![Hours { from: hour(dice, 12, 20), to: hour(dice, 30, 44) }],
    }
}

fn calendar(dice: &mut Dice, name: &str, country: &str, zone: &str, day: i32) -> Calendar {
    let mut calendar = Calendar { week: Default::default(), ..Calendar::round_the_clock(name, country, zone) };
    for weekday in 0..7 {
        if dice.percent(if weekday < 5 { 90 } else { 25 }) {
            calendar.week[weekday] = some_hours(dice);
        }
    }
    calendar.week[2] = some_hours(dice);
    calendar.cut_off = dice.percent(60).then(|| dice.between(16, 46) as u16 * 30);
    for _ in 0..dice.below(6) {
        let date = chrono::NaiveDate::from_epoch_days(day + dice.between(1, 20) as i32).unwrap();
        let (regions, postcodes) = match dice.below(10) {
            0..3 => (vec!["North".into()], Vec::new()),
            3..5 => (Vec::new(), vec!["35".into()]),
            _ => (Vec::new(), Vec::new()),
        };
        let hours = if dice.percent(70) { Vec::new() } else { some_hours(dice) };
        calendar.days.push(DatedHours { date, scope: Scope { regions, postcodes }, hours, name: "".into() });
    }
    calendar
}

fn contract(dice: &mut Dice) -> Contract {
    let allowance = match dice.below(5) {
        0 => Allowance::ClockHours { hours: dice.between(1, 72) as u32 },
        1 => Allowance::OpenHours { hours: dice.between(1, 30) as u32 },
        2 => Allowance::Promise,
        _ => Allowance::WorkingDays { days: dice.below(4) as u16, by: dice.between(0, 96) as u16 * 15 },
    };
    let pauses: BTreeSet<PauseKind> = PauseKind::ALL.iter().copied().filter(|_| dice.percent(60)).collect();
    Contract {
        start: if dice.percent(80) { StartRule::NextOpening } else { StartRule::AtOnce },
        cut_off: dice.percent(30).then(|| dice.between(16, 46) as u16 * 30),
        stop: dice.one(StopRule::ALL),
        delivery_hours: if dice.percent(40) { vec![Hours { from: 480, to: 1200 }] } else { Vec::new() },
        pauses,
        pause_days: dice.below(5) as u16,
        hand_off_hours: dice.below(7) as u32,
        ..Contract::new("a", "A", "2020-01-01".parse().unwrap(), allowance)
    }
}

fn events(dice: &mut Dice, accepted: i64, with_promise: bool) -> Vec<Event> {
    use EventKind::*;
    let mut events = vec![event(dice, accepted, "A", Accepted)];
    let mut statement = Statement {
        origin_country: "PT".into(),
        destination_country: "ES".into(),
        destination_region: if dice.percent(50) { "north".into() } else { "".into() },
        destination_postcode: dice.one(&["", "28001", "35 001"]).into(),
        delivery_mode: Some(dice.one(&[DeliveryMode::Door, DeliveryMode::Door, DeliveryMode::Locker])),
        ..Statement::default()
    };
    if with_promise || dice.percent(20) {
        statement.promise = Some(promise(dice, accepted));
    }
    events[0].statement = Some(Box::new(statement));
    events[0].reason = None;
    events[0].party = Party::Unknown;
    events[0].place.country = dice.one(&["", "", "PT", "ES"]).into();
    events[0].place.region = dice.one(&["", "North"]).into();
    events[0].place.postcode = dice.one(&["", "28001", "35001"]).into();
    let mut at = accepted;
    let mut courier = "A";
    for _ in 0..dice.below(11) {
        at += if dice.percent(70) { dice.between(1, 1500) } else { dice.between(1, 4000) };
        let kind = match dice.below(100) {
            0..18 => dice.one(&[ArrivedHub, DepartedHub, ArrivedDeliveryDepot, Misrouted]),
            18..34 => dice.one(&[CustomsIn, CustomsIn, CustomsHeld, CustomsRefused, CustomsOut]),
            34..42 => HeldInNetwork,
            42..48 => dice.one(&[Delayed, Estimate, Announced]),
            48..60 => OutForDelivery,
            60..72 => AttemptFailed,
            72..79 => Rescheduled,
            79..84 => dice.one(&[ReadyAtLocker, ReadyAtShop]),
            84..90 => dice.one(&[Delivered, Collected, UncollectedExpired]),
            90..92 => Returning,
            92..94 => Cancelled,
            94..98 => HandedOverOut,
            _ => {
                courier = "B";
                dice.one(&[HandedOverIn, ArrivedHub])
            }
        };
        let teller = if kind == Delayed && dice.percent(30) { "B" } else { courier };
        let event = event(dice, at, teller, kind);
        events.push(event);
        if kind == HandedOverOut && dice.percent(80) {
            courier = "B";
            at += if dice.percent(50) { dice.between(1, 300) } else { dice.between(1, 3000) };
            let taken = self::event(dice, at, "B", HandedOverIn);
            events.push(taken);
        }
    }
    if dice.percent(50) {
        at += dice.between(1, 2000);
        let last = event(dice, at, courier, Delivered);
        events.push(last);
    }
    events
}

fn event(dice: &mut Dice, at: i64, courier: &str, kind: EventKind) -> Event {
    let reason = match kind {
        EventKind::AttemptFailed => dice.percent(85).then(|| {
            dice.one(&[
                Reason::ConsigneeAbsent,
                Reason::WrongAddress,
                Reason::InsufficientTime,
                Reason::Refused,
                Reason::Weather,
                Reason::Other,
            ])
        }),
        EventKind::HeldInNetwork => Some(dice.one(&[Reason::WrongAddress, Reason::Weather, Reason::CapacityExceeded])),
        EventKind::CustomsIn | EventKind::CustomsHeld => dice.percent(50).then(|| {
            dice.one(&[Reason::CustomsDocuments, Reason::DutiesUnpaid, Reason::CustomsInspection, Reason::ShipperData])
        }),
        EventKind::Delayed => Some(dice.one(&[Reason::Weather, Reason::ForceMajeure, Reason::Breakdown])),
        _ => None,
    };
    let mut party = reason.map_or(Party::Unknown, Reason::party);
    if dice.percent(10) {
        party = dice.one(&[Party::Unknown, Party::Courier]);
    }
    let mut statement = None;
    match kind {
        EventKind::Rescheduled => {
            party = dice.one(&[Party::Consignee, Party::Consignee, Party::Courier]);
            let wish = Statement {
                promise: dice.percent(75).then(|| promise(dice, at)),
                delivery_mode: dice.percent(20).then_some(DeliveryMode::Locker),
                ..Statement::default()
            };
            statement = Some(Box::new(wish)).filter(|wish| !wish.is_empty());
        }
        EventKind::Cancelled => party = dice.one(&[Party::Shipper, Party::Courier]),
        _ => {}
    }
    let facility = dice.one(&["", "K"]);
    Event {
        at: at * MINUTE,
        id: EventId(at as u64),
        received: at * MINUTE,
        feed: "dice".into(),
        mapping: "1".into(),
        number: Number { courier: courier.into(), number: "N".into() },
        kind,
        reason,
        party,
        raw_code: "".into(),
        offset_minutes: 0,
        offset_source: if dice.percent(8) { OffsetSource::Unknown } else { OffsetSource::Stated },
        place: Place { facility: facility.into(), ..Place::default() },
        statement,
        also: None,
        corrects: None,
        countersigned: kind == EventKind::HandedOverOut && dice.percent(15),
    }
}

fn promise(dice: &mut Dice, after: i64) -> Promise {
    let from = after + dice.between(-600, 5 * DAY);
    match dice.below(3) {
        0 => Promise::instant(from * MINUTE, 60),
        1 => Promise::window(from * MINUTE, (from + 180) * MINUTE, 60),
        // Kept to the minute, so that every time is a whole one.
        _ => Promise { latest: (from.div_euclid(DAY) + 1) * DAY * MINUTE, ..Promise::date(0, -60) },
    }
}
