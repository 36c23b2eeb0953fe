//! Where files go: folders beside those that were dropped. Nothing is ever overwritten.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::DateTime;
use domain::watched::LastFile;
use tempfile::NamedTempFile;

use super::is_own_folder;

/// The folder of files that were taken in.
pub(super) const TAKEN: &str = "taken";
/// The folder of files that could not be read.
pub(super) const FAILED: &str = "failed";
/// The folder of files whose definition needs answers.
pub(super) const ASKS: &str = "asks";
/// What is put behind a file's name to call the text that stands beside it.
const TEXT: &str = ".txt";
/// What is put behind a file's name to call its rejected rows.
const REJECTED: &str = ".rejected.csv";
/// The beginning of the names of rejected rows that are still being written.
const UNFINISHED: &str = ".rejected-";
/// Which file was taken last.
const LAST: &str = ".last.json";
/// The longest name that is kept, in bytes: with what is put behind it, every file system takes it.
const LONGEST: usize = 200;

/// What stands beside a file that was laid aside.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// Why it lies there, and what to do.
    pub text: Option<String>,
    /// Its rejected rows.
    pub rejected: Option<NamedTempFile>,
}

/// Makes one of the folders, unless it is there.
pub(super) fn folder(of_feed: &Path, name: &str) -> io::Result<PathBuf> {
    let folder = of_feed.join(name);
    match fs::create_dir(&folder) {
        Err(fault) if fault.kind() != io::ErrorKind::AlreadyExists => return Err(fault),
        _ => {}
    }
    if is_own_folder(&folder) {
        Ok(folder)
    } else {
        Err(io::Error::other(format!("{} is no folder, or a link to one: remove it", folder.display())))
    }
}

/// A file for rejected rows that is not finished. Those that a crash has left are removed.
pub(super) fn unfinished(folder: &Path) -> io::Result<NamedTempFile> {
    for entry in fs::read_dir(folder)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_file(entry.path())?;
        }
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Who may read the folder may read why rows were rejected.
        builder.permissions(fs::Permissions::from_mode(0o644));
    }
    builder.tempfile_in(folder)
}

/// Moves a file into a folder, under its own name or one like it; what it is called there. What stands beside it comes
/// first, so that a crash leaves the file where it was, or all of it.
pub(super) fn lay(file: &Path, folder: &Path, beside: Beside, now: i64) -> io::Result<String> {
    let name = reserve(folder, &file.file_name().unwrap_or_default().to_string_lossy(), now)?;
    let done = beside.write(folder, &name).and_then(|()| fs::rename(file, folder.join(&name)));
    if let Err(fault) = done {
        for end in ["", TEXT, REJECTED] {
            let _ = fs::remove_file(folder.join(format!("{name}{end}")));
        }
        return Err(fault);
    }
    Ok(name)
}

impl Beside {
    fn write(self, folder: &Path, name: &str) -> io::Result<()> {
        if let Some(text) = self.text {
            let mut file = create(&folder.join(format!("{name}{TEXT}")))?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
        }
        if let Some(rejected) = self.rejected {
            rejected.as_file().sync_all()?;
            rejected.persist_noclobber(folder.join(format!("{name}{REJECTED}"))).map_err(|fault| fault.error)?;
        }
        Ok(())
    }
}

