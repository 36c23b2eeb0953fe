//! What a sender's code or milestone means in the vocabulary.

use std::collections::HashMap;

use domain::Text;
use domain::vocabulary::{EventKind, Party, Reason};

use super::condition::{Condition, all_hold};
use super::draft::{Draft, Node, words};
use super::template::{Cells, Template};
use super::times::{TimeField, Times};

/// What a code or milestone means.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Meaning {
    /// What happened.
    pub kind: EventKind,
    /// Why.
    pub reason: Option<Reason>,
    /// Who answers for it.
    pub party: Party,
    /// Whether the courier countersigned.
    pub countersigned: bool,
}

impl Meaning {
    /// What is known of a code that nothing maps.
    pub const UNMAPPED: Self = Self::plain(EventKind::Unmapped);

    /// An event without any particulars.
    pub const fn plain(kind: EventKind) -> Self {
        Self { kind, reason: None, party: Party::Unknown, countersigned: false }
    }
}

/// A meaning, and what must hold for a row to have it.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// All of these must hold.
    pub when: Vec<Condition>,
    /// What it then means.
    pub meaning: Meaning,
}

/// The meaning of each raw code.
#[derive(Debug, Clone)]
pub(crate) enum Codes {
    /// The codes are the words of the vocabulary.
    Canonical,
    /// The codes of a table; the first case whose conditions hold is taken.
    Listed(HashMap<Text, Vec<Case>>),
}

impl Codes {
    /// What a code means in a row.
    pub fn meaning(&self, code: &str, row: &impl Cells) -> Meaning {
        match self {
            Self::Canonical => code.parse().map_or(Meaning::UNMAPPED, Meaning::plain),
            Self::Listed(codes) => {
                let cases = codes.get(code).map(Vec::as_slice).unwrap_or_default();
                let case = cases.iter().find(|case| all_hold(&case.when, row));
                case.map_or(Meaning::UNMAPPED, |case| case.meaning)
            }
        }
    }
}

/// A column of a wide row whose time is an event.
#[derive(Debug, Clone)]
pub(crate) struct Milestone {
    /// The column.
    pub time: TimeField,
    /// The raw code of the event: the column's name, or what the definition says.
    pub code: Text,
    /// The event, and what must hold for it.
    pub case: Case,
}

impl<'a> Draft<'a> {
    /// The table of codes.
    pub fn codes(&mut self, node: &Node<'a>) -> Option<Codes> {
        let section = self.section(node)?;
        let mut codes = HashMap::new();
        for (code, node) in section.entries() {
            let mut cases = Vec::new();
            for node in node.list() {
                let Some((case, own_code)) = self.case(&node) else { continue };
                if own_code.is_some() {
                    self.fault(&node, "has a code of its own: that is for milestones, the code here is the key");
                }
                cases.push(case);
            }
            codes.insert(Text::from(code.trim()), cases);
        }
        Some(Codes::Listed(codes))
    }

    /// The table of milestones.
    pub fn milestones(&mut self, node: &Node<'a>, times: &Times) -> Option<Vec<Milestone>> {
        let section = self.section(node)?;
        let mut milestones = Vec::<Milestone>::new();
        for (key, node) in section.entries() {
            let template = if key.contains(['{', '}']) {
                Template::parse(key, &mut self.columns)
            } else {
                Ok(Template::of_column(key, &mut self.columns))
            };
            let time = match template {
                Ok(template) => times.field(template, None),
                Err(message) => {
                    self.fault(&node, message);
                    continue;
                }
            };
            for node in node.list() {
                let Some((case, code)) = self.case(&node) else { continue };
                let code = code.unwrap_or_else(|| Text::from(key));
                let is_taken = |other: &Milestone| other.code == code && other.time.name() == time.name();
                if milestones.iter().any(is_taken) {
                    self.fault(&node, "shares its code with another event of this column: give it a code of its own");
                }
                milestones.push(Milestone { time: time.clone(), code, case });
            }
        }
        if milestones.is_empty() {
            self.fault(node, "is empty: write column = \"event\" for each milestone");
        }
        Some(milestones)
    }

    /// A case, and the code that it sets.
    fn case(&mut self, node: &Node<'a>) -> Option<(Case, Option<Text>)> {
        if !node.is_table() {
            let kind = self.word(node, &words(EventKind::ALL))?;
            return Some((Case { when: Vec::new(), meaning: Meaning::plain(kind) }, None));
        }
        let section = self.section(node)?;
        let kind = match section.node("event") {
            Some(node) => self.word(&node, &words(EventKind::ALL)),
            None => {
                self.missing(&section, "event", "say which event it is");
                None
            }
        };
        let reason: Option<Reason> = section.node("reason").and_then(|node| self.word(&node, &words(Reason::ALL)));
        let party = section.node("party").and_then(|node| self.word(&node, &words(Party::ALL)));
        let countersigned = section.node("countersigned").is_some_and(|node| self.flag(&node));
        let when = section.node("when").map(|node| self.conditions(&node)).unwrap_or_default();
        let code = section.node("code").and_then(|node| self.text(&node)).map(Text::from);
        self.finish(section);
        let party = party.unwrap_or(reason.map_or(Party::Unknown, Reason::party));
        Some((Case { when, meaning: Meaning { kind: kind?, reason, party, countersigned } }, code))
    }
}
