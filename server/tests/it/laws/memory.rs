//! The pipeline without a database: what the store keeps, in maps.

use std::collections::{BTreeMap, BTreeSet};

use cube::Ledger;
use domain::cell::{Counts, Cube, Delta, MEASURES, Slice};
use domain::contribution::HOURS_KEPT;
use domain::event::Event;
use domain::identity::search_keys;
use domain::parcel::Parcel;
use domain::promise::HOUR_MS;
use domain::timeline::{Timeline, decode};
use server::pipeline::{Books, Incoming, Judge, fold_batch};
use store::StoredParcel;

use crate::reference;

/// What is derived.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    parcels: BTreeMap<i64, (Vec<u8>, Option<i64>)>,
    aliases: BTreeSet<(i64, i64)>,
    cells: Cells,
    judged_until: i64,
    /// Every change of the cells.
    pub deltas: Vec<Delta>,
}

/// Sums of cells and buckets, without those that are nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cells {
    counts: BTreeMap<(Slice, i32), Counts>,
    buckets: BTreeMap<(Slice, i32, i32), i64>,
}

impl Cells {
    pub fn add(&mut self, delta: &Delta) {
        for cell in &delta.cells {
            let sums =
                self.counts.entry((delta.slices[cell.slice as usize].clone(), cell.period)).or_insert([0; MEASURES]);
            sums.iter_mut().zip(cell.counts).for_each(|(sum, count)| *sum += count);
        }
        for change in &delta.buckets {
            let place = (delta.slices[change.slice as usize].clone(), change.period, change.bucket);
            *self.buckets.entry(place).or_default() += change.count;
        }
        self.counts.retain(|_, counts| counts.iter().any(|&n| n != 0));
        self.buckets.retain(|_, n| *n != 0);
    }

    fn forget_hours_before(&mut self, hour: i64) {
        self.counts.retain(|(slice, period), _| slice.cube != Cube::Hours || i64::from(*period) >= hour);
    }

    pub fn is_empty(&self) -> bool {
        self.counts.is_empty() && self.buckets.is_empty()
    }
}

impl Memory {
    pub fn new(judged_until: i64) -> Self {
        Self { judged_until, ..Self::default() }
    }

    /// Derives one batch.
    pub fn take(&mut self, events: Vec<Event>) {
        let keys: BTreeSet<i64> = events.iter().flat_map(search_keys).collect();
        let events: Vec<Incoming> = events.into_iter().map(|event| (0, event)).collect();
        let found = self.aliases.iter().filter(|(key, _)| keys.contains(key)).map(|&(_, id)| id);
        let found: BTreeSet<i64> = found.collect();
        let stored = found.iter().map(|&id| StoredParcel { id, timeline: self.parcels[&id].0.clone() }).collect();
        let outcome =
            fold_batch(events, stored, 1, &Judge::by(reference::terms(), self.judged_until), Books::default()).unwrap();
        for (id, keys) in &outcome.remove {
            self.parcels.remove(id).unwrap();
            self.unlink(*id, keys);
        }
        outcome.unlink.iter().for_each(|(id, keys)| self.unlink(*id, keys));
        for mut parcel in outcome.write {
            if parcel.id == 0 {
                parcel.id = self.parcels.last_key_value().map_or(1, |(id, _)| id + 1);
            }
            self.aliases.extend(parcel.new_search_keys.iter().map(|&key| (key, parcel.id)));
            self.parcels.insert(parcel.id, (parcel.timeline, parcel.due));
        }
        self.add(outcome.books.now);
    }

    /// Judges what has fallen due.
    pub fn sweep(&mut self, until: i64) {
        if until <= self.judged_until {
            return;
        }
        let mut ledger = Ledger::default();
        for (timeline, due) in self.parcels.values_mut().filter(|(_, due)| due.is_some_and(|due| due < until)) {
            let timeline = decode(timeline).unwrap();
            let Some(parcel) = Parcel::fold(&timeline) else { continue };
            let judged = |until| Judge::by(reference::terms(), until).judged(&timeline, &parcel);
            ledger.post(&judged(self.judged_until).contributions, -1);
            ledger.post(&judged(until).contributions, 1);
            *due = judged(until).due;
        }
        self.judged_until = until;
        self.add(ledger);
    }

    /// Parcels with the numbers they are found by, whatever their identities.
    pub fn parcels(&self) -> Vec<(Vec<u8>, Option<i64>, BTreeSet<i64>)> {
        let keys = |id| self.aliases.iter().filter(move |(_, parcel)| *parcel == id).map(|&(key, _)| key).collect();
        let mut parcels: Vec<_> = self.parcels.iter().map(|(&id, (t, due))| (t.clone(), *due, keys(id))).collect();
        parcels.sort();
        parcels
    }

    /// The parcels' timelines.
    pub fn timelines(&self) -> Vec<Timeline> {
        self.parcels.values().map(|(timeline, _)| decode(timeline).unwrap()).collect()
    }

    pub const fn cells(&self) -> &Cells {
        &self.cells
    }

    fn unlink(&mut self, id: i64, keys: &[i64]) {
        keys.iter().for_each(|&key| _ = self.aliases.remove(&(key, id)));
    }

    fn add(&mut self, ledger: Ledger) {
        let delta = ledger.into_delta().unwrap();
        self.cells.add(&delta);
        self.cells.forget_hours_before(self.judged_until.div_euclid(HOUR_MS) - HOURS_KEPT);
        self.deltas.push(delta);
    }
}
