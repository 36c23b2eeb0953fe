//! Durations in buckets that add and subtract exactly, and percentiles read from them.

use std::sync::LazyLock;

/// Each bucket is 4 % wider than the one before: a percentile read from it is within 2 % of the exact one.
const GROWTH: f64 = 1.04;
/// The finest duration told apart from zero: one second.
const FINEST_MS: f64 = 1_000.0;

/// The bucket of a duration in milliseconds. Bucket 0 holds everything under a second;
/// bucket k >= 1 holds `[1.04^(k-1), 1.04^k)` seconds.
pub fn bucket_of(duration_ms: i64) -> i32 {
    EDGES.partition_point(|&edge| edge <= duration_ms as f64) as i32
}

/// The lower edges of the buckets from 1 on, up to more than any duration.
static EDGES: LazyLock<Vec<f64>> =
    LazyLock::new(|| (0..).map(lower_edge).take_while(|&edge| edge <= i64::MAX as f64).collect());

fn lower_edge(k: i32) -> f64 {
    FINEST_MS * GROWTH.powi(k)
}

/// The duration in milliseconds that stands for a bucket: the point with the same relative distance to both edges.
pub fn midpoint_ms(bucket: i32) -> i64 {
    if bucket <= 0 {
        return 0;
    }
    let edge = |k: i32| EDGES.get(k as usize).copied().unwrap_or_else(|| lower_edge(k));
    let (low, high) = (edge(bucket - 1), edge(bucket));
    (2.0 * low * high / (low + high)).round() as i64
}

/// The nearest-rank percentile: the smallest value that at least `share` (0..1] of the n values do not exceed.
/// `buckets` are (bucket, count) in ascending order of bucket. `None` where nothing was counted.
pub fn percentile_ms(buckets: &[(i32, i64)], share: f64) -> Option<i64> {
    percentiles_ms(buckets, [share]).1[0]
}

/// n, and the percentiles of several shares in ascending order.
pub fn percentiles_ms<const N: usize>(buckets: &[(i32, i64)], shares: [f64; N]) -> (i64, [Option<i64>; N]) {
    let n: i64 = buckets.iter().map(|&(_, count)| count).sum();
    let mut rest = buckets.iter().filter(|(_, count)| *count > 0);
    let (mut seen, mut last) = (0, None);
    let percentiles = shares.map(|share| {
        let rank = ((share * n as f64).ceil() as i64).max(1);
        while seen < rank
            && let Some(&(bucket, count)) = rest.next()
        {
            seen += count;
            last = Some(bucket);
        }
        last.filter(|_| seen >= rank).map(midpoint_ms)
    });
    (n, percentiles)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_bucket_stands_within_two_percent_of_what_it_holds(duration in 1_000i64..40_000_000_000) {
            let stands = midpoint_ms(bucket_of(duration)) as f64;
            prop_assert!((stands / duration as f64 - 1.0).abs() <= 0.02, "{duration} -> {stands}");
        }

        #[test]
        fn buckets_keep_the_order_of_durations(a in 0i64..40_000_000_000, b in 0i64..40_000_000_000) {
            prop_assert_eq!(a.min(b) == a || bucket_of(b) <= bucket_of(a), true);
            prop_assert!(bucket_of(a.min(b)) <= bucket_of(a.max(b)));
        }
    }

    #[test]
    fn the_nearest_rank_is_a_value_that_occurred() {
        let buckets = [(bucket_of(10_000), 1), (bucket_of(20_000), 1), (bucket_of(90_000), 2)];
        let near = |a: Option<i64>, b: i64| a.is_some_and(|a| (a as f64 / b as f64 - 1.0).abs() <= 0.02);
        assert!(near(percentile_ms(&buckets, 0.5), 20_000));
        assert!(near(percentile_ms(&buckets, 0.51), 90_000));
        assert_eq!(percentile_ms(&[], 0.5), None);
    }
}
