//! The calendars that come with Courierscope, against the laws that they quote and against a library of holidays.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate, Weekday};
use contracts::{built_in, calendar_from_toml, calendar_to_toml};
use domain::calendar::Calendar;

const YEARS: [i32; 3] = [2025, 2026, 2027];

fn calendar(name: &str) -> Calendar {
    built_in().into_iter().find(|calendar| calendar.name == name).unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Easter Sunday by the rule of Gauss as Meeus gives it (Astronomical Algorithms, 1991).
fn easter(year: i32) -> NaiveDate {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let day = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(year, (day / 31) as u32, (day % 31) as u32 + 1).unwrap()
}

#[test]
fn all_seven_are_read_and_read_back_the_same() {
    let names: Vec<String> = built_in().iter().map(|calendar| calendar.name.to_string()).collect();
    assert_eq!(names, ["BE", "BR", "CN", "ES", "FR", "PL", "PT"]);
    for calendar in built_in() {
        assert_eq!(calendar.faults(), [], "{}", calendar.name);
        assert_eq!(calendar.name, calendar.country);
        assert_eq!(calendar_from_toml(&calendar_to_toml(&calendar)).unwrap(), calendar);
    }
}

#[test]
fn each_year_has_a_source_and_days_and_no_other_year_has_any() {
    for calendar in built_in() {
        assert_eq!(calendar.sources.keys().copied().collect::<Vec<_>>(), YEARS, "{}", calendar.name);
        let years: BTreeSet<i32> = calendar.days.iter().map(|day| day.date.year()).collect();
        assert_eq!(years, BTreeSet::from(YEARS), "{}", calendar.name);
        assert!(calendar.days.iter().all(|day| !day.name.is_empty()));
    }
}

#[test]
fn the_days_that_each_law_fixes_are_closed_in_every_year() {
    const FIXED: [(&str, &[&str]); 7] = [
        ("BE", &["01-01", "05-01", "07-21", "08-15", "11-01", "11-11", "12-25"]),
        ("BR", &["01-01", "04-21", "05-01", "09-07", "10-12", "11-02", "11-15", "11-20", "12-25"]),
        ("CN", &["01-01", "05-01", "05-02", "10-01", "10-02", "10-03"]),
        ("ES", &["01-01", "05-01", "08-15", "10-12", "11-01", "12-06", "12-08", "12-25"]),
        ("FR", &["01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25"]),
        ("PL", &["01-01", "01-06", "05-01", "05-03", "08-15", "11-01", "11-11", "12-24", "12-25", "12-26"]),
        ("PT", &["01-01", "04-25", "05-01", "06-10", "08-15", "10-05", "11-01", "12-01", "12-08", "12-25"]),
    ];
    // Days after Easter Sunday.
    const MOVING: [(&str, &[u64], &[u64]); 6] = [
        ("BE", &[1, 39, 50], &[]),
        ("BR", &[], &[2]),
        ("ES", &[], &[2]),
        ("FR", &[1, 39, 50], &[]),
        ("PL", &[0, 1, 49, 60], &[]),
        ("PT", &[0, 60], &[2]),
    ];
    let is_closed = |calendar: &Calendar, date: NaiveDate| {
        calendar
            .dated(date, "", "")
            .is_some_and(|day| day.hours.is_empty() && calendar.hours_on(date, "", "").is_empty())
    };
    for year in YEARS {
        for (name, days) in FIXED {
            for day in days {
                let date = date(&format!("{year}-{day}"));
                assert!(is_closed(&calendar(name), date), "{name} {date}");
            }
        }
        for (name, after, before) in MOVING {
            let after = after.iter().map(|days| easter(year) + chrono::Days::new(*days));
            let before = before.iter().map(|days| easter(year) - chrono::Days::new(*days));
            for date in after.chain(before) {
                assert!(is_closed(&calendar(name), date), "{name} {date}");
            }
        }
    }
}

#[test]
fn a_working_weekend_in_china_is_open_and_the_days_for_which_it_is_given_are_not() {
    let calendar = calendar("CN");
    let open = |day: &str| !calendar.hours_on(date(day), "", "").is_empty();
    for (weekend, off) in [("2025-01-26", "2025-02-03"), ("2025-10-11", "2025-10-08"), ("2026-02-14", "2026-02-20")] {
        assert!(open(weekend) && !open(off), "{weekend} {off}");
        let weekday = date(weekend).weekday();
        assert!(weekday == Weekday::Sat || weekday == Weekday::Sun, "{weekend}");
    }
    assert!(!open("2026-02-07"), "an ordinary Saturday");
    assert!(calendar.days.iter().filter(|day| !day.hours.is_empty()).all(|day| day.date.year() < 2027));
}

#[test]
fn a_regional_holiday_closes_its_region_however_it_is_named_and_nothing_else() {
    for (name, day, region, postcode, closed) in [
        ("ES", "2026-02-28", "", "41001", true),
        ("ES", "2026-02-28", "andalucía", "", true),
        ("ES", "2026-02-28", "ES-AN", "", true),
        ("ES", "2026-06-24", "", "08001", true),
        ("ES", "2026-06-24", "", "28001", false),
        ("ES", "2026-06-24", "", "", false),
        // Maundy Thursday: all but Catalonia and Valencia.
        ("ES", "2026-04-02", "Madrid", "", true),
        ("ES", "2026-04-02", "", "46001", false),
        // The islands' own days, by the beginning of the postcode.
        ("ES", "2026-09-08", "", "35001", true),
        ("ES", "2026-09-08", "", "35500", false),
        ("ES", "2026-09-15", "", "35540", true),
        ("FR", "2025-12-26", "", "67000", true),
        ("FR", "2025-12-26", "", "75001", false),
        ("FR", "2026-05-27", "", "97110", true),
        ("FR", "2026-10-09", "", "97133", true),
        ("FR", "2026-05-27", "", "97133", false),
        ("PT", "2026-07-01", "", "9000-001", true),
        ("PT", "2026-05-25", "", "9500-150", true),
        ("PT", "2026-05-25", "", "1000-001", false),
        ("BR", "2026-07-09", "SP", "01310-100", true),
        ("BR", "2026-07-09", "RJ", "20000-000", false),
    ] {
        let date = date(day);
        let calendar = calendar(name);
        let holds = calendar.dated(date, region, postcode).is_some_and(|day| day.hours.is_empty());
        assert_eq!(holds, closed, "{name} {day} {region} {postcode}");
    }
}

/// The days of each Spanish region besides those of the whole country, as its own decree or the list in the BOE has them.
const OF_SPAIN: [(&str, &str, &str); 26] = [
    ("ES-AN", "02-28 04-17 10-13", "02-28 04-02 11-02 12-07"),
    ("ES-AR", "04-17 04-23 10-13", "04-02 04-23 11-02 12-07"),
    ("ES-AS", "04-17 09-08 10-13", "04-02 09-08 11-02 12-07"),
    ("ES-CB", "04-17 07-28 09-15", "04-02 07-28 09-15 12-07"),
    ("ES-CE", "03-31 04-17 06-06 06-13 08-05", "03-20 04-02 05-27 06-13 08-05 09-02"),
    ("ES-CL", "04-17 04-23 10-13", "04-02 04-23 11-02 12-07"),
    ("ES-CM", "04-17 05-31 06-19", "04-02 04-06 06-04 11-02"),
    ("ES-CN", "04-17 05-30", "04-02 05-30 11-02"),
    ("ES-CT", "04-21 06-24 09-11 12-26", "04-06 06-24 09-11 12-26"),
    ("ES-EX", "04-17 09-08 10-13", "04-02 09-08 11-02 12-07"),
    ("ES-GA", "04-17 05-17 07-25", "03-19 04-02 06-24 07-25"),
    ("ES-IB", "03-01 04-17 12-26", "03-02 04-02 04-06 12-26"),
    ("ES-MC", "03-19 04-17 06-09", "03-19 04-02 06-09 12-07"),
    ("ES-MD", "04-17 05-02 07-25", "04-02 05-02 11-02 12-07"),
    ("ES-ML", "03-31 04-17 06-06 09-08 09-17", "03-20 04-02 05-27 09-08 09-17 12-07"),
    ("ES-NC", "04-17 04-21 07-25 12-03", "03-19 04-02 04-06 11-02 12-03"),
    ("ES-PV", "04-17 04-21 07-25", "03-19 04-02 04-06 07-25"),
    ("ES-RI", "04-17 04-21 06-09", "04-02 04-06 06-09 12-07"),
    ("ES-VC", "03-19 04-21 06-24 10-09", "03-19 04-06 06-24 10-09"),
    // The islands' own.
    ("El Hierro", "07-05", "09-24"),
    ("Fuerteventura", "09-19", "09-18"),
    ("Gran Canaria", "09-08", "09-08"),
    ("La Gomera", "10-06", "10-05"),
    ("La Palma", "08-05", "08-05"),
    ("Lanzarote", "09-15", "09-15"),
    ("Tenerife", "02-03", "02-02"),
];

#[test]
fn each_spanish_region_has_the_days_of_its_decree() {
    let calendar = calendar("ES");
    for (region, of_2025, of_2026) in OF_SPAIN {
        for (year, expected) in [(2025, of_2025), (2026, of_2026)] {
            let own = calendar.days.iter().filter(|day| day.date.year() == year);
            let own = own.filter(|day| day.scope.weight(region, "").is_some_and(|weight| weight > 0));
            let found: Vec<String> = own.map(|day| day.date.format("%m-%d").to_string()).collect();
            assert_eq!(found.join(" "), expected, "{region} {year}");
        }
    }
}

#[test]
fn a_postcode_finds_the_same_days_as_the_region_it_lies_in() {
    let calendar = calendar("ES");
    for (region, postcode) in [
        ("ES-AN", "29001"),
        ("ES-AR", "50001"),
        ("ES-AS", "33001"),
        ("ES-CB", "39001"),
        ("ES-CE", "51001"),
        ("ES-CL", "47001"),
        ("ES-CM", "45001"),
        ("ES-CT", "08001"),
        ("ES-EX", "06001"),
        ("ES-GA", "15001"),
        ("ES-IB", "07001"),
        ("ES-MC", "30001"),
        ("ES-MD", "28001"),
        ("ES-ML", "52001"),
        ("ES-NC", "31001"),
        ("ES-PV", "48001"),
        ("ES-RI", "26001"),
        ("ES-VC", "46001"),
        ("Tenerife", "38001"),
        ("Gran Canaria", "35001"),
        ("Lanzarote", "35500"),
        ("Fuerteventura", "35600"),
        ("La Palma", "38700"),
        ("La Gomera", "38800"),
        ("El Hierro", "38900"),
    ] {
        let days = |region: &str, postcode: &str| -> BTreeSet<NaiveDate> {
            let own =
                calendar.days.iter().filter(|day| day.scope.weight(region, postcode).is_some_and(|weight| weight > 0));
            own.map(|day| day.date).collect()
        };
        let found = days("", postcode);
        // An island's postcode finds the days of all the islands as well.
        let islands =
            if postcode.starts_with("35") || postcode.starts_with("38") { days("ES-CN", "") } else { BTreeSet::new() };
        assert_eq!(found, &days(region, "") | &islands, "{region} {postcode}");
    }
}

/// Where a library of holidays and our files differ, and why. Everything else must agree.
mod reference {
    use super::*;

    /// A country or a part of it, as the library names it.
    const PARTS: [(&str, &str); 14] = [
        ("BE", ""),
        ("BR", ""),
        ("BR", "BA"),
        ("BR", "MG"),
        ("BR", "RJ"),
        ("BR", "SP"),
        ("CN", ""),
        ("ES", ""),
        ("ES", "AN"),
        ("ES", "CT"),
        ("ES", "MD"),
        ("FR", ""),
        ("PL", ""),
        ("PT", ""),
    ];

    /// Days that we have and the library has not.
    const OURS: [(&str, &str, &[&str]); 2] = [
        // The law names them; they fall on a Sunday, and the library lists days of rest.
        ("ES", "", &["2025-10-12", "2026-11-01", "2026-12-06", "2027-08-15"]),
        // Saturdays and Sundays within a holiday of the notice; the library lists those fixed by name and those moved.
        (
            "CN",
            "",
            &[
                "2025-02-01",
                "2025-02-02",
                "2025-04-05",
                "2025-04-06",
                "2025-05-03",
                "2025-05-04",
                "2025-06-01",
                "2025-10-04",
                "2025-10-05",
                "2026-01-03",
                "2026-02-15",
                "2026-02-21",
                "2026-02-22",
                "2026-04-04",
                "2026-05-03",
                "2026-06-20",
                "2026-06-21",
                "2026-09-26",
                "2026-09-27",
                "2026-10-04",
            ],
        ),
    ];

    /// Days that the library has and we have not.
    const THEIRS: [(&str, &str, &[&str]); 5] = [
        // Easter Sunday and Whit Sunday are not among the ten of the Royal Decree.
        ("BE", "", &["2025-04-20", "2025-06-08", "2026-04-05", "2026-05-24", "2027-03-28", "2027-05-16"]),
        // The library moves the weekend days of 2027 to the next working days; the notice that does so is not here.
        ("CN", "", &["2027-02-09", "2027-02-10", "2027-05-03", "2027-05-04", "2027-10-04", "2027-10-05"]),
        // The library foretells the regions' days of 2027; the list of that year is not here.
        ("ES", "AN", &["2027-03-01", "2027-03-25", "2027-08-16"]),
        ("ES", "CT", &["2027-03-29", "2027-06-24", "2027-09-11"]),
        ("ES", "MD", &["2027-03-19", "2027-03-25", "2027-05-03"]),
    ];

    fn rows() -> Option<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folder = std::env::var_os("COURIERSCOPE_DATA").map_or(root.join("../shared/data"), PathBuf::from);
        let file = folder.join("calendars_geo/public_holidays_py-holidays_0.109.csv");
        match std::fs::read_to_string(&file) {
            Ok(text) => Some(text),
            Err(error) if std::env::var_os("CI").is_some() => panic!("{} is missing: {error}", file.display()),
            Err(_) => {
                println!("skipped: {} is not there; set COURIERSCOPE_DATA to the folder that holds it", file.display());
                None
            }
        }
    }

    fn known(list: &[(&str, &str, &[&str])], country: &str, part: &str) -> BTreeSet<NaiveDate> {
        let of = list.iter().filter(|(at, within, _)| *at == country && (within.is_empty() || *within == part));
        of.flat_map(|(.., days)| days.iter().map(|day| date(day))).collect()
    }

    #[test]
    fn our_days_differ_from_the_librarys_only_where_we_know_why() {
        let Some(text) = rows() else { return };
        let rows = text.lines().skip(1).map(|line| line.splitn(4, ',').collect::<Vec<_>>());
        let rows: Vec<_> = rows.map(|row| (row[0].to_owned(), row[1].to_owned(), date(row[2]))).collect();
        let ours: BTreeSet<String> = built_in().iter().map(|calendar| calendar.country.to_string()).collect();
        let parts: BTreeSet<_> =
            rows.iter().filter(|row| ours.contains(&row.0)).map(|row| (&*row.0, &*row.1)).collect();
        assert_eq!(parts, BTreeSet::from(PARTS), "every part that the library knows is looked at");
        for (country, part) in PARTS {
            let calendar = calendar(country);
            let region = format!("{country}-{part}");
            let closed =
                calendar.days.iter().filter(|day| day.hours.is_empty() && day.scope.weight(&region, "").is_some());
            let ours: BTreeSet<NaiveDate> = closed.map(|day| day.date).collect();
            let theirs = rows.iter().filter(|row| row.0 == country && row.1 == part && YEARS.contains(&row.2.year()));
            let theirs: BTreeSet<NaiveDate> = theirs.map(|row| row.2).collect();
            assert!(theirs.len() > 20, "{region}: the library has days");
            assert_eq!(&ours - &theirs, known(&OURS, country, part), "{region}: only ours");
            assert_eq!(&theirs - &ours, known(&THEIRS, country, part), "{region}: only theirs");
        }
    }
}
