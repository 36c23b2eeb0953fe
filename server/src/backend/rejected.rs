//! Rejected rows: listed as they were sent, mended, dismissed.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::backend::Trouble;
use domain::rejected::{
    Correction, Dismissing, FieldText, Kind, Left, MendAnswer, Mending, RejectedPage, RejectedQuery, Replacement,
    RowName, RowToMend,
};
use domain::view::utc_time;
use intake::{Feed, Unmendable};

use super::feeds::refused;
use super::{Courierscope, LONGEST_LIST, trouble};
use crate::feeds::NamedFeed;
use crate::metrics;
use crate::pipeline::{self, AsSent, NotSettled, PipelineError, RejectedBatch, RowAsSent, open_rows};

/// Batches that are looked up at a time.
const BATCHES: i64 = 100;
/// Bytes of text on a page, about; at least one row is on it.
const PAGE_BYTES: usize = 512 << 10;
/// Rows that are mended at once.
const AT_ONCE: usize = 10_000;

impl Courierscope {
    pub(super) async fn rejected_rows(&self, feed: &str, query: RejectedQuery) -> Result<RejectedPage, Trouble> {
        if query.limit == 0 || query.limit > LONGEST_LIST {
            return Err(refused("limit", format!("{} is not between 1 and {LONGEST_LIST}", query.limit)));
        }
        let shown_by = self.feeds.find(feed).and_then(Result::ok);
        let mut page = RejectedPage::default();
        let mut bytes = 0;
        let mut batches = Batches::of(self, feed, query.kind, query.after.map(|after| after.batch));
        while let Some((batch, kinds)) = batches.next().await.map_err(trouble)? {
            let id = batch.kept.batch.id;
            let mends = self.store.mended_by(id).await.map_err(|e| trouble(e.into()))?;
            let read_by = shown_by.clone().map_or_else(|| definition_of(&batch), Some);
            let is_after = |row: u64| query.after.is_none_or(|after| after.batch != id || row > after.row);
            for row in batch.rows.iter().filter(|row| is_after(row.row)) {
                let Some(&kind) = kinds.get(&row.row) else { continue };
                if query.kind.is_some_and(|wanted| wanted != kind) {
                    continue;
                }
                if page.rows.len() == query.limit as usize || bytes > PAGE_BYTES {
                    page.next = page.rows.last().map(|row| row.name);
                    return Ok(page);
                }
                let view = view(&batch, row, kind, mends.get(&row.row).copied(), read_by.as_ref().map(|f| &f.feed));
                bytes += view.fields.iter().map(|field| field.name.len() + field.text.len()).sum::<usize>();
                page.rows.push(view);
            }
        }
        Ok(page)
    }

    /// Mends rejected rows of a feed, all that are asked for or none. Asking for the same again gives the same answer.
    ///
    /// # Errors
    /// Where a row cannot be mended so, or somebody else has settled it, or the database fails.
    pub async fn mend(&self, name: &str, mending: Mending) -> Result<MendAnswer, Trouble> {
        let feed = match self.feeds.find(name) {
            Some(Ok(feed)) => feed,
            Some(Err(faults)) => {
                return Err(refused(
                    "feed",
                    format!("mend its definition first, which has faults: {}", faults.join("; ")),
                ));
            }
            None => return Err(refused("feed", "its definition is gone: write it again first".to_owned())),
        };
        let (corrections, more) = match mending {
            Mending::Rows(rows) if rows.is_empty() => {
                return Err(refused("rows", "there is no row to be mended".to_owned()));
            }
            Mending::Rows(rows) if rows.len() > AT_ONCE => {
                return Err(refused("rows", format!("mend at most {AT_ONCE} rows at once")));
            }
            Mending::Rows(rows) => (rows, false),
            Mending::Replace(replacement) => self.all_alike(&feed, &replacement).await?,
        };
        let answer = pipeline::mend(&self.store, self.clock.now(), &feed, corrections).await.map_err(not_settled)?;
        self.figures.refresh(&self.store).await.map_err(trouble)?;
        metrics::taken(name, answer.events, answer.rejected.len() as u64);
        Ok(MendAnswer { more, ..answer })
    }

    /// Dismisses rejected rows of a feed; how many were not dismissed before.
    ///
    /// # Errors
    /// Where a row is none that was rejected, or somebody has mended it, or the database fails.
    pub async fn dismiss(&self, feed: &str, dismissing: &Dismissing) -> Result<u64, Trouble> {
        let Dismissing { rows, why } = dismissing;
        if rows.is_empty() || rows.len() > AT_ONCE {
            return Err(refused("rows", format!("dismiss at least one row, and at most {AT_ONCE} at once")));
        }
        pipeline::dismiss(&self.store, self.clock.now(), feed, rows, *why).await.map_err(not_settled)
    }

