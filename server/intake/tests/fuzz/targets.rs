//! The parsers, what good input for each looks like, and what must hold whatever comes in.

use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::OnceLock;

use domain::event::Event;
use domain::judged::Judged;
use domain::kpi::KpiQuery;
use domain::parcel::Parcel;
use domain::terms::Terms;
use domain::timeline::{Timeline, decode, encode};
use flate2::Compression;
use flate2::write::GzEncoder;
use intake::{ContentEncoding, Feed, Format, Rejected, decompress, parse, pieces, preview};

use crate::{guesses, workbooks};

/// A parser.
pub struct Target {
    pub name: &'static str,
    /// Good input.
    pub samples: fn() -> Vec<Vec<u8>>,
    /// What it listens to.
    pub words: &'static [&'static str],
    /// Reads, and checks what must hold.
    pub run: fn(&[u8]),
}

const KEYS: &[&str] = &[
    "number = ",
    "courier = ",
    "code = ",
    "time = ",
    "[times]",
    "zone = ",
    "format = ",
    "year = ",
    "[promise]",
    "at = ",
    "date = ",
    "from = ",
    "to = ",
    "[milestones]",
    "[codes]",
    "\"{a}\"",
    "{",
    "}",
    "\"iso\"",
    "\"epoch_ms\"",
    "\"epoch_seconds\"",
    "\"Europe/Madrid\"",
    "\"accepted\"",
    "\"delivered\"",
    "\"%d/%m/%Y %H:%M\"",
    "encoding = ",
    "\"latin-1\"",
    "delimiter = ",
    "skip = ",
    "where = ",
    "[[also]]",
    "description = ",
    "constant",
    "\"\"\"",
    "1979-05-27",
];
const CELLS: &[&str] = &[
    "2024-06-03 10:00:00",
    "2024-06-03T10:00:00+02:00",
    "03/06/2024 10:00",
    "2024-03-31 02:30:00",
    "1717408800",
    "0",
    "1.2E+11",
    "accepted",
    "Posti",
    "DE",
    "\"a\"\"b\"",
    "true",
    "absent",
    "customs",
    "Correos",
];
const FIELDS: &[&str] = &[
    "\"courier\":",
    "\"tracking_number\":",
    "\"event\":",
    "\"time\":",
    "\"promise\":",
    "{\"at\":\"2024-06-03T10:00:00Z\"}",
    "{\"date\":\"2024-06-03\",\"time_zone\":\"Europe/Madrid\"}",
    "\"accepted\"",
    "\"delivered\"",
    "\"correction\"",
    "\"corrects\":",
    "\"also\":",
    "\"id\":",
    "\"estimate\":",
    "\"country\":\"DE\"",
    "\"reason\":\"absent\"",
    "},{",
    "[[[[",
];
const SIGNS: &[&str] = &[
    "%Y", "%m", "%d", "%H", "%M", "%S", "%y", "%j", "%U", "%G", "%V", "%p", "%I", "%z", "%:z", "%Z", "%s", "%f",
    "%.3f", "%e", "%b", "%B", "%a", "%+", "%c", "%D", "%T", "%-d", "%_H", "%%", "%n", "%", "%C", "%x", "%6f",
];
const WORDS: &[&str] = &[
    "group_by",
    "from",
    "to",
    "courier",
    "day",
    "service",
    "corridor",
    "origin_country",
    "destination_region",
    "destination_postcode",
    "shipper",
    "delivery_mode",
    "contract",
    "2026-06-01",
    "text/csv",
    "application/json",
    "application/x-ndjson",
    "; charset=utf-8",
    "gzip",
    "zstd",
    "identity",
    ".csv.gz",
    ".ndjson",
    ".json.zst",
    "=",
    "&",
    ",",
    "canonical",
];

