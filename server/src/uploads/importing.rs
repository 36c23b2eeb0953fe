//! Taking a file in, piece by piece, while others watch.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::event::Event;
use domain::upload::{ImportState, ImportView};
use domain::view::local_time;
use intake::{Format, Parsed, Unreadable};
use store::{Arrival, NewBatch};
use tokio::sync::mpsc;

use super::Shared;
use super::shelf::Upload;
use crate::feeds::NamedFeed;
use crate::inbox::Refused;
use crate::metrics;
use crate::pipeline::{ReadBatch, Sent, read_sent, to_batch};

/// Pieces that are read ahead while one is written.
const AHEAD: usize = 1;
/// Couriers that are listed.
const COURIERS: usize = 20;
/// How long to wait where others are written first, and how often.
const WAIT: Duration = Duration::from_millis(250);
const WAITS: usize = 240;

/// A piece that was read.
struct Ready {
    batch: NewBatch,
    parsed: Parsed,
    consumed: u64,
}

/// An import that has only begun.
pub(super) fn begun() -> ImportView {
    ImportView {
        state: ImportState::Running,
        feed: String::new(),
        bytes: 0,
        rows: 0,
        events: 0,
        rejected: 0,
        waiting: 0,
        couriers: Vec::new(),
        days: None,
        on_probation: false,
        fault: None,
    }
}

/// Takes a file in. What was taken stays, whatever happens; the same file again counts once.
pub(super) async fn import(shared: Arc<Shared>, upload: Upload, feed: Arc<NamedFeed>) {
    let fault = take(&shared, &upload, &feed).await.err();
    let ended = {
        let mut imports = shared.imports();
        let Some(import) = imports.get_mut(&upload.id) else { return };
        import.state = if fault.is_some() { ImportState::Failed } else { ImportState::Done };
        import.fault = fault;
        import.clone()
    };
    tracing::info!(feed = %ended.feed, rows = ended.rows, rejected = ended.rejected, "a file was imported");
    let _ = tokio::task::spawn_blocking(move || shared.keep(&upload.id, ended)).await;
}

async fn take(shared: &Arc<Shared>, upload: &Upload, feed: &Arc<NamedFeed>) -> Result<(), String> {
    let (ready, mut pieces) = mpsc::channel(AHEAD);
    let reader = {
        let (shared, upload, feed) = (shared.clone(), upload.clone(), feed.clone());
        tokio::task::spawn_blocking(move || read(&shared, &upload, &feed, &ready))
    };
    while let Some(piece) = pieces.recv().await {
        put(shared, &piece).await.map_err(|refused| {
            format!("{refused}; what was taken is safe, and importing again takes up where it stopped")
        })?;
        let mut imports = shared.imports();
        let Some(import) = imports.get_mut(&upload.id) else { break };
        add(import, piece);
    }
    match reader.await {
        Ok(read) => read.map_err(|fault| fault.to_string()),
        Err(_) => Err("a fault of the program, which its log describes".to_owned()),
    }
}

/// Reads a file piece by piece, until its end, a fault, or nobody wants more.
fn read(shared: &Shared, upload: &Upload, feed: &NamedFeed, ready: &mpsc::Sender<Ready>) -> Result<(), Unreadable> {
    let source = shared.shelf.table(upload).map_err(|fault| Unreadable::Source { reason: fault.to_string() })?;
    for piece in intake::pieces(&feed.feed, Format::Csv, source, intake::PIECE_BYTES) {
        let piece = piece?;
        let sent = Sent {
            format: piece.format,
            bytes: piece.bytes,
            first_row: piece.first_row,
            idempotency_key: None,
            received_at: shared.clock.now(),
        };
        let parsed = read_sent(feed, &sent)?;
        let batch = to_batch(feed, sent, &parsed);
        if ready.blocking_send(Ready { batch, parsed, consumed: piece.consumed }).is_err() {
            break;
        }
    }
    Ok(())
}

/// The first and the last local day.
fn days(events: &[Event]) -> Option<(String, String)> {
    let days = || events.iter().map(|event| local_time(event.at, event.offset_minutes).date_naive());
    Some((days().min()?.to_string(), days().max()?.to_string()))
}

/// Puts a piece into the inbox, after those of others.
async fn put(shared: &Shared, piece: &Ready) -> Result<(), Refused> {
    let batch = &piece.batch;
    let mut waits = 0;
    loop {
        let read = ReadBatch::new(&batch.feed, &batch.version, batch.received_at, &piece.parsed);
        let put = async { shared.inbox.place()?.put(batch.clone(), read).await };
        match put.await {
            Ok(inserted) => {
                let (events, rejected) = (piece.parsed.events.len() as u64, piece.parsed.rejected.len() as u64);
                match inserted.arrival {
                    Arrival::New => metrics::taken(&batch.feed, events, rejected),
                    Arrival::Repeated => metrics::repeated(&batch.feed),
                }
                return Ok(());
            }
            Err(refused) if waits == WAITS => return Err(refused),
            Err(_) => tokio::time::sleep(WAIT).await,
        }
        waits += 1;
    }
}

fn add(import: &mut ImportView, piece: Ready) {
    let Ready { parsed, consumed, .. } = piece;
    import.bytes = consumed;
    import.rows += parsed.rows;
    import.events += parsed.events.len() as u64;
    import.rejected += parsed.rejected.len() as u64;
    let couriers: BTreeSet<&str> = parsed.events.iter().map(|event| event.number.courier.as_str()).collect();
    for courier in couriers {
        if import.couriers.len() < COURIERS && !import.couriers.iter().any(|known| known == courier) {
            import.couriers.push(courier.to_owned());
        }
    }
    import.days = match (import.days.take(), days(&parsed.events)) {
        (Some(known), Some(new)) => Some((known.0.min(new.0), known.1.max(new.1))),
        (known, new) => known.or(new),
    };
}
