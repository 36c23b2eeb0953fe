//! Durations, counted by bucket.

use crate::histogram::{bucket_of, percentile_ms};

/// How often a duration of each bucket occurred.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Bucket and count, in ascending order of bucket.
    counts: Vec<(i32, i64)>,
}

impl Tally {
    /// Counts a duration in milliseconds.
    pub(super) fn add(&mut self, duration_ms: i64) {
        let bucket = bucket_of(duration_ms);
        let place = self.counts.partition_point(|&(counted, _)| counted < bucket);
        match self.counts.get_mut(place) {
            Some((counted, count)) if *counted == bucket => *count += 1,
            _ => self.counts.insert(place, (bucket, 1)),
        }
    }

    /// How many durations were counted.
    pub(super) fn n(&self) -> i64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// How many of them are no longer than this one. All of its own bucket are taken to be: a duration may be up to 4 %
    /// longer and still count.
    pub(super) fn up_to(&self, duration_ms: i64) -> i64 {
        let bucket = bucket_of(duration_ms);
        self.counts.iter().take_while(|(counted, _)| *counted <= bucket).map(|(_, count)| count).sum()
    }

    /// The nearest-rank percentile in milliseconds, within 2 %; `None` where nothing was counted.
    pub(super) fn percentile_ms(&self, share: f64) -> Option<i64> {
        percentile_ms(&self.counts, share)
    }
}
