//! Everything that real senders do wrong: each is a clear error, and the good rows are kept.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use intake::{Feed, Format, Parsed, Unreadable, parse};

const LONG: &str = r#"
number = "{number}"
courier = "{courier}"
code = "{code}"
time = "{time}"
service = "{service}"
"#;

fn long() -> Feed {
    Feed::parse("long", LONG).unwrap()
}

/// Three rows: a good one, `row`, and a good one.
fn between_good_rows(row: &[u8]) -> Vec<u8> {
    let good = b"A1,Posti,accepted,2024-06-03 10:00:00Z,24h\n";
    [b"number,courier,code,time,service\n", good.as_slice(), row, b"\n", good].concat()
}

fn read(feed: &Feed, format: Format, body: &[u8]) -> Parsed {
    let parsed = parse(feed, format, body, 1, 0).unwrap();
    assert_eq!(parsed.rows, parsed.accepted() + parsed.skipped + parsed.rejected.len() as u64);
    parsed
}

#[test]
fn a_bad_row_is_rejected_with_its_field_and_its_neighbours_are_kept() {
    let long_name = "x".repeat(129);
    let long_text = "x".repeat(201);
    let longest = format!("A2,Posti,{}", "x".repeat(2 << 20));
    for (row, field, reason) in [
        (&b"A2,Posti,delivered"[..], "row", "3 fields and the header 5"),
        (b"A2,Posti,delivered,2024-06-03 10:00:00Z,24h,x", "row", "6 fields and the header 5"),
        (b",Posti,delivered,2024-06-03 10:00:00Z,", "number", "is empty"),
        (b"A2,,delivered,2024-06-03 10:00:00Z,", "courier", "is empty"),
        (b"A2,Posti,,2024-06-03 10:00:00Z,", "code", "is empty"),
        (b"A2,Posti,delivered,,", "time", "is empty"),
        (b"A2,Posti,delivered,03.06.2024,", "time", "looks like \"99.99.9999\""),
        (b"A2,Posti,delivered,2024-02-30 10:00,", "time", "correct it, or its format"),
        (b"A2,Posti,delivered,0001-01-01 00:00:00,", "time", "between 2000 and 2100"),
        (b"A2,Posti,delivered,9999-12-31 23:59:59,", "time", "between 2000 and 2100"),
        (b"1.2E+11,Posti,delivered,2024-06-03 10:00:00Z,", "number", "rounded"),
        (b"A2,Posti,delivered,2024-06-03 10:00:00Z,caf\xe9", "service", "byte 44 of the row is not UTF-8"),
        (b"A2,Posti,delivered,2024-06-03 10:00:00Z,caf\xc3", "service", "encoding = \"latin-1\""),
        (b"A2,Po\0sti,delivered,2024-06-03 10:00:00Z,", "courier", "NUL"),
        (b"A2,Posti,\"delivered,2024-06-03 10:00:00Z,", "row", "does not close it"),
        (b"A2,Posti,\"deli\"vered,2024-06-03 10:00:00Z,", "row", "does not close it"),
        (format!("{long_name},Posti,delivered,2024-06-03 10:00:00Z,").as_bytes(), "number", "longer than 128"),
        (format!("A2,{long_name},delivered,2024-06-03 10:00:00Z,").as_bytes(), "courier", "longer than 128"),
        (format!("A2,Posti,delivered,2024-06-03 10:00:00Z,{long_text}").as_bytes(), "service", "longer than 200"),
        (longest.as_bytes(), "row", "longer than 1 MiB"),
    ] {
        let parsed = read(&long(), Format::Csv, &between_good_rows(row));
        let shown = String::from_utf8_lossy(&row[..row.len().min(80)]);
        let [rejected] = parsed.rejected.as_slice() else { panic!("{shown}: {:?}", parsed.rejected) };
        assert_eq!((rejected.row, rejected.field.as_str()), (3, field), "{shown}: {}", rejected.reason);
        assert!(rejected.reason.contains(reason), "{shown}: {}", rejected.reason);
        assert!(rejected.raw.len() <= 4096);
        assert_eq!((parsed.rows, parsed.events.len()), (3, 2), "{shown}");
    }
}

