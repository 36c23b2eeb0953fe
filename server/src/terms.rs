//! What legs are judged by: contracts and calendars, in the editions that were saved, and those that ship.

mod calendars;
mod contracts;
mod exclusions;

use std::sync::Arc;

use ::contracts::{File, FileFault, Folder, built_in, calendar_from_toml, contract_from_toml};
use app::backend::Trouble;
use domain::Text;
use domain::agreement::FaultView;
use domain::calendar::Fault;
use domain::exclusion::Exclusion;
use domain::glance::EditionView;
use domain::terms::Terms;
use domain::view::utc_time;
use store::{Edition, Editions, Store, StoreError, TermsKind};

use crate::clock::Clock;
use crate::pipeline::{PipelineError, terms_of};

pub use calendars::{CalendarInForce, Dates};
pub use contracts::ContractInForce;
pub(crate) use contracts::version_form;
pub(crate) use exclusions::read_exclusion;

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
    /// There is no exclusion that is known by this.
    #[error("there is no exclusion {0:?}; /api/v1/exclusions lists them")]
    UnknownExclusion(String),
    /// It cannot be meant.
    #[error("{}", in_lines(.0))]
    Faults(Vec<FileFault>),
    /// Fields that cannot be meant.
    #[error("{}", in_fields(.0))]
    Fields(Vec<Fault>),
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

fn in_fields(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("{}: {}", fault.path, fault.what)).collect::<Vec<_>>().join("\n")
}

impl TermsFault {
    /// What is wrong with the text of this name, fault by fault.
    pub fn views(&self, name: &str) -> Vec<FaultView> {
        let Self::Faults(faults) = self else {
            let told = self.to_string();
            return vec![FaultView { field: String::new(), message: told.clone(), told }];
        };
        let view = |at: &FileFault| {
            // What is wrong with another file is not this one's field.
            let field = if at.file == name { at.fault.path.clone() } else { String::new() };
            FaultView { field, message: at.fault.message.clone(), told: at.to_string() }
        };
        faults.iter().map(view).collect()
    }
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
        let terms = assembled(self.store.terms_up_to(i64::MAX).await?, Some(draft))?;
        let said = said_name(draft);
        if said != draft.name {
            return Err(TermsFault::OtherName { said, asked: draft.name.clone() });
        }
        let own = terms.contracts().find(|contract| contract.name == draft.name);
        let courier = own.map(|contract| contract.selector.courier.clone()).unwrap_or_default();
        Ok((Arc::new(terms), courier))
    }
}

/// The name that a text says. It can be read.
fn said_name(draft: &Draft) -> String {
    let name = match draft.kind {
        TermsKind::Calendar => calendar_from_toml(&draft.text).ok().map(|calendar| calendar.name),
        TermsKind::Contract => contract_from_toml(&draft.text).ok().and_then(|v| Some(v.into_iter().next()?.name)),
        TermsKind::Exclusion => Some(draft.name.as_str().into()),
    };
    name.unwrap_or_default().to_string()
}

/// Editions put together, with a draft in the place of what it is to follow.
pub(crate) fn assembled(mut editions: Editions, draft: Option<&Draft>) -> Result<Terms, TermsFault> {
    if let Some(draft) = draft {
        let list = match draft.kind {
            TermsKind::Calendar => &mut editions.calendars,
            TermsKind::Contract => &mut editions.contracts,
            TermsKind::Exclusion => &mut editions.exclusions,
        };
        list.retain(|edition| edition.name != draft.name);
        let (name, document) = (draft.name.clone(), draft.text.clone());
        list.push(Edition { name, document, edition: 0, saved_at: 0, note: String::new() });
    }
    let exclusions =
        editions.exclusions.iter().map(|edition| Ok((edition.name.as_str().into(), read_exclusion(edition)?)));
    let exclusions: Vec<(Text, Exclusion)> = exclusions.collect::<Result<_, TermsFault>>()?;
    let files = |editions: Vec<Edition>| {
        editions.into_iter().map(|edition| File { name: edition.name, bytes: edition.document.into_bytes() }).collect()
    };
    let folder = Folder { calendars: files(editions.calendars), contracts: files(editions.contracts) };
    let terms = ::contracts::terms(&folder, built_in()).map_err(TermsFault::Faults)?;
    Ok(terms.with_exclusions(exclusions))
}

fn view(edition: &Edition) -> EditionView {
    EditionView { edition: edition.edition, saved_at: utc_time(edition.saved_at), note: edition.note.clone() }
}

pub(crate) fn trouble(fault: TermsFault) -> Trouble {
    tracing::error!(%fault, "contracts and calendars cannot be read");
    Trouble::Unavailable
}
