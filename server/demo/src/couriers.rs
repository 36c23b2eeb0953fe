//! The couriers and their habits.

use crate::world::{BE, BR, CN, ES, FR, PL, PT};

/// A courier and its habits; shares are 0..1.
#[derive(Debug)]
pub struct Courier {
    /// Its name.
    pub name: &'static str,
    /// The name of its feed.
    pub feed: &'static str,
    /// Its home, as the place of a country in the list.
    pub(crate) home: usize,
    /// What its tracking numbers begin with.
    pub(crate) prefix: &'static str,
    /// Its share of the parcels of its country.
    pub(crate) weight: f64,
    /// Parcels that its network keeps for days.
    pub(crate) late: f64,
    /// Attempts at the door that fail.
    pub(crate) fails: f64,
    /// How often its country's share of lockers; 1 is as often as others.
    pub(crate) lockers: f64,
    /// Scans in the hubs that nobody makes.
    pub(crate) skips: f64,
    /// Parcels with a promised window of two hours.
    pub(crate) slots: f64,
    /// Windows that it is too early for.
    pub(crate) early: f64,
    /// Parcels that it has a working day more for than it needs.
    pub(crate) slack: f64,
    /// Seconds until a scan is told.
    pub(crate) latency: i64,
    /// Scans are told in batches so many seconds apart; 1 is at once.
    pub(crate) batch: i64,
}

const LAST_MILE: Courier = Courier {
    name: "",
    feed: "",
    home: ES,
    prefix: "",
    weight: 1.0,
    late: 0.04,
    fails: 0.04,
    lockers: 1.0,
    skips: 0.05,
    slots: 0.0,
    early: 0.0,
    slack: 0.6,
    latency: 60,
    batch: 1,
};

/// The couriers: thirteen of the last mile, then two that carry parcels from China.
pub(crate) static COURIERS: [Courier; 15] = [
    Courier {
        name: "Rápida",
        feed: "rapida",
        prefix: "RA",
        weight: 4.0,
        late: 0.03,
        fails: 0.055,
        latency: 20,
        ..LAST_MILE
    },
    Courier {
        name: "Ibérica Express",
        feed: "iberica-express",
        prefix: "IB",
        weight: 3.0,
        late: 0.05,
        fails: 0.05,
        lockers: 0.9,
        latency: 300,
        ..LAST_MILE
    },
    Courier {
        name: "Levante Envíos",
        feed: "levante-envios",
        prefix: "LV",
        weight: 2.0,
        late: 0.03,
        fails: 0.045,
        slots: 0.25,
        early: 0.25,
        latency: 900,
        ..LAST_MILE
    },
    Courier {
        name: "Nordpost/Porto",
        feed: "nordpost-porto",
        home: PT,
        prefix: "NP",
        late: 0.06,
        fails: 0.06,
        lockers: 0.9,
        batch: 4 * 3600,
        skips: 0.12,
        ..LAST_MILE
    },
    Courier {
        name: "Lusovia",
        feed: "lusovia",
        home: PT,
        prefix: "LU",
        weight: 2.0,
        late: 0.02,
        fails: 0.05,
        ..LAST_MILE
    },
    Courier {
        name: "Mistral Colis",
        feed: "mistral-colis",
        home: FR,
        prefix: "MC",
        late: 0.05,
        fails: 0.08,
        latency: 600,
        ..LAST_MILE
    },
    Courier {
        name: "Hexapost",
        feed: "hexapost",
        home: FR,
        prefix: "HX",
        weight: 2.0,
        late: 0.04,
        fails: 0.06,
        slots: 0.12,
        early: 0.26,
        batch: 900,
        ..LAST_MILE
    },
    Courier {
        name: "Brabant Koerier",
        feed: "brabant-koerier",
        home: BE,
        prefix: "BK",
        weight: 8.0,
        late: 0.02,
        fails: 0.045,
        latency: 10,
        ..LAST_MILE
    },
    Courier {
        name: "Robotour",
        feed: "robotour",
        home: BE,
        prefix: "RT",
        weight: 1.5,
        late: 0.02,
        fails: 0.32,
        lockers: 0.0,
        skips: 0.05,
        slack: 0.97,
        latency: 2,
        ..LAST_MILE
    },
    Courier {
        name: "Vistula Kurier",
        feed: "vistula-kurier",
        home: PL,
        prefix: "VK",
        weight: 2.0,
        late: 0.015,
        fails: 0.085,
        lockers: 1.05,
        latency: 5,
        ..LAST_MILE
    },
    Courier {
        name: "Orzeł Paczka",
        feed: "orzel-paczka",
        home: PL,
        prefix: "OP",
        late: 0.03,
        fails: 0.10,
        lockers: 0.9,
        slots: 0.6,
        early: 0.27,
        latency: 120,
        ..LAST_MILE
    },
    Courier {
        name: "Ipê Entregas",
        feed: "ipe-entregas",
        home: BR,
        prefix: "IE",
        late: 0.06,
        fails: 0.055,
        skips: 0.12,
        batch: 3600,
        ..LAST_MILE
    },
    Courier {
        name: "Tucano Express",
        feed: "tucano-express",
        home: BR,
        prefix: "TU",
        late: 0.08,
        fails: 0.05,
        skips: 0.10,
        latency: 1800,
        ..LAST_MILE
    },
    Courier {
        name: "Dragon Line",
        feed: "dragon-line",
        home: CN,
        prefix: "DL",
        weight: 5.0,
        batch: 6 * 3600,
        ..LAST_MILE
    },
    Courier {
        name: "Pearl River Cargo",
        feed: "pearl-river-cargo",
        home: CN,
        prefix: "PR",
        latency: 7200,
        skips: 0.10,
        ..LAST_MILE
    },
];

/// The places of those in the list that more is told of.
pub(crate) const IBERICA: usize = 1;
pub(crate) const LEVANTE: usize = 2;
pub(crate) const NORDPOST: usize = 3;
pub(crate) const MISTRAL: usize = 5;
pub(crate) const ORZEL: usize = 10;
/// Carries parcels from China to Europe.
pub(crate) const DRAGON_LINE: usize = 13;
/// Carries parcels from China to Brazil.
pub(crate) const PEARL_RIVER: usize = 14;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_places_are_theirs() {
        for (place, prefix) in [(IBERICA, "IB"), (LEVANTE, "LV"), (NORDPOST, "NP"), (MISTRAL, "MC"), (ORZEL, "OP")] {
            assert_eq!(COURIERS[place].prefix, prefix);
        }
        assert_eq!((COURIERS[DRAGON_LINE].prefix, COURIERS[PEARL_RIVER].prefix), ("DL", "PR"));
    }
}
