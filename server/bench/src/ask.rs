//! Questions, one after the other on one connection.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::client::Client;
use crate::spread::Spread;

/// Whom to ask.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where the server is, such as http://127.0.0.1:8080
    base: String,
}

/// The spread of the answers' times by name, and of all of them as `all`.
///
/// # Errors
/// The first question that is not answered with 200.
pub fn run(arguments: &Arguments) -> anyhow::Result<serde_json::Value> {
    let client = Client::new(&arguments.base);
    let mut times: BTreeMap<String, Vec<Duration>> = BTreeMap::new();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (name, path) = line.split_once('\t').with_context(|| format!("{line:?} is no name, tab and path"))?;
        let asked = Instant::now();
        client.get(path)?;
        let took = asked.elapsed();
        for name in [name, "all"] {
            times.entry(name.to_owned()).or_default().push(took);
        }
    }
    let spreads: BTreeMap<_, _> =
        times.into_iter().filter_map(|(name, times)| Some((name, Spread::of(times)?))).collect();
    Ok(serde_json::to_value(spreads)?)
}
