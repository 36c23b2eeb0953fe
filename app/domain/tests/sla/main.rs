//! The clock of a leg by its contract.

#![allow(clippy::unwrap_used, reason = "a test that finds nothing has failed")]

mod classes;
mod deadlines;
mod dice;
mod hand_overs;
mod lateness;
mod laws;
mod naive;
mod pauses;
mod stops;
mod support;
mod words;
