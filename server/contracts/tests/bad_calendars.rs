//! Everything that is written wrong in a calendar's files: each is told with its line, its field and what is right.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use contracts::{Fault, calendar_from_toml, calendar_with_csv, calendar_with_ical};
use domain::calendar::Calendar;

const GOOD: &str = r#"name = "ES"
title = "Spain"
country = "ES"
zone = "Europe/Madrid"
cut_off = "17:00"

[[zones]]
zone = "Atlantic/Canary"
postcodes = ["35", "38"]

[week]
monday = ["08:00-12:00", "14:00-18:00"]
saturday = []

[sources]
2026 = "BOE"

[[closed]]
date = 2026-04-02
name = "Jueves Santo"
regions = ["Madrid"]

[[closed]]
date = 2026-04-03

[[open]]
date = 2026-04-04
hours = ["09:00-14:00"]
"#;

fn good() -> Calendar {
    calendar_from_toml(GOOD).unwrap()
}

/// Line, path and message of the faults.
fn told(faults: &[Fault]) -> Vec<(u32, &str, &str)> {
    faults.iter().map(|fault| (fault.line.unwrap_or(0), fault.path.as_str(), fault.message.as_str())).collect()
}

fn assert_one(faults: Vec<Fault>, what: &str, line: u32, path: &str, message: &str) {
    let [(found_line, found_path, found)] = told(&faults)[..] else { panic!("{what}: {faults:?}") };
    assert_eq!((found_line, found_path), (line, path), "{what}: {found}");
    assert!(found.contains(message), "{what}: {found}");
}

#[test]
fn what_is_written_is_what_is_read() {
    let calendar = good();
    assert_eq!((calendar.cut_off, calendar.week[0].len(), calendar.week[1].len()), (Some(17 * 60), 2, 0));
    assert_eq!((calendar.week[0][1].from, calendar.week[0][1].to), (14 * 60, 18 * 60));
    let days: Vec<_> =
        calendar.days.iter().map(|day| (day.date.to_string(), day.name.as_str(), day.hours.len())).collect();
    let expected = [("2026-04-02", "Jueves Santo", 0), ("2026-04-03", "", 0), ("2026-04-04", "", 1)];
    assert_eq!(days, expected.map(|(date, name, hours)| (date.to_owned(), name, hours)));
}

