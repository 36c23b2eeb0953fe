//! The life of one parcel, from the order to the door.

use crate::calendar::{Calendar, DAY, HOUR};
use crate::couriers::{COURIERS, Courier, DRAGON_LINE, PEARL_RIVER};
use crate::dice::Dice;
use crate::event::{Code, Event, More, Number, Place, Promise, Said};
use crate::network::Network;
use crate::story::Plot;
use crate::world::{BR, CN, CORRIDORS, COUNTRIES, Corridor, ES, SHIPPERS};

const MINUTE: i64 = 60;
/// Orders that are cancelled before anybody fetches them.
const CANCELLED: f64 = 0.004;
/// Parcels without a promise.
const UNPROMISED: f64 = 0.02;
/// Parcels that are never seen again.
const LOST: f64 = 0.001;
/// Parcels that nobody fetches from a locker or shop.
const UNCOLLECTED: f64 = 0.008;
/// Seconds from the opening to the end of a promised window.
const WINDOW: i64 = 2 * HOUR;

/// How a failed attempt is explained, and how often.
const FAILURES: [(Code, f64); 6] = [
    (Code::Absent, 0.52),
    (Code::WrongAddress, 0.17),
    (Code::NoTime, 0.13),
    (Code::NoAccess, 0.10),
    (Code::Refused, 0.05),
    (Code::Breakdown, 0.03),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Door,
    Locker,
    Shop,
}

/// A parcel on its way.
pub(crate) struct Journey<'n> {
    network: &'n Network,
    dice: Dice,
    index: u32,
    corridor: &'static Corridor,
    /// The courier of the last mile.
    courier: usize,
    mode: Mode,
    /// Start of the promised window.
    slot: Option<i64>,
    region: u8,
    events: &'n mut Vec<Event>,
}

impl<'n> Journey<'n> {
    /// Lives the parcel's life and tells it; `day` is the local day of the order.
    pub fn live(network: &'n Network, index: u32, day: i64, events: &'n mut Vec<Event>) {
        let mut dice = Dice::new(network.demand.seed, u64::from(index));
        let corridor = dice.weighted(&CORRIDORS, |corridor| corridor.weight);
        let here = |courier: &Courier| if courier.home == corridor.destination { courier.weight } else { 0.0 };
        let courier = dice.weighted(network.couriers(), |&place| here(&COURIERS[place]));
        let region = region(&mut dice, corridor.destination);
        let mut journey =
            Self { network, dice, index, corridor, courier: *courier, mode: Mode::Door, slot: None, region, events };
        journey.begin(day);
    }

