//! Where and by whom: countries with their regions, holidays and share of lockers, shippers, and corridors.

use chrono_tz::{America, Asia, Europe, Tz};

/// A country of the network.
#[derive(Debug)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub code: &'static str,
    /// Its clocks.
    pub(crate) zone: Tz,
    /// Regions and the sign of their depot, the largest first.
    pub(crate) regions: &'static [(&'static str, &'static str)],
    /// Public holidays as month and day.
    pub(crate) fixed_holidays: &'static [(u32, u32)],
    /// Public holidays as days after Easter Sunday.
    pub(crate) easter_holidays: &'static [i64],
    /// Of the parcels that may go anywhere: to a locker (0..1).
    pub(crate) locker: f64,
    /// And to a shop (0..1).
    pub(crate) shop: f64,
}

pub(crate) const ES: usize = 0;
pub(crate) const PT: usize = 1;
pub(crate) const FR: usize = 2;
pub(crate) const BE: usize = 3;
pub(crate) const PL: usize = 4;
pub(crate) const BR: usize = 5;
pub(crate) const CN: usize = 6;

/// The countries.
pub(crate) static COUNTRIES: [Country; 7] = [
    Country {
        code: "ES",
        zone: Europe::Madrid,
        regions: &[
            ("Madrid", "MAD"),
            ("Cataluña", "BCN"),
            ("Andalucía", "SVQ"),
            ("Comunitat Valenciana", "VLC"),
            ("Galicia", "SCQ"),
            ("País Vasco", "BIO"),
        ],
        fixed_holidays: &[(1, 1), (1, 6), (5, 1), (8, 15), (10, 12), (11, 1), (12, 6), (12, 8), (12, 25)],
        easter_holidays: &[-2],
        locker: 0.29,
        shop: 0.12,
    },
    Country {
        code: "PT",
        zone: Europe::Lisbon,
        regions: &[("Lisboa", "LIS"), ("Porto", "OPO"), ("Braga", "BGZ"), ("Algarve", "FAO")],
        fixed_holidays: &[(1, 1), (4, 25), (5, 1), (6, 10), (8, 15), (10, 5), (11, 1), (12, 1), (12, 8), (12, 25)],
        easter_holidays: &[-2, 60],
        locker: 0.36,
        shop: 0.10,
    },
    Country {
        code: "FR",
        zone: Europe::Paris,
        regions: &[
            ("Île-de-France", "CDG"),
            ("Auvergne-Rhône-Alpes", "LYS"),
            ("Occitanie", "TLS"),
            ("Nouvelle-Aquitaine", "BOD"),
            ("Hauts-de-France", "LIL"),
        ],
        fixed_holidays: &[(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)],
        easter_holidays: &[1, 39, 50],
        locker: 0.33,
        shop: 0.18,
    },
    Country {
        code: "BE",
        zone: Europe::Brussels,
        regions: &[("Vlaanderen", "ANR"), ("Wallonie", "LGG"), ("Bruxelles", "BRU")],
        fixed_holidays: &[(1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25)],
        easter_holidays: &[1, 39, 50],
        locker: 0.31,
        shop: 0.15,
    },
    Country {
        code: "PL",
        zone: Europe::Warsaw,
        regions: &[
            ("Mazowieckie", "WAW"),
            ("Śląskie", "KTW"),
            ("Wielkopolskie", "POZ"),
            ("Małopolskie", "KRK"),
            ("Pomorskie", "GDN"),
        ],
        fixed_holidays: &[(1, 1), (1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 24), (12, 25), (12, 26)],
        easter_holidays: &[1, 60],
        locker: 0.58,
        shop: 0.06,
    },
    Country {
        code: "BR",
        zone: America::Sao_Paulo,
        regions: &[
            ("São Paulo", "GRU"),
            ("Rio de Janeiro", "GIG"),
            ("Minas Gerais", "CNF"),
            ("Paraná", "CWB"),
            ("Bahia", "SSA"),
        ],
        fixed_holidays: &[(1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (11, 20), (12, 25)],
        easter_holidays: &[-2],
        locker: 0.27,
        shop: 0.05,
    },
    Country {
        code: "CN",
        zone: Asia::Shanghai,
        regions: &[("Zhejiang", "HGH"), ("Guangdong", "CAN"), ("Jiangsu", "NKG")],
        fixed_holidays: &[(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)],
        easter_holidays: &[],
        locker: 0.0,
        shop: 0.0,
    },
];

/// A shop that sends parcels.
#[derive(Debug)]
pub(crate) struct Shipper {
    pub name: &'static str,
    pub country: usize,
    pub weight: f64,
    /// Of its parcels: sent by the fast service (0..1).
    pub express: f64,
}

const fn shipper(name: &'static str, country: usize, weight: f64, express: f64) -> Shipper {
    Shipper { name, country, weight, express }
}

/// The shippers.
pub(crate) static SHIPPERS: [Shipper; 20] = [
    shipper("Casa Clara", ES, 5.0, 0.15),
    shipper("Botica Sol", ES, 3.0, 0.60),
    shipper("Zapatos Río", ES, 3.0, 0.20),
    shipper("Librería Faro", ES, 1.5, 0.10),
    shipper("Huerta Viva", ES, 1.0, 0.80),
    shipper("Mar & Lã", PT, 3.0, 0.20),
    shipper("Casa do Azulejo", PT, 2.0, 0.10),
    shipper("Maison Lune", FR, 4.0, 0.20),
    shipper("Velo & Co", FR, 3.0, 0.10),
    shipper("Pharmacie Verte", FR, 2.0, 0.60),
    shipper("Atelier Bois", FR, 1.0, 0.05),
    shipper("Chocolaterie Dumont", BE, 2.0, 0.40),
    shipper("Nordlicht", BE, 2.0, 0.20),
    shipper("Bursztyn Moda", PL, 4.0, 0.25),
    shipper("Leśny Dom", PL, 3.0, 0.10),
    shipper("Loja Ipanema", BR, 4.0, 0.20),
    shipper("Café Serrano", BR, 2.0, 0.30),
    shipper("Jade Market", CN, 4.0, 0.0),
    shipper("Silkroad Gadgets", CN, 3.0, 0.0),
    shipper("West Lake Home", CN, 2.0, 0.0),
];

/// From one country to another.
#[derive(Debug)]
pub(crate) struct Corridor {
    pub origin: usize,
    pub destination: usize,
    /// Share of all parcels, in thousandths.
    pub weight: f64,
}

const fn corridor(origin: usize, destination: usize, weight: f64) -> Corridor {
    Corridor { origin, destination, weight }
}

/// The corridors.
pub(crate) static CORRIDORS: [Corridor; 40] = [
    corridor(ES, ES, 260.0),
    corridor(FR, FR, 180.0),
    corridor(PL, PL, 150.0),
    corridor(BR, BR, 110.0),
    corridor(PT, PT, 60.0),
    corridor(BE, BE, 55.0),
    corridor(CN, ES, 36.0),
    corridor(CN, BR, 26.0),
    corridor(CN, FR, 7.0),
    corridor(CN, PL, 6.0),
    corridor(CN, PT, 3.0),
    corridor(CN, BE, 3.0),
    corridor(ES, PT, 18.0),
    corridor(ES, FR, 12.0),
    corridor(ES, BE, 3.0),
    corridor(ES, PL, 3.0),
    corridor(PT, ES, 8.0),
    corridor(PT, FR, 4.0),
    corridor(PT, BE, 1.5),
    corridor(PT, PL, 1.0),
    corridor(FR, ES, 9.0),
    corridor(FR, PT, 3.0),
    corridor(FR, BE, 12.0),
    corridor(FR, PL, 3.0),
    corridor(BE, ES, 2.0),
    corridor(BE, PT, 1.0),
    corridor(BE, FR, 7.0),
    corridor(BE, PL, 1.5),
    corridor(PL, ES, 2.0),
    corridor(PL, PT, 1.0),
    corridor(PL, FR, 3.0),
    corridor(PL, BE, 2.0),
    corridor(ES, BR, 1.5),
    corridor(PT, BR, 2.5),
    corridor(FR, BR, 1.0),
    corridor(BE, BR, 0.5),
    corridor(PL, BR, 0.5),
    corridor(BR, ES, 1.0),
    corridor(BR, PT, 2.0),
    corridor(BR, FR, 0.5),
];
