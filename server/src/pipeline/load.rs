//! Much at once: files and history go into the inbox as they are read, and are derived in large steps.

use std::time::Duration;

use store::{Arrival, Inserted, NewBatch, Store};

use super::derive::{Step, derive_step};
use super::read::{ReadAhead, ReadBatch};
use super::{PipelineError, judge_all_anew, sweep};
use crate::clock::Clock;

/// How long another process that derives at the same time is waited for, between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Takes much in.
pub struct Loader<'a> {
    store: &'a Store,
    clock: &'a Clock,
    ahead: ReadAhead,
    /// Batches of this loader that may not have been derived yet.
    waiting: Vec<i64>,
}

impl<'a> Loader<'a> {
    /// Brings the judgement of deadlines up to date, and is then ready.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn start(store: &'a Store, clock: &'a Clock) -> Result<Self, PipelineError> {
        sweep(store, clock.now()).await?;
        // What an empty database has to be judged by costs nothing yet. Of others a server takes care, in the background.
        if store.generations().await?.next_parcel == 1 {
            judge_all_anew(store, clock.now(), |_| ()).await?;
        }
        // Room for what makes a step, and for what comes before it begins.
        let ahead = ReadAhead::with_room(2 * Step::LARGE.bytes);
        Ok(Self { store, clock, ahead, waiting: Vec::new() })
    }

    /// Puts batches into the inbox. When this returns they are on the disk; now and then they are derived too.
    ///
    /// # Errors
    /// Where the database fails; what was put before is safe.
    pub async fn put(&mut self, batches: Vec<(NewBatch, ReadBatch)>) -> Result<Vec<Inserted>, PipelineError> {
        let (new, read): (Vec<NewBatch>, Vec<ReadBatch>) = batches.into_iter().unzip();
        let inserted = self.store.insert_batches(&new).await?;
        for (inserted, read) in inserted.iter().zip(read) {
            if inserted.arrival == Arrival::New {
                self.ahead.put(inserted.id, read);
                self.waiting.push(inserted.id);
            }
        }
        if self.ahead.size() >= Step::LARGE.bytes {
            self.step().await?;
        }
        Ok(inserted)
    }

    /// Derives everything that was put, and says how many of its events were known before.
    ///
    /// # Errors
    /// Where the database fails; what was put is safe.
    pub async fn finish(&mut self) -> Result<u64, PipelineError> {
        while self.step().await? {}
        let mut known = 0;
        for id in std::mem::take(&mut self.waiting) {
            // A server at work on the same database may be deriving it.
            known += loop {
                match self.store.duplicates_in(id).await? {
                    Some(known) => break known as u64,
                    None => tokio::time::sleep(LOOK_AGAIN).await,
                }
                self.step().await?;
            };
        }
        Ok(known)
    }

    async fn step(&self) -> Result<bool, PipelineError> {
        Ok(derive_step(self.store, self.clock.now(), &self.ahead, Step::LARGE).await?.is_some())
    }
}
