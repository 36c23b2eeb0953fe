//! Answers to questions, from the cells.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

use chrono::NaiveDate;
use domain::cell::{Counts, Cube, Dimension, Distribution, MEASURES, Measure, SPAN_DAYS};
use domain::kpi::{FailureReason, Grouping, Holds, KpiQuery, KpiRow, PartyTime, Sums};
use domain::vocabulary::Party;
use polars::prelude::*;
use rayon::prelude::*;

use crate::histograms::Histograms;
use crate::run::{Key, Run, keys, measures, rows_between};
use crate::selection::Selection;
use crate::threads::shared;
use crate::{Cells, CubeError};

/// A row's group number and, where days are asked for, its day.
type RowKey = (u32, Option<i32>);

/// Fewer rows than this are made by one thread.
const ROWS_AT_ONCE: usize = 128;

/// Sums by the groups of a selection that is cut further than the rows.
type Cut<'a, T> = (Selection<'a>, Vec<(RowKey, T)>);

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
        shared(|| self.answer_here(query, cube))
    }

    fn answer_here(&self, query: &KpiQuery, cube: Cube) -> Result<Vec<KpiRow>, CubeError> {
        let mut groups = Selection::new(&self.names, query, &[]);
        // Cells that were made for a question that fits no cube hold every dimension in every cube.
        let is_held = |dimension| Cube::Events.dimensions().contains(&dimension);
        let is_whole = query.cube().is_none();
        let holds = Holds {
            latency: is_whole || query.dimensions().all(is_held),
            open_transit: is_whole || cube.holds_duration(Distribution::OpenTransit),
        };
        let chosen = self.choose(query, cube, &mut groups);
        // About half of the work each.
        let (durations, (counts, parties, latency)) = rayon::join(
            || sum_durations(query, &chosen, groups.len()),
            || {
                let counts = sum_counts(query, cube, &chosen, groups.len());
                (counts, self.parties(query), holds.latency.then(|| self.latency(query)))
            },
        );
        let mut rows = durations?;
        for (key, counts) in counts? {
            rows.entry(key).or_default().counts = counts;
        }
        add_parties(parties?, &mut groups, &mut rows);
        if let Some(latency) = latency {
            add_latency(query, latency?, &mut groups, &mut rows);
        }
        if query.group_by.is_empty() {
            rows.entry((groups.place(Vec::new()), None)).or_default();
        } else {
            rows.retain(|_, sums| !sums.is_empty());
        }
        // Sums are long: their keys are sorted in their place.
        let mut order: Vec<(Vec<String>, RowKey)> =
            rows.keys().map(|&key| (values(query, groups.values(key.0), key.1), key)).collect();
        order.sort_unstable();
        let rows: Vec<(Vec<String>, Sums)> =
            order.into_iter().filter_map(|(values, key)| Some((values, rows.remove(&key)?))).collect();
        let row = |(values, sums): (Vec<String>, Sums)| {
            let group: BTreeMap<Grouping, String> = query.group_by.iter().copied().zip(values).collect();
            KpiRow::new(group, sums, holds)
        };
        Ok(rows.into_par_iter().with_min_len(ROWS_AT_ONCE).map(row).collect())
    }

    fn choose(&self, query: &KpiQuery, cube: Cube, selection: &mut Selection<'_>) -> Vec<Chosen<'_>> {
        self.runs(cube, &days(query)).map(|run| Chosen { run, groups: selection.of(run) }).collect()
    }

    fn parties<'a>(&'a self, query: &'a KpiQuery) -> Result<Cut<'a, Counts>, CubeError> {
        let mut cut = Selection::new(&self.names, query, &[Dimension::Reason, Dimension::Party]);
        let chosen = self.choose(query, Cube::Parties, &mut cut);
        let sums = sum_counts(query, Cube::Parties, &chosen, cut.len())?;
        Ok((cut, sums))
    }

    fn latency<'a>(&'a self, query: &'a KpiQuery) -> Result<Cut<'a, Sums>, CubeError> {
        let mut cut =
            Selection::new(&self.names, query, if tells_kinds(query) { &[Dimension::EventKind] } else { &[] });
        let chosen = self.choose(query, Cube::Events, &mut cut);
        let sums = sum_durations(query, &chosen, cut.len())?;
        Ok((cut, sums.into_iter().collect()))
    }
}

