//! The form of one version of a contract.

use chrono::NaiveDate;
use domain::fields::Fields;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table};

use super::{Form, Key, put, read, texts, write};

const NAME: [Key; 1] = [("name", Form::Text, "")];

/// Which legs it is about: what a version says itself, else what the contract says as a whole.
const LEGS: [&str; 4] = ["courier", "service", "origin", "destination"];

const DATES: [Key; 2] = [("from", Form::Bare, ""), ("until", Form::Bare, "")];

const AGREED: [Key; 11] = [
    ("start", Form::Text, "next_opening"),
    ("cut_off", Form::Text, ""),
    ("stop", Form::Text, "ready"),
    ("delivery_hours", Form::Joined, ""),
    ("pauses", Form::List, ""),
    ("pause_days", Form::Bare, "10"),
    ("hand_off_hours", Form::Bare, "4"),
    ("origin_calendar", Form::Text, ""),
    ("destination_calendar", Form::Text, ""),
    ("milestones", Form::List, ""),
    ("back_dated", Form::Text, ""),
];

const TARGET: [Key; 4] =
    [("kpi", Form::Text, ""), ("goal", Form::Bare, ""), ("period", Form::Text, ""), ("minimum", Form::Bare, "0")];

const CREDIT: [Key; 2] = [("currency", Form::Text, ""), ("terms", Form::Text, "")];

/// A version with more targets is edited as text.
const MOST_TARGETS: usize = 100;

/// Which `[[version]]` of a contract's text begins on a date, counted from 1.
pub fn place_of_version(text: &str, from: NaiveDate) -> Option<usize> {
    let document: DocumentMut = text.parse().ok()?;
    let begins = |table: &Table| table.get("from").map(texts).is_some_and(|said| said == [from.to_string()]);
    Some(document.get("version")?.as_array_of_tables()?.iter().position(begins)? + 1)
}

/// What the form of a version says, counted from 1 as it stands in the text. The place after the last is a version to be
/// added, which begins as the latest one. None where there is no such place, or the text cannot be edited by a form.
pub fn contract_fields(text: &str, place: usize) -> Option<Fields> {
    let document: DocumentMut = text.parse().ok()?;
    let versions = versions(&document)?;
    let added = place == versions.len() + 1;
    let version = if added { latest(&versions) } else { Some(versions.get(place.checked_sub(1)?)?) };
    let mut fields = Fields::default();
    read(document.as_table(), "", &NAME, &mut fields);
    let none = Table::new();
    let version = version.unwrap_or(&none);
    for key in LEGS {
        fields.set(format!("version.{key}"), vec![about(document.as_table(), version, key)]);
    }
    read(version, "version.", &AGREED, &mut fields);
    read(if added { &none } else { version }, "version.", &DATES, &mut fields);
    if added {
        fields.set("version.back_dated", Vec::new());
    }
    for (key, text) in deadline(&version.get("deadline").map(texts).unwrap_or_default().join(" ")) {
        fields.set(format!("version.deadline.{key}"), vec![text]);
    }
    for (place, target) in (1..).zip(&targets(version)?) {
        read(target, &format!("version.target[{place}]."), &TARGET, &mut fields);
    }
    let credit = version.get("credit").and_then(Item::as_table_like).unwrap_or(&none);
    read(credit, "version.credit.", &CREDIT, &mut fields);
    Some(fields)
}

/// The text with what a form says of a version; at the place after the last, with another one. None as in
/// [`contract_fields`].
pub fn contract_with_fields(text: &str, place: usize, fields: &Fields) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    write(document.as_table_mut(), "", &NAME, fields);
    let mut all = versions(&document)?;
    if place == all.len() + 1 {
        all.push(beside(&all));
    }
    let is_only = all.len() == 1;
    let version = all.get_mut(place.checked_sub(1)?)?;
    write_legs(document.as_table_mut(), version, is_only, fields);
    write(version, "version.", &DATES, fields);
    write_deadline(version, fields);
    write(version, "version.", &AGREED, fields);
    write_targets(version, fields)?;
    write_credit(version, fields);
    document.insert("version", Item::ArrayOfTables(all));
    Some(document.to_string())
}

/// The versions, where they are written as `[[version]]`.
fn versions(document: &DocumentMut) -> Option<ArrayOfTables> {
    tables(document.get("version"))
}

fn targets(version: &Table) -> Option<ArrayOfTables> {
    tables(version.get("target")).filter(|targets| targets.len() <= MOST_TARGETS)
}

