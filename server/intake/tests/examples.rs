//! The examples of `FEEDS.md`: each is a definition, a file and how that file is understood.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fmt::Write;
use std::path::Path;

use intake::{Feed, Format, preview};

const EXAMPLES: [&str; 4] = ["shop_export.csv", "courier_scans.csv", "depot_list.csv", "events.ndjson"];

fn read(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)).unwrap()
}

/// The text of a file that may be Latin-1.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect())
}

fn understood(name: &str) -> String {
    let stem = name.split('.').next().unwrap();
    let feed = Feed::parse(stem, &text(read(&format!("{stem}.toml")))).unwrap();
    let mut words = String::new();
    for row in preview(&feed, Format::from_file_name(name).unwrap(), &read(name), 100).unwrap() {
        assert_eq!(row.rejected, None);
        if row.events.is_empty() {
            writeln!(words, "row {}: left out", row.row).unwrap();
        }
        for event in row.events {
            let (courier, number) = (&event.courier, &event.tracking_number);
            writeln!(words, "row {}: {courier} {number} {} at {}", row.row, event.event, event.time).unwrap();
            let mut more = vec![("code", event.code), ("reason", event.reason), ("place", event.place)];
            more.push(("promise", event.promise));
            more.extend(event.says.iter().map(|(name, text)| (name.as_str(), text.clone())));
            for (name, text) in more.iter().filter(|(_, text)| !text.is_empty()) {
                writeln!(words, "    {name}: {text}").unwrap();
            }
        }
    }
    words
}

#[test]
fn each_example_is_understood_as_its_text_says() {
    for name in EXAMPLES {
        let stem = name.split('.').next().unwrap();
        let found = understood(name);
        assert_eq!(found, text(read(&format!("{stem}.txt"))), "{name} is understood as:\n{found}");
    }
}

#[test]
fn the_reference_shows_each_example_as_it_is() {
    let reference = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("FEEDS.md")).unwrap();
    for name in EXAMPLES {
        let stem = name.split('.').next().unwrap();
        for file in [name, &format!("{stem}.toml"), &format!("{stem}.txt")] {
            assert!(reference.contains(&text(read(file)).replace('\r', "")), "{file} is not in FEEDS.md as it is");
        }
    }
}
