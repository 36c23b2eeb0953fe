//! What couriers send: parcels on their way from the announcement to the door.

use std::fmt::Write;

use chrono::NaiveDate;

/// The way of a parcel: what happens, days after the first, and at what local hour.
const WAY: [(&str, u64, u32); 7] = [
    ("announced", 0, 9),
    ("accepted", 0, 17),
    ("arrived_hub", 0, 22),
    ("departed_hub", 1, 2),
    ("arrived_delivery_depot", 1, 6),
    ("out_for_delivery", 1, 8),
    ("delivered", 1, 11),
];
const REGIONS: [&str; 4] = ["Cataluña", "Madrid", "Lisboa", "Porto"];

/// Bodies of canonical events, as one connection sends them: each tells of other parcels than those before it, or what
/// happened to them next.
pub struct Bodies {
    name: String,
    day: NaiveDate,
    parcels: u64,
    sent: u64,
}

impl Bodies {
    /// Bodies of so many events each, about parcels whose numbers begin with this name and that set out on this day.
    pub fn new(name: String, day: NaiveDate, parcels: u64) -> Self {
        Self { name, day, parcels, sent: 0 }
    }

    /// The next body, as NDJSON.
    pub fn next(&mut self) -> String {
        let (round, step) = (self.sent / WAY.len() as u64, (self.sent % WAY.len() as u64) as usize);
        self.sent += 1;
        let mut body = String::with_capacity(self.parcels as usize * 256);
        for parcel in round * self.parcels..(round + 1) * self.parcels {
            self.tell(&mut body, parcel, step);
        }
        body
    }

    fn tell(&self, body: &mut String, parcel: u64, step: usize) {
        let (event, later, hour) = WAY[step];
        let day = self.day + chrono::Days::new(later);
        let (name, courier, facility, minute) = (&self.name, parcel % 5, parcel % 40, parcel % 60);
        let _ = write!(body, r#"{{"courier":"Bench {courier}","tracking_number":"{name}-{parcel}","event":"{event}""#);
        let _ = write!(body, r#","time":"{day}T{hour:02}:{minute:02}:00+01:00","facility":"Depot {facility}""#);
        if step == 0 {
            let (promised, shop) = (self.day + chrono::Days::new(1), parcel % 20);
            let region = REGIONS[parcel as usize % REGIONS.len()];
            let _ = write!(body, r#","reference":"{name}/{parcel}","shipper":"Shop {shop}","service":"24h""#);
            let _ =
                write!(body, r#","origin_country":"ES","destination_country":"ES","destination_region":"{region}""#);
            let _ = write!(body, r#","delivery_mode":"door","promise":{{"date":"{promised}"}}"#);
        }
        body.push_str("}\n");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    #[test]
    fn every_parcel_goes_its_whole_way_and_no_event_is_sent_twice() {
        let mut bodies = Bodies::new("B".into(), NaiveDate::from_ymd_opt(2026, 6, 1).unwrap(), 3);
        let lines: Vec<String> =
            (0..14).flat_map(|_| bodies.next().lines().map(str::to_owned).collect::<Vec<_>>()).collect();
        let events: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let known: BTreeSet<_> =
            events.iter().map(|e| (e["tracking_number"].to_string(), e["event"].to_string())).collect();
        assert_eq!((lines.len(), known.len()), (2 * 3 * WAY.len(), 2 * 3 * WAY.len()));
        assert_eq!(events.iter().filter(|event| event["promise"].is_object()).count(), 6);
    }
}
