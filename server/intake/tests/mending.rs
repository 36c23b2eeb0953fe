//! Rejected rows are given as they were sent, corrected, and written again.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};

use intake::{Feed, Format, Parsed, SentRow, Unmendable, parse, parse_without, sent_rows, write_rows};

const TABLE: &str = "number = \"{n}\"\ncourier = \"Süd\"\ncode = \"{code}\"\ntime = \"{at}\"\n";

fn feed(definition: &str) -> Feed {
    Feed::parse("post", definition).unwrap()
}

/// The rejected rows of a body, as they were sent.
fn rejected(feed: &Feed, format: Format, body: &[u8]) -> BTreeMap<u64, Option<SentRow>> {
    let wanted = parse(feed, format, body, 1, 0).unwrap().rejected.iter().map(|rejected| rejected.row).collect();
    sent_rows(feed, format, body, 1, &wanted).unwrap()
}

fn texts(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
    fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn shown(row: &SentRow, feed: &Feed, fault: &str) -> String {
    row.fields(feed, fault).iter().map(|(name, text)| format!("{name}={text}")).collect::<Vec<_>>().join("|")
}

/// What the rows are read as, once they are written.
fn read_again(feed: &Feed, rows: &[SentRow]) -> Vec<(Parsed, String)> {
    let bodies = write_rows(feed, rows).unwrap();
    let read = |body: intake::Written| {
        let parsed = parse(feed, body.format, &body.bytes, 1, 0).unwrap();
        (parsed, String::from_utf8_lossy(&body.bytes).into_owned())
    };
    bodies.into_iter().map(read).collect()
}

#[test]
fn a_row_shows_what_is_read_of_it_and_keeps_the_rest() {
    let feed = feed(TABLE);
    let body = b"who,n,at,code\n\"Ana, 5\",A1,when,accepted\nx,A2,2026-01-01T10:00Z,accepted\n";
    let row = rejected(&feed, Format::Csv, body).remove(&2).unwrap().unwrap();
    assert_eq!(shown(&row, &feed, "at"), "n=A1|at=when|code=accepted", "the name is nobody's business");
    let mended = row.with(&feed, &texts(&[("at", " 2026-01-01 10:00\n")])).unwrap();
    let (parsed, text) = read_again(&feed, &[mended]).remove(0);
    assert_eq!((parsed.events.len(), parsed.rejected.len()), (1, 0));
    assert_eq!(text, "who,n,at,code\n\"Ana, 5\",A1,2026-01-01 10:00,accepted\n");
    assert_eq!(row.with(&feed, &texts(&[("who", "x")])), Err(Unmendable::Field("who".into())));
    assert_eq!(row.with(&feed, &texts(&[("at", "when ")])).unwrap(), row, "nothing has changed");
}

#[test]
fn a_damaged_row_is_shown_as_well_as_it_can_be() {
    let latin = feed(&format!("separator = \";\"\nencoding = \"latin-1\"\n{TABLE}"));
    let plain = feed(TABLE);
    for (feed, row, expected) in [
        (&plain, &b"A1,accepted"[..], "n=A1|code=accepted|at="),
        (&plain, b"A1,accepted,noon,more", "n=A1|code=accepted|at=noon"),
        (&plain, b"A1,\"accepted,noon", "n=A1|code=accepted|at=noon"),
        (&plain, b"A1,\"acc\"\"epted\",noon", "n=A1|code=acc\"epted|at=noon"),
        (&plain, b"M\xfcller,accepted,no\0on", "n=M\u{fc}ller|code=accepted|at=noon"),
        (&latin, b"M\xfcller;\x80;noon", "n=M\u{fc}ller|code=\u{20ac}|at=noon"),
    ] {
        let header = if std::ptr::eq(feed, &plain) { "n,code,at\n" } else { "n;code;at\n" };
        let body = [header.as_bytes(), row, b"\n"].concat();
        let row = rejected(feed, Format::Csv, &body).remove(&2).unwrap().unwrap();
        assert_eq!(shown(&row, feed, "row"), expected);
    }
    let long = format!("n,code,at\n{},,\nA1,accepted,noon\n", "x".repeat(2 << 20));
    let rows = rejected(&plain, Format::Csv, long.as_bytes());
    assert!(rows[&2].is_none() && rows[&3].is_some());
    let row = rejected(&latin, Format::Csv, b"n;code;at\nA1;accepted;noon\n").remove(&2).unwrap().unwrap();
    let mended = row.with(&latin, &texts(&[("n", "\u{20ac}1"), ("at", "2026-01-01 10:00")])).unwrap();
    assert_eq!(write_rows(&latin, &[mended]).unwrap()[0].bytes, b"n;code;at\n\x801;accepted;2026-01-01 10:00\n");
    let mended = row.with(&latin, &texts(&[("n", "\u{141}1")])).unwrap();
    assert_eq!(write_rows(&latin, &[mended]), Err(Unmendable::Letter("n".into())));
}

#[test]
fn whatever_a_field_holds_is_written_as_it_is() {
    let one = feed("number = \"{n}\"\ncourier = \"A\"\n[milestones]\nn = \"delivered\"\n");
    let row = rejected(&one, Format::Csv, b"n\nx\n").remove(&2).unwrap().unwrap();
    for (text, expected) in [("", "n\n\"\"\n"), ("a\"b", "n\n\"a\"\"b\"\n"), ("a,b", "n\n\"a,b\"\n")] {
        let mended = row.with(&one, &texts(&[("n", text)])).unwrap();
        let (parsed, body) = read_again(&one, &[mended]).remove(0);
        assert_eq!((parsed.rows, body.as_str()), (1, expected), "{text:?} is one row");
    }
}

#[test]
fn an_event_is_corrected_field_by_field() {
    let feed = feed("format = \"events\"\ncourier = \"Posti\"\n");
    let good = r#"{"tracking_number":7,"event":"accepted","time":"2026-01-01T10:00:00Z"}"#;
    let bad =
        r#"{"tracking_number":7,"event":"accepted","time":"noon","place":"Anna's","promise":{"at":"soon","x":1}}"#;
    for (format, body) in
        [(Format::Ndjson, format!("{good}\n{bad}\nno object\n")), (Format::Json, format!("[{good},\n{bad}, 3]"))]
    {
        let mut rows = rejected(&feed, format, body.as_bytes());
        assert!(rows.remove(&3).unwrap().is_none(), "its fields cannot be told apart");
        let row = rows.remove(&2).unwrap().unwrap();
        assert_eq!(shown(&row, &feed, "place"), "tracking_number=7|event=accepted|time=noon|promise.at=soon");
        let changes = texts(&[
            ("time", "2026-01-01T10:00:00Z"),
            ("promise.at", ""),
            ("promise.date", "2026-01-03"),
            ("countersigned", "true"),
        ]);
        let (parsed, text) = read_again(&feed, &[row.with(&feed, &changes).unwrap()]).remove(0);
        assert_eq!(parsed.rejected, []);
        assert!(parsed.events[0].countersigned && !text.contains("Anna"), "{text}");
        assert_eq!(row.with(&feed, &texts(&[("place", "x")])), Err(Unmendable::Field("place".into())));
    }
    let row = rejected(&feed, Format::Ndjson, b"{\"promise\":\"soon\"}").remove(&1).unwrap().unwrap();
    let needed = "tracking_number=|event=|time=|promise.at=|promise.date=|promise.time_zone=|promise.from=|promise.to=";
    assert_eq!(shown(&row, &feed, "promise"), needed);
}

#[test]
fn rows_under_different_headers_become_bodies_of_their_own() {
    let feed = feed(TABLE);
    let first = rejected(&feed, Format::Csv, b"n,code,at\nA1,accepted,\nA2,accepted,\n");
    let second = rejected(&feed, Format::Csv, b"at,code,n\n,accepted,A3\n");
    let rows = [&first[&2], &second[&2], &first[&3]].map(|row| row.clone().unwrap());
    let bodies = write_rows(&feed, &rows).unwrap();
    assert_eq!(bodies.iter().map(|body| body.rows.clone()).collect::<Vec<_>>(), [vec![(0, 2), (2, 3)], vec![(1, 2)]]);
    let events = Feed::canonical("post");
    assert_eq!(write_rows(&events, &rows), Err(Unmendable::Format(Format::Ndjson)));
    assert_eq!(rows[0].fields(&events, "at"), []);
}

#[test]
fn rows_that_stand_elsewhere_are_passed_over() {
    let feed = feed(TABLE);
    let body = b"n,code,at\nA1,accepted,2026-01-01T10:00Z\nA2,accepted,\nA3,accepted,2026-01-01T10:00Z\n";
    let parsed = parse_without(&feed, Format::Csv, body, 1, 0, &BTreeSet::from([3, 4])).unwrap();
    assert_eq!((parsed.rows, parsed.events.len(), parsed.rejected.len()), (1, 1, 0));
}
