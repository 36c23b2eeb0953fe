//! A contract's TOML -> its versions.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::Text;
use domain::contract::{Allowance, Contract, Credit, PauseKind, Period, Selector, StartRule, StopRule, Target};
use domain::vocabulary::EventKind;

use super::{deadline, goal};
use crate::draft::{Draft, Node, Section};
use crate::fault::Fault;
use crate::{draft, hours, words};

/// A year, in days and in hours.
const YEAR: (u32, u32) = (366, 366 * 24);

/// A contract version and where its fields stand in its file.
pub(crate) struct Placed {
    pub contract: Contract,
    /// The line and path of the version.
    pub here: (u32, String),
    /// The line and path of each key, those of the contract as a whole included.
    pub keys: BTreeMap<String, (u32, String)>,
    /// Whether the file names the version's number.
    numbered: bool,
}

/// Reads a contract: all its versions, the earliest first.
///
/// # Errors
/// Every fault of the file, in the order of the lines.
pub fn contract_from_toml(text: &str) -> Result<Vec<Contract>, Vec<Fault>> {
    Ok(placed_from_toml(text)?.into_iter().map(|placed| placed.contract).collect())
}

/// Reads a contract, and where its fields stand.
pub(crate) fn placed_from_toml(text: &str) -> Result<Vec<Placed>, Vec<Fault>> {
    draft::read(text, |draft, root| {
        let name = draft.checked(root, "name", "write the contract's name, as in name = \"rapida-24h\"", words::name);
        let selector = Selector {
            courier: draft.required(root, "courier", "write the courier as its events name it"),
            service: draft.optional(root, "service"),
            origin: country(draft, root, "origin").unwrap_or_default(),
            destination: country(draft, root, "destination").unwrap_or_default(),
        };
        let whole = keys(draft, root);
        let mut versions: Vec<Placed> = Vec::new();
        for (node, section) in draft.sections(root, "version") {
            let mut all = whole.clone();
            all.extend(keys(draft, &section));
            let here = (draft.line_of(&node), node.path);
            let numbered = section.node("number").is_some();
            if let Some(contract) = version(draft, &name, &selector, &section) {
                versions.push(Placed { contract, here, keys: all, numbered });
            }
            draft.finish(section);
        }
        if root.node("version").is_none() {
            draft.missing(root, "version", "write [[version]] and below it from, deadline and what else was agreed");
        }
        in_turn(draft, &mut versions);
        versions
    })
}

fn keys(draft: &Draft, section: &Section<'_>) -> BTreeMap<String, (u32, String)> {
    section.entries().map(|(key, node)| (key.to_owned(), (draft.line_of(&node), node.path))).collect()
}

/// A country, which may be left out or empty: any.
fn country(draft: &mut Draft, section: &Section<'_>, key: &'static str) -> Option<Text> {
    let node = section.node(key)?;
    let text = draft.text(&node)?;
    if let (false, Err(message)) = (text.is_empty(), words::country(&text)) {
        draft.fault(&node, message);
    }
    Some(text)
}

/// One `[[version]]`; nothing where it says no date or deadline.
fn version(draft: &mut Draft, name: &str, whole: &Selector, section: &Section<'_>) -> Option<Contract> {
    let from = dated(draft, section);
    if section.node("deadline").is_none() {
        draft.missing(section, "deadline", "write deadline = \"2 working days by 18:00\"");
    }
    let allowance = draft.key(section, "deadline", |draft, node| draft.read(node, deadline::read));
    // Every key is asked for even where these two are missing, so that its other faults are told too.
    let agreed = Contract::new(name, "", from.unwrap_or_default(), allowance.unwrap_or(Allowance::Promise));
    let number = |draft: &mut Draft, key, limits| draft.key(section, key, |draft, node| draft.integer(node, limits));
    let pause_days = number(draft, "pause_days", 0..=YEAR.0).and_then(|days| days.try_into().ok());
    let hours = |draft: &mut Draft, node: &Node<'_>| Some(draft.hours(node));
    let contract = Contract {
        version: number(draft, "number", 1..=1_000_000).unwrap_or_default(),
        selector: selector(draft, whole, section),
        until: until(draft, section, from),
        start: draft.key(section, "start", |draft, node| draft.word(node, StartRule::ALL)).unwrap_or(agreed.start),
        cut_off: draft.key(section, "cut_off", |draft, node| draft.read(node, hours::read_time)),
        stop: draft.key(section, "stop", |draft, node| draft.word(node, StopRule::ALL)).unwrap_or(agreed.stop),
        delivery_hours: draft.key(section, "delivery_hours", hours).unwrap_or_default(),
        pauses: draft.words(section, "pauses", PauseKind::ALL).into_iter().collect(),
        pause_days: pause_days.unwrap_or(agreed.pause_days),
        hand_off_hours: number(draft, "hand_off_hours", 0..=YEAR.1).unwrap_or(agreed.hand_off_hours),
        origin_calendar: draft.optional(section, "origin_calendar"),
        destination_calendar: draft.optional(section, "destination_calendar"),
        milestones: draft.words(section, "milestones", EventKind::ALL),
        targets: targets(draft, section),
        credit: credit(draft, section),
        back_dated: section
            .node("back_dated")
            .map(|_| draft.required(section, "back_dated", "write why this version holds for what was before it")),
        ..agreed
    };
    allowance.and(from).map(|_| contract)
}

