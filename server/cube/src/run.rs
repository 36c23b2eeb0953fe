//! Rows of one cube and one span of time that came together. Never changed; several are summed into one.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use domain::cell::{BUCKETS, BucketDelta, CellDelta, Cube, Measure};
use polars::prelude::*;

use crate::CubeError;
use crate::names::Codes;

/// A row's key: period within the span (12 bits), slice (28 bits), and in histograms the distribution and bucket
/// (24 bits). One number is compared and grouped several times as fast as three; in its order rows of a day stand
/// together.
#[derive(Clone, Copy)]
pub(crate) struct Key(pub(crate) u64);

impl Key {
    const fn new(period: u32, slice: u32, what: u32) -> Self {
        Self(((period as u64) << 52) | ((slice as u64) << 24) | what as u64)
    }

    pub(crate) const fn period(self) -> u32 {
        (self.0 >> 52) as u32
    }

    pub(crate) const fn slice(self) -> u32 {
        (self.0 >> 24) as u32 & 0xfff_ffff
    }

    pub(crate) const fn what(self) -> u32 {
        self.0 as u32 & 0xff_ffff
    }
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Run {
    /// The span's first period.
    pub(crate) first: i32,
    /// The slices that the keys name.
    pub(crate) slices: Vec<Codes>,
    /// `key`, and a column for every measure of the cube; in the order of the keys.
    pub(crate) counts: DataFrame,
    /// `key` and `n`; in the order of the keys.
    pub(crate) buckets: DataFrame,
    /// All buckets have numbers below this.
    pub(crate) width: usize,
}

impl Run {
    /// Rows of one cube and span, as they come.
    pub(crate) fn new(
        (cube, span): (Cube, i32),
        codes: &[Codes],
        cells: Vec<&CellDelta>,
        buckets: Vec<&BucketDelta>,
    ) -> Result<Self, CubeError> {
        let first = span * cube.periods_of_span();
        let mut own = Own { places: HashMap::new(), slices: Vec::new() };
        let mut slice = |of: u32| own.place(of, &codes[of as usize]);
        let mut cells: Vec<(u64, &CellDelta)> = cells
            .into_iter()
            .map(|cell| (Key::new((cell.period - first) as u32, slice(cell.slice), 0).0, cell))
            .collect();
        let mut buckets: Vec<(u64, i64)> = buckets
            .into_iter()
            .map(|b| {
                let what = u32::from(b.distribution.code()) * BUCKETS + b.bucket as u32;
                (Key::new((b.period - first) as u32, slice(b.slice), what).0, b.count)
            })
            .collect();
        cells.sort_unstable_by_key(|(key, _)| *key);
        buckets.sort_unstable_by_key(|(key, _)| *key);
        let key: Vec<u64> = cells.iter().map(|(key, _)| *key).collect();
        let mut columns = vec![Column::new("key".into(), key)];
        for measure in measures(cube) {
            let counts: Vec<i64> = cells.iter().map(|(_, cell)| cell.counts[measure.index()]).collect();
            columns.push(Column::new(measure.as_str().into(), counts));
        }
        let counts = DataFrame::new(cells.len(), columns)?;
        let (key, n): (Vec<u64>, Vec<i64>) = buckets.into_iter().unzip();
        let width = key.iter().map(|&key| (Key(key).what() % BUCKETS) as usize + 1).max().unwrap_or(0);
        Ok(Self { first, slices: own.slices, counts, buckets: df!["key" => key, "n" => n]?, width })
    }

    /// One run for several of one cube and span: one row a key, none that is nothing.
    pub(crate) fn summed(runs: &[Arc<Self>]) -> Result<Self, CubeError> {
        let mut places: HashMap<Codes, u32> = HashMap::new();
        let mut slices = Vec::new();
        let (mut counts, mut buckets) = (Vec::new(), Vec::new());
        for run in runs {
            let place = |codes: &Codes| {
                *places.entry(*codes).or_insert_with(|| {
                    slices.push(*codes);
                    (slices.len() - 1) as u32
                })
            };
            let places: Vec<u32> = run.slices.iter().map(place).collect();
            counts.push(renumbered(&run.counts, &places)?);
            buckets.push(renumbered(&run.buckets, &places)?);
        }
        let first = runs.first().map_or(0, |run| run.first);
        let width = runs.iter().map(|run| run.width).max().unwrap_or(0);
        Ok(Self { first, slices, counts: sum_by_key(counts)?, buckets: sum_by_key(buckets)?, width })
    }

