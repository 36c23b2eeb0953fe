//! The texts that stand beside files that were laid aside. Their first paragraph is what the Feeds page shows.

use std::path::Path;

use domain::upload::{Answered, Question};

use super::define::Definition;

/// Answers of a question that are listed.
const LISTED: usize = 12;

/// Why a file could not be read, and what to do.
pub(super) fn failed(feed: &str, reason: &str, taken: i64) -> String {
    let before = match taken {
        0 => String::new(),
        1 => "One row before that was taken in. ".to_owned(),
        rows => format!("{rows} rows before that were taken in. "),
    };
    format!(
        "{reason}\n\n{before}Mend the file and put it into the folder {feed} again: what is known already counts once. \
         This text and the file beside it are needed no more then; throw them away.\n"
    )
}

/// What has to be asked before a file can be taken in, and how it is answered.
pub(super) fn asks(feed: &str, folder: &Path, definition: &Definition) -> String {
    let Definition { text, unsure, doubts } = definition;
    let questions = unsure.iter().map(question);
    let points: Vec<String> = questions.chain(doubts.iter().cloned()).map(|point| format!("- {point}\n")).collect();
    let definition = folder.join(format!("{feed}.toml"));
    format!(
        "Nobody has said how files of {feed} are to be read, and {} not certain.\n\n\
         Answer it on the page \"Feeds\", which names this file, or write the definition into {}. As soon as there is \
         one, this file is taken in by itself.\n\n\
         What is to be answered or looked at:\n{}\n\
         The definition as it was guessed:\n\n{text}",
        named(unsure, doubts),
        definition.display(),
        points.concat(),
    )
}

/// What the first paragraph names.
fn named(unsure: &[Question], doubts: &[String]) -> String {
    let labels: Vec<String> = unsure.iter().take(3).map(|question| format!("“{}”", question.label)).collect();
    let further = unsure.len().saturating_sub(3) + doubts.len();
    match (labels.is_empty(), further) {
        (true, 1) => "one thing is".to_owned(),
        (true, further) => format!("{further} things are"),
        (false, 0) if labels.len() == 1 => format!("{} is", labels[0]),
        (false, 0) => format!("{} are", labels.join(", ")),
        (false, 1) => format!("{} and one thing more are", labels.join(", ")),
        (false, further) => format!("{} and {further} things more are", labels.join(", ")),
    }
}

fn question(question: &Question) -> String {
    let guessed = match question.chosen.as_str() {
        "" => "nothing was guessed".to_owned(),
        chosen => format!("guessed: {chosen}"),
    };
    let rows = question.rows.map(|rows| format!(", in {rows} rows")).unwrap_or_default();
    let choices: Vec<&str> = question.choices.iter().take(LISTED).map(|choice| choice.label.as_str()).collect();
    let more = if question.choices.len() > LISTED { ", and others" } else { "" };
    let answers = match question.answered {
        Answered::Meaning => "say which event it is".to_owned(),
        _ if choices.is_empty() => "say it".to_owned(),
        _ => format!("it may be: {}{more}", choices.join(", ")),
    };
    format!("{} ({guessed}{rows}): {answers}", question.label)
}
