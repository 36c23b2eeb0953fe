//! What a sender's code or milestone means in the vocabulary.

use std::collections::HashMap;

use domain::Text;
use domain::vocabulary::{EventKind, Party, Reason};

use super::condition::{Condition, all_hold};
use super::draft::{Draft, Node, words};
use super::template::{Cells, Template};
use super::times::{TimeField, Times};

/// What a code or milestone means, and when it does.
#[derive(Debug, Clone)]
pub(crate) struct Meaning {
    /// What happened.
    pub kind: EventKind,
    /// Why.
    pub reason: Option<Reason>,
    /// Who answers for it.
    pub party: Party,
    /// Whether the courier countersigned.
    pub countersigned: bool,
    /// What must hold for the row.
    pub when: Vec<Condition>,
}

impl Meaning {
    /// What is known of a code that nothing maps.
    pub const UNMAPPED: Self = Self {
        kind: EventKind::Unmapped,
        reason: None,
        party: Party::Unknown,
        countersigned: false,
        when: Vec::new(),
    };
}

/// The meaning of each raw code.
#[derive(Debug, Clone)]
pub(crate) enum Codes {
    /// The codes are the words of the vocabulary.
    Canonical,
    /// The codes of a table; the first meaning whose conditions hold is taken.
    Listed(HashMap<Text, Vec<Meaning>>),
}

impl Codes {
    /// What a code means in a row, if the table knows.
    pub fn meaning(&self, code: &str, row: &impl Cells) -> Meaning {
        match self {
            Self::Canonical => {
                code.parse().map_or(Meaning::UNMAPPED, |kind| Meaning { kind, ..Meaning::UNMAPPED })
            }
            Self::Listed(codes) => {
                let meanings = codes.get(code).map(Vec::as_slice).unwrap_or_default();
                let meaning = meanings.iter().find(|meaning| all_hold(&meaning.when, row));
                // The conditions have done their work: what an event takes over has none.
                meaning.map_or(Meaning::UNMAPPED, |meaning| Meaning { when: Vec::new(), ..*meaning })
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
    /// The event.
    pub meaning: Meaning,
}

impl<'a> Draft<'a> {
    /// The table of codes.
    pub fn codes(&mut self, node: &Node<'a>) -> Option<Codes> {
        let section = self.section(node)?;
        let mut codes = HashMap::new();
        for (code, node) in section.entries() {
            let meanings = node.list().iter().filter_map(|node| self.meaning(node)).map(|(meaning, code)| {
                (meaning, code.is_some())
            });
            let meanings: Vec<_> = meanings.collect();
            if meanings.iter().any(|(_, has_code)| *has_code) {
                self.fault(&node, "has a code of its own: that is for milestones, the code here is the key");
            }
            codes.insert(Text::from(code.trim()), meanings.into_iter().map(|(meaning, _)| meaning).collect());
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
                let Some((meaning, code)) = self.meaning(&node) else { continue };
                let code = code.unwrap_or_else(|| Text::from(key));
                let is_taken = |other: &Milestone| other.code == code && other.time.name() == time.name();
                if milestones.iter().any(is_taken) {
                    self.fault(&node, "shares its code with another event of this column: give it a code of its own");
                }
                milestones.push(Milestone { time: time.clone(), code, meaning });
            }
        }
        if milestones.is_empty() {
            self.fault(node, "is empty: write column = \"event\" for each milestone");
        }
        Some(milestones)
    }

    /// A meaning, and the code that it sets.
    fn meaning(&mut self, node: &Node<'a>) -> Option<(Meaning, Option<Text>)> {
        if !node.is_table() {
            let kind = self.word(node, &words(EventKind::ALL))?;
            return Some((Meaning { kind, ..Meaning::UNMAPPED }, None));
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
        Some((Meaning { kind: kind?, reason, party, countersigned, when }, code))
    }
}
