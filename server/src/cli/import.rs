//! `courierscope import`

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use domain::identity::search_key;
use domain::view::Standing;
use indicatif::ProgressBar;
use intake::{Format, Parsed, Rejected};
use store::{Arrival, NewBatch, Store};
use tokio::sync::mpsc;

use super::feeds;
use super::terminal::{bytes_bar, grouped};
use crate::clock::Clock;
use crate::config::Config;
use crate::feeds::{Feeds, NamedFeed};
use crate::pipeline::{self, Sent, read_sent, to_batch};

/// What is to be imported.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The files: CSV, JSON or NDJSON; .gz and .zst are opened
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

/// Pieces that are read ahead while one is written.
const AHEAD: usize = 2;
/// Reasons that the summary lists.
const TOP: usize = 5;

/// What became of the files.
#[derive(Debug, Default)]
struct Summary {
    rows: u64,
    events: u64,
    duplicates: u64,
    /// What their tracking numbers are found by.
    parcels: HashSet<i64>,
    rejected: u64,
    reasons: BTreeMap<String, u64>,
    unmapped: BTreeMap<String, u64>,
    faults: Vec<String>,
}

/// A piece that was read, on its way into the database.
struct Ready {
    batch: NewBatch,
    parsed: Parsed,
    consumed: u64,
}

/// Takes files in and says what became of them.
///
/// # Errors
/// Where the feed, a file or the database cannot be used.
pub async fn import(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let feed = feeds::find(config, arguments.feed.as_deref())?;
    let mut rejects = arguments.rejects.as_deref().map(Rejects::create).transpose()?;
    let store = super::open(config).await?;
    let clock = Clock::System;
    pipeline::sweep(&store, clock.now()).await?;
    if arguments.switch_on {
        pipeline::switch_on(&store, &feed.feed.name).await?;
    }
    let standing = Feeds::of(config).standing(&store, &feed.feed.name).await?;
    let mut summary = Summary::default();
    for file in &arguments.files {
        import_file(&store, &clock, &feed, file, &mut summary, &mut rejects).await?;
    }
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
    store: &Store,
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
    let bar = bytes_bar(source.metadata().map_or(0, |file| file.len()));
    let format = feeds::format_of(file, feed);
    let (ready, mut pieces) = mpsc::channel(AHEAD);
    let reader = {
        let (feed, clock) = (feed.clone(), clock.clone());
        tokio::task::spawn_blocking(move || read(&feed, format, source, &clock, &ready))
    };
    while let Some(piece) = pieces.recv().await {
        take(store, clock, piece, summary, rejects, &bar).await.context(
            "the import stopped; what was taken is safe, and importing the same file again takes up where it stopped",
        )?;
    }
    bar.finish_and_clear();
    if let Err(fault) = reader.await? {
        summary.faults.push(format!("{}: {fault}", file.display()));
    }
    Ok(())
}

/// Reads a file piece by piece, until its end, a fault, or nobody wants more.
fn read(
    feed: &NamedFeed,
    format: Format,
    source: File,
    clock: &Clock,
    ready: &mpsc::Sender<Ready>,
) -> Result<(), intake::Unreadable> {
    for piece in intake::pieces(&feed.feed, format, source, intake::PIECE_BYTES) {
        let piece = piece?;
        let sent = Sent {
            format: piece.format,
            bytes: piece.bytes,
            first_row: piece.first_row,
            idempotency_key: None,
            received_at: clock.now(),
        };
        let parsed = read_sent(feed, &sent)?;
        let batch = to_batch(feed, sent, &parsed);
        if ready.blocking_send(Ready { batch, parsed, consumed: piece.consumed }).is_err() {
            break;
        }
    }
    Ok(())
}

async fn take(
    store: &Store,
    clock: &Clock,
    piece: Ready,
    summary: &mut Summary,
    rejects: &mut Option<Rejects>,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    let Ready { batch, parsed, consumed } = piece;
    if let Some(rejects) = rejects {
        rejects.write(&parsed.rejected)?;
    }
    let inserted = store.insert_batches(std::slice::from_ref(&batch)).await?;
    let Some(inserted) = inserted.first() else { return Ok(()) };
    let known = match inserted.arrival {
        Arrival::Repeated => parsed.events.len() as u64,
        Arrival::New => derived(store, clock, inserted.id).await?,
    };
    summary.rows += parsed.rows;
    summary.events += parsed.events.len() as u64;
    summary.duplicates += known;
    summary.parcels.extend(parsed.events.iter().map(|event| search_key(&event.number.number)));
    summary.rejected += parsed.rejected.len() as u64;
    for rejected in &parsed.rejected {
        *summary.reasons.entry(format!("{}: {}", rejected.field, rejected.reason)).or_default() += 1;
    }
    for (code, count) in parsed.codes.iter().filter(|(_, count)| count.is_unmapped()) {
        *summary.unmapped.entry(code.to_string()).or_default() += count.count;
    }
    bar.set_position(consumed);
    bar.set_message(format!("{} events", grouped(summary.events)));
    Ok(())
}

/// Waits until a batch is derived, here or by a server at work on the same database; how many events were known.
async fn derived(store: &Store, clock: &Clock, batch: i64) -> anyhow::Result<u64> {
    loop {
        let progress = pipeline::derive(store, clock.now()).await?;
        if let Some(known) = store.duplicates_in(batch).await? {
            return Ok(known as u64);
        }
        if progress.is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
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
    file: csv::Writer<File>,
}

impl Rejects {
    fn create(path: &Path) -> anyhow::Result<Self> {
        let file = File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
        let mut rejects = Self { path: path.to_owned(), file: csv::Writer::from_writer(file) };
        rejects.record(["row", "field", "reason", "content"])?;
        Ok(rejects)
    }

    fn write(&mut self, rejected: &[Rejected]) -> anyhow::Result<()> {
        for Rejected { row, field, reason, raw } in rejected {
            self.record([&row.to_string(), field, reason, raw.trim_end_matches(['\r', '\n'])])?;
        }
        Ok(())
    }

    fn record<'a>(&mut self, fields: [impl AsRef<[u8]> + 'a; 4]) -> anyhow::Result<()> {
        self.file.write_record(fields).with_context(|| format!("{} cannot be written", self.path.display()))
    }

    fn finish(mut self) -> anyhow::Result<()> {
        self.file.flush().with_context(|| format!("{} cannot be written", self.path.display()))
    }
}
