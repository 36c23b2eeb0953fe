//! Answers to questions, from the cells.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use domain::cell::{Counts, Cube, Dimension, Distribution, MEASURES, Measure, Slice};
use domain::kpi::{FailureReason, Grouping, KpiQuery, KpiRow};
use domain::vocabulary::{Party, Reason};
use polars::prelude::*;

use crate::{Cells, CubeError};

/// The sums of one row.
#[derive(Default)]
struct Sums {
    counts: Counts,
    transit: Vec<(i32, i64)>,
    failures: Vec<FailureReason>,
}

/// A row's group number and, where days are asked for, its day.
type RowKey = (u32, Option<i32>);

impl Cells {
    /// Answers from one cube. The rows are sorted by the values of the groupings, in their order; without a grouping
    /// there is one row. The cube must hold every dimension of the question.
    ///
    /// # Errors
    /// [`CubeError`] where Polars refuses.
    pub fn answer(&self, query: &KpiQuery, cube: Cube) -> Result<Vec<KpiRow>, CubeError> {
        let mut groups = Groups::default();
        let mut rows: HashMap<RowKey, Sums> = HashMap::new();
        let selected = self.select(query, cube, &mut groups)?;
        self.sum_counts(query, &selected, &mut rows)?;
        self.sum_transit(query, &selected, &mut rows)?;
        self.sum_failures(query, &mut groups, &mut rows)?;
        if query.group_by.is_empty() {
            let all = groups.place(Vec::new());
            rows.entry((all, None)).or_default();
        } else {
            rows.retain(|_, sums| {
                sums.counts.iter().any(|&n| n != 0) || !sums.transit.is_empty() || !sums.failures.is_empty()
            });
        }
        let mut rows: Vec<(Vec<String>, Sums)> =
            rows.into_iter().map(|(key, sums)| (groups.values(query, key), sums)).collect();
        rows.sort_by(|(a, _), (b, _)| a.cmp(b));
        let row = |(values, sums): (Vec<String>, Sums)| {
            let group: BTreeMap<Grouping, String> = query.group_by.iter().copied().zip(values).collect();
            KpiRow::new(group, &sums.counts, &sums.transit, sums.failures)
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// The slices of a cube that pass the filters, each with the number of its group.
    fn select(&self, query: &KpiQuery, cube: Cube, groups: &mut Groups) -> Result<LazyFrame, CubeError> {
        let slices = self.slices_where(|slice| slice.cube == cube && passes(slice, query));
        let group: Vec<u32> = slices.iter().map(|&slice| groups.of(&self.slices.list[slice as usize], query)).collect();
        Ok(df!["slice" => slices, "group" => group]?.lazy())
    }

    fn sum_counts(
        &self,
        query: &KpiQuery,
        selected: &LazyFrame,
        rows: &mut HashMap<RowKey, Sums>,
    ) -> Result<(), CubeError> {
        let sums: Vec<Expr> = Measure::ALL.iter().map(|measure| col(measure.as_str()).sum()).collect();
        let frame = grouped(&self.counts, query, selected, &[]).agg(sums).collect()?;
        let keys = keys(&frame)?;
        let columns: Vec<&Int64Chunked> =
            Measure::ALL.iter().map(|m| frame.column(m.as_str())?.i64()).collect::<PolarsResult<_>>()?;
        for (at, key) in keys.into_iter().enumerate() {
            let mut counts = [0; MEASURES];
            for (measure, column) in columns.iter().enumerate() {
                counts[measure] = column.get(at).unwrap_or(0);
            }
            rows.entry(key).or_default().counts = counts;
        }
        Ok(())
    }

    fn sum_transit(
        &self,
        query: &KpiQuery,
        selected: &LazyFrame,
        rows: &mut HashMap<RowKey, Sums>,
    ) -> Result<(), CubeError> {
        let frame = grouped(&self.buckets, query, selected, &["distribution", "bucket"])
            .agg([col("n").sum()])
            .filter(col("n").neq(lit(0)).and(col("distribution").eq(lit(i32::from(Distribution::Transit.code())))))
            .sort(["bucket"], SortMultipleOptions::default())
            .collect()?;
        let (bucket, n) = (frame.column("bucket")?.i32()?, frame.column("n")?.i64()?);
        for (at, key) in keys(&frame)?.into_iter().enumerate() {
            if let (Some(bucket), Some(n)) = (bucket.get(at), n.get(at)) {
                rows.entry(key).or_default().transit.push((bucket, n));
            }
        }
        Ok(())
    }

    fn sum_failures(
        &self,
        query: &KpiQuery,
        groups: &mut Groups,
        rows: &mut HashMap<RowKey, Sums>,
    ) -> Result<(), CubeError> {
        let selected = self.select(query, Cube::Failures, groups)?;
        let slices = self.slices_where(|slice| slice.cube == Cube::Failures);
        let of = |slice: &u32| &self.slices.list[*slice as usize].values;
        let reason = |slice| of(slice)[Dimension::Reason.index()].parse::<Reason>().map_or(0, Reason::code);
        let party = |slice| of(slice)[Dimension::Party.index()].parse::<Party>().map_or(0, Party::code);
        let why: Vec<i32> =
            slices.iter().map(|slice| i32::from(reason(slice)) * 256 + i32::from(party(slice))).collect();
        let why = df!["slice" => slices, "why" => why]?.lazy();
        let selected = selected.join(why, [col("slice")], [col("slice")], JoinArgs::new(JoinType::Inner));
        let measure = Measure::FailedAttempts.as_str();
        let frame = grouped(&self.counts, query, &selected, &["why"]).agg([col(measure).sum()]).collect()?;
        let (why, n) = (frame.column("why")?.i32()?, frame.column(measure)?.i64()?);
        for (at, key) in keys(&frame)?.into_iter().enumerate() {
            let (Some(why), Some(n)) = (why.get(at), n.get(at).filter(|&n| n != 0)) else { continue };
            let party = Party::from_code((why % 256) as u8).unwrap_or(Party::Unknown);
            let failure = FailureReason { reason: Reason::from_code((why / 256) as u8), party, n };
            rows.entry(key).or_default().failures.push(failure);
        }
        Ok(())
    }
}

/// Rows of the period and of the selected slices, grouped by group number, day where asked for, and more.
fn grouped(frame: &DataFrame, query: &KpiQuery, selected: &LazyFrame, also: &[&str]) -> LazyGroupBy {
    let mut frame = frame.clone().lazy();
    if let Some(from) = query.from {
        frame = frame.filter(col("period").gt_eq(lit(day_number(from))));
    }
    if let Some(to) = query.to {
        frame = frame.filter(col("period").lt_eq(lit(day_number(to))));
    }
    let mut keys = vec![col("group")];
    if query.group_by.contains(&Grouping::Day) {
        keys.push(col("period"));
    }
    keys.extend(also.iter().map(|&name| col(name)));
    frame.join(selected.clone(), [col("slice")], [col("slice")], JoinArgs::new(JoinType::Inner)).group_by(keys)
}

fn keys(frame: &DataFrame) -> Result<Vec<RowKey>, CubeError> {
    let group = frame.column("group")?.u32()?;
    let period = frame.column("period").ok().map(|column| column.i32()).transpose()?;
    Ok(group.into_no_null_iter().enumerate().map(|(at, group)| (group, period.and_then(|p| p.get(at)))).collect())
}

/// Combinations of values that rows are grouped by, each with a number; the day stands apart.
#[derive(Default)]
struct Groups {
    place: HashMap<Vec<String>, u32>,
    list: Vec<Vec<String>>,
}

impl Groups {
    fn of(&mut self, slice: &Slice, query: &KpiQuery) -> u32 {
        let groupings = query.group_by.iter().filter(|&&grouping| grouping != Grouping::Day);
        let values = groupings.map(|&grouping| value(slice, grouping)).collect();
        self.place(values)
    }

    fn place(&mut self, values: Vec<String>) -> u32 {
        *self.place.entry(values).or_insert_with_key(|values| {
            self.list.push(values.clone());
            (self.list.len() - 1) as u32
        })
    }

    /// The values of a row, the day among them, in the order of the groupings.
    fn values(&self, query: &KpiQuery, (group, day): RowKey) -> Vec<String> {
        let mut values = self.list[group as usize].iter();
        let value = |grouping: &Grouping| match grouping {
            Grouping::Day => day.and_then(date).map(|date| date.to_string()).unwrap_or_default(),
            _ => values.next().cloned().unwrap_or_default(),
        };
        query.group_by.iter().map(value).collect()
    }
}

fn passes(slice: &Slice, query: &KpiQuery) -> bool {
    query.filters.iter().all(|(&grouping, values)| {
        let value = value(slice, grouping);
        values.contains(&value)
    })
}

/// What a slice has for a grouping; a corridor is written `CN-ES`.
pub(crate) fn value(slice: &Slice, grouping: Grouping) -> String {
    match grouping.dimensions() {
        [one] => slice.values[one.index()].to_string(),
        [origin, destination] => {
            let (origin, destination) = (&slice.values[origin.index()], &slice.values[destination.index()]);
            if origin.is_empty() && destination.is_empty() { String::new() } else { format!("{origin}-{destination}") }
        }
        _ => String::new(),
    }
}

fn day_number(date: NaiveDate) -> i32 {
    date.signed_duration_since(NaiveDate::default()).num_days() as i32
}

fn date(day: i32) -> Option<NaiveDate> {
    NaiveDate::default().checked_add_signed(chrono::TimeDelta::days(day.into()))
}
