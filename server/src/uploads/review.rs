//! How a file would be read, as it is answered so far.

use std::cmp::Reverse;
use std::sync::Arc;

use chrono::DateTime;
use domain::upload::{
    Answered, Choice, Confidence, ImportState, ImportView, Part, Question, UnderstoodEvent, UnderstoodRow, UploadView,
};
use domain::view::utc_time;
use intake::{Feed, Format, Guess, PreviewEvent, PreviewRow};

use super::shelf::Upload;
use super::{KEPT, Shared, UploadFault};
use crate::feeds::NamedFeed;

/// The question for the sheet of a workbook.
pub(super) const SHEET: &str = "sheet";
/// Bytes of a file that are looked at.
const LOOKED_AT: usize = 1 << 20;
/// Rows that are shown.
const ROWS: usize = 8;

impl Shared {
    /// How a file would be read. Once its import runs, only that is of interest.
    pub fn review(&self, upload: &Upload, import: Option<ImportView>) -> Result<UploadView, UploadFault> {
        let mut view = UploadView {
            id: upload.id.clone(),
            file_name: upload.file_name.clone(),
            bytes: upload.bytes,
            kept_until: utc_time(upload.received_at + KEPT),
            feed: upload.feed.clone(),
            fits: None,
            questions: Vec::new(),
            columns: Vec::new(),
            rows: Vec::new(),
            smells: Vec::new(),
            faults: Vec::new(),
            definition: String::new(),
            import,
        };
        if view.import.as_ref().is_some_and(|import| import.state != ImportState::Failed) {
            return Ok(view);
        }
        if let Err(fault) = self.look(upload, &mut view) {
            view.faults.push(fault.to_string());
        }
        Ok(view)
    }

    fn look(&self, upload: &Upload, view: &mut UploadView) -> Result<(), UploadFault> {
        if upload.sheets.len() > 1 {
            view.questions.push(sheet(&upload.sheets, upload));
        }
        if let Some(fault) = &upload.fault {
            view.faults.push(fault.clone());
            return Ok(());
        }
        let now = self.clock.now();
        let today = DateTime::from_timestamp_millis(now).unwrap_or_default().date_naive();
        let bytes = intake::beginning(self.shelf.table(upload)?, LOOKED_AT)?;
        view.fits = self.fitting(&bytes, now);
        let Guess { questions, definition, columns, rows, smells } =
            intake::guess(&bytes, &upload.file_name, &upload.answers, today)?;
        view.questions.extend(questions);
        view.definition = definition;
        view.columns = columns;
        view.smells = smells;
        let raw = rows.into_iter().take(ROWS).map(|(row, raw)| UnderstoodRow { row, raw, events: vec![], fault: None });
        view.rows = raw.collect();
        match Feed::parse(&upload.feed, &view.definition) {
            Ok(feed) => understand(&feed, &bytes, now, view)?,
            Err(faults) => view.faults.extend(faults.iter().map(what_to_do)),
        }
        Ok(())
    }

    /// The feed whose own definition reads a file, the one that gets most events out of it.
    fn fitting(&self, bytes: &[u8], now: i64) -> Option<String> {
        let feeds = self.feeds.all().into_iter().filter_map(|(name, feed)| Some((name, feed.ok()?)));
        let fitting = feeds.filter_map(|(name, feed)| Some((events_by(&feed.feed, bytes, now)?, name)));
        // Of several that do it alike, the first by name.
        fitting.max_by_key(|(events, name)| (*events, Reverse(name.clone()))).map(|(_, name)| name)
    }

    /// A feed that reads this file by its own definition.
    pub fn feed_that_reads(&self, upload: &Upload, name: &str) -> Result<Arc<NamedFeed>, UploadFault> {
        let bytes = intake::beginning(self.shelf.table(upload)?, LOOKED_AT)?;
        let feed = self.feeds.find(name).and_then(Result::ok);
        feed.filter(|feed| events_by(&feed.feed, &bytes, self.clock.now()).is_some())
            .ok_or_else(|| UploadFault::Faults(format!("there is no feed {name:?} whose definition reads it")))
    }
}

/// How many events a feed gets out of this beginning of a file; nothing where it cannot read it.
fn events_by(feed: &Feed, bytes: &[u8], now: i64) -> Option<usize> {
    let parsed = intake::parse(feed, Format::Csv, bytes, 1, now).ok()?;
    let is_read = !parsed.events.is_empty() && (parsed.rejected.len() as u64) * 2 <= parsed.rows;
    is_read.then_some(parsed.events.len())
}

/// What to do about a fault of the definition that was guessed.
fn what_to_do(fault: &intake::Fault) -> String {
    let choose = |what: &str| format!("choose the column with {what}");
    match fault.path.as_str() {
        "number" => choose("the tracking number"),
        "courier" => choose("the courier, or write the courier's name"),
        "code" => choose("what happened"),
        "time" => choose("when it happened"),
        "milestones" => "say of at least one time what happened then".to_owned(),
        path if path.ends_with("zone") => "write a time zone, such as Europe/Madrid".to_owned(),
        path if path.ends_with("year") => "write the year, such as 2026".to_owned(),
        _ => fault.to_string(),
    }
}

fn sheet(sheets: &[String], upload: &Upload) -> Question {
    let chosen = upload.answers.get(SHEET).filter(|chosen| sheets.contains(chosen));
    Question {
        key: SHEET.to_owned(),
        part: Part::File,
        label: "Sheet".to_owned(),
        chosen: chosen.or(sheets.first()).cloned().unwrap_or_default(),
        answered: Answered::Choice,
        choices: sheets.iter().map(|sheet| Choice::new(sheet, sheet)).collect(),
        confidence: if chosen.is_some() { Confidence::Told } else { Confidence::Likely },
        rows: None,
    }
}

fn understand(feed: &Feed, bytes: &[u8], now: i64, view: &mut UploadView) -> Result<(), UploadFault> {
    for PreviewRow { row, events, rejected } in intake::preview(feed, Format::Csv, bytes, ROWS)? {
        let Some(shown) = view.rows.iter_mut().find(|shown| shown.row == row) else { continue };
        shown.events = events.into_iter().map(understood).collect();
        shown.fault = rejected.map(|rejected| format!("{}: {}", rejected.field, rejected.reason));
    }
    let parsed = intake::parse(feed, Format::Csv, bytes, 1, now)?;
    view.smells.extend(intake::smells(&parsed, now));
    if parsed.events.is_empty() {
        view.faults.push("no row of it gives an event: answer the questions below until one does".to_owned());
    }
    Ok(())
}

fn understood(event: PreviewEvent) -> UnderstoodEvent {
    let PreviewEvent { time, event, code, courier, tracking_number, reason, place, promise, says } = event;
    let named = [("code", code), ("reason", reason), ("place", place), ("promise", promise)];
    let named = named.into_iter().map(|(name, text)| (name.to_owned(), text));
    let says = named.chain(says).filter(|(_, text)| !text.is_empty()).collect();
    UnderstoodEvent { event, time, courier, number: tracking_number, says }
}
