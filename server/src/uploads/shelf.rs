//! Where files wait: a folder each, with the file as it came and what is known of it.

use std::collections::HashSet;
use std::fs::{self, DirEntry, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::time::{Duration, UNIX_EPOCH};

use axum::body::Bytes;
use domain::upload::{Answers, ImportView};
use futures::{Stream, StreamExt};
use intake::SheetStyle;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use super::UploadFault;
use super::review::SHEET;
use super::room::{Bounded, PART, Taken};

/// How many of the largest files are kept together.
const TOGETHER: u64 = 4;
/// How long a file may be on its way without a word of it, in milliseconds. Then it is what a crash has left.
const ON_ITS_WAY: i64 = 3_600_000;
/// How long the next bytes of a file may take.
const NEXT_WITHIN: Duration = Duration::from_secs(30);
/// The file as it came.
const FILE: &str = "file";
/// The table that a workbook's sheet, or a text in UTF-16, was made.
const TABLE: &str = "table.csv";
/// What is known of it.
const KNOWN: &str = "upload.json";

/// The folder of files.
#[derive(Debug)]
pub(super) struct Shelf {
    pub folder: PathBuf,
    /// The largest file, in bytes.
    pub largest: u64,
    /// Bytes that are being written.
    pub arriving: AtomicU64,
}

/// What is known of a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Upload {
    pub id: String,
    pub file_name: String,
    pub bytes: u64,
    /// When it came, UTC epoch milliseconds.
    pub received_at: i64,
    /// The name that its feed gets.
    pub feed: String,
    pub answers: Answers,
    /// The names of its sheets, where it is a workbook.
    #[serde(default)]
    pub sheets: Vec<String>,
    /// Why no table could be made of it.
    #[serde(default)]
    pub fault: Option<String>,
    /// How its import ended.
    pub import: Option<ImportView>,
}

impl Shelf {
    /// Writes a file to the disk as it arrives.
    pub async fn receive<E: std::fmt::Display>(
        &self,
        file_name: &str,
        mut chunks: impl Stream<Item = Result<Bytes, E>> + Unpin,
        now: i64,
    ) -> Result<Upload, UploadFault> {
        fs::create_dir_all(&self.folder)?;
        let mut room = Taken::new(self);
        let part = tempfile::Builder::new().prefix(PART).tempdir_in(&self.folder)?;
        let mut file = tokio::fs::File::create(part.path().join(FILE)).await?;
        let (mut bytes, mut hash) = (0, Sha256::new());
        loop {
            let chunk = match tokio::time::timeout(NEXT_WITHIN, chunks.next()).await {
                Ok(None) => break,
                Ok(Some(Ok(chunk))) => chunk,
                Ok(Some(Err(fault))) => return Err(UploadFault::BrokenOff(fault.to_string())),
                Err(_) => return Err(UploadFault::BrokenOff("nothing came for 30 seconds".to_owned())),
            };
            bytes += chunk.len() as u64;
            if bytes > self.largest {
                return Err(UploadFault::TooLarge(self.largest));
            }
            room.take(chunk.len() as u64)?;
            hash.update(&chunk);
            file.write_all(&chunk).await?;
        }
        file.sync_all().await?;
        room.check()?;
        let hash: String = hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let id = format!("{now:x}-{hash}");
        let place = self.folder.join(&id);
        let kept = part.keep();
        if fs::rename(&kept, &place).is_err() {
            // The same file, within the same millisecond: it is there already.
            fs::remove_dir_all(&kept)?;
        }
        let file_name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
        let file_name: String = file_name.chars().filter(|sign| !sign.is_control()).take(120).collect();
        let file_name = if file_name.is_empty() { "file.csv".to_owned() } else { file_name };
        let (feed, answers, sheets) = (String::new(), Answers::new(), Vec::new());
        Ok(Upload { id, file_name, bytes, received_at: now, feed, answers, sheets, fault: None, import: None })
    }

