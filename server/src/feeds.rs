//! The feed definitions: a folder of TOML files, each named after its feed.

mod mapping;
mod save;
mod standing;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use domain::view::Standing;
use intake::Feed;

pub use mapping::with_codes;
pub use save::{NotSaved, Replaces, check_name};

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

/// What was read, each with the stamp that its file had.
type Read = BTreeMap<String, (Stamp, Defined)>;

/// A file's time and size: what changes with a file is enough to know that it has to be read again.
type Stamp = (SystemTime, u64);

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
        match self.stamp(name) {
            Some(stamp) => Some(self.current(name, stamp)),
            None => (name == CANONICAL).then(built_in),
        }
    }

    /// Every feed by name, the built-in one among them unless a file of its name replaces it.
    pub fn all(&self) -> BTreeMap<String, Defined> {
        let stamps = self.stamps();
        self.read.write().unwrap_or_else(PoisonError::into_inner).retain(|name, _| stamps.contains_key(name));
        let mut feeds: BTreeMap<String, Defined> =
            stamps.into_iter().map(|(name, stamp)| (name.clone(), self.current(&name, stamp))).collect();
        feeds.entry(CANONICAL.to_owned()).or_insert_with(built_in);
        feeds
    }

    /// The definition in a file that has this stamp now, read again only if it had another.
    fn current(&self, name: &str, stamp: Stamp) -> Defined {
        let read = self.read.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, defined)) = read.get(name).filter(|(then, _)| *then == stamp) {
            return defined.clone();
        }
        drop(read);
        let defined = self.read_file(name);
        let mut read = self.read.write().unwrap_or_else(PoisonError::into_inner);
        read.insert(name.to_owned(), (stamp, defined.clone()));
        defined
    }

    fn read_file(&self, name: &str) -> Defined {
        let path = self.folder.join(format!("{name}.toml"));
        let text =
            std::fs::read_to_string(&path).map_err(|e| vec![format!("{} cannot be read: {e}", path.display())])?;
        let in_file = |fault: String| format!("{}: {fault}", path.display());
        if text.trim().is_empty() {
            return Err(vec![in_file("the definition is empty: say at least how the file is written".to_owned())]);
        }
        NamedFeed::read(name, &text).map(Arc::new).map_err(|faults| faults.into_iter().map(in_file).collect())
    }

    /// The stamp of a feed's file, if there is one. A name may come from anywhere: it is no path.
    fn stamp(&self, name: &str) -> Option<Stamp> {
        let is_plain = Path::new(name).file_name().is_some_and(|last| last == name);
        stamp_of(&std::fs::metadata(self.folder.join(format!("{name}.toml"))).ok().filter(|_| is_plain)?)
    }

    /// What the folder holds.
    fn stamps(&self) -> BTreeMap<String, Stamp> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        entries
            .filter_map(|entry| {
                let path = entry.path();
                let name = path.file_stem()?.to_str()?.to_owned();
                let is_definition = path.extension().is_some_and(|end| end == "toml");
                Some((name, stamp_of(&std::fs::metadata(&path).ok().filter(|_| is_definition)?)?))
            })
            .collect()
    }
}

fn stamp_of(file: &Metadata) -> Option<Stamp> {
    file.is_file().then(|| (file.modified().unwrap_or(SystemTime::UNIX_EPOCH), file.len()))
}

fn built_in() -> Defined {
    NamedFeed::read(CANONICAL, "").map(Arc::new)
}
