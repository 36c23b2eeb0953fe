//! `courierscope demo`: an invented network, loaded as if its couriers had sent it, or written to a file.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use chrono::{DateTime, NaiveDate};
use demo::{Delivery, Demand, Network, STORIES, Story, Subject};
use domain::view::{FeedView, Standing};
use intake::Format;
use store::{NewBatch, Store, TermsKind};
use tokio::sync::mpsc;

use super::terminal::{bytes_bar, grouped};
use crate::clock::Clock;
use crate::config::Config;
use crate::feeds::NamedFeed;
use crate::pipeline::{self, Loader, ReadBatch, Sent, take_sent};
use crate::terms::{Draft, TermsBook};

/// Parcels where nobody says how many.
pub const PARCELS: u32 = 200_000;
/// Days where nobody says how many: the stories and some time before them.
const DAYS: u32 = 90;
/// The seed where nobody gives one.
const SEED: u64 = 1;
/// Bytes of deliveries that are put into the inbox together, about.
const TOGETHER: usize = 8 << 20;
/// What the invented couriers write is never wrong; where it were, the program would be.
const FAULT: &str = "the demo's own definition is wrong";

/// What is to be invented.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// How many parcels
    #[arg(long, default_value_t = PARCELS)]
    parcels: u32,
    /// Another seed is another network with the same habits and stories
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// Days on which parcels are ordered
    #[arg(long, default_value_t = DAYS, value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,
    /// The last of them; today if left out
    #[arg(long, value_name = "DATE")]
    end: Option<NaiveDate>,
    /// Write the events to this file instead of loading them: NDJSON if it ends so, else CSV
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// List what there is to be found, and stop
    #[arg(long, conflicts_with_all = ["write", "definition"])]
    stories: bool,
    /// Write the contracts of the couriers into this folder, and stop
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["write", "definition", "stories"])]
    contracts: Option<PathBuf>,
    /// Print the feed definition that reads the CSV, and stop
    #[arg(long, conflicts_with = "write")]
    definition: bool,
}

/// Loads or writes a network, or says what is in it.
///
/// # Errors
/// Where the file or the database cannot be used, or the database holds other things.
pub async fn demo(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let clock = Clock::System;
    let &Arguments { parcels, seed, days, .. } = arguments;
    let end = arguments.end.unwrap_or_else(|| day(clock.now()));
    let network = Network::new(Demand { parcels, seed, days, end });
    if arguments.stories {
        STORIES.iter().for_each(|story| print_story(story, end));
    } else if arguments.definition {
        print!("{}", demo::definition());
    } else if let Some(folder) = &arguments.contracts {
        write_contracts(folder).with_context(|| format!("{} cannot be written", folder.display()))?;
    } else if let Some(file) = &arguments.write {
        write(&network, file).with_context(|| format!("{} cannot be written", file.display()))?;
        eprintln!("`courierscope demo --definition` prints the feed definition that reads a CSV of it.");
    } else {
        let store = super::open(config).await?;
        refuse_strangers(&store).await?;
        load(&store, &clock, network).await?;
        store.close().await;
    }
    Ok(ExitCode::SUCCESS)
}

/// Fills a database that has never received anything with a network that ends today, and goes on where that was
/// interrupted.
///
/// # Errors
/// Where the database fails.
pub async fn fill_if_empty(store: &Store, clock: &Clock, parcels: u32) -> anyhow::Result<()> {
    let network = |end| Network::new(Demand { parcels, seed: SEED, days: DAYS, end });
    let today = day(clock.now());
    let known = store.list_feeds(0).await?;
    if known.is_empty() && store.pending_batches().await? == 0 {
        return load(store, clock, network(today)).await;
    }
    let is_stranger = |feed: &FeedView| demo::couriers().iter().all(|courier| courier.feed != feed.name);
    if known.iter().any(is_stranger) || is_filled(store).await? {
        return Ok(());
    }
    // Nothing has been judged since the day on which it began.
    for end in [today, day(store.revision().await?.1)] {
        if is_begun(store, &network(end)).await? {
            return load(store, clock, network(end)).await;
        }
    }
    tracing::warn!(
        "the database holds a part of another demo, which stays as it is; give an empty one with --database-url"
    );
    Ok(())
}