/// An empty file under a name that nothing in the folder has, nor what will stand beside it.
fn reserve(folder: &Path, name: &str, now: i64) -> io::Result<String> {
    for name in names(name, now) {
        let is_taken = |end| folder.join(format!("{name}{end}")).symlink_metadata().is_ok();
        if is_taken(TEXT) || is_taken(REJECTED) {
            continue;
        }
        match create(&folder.join(&name)) {
            Ok(_) => return Ok(name),
            Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => {}
            Err(fault) => return Err(fault),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// A name, then the name with the time in it, then with a number as well: `orders-20260601-120000-2.csv.gz`.
fn names(name: &str, now: i64) -> impl Iterator<Item = String> {
    let ends = name.to_ascii_lowercase();
    let packed = [".gz", ".zst"].into_iter().find(|end| ends.ends_with(end)).map_or(0, str::len);
    let dot = name[..name.len() - packed].rfind('.').filter(|dot| *dot > 0).unwrap_or(name.len() - packed);
    let (mut stem, mut end) = (name[..dot].to_owned(), name[dot..].to_owned());
    end.truncate(end.floor_char_boundary(LONGEST / 4));
    stem.truncate(stem.floor_char_boundary(LONGEST - end.len()));
    let time = DateTime::from_timestamp_millis(now).unwrap_or_default().format("%Y%m%d-%H%M%S").to_string();
    (0..10_000).map(move |n| match n {
        0 => format!("{stem}{end}"),
        1 => format!("{stem}-{time}{end}"),
        n => format!("{stem}-{time}-{n}{end}"),
    })
}

/// Writes down which file was taken last.
pub(super) fn keep_last(folder: &Path, last: &LastFile) -> io::Result<()> {
    let mut file = unfinished(folder)?;
    file.write_all(&serde_json::to_vec(last)?)?;
    file.persist(folder.join(LAST)).map(drop).map_err(|fault| fault.error)
}

/// Which file was taken last.
pub(super) fn last(folder: &Path) -> Option<LastFile> {
    serde_json::from_str(&read_small(&folder.join(LAST))?).ok()
}

/// A short text. Anybody may have put what bears its name: links are not followed, and it may be no file.
pub(super) fn read_small(path: &Path) -> Option<String> {
    let is_small = path.symlink_metadata().is_ok_and(|file| file.is_file() && file.len() <= 1 << 20);
    if is_small { fs::read_to_string(path).ok() } else { None }
}

/// The text that stands beside a file.
pub(super) fn text_beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(TEXT);
    file.with_file_name(name)
}

/// Whether a file is what stands beside another.
pub(super) fn is_beside(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    [TEXT, REJECTED]
        .iter()
        .filter_map(|end| name.strip_suffix(end))
        .any(|other| file.with_file_name(other).symlink_metadata().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-06-01T12:00:00Z.
    const NOON: i64 = 1_780_315_200_000;

    fn lay_new(folder: &Path, name: &str, text: &str) -> String {
        let file = folder.join(name);
        fs::write(&file, text).unwrap();
        let beside = Beside { text: Some(format!("of {text}")), rejected: None };
        lay(&file, &super::folder(folder, TAKEN).unwrap(), beside, NOON).unwrap()
    }

    #[test]
    fn nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let names: Vec<String> = ["1", "2", "3"].iter().map(|n| lay_new(folder.path(), "a.csv.gz", n)).collect();
        assert_eq!(names, ["a.csv.gz", "a-20260601-120000.csv.gz", "a-20260601-120000-2.csv.gz"]);
        let read = |name: &str| fs::read_to_string(folder.path().join(TAKEN).join(name)).unwrap();
        for (n, name) in names.iter().enumerate() {
            assert_eq!((read(name), read(&format!("{name}.txt"))), (format!("{}", n + 1), format!("of {}", n + 1)));
        }
        fs::remove_file(folder.path().join(TAKEN).join("a.csv.gz")).unwrap();
        assert_eq!(lay_new(folder.path(), "a.csv.gz", "4"), "a-20260601-120000-3.csv.gz", "its text is there still");
    }

    #[test]
    fn a_name_may_be_as_long_or_odd_as_it_likes() {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["é".repeat(120), format!("{}.csv", "x".repeat(240)), ".".to_owned() + &"y".repeat(240), "gz".into()]
        {
            for n in 0..3 {
                assert!(lay_new(folder.path(), &name, &n.to_string()).len() < 230);
            }
        }
        let names = |name: &str| names(name, NOON).nth(1).unwrap();
        assert_eq!(names(".gz"), "-20260601-120000.gz");
        assert_eq!(names("a"), "a-20260601-120000");
        assert_eq!(names("2026.06.csv"), "2026.06-20260601-120000.csv");
    }

    #[test]
    fn a_link_in_place_of_a_folder_is_not_followed() {
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(outside.path(), folder.path().join(TAKEN)).unwrap();
        assert!(super::folder(folder.path(), TAKEN).is_err());
    }
}
