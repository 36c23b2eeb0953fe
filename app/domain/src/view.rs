//! What the pages and the API show of a parcel, a search and a feed.

use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};

use crate::agreement::ContractClockView;
use crate::clock::ClockState;
use crate::parcel::Status;
use crate::promise::PromiseKind;
use crate::rejected::Kind;
use crate::verdict::Class;
use crate::vocabulary::{DeliveryMode, EventKind, OffsetSource, Party, Reason};

/// A moment in the local time of where it happened; written as RFC 3339 with offset.
pub type LocalTime = DateTime<FixedOffset>;

/// A UTC instant in epoch milliseconds, at a place so many minutes east of UTC.
pub fn local_time(at: i64, offset_minutes: i16) -> LocalTime {
    let offset = FixedOffset::east_opt(i32::from(offset_minutes) * 60).unwrap_or_else(|| chrono::Offset::fix(&Utc));
    utc_time(at).with_timezone(&offset)
}

/// A UTC instant in epoch milliseconds.
pub fn utc_time(at: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at).unwrap_or_default()
}

/// One parcel, whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParcelView {
    /// Its tracking numbers, in the order in which they came into use.
    pub numbers: Vec<NumberView>,
    /// The shipper's own references.
    pub references: Vec<String>,
    /// The courier that its parcel measures count for.
    pub courier: String,
    /// Where it stands.
    pub status: Status,
    /// What it is cut by.
    pub attributes: AttributesView,
    /// The customer's clock: promise, stop and verdict.
    pub clock: ClockView,
    /// Its events, oldest first.
    pub timeline: Vec<EventView>,
    /// The custodies it went through.
    pub legs: Vec<LegView>,
    /// Attempts to deliver.
    pub attempts: Vec<AttemptView>,
}

/// What a parcel is cut by; empty where nobody stated it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttributesView {
    /// The shop or sender.
    pub shipper: String,
    /// The courier's product.
    pub service: String,
    /// ISO 3166-1 alpha-2.
    pub origin_country: String,
    /// ISO 3166-1 alpha-2.
    pub destination_country: String,
    /// Region of the destination.
    pub destination_region: String,
    /// Postcode of the destination, or its beginning.
    pub destination_postcode: String,
    /// Planned place of delivery.
    pub delivery_mode: Option<DeliveryMode>,
}

/// The customer's clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClockView {
    /// What became of the promise.
    pub class: Class,
    /// Why, in words, with the arithmetic.
    pub verdict: String,
    /// The promise to the customer that is judged.
    pub promise: Option<PromiseView>,
    /// The courier's last estimate; never judged.
    pub estimate: Option<DateTime<FixedOffset>>,
    /// When the clock stopped.
    pub stop: Option<DateTime<FixedOffset>>,
    /// Where the time went from the first event on; the parts sum to the whole.
    pub segments: Vec<SegmentView>,
}

/// A tracking number and its courier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NumberView {
    /// The courier that issued it.
    pub courier: String,
    /// The number.
    pub number: String,
}

/// A promise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PromiseView {
    /// How it was made.
    pub kind: PromiseKind,
    /// Start of the window, inclusive.
    pub from: Option<DateTime<FixedOffset>>,
    /// The deadline, inclusive.
    pub deadline: DateTime<FixedOffset>,
    /// Whether the consignee asked for it in place of the first one.
    pub asked_by_consignee: bool,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EventView {
    /// When, in the local time of the place.
    pub at: DateTime<FixedOffset>,
    /// How the offset is known.
    pub offset_source: OffsetSource,
    /// When it was received, UTC.
    pub received: DateTime<Utc>,
    /// What happened.
    pub kind: EventKind,
    /// Why.
    pub reason: Option<Reason>,
    /// Who answers for it.
    pub party: Party,
    /// Who told it.
    pub courier: String,
    /// The tracking number it came under.
    pub number: String,
    /// The courier's own code.
    pub raw_code: String,
    /// Country, region, postcode and facility as far as given.
    pub place: String,
    /// The feed that brought it.
    pub feed: String,
    /// Whether a later event declared it wrong; it then counts for nothing.
    pub withdrawn: bool,
}

/// One courier's custody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LegView {
    /// The courier.
    pub courier: String,
    /// First evidence of custody.
    pub start: DateTime<FixedOffset>,
    /// Hand-over to the next courier, or the stop; `None` while it runs.
    pub end: Option<DateTime<FixedOffset>>,
    /// Whether no hand-over was scanned and the change of couriers was inferred.
    pub inferred: bool,
    /// Whether the parcel was on its way back.
    pub is_return: bool,
    /// start -> end in milliseconds, or up to now.
    pub elapsed_ms: i64,
    /// The leg's clock; the parts sum to `elapsed_ms`.
    pub clock: Vec<SegmentView>,
    /// The leg's clock by its contract; none where no contract is known at all.
    pub contract: Option<ContractClockView>,
}

/// A part of a parcel's time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SegmentView {
    /// When it began.
    pub from: DateTime<FixedOffset>,
    /// When it ended.
    pub to: DateTime<FixedOffset>,
    /// Its length in milliseconds.
    pub duration_ms: i64,
    /// Whether the customer's clock ran.
    pub state: ClockState,
    /// What the time went into, in words.
    pub cause: String,
    /// Who answers for it.
    pub party: Party,
    /// In whose custody; empty where nobody's.
    pub courier: String,
    /// The calendar that a contract measures it by; empty for the customer's clock.
    pub calendar: String,
}