/// Whether a network was loaded to its end: its feeds are switched on then.
async fn is_filled(store: &Store) -> anyhow::Result<bool> {
    for courier in demo::couriers() {
        if !store.is_switched_on(courier.feed).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the database has received what is told first of a network.
async fn is_begun(store: &Store, network: &Network) -> anyhow::Result<bool> {
    let Some(first) = network.deliveries(i64::MAX).next() else { return Ok(false) };
    let (batch, _) = taken(&definitions()?, first)?;
    Ok(store.has_batch(&batch.feed, &batch.content_hash).await?)
}

/// The day of an instant, UTC epoch milliseconds.
fn day(at: i64) -> NaiveDate {
    DateTime::from_timestamp_millis(at).unwrap_or_default().date_naive()
}

/// Invented parcels must not mix with real ones.
async fn refuse_strangers(store: &Store) -> anyhow::Result<()> {
    let known = store.list_feeds(0).await?;
    let stranger = known.iter().find(|feed| demo::couriers().iter().all(|courier| courier.feed != feed.name));
    match stranger {
        Some(feed) => anyhow::bail!(
            "the database holds what the feed “{}” has sent; give an empty one for the demo with --database-url",
            feed.name
        ),
        None => Ok(()),
    }
}

/// Puts everything into the inbox that the network's couriers have sent until now, and derives it.
///
/// # Errors
/// Where the database fails.
pub async fn load(store: &Store, clock: &Clock, network: Network) -> anyhow::Result<()> {
    for courier in demo::couriers() {
        if store.standing(courier.feed, Standing::Counted).await? == Standing::Probation {
            pipeline::switch_on(store, courier.feed).await?;
        }
    }
    sign(store, clock).await?;
    let mut loader = Loader::start(store, clock).await?;
    let bar = bytes_bar(network.bytes());
    let (ready, mut deliveries) = mpsc::channel(2);
    let until = clock.now();
    let sender = tokio::task::spawn_blocking(move || send(&network, until, &ready));
    let mut events = 0;
    while let Some(Together { batches, bytes, count }) = deliveries.recv().await {
        loader.put(batches).await?;
        events += count;
        bar.inc(bytes);
        bar.set_message(format!("{} events", grouped(events)));
    }
    sender.await??;
    loader.finish().await?;
    // That all of it is there is seen by this.
    for courier in demo::couriers() {
        pipeline::switch_on(store, courier.feed).await?;
    }
    bar.finish_and_clear();
    eprintln!(
        "{:>14}  events of an invented network; `courierscope demo --stories` says what to find",
        grouped(events)
    );
    Ok(())
}

/// Saves the contracts of the invented couriers, as far as they are not there.
async fn sign(store: &Store, clock: &Clock) -> anyhow::Result<()> {
    let terms = TermsBook::new(store.clone(), clock.clone());
    for demo::Contract { name, text } in demo::contracts() {
        if terms.contract(&name).await?.is_none() {
            let note = "Signed by an invented courier".to_owned();
            terms.save(Draft { kind: TermsKind::Contract, name, text, note, seen: None }).await?;
        }
    }
    Ok(())
}

/// Deliveries that go into the inbox together.
#[derive(Default)]
struct Together {
    batches: Vec<(NewBatch, ReadBatch)>,
    bytes: u64,
    count: u64,
}

/// Reads every delivery as its feed does, and sends it on.
fn send(network: &Network, until: i64, ready: &mpsc::Sender<Together>) -> anyhow::Result<()> {
    let feeds = definitions()?;
    let mut together = Together::default();
    for delivery in network.deliveries(until / 1000) {
        together.bytes += delivery.csv.len() as u64;
        let (batch, read) = taken(&feeds, delivery)?;
        together.count += read.summary.events as u64;
        together.batches.push((batch, read));
        if together.bytes as usize >= TOGETHER && ready.blocking_send(std::mem::take(&mut together)).is_err() {
            return Ok(());
        }
    }
    // Whoever no longer takes the rest says why.
    let _ = ready.blocking_send(together);
    Ok(())
}

/// The feeds of the invented couriers.
fn definitions() -> anyhow::Result<HashMap<&'static str, NamedFeed>> {
    let mut feeds = HashMap::new();
    for courier in demo::couriers() {
        let feed = NamedFeed::read(courier.feed, &courier.definition());
        feeds.insert(courier.feed, feed.map_err(|faults| anyhow::anyhow!("{FAULT}: {}", faults.join("; ")))?);
    }
    Ok(feeds)
}

/// A delivery as its feed reads it.
fn taken(feeds: &HashMap<&str, NamedFeed>, delivery: Delivery) -> anyhow::Result<(NewBatch, ReadBatch)> {
    let Delivery { courier, told, csv } = delivery;
    let sent = Sent { format: Format::Csv, bytes: csv, first_row: 1, idempotency_key: None, received_at: told * 1000 };
    Ok(take_sent(&feeds[courier.feed], sent)?)
}

fn write_contracts(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    demo::contracts().iter().try_for_each(|one| std::fs::write(folder.join(format!("{}.toml", one.name)), &one.text))
}

fn write(network: &Network, file: &Path) -> std::io::Result<()> {
    let is_ndjson = file.extension().is_some_and(|end| ["ndjson", "jsonl", "json"].iter().any(|one| end == *one));
    let mut out = BufWriter::with_capacity(1 << 20, File::create(file)?);
    if is_ndjson {
        network.events().try_for_each(|event| demo::ndjson(&event, &mut out))?;
    } else {
        out.write_all(demo::HEADER.as_bytes())?;
        network.events().try_for_each(|event| demo::csv(&event, &mut out))?;
    }
    out.flush()
}

fn print_story(story: &Story, end: NaiveDate) {
    let (first, last) = story.days(end);
    let whose = match story.subject {
        Subject::Courier => story.courier().to_owned(),
        Subject::Corridor(corridor) => format!("{} ({corridor})", story.courier()),
    };
    println!("{first} to {last}  {whose} {}", story.text);
    for sign in story.signs {
        let way = if sign.change < 0.0 { "falls" } else { "rises" };
        println!("{:26}{} {way}  {}", "", sign.figure.as_str(), sign.page);
    }
}