/// By day the kinds of events are too many to be told apart.
fn tells_kinds(query: &KpiQuery) -> bool {
    !query.group_by.contains(&Grouping::Day)
}

fn add_parties((cut, sums): Cut<'_, Counts>, groups: &mut Selection<'_>, rows: &mut PlHashMap<RowKey, Sums>) {
    for ((why, day), counts) in sums {
        let [values @ .., reason, party] = cut.values(why) else { continue };
        let [n, late, customs] =
            [Measure::FailedAttempts, Measure::LateTime, Measure::CustomsTime].map(|measure| counts[measure.index()]);
        if n == 0 && late == 0 && customs == 0 {
            continue;
        }
        let (reason, party) = (reason.parse().ok(), party.parse().unwrap_or(Party::Unknown));
        let sums = rows.entry((groups.place(values.to_vec()), day)).or_default();
        sums.failures.extend((n != 0).then_some(FailureReason { reason, party, n }));
        sums.lateness.extend((late != 0).then_some(PartyTime { party, ms: late }));
        sums.customs.extend((customs != 0).then_some(PartyTime { party, ms: customs }));
    }
}

fn add_latency(
    query: &KpiQuery,
    (cut, sums): Cut<'_, Sums>,
    groups: &mut Selection<'_>,
    rows: &mut PlHashMap<RowKey, Sums>,
) {
    let tells_kinds = tells_kinds(query);
    for ((group, day), mut sums) in sums {
        let Some(buckets) = sums.durations.remove(&Distribution::Latency) else { continue };
        let (values, kind) = match cut.values(group) {
            [values @ .., kind] if tells_kinds => (values, kind.parse().ok()),
            values => (values, None),
        };
        rows.entry((groups.place(values.to_vec()), day)).or_default().latency.push((kind, buckets));
    }
}

/// The counts of the chosen rows, by group and, where asked for, day. The rows of a day stand together, so that the place of
/// a group's sums is looked up once a day; column by column they are then added in a row of numbers that stays near, which
/// costs a fraction of grouping a frame with so many measures.
fn sum_counts(
    query: &KpiQuery,
    cube: Cube,
    chosen: &[Chosen<'_>],
    groups_in_all: usize,
) -> Result<Vec<(RowKey, Counts)>, CubeError> {
    const NOWHERE: u32 = u32::MAX;
    let by_day = query.group_by.contains(&Grouping::Day);
    let mut sums: Vec<(RowKey, Counts)> = Vec::new();
    let mut places: PlHashMap<RowKey, u32> = PlHashMap::default();
    for Chosen { run, groups } in chosen {
        let all = keys(&run.counts)?;
        let rows = rows_between(all, within(run, query));
        // Rows that the question asks for, and the places of their sums.
        let mut asked: Vec<(u32, u32)> = Vec::with_capacity(rows.len());
        let (mut here, mut period) = (vec![NOWHERE; groups_in_all], None);
        for (row, key) in (rows.start as u32..).zip(all[rows].iter().map(|&key| Key(key))) {
            if by_day && period != Some(key.period()) {
                period = Some(key.period());
                here.fill(NOWHERE);
            }
            let group = groups[key.slice() as usize];
            let Some(place) = here.get_mut(group as usize) else { continue };
            if *place == NOWHERE {
                let row = (group, by_day.then(|| run.first + key.period() as i32));
                *place = *places.entry(row).or_insert_with(|| {
                    sums.push((row, [0; MEASURES]));
                    (sums.len() - 1) as u32
                });
            }
            asked.push((row, *place));
        }
        let placed = asked.iter().map(|&(_, place)| place as usize);
        let Some((first, last)) = placed.clone().min().zip(placed.max()) else { continue };
        let mut near = vec![0_i64; last + 1 - first];
        for measure in measures(cube) {
            let column = run.counts.column(measure.as_str())?.i64()?.cont_slice()?;
            for &(row, place) in &asked {
                near[place as usize - first] += column[row as usize];
            }
            for ((_, counts), n) in sums[first..=last].iter_mut().zip(&mut near) {
                counts[measure.index()] += std::mem::take(n);
            }
        }
    }
    Ok(sums)
}

fn sum_durations(query: &KpiQuery, chosen: &[Chosen<'_>], groups: usize) -> Result<PlHashMap<RowKey, Sums>, CubeError> {
    let mut rows: PlHashMap<RowKey, Sums> = PlHashMap::default();
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
    Ok(rows)
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
