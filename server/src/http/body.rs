//! Bodies on their way in. Who sends slowly, or much, holds up nobody else: a body takes room as its bytes arrive, not
//! as it announces them, and together bodies take no more than there is.

use std::error::Error;
use std::io::{self, Cursor, Write};
use std::sync::Arc;
use std::time::Duration;

use axum::BoxError;
use axum::body::{Body, HttpBody};
use axum::extract::Request;
use futures::{StreamExt, TryStreamExt};
use intake::{ContentEncoding, Feed, SheetStyle, Unreadable};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::backend::Courierscope;
use crate::feeds::NamedFeed;

/// How long a body may wait for room before its sender is told to come back.
const WAIT_FOR_ROOM: Duration = Duration::from_secs(5);
/// A whole body may take so many times the patience that its parts are met with.
const WHOLE: u32 = 3;
/// What a place in the room is, in bytes.
const PLACE: usize = 1 << 10;
/// Places that are taken at a time.
const STEP: usize = 64;

/// A body that has arrived, with the room it takes.
#[derive(Debug)]
pub struct Received<'a> {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The room, for as long as the bytes or what was made of them are kept.
    pub room: SemaphorePermit<'a>,
}

/// Why a body has not arrived.
#[derive(Debug)]
pub enum Spoilt {
    /// It is larger than this many bytes.
    TooLarge(usize),
    /// It took too long.
    Slow,
    /// It ended too early.
    BrokeOff,
    /// Others take all the room.
    NoRoom,
    /// It cannot be unpacked.
    Unreadable(Unreadable),
}

/// Room for bodies of so many bytes together.
pub fn room(bytes: usize) -> Semaphore {
    Semaphore::new(places(bytes))
}

/// Has a request's body fail if its next part does not come in time.
pub fn with_patience(request: Request, patience: Duration) -> Request {
    request.map(|body| {
        if body.is_end_stream() {
            return body;
        }
        let parts = tokio_stream::StreamExt::timeout(body.into_data_stream(), patience);
        let late = |_| BoxError::from(io::Error::from(io::ErrorKind::TimedOut));
        Body::from_stream(parts.map(move |part| part.map_err(late).and_then(|part| part.map_err(Into::into))))
    })
}

impl<'a> Received<'a> {
    /// Waits for a body of at most `limit` bytes.
    ///
    /// # Errors
    /// [`Spoilt`].
    pub async fn new(body: Body, courierscope: &'a Courierscope, limit: usize) -> Result<Self, Spoilt> {
        let whole = timeout(courierscope.patience * WHOLE, Self::collect(body, &courierscope.reading, limit));
        whole.await.map_err(|_| Spoilt::Slow)?
    }

    async fn collect(body: Body, reading: &'a Semaphore, limit: usize) -> Result<Self, Spoilt> {
        let mut parts = body.into_data_stream();
        let mut received = Self { bytes: Vec::new(), room: take(reading, 0).await? };
        while let Some(part) = parts.try_next().await.map_err(|fault| spoilt(&fault))? {
            let size = received.bytes.len() + part.len();
            if size > limit {
                return Err(Spoilt::TooLarge(limit));
            }
            if places(size) > received.room.num_permits() {
                let more = places(size).next_multiple_of(STEP).min(places(limit)) - received.room.num_permits();
                received.room.merge(take(reading, more).await?);
            }
            received.bytes.extend_from_slice(&part);
        }
        Ok(received)
    }

    /// Unpacks it, if it is packed.
    ///
    /// # Errors
    /// [`Spoilt`].
    pub async fn unpacked(
        self,
        encoding: ContentEncoding,
        courierscope: &'a Courierscope,
        limit: usize,
    ) -> Result<Self, Spoilt> {
        if encoding == ContentEncoding::Identity {
            return Ok(self);
        }
        let _turn = courierscope.unpacking.lock().await;
        let Self { bytes: packed, room } = self;
        let unpacked = tokio::task::spawn_blocking(move || intake::decompress(encoding, &packed, limit)).await;
        let bytes = unpacked.map_err(|_| Spoilt::BrokeOff)?.map_err(Spoilt::Unreadable)?;
        drop(room);
        let room = take(&courierscope.reading, places(bytes.len())).await?;
        Ok(Self { bytes, room })
    }

    /// Makes it the table that its feed reads, where it is a workbook.
    ///
    /// # Errors
    /// [`Spoilt`].
    pub async fn into_table(
        self,
        feed: &Arc<NamedFeed>,
        courierscope: &'a Courierscope,
        limit: usize,
    ) -> Result<Self, Spoilt> {
        // A workbook takes several times its room while it is open: one at a time.
        let _turn = courierscope.unpacking.lock().await;
        let (Self { bytes: workbook, room }, feed) = (self, feed.clone());
        let made = tokio::task::spawn_blocking(move || table_of(workbook, &feed.feed, limit)).await;
        let bytes = made.map_err(|_| Spoilt::BrokeOff)??;
        drop(room);
        let room = take(&courierscope.reading, places(bytes.len())).await?;
        Ok(Self { bytes, room })
    }
}

/// A table that may not become longer than a limit.
struct UpTo {
    bytes: Vec<u8>,
    limit: usize,
    is_over: bool,
}

impl Write for UpTo {
    fn write(&mut self, some: &[u8]) -> io::Result<usize> {
        self.is_over |= self.bytes.len() + some.len() > self.limit;
        if self.is_over {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(some);
        Ok(some.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn table_of(workbook: Vec<u8>, feed: &Feed, limit: usize) -> Result<Vec<u8>, Spoilt> {
    if !intake::is_workbook(&workbook) {
        let reason = "it is none: say in Content-Type what it is".to_owned();
        return Err(Spoilt::Unreadable(Unreadable::Workbook { reason }));
    }
    let style = SheetStyle::of(feed).map_err(Spoilt::Unreadable)?;
    let mut table = UpTo { bytes: Vec::new(), limit, is_over: false };
    match intake::sheet_to_csv(Cursor::new(workbook), None, style, &mut table) {
        Ok(()) => Ok(table.bytes),
        Err(_) if table.is_over => Err(Spoilt::TooLarge(limit)),
        Err(fault) => Err(Spoilt::Unreadable(fault)),
    }
}

const fn places(bytes: usize) -> usize {
    bytes.div_ceil(PLACE)
}

async fn take(reading: &Semaphore, places: usize) -> Result<SemaphorePermit<'_>, Spoilt> {
    let places = u32::try_from(places).unwrap_or(u32::MAX);
    match timeout(WAIT_FOR_ROOM, reading.acquire_many(places)).await {
        Ok(Ok(room)) => Ok(room),
        _ => Err(Spoilt::NoRoom),
    }
}

fn spoilt(fault: &axum::Error) -> Spoilt {
    let causes = std::iter::successors(Some(fault as &dyn Error), |&fault| fault.source());
    let mut kinds = causes.filter_map(|cause| Some(cause.downcast_ref::<io::Error>()?.kind()));
    if kinds.any(|kind| kind == io::ErrorKind::TimedOut) { Spoilt::Slow } else { Spoilt::BrokeOff }
}
