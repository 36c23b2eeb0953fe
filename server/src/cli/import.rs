//! `courierscope import`

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use domain::view::Standing;
use foldhash::fast::RandomState;
use indicatif::ProgressBar;
use intake::Rejected;
use store::Arrival;

use super::feeds;
use super::terminal::{bytes_bar, grouped};
use crate::clock::Clock;
use crate::config::Config;
use crate::feeds::{Feeds, NamedFeed};
use crate::files::{self, Reading, Ready, Stopped};
use crate::pipeline::{self, Loader};

/// What is to be imported.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The files: CSV, XLSX, JSON or NDJSON; .gz and .zst are opened
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The feed that describes them; may be left out where there is one definition only
    #[arg(long)]
    feed: Option<String>,
    /// Write the rejected rows with their reasons to this CSV
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Have the feed counted, where it is new and on probation
    #[arg(long)]
    switch_on: bool,
}

/// Reasons that the summary lists.
const TOP: usize = 5;

/// What became of the files.
#[derive(Debug, Default)]
struct Summary {
    rows: u64,
    events: u64,
    duplicates: u64,
    /// What their tracking numbers are found by.
    parcels: HashSet<i64, RandomState>,
    rejected: u64,
    reasons: BTreeMap<String, u64>,
    unmapped: BTreeMap<String, u64>,
    faults: Vec<String>,
}

const STOPPED: &str =
    "the import stopped; what was taken is safe, and importing the same file again takes up where it stopped";

/// Takes files in and says what became of them.
///
/// # Errors
/// Where the feed, a file or the database cannot be used.
pub async fn import(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let feed = feeds::find(config, arguments.feed.as_deref())?;
    let mut rejects = arguments.rejects.as_deref().map(Rejects::create).transpose()?;
    let store = super::open(config).await?;
    let clock = Clock::System;
    if arguments.switch_on {
        pipeline::switch_on(&store, &feed.feed.name).await?;
    }
    let standing = Feeds::of(config).standing(&store, &feed.feed.name).await?;
    let mut loader = Loader::start(&store, &clock).await?;
    let mut summary = Summary::default();
    for file in &arguments.files {
        import_file(&mut loader, &clock, &feed, file, &mut summary, &mut rejects).await.context(STOPPED)?;
    }
    summary.duplicates += loader.finish().await.context(STOPPED)?;
    if let Some(rejects) = rejects {
        rejects.finish()?;
    }
    let corrected = store.has_other_version(&feed.feed.name, &feed.feed.version).await?;
    store.close().await;
    print(&summary);
    if corrected && summary.duplicates > 0 {
        println!(
            "The feed's definition has changed; `courierscope replay --current-feeds` reads what was known before by it."
        );
    }
    if standing == Standing::Probation {
        let name = &feed.feed.name;
        println!(
            "The feed {name} is on probation: the Feeds page shows what it brought, and no figure counts it yet. \
             Have it counted with `courierscope feeds switch-on {name}`, or with the button on its page."
        );
    }
    Ok(match (summary.events, summary.rejected, summary.faults.is_empty()) {
        (0, _, false) => ExitCode::from(2),
        (0, rejected, _) if rejected > 0 => ExitCode::from(2),
        (_, 0, true) => ExitCode::SUCCESS,
        _ => ExitCode::from(1),
    })
}