/// Every parser.
pub const TARGETS: [Target; 10] = [
    Target { name: "definition", samples: definitions, words: KEYS, run: definition },
    Target { name: "csv", samples: tables, words: CELLS, run: table },
    Target { name: "events", samples: lines, words: FIELDS, run: events },
    Target { name: "packed", samples: packed, words: CELLS, run: unpack },
    Target { name: "timeline", samples: timelines, words: &["\u{1}"], run: timeline },
    Target { name: "pattern", samples: patterns, words: SIGNS, run: pattern },
    Target { name: "question", samples: questions, words: WORDS, run: question },
    Target { name: "headers", samples: headers, words: WORDS, run: header },
    Target { name: "guess", samples: guesses::samples, words: guesses::WORDS, run: guesses::run },
    Target { name: "workbook", samples: workbooks::samples, words: workbooks::WORDS, run: workbooks::run },
];

fn examples(end: &str) -> Vec<Vec<u8>> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = [own.join("examples"), own.join("../tests/feeds")].map(|folder| std::fs::read_dir(folder).unwrap());
    let mut paths: Vec<_> = files.into_iter().flatten().map(|file| file.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == end));
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn definitions() -> Vec<Vec<u8>> {
    examples("toml")
}

pub fn tables() -> Vec<Vec<u8>> {
    examples("csv")
}

fn lines() -> Vec<Vec<u8>> {
    let mut lines = examples("ndjson");
    let text = String::from_utf8_lossy(&lines[0]).trim().replace('\n', ",\n");
    lines.push(format!("[{text}]").into_bytes());
    lines
}

fn packed() -> Vec<Vec<u8>> {
    let gzip = |bytes: &Vec<u8>| {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(bytes).unwrap();
        gzip.finish().unwrap()
    };
    let samples = tables();
    samples.iter().map(gzip).chain(samples.iter().map(|bytes| zstd::encode_all(bytes.as_slice(), 1).unwrap())).collect()
}

fn timelines() -> Vec<Vec<u8>> {
    let parsed = parse(&Feed::canonical("events"), Format::Ndjson, &lines()[0], 1, 0).unwrap();
    let whole = std::iter::once(parsed.events.clone());
    whole.chain(parsed.events.iter().map(|event| vec![event.clone()])).map(|e| encode(&Timeline::new(e))).collect()
}

