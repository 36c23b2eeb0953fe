//! All Polars: contributions to cells, cells to KPIs. Knows neither SQL nor HTTP, and reads no clock.

mod answer;
mod cells;
mod histograms;
mod ledger;
mod names;
mod run;
mod selection;
mod threads;

pub use cells::Cells;
pub use ledger::Ledger;
pub use threads::shared;

/// Polars refused; a fault of the program, never of the data.
#[derive(Debug, thiserror::Error)]
#[error("the figures cannot be computed: {0}")]
pub struct CubeError(#[from] polars::error::PolarsError);
