//! What is under way, looked at again and again: what is due, overdue, silent, held, and at risk by what became of earlier
//! parcels.

mod history;
mod look;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use domain::open_work::{CourierWork, OpenParcel, OpenQuery, OpenWork, OpenWorkView};
use domain::view::utc_time;
use store::Store;

use crate::clock::Clock;
use crate::metrics::{self, Task};
use crate::pipeline::PipelineError;
use crate::terms::TermsBook;
use history::Learned;
use look::look;

/// How long before its deadline a parcel may be at risk, in hours: time enough to do something.
const HORIZON_HOURS: i64 = 24;
/// How often it is looked, at the most, and at the least.
const AT_MOST_EVERY: Duration = Duration::from_secs(10);
const AT_LEAST_EVERY: Duration = Duration::from_secs(60);
/// Looking takes no more than this share of the time: one in so many.
const SHARE: u32 = 20;
/// How often it is learned anew what is usual.
const LEARN_EVERY: Duration = Duration::from_secs(6 * 3600);

/// What was seen last.
#[derive(Default)]
pub struct Outlook {
    seen: RwLock<Arc<Seen>>,
}

/// What was seen.
#[derive(Default)]
struct Seen {
    /// When, UTC epoch milliseconds; none before the first time.
    at: Option<i64>,
    /// In the order in which they are shown.
    parcels: Vec<OpenParcel>,
    learned: Arc<Learned>,
}

impl Outlook {
    /// Looks, for as long as the program runs.
    pub async fn keep_looking(self: Arc<Self>, store: Store, terms: TermsBook, clock: Clock) {
        let mut learned_at: Option<Instant> = None;
        let mut seen_revision = None;
        let mut looked_at: Option<Instant> = None;
        let mut pause = AT_MOST_EVERY;
        loop {
            let revision = store.revision().await.ok();
            let is_news = revision != seen_revision;
            let is_due = looked_at.is_none_or(|at| is_news && at.elapsed() >= pause || at.elapsed() >= AT_LEAST_EVERY);
            if is_due {
                let is_stale = learned_at.is_none_or(|at| at.elapsed() >= LEARN_EVERY);
                let started = Instant::now();
                match self.refresh(&store, &terms, clock.now(), is_stale).await {
                    Ok(()) => {
                        learned_at = if is_stale { Some(started) } else { learned_at };
                        (seen_revision, looked_at) = (revision, Some(Instant::now()));
                        pause = (started.elapsed() * SHARE).max(AT_MOST_EVERY);
                    }
                    Err(fault) => {
                        metrics::database_failed(Task::Follow);
                        tracing::error!(%fault, "open parcels cannot be looked at; it is tried again");
                        looked_at = Some(Instant::now());
                    }
                }
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// Looks once, `now` being UTC epoch milliseconds; before that, learns what is usual where that `is_stale`.
    ///
    /// # Errors
    /// Where the database fails; what was seen before stays.
    pub async fn refresh(
        &self,
        store: &Store,
        terms: &TermsBook,
        now: i64,
        is_stale: bool,
    ) -> Result<(), PipelineError> {
        let terms = terms.applied().await?;
        let learned = if is_stale {
            Arc::new(Learned::from(store, &terms, now, HORIZON_HOURS).await?)
        } else {
            self.seen().learned.clone()
        };
        let parcels = look(store, &terms, &learned, now, HORIZON_HOURS).await?;
        let seen = Arc::new(Seen { at: Some(now), parcels, learned });
        *self.seen.write().unwrap_or_else(PoisonError::into_inner) = seen;
        Ok(())
    }

    /// What is under way, in numbers.
    pub fn work(&self) -> OpenWorkView {
        let seen = self.seen();
        let mut total = OpenWork::default();
        let mut couriers: BTreeMap<&str, OpenWork> = BTreeMap::new();
        for parcel in &seen.parcels {
            total.count(&parcel.concerns);
            couriers.entry(&parcel.courier).or_default().count(&parcel.concerns);
        }
        let mut by_courier: Vec<CourierWork> =
            couriers.into_iter().map(|(courier, work)| CourierWork { courier: courier.to_owned(), work }).collect();
        by_courier.sort_by_key(|courier| -courier.work.overdue);
        OpenWorkView {
            as_of: seen.at.map(utc_time),
            total,
            by_courier,
            horizon_hours: HORIZON_HOURS,
            learned_from: seen.learned.parcels,
            hit_rate: seen.learned.hits.rate(),
        }
    }

    /// The first of the parcels that are asked for: what can still be saved, then what was late last.
    pub fn parcels(&self, query: &OpenQuery) -> Vec<OpenParcel> {
        let is_meant = |parcel: &&OpenParcel| {
            query.courier.as_ref().is_none_or(|courier| *courier == parcel.courier)
                && query.concern.is_none_or(|concern| parcel.concerns.contains(&concern))
        };
        self.seen().parcels.iter().filter(is_meant).take(query.limit).cloned().collect()
    }

    fn seen(&self) -> Arc<Seen> {
        self.seen.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
