//! Files that somebody brings in the browser, on their way to becoming feeds.
//!
//! A file lies in a folder of its own beside the database, with what was answered about it, until it is imported or
//! thrown away: reloading a page, or starting the server anew, loses nothing. Everything else is guessed again
//! whenever somebody looks.

mod fault;
mod importing;
mod review;
mod shelf;

use std::collections::HashMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use app::backend::Trouble;
use async_trait::async_trait;
use axum::body::Bytes;
use domain::upload::{Answers, ImportState, ImportView, UploadView};
use domain::view::Standing;
use futures::Stream;
use tokio::io::AsyncReadExt;

use crate::clock::Clock;
use crate::feeds::{Feeds, NamedFeed, NotSaved, Replaces};
use crate::inbox::Inbox;
use store::Store;

pub use fault::UploadFault;
use shelf::{Shelf, Upload};

/// How long a file is kept without anything being done with it, in milliseconds.
const KEPT: i64 = 24 * 3_600_000;
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
}

impl Uploads {
    /// Keeps files in `folder`, each at most `largest` bytes.
    pub fn new(folder: PathBuf, largest: u64, store: Store, clock: Clock, feeds: Arc<Feeds>, inbox: Inbox) -> Self {
        let shelf = Shelf { folder, largest };
        Self(Arc::new(Shared { shelf, store, clock, feeds, inbox, imports: Mutex::default() }))
    }

    /// The largest file that is taken, in bytes.
    pub fn largest(&self) -> u64 {
        self.0.shelf.largest
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
        let now = self.0.clock.now();
        self.on_a_thread(move |shared| shared.shelf.clear(now - KEPT)).await?;
        let upload = self.0.shelf.receive(file_name, chunks, now).await?;
        self.on_a_thread(move |shared| {
            let mut upload = upload;
            upload.feed = shared.free_name(&upload.file_name);
            // A file that cannot be read is kept too: its page says what is wrong with it.
            let _ = shared.shelf.prepare(&upload);
            shared.shelf.write(&upload)?;
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
                let upload = shared.shelf.find(&id)?;
                let import = shared.imports().get(&upload.id).cloned().or(upload.import.clone());
                shared.review(&upload, import)
            })
            .await?;
        if let Some(import) = &mut view.import {
            import.waiting = self.0.store.pending_batches().await.map_err(UploadFault::Store)?.unsigned_abs();
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
            let mut upload = shared.shelf.find(&id)?;
            let shown = shared.review(&upload, None)?;
            let is_new = |key: &String, answer: &String| {
                shown.questions.iter().find(|question| question.key == *key).is_none_or(|q| q.chosen != *answer)
            };
            upload.answers.extend(answers.into_iter().filter(|(key, answer)| is_new(key, answer)));
            upload.feed = feed.map(|feed| feed.trim().to_owned()).unwrap_or(upload.feed);
            if shown.questions.iter().any(|question| question.key == review::SHEET) {
                shared.shelf.prepare(&upload)?;
            }
            shared.shelf.write(&upload)
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
                let upload = shared.shelf.find(&id)?;
                let view = shared.review(&upload, None)?;
                if let Some(fault) = view.faults.first() {
                    return Err(UploadFault::Faults(fault.clone()));
                }
                let feed = shared.save(&upload.feed, &view.definition)?;
                Ok((upload, feed))
            })
            .await?;
        let standing = self.0.feeds.standing(&self.0.store, &upload.feed).await.map_err(UploadFault::Store)?;
        let on_probation = standing == Standing::Probation;
        let begun = ImportView { feed: upload.feed.clone(), on_probation, ..importing::begun() };
        let before = self.0.imports().get(&upload.id).map(|import| import.state);
        if before == Some(ImportState::Running) {
            return Err(UploadFault::Running);
        }
        self.0.imports().insert(upload.id.clone(), begun);
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
            let upload = shared.shelf.find(&id)?;
            if shared.imports().get(&upload.id).is_some_and(|import| import.state == ImportState::Running) {
                return Err(UploadFault::Running);
            }
            shared.imports().remove(&upload.id);
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

    /// A name for the feed of a file that no feed has.
    fn free_name(&self, file_name: &str) -> String {
        let wished = shelf::feed_name(file_name);
        let taken = self.feeds.all();
        let numbered = (2..).map(|n| format!("{wished}-{n}"));
        [wished.clone()].into_iter().chain(numbered).find(|name| !taken.contains_key(name)).unwrap_or(wished)
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
    fn keep(&self, mut upload: Upload, import: ImportView) {
        upload.import = Some(import);
        if let Err(fault) = self.shelf.write(&upload) {
            tracing::warn!(%fault, "how an import ended cannot be kept");
        }
    }
}
