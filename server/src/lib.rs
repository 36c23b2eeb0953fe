//! Courierscope's server: what couriers' feeds send becomes KPIs, and managers see them.
//!
//! In reading order: [`config`] says how it runs, [`feeds`] how what is sent is read, [`files`] and [`watched`] how
//! files come in, [`pipeline`] how it becomes figures, [`backend`] answers questions, [`http`] serves them, [`cli`] is the
//! commands.

pub mod backend;
pub mod cli;
pub mod clock;
pub mod config;
pub mod feeds;
pub mod files;
pub mod http;
pub mod inbox;
pub mod log;
pub mod metrics;
pub mod outlook;
pub mod pipeline;
pub mod terms;
pub mod uploads;
pub mod watched;
