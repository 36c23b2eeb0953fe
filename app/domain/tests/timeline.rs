//! Timelines as they are stored.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use domain::story::events;
use domain::timeline::{Timeline, decode, encode};

const STORY: &str =
    "2026-01-12T09:00+00:00 Rápida P1 accepted destination_country=ES destination_region=Lugo service=24h
    2026-01-13T10:00+01:00 Rápida P1 delivered country=ES postcode=27001";
/// [`STORY`] as programs wrote it that knew no postcode of a destination.
const BEFORE: &str = "010a0573746f727901310752c3a17069646102503108616363657074656403323468024553044c75676f0964656c69766572\
    6564053237303031020280faf796f6669d8a01c454a358f400010203040503000001000000060007080000000180f0b252ea\
    333c66181104b9000102030409170000017807000a00";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn what_earlier_programs_wrote_is_read_and_written_as_it_was() {
    let timeline = Timeline::new(events(STORY));
    let bytes: Vec<u8> =
        (0..BEFORE.len()).step_by(2).map(|at| u8::from_str_radix(&BEFORE[at..at + 2], 16).unwrap()).collect();
    assert_eq!(hex(&encode(&timeline)), BEFORE);
    assert_eq!(decode(&bytes).unwrap(), timeline);
}

#[test]
fn a_postcode_is_kept() {
    let timeline = Timeline::new(events(&STORY.replace("service=24h", "destination_postcode=27001")));
    assert_eq!(decode(&encode(&timeline)).unwrap(), timeline);
    let said = timeline.reports()[0].statement.as_ref().unwrap();
    assert_eq!(said.destination_postcode, "27001");
}
