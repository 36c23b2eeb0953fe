//! A share with what it rests on.

use serde::{Deserialize, Serialize};

/// A share of hits in a total with its 95 % Wilson score interval. Shares are 0..1; `None` where the total is 0.
///
/// Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rate {
    /// How many count as a hit.
    pub hits: i64,
    /// How many were counted: n.
    pub total: i64,
    /// hits / total, 0..1.
    pub rate: Option<f64>,
    /// Lower end of the interval, 0..1.
    pub low: Option<f64>,
    /// Upper end of the interval, 0..1.
    pub high: Option<f64>,
}

impl Rate {
    /// `centre = (p + z²/2n) / (1 + z²/n)`, `half = z·sqrt(p(1-p)/n + z²/4n²) / (1 + z²/n)`, z = 1.96.
    pub fn new(hits: i64, total: i64) -> Self {
        if total <= 0 {
            return Self { hits, total, ..Self::default() };
        }
        const Z: f64 = 1.96;
        let n = total as f64;
        let p = hits as f64 / n;
        let scale = 1.0 + Z * Z / n;
        let centre = (p + Z * Z / (2.0 * n)) / scale;
        let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / scale;
        Self { hits, total, rate: Some(p), low: Some((centre - half).max(0.0)), high: Some((centre + half).min(1.0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_agrees_with_the_published_examples() {
        for (hits, total, low, high) in
            [(19, 20, 76.4, 99.1), (92, 100, 85.0, 95.9), (475, 500, 92.7, 96.6), (9500, 10_000, 94.6, 95.4)]
        {
            let rate = Rate::new(hits, total);
            let percent = |share: Option<f64>| (share.unwrap_or(f64::NAN) * 1000.0).round() / 10.0;
            assert_eq!((percent(rate.low), percent(rate.high)), (low, high), "{hits} of {total}");
        }
    }

    #[test]
    fn nothing_counted_has_no_rate() {
        assert_eq!(Rate::new(0, 0).rate, None);
    }
}
