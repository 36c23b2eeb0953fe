//! What holds for any bytes whatever.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::io::{self, Read};

use intake::{Feed, Format, Parsed, parse, pieces, preview};
use proptest::prelude::*;

fn long() -> Feed {
    let definition = r#"
        number = "{n}"
        courier = "{c}"
        code = "{code}"
        time = "{time}"
        service = "{s}"
        [times]
        zone = "{s}"
        format = ["iso", "%d/%m/%Y %H:%M", "epoch_seconds"]
        [promise]
        date = "{time}"
    "#;
    Feed::parse("long", definition).unwrap()
}

/// Bytes in which the signs that matter are frequent.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        8 => Just(&b"A1,Posti,accepted,2024-06-03T10:00:00,+01:00\n"[..]),
        2 => Just(&b"\"A\n2\",\"Po\"\"sti\",delivered,03/06/2024 10:00,Europe/Berlin\r\n"[..]),
        3 => prop::sample::select(vec![
            &b"\n"[..], b"\"", b",", b"\r\n", b"\"\"", b"\0", b"\xff", b"x", b" ", b"2024-06-03", b"\n\n", b"a,b,c,d,e", b"\xc3\xa9",
        ]),
    ];
    prop::collection::vec(part, 0..60).prop_map(|parts| parts.concat())
}

/// Bytes that are nearly JSON.
fn json() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        6 => Just(&br#"{"courier":"Posti","tracking_number":"A","event":"accepted","time":"2024-06-03T10:00:00"}"#[..]),
        6 => Just(&b","[..]),
        2 => prop::sample::select(vec![&b"["[..], b"]", b"{", b"}", b"\"", b"\\", b"\n", b" ", b"\xff", b"null", b"{}"]),
    ];
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

fn check(parsed: &Parsed) {
    assert_eq!(parsed.rows, parsed.accepted() + parsed.skipped + parsed.rejected.len() as u64);
    assert!(parsed.events.len() as u64 >= parsed.accepted());
    assert_eq!(parsed.events.len() as u64, parsed.codes.values().map(|code| code.count).sum::<u64>());
}

/// A file that comes a few bytes at a time.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let some = buffer.len().min(13);
        self.0.read(&mut buffer[..some])
    }
}

/// What a file gives in pieces, and whether it could be read to its end.
fn in_pieces(feed: &Feed, format: Format, file: &[u8], size: usize) -> (Parsed, bool) {
    let mut sum = Parsed::default();
    for piece in pieces(feed, format, Slow(file), size) {
        let Ok(piece) = piece else { return (sum, false) };
        let parsed = parse(feed, piece.format, &piece.bytes, piece.first_row, 0).unwrap();
        sum.events.extend(parsed.events);
        sum.rejected.extend(parsed.rejected);
        sum.rows += parsed.rows;
    }
    (sum, true)
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), size in 1_usize..100) {
        for (feed, format) in [
            (long(), Format::Csv),
            (Feed::canonical("events"), Format::Json),
            (Feed::canonical("events"), Format::Ndjson),
        ] {
            let _ = parse(&feed, format, &bytes, 1, 0);
            let _ = preview(&feed, format, &bytes, 3);
            let _ = in_pieces(&feed, format, &[&b"n,c,code,time,s\n"[..], &bytes].concat(), size);
        }
    }

    #[test]
    fn a_table_gives_the_same_whole_and_in_pieces(rows in text(), size in 1_usize..300) {
        let file = [&b"n,c,code,time,s\n"[..], &rows].concat();
        let whole = parse(&long(), Format::Csv, &file, 1, 0).unwrap();
        check(&whole);
        let (cut, is_whole) = in_pieces(&long(), Format::Csv, &file, size);
        prop_assert!(is_whole);
        prop_assert_eq!(&cut.events, &whole.events);
        prop_assert_eq!(&cut.rejected, &whole.rejected);
        prop_assert_eq!(cut.rows, whole.rows);
    }

    #[test]
    fn lines_give_the_same_whole_and_in_pieces(lines in json(), size in 1_usize..300) {
        let feed = Feed::canonical("events");
        let Ok(whole) = parse(&feed, Format::Ndjson, &lines, 1, 0) else { return Ok(()) };
        check(&whole);
        let (cut, is_whole) = in_pieces(&feed, Format::Ndjson, &lines, size);
        prop_assert!(is_whole);
        prop_assert_eq!((cut.events, cut.rejected, cut.rows), (whole.events, whole.rejected, whole.rows));
    }

    #[test]
    fn an_array_gives_the_same_whole_and_in_pieces(elements in json(), size in 1_usize..300) {
        let feed = Feed::canonical("events");
        let file = [&b"["[..], &elements].concat();
        let (cut, is_whole) = in_pieces(&feed, Format::Json, &file, size);
        match parse(&feed, Format::Json, &file, 1, 0) {
            Err(_) => prop_assert!(!is_whole && cut.rows == 0),
            Ok(whole) => {
                check(&whole);
                prop_assert_eq!(&cut.events, &whole.events);
                // What breaks off is a row where the body is whole, and an error where the file is cut.
                let kept = whole.rejected.len() - usize::from(!is_whole);
                prop_assert_eq!(&cut.rejected[..], &whole.rejected[..kept]);
            }
        }
    }

    #[test]
    fn no_definition_makes_it_panic(lines in prop::collection::vec("[a-z_.\\[\\]{}\"= ,%YmdHMS0-9\\n]{0,30}", 0..8)) {
        let _ = Feed::parse("any", &lines.join("\n"));
    }
}
