//! Answers to questions, from the cells.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

use chrono::NaiveDate;
use domain::cell::{Counts, Cube, Dimension, MEASURES, Measure, SPAN_DAYS};
use domain::kpi::{FailureReason, Grouping, KpiQuery, KpiRow, PartyTime, Sums};
use domain::vocabulary::Party;
use polars::prelude::*;

use crate::histograms::Histograms;
use crate::run::{Key, Run, keys, measures, rows_between};
use crate::selection::{LEFT_OUT, Selection};
use crate::{Cells, CubeError};

/// A row's group number and, where days are asked for, its day.
type RowKey = (u32, Option<i32>);

/// A run that the question reads, and the group of each of its slices.
struct Chosen<'a> {
    run: &'a Run,
    groups: Vec<u32>,
}

impl Cells {
    /// Answers from one cube. The rows are sorted by the values of the groupings, in their order; without a grouping
    /// there is one row. The cube must hold every dimension of the question.
    ///
    /// # Errors
    /// [`CubeError`] where Polars refuses.
    pub fn answer(&self, query: &KpiQuery, cube: Cube) -> Result<Vec<KpiRow>, CubeError> {
        let mut groups = Selection::new(&self.names, query, &[]);
        let mut rows: PlHashMap<RowKey, Sums> = PlHashMap::default();
        let chosen = self.choose(query, cube, &mut groups);
        for (key, counts) in sum_counts(query, cube, &chosen)? {
            rows.entry(key).or_default().counts = counts;
        }
        sum_durations(query, &chosen, groups.len(), &mut rows)?;
        self.sum_parties(query, &mut groups, &mut rows)?;
        if query.group_by.is_empty() {
            rows.entry((groups.place(Vec::new()), None)).or_default();
        } else {
            rows.retain(|_, sums| !sums.is_empty());
        }
        let mut rows: Vec<(Vec<String>, Sums)> =
            rows.into_iter().map(|(key, sums)| (values(query, groups.values(key.0), key.1), sums)).collect();
        rows.sort_by(|(a, _), (b, _)| a.cmp(b));
        let row = |(values, sums): (Vec<String>, Sums)| {
            let group: BTreeMap<Grouping, String> = query.group_by.iter().copied().zip(values).collect();
            KpiRow::new(group, sums)
        };
        Ok(rows.into_iter().map(row).collect())
    }

