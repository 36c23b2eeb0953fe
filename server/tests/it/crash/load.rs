//! Parcels whose figures are known, and senders that remember what was acknowledged.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::http;

/// A feed with a parcel a row.
pub const WIDE: &str = r#"
number = "{number}"
courier = "{courier}"
[milestones]
accepted = "accepted"
out_for_delivery = "out_for_delivery"
delivered = "delivered"
[promise]
at = "{due}"
"#;

/// Chance that can be repeated (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    /// A seed that nobody knows before.
    pub fn any_seed() -> u64 {
        RandomState::new().build_hasher().finish() >> 32
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// A time between two numbers of milliseconds.
    pub fn within(&mut self, from: u64, to: u64) -> Duration {
        Duration::from_millis(from + self.below(to - from))
    }
}

/// What becomes of a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    OnTime,
    Late,
    Silent,
    NoPromise,
}

/// A parcel; everything about it follows from its number.
#[derive(Debug, Clone)]
pub struct Parcel {
    pub number: String,
    pub courier: &'static str,
    pub fate: Fate,
    day: u64,
}

impl Parcel {
    pub fn new(number: String, n: u64) -> Self {
        let fate = [Fate::OnTime, Fate::Late, Fate::Silent, Fate::NoPromise][(n % 7 % 4) as usize];
        Self { number, courier: ["North", "South", "West"][(n % 3) as usize], fate, day: 1 + n % 28 }
    }

    /// Its events and their times, oldest first.
    pub fn events(&self) -> Vec<(&'static str, String)> {
        let at = |hour: &str| format!("2024-03-{:02}T{hour}:00Z", self.day);
        let mut events = vec![("accepted", at("06:30")), ("out_for_delivery", at("08:00"))];
        match self.fate {
            Fate::OnTime | Fate::NoPromise => events.push(("delivered", at("11:15"))),
            Fate::Late => events.push(("delivered", at("19:45"))),
            Fate::Silent => {}
        }
        events
    }

    fn due(&self) -> Option<String> {
        (self.fate != Fate::NoPromise).then(|| format!("2024-03-{:02}T18:00:00Z", self.day))
    }

    fn to_json(&self) -> String {
        let event = |(event, time): (&str, String)| {
            let mut line = serde_json::json!({
                "tracking_number": self.number, "courier": self.courier, "event": event, "time": time
            });
            if let Some(due) = self.due().filter(|_| event == "accepted") {
                line["promise"] = serde_json::json!({ "at": due });
            }
            format!("{line}\n")
        };
        self.events().into_iter().map(event).collect()
    }
}

/// Parcels as the feed `wide` takes them, with a column that nobody reads.
pub fn to_csv(parcels: &[Parcel], note: &str) -> String {
    let mut text = String::from("number,courier,accepted,out_for_delivery,delivered,due,note\n");
    for parcel in parcels {
        let events = parcel.events();
        let time = |place: usize| events.get(place).map_or("", |(_, time)| time.as_str());
        let (number, courier, due) = (&parcel.number, parcel.courier, parcel.due().unwrap_or_default());
        text += &format!("{number},{courier},{},{},{},{due},{note}\n", time(0), time(1), time(2));
    }
    text
}

/// A body, and the batch that its sender was told of.
pub struct Sent {
    feed: &'static str,
    kind: &'static str,
    bytes: Vec<u8>,
    pub parcels: Vec<Parcel>,
    pub batch: Option<String>,
}

/// Somebody who sends, and remembers.
pub struct Sender {
    name: u64,
    dice: Dice,
    pub sent: Vec<Sent>,
}

impl Sender {
    pub fn new(name: u64, seed: u64) -> Self {
        Self { name, dice: Dice(seed), sent: Vec::new() }
    }

    /// Sends new bodies, and some again, until the server has been killed.
    pub fn send_until(&mut self, address: SocketAddr, killed: &AtomicBool) {
        while !killed.load(Ordering::SeqCst) {
            let place = match self.dice.below(8) {
                0 if !self.sent.is_empty() => self.dice.below(self.sent.len() as u64) as usize,
                1 if self.sent.iter().any(|sent| sent.batch.is_none()) => {
                    self.sent.iter().position(|sent| sent.batch.is_none()).unwrap()
                }
                _ => {
                    let body = self.body();
                    self.sent.push(body);
                    self.sent.len() - 1
                }
            };
            if !send(&mut self.sent[place], address) {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }

    /// A new body: a few new parcels, and at times one that was acknowledged in another body.
    fn body(&mut self) -> Sent {
        let known = self.sent.iter().filter(|sent| sent.batch.is_some()).map(|sent| &sent.parcels[0]);
        let known: Vec<&Parcel> = known.rev().take(20).collect();
        let again = known.get(self.dice.below(60) as usize).map(|&parcel| parcel.clone());
        let first = self.sent.len() as u64 * 10;
        let new = (first..=first + self.dice.below(5)).map(|n| Parcel::new(format!("S{}N{n}", self.name), n));
        let parcels: Vec<Parcel> = new.chain(again).collect();
        let (feed, kind, text) = match self.dice.below(2) {
            0 => ("wide", "text/csv", to_csv(&parcels, "")),
            _ => ("canonical", "application/x-ndjson", parcels.iter().map(Parcel::to_json).collect()),
        };
        Sent { feed, kind, bytes: text.into_bytes(), parcels, batch: None }
    }
}

/// Sends a body; whether it was acknowledged.
fn send(sent: &mut Sent, address: SocketAddr) -> bool {
    let path = format!("/api/v1/feeds/{}/events", sent.feed);
    match http::send(address, "POST", &path, sent.kind, &sent.bytes) {
        Ok((200, answer)) => {
            let events: usize = sent.parcels.iter().map(|parcel| parcel.events().len()).sum();
            assert_eq!((&answer["events"], &answer["rejected"]), (&events.into(), &0.into()), "{answer}");
            let batch = answer["batch"].as_str().unwrap().to_owned();
            assert_eq!(*sent.batch.get_or_insert(batch.clone()), batch, "a repetition is answered alike");
            true
        }
        Ok((503, _)) | Err(_) => false,
        Ok((status, answer)) => panic!("{status}: {answer}"),
    }
}
