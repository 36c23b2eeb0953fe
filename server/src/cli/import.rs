//! `courierscope import`

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use domain::view::Standing;
use foldhash::fast::RandomState;
use futures::StreamExt;
use indicatif::ProgressBar;
use intake::{Piece, Rejected, Unreadable};
use store::{Arrival, NewBatch};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::feeds;
use super::terminal::{bytes_bar, grouped};
use crate::clock::Clock;
use crate::config::Config;
use crate::feeds::{Feeds, NamedFeed};
use crate::pipeline::{self, Loader, ReadBatch, Sent, on_a_thread, read_sent, take_read};

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

/// Pieces that are cut ahead of those that are read.
const AHEAD: usize = 2;
/// Pieces that are read at the same time.
const READING: usize = 3;
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

/// A piece that was read, on its way into the database.
struct Ready {
    batch: NewBatch,
    read: ReadBatch,
    rejected: Vec<Rejected>,
    consumed: u64,
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
    let bar = bytes_bar(source.metadata().map_or(0, |file| file.len()));
    let format = feeds::format_of(file, feed);
    let (cut, pieces) = mpsc::channel(AHEAD);
    let cutter = {
        let feed = feed.clone();
        tokio::task::spawn_blocking(move || {
            for piece in intake::pieces(&feed.feed, format, source, intake::PIECE_BYTES) {
                if cut.blocking_send(piece).is_err() {
                    break;
                }
            }
        })
    };
    let read = ReceiverStream::new(pieces).map(|piece| read(feed.clone(), piece, clock.now())).buffered(READING);
    let mut read = std::pin::pin!(read);
    while let Some(piece) = read.next().await {
        match piece? {
            Ok(piece) => take(loader, piece, summary, rejects, &bar).await?,
            Err(fault) => {
                summary.faults.push(format!("{}: {fault}", file.display()));
                break;
            }
        }
    }
    bar.finish_and_clear();
    cutter.await?;
    Ok(())
}

/// Reads a piece; the inner fault is the file's.
async fn read(
    feed: Arc<NamedFeed>,
    piece: Result<Piece, Unreadable>,
    received_at: i64,
) -> anyhow::Result<Result<Ready, Unreadable>> {
    let piece = match piece {
        Ok(piece) => piece,
        Err(fault) => return Ok(Err(fault)),
    };
    let ready = on_a_thread(move || {
        let Piece { format, bytes, first_row, consumed } = piece;
        let sent = Sent { format, bytes, first_row, idempotency_key: None, received_at };
        Ok(read_sent(&feed, &sent).map(|parsed| {
            let (batch, read) = take_read(&feed, sent, &parsed);
            Ready { batch, read, rejected: parsed.rejected, consumed }
        }))
    });
    Ok(ready.await?)
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
