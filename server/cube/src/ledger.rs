//! What a batch adds to the cells and takes away: contributions, summed by cell.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use domain::Text;
use domain::cell::{BUCKETS, BucketDelta, CellDelta, Cube, Delta, Dimension, Distribution, MEASURES, Measure, Slice};
use domain::contribution::{Amount, Contribution, Values};
use domain::histogram::bucket_of;
use domain::vocabulary::EventKind;
use foldhash::fast::RandomState;
use polars::prelude::*;

use crate::CubeError;

/// Contributions on their way into the cells.
#[derive(Debug, Default)]
pub struct Ledger {
    slices: Vec<Slice>,
    place: HashMap<Slice, u32, RandomState>,
    counts: Columns,
    durations: Columns,
    /// The slices of reports, by courier and kind of event: every event has one.
    reports: HashMap<(Text, EventKind), u32, RandomState>,
}

/// Where values were placed, for the next contributions that share them.
struct Placed<'a> {
    values: &'a Arc<Values>,
    slices: [Option<u32>; Cube::ALL.len()],
}

/// Rows that may gather before they are summed, and how many times as many as were left the last time.
const ROWS_BEFORE_SUM: usize = 1 << 20;
const GROWTH: usize = 2;

/// Rows of a key and what to add; the key is a slice, a period, and what is added to: a measure, or a distribution and a
/// bucket. Polars groups one number many times faster than three.
#[derive(Debug, Default)]
struct Columns {
    key: Vec<u64>,
    sign: Vec<i64>,
    /// How many rows the last summing left.
    summed: usize,
}

/// Bits of a key: periods are days or hours since 1970-01-01, before it too; whatever is left is the slice's.
const WHAT_BITS: u32 = 17;
const PERIOD_BITS: u32 = 24;
/// What is added to a period so that it is not negative.
const PERIOD_BIAS: i32 = 1 << (PERIOD_BITS - 1);

/// The key's order is that of slice, period and what.
fn key(slice: u32, period: i32, what: u32) -> u64 {
    let period = period.saturating_add(PERIOD_BIAS).clamp(0, (1 << PERIOD_BITS) - 1) as u64;
    u64::from(slice) << (PERIOD_BITS + WHAT_BITS) | period << WHAT_BITS | u64::from(what)
}

fn parts(key: u64) -> (u32, i32, u32) {
    let period = (key >> WHAT_BITS & ((1 << PERIOD_BITS) - 1)) as i32 - PERIOD_BIAS;
    ((key >> (PERIOD_BITS + WHAT_BITS)) as u32, period, (key & ((1 << WHAT_BITS) - 1)) as u32)
}

impl Columns {
    fn push(&mut self, slice: u32, period: i32, what: u32, sign: i64) {
        self.key.push(key(slice, period, what));
        self.sign.push(sign);
    }

    /// Sums by key, in its order, without what sums to zero.
    fn summed(self) -> Result<Vec<(u64, i64)>, CubeError> {
        if self.key.is_empty() {
            return Ok(Vec::new());
        }
        let frame = df!["key" => self.key, "sign" => self.sign]?;
        let sums = frame.lazy().group_by([col("key")]).agg([col("sign").sum()]).filter(col("sign").neq(lit(0)));
        let sums = sums.sort(["key"], SortMultipleOptions::default()).collect()?;
        let (key, sign) = (sums.column("key")?.u64()?, sums.column("sign")?.i64()?);
        Ok(key.into_no_null_iter().zip(sign.into_no_null_iter()).collect())
    }

    /// Sums what has gathered, where that is worth it.
    fn sum_up(&mut self) -> Result<(), CubeError> {
        if self.key.len() < ROWS_BEFORE_SUM.max(GROWTH * self.summed) {
            return Ok(());
        }
        (self.key, self.sign) = std::mem::take(self).summed()?.into_iter().unzip();
        self.summed = self.key.len();
        Ok(())
    }
}

impl Ledger {
    /// Adds (`sign` 1) or takes away (`sign` -1) what a parcel contributes, in every cube.
    pub fn post(&mut self, contributions: &[Contribution], sign: i64) {
        // A few: one for each courier and contract, and one for each party.
        let mut known: Vec<Placed<'_>> = Vec::new();
        for contribution in contributions {
            let at = known.iter().position(|placed| Arc::ptr_eq(placed.values, &contribution.values));
            let at = at.unwrap_or_else(|| {
                known.push(Placed { values: &contribution.values, slices: Default::default() });
                known.len() - 1
            });
            let placed = &mut known[at];
            match contribution.amount {
                Amount::Sum(measure, n) => {
                    for &cube in Cube::ALL.iter().filter(|cube| cube.holds(measure)) {
                        let period = match cube {
                            Cube::Hours => contribution.hour,
                            _ => Some(contribution.day),
                        };
                        let Some(period) = period else { continue };
                        let slice = self.slice(cube, placed);
                        self.counts.push(slice, period, measure.code().into(), sign * n);
                    }
                }
                Amount::Duration(distribution, duration) => {
                    let what = what(distribution, duration);
                    for &cube in Cube::ALL.iter().filter(|cube| cube.holds_duration(distribution)) {
                        let slice = self.slice(cube, placed);
                        self.durations.push(slice, contribution.day, what, sign);
                    }
                }
                Amount::Latency(kind, duration) => {
                    let slice = self.report(&contribution.values, kind);
                    self.durations.push(slice, contribution.day, what(Distribution::Latency, duration), sign);
                }
            }
        }
    }

