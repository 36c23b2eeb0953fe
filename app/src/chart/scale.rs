//! Axes: where values lie, and round numbers to label them with.

/// A linear scale from shares or other values to 0..1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// The value at 0.
    pub low: f64,
    /// The value at 1, always above `low`.
    pub high: f64,
}

impl Scale {
    /// A scale for rates: up to 100 %, down to the round tenth, fifth or half below the lowest value of interest.
    pub fn of_rates(lowest: f64) -> Self {
        let room = (1.0 - lowest.clamp(0.0, 1.0)).max(0.0);
        let span = [0.1, 0.2, 0.4, 0.5, 0.6, 0.8].into_iter().find(|span| room <= *span).unwrap_or(1.0);
        Self { low: 1.0 - span, high: 1.0 }
    }

    /// Where the value lies, 0..1; values outside lie on the edge.
    pub fn at(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// Both ends and what lies evenly between.
    pub fn ticks(&self, parts: u32) -> impl Iterator<Item = f64> + use<> {
        let Self { low, high } = *self;
        (0..=parts).map(move |part| low + (high - low) * f64::from(part) / f64::from(parts))
    }
}

/// The round number at or above the largest value: 1, 2, 5 and their tenfold.
pub fn round_up(largest: i64) -> i64 {
    let mut unit: i64 = 1;
    loop {
        for step in [1, 2, 5] {
            if unit.saturating_mul(step) >= largest {
                return unit.saturating_mul(step);
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// The fewest even steps of a series whose labels do not crowd: every so many-th of `length` gets one.
pub fn label_every(length: usize, labels: usize) -> usize {
    let least = length.div_ceil(labels.max(1));
    [1, 2, 7, 14, 28, 56, 91, 182, 364].into_iter().find(|step| *step >= least).unwrap_or(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_of_rates_ends_at_a_hundred_percent() {
        assert_eq!(Scale::of_rates(0.95), Scale { low: 0.9, high: 1.0 });
        assert_eq!(Scale::of_rates(0.85), Scale { low: 0.8, high: 1.0 });
        assert_eq!(Scale::of_rates(0.05), Scale { low: 0.0, high: 1.0 });
        assert_eq!(Scale::of_rates(0.55).at(0.2), 0.0);
    }

    #[test]
    fn counts_round_up_to_one_two_five() {
        for (largest, round) in [(0, 1), (1, 1), (3, 5), (101, 200), (500, 500), (5001, 10_000)] {
            assert_eq!(round_up(largest), round);
        }
    }

    #[test]
    fn labels_do_not_crowd() {
        assert_eq!(label_every(28, 6), 7);
        assert_eq!(label_every(7, 7), 1);
        assert_eq!(label_every(90, 7), 14);
    }
}
