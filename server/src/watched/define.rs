//! A definition for a file of a feed that nobody has defined: guessed as on the page "Add a feed", and saved where
//! nothing about it has to be asked.

use std::fs::File;
use std::path::Path;

use chrono::DateTime;
use domain::upload::{Answered, Answers, Confidence, Question};
use intake::{Feed, Format, Guess, Unreadable};

use crate::files::{self, Opened};

/// Bytes of a file that are looked at.
const LOOKED_AT: usize = 1 << 20;
/// The definition of a feed of canonical events.
const EVENTS: &str = "description = \"Canonical events\"\nformat = \"events\"\n";

/// What was found out about a file.
#[derive(Debug)]
pub(super) struct Definition {
    /// The definition as far as it was guessed.
    pub text: String,
    /// What has to be asked.
    pub unsure: Vec<Question>,
    /// What looks wrong, or keeps the definition from being one.
    pub doubts: Vec<String>,
}

impl Definition {
    /// Whether it can be saved as it is.
    pub fn is_certain(&self) -> bool {
        self.unsure.is_empty() && self.doubts.is_empty()
    }
}

/// What the folder's name says: whose files lie in it.
pub(crate) fn answers(feed: &str) -> Answers {
    let words = feed.split(['-', '_']).filter(|word| !word.is_empty());
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    let name: Vec<String> = words.map(capital).collect();
    Answers::from([("courier_name".to_owned(), name.join(" "))])
}

/// Guesses the definition of a feed by one of its files. `now` is the present, UTC epoch milliseconds.
///
/// # Errors
/// [`Unreadable`] where no table and no events are in it.
pub(super) fn guess(
    feed: &str,
    file_name: &str,
    source: File,
    scratch: &Path,
    now: i64,
) -> Result<Definition, Unreadable> {
    let Opened { source, format } = files::open(source, file_name, None, scratch)?;
    if format != Format::Csv {
        return events(feed, format, source, now);
    }
    let bytes = intake::beginning(source, LOOKED_AT)?;
    let today = DateTime::from_timestamp_millis(now).unwrap_or_default().date_naive();
    let Guess { questions, definition, smells, .. } = intake::guess(&bytes, file_name, &answers(feed), today)?;
    let unsure = questions.into_iter().filter(needs_an_answer).collect();
    let mut found = Definition { text: definition, unsure, doubts: smells };
    found.look(feed, Format::Csv, &bytes, now)?;
    Ok(found)
}

/// Whether a guess may read something wrongly. Of a column that nobody takes for anything, such as a country's, nothing
/// is read; but without a promise nothing is ever late.
fn needs_an_answer(question: &Question) -> bool {
    let is_left_out = question.answered == Answered::Choice && question.chosen.is_empty() && question.key != "promise";
    question.confidence == Confidence::Unsure && !is_left_out
}

/// Canonical events need no questions, only that they are such.
fn events(feed: &str, format: Format, source: File, now: i64) -> Result<Definition, Unreadable> {
    let mut found = Definition { text: EVENTS.to_owned(), unsure: Vec::new(), doubts: Vec::new() };
    let piece = intake::pieces(&Feed::canonical(feed), format, source, LOOKED_AT).next().ok_or(Unreadable::Empty)??;
    found.look(feed, piece.format, &piece.bytes, now)?;
    Ok(found)
}

impl Definition {
    /// Reads the beginning of the file by it.
    fn look(&mut self, feed: &str, format: Format, bytes: &[u8], now: i64) -> Result<(), Unreadable> {
        match Feed::parse(feed, &self.text) {
            Ok(feed) => self.doubts.extend(intake::smells(&intake::parse(&feed, format, bytes, 1, now)?, now)),
            Err(faults) => self.doubts.extend(faults.iter().map(ToString::to_string)),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::answers;

    #[test]
    fn a_folder_says_whose_files_lie_in_it() {
        assert_eq!(answers("rapida")["courier_name"], "Rapida");
        assert_eq!(answers("correos-express_2")["courier_name"], "Correos Express 2");
    }
}
