//! The only place that asks the machine for the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Tells the time.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's.
    System,
    /// A test's: stands still until it is set.
    Mock(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at this instant (UTC epoch milliseconds).
    pub fn mock(now: i64) -> Self {
        Self::Mock(Arc::new(AtomicI64::new(now)))
    }

    /// Now, in UTC epoch milliseconds.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that may")]
    pub fn now(&self) -> i64 {
        match self {
            Self::System => chrono::Utc::now().timestamp_millis(),
            Self::Mock(now) => now.load(Ordering::SeqCst),
        }
    }

    /// Sets a mock clock; the machine's cannot be set.
    pub fn set(&self, now: i64) {
        if let Self::Mock(clock) = self {
            clock.store(now, Ordering::SeqCst);
        }
    }
}
