//! The part of a file that is in memory.

use std::io::Read;

use crate::csv::Rest;
use crate::unpack::Opened;
use crate::unreadable::Unreadable;

/// How much is read at once, in bytes.
const CHUNK: usize = 256 << 10;

/// A stretch of a file's text.
pub(super) struct Window<R: Read> {
    source: Opened<R>,
    buffer: Vec<u8>,
    /// What of the buffer is done with.
    start: usize,
    rest: Rest,
}

impl<R: Read> Window<R> {
    /// Opens a file and reads its first bytes.
    pub fn open(source: R) -> Result<Self, Unreadable> {
        let mut window = Self { source: Opened::new(source)?, buffer: Vec::new(), start: 0, rest: Rest::Follows };
        while window.rest == Rest::Follows && window.buffer.len() < 4 {
            window.fill()?;
        }
        Ok(window)
    }

    /// The text at hand.
    pub fn text(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// Whether more follows behind it.
    pub fn rest(&self) -> Rest {
        self.rest
    }

    /// Is done with the first `len` bytes of the text.
    pub fn advance(&mut self, len: usize) {
        self.start += len;
    }

    /// Reads more behind the text.
    pub fn fill(&mut self) -> Result<(), Unreadable> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let full = self.buffer.len();
        self.buffer.resize(full + CHUNK, 0);
        let read = self.source.read(&mut self.buffer[full..]);
        self.buffer.truncate(full + read.as_ref().map_or(0, |read| *read));
        if read? == 0 {
            self.rest = Rest::Nothing;
        }
        Ok(())
    }

    /// Passes over a line of which `len` bytes are at hand; its break may be far behind.
    pub fn pass_line(&mut self, mut len: usize) -> Result<(), Unreadable> {
        loop {
            let has_ended = self.text()[..len].ends_with(b"\n");
            self.advance(len);
            if has_ended || self.text().is_empty() && self.rest == Rest::Nothing {
                return Ok(());
            }
            if self.text().is_empty() {
                self.fill()?;
            }
            len = memchr::memchr(b'\n', self.text()).map_or(self.text().len(), |at| at + 1);
        }
    }

    /// Bytes of the file, as it is stored, that were read.
    pub fn consumed(&self) -> u64 {
        self.source.consumed()
    }
}
