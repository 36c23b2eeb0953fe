//! Files of any size: cut into pieces, decompressed on the way, broken off.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::io::{Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use intake::{ContentEncoding, Feed, Format, Piece, Unreadable, decompress, parse, pieces};

fn long() -> Feed {
    Feed::parse("long", "number = \"{n}\"\ncourier = \"Posti\"\ncode = \"{code}\"\ntime = \"{time}\"").unwrap()
}

fn table(rows: usize) -> String {
    let row = |i| format!("P{i},scan-{},2024-06-03 10:{:02}:00\n", i % 7, i % 60);
    "n,code,time\n".to_owned() + &(0..rows).map(row).collect::<String>()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn cut(feed: &Feed, format: Format, source: &[u8], size: usize) -> (Vec<Piece>, Option<Unreadable>) {
    let mut good = Vec::new();
    let mut all = pieces(feed, format, source, size);
    let error = all.find_map(|piece| piece.map(|piece| good.push(piece)).err());
    assert_eq!(all.next(), None, "nothing comes after the end or an error");
    (good, error)
}

#[test]
fn a_file_gives_the_same_pieces_however_it_is_compressed() {
    let text = table(5000);
    let (plain, error) = cut(&long(), Format::Csv, text.as_bytes(), 10_000);
    assert_eq!(error, None);
    assert!(plain.len() > 10 && plain.iter().all(|piece| piece.bytes.starts_with(b"n,code,time\n")));
    for compressed in [gzip(text.as_bytes()), zstd::encode_all(text.as_bytes(), 1).unwrap()] {
        let (found, error) = cut(&long(), Format::Csv, &compressed, 10_000);
        assert_eq!(error, None);
        assert!(found.iter().map(|piece| &piece.bytes).eq(plain.iter().map(|piece| &piece.bytes)));
        assert_eq!(found.last().unwrap().consumed, compressed.len() as u64);
    }
}

#[test]
fn a_truncated_file_gives_its_good_pieces_and_then_the_error() {
    let text = table(200_000);
    for (compressed, name) in [(gzip(text.as_bytes()), "gzip"), (zstd::encode_all(text.as_bytes(), 1).unwrap(), "zstd")]
    {
        let (found, error) = cut(&long(), Format::Csv, &compressed[..compressed.len() / 2], 100_000);
        assert!(matches!(error, Some(Unreadable::Damaged { compression, .. }) if compression == name), "{error:?}");
        let rows: u64 = found
            .iter()
            .map(|piece| {
                let parsed = parse(&long(), piece.format, &piece.bytes, piece.first_row, 0).unwrap();
                assert_eq!(parsed.rejected, []);
                parsed.rows
            })
            .sum();
        assert!((10_000..200_000).contains(&rows), "{rows} rows before the break");
    }
}

#[test]
fn a_line_of_100_mb_is_one_rejected_row() {
    let endless = std::io::repeat(b'x').take(100 << 20);
    let file = b"n,code,time\nP1,a,2024-06-03 10:00\n".chain(endless).chain(&b"\nP2,a,2024-06-03 10:00\n"[..]);
    let found: Vec<Piece> = pieces(&long(), Format::Csv, file, 4 << 20).map(Result::unwrap).collect();
    assert!(found.iter().all(|piece| piece.bytes.len() < 6 << 20));
    let parsed: Vec<_> = found.iter().map(|p| parse(&long(), p.format, &p.bytes, p.first_row, 0).unwrap()).collect();
    assert_eq!(parsed.iter().map(|parsed| parsed.events.len()).sum::<usize>(), 2);
    let rejected: Vec<_> = parsed.iter().flat_map(|parsed| &parsed.rejected).collect();
    assert!(rejected.len() == 1 && rejected[0].row == 3 && rejected[0].reason.contains("1 MiB"));
}

#[test]
fn an_array_is_cut_into_lines_and_may_break_off() {
    let event = "{\"courier\":\"Posti\",\n \"tracking_number\":\"A\", \"event\":\"accepted\", \"time\":\"2024-06-03T10:00:00Z\"}";
    let feed = Feed::canonical("events");
    let whole = format!("[{}]", vec![event; 100].join(","));
    let (found, error) = cut(&feed, Format::Json, whole.as_bytes(), 1000);
    assert_eq!(error, None);
    assert!(found.len() > 5 && found.iter().all(|piece| piece.format == Format::Ndjson));
    let events = |pieces: &[Piece]| {
        let parsed = pieces.iter().map(|p| parse(&feed, p.format, &p.bytes, p.first_row, 0).unwrap());
        parsed.flat_map(|parsed| parsed.events).collect::<Vec<_>>()
    };
    assert_eq!(events(&found), parse(&feed, Format::Json, whole.as_bytes(), 1, 0).unwrap().events);
    let (found, error) = cut(&feed, Format::Json, &whole.as_bytes()[..whole.len() - 5], 1000);
    assert_eq!((events(&found).len(), error), (99, Some(Unreadable::BrokenOff { whole: 99 })));
}

#[test]
fn a_file_that_cannot_be_trusted_gives_its_error_first() {
    for (file, expected) in [
        (&b""[..], Unreadable::Empty),
        (b"\n \n", Unreadable::Empty),
        (b"\xFF\xFEn\0", Unreadable::Utf16),
        (b"PK\x03\x04", Unreadable::Archive),
        (b"n,code\n", Unreadable::MissingColumns { missing: "time".into(), present: "n, code".into() }),
    ] {
        assert_eq!(cut(&long(), Format::Csv, file, 1000), (vec![], Some(expected)));
    }
    let feed = Feed::canonical("events");
    assert_eq!(cut(&feed, Format::Ndjson, b"\n\n", 1000).1, Some(Unreadable::Empty));
    assert_eq!(cut(&feed, Format::Json, b"\xEF\xBB\xBF [ ]", 1000), (vec![], None));
    assert!(matches!(cut(&feed, Format::Csv, b"a", 1000).1, Some(Unreadable::WrongFormat { .. })));
}

#[test]
fn a_body_is_decompressed_up_to_a_limit() {
    let text = vec![b'a'; 10_000];
    for (encoding, body) in [
        (ContentEncoding::Identity, text.clone()),
        (ContentEncoding::Gzip, gzip(&text)),
        (ContentEncoding::Zstd, zstd::encode_all(&text[..], 1).unwrap()),
    ] {
        assert_eq!(decompress(encoding, &body, 10_000).as_ref(), Ok(&text));
        assert_eq!(decompress(encoding, &body, 9_999), Err(Unreadable::TooLarge { limit: 9_999 }));
        if encoding != ContentEncoding::Identity {
            let cut_off = decompress(encoding, &body[..body.len() - 3], 10_000);
            assert!(matches!(cut_off, Err(Unreadable::Damaged { .. })), "{encoding:?} {cut_off:?}");
            assert!(decompress(encoding, b"no", 10_000).is_err());
        }
    }
    assert_eq!(ContentEncoding::from_header("GZip"), Some(ContentEncoding::Gzip));
    assert_eq!(ContentEncoding::from_header("br"), None);
}
