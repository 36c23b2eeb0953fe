//! Calendars: those that ship with Courierscope, and the editions that were saved in their place or beside them.

use std::collections::BTreeMap;

use app::backend::Trouble;
use async_trait::async_trait;
use contracts::{calendar_from_toml, calendar_to_toml, calendar_with_csv, calendar_with_ical};
use domain::calendar::Calendar;
use domain::glance::{CalendarView, CalendarYear, EditionView};
use domain::view::utc_time;
use store::{Edition, Store, StoreError, TermsKind};

use crate::clock::Clock;

/// The calendars of this database.
#[derive(Clone)]
pub struct Calendars {
    store: Store,
    clock: Clock,
}

/// How a calendar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// All of it, as people write it.
    Toml,
    /// Its dated entries, for spreadsheets.
    Csv,
    /// Its dated entries, for calendar programs.
    ICalendar,
}

/// A calendar that somebody wants to save.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What it is called.
    pub name: String,
    /// How it is written.
    pub form: Form,
    /// Its text.
    pub text: String,
    /// Why it is saved.
    pub note: String,
    /// The edition that its writer has seen; 0 for one as it ships, or where there was none. None where that is not said:
    /// it then follows whatever is there.
    pub seen: Option<i64>,
}

/// Why a calendar was not saved.
#[derive(Debug, thiserror::Error)]
pub enum CalendarFault {
    /// There is none of this name.
    #[error("there is no calendar {0:?}; CSV and iCalendar hold only the dated entries of one that is there")]
    Unknown(String),
    /// The text says another name than the address.
    #[error("the text says name = {said:?} and the address {asked:?}: write the same in both")]
    OtherName {
        /// In the text.
        said: String,
        /// In the address.
        asked: String,
    },
    /// It cannot be meant.
    #[error("{}", in_lines(.0))]
    Faults(Vec<contracts::Fault>),
    /// Somebody else has saved it meanwhile.
    #[error("the calendar {0:?} has been saved by somebody else meanwhile: look at it as it is now, and save yours again")]
    Changed(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn in_lines(faults: &[contracts::Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// A calendar as it is in force, and what was saved of it, the latest first.
pub struct InForce {
    /// The calendar.
    pub calendar: Calendar,
    /// What was saved.
    pub editions: Vec<EditionView>,
}

impl Calendars {
    /// The calendars of a database.
    pub const fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// All of them as they are in force, by name.
    ///
    /// # Errors
    /// Where the database fails, or holds what this program cannot read.
    pub async fn all(&self) -> Result<BTreeMap<String, InForce>, CalendarFault> {
        let shipped = contracts::built_in().into_iter().map(|calendar| (calendar.name.to_string(), InForce::shipped(calendar)));
        let mut all: BTreeMap<String, InForce> = shipped.collect();
        for edition in self.store.latest_terms(TermsKind::Calendar).await? {
            let calendar = calendar_from_toml(&edition.document).map_err(CalendarFault::Faults)?;
            all.insert(edition.name.clone(), InForce { calendar, editions: vec![view(&edition)] });
        }
        Ok(all)
    }

    /// One of them, with all its editions; none where there is none of this name.
    ///
    /// # Errors
    /// As [`Calendars::all`].
    pub async fn find(&self, name: &str) -> Result<Option<InForce>, CalendarFault> {
        let editions = self.store.editions(TermsKind::Calendar, name).await?;
        let Some(latest) = editions.first() else {
            let shipped = contracts::built_in().into_iter().find(|calendar| calendar.name == name);
            return Ok(shipped.map(InForce::shipped));
        };
        let calendar = calendar_from_toml(&latest.document).map_err(CalendarFault::Faults)?;
        Ok(Some(InForce { calendar, editions: editions.iter().map(view).collect() }))
    }

    /// Saves the next edition of a calendar, which is then in force; its number.
    ///
    /// # Errors
    /// [`CalendarFault`] where it was not saved.
    pub async fn save(&self, draft: Draft) -> Result<i64, CalendarFault> {
        let there = self.find(&draft.name).await?;
        let edition = there.as_ref().and_then(|there| there.editions.first()).map_or(0, |latest| latest.edition);
        if draft.seen.is_some_and(|seen| seen != edition) {
            return Err(CalendarFault::Changed(draft.name));
        }
        let calendar = read(&draft, there.as_ref().map(|there| &there.calendar))?;
        let edition = Edition {
            name: draft.name,
            edition: edition + 1,
            document: calendar_to_toml(&calendar),
            saved_at: self.clock.now(),
            note: draft.note.trim().to_owned(),
        };
        if !self.store.save_edition(TermsKind::Calendar, &edition).await? {
            return Err(CalendarFault::Changed(edition.name));
        }
        tracing::info!(calendar = edition.name, edition = edition.edition, "a calendar was saved");
        Ok(edition.edition)
    }
}

/// What a draft says, in the place of a calendar that is there.
fn read(draft: &Draft, there: Option<&Calendar>) -> Result<Calendar, CalendarFault> {
    let known = || there.ok_or_else(|| CalendarFault::Unknown(draft.name.clone()));
    let calendar = match draft.form {
        Form::Toml => calendar_from_toml(&draft.text),
        Form::Csv => calendar_with_csv(known()?, &draft.text),
        Form::ICalendar => calendar_with_ical(known()?, &draft.text),
    };
    let calendar = calendar.map_err(CalendarFault::Faults)?;
    if calendar.name != draft.name {
        let (said, asked) = (calendar.name.to_string(), draft.name.clone());
        return Err(CalendarFault::OtherName { said, asked });
    }
    Ok(calendar)
}

impl InForce {
    fn shipped(calendar: Calendar) -> Self {
        Self { calendar, editions: Vec::new() }
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

fn view(edition: &Edition) -> EditionView {
    EditionView { edition: edition.edition, saved_at: utc_time(edition.saved_at), note: edition.note.clone() }
}

#[async_trait]
impl app::backend::Calendars for Calendars {
    async fn list_calendars(&self) -> Result<Vec<CalendarView>, Trouble> {
        let all = self.all().await.map_err(trouble)?;
        Ok(all.values().map(InForce::view).collect())
    }

    async fn calendar_year(&self, name: &str, year: Option<i32>, region: &str) -> Result<Option<CalendarYear>, Trouble> {
        let Some(there) = self.find(name).await.map_err(trouble)? else { return Ok(None) };
        let this_year = chrono::Datelike::year(&utc_time(self.clock.now()));
        Ok(Some(CalendarYear::new(&there.calendar, year.unwrap_or(this_year), region, there.editions)))
    }
}

fn trouble(fault: CalendarFault) -> Trouble {
    tracing::error!(%fault, "calendars cannot be read");
    Trouble::Unavailable
}
