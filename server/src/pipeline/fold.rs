//! A batch of events meets the parcels it touches. Pure: what to write follows from what was read.

use std::collections::{HashMap, HashSet};

use domain::Text;
use domain::event::{Event, EventId};
use domain::identity::{Groups, Key, keys, partition, search_keys};
use domain::parcel::{Parcel, Status};
use domain::timeline::{Timeline, decode, encode};
use domain::verdict::Class;
use foldhash::fast::RandomState;
use store::{ParcelRecord, StoredParcel};

use super::{Books, Dues, Judge, PipelineError};

/// What a batch does to the parcels.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Parcels to write. Those without an identity yet have 0.
    pub write: Vec<ParcelRecord>,
    /// Parcels that merged into others, with what they were found by.
    pub remove: Vec<(i64, Vec<i64>)>,
    /// What parcels are no longer found by.
    pub unlink: Vec<(i64, Vec<i64>)>,
    /// Contributions added and taken away.
    pub books: Books,
    /// For each batch (by its place), how many of its events were known.
    pub duplicates: Vec<i64>,
}

/// An event and the place of its batch.
pub type Incoming = (usize, Event);

/// Folds events into the parcels that are found by what they name. What the parcels contribute goes into `books`.
///
/// # Errors
/// Where a stored parcel cannot be read.
pub fn fold_batch(
    events: Vec<Incoming>,
    stored: Vec<StoredParcel>,
    batches: usize,
    judge: &Judge,
    books: Books,
) -> Result<Outcome, PipelineError> {
    fold_again(&Replaced::default(), events, stored, batches, judge, books)
}

/// Reports that others take the place of: those of a feed, by event and receive time.
#[derive(Debug, Default)]
pub(super) struct Replaced {
    /// The feed.
    pub feed: Text,
    /// The reports.
    pub reports: HashSet<(EventId, i64)>,
}

impl Replaced {
    fn holds(&self, report: &Event) -> bool {
        !self.reports.is_empty() && report.feed == self.feed && self.reports.contains(&(report.id, report.received))
    }
}

/// Takes reports away from the parcels, and folds events in as [`fold_batch`] does.
///
/// # Errors
/// Where a stored parcel cannot be read.
pub(super) fn fold_again(
    replaced: &Replaced,
    events: Vec<Incoming>,
    stored: Vec<StoredParcel>,
    batches: usize,
    judge: &Judge,
    books: Books,
) -> Result<Outcome, PipelineError> {
    let mut outcome = Outcome { duplicates: vec![0; batches], books, ..Outcome::default() };
    for group in group(events, stored)? {
        // A parcel may share no more than the hash of a number with the batch: it is left alone.
        let is_touched = !group.events.is_empty()
            || group.known.iter().flat_map(|known| known.timeline.reports()).any(|report| replaced.holds(report));
        if is_touched {
            fold_group(group, replaced, judge, &mut outcome);
        }
    }
    Ok(outcome)
}

/// Parcels that share keys, and the new events that name any of these.
#[derive(Default)]
struct Group {
    known: Vec<Known>,
    events: Vec<Incoming>,
}

struct Known {
    id: i64,
    bytes: Vec<u8>,
    timeline: Timeline,
}

fn group(events: Vec<Incoming>, stored: Vec<StoredParcel>) -> Result<Vec<Group>, PipelineError> {
    let mut groups = Groups::default();
    let mut by_key: HashMap<Key, usize, RandomState> = HashMap::default();
    let mut join = |groups: &mut Groups, member: usize, key: Key| {
        let other = *by_key.entry(key).or_insert(member);
        groups.join(member, other);
    };
    let events: Vec<(usize, Incoming)> = events
        .into_iter()
        .map(|incoming| {
            let member = groups.add();
            keys(&incoming.1).for_each(|key| join(&mut groups, member, key));
            (member, incoming)
        })
        .collect();
    let mut known = Vec::with_capacity(stored.len());
    for StoredParcel { id, timeline: bytes } in stored {
        let timeline = decode(&bytes)?;
        let member = groups.add();
        timeline.reports().iter().flat_map(keys).for_each(|key| join(&mut groups, member, key));
        known.push((member, Known { id, bytes, timeline }));
    }
    let mut list: Vec<Group> = Vec::new();
    let mut place: HashMap<usize, usize, RandomState> = HashMap::default();
    let mut place_of = |list: &mut Vec<Group>, root: usize| {
        *place.entry(root).or_insert_with(|| {
            list.push(Group::default());
            list.len() - 1
        })
    };
    for (member, incoming) in events {
        let at = place_of(&mut list, groups.find(member));
        list[at].events.push(incoming);
    }
    for (member, parcel) in known {
        let at = place_of(&mut list, groups.find(member));
        list[at].known.push(parcel);
    }
    Ok(list)
}

