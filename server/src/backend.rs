//! What the pages and the REST API ask, answered from figures, database and feed definitions.

mod claims;
mod feeds;
mod preview;
mod rejected;
mod standings;

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use app::backend::{Backend, Trouble};
use async_trait::async_trait;
use chrono::NaiveDate;
use cube::{Cells, Ledger};
use domain::agreement::{ContractPreview, ContractStanding, DraftView, Recalculation};
use domain::cell::Cube;
use domain::event::normal_number;
use domain::exclusion::ClaimView;
use domain::identity::search_key;
use domain::kpi::{AnsweredFrom, Grouping, KpiAnswer, KpiQuery, QueryFault};
use domain::mapping::{Mapping, MappingPreview};
use domain::open_work::{OpenParcel, OpenQuery, OpenWorkView};
use domain::parcel::Parcel;
use domain::promise::DAY_MS;
use domain::rejected::{RejectedPage, RejectedQuery};
use domain::timeline::{Timeline, decode};
use domain::view::{FeedView, Freshness, ParcelPage, ParcelQuery, ParcelRow, ParcelView, SearchAnswer};
use domain::watched::FolderView;
use store::{ParcelFilter, Store, StoredParcel};
use tokio::sync::{Mutex, Semaphore, watch};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::Config;
use crate::feeds::Feeds;
use crate::metrics::{self, Task};
use crate::outlook::Outlook;
use crate::pipeline::{Figures, Judge, PipelineError, Progress};
use crate::terms::TermsBook;
use crate::watched::WatchedFolder;

/// Parcels that a list gives at the most.
pub const LONGEST_LIST: u32 = 1000;
/// Numbers that one search takes.
const LONGEST_SEARCH: usize = 1000;
/// Parcels that are read at a time where a question fits no cube.
pub(crate) const CHUNK: i64 = 5000;

/// Everything that answers are made from.
pub struct Courierscope {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// The figures.
    pub figures: Arc<Figures>,
    /// The feed definitions.
    pub feeds: Arc<Feeds>,
    /// What legs are judged by.
    pub terms: TermsBook,
    /// Whether the pipeline gets on.
    pub progress: Arc<Progress>,
    /// Room for bodies that are being read or wait to be written, in bytes of text.
    pub reading: Semaphore,
    /// Compressed bodies are unpacked one at a time: nobody knows beforehand how large they become.
    pub unpacking: Mutex<()>,
    /// How long a client may keep the server waiting.
    pub patience: Duration,
    /// Streams of changes that may be open at once.
    pub streams: Arc<Semaphore>,
    /// Cancelled when the server stops: streams that would never end do then.
    pub stopping: CancellationToken,
    /// Whether this process leads: does what only one of all processes with this database should do.
    pub leads: watch::Sender<bool>,
    /// The folder that is watched for files, if one is.
    pub watched: Option<WatchedFolder>,
    /// What is under way.
    pub outlook: Arc<Outlook>,
    /// Questions that read every parcel take turns.
    slow_questions: Mutex<()>,
}

impl Courierscope {
    /// Puts it together, with the limits that the settings set.
    pub fn new(store: Store, clock: Clock, figures: Arc<Figures>, feeds: Arc<Feeds>, config: &Config) -> Self {
        Self {
            terms: TermsBook::new(store.clone(), clock.clone()),
            store,
            clock,
            figures,
            feeds,
            progress: Arc::default(),
            reading: crate::http::room(config.max_body_bytes),
            unpacking: Mutex::default(),
            patience: Duration::from_secs(config.patience_seconds),
            // Open pages leave room for those who ask and send.
            streams: Arc::new(Semaphore::new(config.connections / 2)),
            stopping: CancellationToken::new(),
            leads: watch::Sender::new(false),
            watched: None,
            outlook: Arc::default(),
            slow_questions: Mutex::default(),
        }
    }
}

#[async_trait]
impl Backend for Courierscope {
    async fn kpis(&self, query: KpiQuery) -> Result<KpiAnswer, Trouble> {
        match self.figures.answer(query.clone()).await.map_err(trouble)? {
            Some(answer) => Ok(answer),
            None => self.kpis_from_parcels(query).await.map_err(trouble),
        }
    }

    async fn freshness(&self) -> Result<Freshness, Trouble> {
        Ok(self.figures.freshness())
    }

    async fn values(&self, grouping: Grouping) -> Result<Vec<String>, Trouble> {
        Ok(self.figures.values(grouping))
    }

