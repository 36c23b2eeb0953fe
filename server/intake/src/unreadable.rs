//! What spoils a whole body or file, so that no row of it can be trusted.

use crate::format::Format;

/// Why nothing of a body, or nothing more of a file, can be read. Each text says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// There is nothing in it.
    #[error("there is nothing in it: send at least one row")]
    Empty,
    /// The text is UTF-16.
    #[error("this is UTF-16 text: save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\") and send it again")]
    Utf16,
    /// A spreadsheet workbook or ZIP archive.
    #[error("this is a spreadsheet workbook or a ZIP archive: save the sheet as CSV, or unpack the archive first")]
    Archive,
    /// A workbook that cannot be read.
    #[error("the workbook cannot be read: {reason}")]
    Workbook {
        /// Why, and what to do.
        reason: String,
    },
    /// The feed is defined for something else.
    #[error("this feed takes {takes}, and this is {given}: send it to another feed, or change the feed's definition")]
    WrongFormat {
        /// What the feed takes.
        takes: &'static str,
        /// What was sent.
        given: Format,
    },
    /// The header line cannot be read.
    #[error("the header cannot be read: {reason}")]
    Header {
        /// Why, and what to do.
        reason: String,
    },
    /// The definition names columns that the header does not have.
    #[error("the header has no column {missing}; its columns are {present}: correct the file or the feed's definition")]
    MissingColumns {
        /// The columns that are missing.
        missing: String,
        /// The columns that are there.
        present: String,
    },
    /// A column that the definition names is in the header twice.
    #[error("the header has the column {column} more than once; its columns are {present}: give each its own name")]
    DuplicateColumn {
        /// The column.
        column: String,
        /// The columns that are there.
        present: String,
    },
    /// A JSON body that is no array.
    #[error(
        "this is not a JSON array: put the events in [ ], or send one event a line as NDJSON (application/x-ndjson)"
    )]
    NotAnArray,
    /// An array that is not closed.
    #[error("the JSON array breaks off after {whole} whole events, which were kept: send the rest again")]
    BrokenOff {
        /// How many events were whole.
        whole: u64,
    },
    /// An array with something behind it.
    #[error("there is text behind the end of the JSON array, after {whole} events: put all events in one array")]
    BehindArray {
        /// How many events the array holds.
        whole: u64,
    },
    /// More than the limit once decompressed.
    #[error("this is more than {limit} bytes: send it in smaller parts")]
    TooLarge {
        /// The limit, in bytes after decompression.
        limit: usize,
    },
    /// The compressed bytes are damaged or cut off.
    #[error("the {compression} data is damaged or cut off ({reason}): what came before was read; send it again whole")]
    Damaged {
        /// gzip or zstd.
        compression: &'static str,
        /// What the decompressor says.
        reason: String,
    },
    /// The source could not be read.
    #[error("the file cannot be read: {reason}")]
    Source {
        /// What the system says.
        reason: String,
    },
}

/// Where the text starts: behind a UTF-8 byte order mark, if there is one.
///
/// # Errors
/// If the bytes are UTF-16 or an archive.
pub(crate) fn text_start(bytes: &[u8]) -> Result<usize, Unreadable> {
    match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Err(Unreadable::Utf16),
        // ZIP, and what workbooks were before.
        [b'P', b'K', 3, 4, ..] | [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(Unreadable::Archive),
        [0xEF, 0xBB, 0xBF, ..] => Ok(3),
        _ => Ok(0),
    }
}
