//! Calendars: which entry holds where, and what time does on the days on which clocks are changed.

#![allow(clippy::unwrap_used, reason = "a test that finds nothing has failed")]

use chrono::{DateTime, NaiveDate};
use domain::calendar::{Calendar, DatedHours, Hours, LocalCalendar, Scope, ZoneRule, ZonedCalendar};
use proptest::prelude::*;

const HOUR: i64 = 3_600_000;
const MINUTE: i64 = 60_000;

fn at(text: &str) -> i64 {
    DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z").unwrap().timestamp_millis()
}

fn day(text: &str) -> i32 {
    text.parse::<NaiveDate>().unwrap().to_epoch_days()
}

fn hours(from: u16, to: u16) -> Hours {
    Hours { from: from * 60, to: to * 60 }
}

fn office(zone: &str) -> Calendar {
    let mut calendar = Calendar { week: Default::default(), ..Calendar::round_the_clock("c", "ES", zone) };
    calendar.week[..5].fill(vec![hours(8, 18)]);
    calendar
}

fn closed(date: &str, scope: Scope) -> DatedHours {
    DatedHours { date: date.parse().unwrap(), scope, hours: Vec::new(), name: "closed".into() }
}

fn region(name: &str) -> Scope {
    Scope { regions: vec![name.into()], postcodes: Vec::new() }
}

fn postcode(prefix: &str) -> Scope {
    Scope { regions: Vec::new(), postcodes: vec![prefix.into()] }
}

