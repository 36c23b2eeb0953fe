//! `courierscope feeds list`, `feeds check` and `feeds switch-on`

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use intake::{PreviewEvent, PreviewRow};
use store::SwitchedOn;

use crate::clock::Clock;
use crate::config::Config;
use crate::feeds::{CANONICAL, Feeds, NamedFeed};
use crate::files::{self, Opened};
use crate::pipeline::{self, ReadAhead, Step};

/// Bytes that are enough for the first rows of a file.
const ENOUGH: usize = 1 << 20;

/// Lists the feeds.
///
/// # Errors
/// Never: a faulty definition is listed with its faults.
pub fn list(config: &Config) -> anyhow::Result<ExitCode> {
    let feeds = Feeds::of(config);
    println!("Feed definitions in {}:", feeds.folder().display());
    let mut code = ExitCode::SUCCESS;
    for (name, defined) in feeds.all() {
        match defined {
            Ok(feed) => println!("  {name:<20} {} (version {})", feed.feed.description(), feed.feed.version),
            Err(faults) => {
                code = ExitCode::from(1);
                println!("  {name:<20} cannot be used:");
                faults.iter().for_each(|fault| println!("      {fault}"));
            }
        }
    }
    Ok(code)
}

/// Shows how the first rows of a file would be understood.
///
/// # Errors
/// Where the file or the feed's definition cannot be read.
pub fn check(config: &Config, file: &Path, feed: Option<&str>, rows: usize) -> anyhow::Result<ExitCode> {
    let feed = find(config, feed)?;
    let source = File::open(file).with_context(|| format!("{} cannot be opened", file.display()))?;
    let opened = files::open(source, &name_of(file), Some(&feed.feed), &std::env::temp_dir());
    let Opened { source, format } = opened.with_context(|| file.display().to_string())?;
    let first = intake::pieces(&feed.feed, format, source.take(ENOUGH as u64 * 16), ENOUGH).next();
    let Some(first) = first else { bail!("{} is empty", file.display()) };
    let piece = first.with_context(|| file.display().to_string())?;
    let previews = intake::preview(&feed.feed, piece.format, &piece.bytes, rows)?;
    let rejected = previews.iter().filter(|row| row.rejected.is_some()).count();
    previews.iter().for_each(show);
    let now = Clock::System.now();
    let smells = intake::smells(&intake::parse(&feed.feed, piece.format, &piece.bytes, 1, now)?, now);
    if !smells.is_empty() {
        println!("\nLook at this before you import:");
        smells.iter().for_each(|smell| println!("  {smell}"));
    }
    println!("\n{} rows shown, {rejected} of them would be rejected. Nothing was stored.", previews.len());
    Ok(if rejected == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Has a feed counted, and takes in what it has brought.
///
/// # Errors
/// Where there is no such feed, or the database fails.
pub async fn switch_on(config: &Config, name: &str) -> anyhow::Result<ExitCode> {
    let store = super::open(config).await?;
    let clock = Clock::System;
    let is_known = store.list_feeds(clock.now()).await?.iter().any(|feed| feed.name == name);
    if !is_known {
        find(config, Some(name))?;
    }
    let SwitchedOn { waiting, gone } = pipeline::switch_on(&store, name).await?;
    let nothing = ReadAhead::with_room(0);
    while pipeline::derive_step(&store, clock.now(), &nothing, Step::LARGE).await?.is_some() {}
    store.close().await;
    println!("The feed {name} is counted from now on; {waiting} batches that waited were taken in.");
    if gone > 0 {
        println!("{gone} batches stay uncounted: what they held was deleted, since it was older than it is kept.");
    }
    Ok(ExitCode::SUCCESS)
}

fn show(row: &PreviewRow) {
    println!("row {}", row.row);
    if let Some(rejected) = &row.rejected {
        println!("  rejected: {}: {}", rejected.field, rejected.reason);
    } else if row.events.is_empty() {
        println!("  left out by the definition");
    }
    for event in &row.events {
        let PreviewEvent { time, event: kind, courier, tracking_number, reason, place, promise, says, .. } = event;
        println!("  {time}  {kind}  {courier}  {tracking_number}");
        let named =
            [("reason", reason), ("place", place), ("promise", promise)].map(|(name, text)| (name, text.as_str()));
        let says = says.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        for (name, text) in named.into_iter().chain(says).filter(|(_, text)| !text.is_empty()) {
            println!("      {name}: {text}");
        }
    }
}

/// The feed that was named, or the only one that is defined.
///
/// # Errors
/// Where there is no such feed, or its definition has faults.
pub fn find(config: &Config, name: Option<&str>) -> anyhow::Result<Arc<NamedFeed>> {
    let feeds = Feeds::of(config);
    let all = feeds.all();
    let folder = feeds.folder().display();
    let names = || all.keys().cloned().collect::<Vec<_>>().join(", ");
    let name = match name {
        Some(name) => name.to_owned(),
        None => match all.keys().filter(|name| *name != CANONICAL).collect::<Vec<_>>().as_slice() {
            [only] => (*only).clone(),
            _ => bail!("say which feed with --feed; there are: {}", names()),
        },
    };
    match all.get(&name) {
        Some(Ok(feed)) => Ok(feed.clone()),
        Some(Err(faults)) => bail!("the definition of feed {name} in {folder} has faults:\n  {}", faults.join("\n  ")),
        None => bail!("there is no feed {name} in {folder}; there are: {}", names()),
    }
}

/// What a file is called.
pub fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
