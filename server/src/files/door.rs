//! The door: a workbook is made the table that its feed reads, and UTF-16 the text.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, Write};
use std::path::Path;

use intake::{Feed, Format, SheetStyle, Unreadable};

/// A file that can be cut into pieces.
#[derive(Debug)]
pub struct Opened {
    /// Its text, which may be packed.
    pub source: File,
    /// How that is written.
    pub format: Format,
}

/// Opens a file of this name for its feed; without one, as a table that is to be described. What a workbook is made lies in `scratch`, and goes with [`Opened`].
///
/// # Errors
/// [`Unreadable`] where it is a workbook that cannot be read, or the system fails.
pub fn open(mut source: File, name: &str, feed: Option<&Feed>, scratch: &Path) -> Result<Opened, Unreadable> {
    let mut first = Vec::new();
    Read::by_ref(&mut source).take(4).read_to_end(&mut first).and_then(|_| source.rewind()).map_err(unread)?;
    let format = Format::from_file_name(name).unwrap_or_else(|| feed.map_or(Format::Csv, Feed::default_format));
    let style = || feed.map_or(Ok(SheetStyle::PLAIN), SheetStyle::of);
    match first.as_slice() {
        first if intake::is_workbook(first) => {
            let style = style()?;
            let source = made(scratch, |out| intake::sheet_to_csv(source, None, style, out))?;
            Ok(Opened { source, format: Format::Csv })
        }
        // Who reads Latin-1 would read the letters wrong: such a file is refused when it is read.
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] if style().map_or(true, SheetStyle::is_utf8) => {
            Ok(Opened { source: made(scratch, |out| intake::utf16_to_utf8(source, out))?, format })
        }
        _ => Ok(Opened { source, format }),
    }
}

/// A file without a name, which goes with the program however it ends.
fn made(
    scratch: &Path,
    write: impl FnOnce(&mut BufWriter<&File>) -> Result<(), Unreadable>,
) -> Result<File, Unreadable> {
    let mut file = tempfile::tempfile_in(scratch).map_err(unread)?;
    let mut out = BufWriter::new(&file);
    write(&mut out)?;
    out.flush().map_err(unread)?;
    drop(out);
    file.rewind().map_err(unread)?;
    Ok(file)
}

fn unread(fault: io::Error) -> Unreadable {
    Unreadable::Source { reason: fault.to_string() }
}