#[test]
fn each_fault_of_a_toml_file_has_its_line_its_field_and_what_is_right() {
    for (from, to, line, path, message) in [
        (r#"name = "ES""#, "", 0, "name", "is missing: write the calendar's name"),
        (r#"name = "ES""#, r#"name = """#, 1, "name", "is empty"),
        (r#"name = "ES""#, "name = 7", 1, "name", "is a number: write a text in quotes"),
        (r#"name = "ES""#, r#"name = "a b""#, 1, "name", "at most 40 letters"),
        (r#"title = "Spain""#, "", 0, "title", "is missing"),
        (r#"title = "Spain""#, r#"title = "Spa\nin""#, 2, "title", "write it on one line"),
        (r#"country = "ES""#, r#"country = "Spain""#, 3, "country", "two letters of ISO 3166-1"),
        (r#"zone = "Europe/Madrid""#, r#"zone = "Madrid""#, 4, "zone", "a name of the IANA list"),
        (r#""17:00""#, r#""5 pm""#, 5, "cut_off", "write \"17:00\""),
        (r#""17:00""#, r#""24:01""#, 5, "cut_off", "is not a time of day"),
        ("\"17:00\"", "17:00:00", 5, "cut_off", "is a date or time without quotes"),
        (r#"postcodes = ["35", "38"]"#, "", 7, "zones[1]", "needs regions or postcodes"),
        (r#""Atlantic/Canary""#, r#""Canarias""#, 8, "zones[1].zone", "is not a time zone"),
        (r#"["35", "38"]"#, r#"["35", ""]"#, 9, "zones[1].postcodes[2]", "is empty"),
        (r#"["35", "38"]"#, "[35]", 9, "zones[1].postcodes[1]", "is a number"),
        (r#"["35", "38"]"#, r#"["35|38"]"#, 9, "zones[1].postcodes[1]", "on its own"),
        ("monday", "mon", 12, "week.mon", "the keys are monday, tuesday"),
        ("12:00\"", "24:30\"", 12, "week.monday[1]", "is not a time from and to"),
        ("08:00-12:00", "12:00-08:00", 12, "week.monday[1]", "ends before it begins"),
        ("08:00-12:00", "08:00-15:00", 12, "week.monday", "overlap or are out of order"),
        ("saturday = []", "saturday = false", 13, "week.saturday", "is true or false"),
        ("2026 = ", "twenty = ", 16, "sources.twenty", "is not a year"),
        ("date = 2026-04-02", "", 18, "closed[1].date", "is missing: write date = "),
        ("2026-04-02", "2026-02-30", 19, "", "this is not TOML"),
        ("2026-04-02", "\"2026-02-30\"", 19, "closed[1].date", "is not a date: write year, month and day"),
        ("2026-04-02", "\"02/04/2026\"", 19, "closed[1].date", "is not a date: write year, month and day"),
        ("2026-04-02", "1999-04-02", 19, "closed[1].date", "between 2000 and 2099"),
        ("2026-04-02", "2026-04-02T10:00:00", 19, "closed[1].date", "is a date or time"),
        (
            "regions =",
            "region =",
            21,
            "closed[1].region",
            "is not known here: the keys are date, name, regions, postcodes",
        ),
        ("regions = [\"Madrid\"]", "hours = []", 21, "closed[1].hours", "is not known here"),
        ("2026-04-04", "2026-04-03", 26, "open[1]", "2026-04-03 is closed on line 23 and open here"),
        (r#"hours = ["09:00-14:00"]"#, "", 26, "open[1].hours", "is missing: write hours = "),
        (
            r#"["09:00-14:00"]"#,
            "[]",
            28,
            "open[1].hours",
            "is empty: write the hours, or write the day under [[closed]]",
        ),
        ("[[open]]", "[open]", 26, "open", "is a table: write [[open]]"),
        ("[week]", "[weeks]", 0, "", ""),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let text = GOOD.replacen(from, to, 1);
        let faults = calendar_from_toml(&text).unwrap_err();
        if to == "[weeks]" {
            let told = told(&faults);
            assert_eq!(
                told.iter().map(|(line, path, _)| (*line, *path)).collect::<Vec<_>>(),
                [(11, "weeks"), (0, "week")]
            );
        } else {
            assert_one(faults, to, line, path, message);
        }
    }
}

#[test]
fn the_same_day_and_places_twice_is_a_fault_and_the_same_day_elsewhere_is_none() {
    let more = "[[closed]]\ndate = 2026-04-03\nname = \"Viernes Santo\"\n";
    let faults = calendar_from_toml(&format!("{GOOD}{more}")).unwrap_err();
    assert_one(faults, more, 29, "closed[3]", "2026-04-03 is closed on line 23 already, for the same places");
    let elsewhere = format!("{GOOD}{more}regions = [\"Madrid\"]\n");
    assert_eq!(calendar_from_toml(&elsewhere).unwrap().days.len(), 4);
}

#[test]
fn every_fault_of_a_file_is_told_at_once_in_the_order_of_the_lines() {
    let text =
        GOOD.replace("Europe/Madrid", "Madrid").replace("2026-04-03", "\"3 April\"").replace("14:00-18:00", "2-6");
    let faults = calendar_from_toml(&text).unwrap_err();
    let lines: Vec<(u32, &str)> = told(&faults).iter().map(|(line, path, _)| (*line, *path)).collect();
    assert_eq!(lines, [(4, "zone"), (12, "week.monday[2]"), (24, "closed[2].date")]);
    let third = faults.last().unwrap().to_string();
    assert!(third.starts_with("line 24: closed[2].date: \"3 April\" is not a date: write year"), "{third}");
}

const CSV: &str = "date,kind,hours,name,regions,postcodes
2026-04-03,closed,,Viernes Santo,,
2026-04-04,open,09:00-12:00|13:00-14:00,\"Saturday, worked\",Madrid|ES-MD,28
";

#[test]
fn a_csv_replaces_the_dated_entries_and_nothing_else() {
    let (before, after) = (good(), calendar_with_csv(&good(), CSV).unwrap());
    assert_eq!(after.days.len(), 2);
    assert_eq!((after.days[1].name.as_str(), after.days[1].hours.len()), ("Saturday, worked", 2));
    assert_eq!(after.days[1].scope.regions, ["Madrid", "ES-MD"]);
    assert_eq!(Calendar { days: before.days.clone(), ..after }, before);
}

#[test]
fn a_spreadsheets_csv_is_read_with_its_mark_its_semicolons_and_columns_in_any_order() {
    let text = "\u{feff}Kind;Date;Name\r\nclosed;2026-12-24;Nochebuena\r\n;;\r\n\r\nCLOSED;2026-12-31;\r\n";
    let days = calendar_with_csv(&good(), text).unwrap().days;
    assert_eq!(days.iter().map(|day| day.date.to_string()).collect::<Vec<_>>(), ["2026-12-24", "2026-12-31"]);
    assert_eq!(days[0].name, "Nochebuena");
    assert!(calendar_with_csv(&good(), "date\tkind\n2026-12-24\tclosed\n").is_ok());
}

#[test]
fn each_fault_of_a_csv_has_its_line_its_column_and_what_is_right() {
    for (from, to, line, path, message) in [
        ("date,", "day,", 0, "", ""),
        ("kind,hours", "kind,kind", 1, "kind", "is there twice"),
        ("2026-04-03", "03/04/2026", 2, "date", "write year, month and day as in 2026-04-03"),
        ("2026-04-03", "", 2, "date", "is not a date"),
        ("closed,", "holiday,", 2, "kind", "write closed or open"),
        ("closed,,", "closed,09:00-10:00,", 2, "hours", "a closed day has no hours"),
        ("open,09:00-12:00|13:00-14:00", "open,", 3, "hours", "is empty: write 08:00-18:00"),
        ("09:00-12:00", "9-12", 3, "hours", "is not a time from and to"),
        ("09:00-12:00", "15:00-16:00", 3, "hours", "overlap or are out of order"),
        ("\"Saturday, worked\"", "\"Saturday\nworked\"", 3, "name", "write it on one line"),
        ("\"Saturday, worked\"", "Saturday, worked", 3, "", "more cells than the first line"),
        (
            "2026-04-04,open,09:00-12:00|13:00-14:00,\"Saturday, worked\",Madrid|ES-MD,28",
            "2026-04-03,closed,,Again,,",
            3,
            "date",
            "2026-04-03 is closed on line 2 already",
        ),
    ] {
        assert!(CSV.contains(from), "{from}");
        let faults = calendar_with_csv(&good(), &CSV.replacen(from, to, 1)).unwrap_err();
        if to == "day," {
            let told = told(&faults);
            assert!(told[0].2.contains("is not a column: the columns are date, kind, hours"), "{told:?}");
            assert_eq!((told[1].0, told[1].1), (1, "date"), "{told:?}");
        } else {
            assert_one(faults, to, line, path, message);
        }
    }
    let empty = calendar_with_csv(&good(), "").unwrap_err();
    assert_eq!(told(&empty).iter().map(|(_, path, _)| *path).collect::<Vec<_>>(), ["date", "kind"]);
}

/// A calendar file of one event with these lines.
fn ical(lines: &str) -> String {
    let lines = lines.replace('\n', "\r\n");
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a//b//EN\r\nBEGIN:VEVENT\r\nUID:1\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn days(lines: &str) -> Vec<String> {
    let calendar = calendar_with_ical(&good(), &ical(lines)).unwrap_or_else(|faults| panic!("{lines}: {faults:?}"));
    let hours = |day: &domain::calendar::DatedHours| {
        day.hours.iter().map(|h| format!(" {}-{}", h.from, h.to)).collect::<String>()
    };
    calendar.days.iter().map(|day| format!("{}{} {}", day.date, hours(day), day.name).trim().to_owned()).collect()
}

#[test]
fn an_all_day_event_closes_its_days_and_its_end_is_the_first_day_after() {
    for (lines, expected) in [
        ("DTSTART;VALUE=DATE:20260403\nSUMMARY:Viernes\\, Santo", &["2026-04-03 Viernes, Santo"][..]),
        ("DTSTART;VALUE=DATE:20260403\nDTEND;VALUE=DATE:20260404", &["2026-04-03"]),
        ("DTSTART;VALUE=DATE:20260403\nDTEND;VALUE=DATE:20260403", &["2026-04-03"]),
        ("DTSTART;VALUE=DATE:20261230\nDTEND;VALUE=DATE:20270102", &["2026-12-30", "2026-12-31", "2027-01-01"]),
        ("DTSTART;VALUE=DATE:20260403\nDURATION:P2D", &["2026-04-03", "2026-04-04"]),
        ("dtstart:20260403\nSUMMARY:a\n b", &["2026-04-03 ab"]),
        (
            "DTSTART;VALUE=DATE:20260404\nCATEGORIES:x,open\nX-COURIERSCOPE-HOURS:09:00-12:00|13:00-14:00",
            &["2026-04-04 540-720 780-840"],
        ),
        (
            "DTSTART;TZID=Europe/Madrid:20260404T090000\nDTEND;TZID=Europe/Madrid:20260404T140000\nCATEGORIES:OPEN",
            &["2026-04-04 540-840"],
        ),
        ("DTSTART:20260404T090000\nDTEND:20260405T000000\nCATEGORIES:OPEN", &["2026-04-04 540-1440"]),
        ("DTSTART;VALUE=DATE:20260403\nBEGIN:VALARM\nTRIGGER:-PT15M\nEND:VALARM", &["2026-04-03"]),
        ("DTSTART;VALUE=DATE:20260403\nSTATUS:CANCELLED", &[]),
    ] {
        assert_eq!(days(lines), expected, "{lines}");
    }
}

#[test]
fn each_fault_of_an_event_has_its_line_its_property_and_what_is_right() {
    for (lines, path, message) in [
        ("SUMMARY:x", "DTSTART", "is missing: write DTSTART;VALUE=DATE:20260403"),
        ("DTSTART:tomorrow", "DTSTART", "is not a date"),
        ("DTSTART:20260230", "DTSTART", "is not a date"),
        ("DTSTART:2026040\u{e9}", "DTSTART", "is not a date"),
        ("DTSTART:19990101", "DTSTART", "between 2000 and 2099"),
        ("DTSTART:20260403T090000", "DTSTART", "a closed day is an all-day event"),
        ("DTSTART:20260403\nDTEND:20260403T090000", "DTEND", "a closed day is an all-day event"),
        ("DTSTART:20260403\nDTEND:20260401", "DTEND", "is before the start"),
        ("DTSTART:20260403\nDTEND:20280401", "DTEND", "longer than 366 days"),
        ("DTSTART:20260403\nDURATION:PT5H", "DURATION", "is not a number of days: write P1D"),
        ("DTSTART:20260403\nDURATION:P99999W", "DURATION", "is not a number of days"),
        ("DTSTART:20260403\nRRULE:FREQ=YEARLY", "RRULE", "repeats: write an event for each date"),
        ("DTSTART:20260403\nRDATE:20260404", "RDATE", "repeats"),
        ("DTSTART:20260403T090000Z\nDTEND:20260403T100000Z\nCATEGORIES:OPEN", "DTSTART", "is in UTC"),
        (
            "DTSTART;TZID=Asia/Tokyo:20260403T090000\nCATEGORIES:OPEN",
            "DTSTART",
            "write the local time of Europe/Madrid",
        ),
        ("DTSTART:20260403\nCATEGORIES:OPEN", "DTSTART", "is an opening without hours"),
        ("DTSTART:20260403T100000\nDTEND:20260403T090000\nCATEGORIES:OPEN", "DTEND", "must be later on the same day"),
        ("DTSTART:20260403T100000\nDTEND:20260405T090000\nCATEGORIES:OPEN", "DTEND", "must be later on the same day"),
        ("DTSTART:20260403T100030\nDTEND:20260403T110000\nCATEGORIES:OPEN", "DTSTART", "is not a date"),
        ("DTSTART:20260403\nX-COURIERSCOPE-HOURS:nine", "X-COURIERSCOPE-HOURS", "is not a time from and to"),
        ("DTSTART:20260403\nX-COURIERSCOPE-HOURS:10:00-11:00|09:00-10:00", "X-COURIERSCOPE-HOURS", "out of order"),
        ("DTSTART:20260403\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:20260403", "DTSTART", "is closed on line 4 already"),
    ] {
        let faults = calendar_with_ical(&good(), &ical(lines)).unwrap_err();
        let line = if lines.contains("BEGIN:VEVENT") { 8 } else { 4 };
        assert_one(faults, lines, line, path, message);
    }
}

#[test]
fn what_is_no_icalendar_is_a_fault_on_the_line_where_it_ends_to_be_one() {
    let deep = "BEGIN:A\r\n".repeat(100_000);
    for (text, line, message) in [
        ("", 0, "this is not iCalendar"),
        ("date,kind\n", 1, "this is not iCalendar"),
        ("<html>", 1, "this is not iCalendar"),
        ("BEGIN:VCALENDAR\r\nX:a\r\n b\r\n c\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n", 6, "this is not iCalendar"),
        ("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", 3, "write one calendar"),
        ("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", 0, "has no event"),
        (&deep, 9, "stand in one another"),
    ] {
        assert_one(calendar_with_ical(&good(), text).unwrap_err(), &text[..text.len().min(40)], line, "", message);
    }
}
