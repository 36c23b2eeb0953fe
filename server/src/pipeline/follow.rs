//! The figures of the latest revision, in memory, for whoever asks.

use std::sync::{Arc, PoisonError, RwLock};

use cube::Cells;
use domain::cell::Delta;
use domain::kpi::{AnsweredFrom, Grouping, KpiAnswer, KpiQuery, KpiRow};
use domain::promise::DAY_MS;
use domain::view::{Freshness, utc_time};
use store::{Change, Store};
use tokio::sync::{Mutex, watch};

use super::PipelineError;
use super::derive::{first_hour, on_a_thread};

/// A feed that has brought nothing for so long does not hold back what the others tell.
const ALIVE_MS: i64 = 2 * DAY_MS;

/// The figures of one revision.
#[derive(Debug, Clone)]
struct Snapshot {
    cells: Cells,
    revision: i64,
    judged_until: i64,
    complete_until: Option<i64>,
    /// The first and last cohort days that hold anything.
    days: Option<(i32, i32)>,
}

/// The latest figures. They are replaced whole, so that a question sees one revision.
#[derive(Debug)]
pub struct Figures {
    snapshot: RwLock<Arc<Snapshot>>,
    refreshing: Mutex<()>,
    revision: watch::Sender<i64>,
}

impl Figures {
    /// Reads the figures from the database.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn load(store: &Store) -> Result<Self, PipelineError> {
        let snapshot = read_all(store).await?;
        let revision = watch::Sender::new(snapshot.revision);
        Ok(Self { snapshot: RwLock::new(Arc::new(snapshot)), refreshing: Mutex::default(), revision })
    }

    /// Takes over what has changed since, whoever changed it.
    ///
    /// # Errors
    /// Where the database fails; the figures then stay what they were.
    pub async fn refresh(&self, store: &Store) -> Result<(), PipelineError> {
        let _one_at_a_time = self.refreshing.lock().await;
        let now = self.snapshot();
        if store.revision().await?.0 == now.revision {
            return Ok(());
        }
        let next = match store.changes_after(now.revision).await? {
            Some(changes) if !changes.is_empty() => {
                let complete_until =
                    complete_until(store, changes.last().map_or(0, |change| change.judged_until)).await?;
                on_a_thread(move || now.after(changes, complete_until)).await?
            }
            _ => read_all(store).await?,
        };
        let revision = next.revision;
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        self.revision.send_replace(revision);
        Ok(())
    }

    /// Tells of every new revision.
    pub fn subscribe(&self) -> watch::Receiver<i64> {
        self.revision.subscribe()
    }

    /// Answers from the cells; `None` where the question fits no cube.
    ///
    /// # Errors
    /// Where the figures cannot be computed.
    pub async fn answer(&self, query: KpiQuery) -> Result<Option<KpiAnswer>, PipelineError> {
        let Some(cube) = query.cube() else { return Ok(None) };
        let snapshot = self.snapshot();
        on_a_thread(move || Ok(Some(snapshot.wrap(snapshot.cells.answer(&query, cube)?, AnsweredFrom::Cells)))).await
    }

    /// Answers as if these changes had been made; nothing where the question fits no cube.
    ///
    /// # Errors
    /// Where the figures cannot be computed.
    pub async fn answer_with(&self, query: KpiQuery, changes: Vec<Delta>) -> Result<Vec<KpiRow>, PipelineError> {
        let Some(cube) = query.cube() else { return Ok(Vec::new()) };
        let cells = self.snapshot().cells.clone();
        on_a_thread(move || {
            let cells = changes.iter().try_fold(cells, |cells, change| cells.with(change))?;
            Ok(cells.answer(&query, cube)?)
        })
        .await
    }

    /// Rows as an answer of this moment.
    pub fn wrap(&self, rows: Vec<KpiRow>, answered_from: AnsweredFrom) -> KpiAnswer {
        self.snapshot().wrap(rows, answered_from)
    }

    /// The values of a grouping that occur, sorted.
    pub fn values(&self, grouping: Grouping) -> Vec<String> {
        self.snapshot().cells.values(grouping)
    }

    /// Up to when deadlines have been judged, UTC epoch milliseconds.
    pub fn judged_until(&self) -> i64 {
        self.snapshot().judged_until
    }

    /// How fresh the figures are.
    pub fn freshness(&self) -> Freshness {
        let snapshot = self.snapshot();
        let date = |day: i32| utc_time(i64::from(day) * DAY_MS).date_naive();
        Freshness {
            revision: snapshot.revision,
            as_of: utc_time(snapshot.judged_until),
            complete_until: snapshot.complete_until.map(utc_time),
            days: snapshot.days.map(|(first, last)| (date(first), date(last))),
        }
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Snapshot {
    /// The figures after these changes.
    fn after(&self, changes: Vec<Change>, complete_until: Option<i64>) -> Result<Self, PipelineError> {
        let mut next = self.clone();
        for change in changes {
            for delta in &change.deltas {
                next.cells = next.cells.with(delta)?;
            }
            next.revision = change.revision;
            next.judged_until = change.judged_until;
        }
        if first_hour(next.judged_until) != first_hour(self.judged_until) {
            next.cells = next.cells.without_hours_before(first_hour(next.judged_until) as i32)?;
        }
        next.days = next.cells.days()?;
        Ok(Self { complete_until, ..next })
    }

    fn wrap(&self, rows: Vec<KpiRow>, answered_from: AnsweredFrom) -> KpiAnswer {
        KpiAnswer {
            revision: self.revision,
            as_of: utc_time(self.judged_until),
            complete_until: self.complete_until.map(utc_time),
            answered_from,
            rows,
        }
    }
}

async fn read_all(store: &Store) -> Result<Snapshot, PipelineError> {
    let stored = store.read_cells().await?;
    let complete_until = complete_until(store, stored.judged_until).await?;
    on_a_thread(move || {
        let (revision, judged_until) = (stored.revision, stored.judged_until);
        let mut cells = Cells::default();
        for delta in stored.into_deltas() {
            cells = cells.with(&delta?)?;
        }
        let days = cells.days()?;
        Ok(Snapshot { cells, revision, judged_until, complete_until, days })
    })
    .await
}

/// Up to when the feeds have told what happened: the least complete of those that are alive, else the latest of all.
async fn complete_until(store: &Store, judged_until: i64) -> Result<Option<i64>, PipelineError> {
    // What came while the clock was ahead came now, and does not make the others look silent.
    let feeds: Vec<(i64, i64)> = (store.feed_totals().await?.into_iter())
        .filter_map(|feed| Some((feed.last_received.min(judged_until), feed.latest_event?.min(feed.last_received))))
        .collect();
    let Some(newest) = feeds.iter().map(|&(received, _)| received).max() else { return Ok(None) };
    // A feed that is silent does not hold back the others, nor does a file of last year's parcels.
    let alive = feeds.iter().filter(|&&(received, told)| newest - received <= ALIVE_MS && received - told <= ALIVE_MS);
    Ok(alive.map(|&(_, told)| told).min().or_else(|| feeds.iter().map(|&(_, told)| told).max()))
}
