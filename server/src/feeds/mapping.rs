//! What codes mean is written into a definition, and everything else in it stays as somebody wrote it.

use domain::mapping::CodeMeaning;
use domain::vocabulary::EventKind;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::NamedFeed;

/// The definition of a feed with these codes mapped.
///
/// # Errors
/// Where there is no table to write them into, in words.
pub fn with_codes(feed: &NamedFeed, codes: &[CodeMeaning]) -> Result<String, String> {
    // The built-in feed has no text; this one reads alike.
    let text = if feed.definition.is_empty() { "format = \"events\"\n" } else { &feed.definition };
    let mut document: DocumentMut =
        text.parse().map_err(|fault| format!("the definition cannot be edited: {fault}"))?;
    if document.contains_key("milestones") {
        return Err("the columns under [milestones] are the codes: map them in the definition itself".to_owned());
    }
    let is_events = document.get("format").and_then(Item::as_str) == Some("events");
    if !document.contains_key("codes") {
        let mut table = Table::new();
        if !is_events {
            // With a table of codes, those that are our words already have to stand in it too.
            for kind in EventKind::ALL.iter().filter(|&&kind| kind != EventKind::Unmapped) {
                table.insert(kind.as_str(), toml_edit::value(kind.as_str()));
            }
        }
        document.insert("codes", Item::Table(table));
    }
    let table = document.get_mut("codes").and_then(Item::as_table_like_mut).ok_or("codes is no table")?;
    for code in codes {
        add(table, code);
    }
    Ok(document.to_string())
}

fn add(table: &mut dyn TableLike, code: &CodeMeaning) {
    let meaning = meaning(code);
    let merged = match table.get(&code.code).and_then(Item::as_value) {
        None => meaning,
        // One that was mapped already: the rest was not done.
        Some(known) if is_same(known, &meaning) => return,
        // A code whose conditions do not always hold: this is what it means otherwise.
        Some(Value::Array(cases)) if cases.iter().any(|known| is_same(known, &meaning)) => return,
        Some(Value::Array(cases)) => {
            let mut cases = cases.clone();
            cases.push(meaning);
            Value::Array(cases)
        }
        Some(known) => {
            let mut known = known.clone();
            known.decor_mut().clear();
            Value::Array(Array::from_iter([known, meaning]))
        }
    };
    // The key stays as somebody wrote it.
    match table.get_mut(&code.code) {
        Some(item) => *item = Item::Value(merged),
        None => _ = table.insert(&code.code, Item::Value(merged)),
    }
}

fn meaning(code: &CodeMeaning) -> Value {
    if code.reason.is_none() && code.party.is_none() {
        return code.event.as_str().into();
    }
    let mut table = InlineTable::new();
    table.insert("event", code.event.as_str().into());
    if let Some(reason) = code.reason {
        table.insert("reason", reason.as_str().into());
    }
    if let Some(party) = code.party {
        table.insert("party", party.as_str().into());
    }
    Value::InlineTable(table)
}

fn is_same(a: &Value, b: &Value) -> bool {
    a.to_string().trim() == b.to_string().trim()
}

#[cfg(test)]
mod tests {
    use domain::vocabulary::Reason;

    use super::*;

    fn mapped(definition: &str, codes: &[CodeMeaning]) -> NamedFeed {
        let feed = NamedFeed::read("post", definition).unwrap();
        NamedFeed::read("post", &with_codes(&feed, codes).unwrap()).unwrap()
    }

    fn code(code: &str, event: EventKind, reason: Option<Reason>) -> CodeMeaning {
        CodeMeaning { code: code.into(), event, reason, party: None }
    }

    const LONG: &str = "number = \"{n}\"\ncourier = \"A\"\ncode = \"{c}\"\ntime = \"{t}\"\n";

    #[test]
    fn what_somebody_wrote_stays_as_it_is() {
        let before = format!("# ours\n{LONG}\n[codes]\n\"1\"   =   \"accepted\" # the van\n");
        let codes = [code("21/A", EventKind::AttemptFailed, Some(Reason::ConsigneeAbsent))];
        let after = mapped(&before, &codes).definition;
        let added = "\"21/A\" = { event = \"attempt_failed\", reason = \"consignee_absent\" }\n";
        assert_eq!(after, format!("{before}{added}"));
        assert_eq!(mapped(&after, &codes).definition, after, "once is enough");
    }

    #[test]
    fn words_of_ours_go_on_to_be_understood() {
        let rows = b"n,c,t\n1,accepted,2026-01-01 10:00\n1,X,2026-01-02 10:00\n1,Y,2026-01-03 10:00\n";
        let feed = mapped(LONG, &[code("X", EventKind::Delivered, None)]);
        let parsed = intake::parse(&feed.feed, intake::Format::Csv, rows, 1, 0).unwrap();
        let kinds: Vec<EventKind> = parsed.events.iter().map(|event| event.kind).collect();
        assert_eq!(kinds, [EventKind::Accepted, EventKind::Delivered, EventKind::Unmapped]);
    }

    #[test]
    fn the_built_in_feed_gets_a_definition() {
        let feed = mapped("", &[code("drone_launched", EventKind::OutForDelivery, None)]);
        assert_eq!(feed.definition, "format = \"events\"\n\n[codes]\ndrone_launched = \"out_for_delivery\"\n");
    }

    #[test]
    fn a_code_with_conditions_keeps_them() {
        let before = format!("{LONG}\n[codes]\n\"1\" = {{ event = \"delivered\", when = \"c == 1\" }}\n");
        let after = mapped(&before, &[code("1", EventKind::Collected, None)]).definition;
        assert!(after.ends_with("\"1\" = [{ event = \"delivered\", when = \"c == 1\" }, \"collected\"]\n"), "{after}");
    }
}
