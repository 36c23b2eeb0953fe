//! One journey, as its couriers tell it.

use serde_json::{Map, Value, json};

use crate::network::{Dice, Told, date, time};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// 2026-08-01T00:00:00Z.
const START: i64 = 1_785_542_400_000;

const COURIERS: [&str; 4] = ["Posti", "Omniva", "SEUR", "Cainiao"];
/// Country, region, offset in minutes, zone.
const PLACES: [(&str, &str, i32, &str); 5] = [
    ("FI", "Uusimaa", 180, "Europe/Helsinki"),
    ("ES", "Galicia", 120, "Europe/Madrid"),
    ("CN", "Jilin", 480, "Asia/Shanghai"),
    ("US", "Ohio", -240, "America/New_York"),
    ("FI", "", 120, "Europe/Helsinki"),
];
const MODES: [&str; 4] = ["door", "locker", "shop", "safe_place"];
const REASONS: [&str; 6] =
    ["consignee_absent", "refused", "wrong_address", "locker_full", "insufficient_time", "other"];
const PARTIES: [&str; 4] = ["courier", "shipper", "consignee", "unknown"];
const ANYTHING: [&str; 14] = [
    "delayed",
    "estimate",
    "lost",
    "damaged",
    "misrouted",
    "held_in_network",
    "drone_launched",
    "pickup_failed",
    "delivered",
    "collected",
    "returning",
    "accepted",
    "handed_over_out",
    "cancelled",
];

/// Everything that is told of one journey, or of two under one number.
pub fn tell(mut dice: Dice) -> Vec<Told> {
    let mut at = START + dice.under(70 * 24) as i64 * HOUR;
    if dice.percent(15) {
        // A number that other journeys have as well.
        at = START + dice.pick(&[0, 5, 60, 88, 90, 92, 100]) * DAY + dice.under(48) as i64 * HOUR;
    }
    let shared = dice.percent(12);
    let number = if shared { format!("S{}", dice.under(2)) } else { format!("n {}", dice.under(100_000)) };
    let mut teller = Teller {
        at,
        courier: dice.pick(&COURIERS),
        number,
        origin: dice.under(PLACES.len()),
        destination: dice.under(PLACES.len()),
        here: 0,
        mode: dice.percent(60).then(|| dice.pick(&MODES)),
        service: dice.pick(&["", "express", "economy"]),
        shipper: dice.pick(&["", "Kauppa Oy", "Tienda"]),
        postcode: dice.pick(&["", "15001", "08 001", "35001"]),
        reference: if dice.percent(25) {
            format!("R{}", dice.under(if shared { 3 } else { 100_000 }))
        } else {
            String::new()
        },
        told: Vec::new(),
        dice,
    };
    teller.journey();
    if teller.dice.percent(12) {
        // The number is used again, after about so long as makes a new parcel.
        teller.at += teller.dice.pick(&[60 * DAY, 90 * DAY - 1, 90 * DAY, 90 * DAY + 1, 91 * DAY, 120 * DAY]);
        teller.reference = String::new();
        teller.journey();
    }
    teller.echo();
    teller.told
}

struct Teller {
    dice: Dice,
    at: i64,
    courier: &'static str,
    number: String,
    origin: usize,
    destination: usize,
    here: usize,
    mode: Option<&'static str>,
    service: &'static str,
    shipper: &'static str,
    postcode: &'static str,
    reference: String,
    told: Vec<Told>,
}

impl Teller {
    fn journey(&mut self) {
        self.here = self.origin;
        if self.dice.percent(65) {
            let promise = self.promise(75);
            self.say("announced", [promise]);
        }
        if self.dice.percent(20) {
            let signed = self.dice.percent(50);
            self.say("manifested", [("countersigned", json!(signed))]);
        }
        if self.dice.percent(80) {
            let promise = self.promise(40);
            self.say("accepted", [promise]);
        }
        self.hubs();
        while self.dice.percent(30) {
            self.hand_over();
            self.hubs();
        }
        self.here = self.destination;
        for _ in 0..self.dice.under(4) {
            self.round();
        }
        self.end();
    }