    /// The corrections that replace a text in all rows of a kind, as many as are made at once, and whether there are more.
    async fn all_alike(&self, feed: &NamedFeed, replacement: &Replacement) -> Result<(Vec<Correction>, bool), Trouble> {
        let Replacement { kind, field, from, to } = replacement;
        let from = from.as_deref().map(str::trim);
        let mut corrections = Vec::new();
        let mut batches = Batches::of(self, &feed.feed.name, Some(*kind), None);
        while let Some((batch, kinds)) = batches.next().await.map_err(trouble)? {
            let name = |row: u64| RowName { batch: batch.kept.batch.id, row };
            for row in batch.rows.iter().filter(|row| kinds.get(&row.row) == Some(kind)) {
                let AsSent::Row(sent) = &row.sent else { continue };
                let fields = sent.fields(&feed.feed, &row.field);
                let Some((_, text)) = fields.iter().find(|(name, _)| name == field) else { continue };
                if from.is_some_and(|from| from != text) || to.trim() == text {
                    continue;
                }
                if corrections.len() == AT_ONCE {
                    return Ok((corrections, true));
                }
                let fields = BTreeMap::from([(field.clone(), to.clone())]);
                corrections.push(Correction { name: name(row.row), fields });
            }
        }
        if corrections.is_empty() {
            let reason = "no rejected row with this reason has this in that field, or it stands there already";
            return Err(refused("from", reason.to_owned()));
        }
        Ok((corrections, false))
    }
}

/// The batches of a feed that have rejected rows, the newest first.
struct Batches<'a> {
    courierscope: &'a Courierscope,
    feed: &'a str,
    kind: Option<Kind>,
    up_to: i64,
    found: std::vec::IntoIter<i64>,
}

impl<'a> Batches<'a> {
    fn of(courierscope: &'a Courierscope, feed: &'a str, kind: Option<Kind>, up_to: Option<i64>) -> Self {
        Self { courierscope, feed, kind, up_to: up_to.unwrap_or(i64::MAX), found: Vec::new().into_iter() }
    }

    /// The next one, with the kinds of those of its rows that nobody has settled.
    async fn next(&mut self) -> Result<Option<(RejectedBatch, BTreeMap<u64, Kind>)>, PipelineError> {
        let store = &self.courierscope.store;
        loop {
            let Some(id) = self.found.next() else {
                let found = store.batches_with_rejected(self.feed, self.kind, self.up_to, BATCHES).await?;
                let Some(last) = found.last() else { return Ok(None) };
                self.up_to = last - 1;
                self.found = found.into_iter();
                continue;
            };
            if let Some(read) = open_rows(store, id).await? {
                return Ok(Some(read));
            }
        }
    }
}

/// The definition that has read a batch.
fn definition_of(batch: &RejectedBatch) -> Option<Arc<NamedFeed>> {
    NamedFeed::read(&batch.kept.batch.feed, &batch.kept.batch.definition).ok().map(Arc::new)
}

fn view(batch: &RejectedBatch, row: &RowAsSent, kind: Kind, mends: Option<RowName>, feed: Option<&Feed>) -> RowToMend {
    let (left, fields) = match (&row.sent, feed) {
        (AsSent::Row(sent), Some(feed)) => (Left::Fields, sent.fields(feed, &row.field)),
        (AsSent::Deleted, _) => (Left::Deleted, Vec::new()),
        _ => (Left::Unreadable, Vec::new()),
    };
    RowToMend {
        name: RowName { batch: batch.kept.batch.id, row: row.row },
        received_at: utc_time(batch.kept.batch.received_at),
        field: row.field.clone(),
        reason: row.reason.clone(),
        kind,
        left: if fields.is_empty() && left == Left::Fields { Left::Unreadable } else { left },
        fields: fields.into_iter().map(|(name, text)| FieldText { name, text }).collect(),
        mends,
    }
}

fn not_settled(fault: NotSettled) -> Trouble {
    match fault {
        NotSettled::Pipeline(fault) => trouble(fault),
        NotSettled::Settled { .. } | NotSettled::ReadAgain => Trouble::Meanwhile(fault.to_string()),
        NotSettled::Unmendable(_, Unmendable::Letter(_)) => refused("encoding", fault.to_string()),
        NotSettled::Unchanged(_) | NotSettled::Unmendable(_, Unmendable::Field(_)) => {
            refused("fields", fault.to_string())
        }
        NotSettled::Definition(_) | NotSettled::Unmendable(_, Unmendable::Format(_)) => {
            refused("feed", fault.to_string())
        }
        NotSettled::NotRejected(_) | NotSettled::Deleted(_) | NotSettled::Unreadable(_) => {
            refused("rows", fault.to_string())
        }
    }
}
