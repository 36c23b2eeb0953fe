//! Sums of histograms. Buckets have small numbers, so that each is added at its place in an array: to find its place by
//! a hash, as grouping a frame does, costs several times as much, and a month's question adds a quarter of a million.

use std::collections::BTreeMap;
use std::ops::Range;

use domain::cell::{BUCKETS, Distribution};

use crate::CubeError;
use crate::run::{Key, Run, keys};

/// How many distributions there are. Their codes begin with 1.
const DISTRIBUTIONS: usize = Distribution::ALL.len();

/// Histograms of all distributions, by group.
pub(crate) struct Histograms {
    width: usize,
    /// One histogram a distribution for each group.
    sums: Vec<i64>,
    /// Of each histogram, the buckets that hold anything: from the first until after the last.
    touched: Vec<(u32, u32)>,
}

const UNTOUCHED: (u32, u32) = (u32::MAX, 0);

/// A group, and by distribution its buckets in ascending order with what they hold.
pub(crate) type Histogram = (u32, BTreeMap<Distribution, Vec<(i32, i64)>>);

impl Histograms {
    /// Empty ones, as wide as the widest of the runs.
    pub(crate) fn new<'a>(groups: usize, runs: impl Iterator<Item = &'a Run>) -> Self {
        let width = runs.map(|run| run.width).max().unwrap_or(0);
        Self { width, sums: vec![0; groups * DISTRIBUTIONS * width], touched: vec![UNTOUCHED; groups * DISTRIBUTIONS] }
    }

    /// Adds rows of a run; `groups` are those of its slices. What belongs to none is left out.
    pub(crate) fn add(&mut self, run: &Run, rows: Range<usize>, groups: &[u32]) -> Result<(), CubeError> {
        let groups_in_all = self.touched.len() / DISTRIBUTIONS;
        let n = run.buckets.column("n")?.i64()?.cont_slice()?;
        for (&key, n) in keys(&run.buckets)?[rows.clone()].iter().zip(&n[rows]) {
            let group = groups[Key(key).slice() as usize] as usize;
            if group >= groups_in_all {
                continue;
            }
            let what = Key(key).what();
            let (distribution, bucket) = ((what / BUCKETS) as usize, (what % BUCKETS) as usize);
            if (1..=DISTRIBUTIONS).contains(&distribution) && bucket < self.width {
                let histogram = group * DISTRIBUTIONS + distribution - 1;
                let (from, until) = &mut self.touched[histogram];
                (*from, *until) = ((*from).min(bucket as u32), (*until).max(bucket as u32 + 1));
                self.sums[histogram * self.width + bucket] += n;
            }
        }
        Ok(())
    }

    /// Hands out what was added, and is empty again.
    pub(crate) fn drain(&mut self) -> impl Iterator<Item = Histogram> {
        let width = self.width.max(1);
        let touched = self.touched.chunks_mut(DISTRIBUTIONS);
        let groups = touched.zip(self.sums.chunks_mut(DISTRIBUTIONS * width));
        (0..).zip(groups).filter_map(move |(group, (touched, sums))| {
            let of = |(touched, sums): (&mut (u32, u32), &mut [i64])| {
                let (from, until) = std::mem::replace(touched, UNTOUCHED);
                let held = sums.get_mut(from as usize..until as usize).unwrap_or_default();
                let buckets = (from as i32..).zip(held).map(|(bucket, n)| (bucket, std::mem::take(n)));
                buckets.filter(|&(_, n)| n != 0).collect::<Vec<_>>()
            };
            let all = Distribution::ALL.iter().copied().zip(touched.iter_mut().zip(sums.chunks_mut(width)).map(of));
            let held: BTreeMap<_, _> = all.filter(|(_, buckets)| !buckets.is_empty()).collect();
            (!held.is_empty()).then_some((group, held))
        })
    }
}
