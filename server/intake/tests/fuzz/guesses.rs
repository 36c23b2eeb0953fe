//! The guesser: whatever the file, what it asks can be answered, and what it writes is a definition or says what is
//! missing.

use std::collections::HashSet;

use chrono::NaiveDate;
use domain::upload::{Answered, Answers, Confidence, Question};
use intake::{Feed, Format, Guess, guess, preview, smells};

use crate::targets::{tables, whole_and_in_pieces};

/// What headers and cells say in which it is interested.
pub const WORDS: &[&str] = &[
    "Expedición",
    "Fecha",
    "Hora",
    "Estado",
    "Motivo",
    "Delegación",
    "tracking_number",
    "order",
    "carrier",
    "courier",
    "status",
    "reason",
    "event_id",
    "delivered_at",
    "picked_up",
    "promised",
    "from",
    "to",
    "zone",
    "country",
    "origin",
    "destination",
    "shipper",
    "service",
    "delivery_mode",
    "Entregado",
    "delivered",
    "Zustellung fehlgeschlagen",
    "livré",
    "ausente",
    "XQ9",
    "{a}",
    "}{",
    "\"",
    "'''",
    "\\",
    "#",
    "03/06/2024",
    "06/03/24 1:05 PM",
    "2024-06-03 10:00:00",
    "2024-06-03T10:00:00+02:00",
    "20240603",
    "1717408800",
    "45446.5",
    "10:00",
    "3 Jun",
    "Europe/Madrid",
    "Madrid",
    "ES",
    "No",
    "n/a",
    "0000-00-00",
    "1.2E+11",
    ";",
    "\t",
    "|",
];

const SCANS: &str = "Expedición;Fecha;Hora;Estado;Motivo;Delegación;Fecha compromiso\n\
    EX1;03/06/2024;18:10;Recogido;;MAD1;05/06/2024\nEX1;05/06/2024;10:15;Entregado;;MAD7;05/06/2024\n\
    EX2;13/06/2024;18:10;Recogido;;MAD1;14/06/2024\nEX2;14/06/2024;11:40;XQ9;ausente;MAD7;14/06/2024\n";
const PARCELS: &str = "order\tcarrier\tpicked_up\tdelivered_at\tfrom\tto\tcountry\n\
    A-1001\tRápida\t2026-06-03 17:40\t2026-06-05 11:20\t2026-06-05 09:00\t2026-06-05 12:00\tES\n\
    A-1002\tLenta\t2026-06-03 17:45\t\t2026-06-05 09:00\t2026-06-05 12:00\tPT\n";
const YEARLESS: &str = "number,time,scan\nP1,3 Jun 10:00,in\nP1,4 Jun 11:30,out\nP2,30 Dec 23:59,in\n";

pub fn samples() -> Vec<Vec<u8>> {
    let latin: Vec<u8> = SCANS.chars().map(|sign| u8::try_from(u32::from(sign)).unwrap()).collect();
    let own = [SCANS, PARCELS, YEARLESS].map(|text| text.as_bytes().to_vec());
    own.into_iter().chain([latin]).chain(tables()).collect()
}

pub fn run(bytes: &[u8]) {
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let Ok(first) = guess(bytes, "rapida_2024.csv", &Answers::new(), today) else { return };
    holds_together(&first, bytes);
    assert_eq!(guess(bytes, "rapida_2024.csv", &Answers::new(), today).unwrap(), first, "a guess is always the same");
    // Somebody chooses what comes last, and something that is no choice.
    let mut answers: Answers = first.questions.iter().map(|question| (question.key.clone(), other(question))).collect();
    let answered = guess(bytes, "rapida_2024.csv", &answers, today).unwrap();
    holds_together(&answered, bytes);
    answers.values_mut().for_each(|answer| *answer = "{nobody} \"'\\".to_owned());
    holds_together(&guess(bytes, "rapida_2024.csv", &answers, today).unwrap(), bytes);
    // What was chosen from the choices is what is meant.
    for question in answered.questions.iter().filter(|question| question.confidence == Confidence::Told) {
        assert!(answers.contains_key(&question.key), "{question:?}");
    }
}

fn other(question: &Question) -> String {
    match question.answered {
        Answered::Meaning => "attempt_failed/consignee_absent".to_owned(),
        _ => question.choices.last().map(|choice| choice.value.clone()).unwrap_or_default(),
    }
}

fn holds_together(guess: &Guess, bytes: &[u8]) {
    let keys: HashSet<&str> = guess.questions.iter().map(|question| question.key.as_str()).collect();
    assert_eq!(keys.len(), guess.questions.len(), "every question has a key of its own: {:?}", guess.questions);
    for question in guess.questions.iter().filter(|question| question.answered == Answered::Choice) {
        assert!(question.choices.iter().any(|choice| choice.value == question.chosen), "{question:?}");
    }
    guess.definition.parse::<toml::Table>().unwrap_or_else(|fault| panic!("{fault}\n{}", guess.definition));
    if let Ok(feed) = Feed::parse("guessed", &guess.definition) {
        whole_and_in_pieces(&feed, Format::Csv, bytes);
        let _ = preview(&feed, Format::Csv, bytes, 8);
        if let Ok(parsed) = intake::parse(&feed, Format::Csv, bytes, 1, 0) {
            let _ = smells(&parsed, 1_795_348_800_000);
        }
    }
}
