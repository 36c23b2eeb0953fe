//! What the program says of its work, on standard error: a sentence and its fields, never a name, a number of a
//! parcel, an address or a body.

use std::panic::PanicHookInfo;

use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

/// How the log is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for programs.
    Json,
}

/// Starts the log. `RUST_LOG` says what is worth a line, as in `RUST_LOG=warn,server=debug`.
pub fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn,server=info".into());
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(filter);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).init(),
    }
    std::panic::set_hook(Box::new(panicked));
}

/// A message that was put together may quote what was being read; one that stands in the program quotes nothing.
fn panicked(fault: &PanicHookInfo<'_>) {
    let place = fault.location().map(ToString::to_string).unwrap_or_default();
    let what = fault.payload().downcast_ref::<&'static str>().copied().unwrap_or("see the place");
    tracing::error!(place, what, "a fault of the program");
}