    fn hubs(&mut self) {
        for _ in 0..self.dice.under(3) {
            let kind = self.dice.pick(&["arrived_hub", "departed_hub", "customs_in", "customs_held", "customs_out"]);
            self.say(kind, []);
        }
        if self.dice.percent(12) {
            let kind = self.dice.pick(&ANYTHING);
            let party = ("party", json!(self.dice.pick(&PARTIES)));
            self.say(kind, [party]);
        }
        if self.dice.percent(8) {
            self.withdraw();
        }
    }

    fn hand_over(&mut self) {
        let (giver, number) = (self.courier, self.number.clone());
        let taker = self.dice.pick(&COURIERS);
        let next = if self.dice.percent(30) { number.clone() } else { format!("h{}", self.dice.under(100_000)) };
        if self.dice.percent(80) {
            let also = if self.dice.percent(85) { also(taker, &next) } else { ("also", Value::Null) };
            self.say("handed_over_out", [also]);
            if self.dice.percent(15) {
                self.say("departed_hub", []);
            }
        }
        (self.courier, self.number) = (taker, next);
        if self.dice.percent(70) {
            let also = if self.dice.percent(40) { also(giver, &number) } else { ("also", Value::Null) };
            self.say("handed_over_in", [also]);
        } else if self.dice.percent(60) {
            self.say("arrived_hub", [also(giver, &number)]);
        }
        if self.dice.percent(15) {
            // The giver goes on telling.
            (self.courier, self.number) = (giver, number);
            self.say("arrived_hub", []);
        }
    }

    fn round(&mut self) {
        if self.dice.percent(70) {
            self.say("out_for_delivery", []);
        }
        for _ in 0..self.dice.under(3) {
            let reason = ("reason", if self.dice.percent(85) { json!(self.dice.pick(&REASONS)) } else { Value::Null });
            let party = ("party", if self.dice.percent(20) { json!(self.dice.pick(&PARTIES)) } else { Value::Null });
            self.say("attempt_failed", [reason, party]);
        }
        if self.dice.percent(25) {
            let kind = self.dice.pick(&["rescheduled", "delayed"]);
            let party = ("party", json!(self.dice.pick(&["consignee", "consignee", "courier"])));
            let promise = self.promise(70);
            let mode = if self.dice.percent(40) { json!(self.dice.pick(&MODES)) } else { Value::Null };
            self.say(kind, [party, promise, ("delivery_mode", mode)]);
        }
        if self.dice.percent(30) {
            let kind = self.dice.pick(&["ready_at_locker", "ready_at_shop"]);
            let reason = ("reason", if self.dice.percent(20) { json!("locker_full") } else { Value::Null });
            let party = ("party", if self.dice.percent(15) { json!(self.dice.pick(&PARTIES)) } else { Value::Null });
            self.say(kind, [reason, party]);
        }
        if self.dice.percent(10) {
            let party = ("party", json!(self.dice.pick(&PARTIES)));
            self.say("cancelled", [party]);
        }
        if self.dice.percent(12) {
            self.withdraw();
        }
    }

    fn end(&mut self) {
        let ends: [&[&str]; 9] = [
            &["delivered"],
            &["delivered"],
            &["delivered"],
            &["out_for_delivery", "delivered"],
            &["collected"],
            &["returning", "returned"],
            &["returning", "arrived_hub", "out_for_delivery", "delivered"],
            &["delivered", "returning", "ready_at_shop"],
            &[],
        ];
        for kind in self.dice.pick(&ends) {
            let promise = self.promise(10);
            self.say(kind, [promise]);
        }
    }