    fn choose(&self, query: &KpiQuery, cube: Cube, selection: &mut Selection<'_>) -> Vec<Chosen<'_>> {
        self.runs(cube, &days(query)).map(|run| Chosen { run, groups: selection.of(run) }).collect()
    }

    fn sum_parties(
        &self,
        query: &KpiQuery,
        groups: &mut Selection<'_>,
        rows: &mut PlHashMap<RowKey, Sums>,
    ) -> Result<(), CubeError> {
        let mut whys = Selection::new(&self.names, query, &[Dimension::Reason, Dimension::Party]);
        let chosen = self.choose(query, Cube::Parties, &mut whys);
        for ((why, day), counts) in sum_counts(query, Cube::Parties, &chosen)? {
            let [values @ .., reason, party] = whys.values(why) else { continue };
            let group = groups.place(values.to_vec());
            let party = party.parse().unwrap_or(Party::Unknown);
            let [n, ms] = [Measure::FailedAttempts, Measure::LateTime].map(|measure| counts[measure.index()]);
            let reason = reason.parse().ok();
            if n == 0 && ms == 0 {
                continue;
            }
            let sums = rows.entry((group, day)).or_default();
            sums.failures.extend((n != 0).then_some(FailureReason { reason, party, n }));
            sums.lateness.extend((ms != 0).then_some(PartyTime { party, ms }));
        }
        Ok(())
    }
}

/// The counts of the chosen rows, by group and, where asked for, day.
fn sum_counts(query: &KpiQuery, cube: Cube, chosen: &[Chosen<'_>]) -> Result<Vec<(RowKey, Counts)>, CubeError> {
    let by_day = query.group_by.contains(&Grouping::Day);
    let mut frames: Option<DataFrame> = None;
    for Chosen { run, groups } in chosen {
        let all = keys(&run.counts)?;
        let rows = rows_between(all, within(run, query));
        let group = |key: u64| groups[Key(key).slice() as usize];
        let wanted: BooleanChunked = all[rows.clone()].iter().map(|&key| group(key) != LEFT_OUT).collect();
        let row = |key: u64| {
            let day = if by_day { run.first + Key(key).period() as i32 } else { 0 };
            u64::from(group(key)) << 32 | u64::from(day as u32)
        };
        let row: Vec<u64> = all[rows.clone()].iter().filter(|&&key| group(key) != LEFT_OUT).map(|&k| row(k)).collect();
        let frame = run.counts.slice(rows.start as i64, rows.len());
        let mut frame = if row.len() < rows.len() { frame.filter_seq(&wanted)? } else { frame };
        frame.replace("key", Column::new("key".into(), row))?;
        match &mut frames {
            Some(frames) => _ = frames.vstack_mut(&frame)?,
            None => frames = Some(frame),
        }
    }
    let Some(frame) = frames else { return Ok(Vec::new()) };
    let sums: Vec<Expr> = measures(cube).map(|measure| col(measure.as_str()).sum()).collect();
    let sums = frame.lazy().group_by([col("key")]).agg(sums).collect()?;
    let mut rows: Vec<(RowKey, Counts)> = Vec::with_capacity(sums.height());
    for key in sums.column("key")?.u64()?.into_no_null_iter() {
        rows.push((((key >> 32) as u32, by_day.then_some(key as u32 as i32)), [0; MEASURES]));
    }
    for measure in measures(cube) {
        let column = sums.column(measure.as_str())?.i64()?;
        rows.iter_mut().zip(column.into_no_null_iter()).for_each(|((_, counts), n)| counts[measure.index()] = n);
    }
    Ok(rows)
}

fn sum_durations(
    query: &KpiQuery,
    chosen: &[Chosen<'_>],
    groups: usize,
    rows: &mut PlHashMap<RowKey, Sums>,
) -> Result<(), CubeError> {
    let mut histograms = Histograms::new(groups, chosen.iter().map(|chosen| chosen.run));
    let mut hand_out = |histograms: &mut Histograms, day| {
        for (group, durations) in histograms.drain() {
            rows.entry((group, day)).or_default().durations = durations;
        }
    };
    // Runs of one span follow each other.
    for span in chosen.chunk_by(|a, b| a.run.first == b.run.first) {
        let Some(periods) = span.first().map(|chosen| within(chosen.run, query)) else { continue };
        if query.group_by.contains(&Grouping::Day) {
            for period in periods {
                for Chosen { run, groups } in span {
                    histograms.add(run, rows_between(keys(&run.buckets)?, period..period + 1), groups)?;
                }
                hand_out(&mut histograms, span.first().map(|chosen| chosen.run.first + period));
            }
        } else {
            for Chosen { run, groups } in span {
                histograms.add(run, rows_between(keys(&run.buckets)?, periods.clone()), groups)?;
            }
        }
    }
    hand_out(&mut histograms, None);
    Ok(())
}

/// The cohort days of a question, as days since 1970-01-01.
fn days(query: &KpiQuery) -> RangeInclusive<i32> {
    let day = |date: NaiveDate| date.signed_duration_since(NaiveDate::default()).num_days() as i32;
    query.from.map_or(i32::MIN, day)..=query.to.map_or(i32::MAX, day)
}

/// The days of a question that lie in a run's span, counted from the span's first.
fn within(run: &Run, query: &KpiQuery) -> Range<i32> {
    let days = days(query);
    let place = |day: i32| day.saturating_sub(run.first).clamp(0, SPAN_DAYS);
    place(*days.start())..place(days.end().saturating_add(1))
}

/// The values of a row, the day among them, in the order of the groupings.
fn values(query: &KpiQuery, group: &[String], day: Option<i32>) -> Vec<String> {
    let mut group = group.iter();
    let value = |grouping: &Grouping| match grouping {
        Grouping::Day => day.and_then(date).map(|date| date.to_string()).unwrap_or_default(),
        _ => group.next().cloned().unwrap_or_default(),
    };
    query.group_by.iter().map(value).collect()
}

fn date(day: i32) -> Option<NaiveDate> {
    NaiveDate::default().checked_add_signed(chrono::TimeDelta::days(day.into()))
}