#[test]
fn a_bad_event_is_rejected_with_its_field_and_its_neighbours_are_kept() {
    let good = r#"{"courier":"Posti","tracking_number":"A1","event":"accepted","time":"2024-06-03T10:00:00Z"}"#;
    let with = |more: &str| {
        format!(
            r#"{{"courier":"Posti","tracking_number":"A2","event":"delivered","time":"2024-06-03T10:00:00Z",{more}}}"#
        )
    };
    for (event, field, reason) in [
        ("{}".to_owned(), "courier", "is empty"),
        (r#"{"courier":"Posti"}"#.to_owned(), "tracking_number", "is empty"),
        (r#"{"courier":"Posti","tracking_number":"A2"}"#.to_owned(), "event", "is missing"),
        (r#"{"courier":"Posti","tracking_number":"A2","event":"delivered"}"#.to_owned(), "time", "is missing"),
        (with(r#""promis":{}"#), "promis", "is no field here"),
        (with(r#""promise":{"untill":"x"}"#), "promise.untill", "is no field here"),
        (with(r#""promise":{}"#), "promise", "needs at, or date"),
        (with(r#""promise":{"from":"2024-06-03T10:00:00Z"}"#), "promise", "needs at, or date"),
        (with(r#""promise":{"from":"2024-06-03T10:00:00Z","to":"2024-06-03T09:00:00Z"}"#), "promise.to", "ends before"),
        (with(r#""promise":{"date":"03.06.2024"}"#), "promise.date", "looks like \"99.99.9999\""),
        (with(r#""promise":{"date":"2024-06-03","time_zone":"Berlin"}"#), "promise.time_zone", "is not a time zone"),
        (with(r#""promise":"2024-06-03""#), "promise", "must be an object"),
        (with(r#""reason":"absent""#), "reason", "\"absent\" is not one of"),
        (with(r#""party":"driver Jo Smith, 5551234""#), "party", "a text of the form"),
        (with(r#""delivery_mode":"car""#), "delivery_mode", "is not one of door"),
        (with(r#""country":"Finland""#), "country", "two letters"),
        (with(r#""estimate":"9999-12-31T00:00:00Z""#), "estimate", "between 2000 and 2100"),
        (with(r#""service":1.5"#), "service", "must be a text"),
        (with(r#""countersigned":"yes""#), "countersigned", "true or false"),
        (with(r#""also":{"courier":"DHL"}"#), "also.tracking_number", "is empty"),
        (good.replace("accepted", "correction"), "corrects", "is missing"),
        (r#"{"courier":"#.to_owned(), "row", "no valid JSON"),
        ("7".to_owned(), "row", "no JSON object"),
        ("[".repeat(300) + &"]".repeat(300), "row", "JSON"),
    ] {
        let lines = format!("{good}\n\n{event}\r\n{good}\n");
        let parsed = read(&Feed::canonical("events"), Format::Ndjson, lines.as_bytes());
        let [rejected] = parsed.rejected.as_slice() else { panic!("{event}: {:?}", parsed.rejected) };
        assert_eq!((rejected.row, rejected.field.as_str()), (3, field), "{event}: {}", rejected.reason);
        assert!(rejected.reason.contains(reason), "{event}: {}", rejected.reason);
        assert_eq!(parsed.events.len(), 2);
        if event.ends_with('}') || event == "7" {
            let array = format!("[{good},\n{event}\n,{good}]");
            let parsed = read(&Feed::canonical("events"), Format::Json, array.as_bytes());
            assert_eq!((parsed.rejected[0].row, &parsed.rejected[0].reason), (2, &rejected.reason));
            assert_eq!(parsed.events.len(), 2);
        }
    }
}

#[test]
fn an_unknown_event_is_unmapped_and_counted_and_never_rejected() {
    let line = r#"{"courier":"Posti","tracking_number":"A1","event":"teleported","time":"2024-06-03T10:00:00Z"}"#;
    let parsed = read(&Feed::canonical("events"), Format::Ndjson, line.as_bytes());
    assert_eq!(parsed.events[0].raw_code, "teleported");
    assert!(parsed.codes["teleported"].is_unmapped() && parsed.codes["teleported"].count == 1);
    let rows = "number,courier,code,time,service\nA1,Posti,teleported,2024-06-03 10:00,\n";
    assert!(read(&long(), Format::Csv, rows.as_bytes()).codes["teleported"].is_unmapped());
}

#[test]
fn a_body_that_cannot_be_trusted_is_refused_whole() {
    let utf16: Vec<u8> = "\u{feff}number,courier".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let events = Feed::canonical("events");
    for (feed, format, body, expected) in [
        (long(), Format::Csv, &b""[..], "there is nothing in it"),
        (long(), Format::Csv, b" \r\n\n", "there is nothing in it"),
        (long(), Format::Csv, b"\xEF\xBB\xBF", "there is nothing in it"),
        (long(), Format::Csv, &utf16, "UTF-16"),
        (long(), Format::Csv, b"PK\x03\x04xlsx", "workbook"),
        (long(), Format::Csv, b"n\0u\0m\0", "NUL bytes"),
        (long(), Format::Csv, b"number,caf\xe9\n", "latin-1"),
        (long(), Format::Csv, b"number,\"courier\n", "not closed"),
        (
            long(),
            Format::Csv,
            b"number,Courier,code,time,weight\n",
            "no column courier, service; its columns are number, Courier, code, time, weight",
        ),
        (long(), Format::Csv, b"number,courier,code,time,service,code\n", "the column code more than once"),
        (long(), Format::Json, b"[]", "this feed takes CSV, and this is a JSON array"),
        (events.clone(), Format::Csv, b"a,b\n", "and this is CSV"),
        (events.clone(), Format::Json, b"{}", "not a JSON array"),
        (events.clone(), Format::Json, b"", "there is nothing in it"),
        (events.clone(), Format::Json, b"[{\"courier\"", "breaks off after 0"),
    ] {
        let error = parse(&feed, format, body, 1, 0).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert_eq!(parse(&events, Format::Json, b"[] x", 1, 0), Err(Unreadable::BehindArray { whole: 0 }));
}

#[test]
fn an_array_that_breaks_off_keeps_its_whole_events() {
    let good = r#"{"courier":"Posti","tracking_number":"A1","event":"accepted","time":"2024-06-03T10:00:00Z"}"#;
    for tail in ["", ",", ",{\"courier\":\"Pos"] {
        let parsed = read(&Feed::canonical("events"), Format::Json, format!("[{good},{good}{tail}").as_bytes());
        let whole = if tail.is_empty() { 1 } else { 2 };
        assert_eq!(parsed.events.len(), whole, "{tail}");
        assert_eq!(parsed.rejected[0].row, whole as u64 + 1);
        assert!(parsed.rejected[0].reason.contains("breaks off"), "{}", parsed.rejected[0].reason);
    }
}

#[test]
fn harmless_habits_are_understood() {
    let row = "A1,Posti,accepted,2024-06-03 10:00:00Z,24h";
    for body in [
        format!("\u{feff}number,courier,code,time,service\n{row}"),
        format!("number,courier,code,time,service\r\n{row}\r\n"),
        format!("\n\nnumber , courier,code,time,service\n\n  \n{row}\n\n\n"),
        format!("\"number\",\"courier\",\"code\",\"time\",\"service\"\n{}\n", row.replace("24h", "\"24h\"")),
        format!("number,courier,code,time,service,,\n{row},,\n"),
    ] {
        let parsed = read(&long(), Format::Csv, body.as_bytes());
        assert_eq!((parsed.events.len(), parsed.rejected.len()), (1, 0), "{body:?}: {:?}", parsed.rejected);
        assert_eq!(parsed.events[0].number.courier, "Posti");
    }
    assert_eq!(read(&long(), Format::Csv, b"number,courier,code,time,service\n").rows, 0);
    assert_eq!(read(&Feed::canonical("events"), Format::Json, b" [ ] \n").rows, 0);
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
    let body = "\nnumber,courier,code,time,service\n\nA1,Posti,\"a\nb\",2024-06-03,\nA2\n";
    let parsed = parse(&long(), Format::Csv, body.as_bytes(), 1, 0).unwrap();
    assert_eq!(parsed.rejected.iter().map(|rejected| rejected.row).collect::<Vec<_>>(), [5]);
    let parsed = parse(&long(), Format::Csv, body.trim_start().as_bytes(), 1000, 0).unwrap();
    assert_eq!(parsed.rejected.iter().map(|rejected| rejected.row).collect::<Vec<_>>(), [1003]);
}

#[test]
fn one_bad_milestone_rejects_the_whole_row_and_names_it() {
    let feed =
        Feed::parse("wide", "number = \"{n}\"\ncourier = \"Posti\"\n[milestones]\na = \"accepted\"\nd = \"delivered\"");
    let body = "n,a,d\n1,2024-06-03 10:00,2024-06-04 10:00\n2,2024-06-03 10:00,soon\n3,,\n";
    let parsed = read(&feed.unwrap(), Format::Csv, body.as_bytes());
    assert_eq!(parsed.events.len(), 2);
    assert_eq!((parsed.rejected[0].row, parsed.rejected[0].field.as_str()), (3, "d"));
    assert_eq!((parsed.rejected[1].row, parsed.rejected[1].field.as_str()), (4, "row"));
    assert!(parsed.rejected[1].reason.contains("fill at least one of a, d"), "{}", parsed.rejected[1].reason);
}
