//! The way into the inbox: bodies that arrive together are written in one commit.

use std::sync::Arc;

use store::{Arrival, Inserted, NewBatch, Obstacle, Store, StoreError};
use tokio::sync::{Notify, mpsc, oneshot};

use crate::metrics::{self, Task};
use crate::pipeline::{ReadAhead, ReadBatch};

/// Bodies that one commit writes at the most.
const TOGETHER: usize = 256;
/// Bytes of bodies that one commit writes, about.
const BYTES: usize = 16 << 20;

type Waiting = (NewBatch, ReadBatch, oneshot::Sender<Result<Inserted, Refused>>);

/// Why a body was not taken. The sender should come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Too many bodies wait.
    #[error("too many deliveries are waiting to be written")]
    QueueFull,
    /// The database's disk is full.
    #[error("the disk of the database is full: make room and all goes on by itself")]
    DiskFull,
    /// Another program keeps the database locked.
    #[error("another program keeps the database locked")]
    Locked,
    /// The database's disk refuses.
    #[error(
        "the disk of the database cannot be written: see whether it became read-only; once mended all goes on by itself"
    )]
    NotWritable,
    /// The database or its disk fails.
    #[error("the database cannot store it now")]
    Unavailable,
}

/// The way into the inbox.
#[derive(Debug, Clone)]
pub struct Inbox {
    queue: mpsc::Sender<Waiting>,
}

impl Inbox {
    /// Starts the writer. `arrived` is told of every commit; what was read goes into `ahead`.
    pub fn start(store: Store, places: usize, ahead: ReadAhead, arrived: Arc<Notify>) -> Self {
        let (queue, waiting) = mpsc::channel(places.max(1));
        tokio::spawn(write(store, waiting, ahead, arrived));
        Self { queue }
    }

    /// A place in the queue, before the work of reading a body.
    ///
    /// # Errors
    /// [`Refused`] where there is none.
    pub fn place(&self) -> Result<Place, Refused> {
        self.queue.clone().try_reserve_owned().map(Place).map_err(|_| Refused::QueueFull)
    }

    /// How many bodies wait to be written.
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }
}

/// A place in the queue.
#[derive(Debug)]
pub struct Place(mpsc::OwnedPermit<Waiting>);

impl Place {
    /// Puts a body into the inbox. When this returns it is on the disk.
    ///
    /// # Errors
    /// [`Refused`] where it could not be taken.
    pub async fn put(self, batch: NewBatch, read: ReadBatch) -> Result<Inserted, Refused> {
        let (done, answer) = oneshot::channel();
        self.0.send((batch, read, done));
        answer.await.unwrap_or(Err(Refused::Unavailable))
    }
}

impl From<&StoreError> for Refused {
    fn from(fault: &StoreError) -> Self {
        match fault.obstacle() {
            Some(Obstacle::DiskFull) => Self::DiskFull,
            Some(Obstacle::Locked) => Self::Locked,
            Some(Obstacle::NotWritable) => Self::NotWritable,
            None => Self::Unavailable,
        }
    }
}

async fn write(store: Store, mut waiting: mpsc::Receiver<Waiting>, ahead: ReadAhead, arrived: Arc<Notify>) {
    while let Some((first, read, done)) = waiting.recv().await {
        let mut size = first.bytes.len();
        let (mut batches, mut answers) = (vec![first], vec![(read, done)]);
        while batches.len() < TOGETHER && size < BYTES {
            let Ok((batch, read, done)) = waiting.try_recv() else { break };
            size += batch.bytes.len();
            batches.push(batch);
            answers.push((read, done));
        }
        match store.insert_batches(&batches).await {
            Ok(inserted) => {
                for ((read, done), inserted) in answers.into_iter().zip(inserted) {
                    if inserted.arrival == Arrival::New {
                        ahead.put(inserted.id, read);
                    }
                    // Whoever has hung up does not hear the answer; the body is stored all the same.
                    let _ = done.send(Ok(inserted));
                }
                arrived.notify_one();
            }
            Err(fault) => {
                metrics::database_failed(Task::Store);
                tracing::error!(%fault, bodies = batches.len(), "bodies could not be stored");
                for (_, done) in answers {
                    let _ = done.send(Err(Refused::from(&fault)));
                }
            }
        }
    }
}
