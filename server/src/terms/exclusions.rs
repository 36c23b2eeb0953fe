//! Exclusions that were accepted, and those that were taken back.

use std::collections::HashMap;

use domain::exclusion::{Exclusion, ExclusionForm, ExclusionView, Scope, who};
use domain::identity::search_key;
use domain::parcel::Parcel;
use domain::timeline::decode;
use domain::view::utc_time;
use store::{Edition, StoreError, TermsKind};

use super::{Fault, TermsBook, TermsFault};

const KIND: TermsKind = TermsKind::Exclusion;

impl TermsBook {
    /// Every exclusion, the latest first.
    ///
    /// # Errors
    /// Where the database fails, or holds what this program cannot read.
    pub async fn exclusions(&self) -> Result<Vec<ExclusionView>, TermsFault> {
        let editions = self.store.all_editions(KIND).await?;
        let mut views: Vec<ExclusionView> = Vec::with_capacity(editions.len());
        let mut places: HashMap<&str, usize> = HashMap::new();
        for edition in &editions {
            let exclusion = read_exclusion(edition)?;
            let place = *places.entry(&edition.name).or_insert(views.len());
            let shown = view(edition, &exclusion, views.get(place));
            match views.get_mut(place) {
                Some(known) => *known = shown,
                None => views.push(shown),
            }
        }
        views.reverse();
        Ok(views)
    }

    /// Accepts an exclusion: the figures follow within a moment, those of a period once everything has been judged anew.
    ///
    /// # Errors
    /// [`TermsFault`] where it was not saved.
    pub async fn accept(&self, form: &ExclusionForm) -> Result<ExclusionView, TermsFault> {
        let exclusion = form.read().map_err(TermsFault::Fields)?;
        let known = self.exclusions().await?;
        self.is_new(&exclusion, &known).await?;
        let mut number = known.len();
        loop {
            number += 1;
            let edition = self.edition(&format!("E{number}"), 1, &exclusion)?;
            // Another may have been accepted at the same moment, and has the number then.
            if self.store.save_edition(KIND, &edition).await? {
                tracing::info!(exclusion = edition.name, by = %exclusion.accepted_by, "an exclusion was accepted");
                return Ok(view(&edition, &exclusion, None));
            }
        }
    }

    /// One exclusion of the same legs is enough, or taking it back would change nothing; and a number that nobody knows is
    /// mistyped.
    async fn is_new(&self, exclusion: &Exclusion, known: &[ExclusionView]) -> Result<(), TermsFault> {
        let at = utc_time(0);
        let scope = |view: &ExclusionView| {
            let own = view.clone();
            (own.courier, own.number, own.service, own.origin, own.destination, own.from, own.to)
        };
        let own = scope(&ExclusionView::new("", exclusion, at, None));
        let fault = |what: String| Err(TermsFault::Fields(vec![Fault { path: "number".into(), what }]));
        if let Some(same) = known.iter().find(|view| view.withdrawn_by.is_none() && scope(view) == own) {
            let what = format!("{} by {} leaves out the same already", same.id, same.accepted_by);
            return Err(TermsFault::Fields(vec![Fault { path: "exclusion".into(), what }]));
        }
        let Scope::Parcel(number) = &exclusion.scope else { return Ok(()) };
        for parcel in self.store.parcels_with(&[search_key(&number.number)]).await? {
            let timeline = decode(&parcel.timeline).map_err(|fault| StoreError::Damaged(fault.to_string()))?;
            if Parcel::fold(&timeline).is_some_and(|parcel| parcel.numbers.contains(number)) {
                return Ok(());
            }
        }
        fault(format!("{} has told of no parcel {}: look at both again", number.courier, number.number))
    }

    /// Takes an exclusion back. One that was taken back stays so.
    ///
    /// # Errors
    /// [`TermsFault`] where it was not.
    pub async fn withdraw(&self, id: &str, by: &str) -> Result<ExclusionView, TermsFault> {
        let by = who(by).map_err(|what| TermsFault::Fields(vec![Fault { path: "by".into(), what: what.into() }]))?;
        let known = self.exclusions().await?.into_iter().find(|view| view.id == id);
        let known = known.ok_or_else(|| TermsFault::UnknownExclusion(id.to_owned()))?;
        let editions = self.store.editions(KIND, id).await?;
        let latest = editions.first().ok_or_else(|| TermsFault::UnknownExclusion(id.to_owned()))?;
        let exclusion = read_exclusion(latest)?;
        if exclusion.withdrawn_by.is_some() {
            return Ok(known);
        }
        let exclusion = Exclusion { withdrawn_by: Some(by), ..exclusion };
        let edition = self.edition(id, latest.edition + 1, &exclusion)?;
        if !self.store.save_edition(KIND, &edition).await? {
            return Err(TermsFault::Changed(id.to_owned()));
        }
        tracing::info!(exclusion = id, by = ?exclusion.withdrawn_by, "an exclusion was taken back");
        Ok(view(&edition, &exclusion, Some(&known)))
    }

    fn edition(&self, name: &str, edition: i64, exclusion: &Exclusion) -> Result<Edition, TermsFault> {
        let document = serde_json::to_string(exclusion).map_err(|fault| StoreError::Damaged(fault.to_string()))?;
        Ok(Edition { name: name.to_owned(), edition, document, saved_at: self.clock.now(), note: String::new() })
    }
}

/// An exclusion as it was saved.
///
/// # Errors
/// Where it is none.
pub(crate) fn read_exclusion(edition: &Edition) -> Result<Exclusion, TermsFault> {
    let damaged = |fault: serde_json::Error| StoreError::Damaged(format!("exclusion {}: {fault}", edition.name));
    Ok(serde_json::from_str(&edition.document).map_err(damaged)?)
}

/// An edition as it is shown; `known` is how the one before was.
fn view(edition: &Edition, exclusion: &Exclusion, known: Option<&ExclusionView>) -> ExclusionView {
    let saved_at = utc_time(edition.saved_at);
    let accepted_at = known.map_or(saved_at, |known| known.accepted_at);
    ExclusionView::new(&edition.name, exclusion, accepted_at, exclusion.withdrawn_by.as_ref().map(|_| saved_at))
}
