//! One file: defined where nobody has, read piece by piece, and put away.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use domain::watched::LastFile;
use intake::Unreadable;
use store::Arrival;

use super::ask;
use super::define::{Definition, guess};
use super::look::{Found, Spot};
use super::place::{self, Beside};
use super::{Shared, cannot_be_moved};
use crate::feeds::{NamedFeed, NotSaved, Replaces};
use crate::files::{self, Reading, Ready, Rejects, Stopped};
use crate::inbox::Refused;
use crate::metrics::{self, Fate};

/// How long to wait where others are written first.
const WAIT: Duration = Duration::from_millis(250);

/// Why a file stays where it is.
#[derive(Debug)]
pub(super) enum Stop {
    /// It is gone, or somebody writes to it.
    Changed,
    /// It cannot be read now; others may be.
    Leave(String),
    /// It is all right, and something is not that stops the others of its feed as well.
    Wait(String),
}

/// What became of a file, which is still where it was.
#[derive(Debug)]
pub(super) struct Done {
    pub fate: Fate,
    pub beside: Beside,
    tally: Tally,
}

/// What was taken of a file.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    rows: i64,
    events: i64,
    rejected: i64,
}

/// Why a file was not read to its end.
enum End {
    Stopped(Stopped),
    Refused(Refused),
    Rejects(io::Error),
}

impl Shared {
    /// Takes a file in. What was taken stays, whatever happens; the same file again counts once.
    pub async fn take_in(self: &Arc<Self>, file: &Found) -> Result<Done, Stop> {
        let feed = match self.feed_of(file).await? {
            Ok(feed) => feed,
            Err(asks) => return Ok(asks),
        };
        let standing = self.feeds.standing(&self.store, &file.feed).await;
        standing.map_err(|fault| Stop::Wait(fault.to_string()))?;
        let (shared, found) = (self.clone(), file.clone());
        let unfinished = self.on_a_thread(move || {
            place::folder(&shared.folder_of(&found.feed), place::TAKEN).and_then(|folder| place::unfinished(&folder))
        });
        let rejected = unfinished.await?.map_err(|fault| Stop::Wait(cannot_be_moved(&fault)))?;
        let rejects = rejected.reopen().and_then(Rejects::begin);
        let mut rejects = rejects.map_err(|fault| Stop::Wait(cannot_be_moved(&fault)))?;
        let mut tally = Tally::default();
        let ended = self.read(file, &feed, &mut rejects, &mut tally).await?;
        let ended = ended.and_then(|()| rejects.finish().map_err(End::Rejects));
        if !file.is_unchanged() {
            return Err(Stop::Changed);
        }
        let rejected = (tally.rejected > 0).then_some(rejected);
        match ended {
            Ok(()) => Ok(Done { fate: Fate::Taken, beside: Beside { text: None, rejected }, tally }),
            Err(end) => {
                let text = Some(ask::failed(&file.feed, &reason(end)?, tally.rows - tally.rejected));
                Ok(Done { fate: Fate::Failed, beside: Beside { text, rejected }, tally })
            }
        }
    }

    /// Moves a file to where it belongs now, and says so.
    pub fn put_away(&self, file: &Found, Done { fate, beside, tally }: Done) -> io::Result<()> {
        if !file.is_unchanged() {
            return Ok(());
        }
        if file.spot == Spot::Asks {
            // Without its file it would be taken for one.
            let _ = std::fs::remove_file(place::text_beside(&file.path));
        }
        let folder = match fate {
            Fate::Taken => place::TAKEN,
            Fate::Failed => place::FAILED,
            Fate::Asks => place::ASKS,
        };
        let folder = place::folder(&self.folder_of(&file.feed), folder)?;
        let now = self.clock.now();
        let name = place::lay(&file.path, &folder, beside, now)?;
        let Tally { rows, events, rejected } = tally;
        let feed = file.feed.as_str();
        match fate {
            Fate::Taken => {
                let last = LastFile { name, at: domain::view::utc_time(now), rows, rejected };
                if let Err(fault) = place::keep_last(&folder, &last) {
                    tracing::warn!(feed, %fault, "it cannot be written down when a file was taken last");
                }
                tracing::info!(feed, rows, events, rejected, "a file of the watched folder was taken in");
            }
            Fate::Failed => tracing::warn!(
                feed,
                rows,
                "a file of the watched folder cannot be read; it lies in `failed` with the reason beside it"
            ),
            Fate::Asks => tracing::warn!(
                feed,
                "a file of the watched folder needs answers; it lies in `asks` with the questions beside it"
            ),
        }
        Ok(())
    }

    /// The feed of a file; where nobody has defined it, and it cannot be guessed for certain, what is to be asked.
    async fn feed_of(self: &Arc<Self>, file: &Found) -> Result<Result<Arc<NamedFeed>, Done>, Stop> {
        match self.feeds.find(&file.feed) {
            Some(Ok(feed)) => return Ok(Ok(feed)),
            Some(Err(faults)) => {
                return Err(Stop::Wait(format!("the definition of the feed has faults: {}", faults.join("; "))));
            }
            None => {}
        }
        let (shared, found) = (self.clone(), file.clone());
        self.on_a_thread(move || shared.define(&found)).await?
    }

