//! The small built-in example: seven couriers, eight weeks, about a thousand parcels, ending now.
//! The same moment always gives the same example.

use chrono::{DateTime, TimeDelta, Timelike};
use chrono_tz::{Asia, Europe, Tz};
use domain::promise::{DAY_MS, HOUR_MS};
use intake::Format;
use serde_json::{Value, json};
use store::Store;

use crate::clock::Clock;
use crate::feeds::{CANONICAL, NamedFeed};
use crate::pipeline::{self, Sent, read_sent, to_batch};

/// Parcels in the example.
const PARCELS: u64 = 1200;
/// Days over which they are accepted.
const DAYS: i64 = 56;

/// Fills a database that has never received anything.
///
/// # Errors
/// Where the database fails.
pub async fn fill_if_empty(store: &Store, clock: &Clock) -> anyhow::Result<()> {
    if store.revision().await?.0 > 0 || store.pending_batches().await? > 0 {
        return Ok(());
    }
    eprintln!("The database is empty: filling it with a small example.");
    let now = clock.now();
    let feed = NamedFeed::read(CANONICAL, "").map_err(|faults| anyhow::anyhow!(faults.join("; ")))?;
    let bytes = events(now).into_bytes();
    let sent = Sent { format: Format::Ndjson, bytes, first_row: 1, idempotency_key: None, received_at: now };
    let parsed = read_sent(&feed, &sent)?;
    store.insert_batches(&[to_batch(&feed, sent, &parsed)]).await?;
    while pipeline::derive(store, now).await?.is_some() {}
    Ok(())
}

/// The example's events up to `now` (UTC epoch milliseconds), one a line.
pub fn events(now: i64) -> String {
    let mut lines = String::new();
    for index in 0..PARCELS {
        for event in parcel(index, now) {
            lines.push_str(&event.to_string());
            lines.push('\n');
        }
    }
    lines
}

/// A courier and its habits; shares in percent.
struct Habits {
    name: &'static str,
    country: &'static str,
    zone: Tz,
    regions: &'static [&'static str],
    /// Parcels that miss their day.
    late: u64,
    /// First attempts that fail.
    fails: u64,
    /// Parcels planned for a locker.
    locker: u64,
    /// Working days that are promised.
    promised_days: i64,
}

const COURIERS: [Habits; 6] = [
    Habits {
        name: "Rápida",
        country: "ES",
        zone: Europe::Madrid,
        regions: &["Madrid", "Cataluña", "Valencia"],
        late: 5,
        fails: 5,
        locker: 30,
        promised_days: 2,
    },
    Habits {
        name: "Ibérica Express",
        country: "ES",
        zone: Europe::Madrid,
        regions: &["Andalucía", "Galicia", "Madrid"],
        late: 14,
        fails: 12,
        locker: 10,
        promised_days: 2,
    },
    Habits {
        name: "Nordpost/Porto",
        country: "PT",
        zone: Europe::Lisbon,
        regions: &["Porto", "Braga"],
        late: 9,
        fails: 6,
        locker: 25,
        promised_days: 3,
    },
    Habits {
        name: "Lusovia",
        country: "PT",
        zone: Europe::Lisbon,
        regions: &["Lisboa", "Algarve"],
        late: 4,
        fails: 3,
        locker: 45,
        promised_days: 2,
    },
    Habits {
        name: "Vistula Kurier",
        country: "PL",
        zone: Europe::Warsaw,
        regions: &["Mazowieckie", "Śląskie"],
        late: 3,
        fails: 2,
        locker: 60,
        promised_days: 1,
    },
    Habits {
        name: "Mistral Colis",
        country: "FR",
        zone: Europe::Paris,
        regions: &["Île-de-France", "Occitanie"],
        late: 8,
        fails: 7,
        locker: 20,
        promised_days: 2,
    },
];
const LINEHAUL: &str = "Dragon Line";
const SHIPPERS: [&str; 4] = ["Casa Clara", "Velo & Co", "Botica Sol", "Nordlicht"];

/// A parcel on its way: what it is called and where its clock stands.
struct Journey {
    courier: &'static str,
    number: String,
    at: i64,
    zone: Tz,
    now: i64,
    events: Vec<Value>,
}

impl Journey {
    /// Hours until 08:00 local time, 0 to 23.
    fn hours_to_morning(&self) -> i64 {
        (32 - i64::from(local(self.at, self.zone).hour())) % 24
    }

    /// Goes on by so many hours and tells what happens then, unless that lies ahead.
    fn tell(&mut self, after_hours: i64, kind: &str, more: Value) {
        self.at += after_hours * HOUR_MS;
        if self.at > self.now {
            return;
        }
        let mut event = json!({
            "courier": self.courier, "tracking_number": self.number, "event": kind,
            "time": local(self.at, self.zone).to_rfc3339(),
        });
        if let (Some(event), Value::Object(more)) = (event.as_object_mut(), more) {
            event.extend(more);
        }
        self.events.push(event);
    }
}

