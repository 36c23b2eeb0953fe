//! Forgetting a parcel: everything that is personal about it is erased, and the figures stay.

use std::collections::BTreeSet;

use domain::Text;
use domain::event::normal_number;
use domain::identity::{Key, keys, search_key};
use domain::parcel::Parcel;
use domain::timeline::{Timeline, decode};
use domain::view::{Standing, utc_time};
use store::{BatchSummary, ErasedBatch, KeptBatch, Revision, Store, StoredParcel};

use super::deleted::delete_parcels;
use super::derive::{derive, on_a_thread};
use super::read::read_again;
use super::retention::brought;
use super::{Answer, Judge, PipelineError};

/// A shorter name is too likely to stand in a body for something else: it is found only where a body was read.
const SHORTEST_IN_TEXT: usize = 6;
/// What is answered in place of a reason that mentions what was erased.
const ERASED: &str = "erased";

/// What is kept about a number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// The parcels with it, each in a line of words.
    pub parcels: Vec<String>,
    /// Their numbers and references, and the number itself.
    pub names: BTreeSet<Text>,
    /// The bodies and pieces of files that hold any of these names, each in a line of words.
    pub bodies: Vec<String>,
    /// Feeds on probation that sent some of these bodies. What else is in these is nowhere else yet.
    pub on_probation: BTreeSet<String>,
    batches: Vec<i64>,
}

impl Kept {
    /// Whether nothing is known of the number.
    pub fn is_empty(&self) -> bool {
        self.parcels.is_empty() && self.bodies.is_empty()
    }
}

/// Looks for everything that is kept about the parcels with a number or reference. `now` is UTC epoch milliseconds.
///
/// # Errors
/// Where the database fails.
pub async fn look_for(store: &Store, number: &str, now: i64) -> Result<Kept, PipelineError> {
    look(store, number, now, BTreeSet::new()).await
}

async fn look(store: &Store, number: &str, now: i64, names: BTreeSet<Text>) -> Result<Kept, PipelineError> {
    while derive(store, now).await?.is_some() {}
    let number = normal_number(number);
    let mut kept = Kept { names, ..Kept::default() };
    kept.names.insert(number.clone());
    let parcels = named(store.parcels_with(&[search_key(&number)]).await?, &number)?;
    kept.names.extend(names_of(&parcels));
    kept.parcels.extend(parcels.iter().map(|(_, timeline)| describe(timeline)));
    look_for_bodies(store, &mut kept).await?;
    Ok(kept)
}

/// Erases what was found, and looks again, for what has come since, until there is nothing more. The figures stay.
///
/// # Errors
/// [`PipelineError::OnProbation`], before anything is erased, where a body holds what was never derived. Where the database
/// fails; asking again goes on where it stopped.
pub async fn forget(store: &Store, number: &str, now: i64, mut kept: Kept) -> Result<(), PipelineError> {
    let mut erased = BTreeSet::new();
    while !kept.is_empty() {
        if let Some(feed) = kept.on_probation.pop_first() {
            return Err(PipelineError::OnProbation(feed));
        }
        let mut revision = store.begin_revision().await?;
        let number = normal_number(number);
        let parcels = named(revision.parcels_with(&[search_key(&number)]).await?, &number)?;
        let judged_until = revision.judged_until;
        let judge = Judge::of(&mut revision, judged_until).await?;
        if !parcels.is_empty() {
            // They may have got more names since they were looked for.
            kept.names.extend(names_of(&parcels));
            delete_parcels(&mut revision, parcels, &judge).await?;
        }
        for batch in &kept.batches {
            // One that has come to wait again since is found when it has been derived.
            let Some(found) = store.kept_batch(*batch).await? else { continue };
            if !erased.insert(*batch) {
                return Err(PipelineError::Fault(format!("batch {batch:x} still mentions what was erased")));
            }
            erase(&mut revision, found, &kept.names).await?;
        }
        revision.erase_from_lists(|text| mentions(text.as_bytes(), &kept.names)).await?;
        revision.commit(judged_until, Some(&Default::default())).await?;
        kept = look(store, &number, now, kept.names).await?;
    }
    Ok(())
}

/// Parcels that have this very name, not only its hash.
fn named(stored: Vec<StoredParcel>, name: &str) -> Result<Vec<(i64, Timeline)>, PipelineError> {
    let mut parcels = Vec::new();
    for StoredParcel { id, timeline } in stored {
        let timeline = decode(&timeline)?;
        if timeline.reports().iter().flat_map(keys).any(|key| name_of(key) == name) {
            parcels.push((id, timeline));
        }
    }
    Ok(parcels)
}

fn names_of(parcels: &[(i64, Timeline)]) -> impl Iterator<Item = Text> {
    parcels.iter().flat_map(|(_, timeline)| timeline.reports()).flat_map(keys).map(name_of)
}

fn name_of(key: Key) -> Text {
    match key {
        Key::Number(number) => number.number,
        Key::Reference { reference, .. } => reference,
    }
}

