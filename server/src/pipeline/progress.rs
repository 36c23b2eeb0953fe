//! Whether the pipeline gets on, for the log and for whoever asks if the server is ready.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::PipelineError;

/// After so long without a step the pipeline stands still.
const STANDSTILL: Duration = Duration::from_secs(30);
/// A fault that lasts is said again after so long.
const SAY_AGAIN: Duration = Duration::from_secs(60);

/// Whether the pipeline gets on.
#[derive(Debug)]
pub struct Progress(Mutex<State>);

#[derive(Debug)]
struct State {
    /// When a step last came to its end.
    went_on: Instant,
    /// The fault since then, and when it was last said.
    fault: Option<(String, Instant)>,
}

impl Default for Progress {
    fn default() -> Self {
        Self(Mutex::new(State { went_on: Instant::now(), fault: None }))
    }
}

impl Progress {
    /// A step came to its end, or there was nothing to do.
    pub fn goes_on(&self) {
        let mut state = self.state();
        if state.fault.take().is_some() {
            tracing::info!(after_s = state.went_on.elapsed().as_secs(), "figures follow again");
        }
        state.went_on = Instant::now();
    }

    /// A step failed. It is said at once, and then once a minute.
    pub fn fails(&self, fault: &PipelineError) {
        let mut state = self.state();
        let said = state.fault.as_ref().map(|(_, said)| *said);
        let now = Instant::now();
        if said.is_none_or(|said| now - said >= SAY_AGAIN) {
            tracing::error!(%fault, "figures stand still; what feeds send is kept and follows");
        }
        let said = said.filter(|&said| now - said < SAY_AGAIN).unwrap_or(now);
        state.fault = Some((fault.to_string(), said));
    }

    /// For how long nothing has got on and why, once that is too long.
    pub fn standstill(&self) -> Option<(Duration, String)> {
        let state = self.state();
        let since = state.went_on.elapsed();
        let why = || state.fault.as_ref().map_or("a step does not come to its end", |(fault, _)| fault).to_owned();
        (since >= STANDSTILL).then(|| (since, why()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
