//! All cells, in memory, as frames. Cells only add up, so a change is appended; now and then the rows of a cell
//! are summed into one.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use domain::cell::{Cube, Delta, Measure, Slice};
use domain::kpi::Grouping;
use polars::prelude::*;

use crate::CubeError;

/// After so many appended changes the frames are summed.
const CHANGES_BEFORE_SUM: usize = 64;

/// The cells of one moment. Cheap to clone; never changed in place, so that a question sees one moment.
#[derive(Debug, Clone)]
pub struct Cells {
    pub(crate) slices: Arc<Slices>,
    /// slice, period, and a column for every measure.
    pub(crate) counts: DataFrame,
    /// slice, period, distribution, bucket, n.
    pub(crate) buckets: DataFrame,
    changes: usize,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Slices {
    pub(crate) list: Vec<Slice>,
    place: HashMap<Slice, u32>,
}

impl Slices {
    fn place(&mut self, slice: &Slice) -> u32 {
        if let Some(&place) = self.place.get(slice) {
            return place;
        }
        self.list.push(slice.clone());
        let place = (self.list.len() - 1) as u32;
        self.place.insert(slice.clone(), place);
        place
    }
}

impl Cells {
    /// No cells.
    ///
    /// # Errors
    /// [`CubeError`] where Polars refuses.
    pub fn new() -> Result<Self, CubeError> {
        let empty = Delta::default();
        Ok(Self {
            slices: Arc::default(),
            counts: count_frame(&empty, &[])?,
            buckets: bucket_frame(&empty, &[])?,
            changes: 0,
        })
    }

    /// These cells with a change added.
    ///
    /// # Errors
    /// [`CubeError`] where Polars refuses.
    pub fn with(&self, delta: &Delta) -> Result<Self, CubeError> {
        if delta.is_empty() {
            return Ok(self.clone());
        }
        let mut next = self.clone();
        let slices = Arc::make_mut(&mut next.slices);
        let places: Vec<u32> = delta.slices.iter().map(|slice| slices.place(slice)).collect();
        next.counts.vstack_mut(&count_frame(delta, &places)?)?;
        next.buckets.vstack_mut(&bucket_frame(delta, &places)?)?;
        next.changes += 1;
        if next.changes >= CHANGES_BEFORE_SUM { next.summed() } else { Ok(next) }
    }

    /// These cells without the hours before `first_hour`.
    ///
    /// # Errors
    /// [`CubeError`] where Polars refuses.
    pub fn without_hours_before(&self, first_hour: i32) -> Result<Self, CubeError> {
        let hours = self.slices_where(|slice| slice.cube == Cube::Hours);
        if hours.is_empty() {
            return Ok(self.clone());
        }
        let hours = df!["slice" => hours]?.lazy().with_column(lit(true).alias("is_hour"));
        let old = col("is_hour").fill_null(lit(false)).and(col("period").lt(lit(first_hour)));
        let keep: Vec<Expr> = count_columns().iter().map(|name| col(name.clone())).collect();
        let counts = self.counts.clone().lazy();
        let counts = counts.join(hours, [col("slice")], [col("slice")], JoinArgs::new(JoinType::Left));
        Ok(Self { counts: counts.filter(old.not()).select(keep).collect()?, ..self.clone() })
    }

    /// The values of a grouping that occur, sorted.
    pub fn values(&self, grouping: Grouping) -> Vec<String> {
        let holds = |slice: &&Slice| {
            slice.cube != Cube::Failures
                && grouping.dimensions().iter().all(|dimension| slice.cube.dimensions().contains(dimension))
        };
        let values: BTreeSet<String> =
            self.slices.list.iter().filter(holds).map(|slice| crate::answer::value(slice, grouping)).collect();
        values.into_iter().filter(|value| !value.is_empty()).collect()
    }

    /// The first and the last cohort day that hold anything, as days since 1970-01-01.
    ///
    /// # Errors
    /// [`CubeError`] where Polars refuses.
    pub fn days(&self) -> Result<Option<(i32, i32)>, CubeError> {
        let main = df!["slice" => self.slices_where(|slice| slice.cube == Cube::Main)]?.lazy();
        let days =
            self.counts.clone().lazy().join(main, [col("slice")], [col("slice")], JoinArgs::new(JoinType::Inner));
        let ends = days.select([col("period").min().alias("first"), col("period").max().alias("last")]).collect()?;
        let end = |name: &str| Ok::<_, CubeError>(ends.column(name)?.i32()?.get(0));
        Ok(end("first")?.zip(end("last")?))
    }

    pub(crate) fn slices_where(&self, condition: impl Fn(&Slice) -> bool) -> Vec<u32> {
        let list = self.slices.list.iter().enumerate();
        list.filter(|(_, slice)| condition(slice)).map(|(place, _)| place as u32).collect()
    }

    /// One row a cell, in order, without empty ones.
    fn summed(self) -> Result<Self, CubeError> {
        let sums: Vec<Expr> = Measure::ALL.iter().map(|measure| col(measure.as_str()).sum()).collect();
        let any = Measure::ALL.iter().map(|measure| col(measure.as_str()).neq(lit(0)));
        let any = any.reduce(Expr::or).unwrap_or_else(|| lit(true));
        let keys = ["slice", "period"].map(col);
        let counts = self.counts.lazy().group_by(keys).agg(sums).filter(any);
        let keys = ["slice", "period", "distribution", "bucket"];
        let buckets = self.buckets.lazy().group_by(keys.map(col)).agg([col("n").sum()]).filter(col("n").neq(lit(0)));
        let order = SortMultipleOptions::default();
        Ok(Self {
            slices: self.slices,
            counts: counts.sort(["period", "slice"], order.clone()).collect()?,
            buckets: buckets.sort(["period", "slice", "distribution", "bucket"], order).collect()?,
            changes: 0,
        })
    }
}

fn count_columns() -> Vec<PlSmallStr> {
    ["slice", "period"].into_iter().chain(Measure::ALL.iter().map(|m| m.as_str())).map(PlSmallStr::from).collect()
}

fn count_frame(delta: &Delta, places: &[u32]) -> Result<DataFrame, CubeError> {
    let cells = &delta.cells;
    let slice: Vec<u32> = cells.iter().map(|cell| places[cell.slice as usize]).collect();
    let period: Vec<i32> = cells.iter().map(|cell| cell.period).collect();
    let mut columns = vec![Column::new("slice".into(), slice), Column::new("period".into(), period)];
    for measure in Measure::ALL {
        let counts: Vec<i64> = cells.iter().map(|cell| cell.counts[measure.index()]).collect();
        columns.push(Column::new(measure.as_str().into(), counts));
    }
    Ok(DataFrame::new(cells.len(), columns)?)
}

fn bucket_frame(delta: &Delta, places: &[u32]) -> Result<DataFrame, CubeError> {
    let buckets = &delta.buckets;
    let slice: Vec<u32> = buckets.iter().map(|bucket| places[bucket.slice as usize]).collect();
    let period: Vec<i32> = buckets.iter().map(|bucket| bucket.period).collect();
    let distribution: Vec<i32> = buckets.iter().map(|bucket| bucket.distribution.code().into()).collect();
    let number: Vec<i32> = buckets.iter().map(|bucket| bucket.bucket).collect();
    let n: Vec<i64> = buckets.iter().map(|bucket| bucket.count).collect();
    Ok(df!["slice" => slice, "period" => period, "distribution" => distribution, "bucket" => number, "n" => n]?)
}