fn describe(timeline: &Timeline) -> String {
    let day = |at: i64| utc_time(at).date_naive();
    let events = timeline.events();
    let span = events.first().zip(events.last()).map(|(first, last)| (day(first.at), day(last.at)));
    let (from, to) = span.unwrap_or_default();
    let parcel = Parcel::fold(timeline);
    let (courier, status) = parcel.map(|parcel| (parcel.courier, parcel.status.as_str())).unwrap_or_default();
    format!("{courier}, {status}, {} events from {from} to {to}", events.len())
}

async fn look_for_bodies(store: &Store, kept: &mut Kept) -> Result<(), PipelineError> {
    let mut after = 0;
    while let Some(batch) = store.kept_batch_after(after).await? {
        after = batch.batch.id;
        let names = kept.names.clone();
        let (is_hit, batch) = on_a_thread(move || Ok((holds(&batch, &names), batch))).await?;
        if is_hit {
            let received = utc_time(batch.batch.received_at).format("%Y-%m-%d %H:%M:%S UTC");
            let bytes = batch.batch.bytes.len();
            kept.bodies.push(format!("feed {}, received {received}, {bytes} bytes", batch.batch.feed));
            kept.batches.push(after);
            if batch.standing == Standing::Probation && batch.summary.is_none() {
                kept.on_probation.insert(batch.batch.feed);
            }
        }
    }
    Ok(())
}

/// Whether anything that is kept of a batch mentions a name.
fn holds(kept: &KeptBatch, names: &BTreeSet<Text>) -> bool {
    let in_text = |text: &str| mentions(text.as_bytes(), names);
    mentions(&kept.batch.bytes, names)
        || kept.idempotency_key.as_deref().is_some_and(in_text)
        || in_text(&kept.answer)
        || kept.summary.iter().flatten().any(|summary| summary_texts(summary).any(in_text))
        || read_again(&kept.batch).is_ok_and(|read| {
            let found_by = read.own_keys.iter().chain(read.other_keys.iter().map(|(_, key)| key));
            found_by.into_iter().any(|key| names.iter().any(|name| search_key(name) == *key))
        })
}

fn summary_texts(summary: &BatchSummary) -> impl Iterator<Item = &str> {
    summary.rejections.iter().map(|r| r.reason.as_str()).chain(summary.codes.iter().map(|(code, ..)| code.as_str()))
}

async fn erase(revision: &mut Revision, kept: KeptBatch, names: &BTreeSet<Text>) -> Result<(), PipelineError> {
    let is_gone = |text: &str| mentions(text.as_bytes(), names);
    let mut answer = Answer::of(kept.batch.id, &kept.answer);
    answer.batch.clear();
    for row in answer.rejections.iter_mut().filter(|row| is_gone(&row.reason)) {
        row.reason = ERASED.to_owned();
    }
    answer.unmapped.retain(|code, _| !is_gone(code));
    let key_goes = kept.idempotency_key.as_deref().is_some_and(is_gone);
    let batch = kept.batch.id;
    let mut summary = match kept.summary {
        Some(summary) => summary,
        None => on_a_thread(move || Ok(brought(&(kept.batch, kept.duplicates)).1)).await?,
    };
    if let Some(summary) = &mut summary {
        summary.rejections.retain(|rejection| !is_gone(&rejection.reason));
        summary.codes.retain(|(code, ..)| !is_gone(code));
    }
    let answer = serde_json::to_string(&answer).unwrap_or_default();
    Ok(revision.erase(&ErasedBatch { batch, answer, key_goes, summary }).await?)
}

/// Whether a text mentions any of these names (normal ones): as a word of its own, in upper or lower case, with or without
/// blanks between its characters.
fn mentions(text: &[u8], names: &BTreeSet<Text>) -> bool {
    names.iter().filter(|name| name.len() >= SHORTEST_IN_TEXT).any(|name| mentions_name(text, name.as_bytes()))
}

fn mentions_name(text: &[u8], name: &[u8]) -> bool {
    let begins =
        |at: &usize| text[*at].eq_ignore_ascii_case(&name[0]) && (*at == 0 || !text[at - 1].is_ascii_alphanumeric());
    (0..text.len()).filter(begins).any(|at| {
        let mut rest = text[at..].iter().filter(|byte| !matches!(byte, b' ' | b'\t'));
        let is_same = name.iter().all(|byte| rest.next().is_some_and(|found| found.eq_ignore_ascii_case(byte)));
        is_same && rest.next().is_none_or(|next| !next.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_as_a_word_in_whatever_case_and_with_blanks() {
        let names = BTreeSet::from(["AB123456".into()]);
        for text in ["AB123456", "x;ab 123 456;y", "\"ref\":\"Ab123456\"", "no. ab123456, left"] {
            assert!(mentions(text.as_bytes(), &names), "{text}");
        }
        for text in ["AB1234567", "XAB123456", "AB12345", "", "ab 12345\n6"] {
            assert!(!mentions(text.as_bytes(), &names), "{text}");
        }
        assert!(!mentions(b"12345", &BTreeSet::from(["12345".into()])), "too short to be looked for in texts");
    }
}
