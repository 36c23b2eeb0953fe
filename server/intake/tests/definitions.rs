//! What may stand in a definition, and what is said if something is wrong with it.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use domain::event::{Event, EventId};
use domain::promise::PromiseKind;
use domain::vocabulary::{DeliveryMode, EventKind, OffsetSource};
use intake::{Fault, Feed, Format, parse};

const BASE: &str = "number = \"{n}\"\ncourier = \"Posti\"\n";

fn faults(definition: &str) -> Vec<String> {
    Feed::parse("feed", definition).err().unwrap_or_default().iter().map(Fault::to_string).collect()
}

fn events(definition: &str, body: &str) -> Vec<Event> {
    let feed = Feed::parse("feed", definition).unwrap();
    let parsed = parse(&feed, Format::Csv, body.as_bytes(), 1, 0).unwrap();
    assert_eq!(parsed.rejected, []);
    parsed.events
}

#[test]
fn all_faults_of_a_definition_are_told_at_once() {
    let found = faults(
        r#"
numbr = "{n}"
courier = 5
separator = "ab"
encoding = "ebcdic"
delivery_mode = "car"
origin_country = "Brazil"
only = "status is done"

[times]
zone = "Berlin"
format = "%m-%d %H:%M"

[times.columns]
unused = "iso"

[milestones]
a = "delivred"
b = { event = "cancelled", when = "x", why = "y" }

[promise]
at = "{due}"
date = "due"
"#,
    );
    for expected in [
        "number: is missing: write number = \"{column}\"",
        "line 2: numbr: is not known here; the keys are",
        "line 3: courier: is a number: write a text in quotes",
        "line 4: separator: must be a single sign",
        "line 5: encoding: \"ebcdic\" is not known",
        "line 6: delivery_mode: \"car\" is not one of door",
        "line 7: origin_country: \"Brazil\" is not a country",
        "line 8: only: is not a condition: write column == text",
        "line 11: times.zone: \"Berlin\" is not a time zone",
        "line 12: times.format: \"%m-%d %H:%M\" has no year: say which with year = 2024",
        "line 15: times.columns.unused: no time is read from \"unused\"",
        "line 18: milestones.a: \"delivred\" is not one of announced",
        "line 19: milestones.b.when: is not a condition",
        "line 19: milestones.b.why: is not known here; the keys are event, reason, party, countersigned, when, code",
        "line 23: promise.date: is the same text in every row: write \"{due}\" to mean the column",
    ] {
        assert!(found.iter().any(|fault| fault.starts_with(expected)), "{expected}\nin {found:#?}");
    }
    assert_eq!(found.len(), 15, "{found:#?}");
}

#[test]
fn each_fault_says_what_to_do() {
    for (definition, expected) in [
        ("number = ", "this is not TOML"),
        ("format = \"xml\"", "\"xml\" is not a format"),
        (BASE, "write code and time for an event a row, or [milestones]"),
        ("number = \"{n\"\ncourier = \"x\"\ncode = \"{c}\"\ntime = \"{t}\"", "a brace is not closed"),
        (&format!("{BASE}code = \"{{c}}\""), "time: is missing"),
        (&format!("{BASE}code = \"{{c}}\"\n[milestones]\na = \"delivered\""), "does not go with milestones"),
        (&format!("{BASE}id = \"{{c}}\"\n[milestones]\na = \"delivered\""), "one number cannot name several events"),
        (&format!("{BASE}[milestones]"), "milestones: is empty"),
        (&format!("{BASE}[milestones]\na = [\"delivered\", \"collected\"]"), "give it a code of its own"),
        (&format!("{BASE}[milestones]\na = \"delivered\"\n[promise]\nfrom = \"{{f}}\""), "needs either at, or date"),
        (&format!("{BASE}[milestones]\na = \"delivered\"\n[times]\nyear = 1999"), "between 2000 and 2100"),
        (&format!("{BASE}[milestones]\na = \"delivered\"\n[times]\nformat = []"), "write at least one format"),
        (&format!("{BASE}[milestones]\na = \"delivered\"\n[times]\ntime_of_day = \"6 pm\""), "not a time of day"),
        ("format = \"events\"\nnumber = \"{n}\"", "number: is not known here"),
        ("format = \"events\"\n[times]\nzone = \"{tz}\"", "canonical events have no columns"),
        (
            "format = \"events\"\n[codes]\nx = { event = \"lost\", when = \"a == b\" }",
            "canonical events have no columns",
        ),
    ] {
        let found = faults(definition);
        assert!(found.iter().any(|fault| fault.contains(expected)), "{definition}\n{found:#?}");
    }
}