/// None where it is something else than headed tables.
fn tables(item: Option<&Item>) -> Option<ArrayOfTables> {
    item.map_or_else(|| Some(ArrayOfTables::new()), |item| item.as_array_of_tables().cloned())
}

fn latest(versions: &ArrayOfTables) -> Option<&Table> {
    versions.iter().max_by_key(|version| version.get("from").map(texts))
}

/// A version beside others: about the same legs as the latest where that one says so itself, and with a number where they
/// have numbers.
fn beside(versions: &ArrayOfTables) -> Table {
    let mut version = Table::new();
    let numbers = versions.iter().filter_map(|version| version.get("number")?.as_integer());
    if let Some(highest) = numbers.max() {
        version.insert("number", toml_edit::value(highest.max(versions.len() as i64) + 1));
    }
    for key in LEGS {
        if let Some(own) = latest(versions).and_then(|latest| latest.get(key)) {
            version.insert(key, own.clone());
        }
    }
    version
}

fn about(whole: &Table, version: &Table, key: &str) -> String {
    version.get(key).or(whole.get(key)).map(texts).unwrap_or_default().join(" ")
}

/// Other versions stay about what they are about: only where there is none, the contract as a whole says it.
fn write_legs(whole: &mut Table, version: &mut Table, is_only: bool, fields: &Fields) {
    for key in LEGS {
        let wanted = fields.get(&format!("version.{key}")).trim();
        if wanted == about(whole, version, key) {
            continue;
        }
        match is_only && !version.contains_key(key) {
            true if wanted.is_empty() => _ = whole.remove(key),
            true => put(whole, key, wanted.into()),
            false => put(version, key, wanted.into()),
        }
    }
}

/// The parts of a deadline in words; of one that is none its words are taken for the count.
fn deadline(text: &str) -> [(&'static str, String); 3] {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (kind, count, by) = match words[..] {
        ["the", "promise"] => ("promise", "", ""),
        [count, "hour" | "hours"] => ("hours", count, ""),
        [count, "open", "hour" | "hours"] => ("open_hours", count, ""),
        [count, "working", "day" | "days", "by", by] => ("working_days", count, by),
        _ => ("working_days", text, ""),
    };
    [("kind", kind.to_owned()), ("count", count.to_owned()), ("by", by.to_owned())]
}

fn write_deadline(version: &mut Table, fields: &Fields) {
    let [kind, count, by] = ["kind", "count", "by"].map(|key| fields.get(&format!("version.deadline.{key}")).trim());
    let current = version.get("deadline").map(texts).unwrap_or_default().join(" ");
    if deadline(&current).map(|(_, text)| text) == [kind, count, by] {
        return;
    }
    let days = if count == "1" { "day" } else { "days" };
    let hours = if count == "1" { "hour" } else { "hours" };
    let text = match kind {
        "promise" => "the promise".to_owned(),
        "hours" => format!("{count} {hours}"),
        "open_hours" => format!("{count} open {hours}"),
        _ => format!("{count} working {days} by {by}"),
    };
    put(version, "deadline", text.trim().into());
}

/// A target of which neither KPI nor goal is said goes.
fn write_targets(version: &mut Table, fields: &Fields) -> Option<()> {
    let current = targets(version)?;
    let mut wanted = ArrayOfTables::new();
    for place in 1..=fields.count("version.target").min(2 * MOST_TARGETS) {
        let prefix = format!("version.target[{place}].");
        if ["kpi", "goal"].iter().all(|key| fields.get(&format!("{prefix}{key}")).trim().is_empty()) {
            continue;
        }
        let mut target = current.get(place - 1).cloned().unwrap_or_default();
        write(&mut target, &prefix, &TARGET, fields);
        wanted.push(target);
    }
    match wanted.is_empty() {
        true => _ = version.remove("target"),
        false => _ = version.insert("target", Item::ArrayOfTables(wanted)),
    }
    Some(())
}

fn write_credit(version: &mut Table, fields: &Fields) {
    let is_said = CREDIT.iter().any(|(key, ..)| !fields.get(&format!("version.credit.{key}")).trim().is_empty());
    if !is_said {
        version.remove("credit");
        return;
    }
    let credit = version.entry("credit").or_insert_with(|| Item::Table(Table::new()));
    if let Some(credit) = credit.as_table_like_mut() {
        write(credit, "version.credit.", &CREDIT, fields);
    }
}
