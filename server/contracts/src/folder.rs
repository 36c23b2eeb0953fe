//! A folder of contracts and calendars.

use std::fs;
use std::io;
use std::path::Path;

/// A file of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name as faults tell it, such as `contracts/rapida-24h.toml`.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// The files of a folder: `calendars/*.toml` and `contracts/*.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folder {
    /// One calendar each.
    pub calendars: Vec<File>,
    /// One contract each.
    pub contracts: Vec<File>,
}

impl Folder {
    /// Reads a folder, its files in the order of their names. A folder within that is not there has no files; so have
    /// files of another kind.
    ///
    /// # Errors
    /// The first folder or file that cannot be read.
    pub fn read(folder: &Path) -> io::Result<Self> {
        Ok(Self { calendars: files(folder, "calendars")?, contracts: files(folder, "contracts")? })
    }
}

fn files(folder: &Path, within: &str) -> io::Result<Vec<File>> {
    let entries = match fs::read_dir(folder.join(within)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") && path.is_file() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            files.push(File { name: format!("{within}/{name}"), bytes: fs::read(&path)? });
        }
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}
