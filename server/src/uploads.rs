//! Files that somebody brings in the browser, on their way to becoming feeds.
//!
//! A file lies in a folder of its own beside the database, with what was answered about it, until it is imported or
//! thrown away: reloading a page, or starting the server anew, loses nothing. Everything else is guessed again
//! whenever somebody looks.

mod fault;
mod importing;
mod review;
mod room;
mod shelf;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use app::backend::Trouble;
use async_trait::async_trait;
use axum::body::Bytes;
use domain::upload::{Answers, ImportState, ImportView, UploadView};
use domain::view::Standing;
use futures::Stream;
use tokio::io::AsyncReadExt;

use crate::clock::Clock;
use crate::feeds::{Feeds, NamedFeed, NotSaved, Replaces, check_name};
use crate::inbox::Inbox;
use store::Store;

pub use fault::UploadFault;
use shelf::{Shelf, Upload};

/// How long a file is kept without anything being done with it, in milliseconds.
const KEPT: i64 = 24 * 3_600_000;
/// How often is looked what is to be thrown away.
const CLEAR_EVERY: Duration = Duration::from_secs(3600);
/// The most answers that are kept of a file, and the longest of them, in characters.
const MOST_ANSWERS: usize = 5_000;
const LONGEST_ANSWER: usize = 1_000;

/// What is said of an import that did not come to its end.
const RESTARTED: &str =
    "the server was stopped meanwhile; what was taken is safe, and importing again takes up where it stopped";
/// Bytes of a file on this machine that are copied at a time.
const CHUNK: usize = 64 << 10;

/// The files that were brought.
#[derive(Clone)]
pub struct Uploads(Arc<Shared>);

struct Shared {
    shelf: Shelf,
    store: Store,
    clock: Clock,
    feeds: Arc<Feeds>,
    inbox: Inbox,
    /// Imports of this run of the server, by upload.
    imports: Mutex<HashMap<String, ImportView>>,
    /// What is known of files is changed one at a time.
    changing: Mutex<()>,
    /// Tables are made one at a time: the last one is of the sheet that was chosen last.
    preparing: Mutex<()>,
}

impl Uploads {
    /// Keeps files in `folder`, each at most `largest` bytes.
    pub fn new(folder: PathBuf, largest: u64, store: Store, clock: Clock, feeds: Arc<Feeds>, inbox: Inbox) -> Self {
        let shelf = Shelf { folder, largest, arriving: AtomicU64::new(0) };
        let (imports, changing, preparing) = Default::default();
        Self(Arc::new(Shared { shelf, store, clock, feeds, inbox, imports, changing, preparing }))
    }

    /// The largest file that is taken, in bytes.
    pub fn largest(&self) -> u64 {
        self.0.shelf.largest
    }

    /// Throws away what is older than a day, now and for ever.
    pub async fn clear_for_ever(self) {
        loop {
            if let Err(fault) = self.on_a_thread(Shared::clear).await {
                tracing::warn!(%fault, "old uploaded files cannot be thrown away");
            }
            tokio::time::sleep(CLEAR_EVERY).await;
        }
    }

