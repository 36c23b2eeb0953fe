//! Chance that repeats itself: the same seed throws the same dice.

/// SplitMix64 (G. L. Steele et al., OOPSLA 2014).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub const fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number under `count`.
    pub const fn under(&mut self, count: usize) -> usize {
        (self.throw() % count as u64) as usize
    }

    /// True in so many of a hundred cases.
    pub const fn percent(&mut self, cases: usize) -> bool {
        self.under(100) < cases
    }

    pub const fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.under(from.len())]
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.under(last + 1));
        }
    }
}