#[test]
fn the_version_is_that_of_the_text() {
    let definition = format!("{BASE}code = \"{{c}}\"\ntime = \"{{t}}\"\ndescription = \"Scans\"");
    let feed = Feed::parse("posti", &definition).unwrap();
    assert_eq!((feed.name.as_str(), feed.version.len(), feed.description()), ("posti", 12, "Scans"));
    assert_eq!(Feed::parse("other", &definition).unwrap().version, feed.version);
    assert_ne!(Feed::parse("posti", &(definition + "\n")).unwrap().version, feed.version);
    let event = &events(&format!("{BASE}code = \"{{c}}\"\ntime = \"{{t}}\""), "n,c,t\n1,lost,2024-06-03 10:00\n")[0];
    assert_eq!((event.feed.as_str(), event.mapping.len()), ("feed", 12));
}

#[test]
fn an_event_is_its_senders_number_else_what_was_scanned_where_and_when() {
    let definition =
        format!("{BASE}code = \"{{c}}\"\ntime = \"{{t}}\"\nid = \"{{id}}\"\n[place]\nfacility = \"{{f}}\"");
    let found = events(&definition, "n,c,t,id,f\na 1,lost,2024-06-03 10:00,77,HEL\na 1,lost,2024-06-03 10:00,,HEL\n");
    assert_eq!(found[0].id, EventId::of_sender("Posti", "A1", "77"));
    assert_eq!(found[1].id, EventId::of_scan("Posti", "A1", "lost", "2024-06-03 10:00", "HEL"));
}

#[test]
fn what_a_row_says_belongs_to_its_earliest_milestone() {
    let definition = format!(
        "{BASE}delivery_mode = {{ from = \"{{m}}\", map = {{ H = \"door\", X = \"\" }} }}\nalso = \"{{second}}\"\n\
         [milestones]\na = \"delivered\"\nb = \"accepted\"\n[promise]\nat = \"{{p}}\"\n"
    );
    let found = events(
        &definition,
        "n,a,b,m,p,second\n1,2024-06-05 10:00,2024-06-03 10:00,H,2024-06-04T12:00:00+02:00,s 2\n2,2024-06-05 10:00,,X,,\n",
    );
    assert_eq!(
        found.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(),
        ["accepted", "delivered", "delivered"]
    );
    let said = found[0].statement.as_ref().unwrap();
    assert_eq!(said.delivery_mode, Some(DeliveryMode::Door));
    assert_eq!(said.promise.map(|promise| (promise.kind, promise.offset_minutes)), Some((PromiseKind::Instant, 120)));
    assert_eq!(found[0].also.as_ref().unwrap().number, "S2");
    assert!(found[1].statement.is_none() && found[1].also.is_none() && found[2].statement.is_none());
}

#[test]
fn a_code_means_the_first_case_whose_conditions_hold() {
    let definition = format!(
        "{BASE}code = \"{{c}}\"\ntime = \"{{t}}\"\n[codes]\n\
         D = [{{ event = \"ready_at_locker\", when = [\"p == L\", \"q != x\"] }}, {{ event = \"delivered\", when = \"p ==\" }}]"
    );
    let body = "n,c,t,p,q\n1,D,2024-06-03 10:00,L,y\n1,D,2024-06-03 10:00,L,x\n1,D,2024-06-03 10:00,,\n1,delivered,2024-06-03 10:00,,\n";
    let kinds: Vec<_> = events(&definition, body).iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::ReadyAtLocker, EventKind::Unmapped, EventKind::Delivered, EventKind::Unmapped]);
}

#[test]
fn the_zone_of_a_time_may_come_from_a_column() {
    let definition = format!("{BASE}code = \"{{c}}\"\ntime = \"{{t}}\"\n[times]\nzone = \"{{z}}\"");
    let body =
        "n,c,t,z\n1,lost,2024-06-03 10:00,Europe/Berlin\n1,lost,2024-06-03 10:00,-03:00\n1,lost,2024-06-03 10:00,\n";
    let found = events(&definition, body);
    let offsets: Vec<_> = found.iter().map(|event| (event.offset_minutes, event.offset_source)).collect();
    assert_eq!(offsets, [(120, OffsetSource::Stated), (-180, OffsetSource::Stated), (0, OffsetSource::Unknown)]);
}