    /// Keeps a file as it arrives; what it is known by.
    ///
    /// # Errors
    /// [`UploadFault`] where it is too large, breaks off, or there is no room for it.
    pub async fn receive<E: std::fmt::Display>(
        &self,
        file_name: &str,
        chunks: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<String, UploadFault> {
        self.on_a_thread(Shared::clear).await?;
        let upload = self.0.shelf.receive(file_name, chunks, self.0.clock.now()).await?;
        self.on_a_thread(move |shared| {
            let mut upload = upload;
            upload.feed = shared.free_name(&upload.file_name);
            upload.sheets = shared.shelf.sheets(&upload);
            shared.shelf.write(&upload)?;
            shared.prepare(&upload.id)?;
            Ok(upload.id)
        })
        .await
    }

    /// Keeps a file that lies on this machine already, with the name of its feed and what is known of it; what it is
    /// known by.
    ///
    /// # Errors
    /// As for [`Uploads::receive`].
    pub async fn take_over(
        &self,
        file_name: &str,
        file: File,
        feed: String,
        answers: Answers,
    ) -> Result<String, UploadFault> {
        let file = tokio::fs::File::from_std(file);
        let chunks = futures::stream::try_unfold(file, async |mut file| {
            let mut chunk = vec![0; CHUNK];
            let read = file.read(&mut chunk).await?;
            chunk.truncate(read);
            Ok::<_, std::io::Error>((read > 0).then(|| (Bytes::from(chunk), file)))
        });
        let id = self.receive(file_name, std::pin::pin!(chunks)).await?;
        self.answer(&id, Some(feed), answers).await?;
        Ok(id)
    }

    /// A file: how it would be read, and how far its import is.
    ///
    /// # Errors
    /// [`UploadFault::Unknown`] where there is none.
    pub async fn view(&self, id: &str) -> Result<UploadView, UploadFault> {
        let id = id.to_owned();
        let mut view = self
            .on_a_thread(move |shared| {
                let upload = shared.find(&id)?;
                let import = shared.imports().get(&upload.id).cloned().or(upload.import.clone());
                shared.review(&upload, import)
            })
            .await?;
        if let Some(import) = &mut view.import {
            import.waiting = self.0.store.pending_batches().await.map_err(UploadFault::Store)?.unsigned_abs();
            // It may have been switched on since.
            import.on_probation = self.0.is_on_probation(&import.feed).await?;
        }
        Ok(view)
    }

    /// Takes answers to the questions of a file: those that say otherwise than was guessed are kept.
    ///
    /// # Errors
    /// [`UploadFault`] where there is no such file.
    pub async fn answer(&self, id: &str, feed: Option<String>, answers: Answers) -> Result<(), UploadFault> {
        let id = id.to_owned();
        self.on_a_thread(move |shared| {
            let upload = shared.find(&id)?;
            let shown = shared.review(&upload, None)?;
            let is_new = |key: &String, answer: &String| {
                shown.questions.iter().find(|question| question.key == *key).is_none_or(|q| q.chosen != *answer)
            };
            let new: Answers = answers.into_iter().filter(|(key, answer)| is_new(key, answer)).collect();
            let other_sheet = new.contains_key(review::SHEET);
            shared.change(&id, |upload| {
                upload.answers.extend(new);
                upload.feed = feed.map_or_else(|| std::mem::take(&mut upload.feed), |feed| feed.trim().to_owned());
            })?;
            if other_sheet { shared.prepare(&id) } else { Ok(()) }
        })
        .await
    }

    /// Saves the definition of a file as a feed and begins to take the file in.
    ///
    /// # Errors
    /// [`UploadFault`] where the definition has faults, its name is taken, or the import goes on already.
    pub async fn import(&self, id: &str) -> Result<(), UploadFault> {
        let id = id.to_owned();
        let (upload, feed) = self
            .on_a_thread(move |shared| {
                let upload = shared.find(&id)?;
                let view = shared.review(&upload, None)?;
                if let Some(fault) = view.faults.first() {
                    return Err(UploadFault::Faults(fault.clone()));
                }
                let feed = shared.save(&upload.feed, &view.definition)?;
                Ok((upload, feed))
            })
            .await?;
        self.begin(upload, feed).await
    }

    /// Begins to take a file in by the definition of a feed that reads it as it is.
    ///
    /// # Errors
    /// [`UploadFault`] where there is no such feed, or the import goes on already.
    pub async fn import_into(&self, id: &str, feed: &str) -> Result<(), UploadFault> {
        let (id, feed) = (id.to_owned(), feed.to_owned());
        let (upload, feed) = self
            .on_a_thread(move |shared| {
                let upload = shared.find(&id)?;
                let feed = shared.feed_that_reads(&upload, &feed)?;
                Ok((upload, feed))
            })
            .await?;
        self.begin(upload, feed).await
    }

    async fn begin(&self, upload: Upload, feed: Arc<NamedFeed>) -> Result<(), UploadFault> {
        let name = feed.feed.name.to_string();
        let on_probation = self.0.is_on_probation(&name).await?;
        let begun = ImportView { feed: name, on_probation, ..importing::begun() };
        match self.0.imports().entry(upload.id.clone()) {
            Entry::Occupied(known) if known.get().state == ImportState::Running => return Err(UploadFault::Running),
            entry => _ = entry.insert_entry(begun.clone()),
        }
        let id = upload.id.clone();
        // If the server ends before the import does, this is what is known of it.
        let stopped = ImportView { state: ImportState::Failed, fault: Some(RESTARTED.to_owned()), ..begun };
        let kept = self.on_a_thread(move |shared| shared.change(&id, |upload| upload.import = Some(stopped))).await;
        if let Err(fault) = kept {
            self.0.imports().remove(&upload.id);
            return Err(fault);
        }
        tokio::spawn(importing::import(self.0.clone(), upload, feed));
        Ok(())
    }

    /// Throws a file away. What was imported of it stays.
    ///
    /// # Errors
    /// [`UploadFault`] where there is none, or it is being imported.
    pub async fn remove(&self, id: &str) -> Result<(), UploadFault> {
        let id = id.to_owned();
        self.on_a_thread(move |shared| {
            let upload = shared.find(&id)?;
            if shared.is_running(&upload.id) {
                return Err(UploadFault::Running);
            }
            shared.imports().remove(&upload.id);
            let _one_at_a_time = shared.changing();
            shared.shelf.remove(&upload.id)
        })
        .await
    }

    async fn on_a_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, UploadFault> + Send + 'static,
    ) -> Result<T, UploadFault> {
        let shared = self.0.clone();
        tokio::task::spawn_blocking(move || work(&shared)).await.map_err(|_| UploadFault::Program)?
    }
}