    /// Makes a table of what is none yet: of the chosen sheet of a workbook, or of a text in UTF-16.
    ///
    /// # Errors
    /// Where that cannot be read, or there is no room for the table.
    pub fn prepare(&self, upload: &Upload) -> Result<(), UploadFault> {
        let (source, table) = (self.file(upload), self.folder.join(&upload.id).join(TABLE));
        match first_bytes(&source)?.as_slice() {
            first if intake::is_workbook(first) => {
                let sheet = upload.answers.get(SHEET).map(String::as_str);
                self.write_table(&table, |out| {
                    Ok(intake::sheet_to_csv(File::open(&source)?, sheet, SheetStyle::PLAIN, out)?)
                })
            }
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
                self.write_table(&table, |out| Ok(intake::utf16_to_utf8(File::open(&source)?, out)?))
            }
            _ => Ok(()),
        }
    }

    fn write_table(
        &self,
        table: &Path,
        write: impl FnOnce(&mut Bounded<'_, '_, BufWriter<&File>>) -> Result<(), UploadFault>,
    ) -> Result<(), UploadFault> {
        let mut room = Taken::new(self);
        write_whole(table, |out| {
            let mut out = Bounded::new(out, &mut room);
            let written = write(&mut out);
            if out.is_full() { Err(UploadFault::Full) } else { written }
        })
    }

    /// The names of the sheets, where the file is a workbook. All of it is unpacked for that.
    pub fn sheets(&self, upload: &Upload) -> Vec<String> {
        let file = self.file(upload);
        if !first_bytes(&file).is_ok_and(|first| intake::is_workbook(&first)) {
            return Vec::new();
        }
        File::open(file).ok().and_then(|file| intake::sheets(file).ok()).unwrap_or_default()
    }

    fn file(&self, upload: &Upload) -> PathBuf {
        self.folder.join(&upload.id).join(FILE)
    }

    /// The table, as it came or as it was made.
    pub fn table(&self, upload: &Upload) -> io::Result<File> {
        let place = self.folder.join(&upload.id);
        File::open(place.join(TABLE)).or_else(|_| File::open(self.file(upload)))
    }

    /// What is known of a file.
    pub fn find(&self, id: &str) -> Result<Upload, UploadFault> {
        // An id names a folder: nothing else may be reached by it.
        if id.is_empty() || !id.bytes().all(|sign| sign.is_ascii_hexdigit() || sign == b'-') {
            return Err(UploadFault::Unknown);
        }
        let text = fs::read(self.folder.join(id).join(KNOWN)).map_err(|_| UploadFault::Unknown)?;
        serde_json::from_slice(&text).map_err(|_| UploadFault::Unknown)
    }

    /// Keeps what is known of a file.
    pub fn write(&self, upload: &Upload) -> Result<(), UploadFault> {
        let known = serde_json::to_vec(upload).map_err(|_| UploadFault::Program)?;
        write_whole(&self.folder.join(&upload.id).join(KNOWN), |out| Ok(out.write_all(&known)?))
    }

    /// Throws a file away.
    pub fn remove(&self, id: &str) -> Result<(), UploadFault> {
        Ok(fs::remove_dir_all(self.folder.join(id))?)
    }

    /// Throws away what came before a moment (UTC epoch milliseconds), but for these, and what a crash has left on its
    /// way; what was thrown away.
    pub fn clear(&self, before: i64, now: i64, but: &HashSet<String>) -> Result<Vec<String>, UploadFault> {
        let mut gone = Vec::new();
        for entry in entries(&self.folder) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let came = name.split('-').next().and_then(|came| i64::from_str_radix(came, 16).ok());
            let is_old = came.is_some_and(|came| came < before) && !but.contains(&name);
            let is_left = name.starts_with(PART) && last_written(&entry.path()) < now - ON_ITS_WAY;
            if is_old || is_left {
                fs::remove_dir_all(entry.path())?;
                gone.push(name);
            }
        }
        Ok(gone)
    }

    /// The most bytes that are kept together.
    pub fn most(&self) -> u64 {
        self.largest.saturating_mul(TOGETHER)
    }

    /// The bytes that are kept, without those on their way.
    pub fn kept(&self) -> u64 {
        let is_whole = |entry: &DirEntry| !entry.file_name().to_string_lossy().starts_with(PART);
        let files = entries(&self.folder).filter(is_whole).flat_map(|upload| entries(&upload.path()).filter(is_whole));
        files.filter_map(|file| file.metadata().ok()).map(|file| file.len()).sum()
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = DirEntry> + use<> {
    fs::read_dir(folder).into_iter().flatten().flatten()
}

/// When anything of a folder was last written, UTC epoch milliseconds.
fn last_written(folder: &Path) -> i64 {
    let times = entries(folder).map(|entry| entry.path()).chain([folder.to_owned()]);
    let times = times.filter_map(|path| fs::metadata(path).ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok());
    times.max().map_or(0, |latest| i64::try_from(latest.as_millis()).unwrap_or(i64::MAX))
}

/// The first bytes of a file as it came: a packed one is what it is packed as.
fn first_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut first = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut first)?;
    Ok(first)
}

/// Writes a file beside its place and moves it there when it is whole.
fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&File>) -> Result<(), UploadFault>,
) -> Result<(), UploadFault> {
    let mut part = tempfile::Builder::new();
    let part = part.prefix(PART).tempfile_in(path.parent().unwrap_or(Path::new(".")))?;
    let mut out = BufWriter::new(part.as_file());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    part.persist(path).map_err(|fault| fault.error)?;
    Ok(())
}

/// What the feed of a file might be called: the beginning of its name, in the letters that a feed may have.
pub(super) fn feed_name(file_name: &str) -> String {
    let stem = file_name.split('.').next().unwrap_or_default().to_lowercase();
    let name: String = stem.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '-' }).collect();
    let words: Vec<&str> = name.split('-').filter(|word| word.chars().any(|sign| sign.is_ascii_alphabetic())).collect();
    let mut name = words.join("-");
    name.truncate(40);
    if name.is_empty() { "courier".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::feed_name;

    #[test]
    fn a_feed_is_called_after_its_file() {
        assert_eq!(feed_name("Rapida_2026-06.csv.gz"), "rapida");
        assert_eq!(feed_name("Informe envíos.xlsx"), "informe-env-os");
        assert_eq!(feed_name("2026.csv"), "courier");
    }
}
