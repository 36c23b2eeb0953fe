//! What was guessed of a file, as a form.

use domain::upload::{Answered, Confidence, Part, Question, UploadView};
use domain::vocabulary::{EventKind, Reason};
use leptos::prelude::*;

use crate::{format, words};

/// The questions of a file, the name of its feed, and what to do with it.
pub fn form(upload: &UploadView) -> AnyView {
    let parts = [Part::File, Part::Parcel, Part::Events, Part::Promise, Part::Codes];
    let parts = parts.into_iter().filter_map(|part| {
        let questions: Vec<(usize, &Question)> =
            upload.questions.iter().enumerate().filter(|(_, question)| question.part == part).collect();
        (!questions.is_empty()).then(|| fieldset(part, &questions))
    });
    let definition = (!upload.definition.is_empty()).then(|| {
        view! {
            <details>
                <summary>"The definition that is saved"</summary>
                <pre><code>{upload.definition.clone()}</code></pre>
            </details>
        }
    });
    let can_import = upload.faults.is_empty();
    view! {
        <form class="review" method="post" action=format!("/feeds/new/{}", upload.id)>
            {parts.collect_view()}
            <fieldset>
                <legend>"Feed"</legend>
                <div class="field">
                    <label for="feed">"Name of the feed"</label>
                    <input type="text" id="feed" name="feed" value=upload.feed.clone() maxlength="64" required />
                </div>
            </fieldset>
            {definition}
            <div class="actions">
                <button name="do" value="look">"Read it again"</button>
                <button class="primary" name="do" value="import" disabled=!can_import>"Save and import"</button>
                <button name="do" value="discard" formnovalidate>"Discard"</button>
            </div>
        </form>
    }
    .into_any()
}

fn fieldset(part: Part, questions: &[(usize, &Question)]) -> AnyView {
    let legend = match part {
        Part::File => "The file",
        Part::Parcel => "The parcel",
        Part::Events => "What happened, when and where",
        Part::Promise => "What was promised",
        Part::Codes => "What the courier’s codes mean",
    };
    let note = (part == Part::Codes).then(
        || view! { <p class="aside">"A code without a meaning is kept and counts for nothing until it gets one."</p> },
    );
    let fields = questions.iter().map(|(place, question)| field(*place, question)).collect_view();
    view! {
        <fieldset>
            <legend>{legend}</legend>
            {note}
            <div class="questions">{fields}</div>
        </fieldset>
    }
    .into_any()
}

/// A question. Its key may hold anything, so it is its place by which label and input know each other.
fn field(place: usize, question: &Question) -> AnyView {
    let id = format!("q-{place}");
    let sure = format!("{id}-sure");
    let rows = question.rows.map(|rows| format::counted(i64::try_from(rows).unwrap_or(i64::MAX), "row", "rows"));
    let (mark, word, class) = sureness(question);
    let input = match question.answered {
        Answered::Text => text(question, &id),
        Answered::Choice => {
            let options = question.choices.iter().map(|choice| (choice.value.clone(), choice.label.clone())).collect();
            select(question, &id, options)
        }
        Answered::Meaning => select(question, &id, meanings(&question.chosen)),
    };
    view! {
        <div class="field">
            <label for=id>{question.label.clone()}</label>
            {input}
            <span id=sure class=format!("sureness {class}")><span aria-hidden="true">{mark}</span> " " {word} {rows.map(|rows| format!(" · {rows}"))}</span>
        </div>
    }
    .into_any()
}

/// How sure an answer is: a shape, a word and the name of its colour.
fn sureness(question: &Question) -> (&'static str, &'static str, &'static str) {
    match (question.confidence, question.answered, question.chosen.is_empty()) {
        (Confidence::Told, ..) => ("■", "your answer", "told"),
        (Confidence::Sure, ..) => ("●", "sure", "sure"),
        (Confidence::Likely, ..) => ("○", "likely", "likely"),
        (Confidence::Unsure, Answered::Meaning, true) => ("–", "not known", "likely"),
        (Confidence::Unsure, ..) => ("▲", "not sure: look at this", "unsure"),
    }
}

fn select(question: &Question, id: &str, options: Vec<(String, String)>) -> AnyView {
    let options = options
        .into_iter()
        .map(|(value, label)| {
            let is_chosen = value == question.chosen;
            view! { <option value=value selected=is_chosen>{label}</option> }
        })
        .collect_view();
    let sure = format!("{id}-sure");
    view! { <select id=id.to_owned() name=question.key.clone() aria-describedby=sure>{options}</select> }.into_any()
}

fn text(question: &Question, id: &str) -> AnyView {
    let (list, sure) = (format!("{id}-list"), format!("{id}-sure"));
    let options =
        question.choices.iter().map(|choice| view! { <option value=choice.value.clone()></option> }).collect_view();
    view! {
        <input type="text" id=id.to_owned() name=question.key.clone() value=question.chosen.clone() list=list.clone()
            aria-describedby=sure />
        <datalist id=list>{options}</datalist>
    }
    .into_any()
}

/// Everything that a code or a column can mean, as value and label.
fn meanings(chosen: &str) -> Vec<(String, String)> {
    let mut meanings = vec![(String::new(), "nothing".to_owned())];
    for &kind in EventKind::ALL.iter().filter(|kind| !matches!(kind, EventKind::Unmapped | EventKind::Correction)) {
        meanings.push((kind.to_string(), words::event(kind)));
        if kind == EventKind::AttemptFailed {
            let why = Reason::ALL.iter().map(|&why| {
                (
                    format!("{kind}/{why}"),
                    format!("{}: {}", words::event(kind), words::reason(Some(why)).to_lowercase()),
                )
            });
            meanings.extend(why);
        }
    }
    if meanings.iter().all(|(value, _)| value != chosen) {
        meanings.push((chosen.to_owned(), words::capitalised(&chosen.replace('_', " ").replace('/', ": "))));
    }
    meanings
}

#[cfg(test)]
mod tests {
    use super::meanings;

    #[test]
    fn every_answer_is_among_the_options() {
        let label =
            |chosen: &str| meanings(chosen).into_iter().find(|(value, _)| value == chosen).map(|(_, label)| label);
        assert_eq!(label("").as_deref(), Some("nothing"));
        assert_eq!(label("attempt_failed/refused").as_deref(), Some("Attempt failed: refused"));
        assert_eq!(label("delayed/weather").as_deref(), Some("Delayed: weather"));
        assert_eq!(label("unmapped").as_deref(), Some("Unmapped"));
    }
}
