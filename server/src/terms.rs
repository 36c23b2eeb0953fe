//! What legs are judged by: contracts and calendars, in the editions that were saved, and those that ship.

mod calendars;
mod contracts;

use std::sync::Arc;

use ::contracts::{File, FileFault, Folder, built_in, calendar_from_toml, contract_from_toml};
use app::backend::Trouble;
use domain::Text;
use domain::glance::EditionView;
use domain::terms::Terms;
use domain::view::utc_time;
use store::{Edition, Editions, Store, StoreError, TermsKind};

use crate::clock::Clock;
use crate::pipeline::{PipelineError, terms_of};

pub use calendars::{CalendarInForce, Dates};
pub use contracts::ContractInForce;

/// The contracts and calendars of a database.
#[derive(Clone)]
pub struct TermsBook {
    store: Store,
    clock: Clock,
}

/// A contract or calendar that somebody wants to save.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Which of the two it is.
    pub kind: TermsKind,
    /// What it is called.
    pub name: String,
    /// Its text, as TOML.
    pub text: String,
    /// Why it is saved.
    pub note: String,
    /// The edition that its writer has seen; 0 where there was none. None where that is not said: it then follows whatever
    /// is there.
    pub seen: Option<i64>,
}

/// Why something was not saved, or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TermsFault {
    /// There is none of this name.
    #[error("there is no calendar {0:?}; CSV and iCalendar hold only the dates of one that is there")]
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
    Faults(Vec<FileFault>),
    /// Somebody else has saved it meanwhile.
    #[error("{0:?} has been saved by somebody else meanwhile: look at it as it is now, and save yours again")]
    Changed(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn in_lines(faults: &[FileFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl TermsBook {
    /// The contracts and calendars of a database.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// The latest terms.
    ///
    /// # Errors
    /// Where the database fails, or holds what this program cannot read.
    pub async fn latest(&self) -> Result<Arc<Terms>, PipelineError> {
        terms_of(&self.store, self.store.generations().await?.latest).await
    }

    /// The terms that the figures are judged by.
    ///
    /// # Errors
    /// Where the database fails, or holds what this program cannot read.
    pub async fn applied(&self) -> Result<Arc<Terms>, PipelineError> {
        terms_of(&self.store, self.store.generations().await?.terms).await
    }

    /// Saves the next edition, which is then in force; its number.
    ///
    /// # Errors
    /// [`TermsFault`] where it was not saved.
    pub async fn save(&self, draft: Draft) -> Result<i64, TermsFault> {
        let there = self.store.editions(draft.kind, &draft.name).await?;
        let edition = there.first().map_or(0, |latest| latest.edition);
        if draft.seen.is_some_and(|seen| seen != edition) {
            return Err(TermsFault::Changed(draft.name));
        }
        self.with(&draft).await?;
        let edition = Edition {
            name: draft.name,
            edition: edition + 1,
            document: draft.text,
            saved_at: self.clock.now(),
            note: draft.note.trim().to_owned(),
        };
        while !self.store.save_edition(draft.kind, &edition).await? {
            // Another node may have saved something else at the same moment: that stands in nobody's way.
            let there = self.store.editions(draft.kind, &edition.name).await?;
            if there.first().map_or(0, |latest| latest.edition) != edition.edition - 1 {
                return Err(TermsFault::Changed(edition.name));
            }
        }
        let kind = draft.kind.as_str();
        tracing::info!(kind, name = edition.name, edition = edition.edition, "terms were saved");
        Ok(edition.edition)
    }

    /// The terms as they would be with this draft in force, and whom it is about where it is a contract.
    ///
    /// # Errors
    /// [`TermsFault`] where it cannot be meant.
    pub async fn with(&self, draft: &Draft) -> Result<(Arc<Terms>, Text), TermsFault> {
        let mut folder = self.folder().await?;
        let files = match draft.kind {
            TermsKind::Calendar => &mut folder.calendars,
            TermsKind::Contract => &mut folder.contracts,
        };
        files.retain(|file| file.name != draft.name);
        files.push(File { name: draft.name.clone(), bytes: draft.text.clone().into_bytes() });
        let terms = together(&folder)?;
        let said = said_name(draft);
        if said != draft.name {
            return Err(TermsFault::OtherName { said, asked: draft.name.clone() });
        }
        let own = terms.contracts().find(|contract| contract.name == draft.name);
        let courier = own.map(|contract| contract.selector.courier.clone()).unwrap_or_default();
        Ok((Arc::new(terms), courier))
    }

    /// The latest edition of everything.
    async fn folder(&self) -> Result<Folder, TermsFault> {
        Ok(folder_of(self.store.terms_up_to(i64::MAX).await?))
    }
}

/// The name that a text says. It can be read.
fn said_name(draft: &Draft) -> String {
    let name = match draft.kind {
        TermsKind::Calendar => calendar_from_toml(&draft.text).ok().map(|calendar| calendar.name),
        TermsKind::Contract => contract_from_toml(&draft.text).ok().and_then(|v| Some(v.into_iter().next()?.name)),
    };
    name.unwrap_or_default().to_string()
}

/// Editions as files.
pub(crate) fn folder_of(editions: Editions) -> Folder {
    let files = |editions: Vec<Edition>| {
        editions.into_iter().map(|edition| File { name: edition.name, bytes: edition.document.into_bytes() }).collect()
    };
    Folder { calendars: files(editions.calendars), contracts: files(editions.contracts) }
}

pub(crate) fn together(folder: &Folder) -> Result<Terms, TermsFault> {
    ::contracts::terms(folder, built_in()).map_err(TermsFault::Faults)
}

fn view(edition: &Edition) -> EditionView {
    EditionView { edition: edition.edition, saved_at: utc_time(edition.saved_at), note: edition.note.clone() }
}

pub(crate) fn trouble(fault: TermsFault) -> Trouble {
    tracing::error!(%fault, "contracts and calendars cannot be read");
    Trouble::Unavailable
}
