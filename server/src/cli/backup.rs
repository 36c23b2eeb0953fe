//! `courierscope backup` and `courierscope restore`

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use domain::view::utc_time;
use store::Backup;

use super::{terminal::grouped, without_password};
use crate::clock::Clock;
use crate::config::Config;
use crate::feeds::Feeds;

/// Writes the database and the feed definitions into one file; a server may be at work meanwhile.
///
/// # Errors
/// Where the file exists or cannot be written, or the database is PostgreSQL, which has its own program for it.
pub async fn backup(config: &Config, file: &Path) -> anyhow::Result<ExitCode> {
    let Some(database) = config.database_file() else {
        let (place, file) = (without_password(&config.database_url), file.display());
        bail!("PostgreSQL makes backups itself: pg_dump --format=custom --file={file} {place}");
    };
    if file.exists() {
        bail!("{} exists already: give the backup another name", file.display());
    }
    if !database.exists() {
        bail!("there is no database {}; give another with --database-url", database.display());
    }
    let store = super::connect(config).await?;
    let feeds = definitions(&Feeds::new(config.feeds_folder()))?;
    let unfinished = unfinished(file);
    remove(&unfinished)?;
    let written = async {
        store.back_up(&unfinished, Clock::System.now(), &feeds).await?;
        let backup = Backup::read(&unfinished).await?;
        put_in_place(&unfinished, file)?;
        anyhow::Ok(backup)
    };
    let written = written.await;
    store.close().await;
    if written.is_err() {
        remove(&unfinished)?;
    }
    let backup = written.with_context(|| format!("{} cannot be written", file.display()))?;
    let (size, revision) = (file.metadata()?.len(), grouped(backup.revision as u64));
    let feeds = backup.feeds.len();
    println!("{}: {} bytes, revision {revision}, {feeds} feed definitions", file.display(), grouped(size));
    Ok(ExitCode::SUCCESS)
}

/// Makes a database of a backup, where there is none yet.
///
/// # Errors
/// Where there is a database, the file is no backup, or the database is PostgreSQL.
pub async fn restore(config: &Config, file: &Path) -> anyhow::Result<ExitCode> {
    let Some(database) = config.database_file() else {
        let (place, file) = (without_password(&config.database_url), file.display());
        bail!(
            "PostgreSQL restores backups itself, into an empty database: pg_restore --no-owner --dbname={place} {file}"
        );
    };
    // A log that was left behind would be taken for this database's.
    let logs = logs(&database);
    if let Some(there) = std::iter::once(&database).chain(&logs).find(|path| path.exists()) {
        bail!(
            "{} exists: stop the server and move it away, or say with --database-url where to restore to",
            there.display()
        );
    }
    let backup = Backup::read(file).await.with_context(|| file.display().to_string())?;
    let unfinished = unfinished(&database);
    remove(&unfinished)?;
    std::fs::copy(file, &unfinished).with_context(|| format!("{} cannot be written", unfinished.display()))?;
    Backup::unpack(&unfinished).await?;
    // The database last: while it is missing, the command can be given again.
    let differing = write_definitions(&config.feeds_folder(), &backup.feeds)?;
    put_in_place(&unfinished, &database)?;
    super::open(config).await?.close().await;
    let made = utc_time(backup.made_at).format("%Y-%m-%d %H:%M UTC");
    println!("{}: restored as of {made}, revision {}", database.display(), grouped(backup.revision as u64));
    for path in &differing {
        println!("{} is another than in the backup, and was left alone", path.display());
    }
    Ok(if differing.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The texts of all feed definitions, faulty ones too.
fn definitions(feeds: &Feeds) -> anyhow::Result<Vec<(String, String)>> {
    let mut texts = Vec::new();
    for name in feeds.all().into_keys() {
        let path = feeds.folder().join(format!("{name}.toml"));
        // The built-in feed has no file.
        if path.exists() {
            let text = std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            texts.push((name, String::from_utf8_lossy(&text).into_owned()));
        }
    }
    Ok(texts)
}

/// Writes the definitions that are missing; those that are there and differ.
fn write_definitions(folder: &Path, feeds: &[(String, String)]) -> anyhow::Result<Vec<PathBuf>> {
    let mut differing = Vec::new();
    for (name, text) in feeds {
        let path = folder.join(format!("{name}.toml"));
        match std::fs::read(&path) {
            Ok(there) if there == text.as_bytes() => {}
            Ok(_) => differing.push(path),
            Err(_) => {
                std::fs::create_dir_all(folder)
                    .and_then(|()| std::fs::write(&path, text))
                    .with_context(|| format!("{} cannot be written", path.display()))?;
            }
        }
    }
    Ok(differing)
}

/// Gives a finished file its name, once it is on the disk.
fn put_in_place(unfinished: &Path, file: &Path) -> anyhow::Result<()> {
    File::open(unfinished)?.sync_all()?;
    std::fs::rename(unfinished, file)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(File::open(folder)?.sync_all()?)
}

fn unfinished(file: &Path) -> PathBuf {
    with_ending(file, ".unfinished")
}

fn with_ending(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// What SQLite writes beside a database.
fn logs(database: &Path) -> [PathBuf; 3] {
    ["-wal", "-shm", "-journal"].map(|end| with_ending(database, end))
}

/// Removes an unfinished database, with what a command that was killed left of its logs: SQLite would take them for those
/// of the next one.
fn remove(unfinished: &Path) -> anyhow::Result<()> {
    for file in logs(unfinished).iter().map(PathBuf::as_path).chain([unfinished]) {
        match std::fs::remove_file(file) {
            Err(fault) if fault.kind() != std::io::ErrorKind::NotFound => {
                return Err(fault).with_context(|| format!("{} cannot be removed", file.display()));
            }
            _ => {}
        }
    }
    Ok(())
}