    fn define(&self, file: &Found) -> Result<Result<Arc<NamedFeed>, Done>, Stop> {
        let aside = |fate, text| {
            Ok(Err(Done { fate, beside: Beside { text: Some(text), rejected: None }, tally: Tally::default() }))
        };
        let source = open(file)?;
        let definition = match guess(&file.feed, &file.name(), source, &self.scratch()?, self.clock.now()) {
            Ok(definition) => definition,
            Err(_) if !file.is_unchanged() => return Err(Stop::Changed),
            Err(fault) => {
                return aside(Fate::Failed, ask::failed(&file.feed, &reason(End::Stopped(fault.into()))?, 0));
            }
        };
        let asks = |definition: &Definition| aside(Fate::Asks, ask::asks(&file.feed, self.feeds.folder(), definition));
        if !definition.is_certain() {
            return asks(&definition);
        }
        match self.feeds.save(&file.feed, &definition.text, Replaces::Nothing) {
            Ok(feed) => {
                tracing::info!(feed = %file.feed, "the definition of a new feed was guessed by a file of the watched folder");
                Ok(Ok(feed))
            }
            Err(fault @ NotSaved::Folder { .. }) => Err(Stop::Wait(fault.to_string())),
            // Somebody was quicker, and knows better.
            Err(NotSaved::Taken(_) | NotSaved::Changed(_)) => Err(Stop::Changed),
            Err(fault) => asks(&Definition { doubts: vec![fault.to_string()], ..definition }),
        }
    }

    /// Reads a file to its end, and puts its pieces into the inbox.
    async fn read(
        self: &Arc<Self>,
        file: &Found,
        feed: &Arc<NamedFeed>,
        rejects: &mut Rejects,
        tally: &mut Tally,
    ) -> Result<Result<(), End>, Stop> {
        let (shared, found, reads) = (self.clone(), file.clone(), feed.clone());
        let opened = self.on_a_thread(move || {
            let (source, scratch) = (open(&found)?, shared.scratch()?);
            Ok(files::open(source, &found.name(), Some(&reads.feed), &scratch))
        });
        let mut reading = match opened.await?? {
            Ok(opened) => Reading::begin(feed, opened, &self.clock),
            Err(fault) => return Ok(Err(End::Stopped(fault.into()))),
        };
        loop {
            let piece = match reading.next().await {
                Ok(Some(piece)) => piece,
                Ok(None) => return Ok(Ok(())),
                Err(stopped) => return Ok(Err(End::Stopped(stopped))),
            };
            if let Err(fault) = rejects.write(&piece.rejected) {
                return Ok(Err(End::Rejects(fault)));
            }
            if let Err(refused) = self.put(&file.feed, piece, tally).await {
                return Ok(Err(End::Refused(refused)));
            }
        }
    }

    /// Puts a piece into the inbox, after those of others.
    async fn put(&self, feed: &str, piece: Ready, tally: &mut Tally) -> Result<(), Refused> {
        let place = loop {
            match self.inbox.place() {
                Ok(place) => break place,
                Err(_) => tokio::time::sleep(WAIT).await,
            }
        };
        let Ready { batch, read, .. } = piece;
        let [rows, events, rejected] = [read.summary.rows, read.summary.events, read.summary.rejected];
        match place.put(batch, read).await?.arrival {
            Arrival::New => metrics::taken(feed, events.unsigned_abs(), rejected.unsigned_abs()),
            Arrival::Repeated => metrics::repeated(feed),
        }
        tally.rows += rows;
        tally.events += events;
        tally.rejected += rejected;
        Ok(())
    }

    /// Where workbooks are made tables.
    fn scratch(&self) -> Result<std::path::PathBuf, Stop> {
        match std::fs::create_dir_all(&self.scratch) {
            Ok(()) => Ok(self.scratch.clone()),
            Err(fault) => Err(Stop::Wait(format!("{} cannot be made: {fault}", self.scratch.display()))),
        }
    }

    async fn on_a_thread<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Stop> {
        let program = |fault| Stop::Wait(format!("a fault of the program: {fault}"));
        tokio::task::spawn_blocking(work).await.map_err(program)
    }
}

fn open(file: &Found) -> Result<std::fs::File, Stop> {
    match file.open() {
        Ok(Some(source)) => Ok(source),
        Ok(None) => Err(Stop::Changed),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Err(Stop::Changed),
        Err(fault) => Err(Stop::Leave(format!("it cannot be opened: {fault}"))),
    }
}

/// Why a file cannot be read, or what else stops it.
fn reason(end: End) -> Result<String, Stop> {
    match end {
        End::Stopped(Stopped::Unreadable(fault @ Unreadable::Source { .. })) => Err(Stop::Leave(fault.to_string())),
        End::Stopped(Stopped::Unreadable(fault)) => Ok(fault.to_string()),
        End::Stopped(Stopped::Program(fault)) => {
            tracing::error!(%fault, "a file of the watched folder cannot be read for a fault of the program");
            Ok("this is a fault of the program, which its log describes".to_owned())
        }
        End::Refused(refused) => Err(Stop::Wait(refused.to_string())),
        End::Rejects(fault) => Err(Stop::Wait(cannot_be_moved(&fault))),
    }
}