    async fn find_parcels(&self, number: &str) -> Result<Vec<ParcelView>, Trouble> {
        let judged_until = self.figures.judged_until();
        let now = self.clock.now();
        let found = self.find(&[number.to_owned()]).await.map_err(trouble)?;
        let terms = self.terms.applied().await.map_err(trouble)?;
        let view = |(_, timeline, parcel): &_| ParcelView::by_terms(timeline, parcel, &terms, judged_until, now);
        Ok(found.iter().map(view).collect())
    }

    async fn search(&self, numbers: Vec<String>) -> Result<SearchAnswer, Trouble> {
        if numbers.len() > LONGEST_SEARCH {
            let reason = format!("{} numbers are too many: search for at most {LONGEST_SEARCH} at once", numbers.len());
            return Err(QueryFault { parameter: "numbers".into(), reason }.into());
        }
        let judged_until = self.figures.judged_until();
        let found = self.find(&numbers).await.map_err(trouble)?;
        let is_known = |number: &&String| found.iter().any(|(_, _, parcel)| is_called(parcel, &normal_number(number)));
        Ok(SearchAnswer {
            unknown: numbers.iter().filter(|number| !is_known(number)).cloned().collect(),
            parcels: found.iter().map(|(key, t, parcel)| ParcelRow::new(*key, t, parcel, judged_until)).collect(),
        })
    }

    async fn list_parcels(&self, query: ParcelQuery) -> Result<ParcelPage, Trouble> {
        if query.limit == 0 || query.limit > LONGEST_LIST {
            let reason = format!("{} is not between 1 and {LONGEST_LIST}", query.limit);
            return Err(QueryFault { parameter: "limit".into(), reason }.into());
        }
        let day = |date: chrono::NaiveDate| date.signed_duration_since(chrono::NaiveDate::default()).num_days() as i32;
        let filter = ParcelFilter {
            courier: query.courier,
            class: query.class,
            status: query.status,
            from: query.from.map(day),
            to: query.to.map(day),
            after: query.after.unwrap_or(0),
            limit: i64::from(query.limit) + 1,
        };
        let judged_until = self.figures.judged_until();
        let mut stored = self.store.list_parcels(&filter).await.map_err(|e| trouble(e.into()))?;
        let more = stored.len() > query.limit as usize;
        stored.truncate(query.limit as usize);
        let next = stored.last().filter(|_| more).map(|parcel| parcel.id);
        let parcels = folded(stored).map_err(trouble)?;
        let parcels = parcels.iter().map(|(key, t, parcel)| ParcelRow::new(*key, t, parcel, judged_until)).collect();
        Ok(ParcelPage { parcels, next })
    }

    async fn list_feeds(&self) -> Result<Vec<FeedView>, Trouble> {
        let day_ago = self.clock.now() - DAY_MS;
        let mut feeds = self.store.list_feeds(day_ago).await.map_err(|e| trouble(e.into()))?;
        for (name, defined) in self.feeds.all() {
            let faults = defined.err().unwrap_or_default();
            match feeds.iter_mut().find(|feed| feed.name == name) {
                Some(feed) => feed.faults.extend(faults),
                None => feeds.push(FeedView { name, faults, ..FeedView::default() }),
            }
        }
        feeds.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(feeds)
    }

    async fn list_folders(&self) -> Result<Vec<FolderView>, Trouble> {
        Ok(match &self.watched {
            Some(watched) => watched.view().await,
            None => Vec::new(),
        })
    }

    async fn feed_version(&self, feed: &str) -> Result<Option<String>, Trouble> {
        let defined = self.feeds.find(feed).and_then(Result::ok);
        Ok(defined.map(|feed| feed.feed.version.to_string()))
    }

    async fn preview_mapping(&self, feed: &str, mapping: Mapping) -> Result<MappingPreview, Trouble> {
        self.preview(feed, &mapping).await
    }

    async fn standings(&self, courier: Option<&str>, contract: Option<&str>) -> Result<Vec<ContractStanding>, Trouble> {
        self.contract_standings(courier, contract).await
    }

    async fn find_draft(&self, id: &str, version: Option<usize>) -> Result<Option<DraftView>, Trouble> {
        self.draft_view(id, version).await.map_err(crate::terms::trouble)
    }

