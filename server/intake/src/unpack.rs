//! Opening gzip and Zstandard.

use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use crate::format::ContentEncoding;
use crate::unreadable::Unreadable;

/// Decompresses a body, up to `limit` bytes.
///
/// # Errors
/// [`Unreadable::TooLarge`] if there is more than `limit`, [`Unreadable::Damaged`] if it is cut off or broken.
pub fn decompress(encoding: ContentEncoding, bytes: &[u8], limit: usize) -> Result<Vec<u8>, Unreadable> {
    let mut opened = Vec::new();
    let (outcome, compression) = match encoding {
        ContentEncoding::Identity => (read_up_to(bytes, limit, &mut opened), "plain"),
        ContentEncoding::Gzip => (read_up_to(MultiGzDecoder::new(bytes), limit, &mut opened), GZIP),
        ContentEncoding::Zstd => {
            let decoder = zstd::stream::read::Decoder::with_buffer(bytes);
            (decoder.and_then(|decoder| read_up_to(decoder, limit, &mut opened)), ZSTD)
        }
    };
    match outcome {
        Ok(()) if opened.len() > limit => Err(Unreadable::TooLarge { limit }),
        Ok(()) => Ok(opened),
        Err(error) => Err(damaged(compression, &error)),
    }
}

fn read_up_to(source: impl Read, limit: usize, opened: &mut Vec<u8>) -> io::Result<()> {
    source.take(limit as u64 + 1).read_to_end(opened).map(|_| ())
}

const GZIP: &str = "gzip";
const ZSTD: &str = "zstd";

fn damaged(compression: &'static str, error: &io::Error) -> Unreadable {
    Unreadable::Damaged { compression, reason: error.to_string() }
}

/// The first bytes of a file, at most `limit`, decompressed if its first bytes say that it is compressed. What follows
/// the last line break is left out where the file goes on.
///
/// # Errors
/// [`Unreadable`] if the file cannot be read or unpacked.
pub fn beginning(source: impl Read, limit: usize) -> Result<Vec<u8>, Unreadable> {
    let mut opened = Opened::new(source)?;
    let mut bytes = vec![0; limit];
    let mut filled = 0;
    while filled < limit {
        match opened.read(&mut bytes[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    bytes.truncate(filled);
    if filled == limit
        && let Some(end) = memchr::memrchr(b'\n', &bytes)
    {
        bytes.truncate(end + 1);
    }
    Ok(bytes)
}

/// A source that counts what was read of it.
#[derive(Debug)]
pub(crate) struct Counted<R> {
    source: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

type Source<R> = io::Chain<io::Cursor<Vec<u8>>, Counted<R>>;

/// The text of a file, decompressed if its first bytes say that it is compressed.
pub(crate) enum Opened<R: Read> {
    Plain(Source<R>),
    Gzip(Box<MultiGzDecoder<BufReader<Source<R>>>>),
    Zstd(zstd::stream::read::Decoder<'static, BufReader<Source<R>>>),
}

impl<R: Read> Opened<R> {
    /// Looks at the first bytes of a source.
    pub fn new(source: R) -> Result<Self, Unreadable> {
        let mut source = Counted { source, bytes: 0 };
        let mut magic = Vec::new();
        source.by_ref().take(4).read_to_end(&mut magic).map_err(|error| unread(&error))?;
        let kind = match magic.as_slice() {
            [0x1F, 0x8B, ..] => GZIP,
            [0x28, 0xB5, 0x2F, 0xFD] => ZSTD,
            _ => "",
        };
        let source = io::Cursor::new(magic).chain(source);
        match kind {
            GZIP => Ok(Self::Gzip(Box::new(MultiGzDecoder::new(BufReader::new(source))))),
            ZSTD => zstd::stream::read::Decoder::with_buffer(BufReader::new(source))
                .map(Self::Zstd)
                .map_err(|error| damaged(ZSTD, &error)),
            _ => Ok(Self::Plain(source)),
        }
    }

    /// Reads more of the text; 0 bytes at its end.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Unreadable> {
        loop {
            let read = match self {
                Self::Plain(source) => source.read(buffer),
                Self::Gzip(source) => source.read(buffer),
                Self::Zstd(source) => source.read(buffer),
            };
            match read {
                Ok(read) => return Ok(read),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(match self {
                        Self::Plain(_) => unread(&error),
                        Self::Gzip(_) => damaged(GZIP, &error),
                        Self::Zstd(_) => damaged(ZSTD, &error),
                    });
                }
            }
        }
    }

    /// Bytes of the source, as it is stored, that were read.
    pub fn consumed(&self) -> u64 {
        match self {
            Self::Plain(source) => source.get_ref().1.bytes,
            Self::Gzip(source) => source.get_ref().get_ref().get_ref().1.bytes,
            Self::Zstd(source) => source.get_ref().get_ref().get_ref().1.bytes,
        }
    }
}

fn unread(error: &io::Error) -> Unreadable {
    Unreadable::Source { reason: error.to_string() }
}
