//! How durations spread.

use std::time::Duration;

use serde::Serialize;

/// Percentiles by nearest rank, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// How many were measured.
    pub count: usize,
    /// Half took no longer.
    pub p50_ms: f64,
    /// 95 % took no longer.
    pub p95_ms: f64,
    /// 99 % took no longer.
    pub p99_ms: f64,
    /// None took longer.
    pub max_ms: f64,
}

impl Spread {
    /// The spread of these; `None` where nothing was measured.
    pub fn of(mut durations: Vec<Duration>) -> Option<Self> {
        durations.sort_unstable();
        let rank = |percent: usize| (durations.len() * percent).div_ceil(100).saturating_sub(1);
        let at = |percent: usize| durations.get(rank(percent)).map(|duration| duration.as_secs_f64() * 1000.0);
        Some(Self { count: durations.len(), p50_ms: at(50)?, p95_ms: at(95)?, p99_ms: at(99)?, max_ms: at(100)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let spread = |count: u64| Spread::of((1..=count).rev().map(Duration::from_millis).collect());
        assert_eq!(spread(0), None);
        assert_eq!(spread(1), Some(Spread { count: 1, p50_ms: 1.0, p95_ms: 1.0, p99_ms: 1.0, max_ms: 1.0 }));
        let spread = spread(200).unwrap();
        assert_eq!([spread.p50_ms, spread.p95_ms, spread.p99_ms, spread.max_ms], [100.0, 190.0, 198.0, 200.0]);
    }
}
