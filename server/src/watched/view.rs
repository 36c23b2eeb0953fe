//! The folders as the Feeds page shows them.

use std::fs;
use std::path::Path;
use std::sync::PoisonError;

use domain::watched::{FileAside, FolderView};

use super::look::{Found, lying};
use super::place::{self, ASKS, FAILED, TAKEN};
use super::{Shared, is_own_folder};
use crate::feeds::check_name;

/// Files that are listed of a folder.
const LISTED: usize = 20;

impl Shared {
    /// Every folder of a feed, and what else lies beside them, by name.
    pub fn view(&self) -> Vec<FolderView> {
        let mut folders = Vec::new();
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(fault) => {
                let waits = Some(self.cannot_be_looked_into(&fault));
                return vec![FolderView { waits, ..FolderView::default() }];
            }
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if check_name(&name).is_ok() && is_own_folder(&entry.path()) {
                folders.push(self.folder_view(name, &entry.path()));
            }
        }
        let strays = self.strays.lock().unwrap_or_else(PoisonError::into_inner);
        let stray = |(name, why): (&String, &&str)| FolderView {
            feed: name.clone(),
            waits: Some((*why).to_owned()),
            ..FolderView::default()
        };
        folders.extend(strays.iter().map(stray));
        folders.sort_by(|a, b| a.feed.cmp(&b.feed));
        folders
    }

    fn folder_view(&self, feed: String, folder: &Path) -> FolderView {
        let (failed, failed_files) = aside(&feed, &folder.join(FAILED));
        let (asks, asking_files) = aside(&feed, &folder.join(ASKS));
        let last = Some(folder.join(TAKEN)).filter(|taken| is_own_folder(taken)).and_then(|taken| place::last(&taken));
        let waits = self.waits().get(&feed).map(ToString::to_string);
        FolderView { feed, last, waits, failed, failed_files, asks, asking_files }
    }
}

/// The files that were laid aside, and how many they are.
fn aside(feed: &str, folder: &Path) -> (Vec<FileAside>, i64) {
    let mut files = lying(feed, folder);
    files.sort_by(|a, b| b.modified().cmp(&a.modified()).then_with(|| a.path.cmp(&b.path)));
    let count = files.len() as i64;
    files.truncate(LISTED);
    (files.iter().map(file).collect(), count)
}

fn file(found: &Found) -> FileAside {
    let text = place::read_small(&place::text_beside(&found.path)).unwrap_or_default();
    let why = text.split("\n\n").next().unwrap_or_default().trim().to_owned();
    FileAside { name: found.name(), bytes: found.bytes() as i64, why }
}
