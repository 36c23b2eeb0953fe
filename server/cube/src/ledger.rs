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

/// Rows of (slice, period, what, sign); `what` is a measure, or a distribution and a bucket.
#[derive(Debug, Default)]
struct Columns {
    slice: Vec<u32>,
    period: Vec<i32>,
    what: Vec<i32>,
    sign: Vec<i64>,
    /// How many rows the last summing left.
    summed: usize,
}

impl Columns {
    fn push(&mut self, slice: u32, period: i32, what: i32, sign: i64) {
        self.slice.push(slice);
        self.period.push(period);
        self.what.push(what);
        self.sign.push(sign);
    }

    /// Sums by (slice, period, what), in that order, without what sums to zero.
    fn summed(self) -> Result<Vec<(u32, i32, i32, i64)>, CubeError> {
        if self.slice.is_empty() {
            return Ok(Vec::new());
        }
        let frame = df!["slice" => self.slice, "period" => self.period, "what" => self.what, "sign" => self.sign]?;
        let keys = ["slice", "period", "what"];
        let sums = frame
            .lazy()
            .group_by(keys.map(col))
            .agg([col("sign").sum()])
            .filter(col("sign").neq(lit(0)))
            .sort(keys, SortMultipleOptions::default())
            .collect()?;
        let (slice, period) = (sums.column("slice")?.u32()?, sums.column("period")?.i32()?);
        let (what, sign) = (sums.column("what")?.i32()?, sums.column("sign")?.i64()?);
        let rows = slice.into_no_null_iter().zip(period.into_no_null_iter());
        let values = what.into_no_null_iter().zip(sign.into_no_null_iter());
        Ok(rows.zip(values).map(|((slice, period), (what, sign))| (slice, period, what, sign)).collect())
    }

    /// Sums what has gathered, where that is worth it.
    fn sum_up(&mut self) -> Result<(), CubeError> {
        if self.slice.len() < ROWS_BEFORE_SUM.max(GROWTH * self.summed) {
            return Ok(());
        }
        let rows = std::mem::take(self).summed()?;
        for (slice, period, what, sign) in rows {
            self.push(slice, period, what, sign);
        }
        self.summed = self.slice.len();
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
        for (slice, period, what, sum) in self.counts.summed()? {
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
        for (slice, period, what, count) in self.durations.summed()? {
            let Some(distribution) = Distribution::from_code((what / BUCKETS as i32) as u8) else { continue };
            buckets.push(BucketDelta { slice, period, distribution, bucket: what % BUCKETS as i32, count });
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
fn what(distribution: Distribution, duration_ms: i64) -> i32 {
    i32::from(distribution.code()) * BUCKETS as i32 + bucket_of(duration_ms)
}