fn parcel(index: u64, now: i64) -> Vec<Value> {
    let mut dice = Dice(index);
    let habits = &COURIERS[dice.below(COURIERS.len() as u64) as usize];
    let today = now.div_euclid(DAY_MS) * DAY_MS;
    let start = today - (DAYS - 1 - dice.below(DAYS as u64) as i64) * DAY_MS + 8 * HOUR_MS;
    let number = format!("{}{:09}{}", &habits.country, 100_000_000 + index * 7919, habits.country);
    let (courier, zone) = (habits.name, habits.zone);
    let mut journey = Journey { courier, number, at: start, zone, now, events: Vec::new() };
    let crosses = habits.country == "ES" && dice.chance(15);
    let locker = dice.chance(habits.locker);
    let days = habits.promised_days + if crosses { 9 } else { 0 };
    let said = json!({
        "reference": format!("ORD-{}", 40_000 + index),
        "shipper": SHIPPERS[dice.below(4) as usize],
        "service": if dice.chance(30) { "Express" } else { "Standard" },
        "origin_country": if crosses { "CN" } else { habits.country },
        "destination_country": habits.country,
        "destination_region": habits.regions[dice.below(habits.regions.len() as u64) as usize],
        "delivery_mode": if locker { "locker" } else { "door" },
        "promise": { "date": local(start + days * DAY_MS, zone).date_naive().to_string(), "time_zone": zone.name() },
    });
    if crosses {
        haul(&mut journey, &mut dice, &said);
    } else {
        journey.tell(0, "announced", said);
        journey.tell(2 + dice.hours(6), "accepted", json!({ "facility": format!("{} depot", habits.country) }));
    }
    journey.tell(5 + dice.hours(4), "departed_hub", json!({}));
    let slack = if dice.chance(habits.late) { 30 + dice.hours(50) } else { 0 };
    journey.tell(6 + slack + dice.hours(3), "arrived_delivery_depot", json!({}));
    deliver(&mut journey, &mut dice, habits, locker);
    journey.events
}

/// From China: another courier, another number, customs, and a hand-over.
fn haul(journey: &mut Journey, dice: &mut Dice, said: &Value) {
    let (courier, zone, number) = (journey.courier, journey.zone, std::mem::take(&mut journey.number));
    journey.courier = LINEHAUL;
    journey.number = format!("DL{number}");
    journey.zone = Asia::Shanghai;
    journey.tell(0, "announced", said.clone());
    journey.tell(3, "accepted", json!({ "facility": "Hangzhou hub" }));
    journey.tell(20 + dice.hours(10), "departed_hub", json!({}));
    journey.zone = zone;
    journey.tell(60 + dice.hours(12), "customs_in", json!({ "facility": "Madrid airport" }));
    if dice.chance(20) {
        journey.tell(5, "customs_held", json!({ "reason": "customs_documents" }));
    }
    journey.tell(20 + dice.hours(40), "customs_out", json!({}));
    let next = json!({ "also": { "courier": courier, "tracking_number": number } });
    journey.tell(4, "handed_over_out", next);
    journey.courier = courier;
    journey.number = number;
    journey.tell(3 + dice.hours(8), "handed_over_in", json!({}));
}

fn deliver(journey: &mut Journey, dice: &mut Dice, habits: &Habits, locker: bool) {
    // The round begins at 08:00 local time and reaches the parcel within ten hours.
    journey.tell(journey.hours_to_morning(), "out_for_delivery", json!({}));
    if dice.chance(habits.fails) {
        let reason =
            ["consignee_absent", "consignee_absent", "wrong_address", "insufficient_time"][dice.below(4) as usize];
        journey.tell(2 + dice.hours(7), "attempt_failed", json!({ "reason": reason }));
        journey.tell(journey.hours_to_morning(), "out_for_delivery", json!({}));
    }
    if locker {
        journey.tell(2 + dice.hours(5), "ready_at_locker", json!({}));
        journey.tell(3 + dice.hours(40), "collected", json!({}));
    } else if dice.chance(2) {
        journey.tell(2 + dice.hours(5), "ready_at_shop", json!({}));
        journey.tell(10 + dice.hours(40), "collected", json!({}));
    } else {
        journey.tell(1 + dice.hours(9), "delivered", json!({}));
    }
}

fn local(at: i64, zone: Tz) -> DateTime<Tz> {
    (DateTime::UNIX_EPOCH + TimeDelta::milliseconds(at)).with_timezone(&zone)
}

/// Numbers that look random and are the same every time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn hours(&mut self, end: u64) -> i64 {
        self.below(end) as i64
    }
}
