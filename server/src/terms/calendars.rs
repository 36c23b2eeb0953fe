//! Calendars as they are in force.

use std::collections::BTreeMap;

use app::backend::Trouble;
use contracts::{FileFault, built_in, calendar_from_toml, calendar_to_toml, calendar_with_csv, calendar_with_ical};
use domain::calendar::Calendar;
use domain::glance::{CalendarView, CalendarYear, EditionView};
use domain::view::utc_time;
use store::TermsKind;

use super::{Draft, TermsBook, TermsFault, trouble, view};

/// How the dates of a calendar are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dates {
    /// For spreadsheets.
    Csv,
    /// For calendar programs.
    ICalendar,
}

/// A calendar as it is in force, and what was saved of it, the latest first.
pub struct CalendarInForce {
    /// The calendar.
    pub calendar: Calendar,
    /// Its text: as it was saved, else in its usual form.
    pub text: String,
    /// What was saved.
    pub editions: Vec<EditionView>,
}

impl CalendarInForce {
    fn shipped(calendar: Calendar) -> Self {
        Self { text: calendar_to_toml(&calendar), calendar, editions: Vec::new() }
    }

    fn saved(text: &str, editions: Vec<EditionView>) -> Result<Self, TermsFault> {
        let calendar = calendar_from_toml(text).map_err(|faults| in_file("calendar", faults))?;
        Ok(Self { calendar, text: text.to_owned(), editions })
    }

    /// The calendar in a list.
    pub fn view(&self) -> CalendarView {
        CalendarView::new(&self.calendar, self.editions.first())
    }

    /// When it was saved, UTC epoch milliseconds; 0 for one as it ships.
    pub fn saved_at(&self) -> i64 {
        self.editions.first().map_or(0, |latest| latest.saved_at.timestamp_millis())
    }
}

impl TermsBook {
    /// All calendars as they are in force, by name.
    ///
    /// # Errors
    /// Where the database fails, or holds what this program cannot read.
    pub async fn calendars(&self) -> Result<BTreeMap<String, CalendarInForce>, TermsFault> {
        let shipped = built_in().into_iter();
        let mut all: BTreeMap<String, CalendarInForce> =
            shipped.map(|calendar| (calendar.name.to_string(), CalendarInForce::shipped(calendar))).collect();
        for edition in self.store.terms_up_to(i64::MAX).await?.calendars {
            let there = CalendarInForce::saved(&edition.document, vec![view(&edition)])?;
            all.insert(edition.name, there);
        }
        Ok(all)
    }

    /// A calendar with all its editions; none where there is none of this name.
    ///
    /// # Errors
    /// As [`TermsBook::calendars`].
    pub async fn calendar(&self, name: &str) -> Result<Option<CalendarInForce>, TermsFault> {
        let editions = self.store.editions(TermsKind::Calendar, name).await?;
        match editions.first() {
            Some(latest) => Ok(Some(CalendarInForce::saved(&latest.document, editions.iter().map(view).collect())?)),
            None => Ok(built_in().into_iter().find(|calendar| calendar.name == name).map(CalendarInForce::shipped)),
        }
    }

    /// A calendar with these dates in the place of its own, as text that can be saved.
    ///
    /// # Errors
    /// [`TermsFault`] where there is no such calendar, or the dates cannot be meant.
    pub async fn with_dates(&self, name: &str, form: Dates, text: &str) -> Result<String, TermsFault> {
        let there = self.calendar(name).await?.ok_or_else(|| TermsFault::Unknown(name.to_owned()))?;
        let read = match form {
            Dates::Csv => calendar_with_csv(&there.calendar, text),
            Dates::ICalendar => calendar_with_ical(&there.calendar, text),
        };
        Ok(calendar_to_toml(&read.map_err(|faults| in_file(name, faults))?))
    }

    /// A calendar to save. `form` says that the text holds only the dates of one that is there.
    ///
    /// # Errors
    /// [`TermsFault`] where it was not saved.
    pub async fn save_calendar(&self, form: Option<Dates>, draft: Draft) -> Result<i64, TermsFault> {
        let text = match form {
            Some(form) => self.with_dates(&draft.name, form, &draft.text).await?,
            None => draft.text,
        };
        self.save(Draft { text, ..draft }).await
    }

    pub(super) async fn year(
        &self,
        name: &str,
        year: Option<i32>,
        region: &str,
    ) -> Result<Option<CalendarYear>, Trouble> {
        let Some(there) = self.calendar(name).await.map_err(trouble)? else { return Ok(None) };
        let this_year = chrono::Datelike::year(&utc_time(self.clock.now()));
        Ok(Some(CalendarYear::new(&there.calendar, year.unwrap_or(this_year), region, there.editions)))
    }
}

fn in_file(file: &str, faults: Vec<contracts::Fault>) -> TermsFault {
    TermsFault::Faults(faults.into_iter().map(|fault| FileFault { file: file.to_owned(), fault }).collect())
}
