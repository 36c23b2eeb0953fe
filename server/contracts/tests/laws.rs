//! What holds for any calendar and for any text whatever.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use chrono::{DateTime, Days, NaiveDate};
use contracts::{
    calendar_from_toml, calendar_to_csv, calendar_to_ical, calendar_to_toml, calendar_with_csv, calendar_with_day,
    calendar_with_fields, calendar_with_ical, contract_fields, contract_from_toml, contract_to_toml,
    contract_with_fields, place_of_version,
};
use domain::Text;
use domain::calendar::{Calendar, DatedHours, Hours, Scope, ZoneRule};
use domain::contract::{Allowance, Contract, Credit, Goal, PauseKind, Period, Selector, StartRule, StopRule, Target};
use domain::fields::Fields;
use domain::glance::CalendarView;
use domain::vocabulary::EventKind;
use proptest::prelude::*;

/// A text on one line without white space around it, with every sign that any of the formats treats in its own way.
fn text(least: usize) -> impl Strategy<Value = Text> {
    let sign = prop::sample::select(r#"abZ09 ,;:"'\\#=[]{}-é漢🎄\u{a0}"#.chars().collect::<Vec<_>>());
    let texts = prop::collection::vec(sign, least..100).prop_map(|signs| signs.into_iter().collect::<String>());
    texts.prop_filter_map("empty", move |text| Some(Text::from(text.trim())).filter(|text| text.len() >= least))
}

fn hours() -> impl Strategy<Value = Vec<Hours>> {
    let ends = prop::collection::btree_set(0..=1440_u16, 0..5);
    ends.prop_map(|ends| {
        let ends: Vec<u16> = ends.into_iter().collect();
        ends.chunks_exact(2).map(|pair| Hours { from: pair[0], to: pair[1] }).collect()
    })
}

fn scope() -> impl Strategy<Value = Scope> {
    let texts = || prop::collection::vec(text(1), 0..3);
    (texts(), texts()).prop_map(|(regions, postcodes)| Scope { regions, postcodes })
}

fn day() -> impl Strategy<Value = DatedHours> {
    let date = (0..2000_u64).prop_map(|days| NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + Days::new(days));
    (date, scope(), hours(), text(0)).prop_map(|(date, scope, hours, name)| DatedHours { date, scope, hours, name })
}

/// Days in their order, each date once.
fn days() -> impl Strategy<Value = Vec<DatedHours>> {
    prop::collection::vec(day(), 0..12).prop_map(|mut days| {
        days.sort_by_key(|day| day.date);
        days.dedup_by_key(|day| day.date);
        days
    })
}

fn calendar() -> impl Strategy<Value = Calendar> {
    let zone = prop::sample::select(vec!["Europe/Madrid", "Asia/Shanghai", "America/Sao_Paulo"]);
    let zones = prop::collection::vec((scope(), zone.clone()), 0..3).prop_map(|rules| {
        let rules = rules.into_iter().filter(|(scope, _)| *scope != Scope::default());
        rules.map(|(scope, zone)| ZoneRule { scope, zone: zone.into() }).collect()
    });
    let week = prop::array::uniform7(hours());
    let sources = prop::collection::btree_map(2000..2100_i32, text(0), 0..4);
    let cut_off = prop::option::of(0..=1440_u16);
    (text(1), zone, zones, week, cut_off, days(), sources).prop_map(
        |(title, zone, zones, week, cut_off, days, sources)| {
            let (name, country, zone) = ("X-1".into(), "ES".into(), zone.into());
            Calendar { name, title, country, zone, zones, week, cut_off, days, sources }
        },
    )
}

fn allowance() -> impl Strategy<Value = Allowance> {
    prop_oneof![
        (0..=366_u16, 0..=1440_u16).prop_map(|(days, by)| Allowance::WorkingDays { days, by }),
        (1..=8784_u32).prop_map(|hours| Allowance::ClockHours { hours }),
        (1..=8784_u32).prop_map(|hours| Allowance::OpenHours { hours }),
        Just(Allowance::Promise),
    ]
}

fn target() -> impl Strategy<Value = Target> {
    let value = prop::num::f64::NORMAL | prop::num::f64::ZERO | prop::num::f64::NEGATIVE;
    let thousandths = (0..=1000_u32).prop_map(|n| Goal::Share(f64::from(n) / 1000.0));
    let goal = prop_oneof![thousandths, (0.0..=1.0_f64).prop_map(Goal::Share), value.prop_map(Goal::Value)];
    (goal, prop::sample::select(Period::ALL), 0..1000_u32).prop_map(|(goal, period, minimum)| Target {
        kpi: "transit_time.p95".into(),
        goal,
        period,
        minimum,
    })
}

fn selector() -> impl Strategy<Value = Selector> {
    let country = || prop::sample::select(vec!["", "ES", "CN"]);
    let courier = prop::sample::select(vec!["Rápida", "Nordline"]);
    (courier, text(0), country(), country()).prop_map(|(courier, service, origin, destination)| Selector {
        courier: courier.into(),
        service,
        origin: origin.into(),
        destination: destination.into(),
    })
}

fn version() -> impl Strategy<Value = Contract> {
    let rules = (prop::sample::select(StartRule::ALL), prop::sample::select(StopRule::ALL));
    let excuses = (prop::collection::btree_set(prop::sample::select(PauseKind::ALL), 0..4), 0..=366_u16, 0..=8784_u32);
    let times = (prop::option::of(0..=1440_u16), hours());
    let scans = prop::collection::vec(prop::sample::select(EventKind::ALL), 0..4);
    let money = prop::option::of(text(1)).prop_map(|terms| terms.map(|terms| Credit { currency: "EUR".into(), terms }));
    let agreed = (prop::collection::vec(target(), 0..3), money, prop::option::of(text(1)));
    let calendars = (text(0), text(0));
    (selector(), allowance(), rules, excuses, times, scans, agreed, calendars).prop_map(
        |(
            selector,
            allowance,
            (start, stop),
            (pauses, pause_days, hand_off_hours),
            (cut_off, delivery_hours),
            milestones,
            agreed,
            calendars,
        )| {
            let (targets, credit, back_dated) = agreed;
            let (origin_calendar, destination_calendar) = calendars;
            let contract = Contract::new("a-1", "", NaiveDate::default(), allowance);
            Contract {
                selector,
                start,
                stop,
                pauses,
                pause_days,
                hand_off_hours,
                cut_off,
                delivery_hours,
                milestones,
                targets,
                credit,
                back_dated,
                origin_calendar,
                destination_calendar,
                ..contract
            }
        },
    )
}

/// The versions of a contract, one after the other, with gaps between some of them.
fn versions() -> impl Strategy<Value = Vec<Contract>> {
    let version = (version(), 1..400_u64, 0..3_u64, 1..5_u32);
    (prop::collection::vec(version, 1..4), any::<bool>()).prop_map(|(versions, ends)| {
        let (mut day, mut number) = (NaiveDate::from_ymd_opt(2025, 1, 1).unwrap(), 0);
        let last = versions.len() - 1;
        let place = |(at, (contract, days, gap, step)): (usize, (Contract, u64, u64, u32))| {
            let from = day;
            let until = from + Days::new(days);
            day = until + Days::new(gap);
            number += step;
            Contract { from, until: Some(until).filter(|_| at < last || ends), version: number, ..contract }
        };
        versions.into_iter().enumerate().map(place).collect()
    })
}

/// Text that is nearly a file of any of the formats.
fn nearly() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "BEGIN:VCALENDAR\r\n",
        "END:VCALENDAR\r\n",
        "BEGIN:VEVENT\n",
        "END:VEVENT\n",
        "BEGIN:",
        "END:",
        "DTSTART:20260403\n",
        "DTSTART;VALUE=DATE:20260403\r\n",
        "DTEND:20260404T000000\n",
        "DTEND;TZID=\"a",
        "RRULE:X\n",
        "SUMMARY:é\\,\n",
        "\r\n ",
        "\n\t",
        "CATEGORIES:OPEN\n",
        "X-COURIERSCOPE-HOURS:08:00-09:00\n",
        "DURATION:P9999999999D\n",
        ";",
        ":",
        "=",
        "\"",
        "\u{feff}",
        "\0",
        "date,kind,hours\n",
        "2026-04-03,closed,\n",
        "2026-04-04,open,08:00-24:00\n",
        ",",
        "|",
        "é",
        "[[closed]]\n",
        "[week]\n",
        "date = 2026-04-03\n",
        "name = \"ES\"\n",
        "zone = ",
        "[",
        "]",
        "{",
        "hours = [\"08:00-24:00\"]\n",
        "2026 = \"x\"\n",
        "closed = 1\n",
        "\n",
        "1999-99-99",
        "20260403T250000",
        "99:99-99:99",
        "\u{10ffff}",
    ]);
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_calendar_written_as_toml_reads_back_the_same(calendar in calendar()) {
        let text = calendar_to_toml(&calendar);
        let read = calendar_from_toml(&text).unwrap_or_else(|faults| panic!("{faults:?}\n{text}"));
        prop_assert_eq!(&read, &calendar);
        prop_assert_eq!(calendar_to_toml(&read), text);
    }

    #[test]
    fn the_days_written_as_csv_read_back_the_same(calendar in calendar()) {
        let bare = Calendar { days: Vec::new(), ..calendar.clone() };
        prop_assert_eq!(calendar_with_csv(&bare, &calendar_to_csv(&calendar)).unwrap(), calendar);
    }

    #[test]
    fn the_days_written_as_icalendar_read_back_the_same_and_in_the_form_that_rfc_5545_asks(calendar in calendar()) {
        let stamp = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
        let text = calendar_to_ical(&calendar, stamp);
        prop_assert_eq!(&text, &calendar_to_ical(&calendar, stamp));
        let lines: Vec<&str> = text.split("\r\n").collect();
        prop_assert!(lines.iter().all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])), "{}", text);
        let count = |start: &str| lines.iter().filter(|line| line.starts_with(start)).count();
        for each in ["BEGIN:VEVENT", "END:VEVENT", "UID:", "DTSTAMP:20260528T202640Z", "DTSTART;VALUE=DATE:", "DTEND;VALUE=DATE:"] {
            prop_assert_eq!(count(each), calendar.days.len(), "{}", each);
        }
        if !calendar.days.is_empty() {
            let bare = Calendar { days: Vec::new(), ..calendar.clone() };
            let read = calendar_with_ical(&bare, &text).unwrap_or_else(|faults| panic!("{faults:?}\n{text}"));
            prop_assert_eq!(read, calendar);
        }
    }

    #[test]
    fn a_contract_written_as_toml_reads_back_the_same(versions in versions()) {
        let text = contract_to_toml(&versions);
        let read = contract_from_toml(&text).unwrap_or_else(|faults| panic!("{faults:?}\n{text}"));
        prop_assert_eq!(&read, &versions, "{}", text);
        prop_assert_eq!(contract_to_toml(&read), text);
    }

    #[test]
    fn a_form_that_is_sent_as_it_was_shown_changes_nothing(versions in versions(), calendar in calendar()) {
        let text = contract_to_toml(&versions);
        for version in &versions {
            let place = place_of_version(&text, version.from).unwrap();
            let fields = contract_fields(&text, place).unwrap();
            prop_assert_eq!(contract_with_fields(&text, place, &fields).unwrap(), text.as_str());
        }
        let text = calendar_to_toml(&calendar);
        let shown = CalendarView::new(&calendar, None);
        let whole = [("name", shown.name), ("title", shown.title), ("country", shown.country), ("zone", shown.zone),
            ("cut_off", shown.cut_off.unwrap_or_default())];
        let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let week = days.into_iter().zip(shown.week).map(|(day, hours)| (format!("week.{day}"), hours));
        let whole = whole.into_iter().map(|(key, text)| (key.to_owned(), text));
        let fields = whole.chain(week).collect();
        prop_assert_eq!(calendar_with_fields(&text, &fields).unwrap(), text);
    }

    #[test]
    fn a_version_that_is_typed_into_a_form_is_the_one_that_a_file_says(versions in versions()) {
        let text = contract_to_toml(&versions);
        let last = versions.last().unwrap();
        let fields = contract_fields(&text, place_of_version(&text, last.from).unwrap()).unwrap();
        let alone = contract_with_fields("", 1, &fields).unwrap();
        let read = contract_from_toml(&alone).unwrap_or_else(|faults| panic!("{faults:?}\n{alone}"));
        prop_assert_eq!(&read, &[Contract { version: 1, ..last.clone() }], "{}", alone);

        let earlier = contract_to_toml(&versions[..versions.len() - 1]);
        let added = contract_with_fields(&earlier, versions.len(), &fields).unwrap();
        let read = contract_from_toml(&added).unwrap_or_else(|faults| panic!("{faults:?}\n{added}"));
        prop_assert_eq!(&read[..read.len() - 1], &versions[..versions.len() - 1], "{}", added);
        let number = read.last().unwrap().version;
        prop_assert_eq!(read.last().unwrap(), &Contract { version: number, ..last.clone() }, "{}", added);
    }

    #[test]
    fn a_form_changes_the_version_that_it_is_of_and_no_other(
        versions in versions(), at in any::<prop::sample::Index>(), service in "[a-z]{0,3}", destination in prop::sample::select(vec!["", "PT"])
    ) {
        let text = contract_to_toml(&versions);
        let at = at.index(versions.len());
        let place = place_of_version(&text, versions[at].from).unwrap();
        let mut fields = contract_fields(&text, place).unwrap();
        fields.set("version.service", vec![service.clone()]);
        fields.set("version.destination", vec![destination.to_owned()]);
        let with = contract_with_fields(&text, place, &fields).unwrap();
        let read = contract_from_toml(&with).unwrap_or_else(|faults| panic!("{faults:?}\n{with}"));
        let mut expected = versions.clone();
        expected[at].selector.service = service.into();
        expected[at].selector.destination = destination.into();
        prop_assert_eq!(read, expected, "{}", with);
    }

    #[test]
    fn whatever_is_typed_into_a_form_is_toml_and_is_shown_again_as_it_was_typed(
        versions in versions(), key in prop::sample::select(vec!["version.courier", "version.from", "version.pause_days",
            "version.cut_off", "version.deadline.count", "version.target[1].goal", "version.credit.terms"]), typed in ".{1,40}"
    ) {
        let text = contract_to_toml(&versions);
        let mut fields = contract_fields(&text, 1).unwrap();
        fields.set(key, vec![typed.clone()]);
        let with = contract_with_fields(&text, 1, &fields).unwrap();
        if let Err(faults) = contract_from_toml(&with) {
            prop_assert!(faults.iter().all(|fault| !fault.message.contains("not TOML")), "{faults:?}\n{with}");
        }
        if key != "version.deadline.count" {
            let shown = contract_fields(&with, 1).unwrap();
            prop_assert_eq!(shown.get(key), typed.trim());
        }
    }

    #[test]
    fn a_date_that_is_typed_takes_the_place_of_what_was_said_of_it(calendar in calendar(), at in any::<prop::sample::Index>()) {
        let mut calendar = calendar;
        for place in calendar.days.iter_mut().flat_map(|day| day.scope.regions.iter_mut().chain(&mut day.scope.postcodes)) {
            *place = place.replace(',', ";").into();
        }
        prop_assume!(!calendar.days.is_empty() && calendar_from_toml(&calendar_to_toml(&calendar)).is_ok());
        let day = at.get(&calendar.days);
        let joined = |places: &[Text]| places.iter().map(|place| place.as_str()).collect::<Vec<_>>().join(", ");
        let typed = [("date", day.date.to_string()), ("regions", joined(&day.scope.regions)),
            ("postcodes", joined(&day.scope.postcodes)), ("hours", "07:00-09:00, 10:00-11:00".to_owned())];
        let fields: Fields = typed.into_iter().map(|(key, text)| (key.to_owned(), text)).collect();
        let with = calendar_with_day(&calendar_to_toml(&calendar), &fields).unwrap();
        let read = calendar_from_toml(&with).unwrap_or_else(|faults| panic!("{faults:?}\n{with}"));
        let hours = vec![Hours { from: 420, to: 540 }, Hours { from: 600, to: 660 }];
        let changed = |old: &DatedHours| if old == day { DatedHours { hours: hours.clone(), name: "".into(), ..old.clone() } } else { old.clone() };
        prop_assert_eq!(read, Calendar { days: calendar.days.iter().map(changed).collect(), ..calendar.clone() });
    }

    #[test]
    fn no_text_whatever_is_more_than_a_fault(text in nearly(), any in ".{0,200}") {
        let calendar = Calendar { zone: "Europe/Madrid".into(), ..Calendar::default() };
        for text in [text, any] {
            let results = [calendar_from_toml(&text), calendar_with_csv(&calendar, &text), calendar_with_ical(&calendar, &text)];
            if let Err(faults) = contract_from_toml(&text) {
                prop_assert!(!faults.is_empty());
            }
            for faults in results.into_iter().filter_map(Result::err) {
                prop_assert!(!faults.is_empty());
                prop_assert!(faults.iter().all(|fault| !fault.message.is_empty() && fault.line != Some(0)));
            }
        }
    }
}