async fn import_file(
    loader: &mut Loader<'_>,
    clock: &Clock,
    feed: &Arc<NamedFeed>,
    file: &Path,
    summary: &mut Summary,
    rejects: &mut Option<Rejects>,
) -> anyhow::Result<()> {
    let source = match File::open(file) {
        Ok(source) => source,
        Err(fault) => {
            summary.faults.push(format!("{} cannot be opened: {fault}", file.display()));
            return Ok(());
        }
    };
    let bar = bytes_bar(0);
    let opened = {
        let (name, feed) = (feeds::name_of(file), feed.clone());
        tokio::task::spawn_blocking(move || files::open(source, &name, Some(&feed.feed), &std::env::temp_dir())).await?
    };
    let done = match opened {
        Ok(opened) => {
            bar.set_length(opened.source.metadata().map_or(0, |file| file.len()));
            take_all(loader, Reading::begin(feed, opened, clock), summary, rejects, &bar).await
        }
        Err(fault) => Err(Stopped::from(fault).into()),
    };
    bar.finish_and_clear();
    match done.map_err(|fault| fault.downcast::<Stopped>()) {
        Ok(()) => Ok(()),
        Err(Ok(Stopped::Unreadable(fault))) => {
            summary.faults.push(format!("{}: {fault}", file.display()));
            Ok(())
        }
        Err(Ok(fault)) => Err(fault.into()),
        Err(Err(fault)) => Err(fault),
    }
}

async fn take_all(
    loader: &mut Loader<'_>,
    mut reading: Reading,
    summary: &mut Summary,
    rejects: &mut Option<Rejects>,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    while let Some(piece) = reading.next().await? {
        take(loader, piece, summary, rejects, bar).await?;
    }
    Ok(())
}

async fn take(
    loader: &mut Loader<'_>,
    piece: Ready,
    summary: &mut Summary,
    rejects: &mut Option<Rejects>,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    let Ready { batch, read, rejected, consumed } = piece;
    if let Some(rejects) = rejects {
        rejects.write(&rejected)?;
    }
    summary.parcels.extend(&read.own_keys);
    for rejected in &rejected {
        *summary.reasons.entry(format!("{}: {}", rejected.field, rejected.reason)).or_default() += 1;
    }
    let brought = &read.summary;
    summary.rows += brought.rows as u64;
    summary.events += brought.events as u64;
    summary.rejected += brought.rejected as u64;
    for (code, _, events) in brought.codes.iter().filter(|(_, unmapped, _)| *unmapped) {
        *summary.unmapped.entry(code.clone()).or_default() += *events as u64;
    }
    let events = brought.events as u64;
    let inserted = loader.put(vec![(batch, read)]).await?;
    if inserted.iter().any(|inserted| inserted.arrival == Arrival::Repeated) {
        summary.duplicates += events;
    }
    bar.set_position(consumed);
    bar.set_message(format!("{} events", grouped(summary.events)));
    Ok(())
}

fn print(summary: &Summary) {
    println!("{:>14}  rows", grouped(summary.rows));
    println!("{:>14}  events, {} of them known before", grouped(summary.events), grouped(summary.duplicates));
    println!("{:>14}  parcels", grouped(summary.parcels.len() as u64));
    println!("{:>14}  rows rejected", grouped(summary.rejected));
    top(&summary.reasons);
    println!("{:>14}  codes that no mapping knows", summary.unmapped.len());
    top(&summary.unmapped);
    for fault in &summary.faults {
        eprintln!("courierscope: {fault}");
    }
}

fn top(counts: &BTreeMap<String, u64>) {
    let mut list: Vec<(&String, &u64)> = counts.iter().collect();
    list.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    for (what, count) in list.iter().take(TOP) {
        println!("{:>20}  {what}", grouped(**count));
    }
    if list.len() > TOP {
        println!("{:>20}  more kinds", list.len() - TOP);
    }
}

/// The file of rejected rows.
struct Rejects {
    path: PathBuf,
    rows: files::Rejects,
}

impl Rejects {
    fn create(path: &Path) -> anyhow::Result<Self> {
        let rows = File::create(path).and_then(files::Rejects::begin);
        Ok(Self { path: path.to_owned(), rows: rows.with_context(|| unwritable(path))? })
    }

    fn write(&mut self, rejected: &[Rejected]) -> anyhow::Result<()> {
        self.rows.write(rejected).with_context(|| unwritable(&self.path))
    }

    fn finish(self) -> anyhow::Result<()> {
        self.rows.finish().with_context(|| unwritable(&self.path))
    }
}

fn unwritable(path: &Path) -> String {
    format!("{} cannot be written", path.display())
}