/// One attempt to deliver.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttemptView {
    /// When.
    pub at: DateTime<FixedOffset>,
    /// The courier.
    pub courier: String,
    /// Whether the consignee got the parcel, or it lies where planned.
    pub succeeded: bool,
    /// Why not.
    pub reason: Option<Reason>,
    /// Who answers for the failure.
    pub party: Party,
}

/// A parcel in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParcelRow {
    /// Its place in the list; ask for what comes `after` it.
    pub key: i64,
    /// Its first tracking number.
    pub number: String,
    /// The courier that its parcel measures count for.
    pub courier: String,
    /// Where it stands.
    pub status: Status,
    /// What became of its promise.
    pub class: Class,
    /// The deadline of its promise, local to the destination.
    pub deadline: Option<DateTime<FixedOffset>>,
    /// When the clock stopped.
    pub stop: Option<DateTime<FixedOffset>>,
    /// How much later than the deadline it stopped, or is by now; milliseconds, only where late.
    pub late_by_ms: Option<i64>,
    /// What happened last.
    pub last_event: EventKind,
    /// When that was.
    pub last_event_at: DateTime<FixedOffset>,
}

/// A page of a list of parcels.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParcelPage {
    /// By key.
    pub parcels: Vec<ParcelRow>,
    /// What to ask `after` for the next page; `None` on the last.
    pub next: Option<i64>,
}

/// Which parcels to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParcelQuery {
    /// Only this courier's.
    pub courier: Option<String>,
    /// Only of this class.
    pub class: Option<Class>,
    /// Only with this status.
    pub status: Option<Status>,
    /// First cohort day, inclusive.
    pub from: Option<chrono::NaiveDate>,
    /// Last cohort day, inclusive.
    pub to: Option<chrono::NaiveDate>,
    /// At most this many; 1..=1000.
    pub limit: u32,
    /// Only those after this key.
    pub after: Option<i64>,
}

/// The answer to a search for several numbers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchAnswer {
    /// What was found; one number may find several parcels.
    pub parcels: Vec<ParcelRow>,
    /// The numbers that found nothing, as they were written.
    pub unknown: Vec<String>,
}

/// Whether what a feed brings is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// It is part of every figure.
    #[default]
    Counted,
    /// It is shown with its feed and is part of no figure, until the feed is switched on.
    Probation,
}

/// A feed and what it brought.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeedView {
    /// Its name.
    pub name: String,
    /// Whether what it brings is counted.
    pub standing: Standing,
    /// What is wrong with its definition; empty where nothing is.
    pub faults: Vec<String>,
    /// When data last came, UTC.
    pub last_received: Option<DateTime<Utc>>,
    /// When the latest event that it told of happened, UTC.
    pub complete_until: Option<DateTime<Utc>>,
    /// Batches received.
    pub batches: i64,
    /// Rows received.
    pub rows: i64,
    /// Events taken, duplicates included.
    pub events: i64,
    /// Of these, events that were known already.
    pub duplicates: i64,
    /// Rows rejected, without those that were settled since.
    pub rejected: i64,
    /// Rejected rows that were mended: they count as the rows that stand in their place, and no longer as they were sent.
    pub mended: i64,
    /// Rejected rows that were dismissed; they are counted nowhere else.
    pub dismissed: i64,
    /// Events received in the last 24 hours.
    pub events_last_day: i64,
    /// While the feed is on probation: batches that will never be counted, because what they held was deleted.
    pub out_of_reach: i64,
    /// Rejected rows by field and reason, most frequent first.
    pub rejections: Vec<RejectionView>,
    /// Codes that no mapping knows, most frequent first.
    pub unmapped: Vec<UnmappedCode>,
    /// How many codes no mapping knows. Beyond 10,000 the rare ones are counted as one.
    pub unmapped_codes: i64,
    /// Events with these codes.
    pub unmapped_events: i64,
}

/// Rejected rows with one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RejectionView {
    /// The field at fault.
    pub field: String,
    /// What is wrong and what to do.
    pub reason: String,
    /// How many rows.
    pub n: i64,
    /// One of the rows: batch and row number.
    pub example: String,
    /// By what its rows are listed; `None` where what is counted here are no rows that were rejected.
    pub kind: Option<Kind>,
}

/// A code that no mapping knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnmappedCode {
    /// The courier's own code.
    pub code: String,
    /// How many events carried it.
    pub n: i64,
    /// When one of them last came, UTC.
    pub last_received: Option<DateTime<Utc>>,
}

/// How fresh the figures are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Freshness {
    /// Grows with every change of the figures.
    pub revision: i64,
    /// Up to when deadlines have been judged, UTC.
    pub as_of: DateTime<Utc>,
    /// Up to when the feeds have told what happened, UTC.
    pub complete_until: Option<DateTime<Utc>>,
    /// The first and last cohort days that hold anything.
    pub days: Option<(chrono::NaiveDate, chrono::NaiveDate)>,
}
