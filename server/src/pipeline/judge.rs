//! By what parcels are judged within a change: the terms of the figures that are shown, and those of the generation that is
//! being made beside them.

use std::sync::Arc;

use cube::Ledger;
use domain::cell::Delta;
use domain::judged::Judged;
use domain::parcel::Parcel;
use domain::terms::Terms;
use domain::timeline::Timeline;
use store::{Editions, Revision, Store};

use super::PipelineError;
use super::derive::on_a_thread;
use crate::terms::assembled;

/// Whoever changes what a parcel counts, by a measure or by the calendars that ship, makes this greater by one: a database
/// whose figures were made by other rules is judged again.
pub const RULES: i64 = 3;

/// By what parcels are judged.
#[derive(Debug, Clone, Default)]
pub struct Judge {
    /// Up to when, UTC epoch milliseconds.
    pub until: i64,
    terms: Arc<Terms>,
    /// The terms of the generation that is being made, and up to which parcel it goes.
    next: Option<(Arc<Terms>, i64)>,
}

/// When time alone changes what a parcel counts, UTC epoch milliseconds: in the figures that are shown, and in those that are
/// being made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dues {
    /// In the figures that are shown.
    pub now: Option<i64>,
    /// In those that are being made.
    pub next: Option<i64>,
}

impl Dues {
    /// The earliest.
    pub fn first(self) -> Option<i64> {
        self.now.into_iter().chain(self.next).min()
    }
}

impl Judge {
    /// By these terms, and no others.
    pub fn by(terms: Arc<Terms>, until: i64) -> Self {
        Self { until, terms, next: None }
    }

    /// By what a change has to judge, up to `until`.
    pub(super) async fn of(revision: &mut Revision, until: i64) -> Result<Self, PipelineError> {
        let terms = terms_within(revision, revision.terms).await?;
        let next = match revision.next {
            Some(next) => Some((terms_within(revision, next.terms).await?, next.upto)),
            None => None,
        };
        Ok(Self { until, terms, next })
    }

    /// By the terms of the figures that are being made, whatever they hold.
    pub(super) fn for_next(self) -> Self {
        let terms = self.next.map_or(self.terms, |(terms, _)| terms);
        Self { until: self.until, terms, next: None }
    }

    /// The same, with other terms for what is being made where anything is, else for what is shown.
    pub(super) fn with(self, terms: Arc<Terms>) -> Self {
        match self.next {
            Some((_, upto)) => Self { next: Some((terms, upto)), ..self },
            None => Self { terms, ..self },
        }
    }

    /// The same, up to another instant.
    pub(super) fn until(&self, until: i64) -> Self {
        Self { until, ..self.clone() }
    }

    /// What a parcel is for the figures that are shown.
    pub fn judged(&self, timeline: &Timeline, parcel: &Parcel) -> Judged {
        Judged::new(timeline, parcel, &self.terms, self.until)
    }

    /// What a parcel is for the figures that are being made, where they hold it. A new parcel has the identity 0.
    pub(super) fn judged_next(&self, id: i64, timeline: &Timeline, parcel: &Parcel) -> Option<Judged> {
        let (terms, _) = self.next.as_ref().filter(|(_, upto)| (1..=*upto).contains(&id))?;
        Some(Judged::new(timeline, parcel, terms, self.until))
    }
}

/// What changes in the cells.
#[derive(Debug, Default)]
pub struct Books {
    /// In those that are shown.
    pub now: Ledger,
    /// In those that are being made.
    pub next: Ledger,
}

impl Books {
    /// Adds a parcel (`sign` 1) or takes it away (`sign` -1).
    pub(super) fn post(&mut self, judge: &Judge, id: i64, timeline: &Timeline, parcel: &Parcel, sign: i64) -> Dues {
        let now = judge.judged(timeline, parcel);
        self.now.post(&now.contributions, sign);
        let next = judge.judged_next(id, timeline, parcel);
        if let Some(next) = &next {
            self.next.post(&next.contributions, sign);
        }
        Dues { now: now.due, next: next.and_then(|next| next.due) }
    }

    /// Sums what was posted so far, where that saves room.
    pub(super) fn sum_up(&mut self) -> Result<(), PipelineError> {
        self.now.sum_up()?;
        Ok(self.next.sum_up()?)
    }

    /// Adds everything to the stored cells; what changed in those that are shown.
    pub(super) async fn close(self, revision: &mut Revision) -> Result<Delta, PipelineError> {
        let (now, next) = on_a_thread(move || Ok((self.now.into_delta()?, self.next.into_delta()?))).await?;
        revision.add_to_cells(&now).await?;
        revision.add_to_next(&next).await?;
        Ok(now)
    }
}

/// All editions up to a number, put together.
///
/// # Errors
/// Where the database fails, or holds what this program cannot read.
pub(crate) async fn terms_of(store: &Store, ordinal: i64) -> Result<Arc<Terms>, PipelineError> {
    match store.known_terms(ordinal) {
        Some(terms) => Ok(terms),
        None => put_together(store, ordinal, store.terms_up_to(ordinal).await?).await,
    }
}

pub(super) async fn terms_within(revision: &mut Revision, ordinal: i64) -> Result<Arc<Terms>, PipelineError> {
    match revision.store().known_terms(ordinal) {
        Some(terms) => Ok(terms),
        None => {
            let editions = revision.terms_up_to(ordinal).await?;
            put_together(revision.store(), ordinal, editions).await
        }
    }
}

async fn put_together(store: &Store, ordinal: i64, editions: Editions) -> Result<Arc<Terms>, PipelineError> {
    let terms = on_a_thread(move || {
        let fault = |fault| PipelineError::Fault(format!("saved contracts and calendars cannot be read: {fault}"));
        Ok(Arc::new(assembled(editions, None).map_err(fault)?))
    })
    .await?;
    store.keep_terms(ordinal, terms.clone());
    Ok(terms)
}