fn fold_group(group: Group, replaced: &Replaced, judge: &Judge, outcome: &mut Outcome) {
    let Group { known, events } = group;
    let mut seen: HashSet<EventId, RandomState> =
        known.iter().flat_map(|k| k.timeline.reports()).map(|report| report.id).collect();
    let mut all: Vec<Event> = Vec::with_capacity(seen.len() + events.len());
    for (batch, event) in events {
        outcome.duplicates[batch] += i64::from(!seen.insert(event.id));
        all.push(event);
    }
    let kept = known.iter().flat_map(|parcel| parcel.timeline.reports()).filter(|report| !replaced.holds(report));
    all.extend(kept.cloned());
    let parts = if all.is_empty() { Vec::new() } else { partition(all) };
    let mut known = known.into_iter();
    for timeline in parts {
        let before = known.next();
        let bytes = encode(&timeline);
        if before.as_ref().is_some_and(|before| before.bytes == bytes) {
            continue;
        }
        let parcel = Parcel::fold(&timeline);
        let keys_now = parcel_keys(&timeline);
        let keys_before = before.as_ref().map(|before| parcel_keys(&before.timeline)).unwrap_or_default();
        take_away(before.as_ref(), judge, &mut outcome.books);
        let id = before.map_or(0, |before| before.id);
        let dues =
            parcel.as_ref().map(|parcel| outcome.books.post(judge, id, &timeline, parcel, 1)).unwrap_or_default();
        let gone: Vec<i64> = keys_before.difference(&keys_now).copied().collect();
        if !gone.is_empty() {
            outcome.unlink.push((id, gone));
        }
        let new_search_keys = keys_now.difference(&keys_before).copied().collect();
        outcome.write.push(record(id, parcel.as_ref(), bytes, (judge.until, dues), new_search_keys));
    }
    for merged in known {
        take_away(Some(&merged), judge, &mut outcome.books);
        outcome.remove.push((merged.id, parcel_keys(&merged.timeline).into_iter().collect()));
    }
}

fn take_away(before: Option<&Known>, judge: &Judge, books: &mut Books) {
    if let Some((before, parcel)) = before.and_then(|before| Some((before, Parcel::fold(&before.timeline)?))) {
        books.post(judge, before.id, &before.timeline, &parcel, -1);
    }
}

/// Everything that a parcel is found by.
pub(super) fn parcel_keys(timeline: &Timeline) -> HashSet<i64, RandomState> {
    timeline.reports().iter().flat_map(search_keys).collect()
}

/// The row of a parcel, judged up to an instant, and when it is next. One of which every event was withdrawn counts for nothing; it is
/// kept because a later event may still be about it.
pub fn record(
    id: i64,
    parcel: Option<&Parcel>,
    timeline: Vec<u8>,
    (judged_until, dues): (i64, Dues),
    new_search_keys: Vec<i64>,
) -> ParcelRecord {
    ParcelRecord {
        id,
        courier: parcel.map(|parcel| parcel.courier.clone()).unwrap_or_default(),
        class: parcel.map_or(Class::NoPromise, |parcel| parcel.class(judged_until)),
        status: parcel.map_or(Status::Announced, |parcel| parcel.status),
        day: parcel.map_or(0, Parcel::day),
        due: dues.now,
        next_due: dues.next,
        timeline,
        new_search_keys,
    }
}
