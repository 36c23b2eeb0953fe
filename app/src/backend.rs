//! The one way from the pages to the back end. The REST API and the pages share its implementation.

use async_trait::async_trait;
use chrono::NaiveDate;
use domain::agreement::{ContractPreview, ContractStanding, ContractView, DraftView, Recalculation};
use domain::exclusion::{ClaimView, ExclusionView};
use domain::glance::{CalendarView, CalendarYear};
use domain::kpi::{Grouping, KpiAnswer, KpiQuery, QueryFault};
use domain::mapping::{Mapping, MappingPreview};
use domain::open_work::{OpenParcel, OpenQuery, OpenWorkView};
use domain::rejected::{RejectedPage, RejectedQuery};
use domain::upload::UploadView;
use domain::view::{FeedView, Freshness, ParcelPage, ParcelQuery, ParcelView, SearchAnswer};
use domain::watched::FolderView;

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, thiserror::Error)]
pub enum Trouble {
    /// The question is wrong.
    #[error("{0}")]
    Question(#[from] QueryFault),
    /// Somebody else was quicker; in words.
    #[error("{0}")]
    Meanwhile(String),
    /// The database cannot be reached, or refuses.
    #[error("the database does not answer; the figures will be back when it does")]
    Unavailable,
}

/// What the pages ask.
#[async_trait]
pub trait Backend: Send + Sync + 'static {
    /// Answers a question to the cells.
    async fn kpis(&self, query: KpiQuery) -> Result<KpiAnswer, Trouble>;

    /// How fresh the figures are.
    async fn freshness(&self) -> Result<Freshness, Trouble>;

    /// The values of a grouping that occur, sorted.
    async fn values(&self, grouping: Grouping) -> Result<Vec<String>, Trouble>;

    /// Every parcel that has, or had, this tracking number or reference. Numbers repeat.
    async fn find_parcels(&self, number: &str) -> Result<Vec<ParcelView>, Trouble>;

    /// Looks up several tracking numbers or references, at most 1,000.
    async fn search(&self, numbers: Vec<String>) -> Result<SearchAnswer, Trouble>;

    /// Lists parcels by key.
    async fn list_parcels(&self, query: ParcelQuery) -> Result<ParcelPage, Trouble>;

    /// Lists the feeds by name.
    async fn list_feeds(&self) -> Result<Vec<FeedView>, Trouble>;

    /// Lists the folders that are watched for files, by the names of their feeds; none where no folder is watched.
    async fn list_folders(&self) -> Result<Vec<FolderView>, Trouble>;

    /// The version of a feed's definition as it is now; `None` where there is none, or it has faults.
    async fn feed_version(&self, feed: &str) -> Result<Option<String>, Trouble>;

    /// What a mapping would change in history. Nothing changes.
    async fn preview_mapping(&self, feed: &str, mapping: Mapping) -> Result<MappingPreview, Trouble>;

    /// Where couriers stand against the targets of their contracts, by contract: of one courier, one contract, or all.
    async fn standings(&self, courier: Option<&str>, contract: Option<&str>) -> Result<Vec<ContractStanding>, Trouble>;

    /// A contract that is not saved yet, with the form of a version of it where one is asked for; none where it is no longer
    /// kept.
    async fn find_draft(&self, id: &str, version: Option<usize>) -> Result<Option<DraftView>, Trouble>;

    /// What a contract would make of the legs whose deadlines lie between two days, inclusive.
    async fn preview_contract(
        &self,
        name: &str,
        text: &str,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<ContractPreview, Trouble>;

    /// The first claims of a courier whose deadlines lie between two days, inclusive.
    async fn claims(&self, courier: &str, from: NaiveDate, to: NaiveDate) -> Result<Vec<ClaimView>, Trouble>;

    /// What is under way, in numbers.
    async fn open_work(&self) -> Result<OpenWorkView, Trouble>;

    /// Parcels that are under way, by deadline.
    async fn open_parcels(&self, query: OpenQuery) -> Result<Vec<OpenParcel>, Trouble>;

    /// How far the figures are with the contracts and calendars as they were saved.
    async fn recalculation(&self) -> Result<Recalculation, Trouble>;

    /// The rejected rows of a feed, the newest batch first.
    async fn list_rejected(&self, feed: &str, query: RejectedQuery) -> Result<RejectedPage, Trouble>;
}

/// What the pages ask about files that are on their way to becoming feeds.
#[async_trait]
pub trait Uploads: Send + Sync + 'static {
    /// A file by what it is known by; none where it was thrown away.
    async fn find_upload(&self, id: &str) -> Result<Option<UploadView>, Trouble>;

    /// The largest file that is taken, in bytes.
    fn largest_upload(&self) -> u64;
}

/// What the pages ask about contracts and calendars.
#[async_trait]
pub trait Terms: Send + Sync + 'static {
    /// All calendars as they are in force, by name.
    async fn list_calendars(&self) -> Result<Vec<CalendarView>, Trouble>;

    /// A year of one, this year if none is named, at a region of its country; none where there is no such calendar.
    async fn calendar_year(&self, name: &str, year: Option<i32>, region: &str)
    -> Result<Option<CalendarYear>, Trouble>;

    /// All contracts as they are in force, by name.
    async fn list_contracts(&self) -> Result<Vec<ContractView>, Trouble>;

    /// A contract by its name; none where there is none.
    async fn find_contract(&self, name: &str) -> Result<Option<ContractView>, Trouble>;

    /// The form of the version of a contract that begins on a date; without one, of a version to be added; without a name, of
    /// a new contract. None where there is no such version, or a form cannot edit the text.
    async fn contract_form(&self, name: Option<&str>, from: Option<NaiveDate>) -> Result<Option<DraftView>, Trouble>;

    /// Every exclusion, the latest first.
    async fn list_exclusions(&self) -> Result<Vec<ExclusionView>, Trouble>;
}