fn patterns() -> Vec<Vec<u8>> {
    [
        "%d/%m/%Y %H:%M\n03/06/2024 10:00",
        "%Y-%m-%dT%H:%M:%S%.f%:z\n2024-06-03T10:00:00.5+02:00",
        "%b %e, %y %I:%M %p\nJun 3, 24 1:05 PM",
        "%Y%m%d%H%M%S\n20240603100000",
        "%m-%d %H:%M\n06-03 10:00",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

fn questions() -> Vec<Vec<u8>> {
    [
        "group_by=courier,day&from=2026-06-01&to=2026-06-30",
        "courier=Posti&courier=DHL&group_by=service&destination_country=DE",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

fn headers() -> Vec<Vec<u8>> {
    [
        "text/csv; charset=utf-8\ngzip\nparcels.csv.gz",
        "application/x-ndjson\nzstd\nevents.ndjson.zst",
        "application/json\n\na.json",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

/// Good definitions, read once.
fn feeds() -> &'static [Feed] {
    static FEEDS: OnceLock<Vec<Feed>> = OnceLock::new();
    let read = |definition: Vec<u8>| Feed::parse("fuzz", &String::from_utf8_lossy(&definition)).ok();
    FEEDS.get_or_init(|| definitions().into_iter().filter_map(read).collect())
}

/// The start of good tables and the lines of good events, read once.
fn good() -> &'static (Vec<Vec<u8>>, Vec<u8>) {
    static GOOD: OnceLock<(Vec<Vec<u8>>, Vec<u8>)> = OnceLock::new();
    GOOD.get_or_init(|| (tables(), lines().swap_remove(0)))
}

fn definition(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(feed) = Feed::parse("fuzz", &text) else { return };
    let (tables, lines) = good();
    for table in tables {
        let _ = preview(&feed, Format::Csv, table, 5);
        let _ = parse(&feed, Format::Csv, table, 1, 0);
    }
    let _ = parse(&feed, Format::Ndjson, lines, 1, 0);
}

fn table(bytes: &[u8]) {
    for feed in feeds() {
        whole_and_in_pieces(feed, Format::Csv, bytes);
        let _ = preview(feed, Format::Csv, bytes, 3);
    }
}

fn events(bytes: &[u8]) {
    let feed = Feed::canonical("events");
    whole_and_in_pieces(&feed, Format::Ndjson, bytes);
    whole_and_in_pieces(&feed, Format::Json, bytes);
    let _ = preview(&feed, Format::Json, bytes, 3);
}

/// A file that comes a few bytes at a time.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let some = buffer.len().min(13);
        self.0.read(&mut buffer[..some])
    }
}

/// A file is read alike whole and in pieces, and what was read holds together.
pub fn whole_and_in_pieces(feed: &Feed, format: Format, bytes: &[u8]) {
    let whole = parse(feed, format, bytes, 1, 0);
    let (mut events, mut rejected): (Vec<Event>, Vec<Rejected>) = (Vec::new(), Vec::new());
    let mut is_whole = true;
    for piece in pieces(feed, format, Slow(bytes), 1 + bytes.len() * 7 % 300) {
        let Ok(piece) = piece else {
            is_whole = false;
            break;
        };
        let Ok(parsed) = parse(feed, piece.format, &piece.bytes, piece.first_row, 0) else {
            is_whole = false;
            break;
        };
        events.extend(parsed.events);
        rejected.extend(parsed.rejected);
    }
    let Ok(whole) = whole else { return };
    assert_eq!(whole.rows, whole.accepted() + whole.skipped + whole.rejected.len() as u64);
    assert_eq!(whole.events.len() as u64, whole.codes.values().map(|code| code.count).sum::<u64>());
    if is_whole {
        assert_eq!(events, whole.events);
        assert_eq!(rejected, whole.rejected);
    }
    fold(whole.events);
}

fn fold(events: Vec<Event>) {
    let timeline = Timeline::new(events);
    let stored = encode(&timeline);
    assert_eq!(decode(&stored).unwrap(), timeline);
    if let Some(parcel) = Parcel::fold(&timeline) {
        let _ = Judged::new(&timeline, &parcel, &Terms::default(), 1_717_408_800_000);
    }
}

fn unpack(bytes: &[u8]) {
    const LIMIT: usize = 1 << 20;
    for encoding in [ContentEncoding::Gzip, ContentEncoding::Zstd, ContentEncoding::Identity] {
        if let Ok(unpacked) = decompress(encoding, bytes, LIMIT) {
            assert!(unpacked.len() <= LIMIT);
        }
    }
    for feed in feeds().iter().take(1) {
        for piece in pieces(feed, Format::Csv, Slow(bytes), 1000).take(2000) {
            let Ok(piece) = piece else { break };
            let _ = parse(feed, piece.format, &piece.bytes, piece.first_row, 0);
        }
    }
}

fn timeline(bytes: &[u8]) {
    let Ok(timeline) = decode(bytes) else { return };
    fold(timeline.into_reports());
}

fn pattern(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (pattern, time) = text.split_once('\n').unwrap_or((&text, "03/06/2024 10:00"));
    for year in ["", "year = 2024\n"] {
        let quoted = serde_json::to_string(pattern).unwrap();
        let definition = format!(
            "number = \"{{n}}\"\ncourier = \"C\"\ncode = \"accepted\"\ntime = \"{{t}}\"\n[times]\n{year}zone = \"Europe/Madrid\"\nformat = [{quoted}]\n"
        );
        let Ok(feed) = Feed::parse("fuzz", &definition) else { continue };
        let table = format!("n,t\n1,\"{}\"\n", time.replace('"', "\"\""));
        let _ = parse(&feed, Format::Csv, table.as_bytes(), 1, 0);
    }
}

fn question(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let pairs = text.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    if let Ok(query) = KpiQuery::from_pairs(pairs) {
        let _ = (query.cube(), query.dimensions().count());
    }
}

fn header(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for line in text.lines() {
        let _ = (Format::from_content_type(line), ContentEncoding::from_header(line), Format::from_file_name(line));
    }
}
