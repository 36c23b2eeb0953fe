//! Reading ahead: while one piece is written, the next ones are cut and read.

use std::pin::Pin;
use std::sync::Arc;

use futures::{Stream, StreamExt};
use intake::{Piece, Rejected, Unreadable};
use store::NewBatch;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_stream::wrappers::ReceiverStream;

use super::Opened;
use crate::clock::Clock;
use crate::feeds::NamedFeed;
use crate::pipeline::{PipelineError, ReadBatch, Sent, on_a_thread, read_sent, take_read};

/// Pieces that are cut ahead of those that are read.
const AHEAD: usize = 2;
/// Pieces that are read at the same time.
const READING: usize = 3;

/// A piece that was read, on its way into the database.
#[derive(Debug)]
pub struct Ready {
    /// Its inbox row.
    pub batch: NewBatch,
    /// What was read of it.
    pub read: ReadBatch,
    /// The rows that were not taken.
    pub rejected: Vec<Rejected>,
    /// Bytes of the file up to its end, as they are stored.
    pub consumed: u64,
}

/// Why there are no more pieces, before the end of the file.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The rest of the file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The program itself.
    #[error(transparent)]
    Program(#[from] PipelineError),
}

type Pieces = Pin<Box<dyn Stream<Item = Result<Ready, Stopped>> + Send>>;

/// A file that is being read.
pub struct Reading {
    pieces: Pieces,
    cutter: Option<JoinHandle<()>>,
}

impl Reading {
    /// Begins to read. Pieces come in the order of the file, each received when it is read.
    pub fn begin(feed: &Arc<NamedFeed>, Opened { source, format }: Opened, clock: &Clock) -> Self {
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
        let (feed, clock) = (feed.clone(), clock.clone());
        let read = ReceiverStream::new(pieces).map(move |piece| read(feed.clone(), piece, clock.now()));
        Self { pieces: Box::pin(read.buffered(READING)), cutter: Some(cutter) }
    }

    /// The next piece; `None` at the end of the file.
    ///
    /// # Errors
    /// [`Stopped`]; there is nothing more to come then.
    pub async fn next(&mut self) -> Result<Option<Ready>, Stopped> {
        if let Some(piece) = self.pieces.next().await {
            return piece.map(Some);
        }
        // A cutter that broke down must not look like the end of the file.
        if let Some(cutter) = self.cutter.take() {
            cutter.await.map_err(|fault| PipelineError::Fault(fault.to_string()))?;
        }
        Ok(None)
    }
}

async fn read(feed: Arc<NamedFeed>, piece: Result<Piece, Unreadable>, received_at: i64) -> Result<Ready, Stopped> {
    let Piece { format, bytes, first_row, consumed } = piece?;
    let ready = on_a_thread(move || {
        let sent = Sent { format, bytes, first_row, idempotency_key: None, received_at };
        Ok(read_sent(&feed, &sent).map(|parsed| {
            let (batch, read) = take_read(&feed, sent, &parsed);
            Ready { batch, read, rejected: parsed.rejected, consumed }
        }))
    });
    Ok(ready.await??)
}