    async fn preview_contract(
        &self,
        name: &str,
        text: &str,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<ContractPreview, Trouble> {
        self.preview_by(name, text, (from, to)).await.map_err(crate::terms::trouble)
    }

    async fn claims(&self, courier: &str, from: NaiveDate, to: NaiveDate) -> Result<Vec<ClaimView>, Trouble> {
        self.claims_of(courier, from, to).await
    }

    async fn open_work(&self) -> Result<OpenWorkView, Trouble> {
        Ok(self.outlook.work())
    }

    async fn open_parcels(&self, query: OpenQuery) -> Result<Vec<OpenParcel>, Trouble> {
        Ok(self.outlook.parcels(&query))
    }

    async fn recalculation(&self) -> Result<Recalculation, Trouble> {
        self.how_far().await
    }

    async fn list_rejected(&self, feed: &str, query: RejectedQuery) -> Result<RejectedPage, Trouble> {
        self.rejected_rows(feed, query).await
    }
}

type Folded = (i64, Timeline, Parcel);

impl Courierscope {
    /// Parcels with any of these numbers or references.
    async fn find(&self, numbers: &[String]) -> Result<Vec<Folded>, PipelineError> {
        let names: Vec<_> = numbers.iter().map(|number| normal_number(number)).collect();
        let keys: Vec<i64> = names.iter().map(|name| search_key(name)).collect();
        let mut found = folded(self.store.parcels_with(&keys).await?)?;
        found.retain(|(_, _, parcel)| names.iter().any(|name| is_called(parcel, name)));
        Ok(found)
    }

    /// The exact answer to a question that fits no cube, from every parcel there is.
    async fn kpis_from_parcels(&self, query: KpiQuery) -> Result<KpiAnswer, PipelineError> {
        let _turn = self.slow_questions.lock().await;
        let judged_until = self.figures.judged_until();
        let day = |date: chrono::NaiveDate| date.signed_duration_since(chrono::NaiveDate::default()).num_days() as i32;
        let days = query.from.map_or(i32::MIN, day)..=query.to.map_or(i32::MAX, day);
        let judge = Judge::by(self.terms.applied().await?, judged_until);
        let mut cells = self.deleted_figures(days.clone()).await?;
        let mut filter = ParcelFilter { limit: CHUNK, ..ParcelFilter::default() };
        loop {
            let stored = self.store.list_parcels(&filter).await?;
            let Some(last) = stored.last().map(|parcel| parcel.id) else { break };
            filter.after = last;
            let (days, judge) = (days.clone(), judge.clone());
            let before = cells;
            cells = crate::pipeline::on_a_thread(move || {
                let mut ledger = Ledger::default();
                for (_, timeline, parcel) in folded(stored)? {
                    ledger.post_whole(&judge.judged(&timeline, &parcel).contributions, days.clone());
                }
                Ok(before.with(&ledger.into_delta()?)?)
            })
            .await?;
        }
        let rows = crate::pipeline::on_a_thread(move || Ok(cells.answer(&query, Cube::Main)?)).await?;
        Ok(self.figures.wrap(rows, AnsweredFrom::Parcels))
    }
}

impl Courierscope {
    /// What deleted parcels count on these days, with the values of all dimensions.
    async fn deleted_figures(&self, days: RangeInclusive<i32>) -> Result<Cells, PipelineError> {
        let figures = self.store.deleted_figures().await?;
        crate::pipeline::on_a_thread(move || {
            let mut cells = Cells::default();
            for mut delta in figures {
                delta.cells.retain(|cell| days.contains(&cell.period));
                delta.buckets.retain(|bucket| days.contains(&bucket.period));
                cells = cells.with(&delta)?;
            }
            Ok(cells)
        })
        .await
    }
}

fn is_called(parcel: &Parcel, name: &str) -> bool {
    parcel.numbers.iter().any(|number| number.number == name) || parcel.references.iter().any(|r| r == name)
}

pub(crate) fn folded(stored: Vec<StoredParcel>) -> Result<Vec<Folded>, PipelineError> {
    let mut list = Vec::with_capacity(stored.len());
    for StoredParcel { id, timeline } in stored {
        let timeline = decode(&timeline)?;
        if let Some(parcel) = Parcel::fold(&timeline) {
            list.push((id, timeline, parcel));
        }
    }
    Ok(list)
}

pub(crate) fn trouble(error: PipelineError) -> Trouble {
    metrics::database_failed(Task::Answer);
    tracing::error!(error = %error, "a question could not be answered");
    Trouble::Unavailable
}
