//! The room there is for files: what is being written takes its part of it before it is on the disk.

use std::io::{self, Write};
use std::sync::atomic::Ordering;

use super::UploadFault;
use super::shelf::Shelf;

/// How the name of what is being written begins.
pub(super) const PART: &str = ".part-";
/// After how many bytes the files are looked at anew.
const LOOK_EVERY: u64 = 1 << 20;

/// Room that somebody writes into. It is given back when the file is in its place, or is not going to be.
pub(super) struct Taken<'s> {
    shelf: &'s Shelf,
    bytes: u64,
    kept: u64,
    unseen: u64,
}

impl<'s> Taken<'s> {
    /// None yet.
    pub fn new(shelf: &'s Shelf) -> Self {
        Self { shelf, bytes: 0, kept: shelf.kept(), unseen: 0 }
    }

    /// Takes room for so many bytes more.
    pub fn take(&mut self, bytes: u64) -> Result<(), UploadFault> {
        self.bytes += bytes;
        self.unseen += bytes;
        let arriving = self.shelf.arriving.fetch_add(bytes, Ordering::SeqCst) + bytes;
        if self.unseen >= LOOK_EVERY {
            return self.check();
        }
        if self.kept + arriving > self.shelf.most() { Err(UploadFault::Full) } else { Ok(()) }
    }

    /// Looks whether there is room still: others have come to their end meanwhile.
    pub fn check(&mut self) -> Result<(), UploadFault> {
        (self.kept, self.unseen) = (self.shelf.kept(), 0);
        let arriving = self.shelf.arriving.load(Ordering::SeqCst);
        if self.kept + arriving > self.shelf.most() { Err(UploadFault::Full) } else { Ok(()) }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.shelf.arriving.fetch_sub(self.bytes, Ordering::SeqCst);
    }
}

/// Writes as long as there is room.
pub(super) struct Bounded<'w, 's, W> {
    out: &'w mut W,
    room: &'w mut Taken<'s>,
    is_full: bool,
}

impl<'w, 's, W> Bounded<'w, 's, W> {
    /// Writes to `out`, in this room.
    pub fn new(out: &'w mut W, room: &'w mut Taken<'s>) -> Self {
        Self { out, room, is_full: false }
    }

    /// Whether something was not written because there was no room.
    pub fn is_full(&self) -> bool {
        self.is_full
    }
}

impl<W: Write> Write for Bounded<'_, '_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.room.take(bytes.len() as u64).is_err() {
            self.is_full = true;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.out.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
