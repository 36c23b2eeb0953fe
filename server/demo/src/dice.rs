//! Numbers that look random and are the same every time.

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): small, fast, and as good as an invention needs.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice of their own for one parcel of one network.
    pub fn new(seed: u64, index: u64) -> Self {
        let mut dice = Self(seed ^ 0x5851_f42d_4c95_7f2d);
        let first = dice.next();
        Self(first ^ index.wrapping_mul(0xd134_2543_de82_ef95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to, not including, 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something with this probability (0..1) happens.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// From `low` up to, not including, `high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.share() * (high - low) as f64) as i64
    }

    /// From `low` to `high`, most often in the middle.
    pub fn about(&mut self, low: i64, high: i64) -> i64 {
        low + ((self.share() + self.share()) / 2.0 * (high - low) as f64) as i64
    }

    /// One of a list, each as often as its weight says.
    pub fn weighted<'a, T>(&mut self, list: &'a [T], weight: impl Fn(&T) -> f64) -> &'a T {
        let total: f64 = list.iter().map(&weight).sum();
        let mut left = self.share() * total;
        for item in list {
            left -= weight(item);
            if left < 0.0 {
                return item;
            }
        }
        &list[list.len() - 1]
    }
}
