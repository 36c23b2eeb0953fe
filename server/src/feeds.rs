//! The feed definitions: a folder of TOML files, each named after its feed.

mod mapping;
mod save;
mod standing;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use domain::view::Standing;
use intake::Feed;

pub use mapping::with_codes;
pub use save::{NotSaved, Replaces};

/// The feed that takes canonical events and needs no file.
pub const CANONICAL: &str = "canonical";

/// A feed and the text of its definition.
#[derive(Debug, Clone)]
pub struct NamedFeed {
    /// The feed.
    pub feed: Feed,
    /// Its definition's text; empty for the built-in feed.
    pub definition: String,
}

impl NamedFeed {
    /// Reads a definition; an empty text is that of the built-in feed of canonical events.
    ///
    /// # Errors
    /// Every fault, in words.
    pub fn read(name: &str, definition: &str) -> Result<Self, Vec<String>> {
        let feed = if definition.is_empty() {
            Feed::canonical(name)
        } else {
            Feed::parse(name, definition)
                .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>())?
        };
        Ok(Self { feed, definition: definition.to_owned() })
    }
}

/// A feed, or what is wrong with its definition.
pub type Defined = Result<Arc<NamedFeed>, Vec<String>>;

/// The folder of feed definitions. Files may change at any time: what changed is read again.
#[derive(Debug)]
pub struct Feeds {
    folder: PathBuf,
    read: RwLock<Read>,
    /// Definitions are saved one at a time, so that none replaces another unseen.
    saving: Mutex<()>,
    /// What a feed begins as that has never brought anything.
    newcomer: Standing,
    /// Feeds that are known to be counted.
    counted: RwLock<BTreeSet<String>>,
}

#[derive(Debug, Default)]
struct Read {
    stamps: BTreeMap<String, (SystemTime, u64)>,
    feeds: BTreeMap<String, Defined>,
}

impl Feeds {
    /// The definitions in this folder. It need not exist yet. New feeds begin on probation.
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            read: RwLock::default(),
            saving: Mutex::default(),
            newcomer: Standing::Probation,
            counted: RwLock::default(),
        }
    }

    /// Where the definitions are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The feed of this name; `None` where there is none.
    pub fn find(&self, name: &str) -> Option<Defined> {
        self.all().remove(name)
    }

    /// Every feed by name, the built-in one among them unless a file of its name replaces it.
    pub fn all(&self) -> BTreeMap<String, Defined> {
        let stamps = self.stamps();
        let read = self.read.read().unwrap_or_else(PoisonError::into_inner);
        if !read.feeds.is_empty() && read.stamps == stamps {
            return read.feeds.clone();
        }
        drop(read);
        let mut feeds: BTreeMap<String, Defined> =
            stamps.keys().map(|name| (name.clone(), self.read_file(name))).collect();
        let canonical = || NamedFeed::read(CANONICAL, "").map(Arc::new);
        feeds.entry(CANONICAL.to_owned()).or_insert_with(canonical);
        *self.read.write().unwrap_or_else(PoisonError::into_inner) = Read { stamps, feeds: feeds.clone() };
        feeds
    }

    fn read_file(&self, name: &str) -> Defined {
        let path = self.folder.join(format!("{name}.toml"));
        let text =
            std::fs::read_to_string(&path).map_err(|e| vec![format!("{} cannot be read: {e}", path.display())])?;
        if text.trim().is_empty() {
            return Err(vec!["the definition is empty: say at least how the file is written".to_owned()]);
        }
        NamedFeed::read(name, &text).map(Arc::new)
    }

    /// What the folder holds: a stamp that changes with a file is enough to know that it has to be read again.
    fn stamps(&self) -> BTreeMap<String, (SystemTime, u64)> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        entries
            .filter_map(|entry| {
                let path = entry.path();
                let name = path.file_stem()?.to_str()?.to_owned();
                let file = entry.metadata().ok().filter(|file| file.is_file())?;
                let is_definition = path.extension().is_some_and(|end| end == "toml");
                is_definition.then(|| (name, (file.modified().unwrap_or(SystemTime::UNIX_EPOCH), file.len())))
            })
            .collect()
    }
}