    fn habits(&self) -> &'static Courier {
        &COURIERS[self.courier]
    }

    fn calendar(&self, country: usize) -> &'n Calendar {
        &self.network.calendars[country]
    }

    fn home(&self) -> &'n Calendar {
        self.calendar(self.corridor.destination)
    }

    fn plot(&self, plot: Plot, courier: usize, day: i64) -> Option<f64> {
        self.network.plot(plot, courier, day)
    }

    fn begin(&mut self, day: i64) {
        let origin = self.corridor.origin;
        let (first_hour, last_hour) = if self.dice.chance(0.3) { (18, 23) } else { (8, 22) };
        let second = self.dice.about(first_hour * HOUR, last_hour * HOUR);
        let ordered = self.calendar(origin).instant(day, second);
        let fetched_on = if second < 15 * HOUR { day } else { day + 1 };
        let fetched_on = self.calendar(origin).working_day(fetched_on, 0);
        self.mode = self.mode(fetched_on);
        let carrier = match (origin == CN, self.corridor.destination == BR) {
            (true, true) => PEARL_RIVER,
            (true, false) => DRAGON_LINE,
            _ => self.courier,
        };
        let shipper =
            self.dice.weighted(&SHIPPERS, |shipper| if shipper.country == origin { shipper.weight } else { 0.0 });
        let domestic = origin == self.corridor.destination;
        let wants_slot = domestic && self.mode == Mode::Door && self.dice.chance(self.habits().slots / 0.5);
        let express = domestic && !wants_slot && self.habits().slack < 0.9 && self.dice.chance(shipper.express);
        let (service, days) = match (domestic, wants_slot, express) {
            (_, true, _) => ("Slot", 2),
            (_, _, true) => ("Express", 1),
            (true, ..) => ("Standard", 2),
            _ if origin == CN => ("Economy", if self.corridor.destination == BR { 10 } else { 8 }),
            _ if self.crosses_customs() => ("International", 8),
            _ => ("International", 4),
        };
        let promised_on = self.home().working_day(fetched_on, days);
        let promise = self.promise(day, promised_on, wants_slot);
        let said = Said {
            reference: 10_000_000 + self.index,
            shipper: shipper.name,
            service,
            origin: COUNTRIES[origin].code,
            destination: COUNTRIES[self.corridor.destination].code,
            region: COUNTRIES[self.corridor.destination].regions[usize::from(self.region)].0,
            mode: match self.mode {
                Mode::Door => "door",
                Mode::Locker => "locker",
                Mode::Shop => "shop",
            },
            promise: Some(promise).filter(|_| !self.dice.chance(UNPROMISED)),
        };
        let place = Place { country: origin as u8, region: region(&mut self.dice, origin), number: 1 };
        self.tell(carrier, ordered, Code::Announced, place, More::Said(Box::new(said)));
        if self.dice.chance(CANCELLED) {
            let at = ordered + self.dice.between(10 * MINUTE, 2 * HOUR);
            return self.tell(carrier, at, Code::Cancelled, place, More::Nothing);
        }
        let fetched = self.calendar(origin).instant(fetched_on, self.dice.about(15 * HOUR + 30 * MINUTE, 19 * HOUR));
        self.tell(carrier, fetched, Code::Accepted, place, More::Nothing);
        if carrier == self.courier {
            self.carry(fetched_on, promised_on, days, place);
        } else {
            self.haul(carrier, fetched_on, place);
        }
    }

    /// Where the parcel is to go.
    fn mode(&mut self, fetched_on: i64) -> Mode {
        let (country, habits) = (&COUNTRIES[self.corridor.destination], self.habits());
        let locker = match self.plot(Plot::LockerRollOut, self.courier, fetched_on) {
            // Half of the boxes stand after a week.
            Some(so_far) => 0.10 + 0.50 * (so_far * 3.0).min(1.0),
            None if self.network.has(Plot::LockerRollOut, self.courier) => 0.10,
            None => country.locker * habits.lockers,
        };
        let shop = if habits.lockers == 0.0 { 0.0 } else { country.shop };
        match self.dice.share() {
            share if share < locker => Mode::Locker,
            share if share < locker + shop => Mode::Shop,
            _ => Mode::Door,
        }
    }

    fn promise(&mut self, ordered_on: i64, promised_on: i64, wants_slot: bool) -> Promise {
        let calendar = self.home();
        let (from, to) = if wants_slot {
            let opens = calendar.instant(promised_on, self.dice.between(10, 18) * HOUR);
            self.slot = Some(opens);
            (opens, opens + WINDOW)
        } else {
            (calendar.instant(ordered_on, 0), calendar.instant(promised_on, DAY - 1))
        };
        Promise { from, to, offset_minutes: (calendar.offset(to) / MINUTE) as i16 }
    }

    /// From the shipper to the round by the courier of the last mile alone.
    fn carry(&mut self, fetched_on: i64, promised_on: i64, days: i64, place: Place) {
        let origin = self.calendar(self.corridor.origin);
        let departs = origin.instant(fetched_on, self.dice.between(20 * HOUR, 23 * HOUR + 45 * MINUTE));
        self.scan(departs, Code::Departed, place);
        let early_by = i64::from(days > 1 && self.slot.is_none() && self.dice.chance(self.habits().slack));
        let planned = if early_by > 0 { self.home().working_day(fetched_on, days - early_by) } else { promised_on };
        let kept = if self.is_kept(fetched_on) { early_by + self.kept_days(fetched_on) } else { 0 };
        let round_on = self.home().working_day(planned, kept);
        if self.crosses_customs() {
            let reached = self.home().working_day(fetched_on + 2, 0);
            self.customs(self.courier, reached, 1);
        }
        // The hub of the destination is reached in the night after the parcel left, or after the journey from abroad.
        let hub_on = if days <= 2 { fetched_on + 1 } else { (round_on - 1).max(fetched_on + 1) };
        let arrives = self.home().instant(hub_on, self.dice.between(HOUR / 2, 4 * HOUR));
        let hub = self.place(2);
        self.scan(arrives.max(departs + HOUR), Code::Arrived, hub);
        if !self.dice.chance(LOST) {
            self.rounds(round_on);
        }
    }

    /// Whether the network keeps the parcel for days.
    fn is_kept(&mut self, day: i64) -> bool {
        let so_far = self.plot(Plot::Degrades, self.courier, day).unwrap_or(0.0);
        self.dice.chance(self.habits().late + 0.5 * so_far)
    }

    /// For how many working days it does.
    fn kept_days(&mut self, day: i64) -> i64 {
        let longer = self.plot(Plot::Degrades, self.courier, day).map_or(0.0, |so_far| 1.0 + 3.0 * so_far);
        1 + self.dice.between(0, 3) + longer as i64
    }

    fn crosses_customs(&self) -> bool {
        let Corridor { origin, destination, .. } = *self.corridor;
        origin != destination && (origin == BR || destination == BR || origin == CN)
    }

    /// Through customs; the local day of the release.
    fn customs(&mut self, carrier: usize, reached: i64, usual_days: i64) -> i64 {
        let calendar = self.home();
        let place = self.place(8);
        let presented = calendar.instant(reached, self.dice.between(7 * HOUR, 11 * HOUR));
        self.tell(carrier, presented, Code::CustomsIn, place, More::Nothing);
        let is_to_spain = self.corridor.origin == CN && self.corridor.destination == ES;
        let jam = self.plot(Plot::CustomsJam, carrier, reached).filter(|_| is_to_spain);
        let held = self.dice.chance(if jam.is_some() { 0.85 } else { 0.12 });
        let mut days = usual_days;
        if held {
            let at = presented + self.dice.between(HOUR, 5 * HOUR);
            self.tell(carrier, at, Code::CustomsHeld, place, More::Nothing);
            days += if jam.is_some() { self.dice.between(4, 8) } else { self.dice.between(1, 3) };
        }
        let released_on = calendar.working_day(reached, days);
        let released = calendar.instant(released_on, self.dice.about(8 * HOUR, 16 * HOUR));
        self.tell(carrier, released, Code::CustomsOut, place, More::Nothing);
        released_on
    }

    /// From China: by air, through customs, and to the courier of the last mile, which gives it another number.
    fn haul(&mut self, carrier: usize, fetched_on: i64, place: Place) {
        let departs = self.calendar(CN).instant(fetched_on + 1, self.dice.between(9 * HOUR, 22 * HOUR));
        self.scan_by(carrier, departs, Code::Departed, place);
        let flight = if self.corridor.destination == BR { 4 } else { 3 };
        let reached = self.home().working_day(fetched_on + flight, self.dice.between(0, 2));
        let released_on = self.customs(carrier, reached, 1);
        let given = self.home().instant(released_on, self.dice.between(17 * HOUR, 20 * HOUR));
        let (airport, depot) = (self.place(9), self.place(2));
        let next = self.number(self.courier);
        self.tell(carrier, given, Code::GivenOn, airport, More::Other(next));
        let gap = match self.plot(Plot::BlackHole, carrier, released_on).filter(|_| self.dice.chance(0.5)) {
            Some(_) if self.dice.chance(0.35) => return,
            Some(_) => self.dice.between(5, 10),
            None => 0,
        };
        let taken_on = if gap == 0 { released_on } else { self.home().working_day(released_on + gap, 0) };
        let taken = self.home().instant(taken_on, self.dice.between(20 * HOUR, 23 * HOUR));
        self.tell(self.courier, taken, Code::TakenOver, depot, More::Nothing);
        if self.dice.chance(LOST) {
            return;
        }
        let kept = if self.is_kept(taken_on) { self.kept_days(taken_on) } else { 0 };
        let days = i64::from(self.dice.chance(0.4)) + kept;
        let round_on = self.home().working_day(taken_on + 1, days);
        self.rounds(round_on);
    }

    /// From the depot to the consignee, by as many rounds as it takes.
    fn rounds(&mut self, mut day: i64) {
        let depot = self.place(3);
        let arrives = self.home().instant(day, self.dice.between(4 * HOUR + 30 * MINUTE, 6 * HOUR + 45 * MINUTE));
        self.scan(arrives, Code::AtDepot, depot);
        for round in 0..3 {
            let starts = self.home().instant(day, self.dice.about(7 * HOUR + 15 * MINUTE, 8 * HOUR + 50 * MINUTE));
            self.tell(self.courier, starts, Code::OnRound, depot, More::Nothing);
            let reaches = self.reaches(day, round == 0);
            let Some((code, at)) = self.failure(day, reaches, round) else {
                return self.hand_over(day, reaches, depot);
            };
            self.tell(self.courier, at, code, depot, More::Nothing);
            if code == Code::Refused {
                return self.turn_back(day + 1, depot);
            }
            day = self.home().working_day(day + 1, 0);
        }
        // Three in vain: to a shop that nobody asked for.
        self.mode = Mode::Shop;
        let at = self.home().instant(day, self.dice.between(10 * HOUR, 18 * HOUR));
        self.hand_over(day, at, depot);
    }

    /// When the round reaches the consignee.
    fn reaches(&mut self, day: i64, is_first: bool) -> i64 {
        let calendar = self.home();
        match self.slot.filter(|&opens| is_first && calendar.local(opens).0 == day) {
            Some(opens) if self.dice.chance(self.habits().early) => opens - self.dice.between(MINUTE, 70 * MINUTE),
            Some(opens) => opens + self.dice.between(5 * MINUTE, WINDOW - 2 * MINUTE),
            None if self.mode == Mode::Door => {
                calendar.instant(day, self.dice.about(9 * HOUR, 19 * HOUR + 30 * MINUTE))
            }
            None => calendar.instant(day, self.dice.about(9 * HOUR, 17 * HOUR)),
        }
    }

    /// The failure of an attempt and its time; `None` where it succeeds.
    fn failure(&mut self, day: i64, reaches: i64, round: i64) -> Option<(Code, i64)> {
        if self.mode != Mode::Door {
            return (self.mode == Mode::Locker && self.dice.chance(0.006)).then_some((Code::LockerFull, reaches));
        }
        if round == 0 && self.plot(Plot::FakeAttempts, self.courier, day).is_some() && self.dice.chance(0.2) {
            let at = self.home().instant(day, 17 * HOUR + 55 * MINUTE + self.dice.between(0, 60));
            return Some((Code::Absent, at));
        }
        let fails = if round == 0 { self.habits().fails } else { 0.08 };
        self.dice.chance(fails).then(|| (self.dice.weighted(&FAILURES, |(_, weight)| *weight).0, reaches))
    }

    /// Into hands, a locker or a shop.
    fn hand_over(&mut self, day: i64, at: i64, depot: Place) {
        let place = Place { number: 10 + (self.index % 90) as u8, ..depot };
        let code = match self.mode {
            Mode::Door => return self.tell(self.courier, at, Code::Delivered, depot, More::Nothing),
            Mode::Locker => Code::InLocker,
            Mode::Shop => Code::InShop,
        };
        self.tell(self.courier, at, code, place, More::Nothing);
        if self.dice.chance(UNCOLLECTED) {
            let expired_on = self.home().working_day(day + 6, 0);
            let expired = self.home().instant(expired_on, self.dice.between(8 * HOUR, 11 * HOUR));
            self.tell(self.courier, expired, Code::Expired, place, More::Nothing);
            return self.turn_back(expired_on + 1, depot);
        }
        let fetched = if self.dice.chance(0.35) {
            at + self.dice.between(HOUR / 2, 4 * HOUR)
        } else {
            let days = 1 + (self.dice.share() * self.dice.share() * 5.0) as i64;
            // Lockers are open on Sundays, shops are not.
            let on = if self.mode == Mode::Shop { self.home().working_day(day + days, 0) } else { day + days };
            self.home().instant(on, self.dice.about(9 * HOUR, 20 * HOUR))
        };
        self.tell(self.courier, fetched, Code::Collected, place, More::Nothing);
    }

    fn turn_back(&mut self, day: i64, depot: Place) {
        let leaves_on = self.home().working_day(day, 0);
        let leaves = self.home().instant(leaves_on, self.dice.between(9 * HOUR, 17 * HOUR));
        self.tell(self.courier, leaves, Code::Returning, depot, More::Nothing);
        let back_on = self.home().working_day(leaves_on, 3);
        let back = self.home().instant(back_on, self.dice.between(9 * HOUR, 17 * HOUR));
        self.tell(self.courier, back, Code::Returned, depot, More::Nothing);
    }

    /// A building in the region of the destination.
    fn place(&self, number: u8) -> Place {
        Place { country: self.corridor.destination as u8, region: self.region, number }
    }

    fn number(&self, courier: usize) -> Number {
        Number { courier: courier as u8, serial: 100_000_000 + self.index }
    }

    /// A scan in a hub, which the courier may leave out.
    fn scan(&mut self, at: i64, code: Code, place: Place) {
        self.scan_by(self.courier, at, code, place);
    }

    fn scan_by(&mut self, courier: usize, at: i64, code: Code, place: Place) {
        if !self.dice.chance(COURIERS[courier].skips) {
            self.tell(courier, at, code, place, More::Nothing);
        }
    }

    fn tell(&mut self, courier: usize, at: i64, code: Code, place: Place, more: More) {
        let offset = self.calendar(usize::from(place.country)).offset(at);
        let (day, _) = self.home().local(at);
        let habits = &COURIERS[courier];
        let mut told = at + self.dice.about(1, habits.latency * 2);
        told += (-told).rem_euclid(habits.batch);
        told = self.network.after_silence(courier, told);
        let (at, offset_minutes) = match self.plot(Plot::LocalAsUtc, courier, day) {
            Some(_) => (at + offset, None),
            None => (at, Some((offset / MINUTE) as i16)),
        };
        self.events.push(Event { told, at, offset_minutes, number: self.number(courier), code, place, more });
    }
}

/// A region of a country; the first ones have more people.
fn region(dice: &mut Dice, country: usize) -> u8 {
    let count = COUNTRIES[country].regions.len();
    let share = dice.share();
    (share * share * count as f64) as u8
}
