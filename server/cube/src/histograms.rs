//! Sums of histograms. Buckets have small numbers, so that each is added at its place in an array: to find its place by
//! a hash, as grouping a frame does, costs several times as much, and a month's question adds a quarter of a million.

use std::ops::Range;

use domain::cell::{BUCKETS, Distribution};

use crate::CubeError;
use crate::run::{Key, Run, keys};

/// Histograms of one distribution, by group.
pub(crate) struct Histograms {
    /// What the first bucket of the distribution is called in a key.
    base: u32,
    width: usize,
    /// One histogram a group, and a last one for what is left out.
    sums: Vec<i64>,
    touched: Vec<bool>,
}

/// A group, and its buckets in ascending order with what they hold.
pub(crate) type Histogram = (u32, Vec<(i32, i64)>);

impl Histograms {
    /// Empty ones, as wide as the widest of the runs.
    pub(crate) fn new<'a>(distribution: Distribution, groups: usize, runs: impl Iterator<Item = &'a Run>) -> Self {
        let width = runs.map(|run| run.width).max().unwrap_or(0);
        let base = u32::from(distribution.code()) * BUCKETS;
        Self { base, width, sums: vec![0; (groups + 1) * width], touched: vec![false; groups + 1] }
    }

    /// Adds rows of a run; `groups` are those of its slices.
    pub(crate) fn add(&mut self, run: &Run, rows: Range<usize>, groups: &[u32]) -> Result<(), CubeError> {
        let left_out = self.touched.len() - 1;
        let n = run.buckets.column("n")?.i64()?.cont_slice()?;
        for (&key, n) in keys(&run.buckets)?[rows.clone()].iter().zip(&n[rows]) {
            let bucket = Key(key).what().wrapping_sub(self.base) as usize;
            if bucket < self.width {
                let group = (groups[Key(key).slice() as usize] as usize).min(left_out);
                self.touched[group] = true;
                self.sums[group * self.width + bucket] += n;
            }
        }
        Ok(())
    }

    /// Hands out what was added, and is empty again.
    pub(crate) fn drain(&mut self) -> impl Iterator<Item = Histogram> {
        let left_out = self.touched.len() - 1;
        let groups = self.touched[..left_out].iter_mut().zip(self.sums.chunks_mut(self.width.max(1)));
        (0..).zip(groups).filter_map(|(group, (touched, sums))| {
            let buckets = (0..).zip(sums).map(|(bucket, n)| (bucket, std::mem::take(n)));
            std::mem::take(touched).then(|| (group, buckets.filter(|&(_, n)| n != 0).collect()))
        })
    }
}
