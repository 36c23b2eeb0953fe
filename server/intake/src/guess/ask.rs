//! Questions, and what a person has answered already.

use domain::upload::{Answered, Answers, Choice, Confidence, Part, Question};
use domain::vocabulary::{EventKind, Reason};

/// Asks, and takes a guess where nobody has answered.
pub(super) struct Asking<'a> {
    answers: &'a Answers,
    pub questions: Vec<Question>,
}

/// What a question is known by, what it is about and how it reads.
pub(super) struct Ask<'q> {
    pub key: &'q str,
    pub part: Part,
    pub label: &'q str,
}

impl<'a> Asking<'a> {
    pub fn new(answers: &'a Answers) -> Self {
        Self { answers, questions: Vec::new() }
    }

    /// What a person has answered to a question, whether or not it is an answer.
    pub fn said(&self, key: &str) -> Option<&'a str> {
        self.answers.get(key).map(String::as_str)
    }

    /// One of the choices.
    pub fn choose(&mut self, ask: Ask<'_>, mut choices: Vec<Choice>, guess: String, confidence: Confidence) -> String {
        if choices.iter().all(|choice| choice.value != guess) {
            choices.insert(0, Choice::new(guess.clone(), "nothing yet: choose"));
        }
        let is_answer = |said: &&str| choices.iter().any(|choice| choice.value == **said);
        let said = self.said(ask.key).filter(is_answer);
        self.put(ask, Answered::Choice, choices, said, guess, confidence)
    }

    /// A text; the choices are suggestions.
    pub fn text(&mut self, ask: Ask<'_>, choices: Vec<Choice>, guess: String, confidence: Confidence) -> String {
        let said = self.said(ask.key).map(str::trim);
        self.put(ask, Answered::Text, choices, said, guess, confidence)
    }

    /// What a code or a column means. `rows` is how many rows have it.
    pub fn meaning(&mut self, ask: Ask<'_>, guess: Option<&str>, rows: u64) -> String {
        let said = self.said(ask.key).filter(|said| said.is_empty() || is_meaning(said));
        let confidence = if guess.is_some() { Confidence::Likely } else { Confidence::Unsure };
        let chosen =
            self.put(ask, Answered::Meaning, Vec::new(), said, guess.unwrap_or_default().to_owned(), confidence);
        if let Some(question) = self.questions.last_mut() {
            question.rows = Some(rows);
        }
        chosen
    }

    fn put(
        &mut self,
        ask: Ask<'_>,
        answered: Answered,
        choices: Vec<Choice>,
        said: Option<&str>,
        guess: String,
        confidence: Confidence,
    ) -> String {
        let (chosen, confidence) = match said {
            Some(said) => (said.to_owned(), Confidence::Told),
            None => (guess, confidence),
        };
        let Ask { key, part, label } = ask;
        let (key, label) = (key.to_owned(), label.to_owned());
        self.questions.push(Question {
            key,
            part,
            label,
            chosen: chosen.clone(),
            answered,
            choices,
            confidence,
            rows: None,
        });
        chosen
    }
}

/// Whether a text is an event, or an event and its reason.
fn is_meaning(text: &str) -> bool {
    let (event, reason) = text.split_once('/').map_or((text, None), |(event, reason)| (event, Some(reason)));
    event.parse::<EventKind>().is_ok() && reason.is_none_or(|reason| reason.parse::<Reason>().is_ok())
}
