//! What lies in the folder, and whether it has stopped growing.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::time::SystemTime;

use super::place::{ASKS, is_beside, text_beside};
use super::{Shared, is_own_folder};
use crate::feeds::check_name;

/// Ends of the names of files that are still on their way.
const ON_THE_WAY: [&str; 3] = [".part", ".tmp", ".filepart"];
/// Looks that must find an empty file the same: some senders make it long before they write.
const PATIENCE_WITH_EMPTY: u32 = 20;

/// Where a file was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spot {
    /// Where the sender put it.
    Dropped,
    /// Among those that wait for a definition.
    Asks,
}

/// A file that has stopped growing.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub feed: String,
    pub spot: Spot,
    pub path: PathBuf,
    stamp: Stamp,
}

/// What changes when a file is written, or when another takes its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    len: u64,
    modified: Option<SystemTime>,
    identity: (u64, u64),
}

/// What earlier looks have found, and how often it was the same.
pub(super) type Seen = HashMap<PathBuf, (Stamp, u32)>;

impl Stamp {
    fn of(file: &Metadata) -> Self {
        Self { len: file.len(), modified: file.modified().ok(), identity: identity(file) }
    }
}

#[cfg(unix)]
fn identity(file: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;

    (file.dev(), file.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

impl Found {
    /// The file's name.
    pub fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Its size, in bytes.
    pub fn bytes(&self) -> u64 {
        self.stamp.len
    }

    /// When it was last written, if the system tells.
    pub fn modified(&self) -> Option<SystemTime> {
        self.stamp.modified
    }

    /// Opens it, if it is still the file that was found: neither written to meanwhile, nor replaced, by a link least of
    /// all.
    pub fn open(&self) -> io::Result<Option<File>> {
        if !self.is_unchanged() {
            return Ok(None);
        }
        let file = File::open(&self.path)?;
        Ok((Stamp::of(&file.metadata()?) == self.stamp).then_some(file))
    }

    /// Whether it is still as it was found.
    pub fn is_unchanged(&self) -> bool {
        self.path.symlink_metadata().is_ok_and(|now| now.is_file() && Stamp::of(&now) == self.stamp)
    }
}

impl Shared {
    /// The files that can be taken, by feed, the oldest first.
    pub fn find(&self) -> io::Result<Vec<Found>> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut now, mut ripe, mut strays) = (Seen::new(), Vec::new(), BTreeMap::new());
        for entry in fs::read_dir(&self.folder)?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            if let Some(why) = no_folder_of_a_feed(&entry.path(), &name) {
                strays.insert(name, why);
                continue;
            }
            for file in dropped(&name, &entry.path()) {
                let looks = match seen.get(&file.path) {
                    Some((stamp, looks)) if *stamp == file.stamp => looks + 1,
                    _ => 0,
                };
                now.insert(file.path.clone(), (file.stamp, looks));
                if looks >= if file.stamp.len == 0 { PATIENCE_WITH_EMPTY } else { 1 } {
                    ripe.push(file);
                }
            }
            if self.feeds.find(&name).is_some() {
                ripe.extend(asking(&name, &entry.path()));
            }
        }
        *seen = now;
        self.keep_strays(strays);
        ripe.sort_by(|a, b| {
            (&a.feed, a.spot, a.stamp.modified, &a.path).cmp(&(&b.feed, b.spot, b.stamp.modified, &b.path))
        });
        Ok(ripe)
    }

    /// Says of what is new among the things that are not looked into why they are not.
    fn keep_strays(&self, strays: BTreeMap<String, &'static str>) {
        let mut known = self.strays.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, why) in strays.iter().filter(|(name, _)| !known.contains_key(*name)) {
            tracing::warn!(why, "something in the watched folder is not looked into; the Feeds page names it");
        }
        *known = strays;
    }

    /// A file that waits for answers, opened.
    pub fn asking(&self, feed: &str, name: &str) -> Option<File> {
        check_name(feed).ok()?;
        let folder = self.folder_of(feed);
        let found = asking(feed, &folder).into_iter().find(|file| is_own_folder(&folder) && file.name() == name)?;
        found.open().ok().flatten()
    }
}

/// Why something in the watched folder is not looked into; `None` for a feed's folder.
fn no_folder_of_a_feed(path: &Path, name: &str) -> Option<&'static str> {
    if !path.is_dir() {
        return Some("a file lies in no folder of a feed: put it into one that is named after its feed");
    }
    if !is_own_folder(path) {
        return Some("this is a link, which is not followed: make it a folder");
    }
    check_name(name).is_err().then_some(
        "this cannot be the name of a feed: name the folder in lower case letters, digits, - and _, beginning with a \
         letter or digit",
    )
}

/// The files that a sender has put into a feed's folder.
fn dropped(feed: &str, folder: &Path) -> Vec<Found> {
    files(feed, folder, Spot::Dropped)
}

/// The files of a feed that wait for a definition.
fn asking(feed: &str, folder: &Path) -> Vec<Found> {
    lying(feed, &folder.join(ASKS))
}

/// The files in a folder of files that were laid aside, without what stands beside them.
pub(super) fn lying(feed: &str, folder: &Path) -> Vec<Found> {
    let mut files = if is_own_folder(folder) { files(feed, folder, Spot::Asks) } else { Vec::new() };
    // An empty file with nothing beside it is a name that a crash has left.
    let is_file = |file: &Found| file.stamp.len > 0 || text_beside(&file.path).exists();
    files.retain(|file| is_file(file) && !is_beside(&file.path));
    files
}

fn files(feed: &str, folder: &Path, spot: Spot) -> Vec<Found> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let found = entries.filter_map(|entry| {
        let name = entry.file_name().to_string_lossy().to_ascii_lowercase();
        let is_on_the_way = name.starts_with('.') || ON_THE_WAY.iter().any(|end| name.ends_with(end));
        let file = entry.path().symlink_metadata().ok().filter(|file| file.is_file() && !is_on_the_way)?;
        Some(Found { feed: feed.to_owned(), spot, path: entry.path(), stamp: Stamp::of(&file) })
    });
    found.collect()
}