    /// Sums what was posted so far, where that saves room: what is posted for many parcels takes more than its sums.
    ///
    /// # Errors
    /// [`CubeError`] where Polars refuses.
    pub fn sum_up(&mut self) -> Result<(), CubeError> {
        self.counts.sum_up()?;
        self.durations.sum_up()
    }

    /// Adds what a parcel contributes between two days (inclusive) to the main cube, with the values of all dimensions:
    /// for questions that fit no cube.
    pub fn post_whole(&mut self, contributions: &[Contribution], days: RangeInclusive<i32>) {
        for contribution in contributions.iter().filter(|contribution| days.contains(&contribution.day)) {
            let values = Values::clone(&contribution.values);
            match contribution.amount {
                Amount::Sum(measure, n) => {
                    let cube = if Cube::Main.holds(measure) { Cube::Main } else { Cube::Parties };
                    let slice = self.place(Slice { cube, values });
                    self.counts.push(slice, contribution.day, measure.code().into(), n);
                }
                Amount::Duration(distribution, duration) => {
                    let slice = self.place(Slice { cube: Cube::Main, values });
                    self.durations.push(slice, contribution.day, what(distribution, duration), 1);
                }
                Amount::Latency(kind, duration) => {
                    let mut values = values;
                    values[Dimension::EventKind.index()] = Text::const_new(kind.as_str());
                    let slice = self.place(Slice { cube: Cube::Events, values });
                    self.durations.push(slice, contribution.day, what(Distribution::Latency, duration), 1);
                }
            }
        }
    }

    /// The sums.
    ///
    /// # Errors
    /// [`CubeError`] where Polars refuses.
    pub fn into_delta(self) -> Result<Delta, CubeError> {
        let mut cells: Vec<CellDelta> = Vec::new();
        for (key, sum) in self.counts.summed()? {
            let (slice, period, what) = parts(key);
            let Some(measure) = Measure::from_code(what as u8) else { continue };
            match cells.last_mut() {
                Some(cell) if cell.slice == slice && cell.period == period => cell.counts[measure.index()] = sum,
                _ => {
                    let mut counts = [0; MEASURES];
                    counts[measure.index()] = sum;
                    cells.push(CellDelta { slice, period, counts });
                }
            }
        }
        let mut buckets = Vec::new();
        for (key, count) in self.durations.summed()? {
            let (slice, period, what) = parts(key);
            let Some(distribution) = Distribution::from_code((what / BUCKETS) as u8) else { continue };
            buckets.push(BucketDelta { slice, period, distribution, bucket: (what % BUCKETS) as i32, count });
        }
        Ok(Delta { slices: self.slices, cells, buckets })
    }

    fn slice(&mut self, cube: Cube, placed: &mut Placed<'_>) -> u32 {
        *placed.slices[cube.index()].get_or_insert_with(|| {
            let mut slice = Slice { cube, values: Default::default() };
            for dimension in cube.dimensions() {
                slice.values[dimension.index()].clone_from(&placed.values[dimension.index()]);
            }
            self.place(slice)
        })
    }

    fn report(&mut self, values: &Values, kind: EventKind) -> u32 {
        let courier = &values[Dimension::Courier.index()];
        if let Some(&slice) = self.reports.get(&(courier.clone(), kind)) {
            return slice;
        }
        let mut slice = Slice { cube: Cube::Events, values: Default::default() };
        slice.values[Dimension::Courier.index()] = courier.clone();
        slice.values[Dimension::EventKind.index()] = Text::const_new(kind.as_str());
        let place = self.place(slice);
        self.reports.insert((courier.clone(), kind), place);
        place
    }

    fn place(&mut self, slice: Slice) -> u32 {
        *self.place.entry(slice).or_insert_with_key(|slice| {
            self.slices.push(slice.clone());
            (self.slices.len() - 1) as u32
        })
    }
}

/// A distribution and a bucket in one number.
fn what(distribution: Distribution, duration_ms: i64) -> u32 {
    u32::from(distribution.code()) * BUCKETS + bucket_of(duration_ms) as u32
}
