//! A folder that is watched for files, as a courier's SFTP client drops them: `FOLDER/FEED/file.csv`.
//!
//! A file that has stopped growing is taken in piece by piece and then moved to `taken`; one that cannot be read to
//! `failed`; one of a feed that nobody has defined, where the definition cannot be guessed for certain, to `asks`, from
//! where it is taken as soon as there is a definition. What stops a file that is all right leaves it where it is.
//!
//! The folder itself says how far things are: a file that was not moved is taken in again, from its beginning, and what
//! is known of it counts once. So a crash at any moment loses nothing. It is looked at again and again, since not every
//! file system tells of what comes to it.

mod ask;
mod define;
mod look;
mod place;
mod take;
mod view;

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::watched::FolderView;
use store::Store;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::feeds::Feeds;
use crate::inbox::Inbox;
use crate::metrics;
pub(crate) use define::answers;
use look::{Found, Seen};
use take::Stop;

/// How often the folder is looked at. A file is taken when two looks find it the same.
const EVERY: Duration = Duration::from_secs(3);

/// The folder that is watched.
#[derive(Clone)]
pub struct WatchedFolder(Arc<Shared>);

struct Shared {
    folder: PathBuf,
    /// Where workbooks are made tables.
    scratch: PathBuf,
    store: Store,
    clock: Clock,
    feeds: Arc<Feeds>,
    inbox: Inbox,
    seen: Mutex<Seen>,
    /// What stops files of a feed that are all right; of the whole folder under the empty name.
    waits: Mutex<BTreeMap<String, Why>>,
    /// What lies in the folder and is not looked into, and why.
    strays: Mutex<BTreeMap<String, &'static str>>,
}

/// Why files wait that are all right.
struct Why {
    /// The file, if it stops no other. Its name may be of a person, and is in no log.
    file: Option<String>,
    why: String,
}

impl Why {
    fn of_all(why: String) -> Self {
        Self { file: None, why }
    }
}

impl Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{file}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

impl WatchedFolder {
    /// Watches `folder`. What a workbook is made lies in `scratch` while it is taken.
    pub fn new(folder: PathBuf, scratch: PathBuf, store: Store, clock: Clock, feeds: Arc<Feeds>, inbox: Inbox) -> Self {
        let (seen, waits, strays) = Default::default();
        Self(Arc::new(Shared { folder, scratch, store, clock, feeds, inbox, seen, waits, strays }))
    }

    /// Looks again and again, whenever this process leads: of several nodes one takes a file.
    pub async fn watch(self, mut leads: watch::Receiver<bool>) {
        // The sender has gone: the server stops.
        while leads.wait_for(|leads| *leads).await.is_ok() {
            self.look(&leads).await;
            tokio::time::sleep(EVERY).await;
            if !*leads.borrow() {
                // From here on another node knows.
                self.0.waits().clear();
            }
        }
    }

    /// Looks once, and takes what has not changed since the last look, as long as this process leads.
    pub async fn look(&self, leads: &watch::Receiver<bool>) {
        let found = match self.on_a_thread(Shared::find).await {
            Ok(found) => found,
            Err(fault) => return self.0.keep("", Some(Why::of_all(self.0.cannot_be_looked_into(&fault)))),
        };
        self.0.keep("", None);
        self.0.waits().retain(|feed, _| found.iter().any(|file| file.feed == *feed));
        for files in found.chunk_by(|a, b| a.feed == b.feed) {
            let why = self.take_all(files, leads).await;
            self.0.keep(&files[0].feed, why);
        }
    }

    /// Takes the files of a feed, as long as this process leads; the first thing that stops one that is all right.
    async fn take_all(&self, files: &[Found], leads: &watch::Receiver<bool>) -> Option<Why> {
        let mut first = None;
        for file in files {
            if !*leads.borrow() {
                break;
            }
            match self.take(file).await {
                Ok(()) | Err(Stop::Changed) => {}
                Err(Stop::Leave(why)) => {
                    first.get_or_insert(Why { file: Some(file.name()), why });
                }
                Err(Stop::Wait(why)) => return Some(Why::of_all(why)),
            }
        }
        first
    }

    /// The folders of the feeds, as they are now; one without a name where the watched folder cannot be looked into.
    pub async fn view(&self) -> Vec<FolderView> {
        self.on_a_thread(|shared| Ok(shared.view())).await.unwrap_or_default()
    }

    /// A file that waits for answers, opened; `None` where there is none of this name.
    pub async fn asking(&self, feed: &str, name: &str) -> Option<std::fs::File> {
        let (feed, name) = (feed.to_owned(), name.to_owned());
        self.on_a_thread(move |shared| Ok(shared.asking(&feed, &name))).await.ok().flatten()
    }

    async fn take(&self, file: &Found) -> Result<(), Stop> {
        let done = self.0.take_in(file).await?;
        let (put, fate) = (file.clone(), done.fate);
        let moved = self.on_a_thread(move |shared| shared.put_away(&put, done)).await;
        moved.map_err(|fault| Stop::Wait(cannot_be_moved(&fault)))?;
        metrics::watched(&file.feed, fate);
        Ok(())
    }

    async fn on_a_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let shared = self.0.clone();
        tokio::task::spawn_blocking(move || work(&shared)).await.unwrap_or_else(|fault| Err(io::Error::other(fault)))
    }
}

impl Shared {
    fn waits(&self) -> MutexGuard<'_, BTreeMap<String, Why>> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what stops the files of a feed, and says so when that begins and when it ends.
    fn keep(&self, feed: &str, why: Option<Why>) {
        let mut waits = self.waits();
        // One trouble often looks like another the next time: a full disk, then a locked database.
        match (why, waits.contains_key(feed)) {
            (Some(why), known) => {
                if !known {
                    let why = &why.why;
                    tracing::warn!(feed, why, "files wait in the watched folder; they are tried again and again");
                }
                waits.insert(feed.to_owned(), why);
            }
            (None, true) => {
                waits.remove(feed);
                tracing::info!(feed, "files in the watched folder wait no more");
            }
            (None, false) => {}
        }
    }

    fn cannot_be_looked_into(&self, fault: &io::Error) -> String {
        format!("the watched folder {} cannot be looked into: {fault}", self.folder.display())
    }

    fn folder_of(&self, feed: &str) -> PathBuf {
        self.folder.join(feed)
    }
}

fn cannot_be_moved(fault: &io::Error) -> String {
    format!("files cannot be written or moved within the watched folder: {fault}")
}

/// Whether this is a folder itself, and no link to one: links would lead out of the watched folder.
fn is_own_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_dir())
}