#[async_trait]
impl app::backend::Uploads for Uploads {
    async fn find_upload(&self, id: &str) -> Result<Option<UploadView>, Trouble> {
        match self.view(id).await {
            Ok(view) => Ok(Some(view)),
            Err(UploadFault::Unknown) => Ok(None),
            Err(fault) => {
                tracing::error!(%fault, "an uploaded file cannot be shown");
                Err(Trouble::Unavailable)
            }
        }
    }

    fn largest_upload(&self) -> u64 {
        self.largest()
    }
}

impl Shared {
    fn imports(&self) -> MutexGuard<'_, HashMap<String, ImportView>> {
        self.imports.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changing(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_running(&self, id: &str) -> bool {
        self.imports().get(id).is_some_and(|import| import.state == ImportState::Running)
    }

    async fn is_on_probation(&self, feed: &str) -> Result<bool, UploadFault> {
        let standing = self.feeds.standing(&self.store, feed).await.map_err(UploadFault::Store)?;
        Ok(standing == Standing::Probation)
    }

    /// A file that is not older than a day.
    fn find(&self, id: &str) -> Result<Upload, UploadFault> {
        let upload = self.shelf.find(id)?;
        let is_kept = upload.received_at + KEPT >= self.clock.now() || self.is_running(id);
        if is_kept { Ok(upload) } else { Err(UploadFault::Unknown) }
    }

    /// Throws away what is older than a day and not being imported.
    fn clear(&self) -> Result<(), UploadFault> {
        let running = |(id, import): (&String, &ImportView)| (import.state == ImportState::Running).then(|| id.clone());
        let running: HashSet<String> = self.imports().iter().filter_map(running).collect();
        let now = self.clock.now();
        let gone = self.shelf.clear(now - KEPT, now, &running)?;
        self.imports().retain(|id, _| !gone.contains(id));
        Ok(())
    }

    /// Changes what is known of a file.
    fn change(&self, id: &str, change: impl FnOnce(&mut Upload)) -> Result<(), UploadFault> {
        let _one_at_a_time = self.changing();
        let mut upload = self.shelf.find(id)?;
        change(&mut upload);
        let is_long = |text: &String| text.chars().count() > LONGEST_ANSWER;
        if upload.answers.len() > MOST_ANSWERS || upload.answers.iter().any(|(key, said)| is_long(key) || is_long(said))
        {
            return Err(UploadFault::Answers);
        }
        self.shelf.write(&upload)
    }

    /// Makes the table of a file. Where that cannot be, the file is kept too: its page says what is wrong with it.
    fn prepare(&self, id: &str) -> Result<(), UploadFault> {
        let _one_at_a_time = self.preparing.lock().unwrap_or_else(PoisonError::into_inner);
        let fault = self.shelf.prepare(&self.shelf.find(id)?).err().map(|fault| fault.to_string());
        self.change(id, |upload| upload.fault = fault)
    }

    /// A name for the feed of a file that no feed has.
    fn free_name(&self, file_name: &str) -> String {
        let wished = shelf::feed_name(file_name);
        let taken = self.feeds.all();
        let is_free = |name: &String| check_name(name).is_ok() && !taken.contains_key(name);
        let numbered = (2..).map(|n| format!("{wished}-{n}"));
        [wished.clone()].into_iter().chain(numbered).find(is_free).unwrap_or(wished)
    }

    /// Saves a definition as a new feed. Saving the same one again is no harm: an import that stopped is begun anew.
    fn save(&self, name: &str, definition: &str) -> Result<Arc<NamedFeed>, UploadFault> {
        match self.feeds.save(name, definition, Replaces::Nothing) {
            Ok(feed) => Ok(feed),
            Err(NotSaved::Taken(taken)) => match self.feeds.find(name) {
                Some(Ok(feed)) if feed.definition == definition => Ok(feed),
                _ => Err(UploadFault::NotSaved(NotSaved::Taken(taken))),
            },
            Err(fault) => Err(UploadFault::NotSaved(fault)),
        }
    }

    /// Keeps how an import ended with its file.
    fn keep(&self, id: &str, import: ImportView) {
        if let Err(fault) = self.change(id, |upload| upload.import = Some(import)) {
            tracing::warn!(%fault, "how an import ended cannot be kept");
        }
    }
}
