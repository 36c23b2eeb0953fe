//! Events from many connections at once.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::Context;
use chrono::NaiveDate;
use serde::Serialize;

use crate::client::Client;
use crate::events::Bodies;
use crate::fresh::Probe;
use crate::spread::Spread;

/// What is to be sent, and for how long.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where the server is, such as http://127.0.0.1:8080
    base: String,
    /// What tracking numbers begin with; events under the same name are sent only once
    #[arg(long)]
    name: String,
    /// The day on which the parcels set out
    #[arg(long)]
    day: NaiveDate,
    /// Connections that send at once
    #[arg(long, default_value_t = 4)]
    connections: u64,
    /// Events in a body
    #[arg(long, default_value_t = 1000)]
    events: u64,
    /// How long to send, in seconds
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Events a second of all connections together; as fast as they are taken if left out
    #[arg(long)]
    rate: Option<u64>,
    /// Measure meanwhile how soon figures show an event, at least so often
    #[arg(long, default_value_t = 0)]
    samples: usize,
}

/// Probes that look for their events at the same time.
const PROBES: usize = 2;
/// Sending goes on for no more than so many times its seconds where samples are missing.
const LONGEST: u32 = 3;

#[derive(Debug, Serialize)]
struct Measured {
    events_per_s: f64,
    bodies_per_s: f64,
    /// How often a body was sent again because the server had asked for that.
    refused: u64,
    /// From sending a body, or from when its turn was at a given rate, to its answer.
    answer: Option<Spread>,
    /// From sending an event to the figure that shows it.
    fresh: Option<Spread>,
    /// From the last answer until the figures held all events, in seconds.
    catch_up_s: f64,
}

/// Sends and says what came of it.
///
/// # Errors
/// Where the server does not answer or does not take an event.
pub fn run(arguments: &Arguments) -> anyhow::Result<serde_json::Value> {
    let start = Instant::now();
    let least = Duration::from_secs(arguments.seconds);
    let samples = AtomicUsize::new(0);
    let goes_on = || {
        let has_samples = samples.load(Relaxed) >= arguments.samples;
        start.elapsed() < if has_samples { least } else { least * LONGEST }
    };
    let probes = if arguments.samples > 0 { PROBES } else { 0 };
    let (sent, fresh) = std::thread::scope(|scope| {
        let (goes_on, samples) = (&goes_on, &samples);
        let senders = (0..arguments.connections)
            .map(|number| scope.spawn(move || send(arguments, number, start, goes_on)))
            .collect::<Vec<_>>();
        let probes = (0..probes)
            .map(|number| scope.spawn(move || probe(arguments, number, samples, goes_on)))
            .collect::<Vec<_>>();
        (gather(senders), gather(probes))
    });
    let (sent, fresh) = (sent?, fresh?);
    let caught_up = Probe::new(&arguments.base, &format!("{}-end", arguments.name), arguments.day).measure()?;
    let bodies_per_s = sent.times.len() as f64 / sent.until.as_secs_f64();
    Ok(serde_json::to_value(Measured {
        events_per_s: bodies_per_s * arguments.events as f64,
        bodies_per_s,
        refused: sent.refused,
        answer: Spread::of(sent.times),
        fresh: Spread::of(fresh.times),
        catch_up_s: caught_up.as_secs_f64(),
    })?)
}

#[derive(Debug, Default)]
struct Sent {
    times: Vec<Duration>,
    refused: u64,
    /// When the last answer came, from the start.
    until: Duration,
}

/// Puts together what threads have measured.
fn gather(threads: Vec<std::thread::ScopedJoinHandle<'_, anyhow::Result<Sent>>>) -> anyhow::Result<Sent> {
    threads.into_iter().try_fold(Sent::default(), |mut all, thread| {
        let one = thread.join().ok().context("a thread broke off")??;
        all.times.extend(one.times);
        all.refused += one.refused;
        all.until = all.until.max(one.until);
        Ok(all)
    })
}

fn send(arguments: &Arguments, number: u64, start: Instant, goes_on: impl Fn() -> bool) -> anyhow::Result<Sent> {
    let client = Client::new(&arguments.base);
    let mut bodies = Bodies::new(format!("{}-{number}", arguments.name), arguments.day, arguments.events);
    let mut sent = Sent::default();
    // At a given rate each connection has its turns, evenly apart from those of the others.
    let apart = arguments.rate.map(|rate| Duration::from_secs_f64(arguments.events as f64 / rate as f64));
    let mut turn = number;
    while goes_on() {
        let body = bodies.next();
        let mut due = Instant::now();
        if let Some(apart) = apart {
            due = start + apart.mul_f64(turn as f64);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            turn += arguments.connections;
        }
        sent.refused += client.send(&body)?;
        sent.times.push(due.elapsed());
        sent.until = start.elapsed();
    }
    Ok(sent)
}

fn probe(
    arguments: &Arguments,
    number: usize,
    samples: &AtomicUsize,
    goes_on: impl Fn() -> bool,
) -> anyhow::Result<Sent> {
    let mut probe = Probe::new(&arguments.base, &format!("{}-{number}", arguments.name), arguments.day);
    let mut sent = Sent::default();
    while goes_on() {
        sent.times.push(probe.measure()?);
        samples.fetch_add(1, Relaxed);
    }
    Ok(sent)
}