    /// Says one thing, some time later.
    fn say<const N: usize>(&mut self, kind: &str, more: [(&str, Value); N]) {
        let pauses = [0, 500, 30 * SECOND, MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 9 * HOUR, 16 * HOUR, DAY, 2 * DAY];
        self.at += self.dice.pick(&pauses);
        let (country, region, offset, _) = PLACES[self.here];
        let mut line: Map<String, Value> = more.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let mut tell = |name: &str, value: Value| {
            line.entry(name).or_insert(value);
        };
        tell("courier", json!(self.courier));
        tell("tracking_number", json!(self.number));
        tell("event", json!(kind));
        tell("time", json!(time(self.at, offset)));
        if self.dice.percent(50) {
            tell("id", json!(format!("e{}", self.told.len())));
        } else {
            tell("facility", json!(format!("hub {}", self.told.len())));
        }
        let (from, to) = (PLACES[self.origin], PLACES[self.destination]);
        let texts = [
            ("country", country),
            ("region", region),
            ("service", self.service),
            ("shipper", self.shipper),
            ("origin_country", from.0),
            ("destination_country", to.0),
            ("destination_region", to.1),
            ("destination_postcode", self.postcode),
            ("delivery_mode", self.mode.unwrap_or_default()),
        ];
        for (name, text) in texts {
            if !text.is_empty() && self.dice.percent(40) {
                tell(name, json!(text));
            }
        }
        if self.dice.percent(4) {
            // A later statement that contradicts the earlier ones, or an earlier one that is wrong.
            tell("service", json!("other"));
            tell("destination_country", json!(PLACES[2].0));
        }
        if !self.reference.is_empty() && self.dice.percent(60) {
            tell("reference", json!(self.reference));
            tell("shipper", json!(self.shipper));
        }
        if kind == "cancelled" {
            tell("party", json!("shipper"));
        }
        let received = (self.at / (6 * HOUR) + 1) * 6 * HOUR + self.dice.pick(&[0, 0, 0, 6 * HOUR, DAY, 3 * DAY]);
        line.retain(|_, value| !value.is_null() && *value != json!(""));
        self.told.push(Told { feed: "canonical", received, line: Value::Object(line) });
    }

    fn promise(&mut self, percent: usize) -> (&'static str, Value) {
        if !self.dice.percent(percent) {
            return ("promise", Value::Null);
        }
        let (_, _, offset, zone) = PLACES[self.destination];
        let latest =
            self.at + self.dice.pick(&[-HOUR, 0, 10 * HOUR, DAY, DAY, 2 * DAY, 2 * DAY, 3 * DAY, 5 * DAY, 40 * DAY]);
        let promise = match self.dice.under(4) {
            0 => json!({"at": time(latest, offset)}),
            1 => json!({"date": date(latest, offset), "time_zone": zone}),
            2 => json!({"date": date(latest, offset)}),
            _ => {
                let width = self.dice.pick(&[0, 2 * HOUR, 10 * HOUR, DAY]);
                json!({"from": time(latest - width, offset), "to": time(latest, offset)})
            }
        };
        ("promise", promise)
    }

    /// Declares one of the earlier events wrong.
    fn withdraw(&mut self) {
        let known: Vec<Value> =
            self.told.iter().map(|told| told.line.clone()).filter(|line| line["id"].is_string()).collect();
        if known.is_empty() {
            return;
        }
        let wrong = known[self.dice.under(known.len())].clone();
        let here = (self.courier, self.number.clone());
        self.courier = COURIERS.into_iter().find(|&courier| wrong["courier"] == courier).unwrap_or(here.0);
        self.number = wrong["tracking_number"].as_str().unwrap_or_default().to_owned();
        self.say("correction", [("corrects", wrong["id"].clone())]);
        (self.courier, self.number) = here;
    }

    /// Tells some events again, as another feed does: sooner or later, and not always the same.
    fn echo(&mut self) {
        for index in 0..self.told.len() {
            if !self.dice.percent(10) {
                continue;
            }
            let mut again = self.told[index].clone();
            again.feed = "echo";
            again.received += HOUR + self.dice.pick(&[-12 * HOUR, 0, 6 * HOUR, 2 * DAY]);
            let line = again.line.as_object_mut().unwrap();
            match self.dice.under(6) {
                0 => drop(line.remove("also")),
                1 => drop(line.remove("reference")),
                2 => drop(line.insert("service".into(), json!("echoed"))),
                _ => {}
            }
            self.told.push(again);
        }
    }
}

fn also(courier: &str, number: &str) -> (&'static str, Value) {
    ("also", json!({"courier": courier, "tracking_number": number}))
}
