//! A calendar's TOML -> a calendar.

use std::collections::BTreeMap;

use domain::Text;
use domain::calendar::{Calendar, DatedHours, Hours, Scope, ZoneRule};

use super::days::{Entry, Kind, settle};
use crate::draft::{Draft, Node, Section};
use crate::fault::Fault;
use crate::{draft, hours, words};

/// The keys of `[week]`.
pub(super) const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Reads a calendar.
///
/// # Errors
/// Every fault of the file, in the order of the lines.
pub fn calendar_from_toml(text: &str) -> Result<Calendar, Vec<Fault>> {
    draft::read(text, |draft, root| Calendar {
        name: draft.checked(root, "name", "write the calendar's name, as in name = \"ES\"", words::name),
        title: draft.required(root, "title", "write what people call it, as in title = \"Spain\""),
        country: draft.checked(root, "country", "write its two letters, as in country = \"ES\"", words::country),
        zone: draft.checked(root, "zone", "write the time zone, as in zone = \"Europe/Madrid\"", words::zone),
        zones: zones(draft, root),
        week: week(draft, root),
        cut_off: root.node("cut_off").and_then(|node| draft.read(&node, hours::read_time)),
        days: days(draft, root),
        sources: sources(draft, root),
    })
}

fn zones(draft: &mut Draft, root: &Section<'_>) -> Vec<ZoneRule> {
    let mut zones = Vec::new();
    for (node, section) in draft.sections(root, "zones") {
        let zone = draft.checked(&section, "zone", "write a time zone, as in zone = \"Atlantic/Canary\"", words::zone);
        let scope = scope(draft, &section);
        if scope == Scope::default() {
            draft.fault(&node, "needs regions or postcodes: the zone of the whole country is the key zone at the top");
        }
        draft.finish(section);
        zones.push(ZoneRule { scope, zone });
    }
    zones
}

fn week(draft: &mut Draft, root: &Section<'_>) -> [Vec<Hours>; 7] {
    let Some(node) = root.node("week") else {
        draft.missing(
            root,
            "week",
            "write [week] and below it the hours of each day, as in monday = [\"08:00-18:00\"]",
        );
        return Default::default();
    };
    let Some(section) = draft.section(&node) else { return Default::default() };
    let week = WEEKDAYS.map(|day| section.node(day).map(|node| draft.hours(&node)).unwrap_or_default());
    draft.finish(section);
    week
}

fn sources(draft: &mut Draft, root: &Section<'_>) -> BTreeMap<i32, Text> {
    let mut sources = BTreeMap::new();
    let Some(section) = root.node("sources").and_then(|node| draft.section(&node)) else { return sources };
    for (key, node) in section.entries() {
        let text = draft.text(&node).unwrap_or_default();
        match key.parse::<i32>() {
            Ok(year) if (2000..2100).contains(&year) => {
                sources.insert(year, text);
            }
            _ => draft.fault(&node, format!("{key:?} is not a year: write 2026 = \"where its days are published\"")),
        }
    }
    sources
}

fn days(draft: &mut Draft, root: &Section<'_>) -> Vec<DatedHours> {
    let mut entries = Vec::new();
    for kind in [Kind::Closed, Kind::Open] {
        for (node, section) in draft.sections(root, kind.word()) {
            entries.extend(entry(draft, kind, &node, &section));
            draft.finish(section);
        }
    }
    let (days, faults) = settle(entries);
    faults.into_iter().for_each(|fault| draft.note(fault));
    days
}

fn entry(draft: &mut Draft, kind: Kind, node: &Node<'_>, section: &Section<'_>) -> Option<Entry> {
    let dated = section.node("date");
    if dated.is_none() {
        draft.missing(section, "date", "write date = 2026-04-03");
    }
    let date = dated.and_then(|dated| draft.date(&dated));
    let name = draft.optional(section, "name");
    let hours = if kind == Kind::Open { opening(draft, section) } else { Vec::new() };
    let scope = scope(draft, section);
    let day = DatedHours { date: date?, scope, hours, name };
    Some(Entry { line: draft.line_of(node), path: node.path.clone(), kind, day })
}

/// The hours of a dated opening.
fn opening(draft: &mut Draft, section: &Section<'_>) -> Vec<Hours> {
    let Some(node) = section.node("hours") else {
        draft.missing(section, "hours", "write hours = [\"08:00-18:00\"]");
        return Vec::new();
    };
    if node.list().is_empty() {
        draft.fault(&node, "is empty: write the hours, or write the day under [[closed]]");
    }
    draft.hours(&node)
}

/// Where an entry holds.
fn scope(draft: &mut Draft, section: &Section<'_>) -> Scope {
    let mut list = |key| section.node(key).map(|node| draft.texts(&node, words::place)).unwrap_or_default();
    Scope { regions: list("regions"), postcodes: list("postcodes") }
}