    /// How much it holds, in rows.
    pub(crate) fn rows(&self) -> usize {
        self.counts.height() + self.buckets.height()
    }

    /// This run from a period on.
    pub(crate) fn since(&self, period: i32) -> Result<Self, CubeError> {
        let cut = |frame: &DataFrame| {
            let rows = rows_between(keys(frame)?, period - self.first..i32::MAX);
            Ok::<_, CubeError>(frame.slice(rows.start as i64, rows.len()))
        };
        let (counts, buckets) = (cut(&self.counts)?, cut(&self.buckets)?);
        Ok(Self { first: self.first, slices: self.slices.clone(), counts, buckets, width: self.width })
    }

    /// The first and the last period with counts.
    pub(crate) fn ends(&self) -> Result<Option<(i32, i32)>, CubeError> {
        let keys = keys(&self.counts)?;
        let period = |key: &u64| self.first + Key(*key).period() as i32;
        Ok(keys.first().map(period).zip(keys.last().map(period)))
    }
}

/// The keys of a run's rows.
pub(crate) fn keys(frame: &DataFrame) -> Result<&[u64], CubeError> {
    Ok(frame.column("key")?.u64()?.cont_slice()?)
}

/// The rows whose period within the span lies in the range.
pub(crate) fn rows_between(keys: &[u64], periods: Range<i32>) -> Range<usize> {
    let before = |end: i32| keys.partition_point(|&key| (Key(key).period() as i32) < end);
    let start = before(periods.start);
    start..before(periods.end).max(start)
}

/// The measures that a cube holds.
pub(crate) fn measures(cube: Cube) -> impl Iterator<Item = Measure> {
    Measure::ALL.iter().copied().filter(move |&measure| cube.holds(measure))
}

/// The slices of a run, by their place in the change that they come from.
struct Own {
    places: HashMap<u32, u32>,
    slices: Vec<Codes>,
}

impl Own {
    fn place(&mut self, of: u32, codes: &Codes) -> u32 {
        *self.places.entry(of).or_insert_with(|| {
            self.slices.push(*codes);
            (self.slices.len() - 1) as u32
        })
    }
}

fn renumbered(frame: &DataFrame, places: &[u32]) -> Result<DataFrame, CubeError> {
    let renumber = |&key: &u64| {
        let key = Key(key);
        Key::new(key.period(), places[key.slice() as usize], key.what()).0
    };
    let keys: Vec<u64> = keys(frame)?.iter().map(renumber).collect();
    let mut frame = frame.clone();
    frame.replace("key", Column::new("key".into(), keys))?;
    Ok(frame)
}

fn sum_by_key(frames: Vec<DataFrame>) -> Result<DataFrame, CubeError> {
    let mut frames = frames.into_iter();
    let Some(mut all) = frames.next() else { return Ok(DataFrame::default()) };
    for frame in frames {
        all.vstack_mut(&frame)?;
    }
    let sums: Vec<PlSmallStr> = all.get_column_names_owned().into_iter().skip(1).collect();
    let any = sums.iter().map(|name| col(name.clone()).neq(lit(0))).reduce(Expr::or).unwrap_or_else(|| lit(true));
    let sums: Vec<Expr> = sums.iter().map(|name| col(name.clone()).sum()).collect();
    let summed = all.lazy().group_by([col("key")]).agg(sums).filter(any);
    let mut summed = summed.sort(["key"], SortMultipleOptions::default()).collect()?;
    summed.rechunk_mut();
    Ok(summed)
}
