//! `courierscope replay`

use std::process::ExitCode;
use std::sync::Arc;

use indicatif::ProgressBar;

use super::terminal::grouped;
use crate::clock::Clock;
use crate::config::Config;
use crate::feeds::{Feeds, NamedFeed};
use crate::pipeline;

/// Derives everything again.
///
/// # Errors
/// Where the database fails or a batch that was derived can no longer be read; then nothing has changed.
pub async fn replay(config: &Config, current_feeds: bool) -> anyhow::Result<ExitCode> {
    let store = super::open(config).await?;
    let current: Vec<NamedFeed> = if current_feeds {
        let feeds = Feeds::of(config).all();
        feeds.into_values().flatten().map(Arc::unwrap_or_clone).collect()
    } else {
        Vec::new()
    };
    let spinner = ProgressBar::new_spinner();
    let progress = |done: pipeline::Replayed| {
        spinner.set_message(format!("{} events read again", grouped(done.events as u64)));
        spinner.tick();
    };
    let replayed = pipeline::replay(&store, Clock::System.now(), &current, progress).await?;
    spinner.finish_and_clear();
    println!("Derived again: {} events of {} batches.", grouped(replayed.events as u64), replayed.batches);
    if replayed.set_aside > 0 {
        println!("{} batches stay set aside; the Feeds page says why they cannot be read.", replayed.set_aside);
    }
    store.close().await;
    Ok(ExitCode::SUCCESS)
}
