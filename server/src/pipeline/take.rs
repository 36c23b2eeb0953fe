//! From bytes to an inbox row and an answer.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::rejected::RowName;
use intake::{Format, Parsed, Rejected, Unreadable};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{IDENTITY_BITS, NewBatch};

use super::codes::CODES;
use super::read::ReadBatch;
use crate::feeds::NamedFeed;

/// Rejected rows that an answer lists; more are only counted.
const LISTED: usize = 10_000;

/// What a feed sent: one body, or one piece of a file.
#[derive(Debug, Clone)]
pub struct Sent {
    /// How it is written.
    pub format: Format,
    /// Its bytes, not compressed.
    pub bytes: Vec<u8>,
    /// The number of its first row in the file it is a piece of; 1 for a body.
    pub first_row: u64,
    /// The sender's key, by which it knows a repetition.
    pub idempotency_key: Option<String>,
    /// When it came, UTC epoch milliseconds.
    pub received_at: i64,
}

/// What a sender is told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Answer {
    /// The batch, for questions about it later.
    pub batch: String,
    /// Whether the feed is on probation: it is then shown and not counted until it is switched on.
    #[serde(default)]
    pub on_probation: bool,
    /// Rows read.
    pub rows: u64,
    /// Events taken. Events that were known already are among them and count once.
    pub events: u64,
    /// Rows rejected.
    pub rejected: u64,
    /// The rejected rows, at most 10,000 of them.
    pub rejections: Vec<RejectedRow>,
    /// Codes that no mapping knows, with the number of their events: the 1,000 most frequent. They are kept and can be
    /// mapped later.
    pub unmapped: BTreeMap<String, u64>,
    /// How many codes no mapping knows.
    #[serde(default)]
    pub unmapped_codes: u64,
}

/// One rejected row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RejectedRow {
    /// The line of the body, or the element of the array, from 1.
    pub row: u64,
    /// The column or field at fault.
    pub field: String,
    /// What is wrong and what to do.
    pub reason: String,
}

impl From<&Rejected> for RejectedRow {
    fn from(rejected: &Rejected) -> Self {
        Self { row: rejected.row, field: rejected.field.clone(), reason: rejected.reason.clone() }
    }
}

/// Reads what was sent, so that the sender learns of every rejected row.
///
/// # Errors
/// [`Unreadable`] where nothing of it can be read.
pub fn read_sent(feed: &NamedFeed, sent: &Sent) -> Result<Parsed, Unreadable> {
    intake::parse(&feed.feed, sent.format, &sent.bytes, sent.first_row, sent.received_at)
}

/// Reads what was sent and makes its inbox row.
///
/// # Errors
/// [`Unreadable`] where nothing of it can be read.
pub fn take_sent(feed: &NamedFeed, sent: Sent) -> Result<(NewBatch, ReadBatch), Unreadable> {
    let parsed = read_sent(feed, &sent)?;
    Ok(take_read(feed, sent, &parsed))
}

/// The inbox row of what was sent, and what was read of it.
pub fn take_read(feed: &NamedFeed, sent: Sent, parsed: &Parsed) -> (NewBatch, ReadBatch) {
    let read = ReadBatch::new(&feed.feed.name, &feed.feed.version, sent.received_at, parsed);
    (to_batch(feed, sent, parsed), read)
}

/// The inbox row of what was sent, with its answer.
pub fn to_batch(feed: &NamedFeed, sent: Sent, parsed: &Parsed) -> NewBatch {
    let mut unmapped: Vec<_> = parsed.codes.iter().filter(|(_, c)| c.is_unmapped()).collect();
    unmapped.sort_by_key(|(_, c)| Reverse(c.count));
    let answer = Answer {
        batch: String::new(),
        on_probation: false,
        rows: parsed.rows,
        events: parsed.events.len() as u64,
        rejected: parsed.rejected.len() as u64,
        rejections: parsed.rejected.iter().take(LISTED).map(RejectedRow::from).collect(),
        unmapped_codes: unmapped.len() as u64,
        unmapped: unmapped.into_iter().take(CODES).map(|(code, c)| (code.to_string(), c.count)).collect(),
    };
    let content_hash = content_hash(&feed.feed.version, sent.format, &sent.bytes);
    NewBatch {
        id: identity(sent.received_at, &content_hash),
        feed: feed.feed.name.to_string(),
        version: feed.feed.version.to_string(),
        definition: feed.definition.clone(),
        format: sent.format.as_str().to_owned(),
        received_at: sent.received_at,
        first_row: sent.first_row as i64,
        content_hash,
        idempotency_key: sent.idempotency_key,
        bytes: sent.bytes,
        answer: serde_json::to_string(&answer).unwrap_or_default(),
    }
}

/// The inbox row of mended rows. It is the same as another only if it mends the same rows in the same way: a row that comes
/// to say what another batch says already is mended all the same.
pub(super) fn mends(feed: &NamedFeed, sent: Sent, parsed: &Parsed, rows: impl Iterator<Item = RowName>) -> NewBatch {
    let batch = to_batch(feed, sent, parsed);
    let mut hasher = Sha256::new();
    hasher.update(&batch.content_hash);
    rows.for_each(|row| hasher.update(format!(" {row}")));
    let content_hash = hex(hasher);
    NewBatch { id: identity(batch.received_at, &content_hash), content_hash, ..batch }
}

/// What makes two bodies the same: their bytes, and the definition that reads them. After a definition was corrected
/// the same file may be sent again, and what was rejected is taken.
fn content_hash(version: &str, format: Format, bytes: &[u8]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(version);
    hasher.update(format.as_str());
    hasher.update(bytes);
    hex(hasher)
}

fn hex(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Batches are ordered by when they came; the hash tells those of one millisecond apart.
fn identity(received_at: i64, content_hash: &str) -> i64 {
    let low = i64::from_str_radix(&content_hash[..5], 16).unwrap_or(0);
    (received_at << IDENTITY_BITS) | low
}

impl Answer {
    /// The stored answer of a batch.
    pub fn of(batch: i64, stored: &str) -> Self {
        let answer: Self = serde_json::from_str(stored).unwrap_or_default();
        Self { batch: format!("{batch:x}"), ..answer }
    }
}