fn asked<T>(calendar: Calendar, question: impl FnOnce(LocalCalendar<'_>) -> T) -> T {
    question(ZonedCalendar::new(calendar).unwrap().at("", ""))
}

#[test]
fn the_most_specific_dated_entry_holds() {
    let mut calendar = office("Europe/Madrid");
    let date = "2026-01-06";
    let open = |scope: Scope, from| DatedHours { hours: vec![hours(from, 20)], ..closed(date, scope) };
    calendar.days = vec![
        open(postcode("0801"), 12),
        closed(date, Scope::default()),
        open(region("Catalunya"), 10),
        open(postcode("08"), 11),
    ];
    let zoned = ZonedCalendar::new(calendar.clone()).unwrap();
    for (region, postcode, from) in [
        ("", "", None),
        ("Madrid", "28001", None),
        ("CATALUNYA", "", Some(10)),
        ("catalunya", "17001", Some(10)),
        ("Catalunya", "08 222", Some(11)),
        ("", "08015", Some(12)),
    ] {
        let expected: Vec<Hours> = from.map(|from| hours(from, 20)).into_iter().collect();
        assert_eq!(calendar.hours_on(date.parse().unwrap(), region, postcode), expected, "{region} {postcode}");
        assert_eq!(zoned.at(region, postcode).hours(day(date)), expected, "{region} {postcode}");
    }
}

#[test]
fn of_equally_specific_entries_the_one_further_down_holds() {
    let mut calendar = office("Europe/Madrid");
    let open = DatedHours { hours: vec![hours(9, 13)], ..closed("2026-01-06", Scope::default()) };
    calendar.days = vec![closed("2026-01-06", Scope::default()), open];
    asked(calendar, |local| assert!(local.is_working_day(day("2026-01-06"))));
}

#[test]
fn a_part_of_a_country_has_its_own_time() {
    let mut calendar = office("Europe/Madrid");
    calendar.zones = vec![ZoneRule { scope: region("Canarias"), zone: "Atlantic/Canary".into() }];
    let zoned = ZonedCalendar::new(calendar).unwrap();
    let deadline = |region| zoned.at(region, "").last_instant(day("2026-01-08"), 18 * 60);
    assert_eq!(deadline(""), at("2026-01-08T18:00+01:00"));
    assert_eq!(deadline("canarias"), at("2026-01-08T18:00+00:00"));
}

#[test]
fn a_working_weekend_counts_and_a_holiday_does_not() {
    let mut calendar = office("Europe/Lisbon");
    let saturday = DatedHours { hours: vec![hours(9, 13)], ..closed("2026-01-10", Scope::default()) };
    calendar.days = vec![closed("2026-01-06", Scope::default()), saturday];
    asked(calendar, |local| {
        let nth = |n| local.working_day_after(day("2026-01-05"), n).unwrap();
        assert_eq!([nth(0), nth(1), nth(3), nth(4), nth(5)].map(|d| d - day("2026-01-05")), [0, 2, 4, 5, 7]);
        assert_eq!(local.working_day_after(day("2026-01-06"), 0), Some(day("2026-01-07")));
        assert_eq!(local.next_opening(at("2026-01-09T18:00+00:00")), Some(at("2026-01-10T09:00+00:00")));
        assert_eq!(local.open_ms_between(at("2026-01-09T17:00+00:00"), at("2026-01-12T09:00+00:00")), 6 * HOUR);
        assert_eq!(local.add_open_ms(at("2026-01-09T17:00+00:00"), 6 * HOUR), Some(at("2026-01-12T09:00+00:00")));
        assert_eq!(local.add_open_ms(at("2026-01-09T17:00+00:00"), HOUR), Some(at("2026-01-09T18:00+00:00")));
    });
}

#[test]
fn in_the_hour_that_does_not_exist_a_deadline_and_an_opening_are_the_instant_of_the_jump() {
    let mut calendar = Calendar::round_the_clock("c", "ES", "Europe/Madrid");
    calendar.week[6] = vec![Hours { from: 150, to: 600 }];
    asked(calendar, |local| {
        let jump = at("2026-03-29T01:00+00:00");
        assert_eq!(local.last_instant(day("2026-03-29"), 150), jump);
        assert_eq!(local.next_opening(jump - HOUR + 1), Some(jump));
        assert!(!local.is_open(jump - 1));
        assert_eq!(local.open_ms_between(jump - HOUR, jump + 7 * HOUR), 7 * HOUR);
    });
}

#[test]
fn in_the_hour_that_exists_twice_a_deadline_is_the_second_and_an_opening_the_first() {
    let mut calendar = Calendar::round_the_clock("c", "ES", "Europe/Madrid");
    calendar.week[6] = vec![Hours { from: 150, to: 600 }];
    asked(calendar, |local| {
        let jump = at("2026-10-25T01:00+00:00");
        assert_eq!(local.last_instant(day("2026-10-25"), 150), jump + 30 * MINUTE);
        assert_eq!(local.next_opening(jump - HOUR), Some(jump - 30 * MINUTE));
        // Open 02:30 to 03:00, when the wall goes back to 02:00; open again from the second 02:30.
        assert_eq!(
            [-31, -30, -1, 0, 29, 30].map(|m| local.is_open(jump + m * MINUTE)),
            [false, true, true, false, false, true]
        );
        assert_eq!(local.next_opening(jump), Some(jump + 30 * MINUTE));
        assert_eq!(local.open_ms_between(jump - HOUR, jump + 9 * HOUR), 30 * MINUTE + 450 * MINUTE);
    });
}

#[test]
fn a_day_round_the_clock_is_as_long_as_it_really_is() {
    for (date, next, hours) in [("2026-03-29", "2026-03-30", 23), ("2026-10-25", "2026-10-26", 25)] {
        asked(Calendar::round_the_clock("c", "ES", "Europe/Madrid"), |local| {
            let [from, to] = [date, next].map(|date| local.start_of_day(day(date)));
            assert_eq!(local.open_ms_between(from, to), hours * HOUR);
            assert_eq!(local.last_instant(day(date), 1440), to - 1);
        });
    }
}

#[test]
fn a_place_that_left_a_date_out_has_no_instant_of_it() {
    // Samoa went from 29 to 31 December 2011.
    asked(Calendar::round_the_clock("c", "WS", "Pacific/Apia"), |local| {
        let jump = at("2011-12-30T10:00+00:00");
        assert_eq!(local.day(jump - 1) + 2, local.day(jump));
        assert_eq!(local.last_instant(day("2011-12-30"), 600), jump);
        assert_eq!(local.start_of_day(day("2011-12-30")), jump);
        assert_eq!(local.open_ms_between(jump - HOUR, jump + HOUR), 2 * HOUR);
    });
}

#[test]
fn a_calendar_without_an_open_day_ends_instead_of_looking_for_ever() {
    let mut calendar = Calendar { week: Default::default(), ..Calendar::round_the_clock("c", "ES", "Europe/Madrid") };
    let last = DatedHours { hours: vec![hours(8, 9)], ..closed("2026-01-05", Scope::default()) };
    let too_far = DatedHours { hours: vec![hours(8, 9)], ..closed("2027-02-10", Scope::default()) };
    calendar.days = vec![last, too_far];
    asked(calendar, |local| {
        let after = at("2026-01-05T12:00+01:00");
        assert_eq!(local.next_opening(after), None);
        assert_eq!(local.working_day_after(day("2026-01-05"), 1), None);
        assert_eq!(local.working_day_after(day("2026-01-04"), 2), None);
        assert_eq!(local.add_open_ms(after - 24 * HOUR, 2 * HOUR), None);
        assert_eq!(local.add_open_ms(after - 24 * HOUR, HOUR), Some(at("2026-01-05T09:00+01:00")));
        assert_eq!(local.open_ms_between(i64::MIN, i64::MAX), 2 * HOUR);
    });
}

#[test]
fn what_cannot_be_meant_is_named() {
    let mut calendar = office("Europe/Barcelona");
    calendar.country = "es".into();
    calendar.week[1] = vec![hours(10, 12), hours(11, 13)];
    calendar.days = vec![DatedHours { hours: vec![hours(9, 9)], ..closed("2026-01-06", Scope::default()) }];
    calendar.cut_off = Some(1441);
    calendar.zones = vec![ZoneRule { scope: Scope::default(), zone: "Mars/Olympus".into() }];
    let faults = ZonedCalendar::new(calendar).unwrap_err();
    let paths: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
    let fields = ["country", "week.tue", "days[0].hours", "cut_off", "zone", "zones[0].zone"];
    assert_eq!(paths, fields.map(|field| format!("calendars.c.{field}")));
}

#[test]
fn a_calendar_is_written_and_read_back() {
    let mut calendar = office("Europe/Madrid");
    calendar.days = vec![closed("2026-01-06", region("Catalunya"))];
    calendar.sources.insert(2026, "BOE".into());
    let written = serde_json::to_string(&calendar).unwrap();
    assert_eq!(serde_json::from_str::<Calendar>(&written).unwrap(), calendar);
}

prop_compose! {
    fn weeks()(week in proptest::collection::vec(proptest::collection::vec((0u16..1440, 1u16..600), 0..3), 7)) -> [Vec<Hours>; 7] {
        std::array::from_fn(|weekday| {
            let mut minute = 0;
            let mut hours: Vec<Hours> = Vec::new();
            let mut given = week[weekday].clone();
            given.sort_unstable();
            for (from, length) in given {
                let (from, to) = (from.max(minute), (from.max(minute) + length).min(1440));
                if from < to {
                    hours.push(Hours { from, to });
                    minute = to;
                }
            }
            hours
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn adding_open_time_and_measuring_it_are_inverse(
        week in weeks(),
        zone in proptest::sample::select(vec!["Europe/Madrid", "Atlantic/Azores", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata"]),
        from in 1_770_000_000i64..1_800_000_000,
        minutes in 0i64..20_000,
    ) {
        let calendar = Calendar { week, ..Calendar::round_the_clock("c", "ES", zone) };
        let (from, length) = (from * 1000, minutes * MINUTE);
        asked(calendar, |local| {
            if let Some(to) = local.add_open_ms(from, length) {
                prop_assert_eq!(local.open_ms_between(from, to), length);
                prop_assert!(length == 0 || local.open_ms_between(from, to - 1) == length - 1, "the earliest such instant");
                let again = local.open_ms_between(from, to + 3 * HOUR);
                prop_assert_eq!(local.open_ms_between(to, to + 3 * HOUR), again - length);
            }
            if let Some(opening) = local.next_opening(from) {
                prop_assert!(local.is_open(opening));
                prop_assert_eq!(local.open_ms_between(from, opening), 0);
            }
            Ok(())
        })?;
    }
}
