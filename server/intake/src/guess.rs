//! A definition for a file that nobody has described: every guess is a question, with the answers it might have.
//!
//! In reading order: the beginning of the file becomes a table (`sheet`), names and values of its columns say what they
//! may be (`words`, `times`, `columns`), questions are asked (`ask`), and their answers are written down as a
//! definition (`definition`). What a person answers replaces the guess, and what follows from it is guessed anew.

mod ask;
mod codes;
mod columns;
mod definition;
mod events;
mod parcel;
mod sheet;
mod times;
mod words;

use chrono::NaiveDate;
use domain::upload::{Answers, Choice, Confidence, Part, Question};

use crate::unreadable::Unreadable;
use ask::{Ask, Asking};
use columns::Columns;
use definition::Definition;
use sheet::{SEPARATORS, Sample};

/// What is guessed of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// Every guess, in the order of the definition.
    pub questions: Vec<Question>,
    /// The definition that follows from them, as [`crate::Feed::parse`] reads it.
    pub definition: String,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The first rows as they are, with their numbers; the header is row 1.
    pub rows: Vec<(u64, Vec<String>)>,
    /// What looks wrong with the file as a table, and what to do.
    pub smells: Vec<String>,
}

/// Guesses how a file is to be read.
///
/// `bytes` is its beginning, not compressed, up to the end of a row; the more of it, the more codes are seen.
/// `file_name` may say whose it is. `answers` are what a person said to the questions of an earlier guess; an answer
/// that the file, read so, does not have is passed over. `today` tells the year of dates that leave it out.
///
/// # Errors
/// [`Unreadable`] if there is no table in it.
pub fn guess(bytes: &[u8], file_name: &str, answers: &Answers, today: NaiveDate) -> Result<Guess, Unreadable> {
    let mut asking = Asking::new(answers);
    let sample = encoding(&mut asking, bytes)?;
    let separator = separator(&mut asking, &sample)?;
    let table = sample.table(separator);
    let columns = Columns::new(&table, today);
    let mut definition = Definition::default();
    definition.say("description", &format!("Guessed from {file_name}"));
    if separator != b',' {
        definition.say("separator", &char::from(separator).to_string());
    }
    if asking.questions.iter().any(|question| question.key == "encoding" && question.chosen == "latin-1") {
        definition.say("encoding", "latin-1");
    }
    if !table.empty.is_empty() {
        definition.line(
            "empty",
            &format!("[{}]", table.empty.iter().map(|t| definition::quoted(t)).collect::<Vec<_>>().join(", ")),
        );
    }
    let shape = events::shape(&mut asking, &columns);
    parcel::names(&mut asking, &columns, file_name, &mut definition);
    let used = match shape {
        events::Shape::Long => events::long(&mut asking, &columns, &mut definition),
        events::Shape::Wide => events::wide(&mut asking, &columns),
    };
    let promise = events::promise(&mut asking, &columns);
    events::times(&mut asking, &columns, &used, &promise, today, &mut definition);
    events::write_promise(&promise, &mut definition);
    parcel::place(&asking, &mut definition);
    match shape {
        events::Shape::Long => events::codes(&mut asking, &columns, &sample, separator, &mut definition),
        events::Shape::Wide => events::milestones(&used, &mut definition),
    }
    let mut smells = Vec::new();
    if table.lacks_header() {
        smells.push(
            "The first line does not look like the names of columns. Give the file a line of names above the first row."
                .to_owned(),
        );
    }
    asking.questions.sort_by_key(|question| question.part);
    Ok(Guess {
        questions: asking.questions,
        definition: definition.into_text(),
        rows: sample.rows(separator, SHOWN + 1).split_off(1),
        columns: table.header,
        smells,
    })
}

/// Rows that are shown as they are.
const SHOWN: usize = 50;

fn encoding(asking: &mut Asking<'_>, bytes: &[u8]) -> Result<Sample, Unreadable> {
    let said = asking.said("encoding").map(|said| said == "latin-1");
    let sample = Sample::new(bytes, said)?;
    let ask = Ask { key: "encoding", part: Part::File, label: "Letters are written in" };
    let choices = vec![Choice::new("utf-8", "UTF-8"), Choice::new("latin-1", "Windows-1252 (Latin-1)")];
    let guess = if sample.is_utf8 { "utf-8" } else { "latin-1" };
    // UTF-8 does not come about by chance; everything can be read as Windows-1252.
    let confidence = if sample.is_utf8 || !sample.has_letters { Confidence::Sure } else { Confidence::Likely };
    asking.choose(ask, choices, guess.to_owned(), confidence);
    Ok(sample)
}

fn separator(asking: &mut Asking<'_>, sample: &Sample) -> Result<u8, Unreadable> {
    // A quotation mark that opens a field by one separator may be a mere sign by another.
    let has_rows = |separator: u8| !sample.rows(separator, 1).is_empty();
    let choices: Vec<_> = SEPARATORS.iter().filter(|(sign, _)| has_rows(*sign)).collect();
    let (guess, is_sure) = sample.separator();
    if choices.iter().all(|(sign, _)| *sign != guess) {
        return Err(Unreadable::Header { reason: "a quotation mark in it is not closed".to_owned() });
    }
    let ask = Ask { key: "separator", part: Part::File, label: "Fields are separated by" };
    let choices = choices.iter().map(|(sign, label)| Choice::new(char::from(*sign), *label)).collect();
    let confidence = if is_sure { Confidence::Sure } else { Confidence::Likely };
    let chosen = asking.choose(ask, choices, char::from(guess).to_string(), confidence);
    Ok(chosen.bytes().next().unwrap_or(guess))
}