/// The legs that a version is about: what it says itself, else what the contract says as a whole.
fn selector(draft: &mut Draft, whole: &Selector, section: &Section<'_>) -> Selector {
    let courier = section.node("courier").map(|_| draft.required(section, "courier", "write the courier's name"));
    let service = draft.key(section, "service", Draft::text);
    Selector {
        courier: courier.unwrap_or_else(|| whole.courier.clone()),
        service: service.unwrap_or_else(|| whole.service.clone()),
        origin: country(draft, section, "origin").unwrap_or_else(|| whole.origin.clone()),
        destination: country(draft, section, "destination").unwrap_or_else(|| whole.destination.clone()),
    }
}

fn dated(draft: &mut Draft, section: &Section<'_>) -> Option<NaiveDate> {
    let Some(node) = section.node("from") else {
        draft.missing(section, "from", "write from = 2026-01-01, the first day on which a clock may start under it");
        return None;
    };
    draft.date(&node)
}

fn until(draft: &mut Draft, section: &Section<'_>, from: Option<NaiveDate>) -> Option<NaiveDate> {
    let node = section.node("until")?;
    let until = draft.date(&node)?;
    if from.is_some_and(|from| until <= from) {
        draft.fault(&node, "must be later than from: it is the first day on which the version no longer holds");
    }
    Some(until)
}

fn targets(draft: &mut Draft, section: &Section<'_>) -> Vec<Target> {
    let mut targets = Vec::new();
    for (_, section) in draft.sections(section, "target") {
        let kpi = draft.checked(&section, "kpi", "write the KPI's word, as in kpi = \"on_time_contract\"", words::name);
        for (key, what) in [("goal", "write goal = \"95 %\""), ("period", "write period = \"month\"")] {
            if section.node(key).is_none() {
                draft.missing(&section, key, what);
            }
        }
        let goal = draft.key(&section, "goal", goal::read);
        let period = draft.key(&section, "period", |draft, node| draft.word(node, Period::ALL));
        let minimum = draft.key(&section, "minimum", |draft, node| draft.integer(node, 0..=1_000_000)).unwrap_or(0);
        draft.finish(section);
        targets.extend(goal.zip(period).map(|(goal, period)| Target { kpi, goal, period, minimum }));
    }
    targets
}

fn credit(draft: &mut Draft, section: &Section<'_>) -> Option<Credit> {
    let section = section.node("credit").and_then(|node| draft.section(&node))?;
    let currency = draft.checked(&section, "currency", "write currency = \"EUR\"", words::currency);
    let terms = draft.required(&section, "terms", "write what a missed target costs, in the contract's words");
    draft.finish(section);
    Some(Credit { currency, terms })
}

/// Puts the versions in the order in which they hold, ends each where the next begins unless it says when, and numbers
/// those that say no number.
fn in_turn(draft: &mut Draft, versions: &mut [Placed]) {
    versions.sort_by_key(|placed| placed.contract.from);
    for place in 1..versions.len() {
        let (before, after) = versions.split_at_mut(place);
        let (Some(one), Some(next)) = (before.last_mut(), after.first()) else { continue };
        let begins = next.contract.from;
        if one.contract.from == begins {
            let (line, path) = next.key("from");
            let message =
                format!("{begins} is the first day of the version on line {} too: leave one of the two", one.here.0);
            draft.note(Fault::at(line, path, message));
        } else if one.contract.until.is_some_and(|until| until > begins) {
            let (line, path) = one.key("until");
            let message = format!(
                "is later than {begins}, when the version on line {} begins: write that day, or leave it out",
                next.here.0
            );
            draft.note(Fault::at(line, path, message));
        } else {
            one.contract.until.get_or_insert(begins);
        }
    }
    let mut seen = BTreeMap::new();
    for (placed, rank) in versions.iter_mut().zip(1..) {
        if !placed.numbered {
            placed.contract.version = rank;
        }
        if let Some(line) = seen.insert(placed.contract.version, placed.here.0) {
            let (at, path) = placed.key("number");
            let message =
                format!("the version on line {line} has the number {} too: give each its own", placed.contract.version);
            draft.note(Fault::at(at, path, message));
        }
    }
}

impl Placed {
    /// Where a key of the version stands, or the version itself.
    pub fn key(&self, key: &str) -> (u32, String) {
        self.keys.get(key).unwrap_or(&self.here).clone()
    }
}
