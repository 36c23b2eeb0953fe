//! Workbooks (XLSX): a sheet becomes the CSV that its feed's definition reads.
//!
//! That happens once, at the door, and the text is what is stored: how a workbook is read may change with the library
//! that reads it, and history has to read the same for ever. Row numbers stay those of the spreadsheet: what stands
//! above the header becomes blank lines.

mod claims;
mod size;

use std::io::{Read, Seek, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, XlsxCellReader};

use crate::csv::{LONGEST_ROW, to_windows_1252};
use crate::feed::{Encoding, Feed, Layout};
use crate::unreadable::Unreadable;

/// The first bytes of a workbook, which is a ZIP archive.
const MAGIC: &[u8] = b"PK\x03\x04";
/// The most rows that a sheet has.
const MOST_ROWS: u32 = 1 << 20;
/// The content type of a workbook.
const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// The most columns that are read.
const MOST_COLUMNS: u32 = 1024;
/// Rows among which the header is looked for.
const HEADER_WITHIN: usize = 30;

/// Whether these are the first bytes of a workbook. Other ZIP archives begin alike.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Whether a `Content-Type` says that this is a workbook; parameters are ignored.
pub fn is_workbook_type(content_type: &str) -> bool {
    content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(TYPE)
}

/// The names of the sheets of a workbook, in its order.
///
/// # Errors
/// [`Unreadable`] if it is no workbook, or unpacks to more than is read.
pub fn sheets(source: impl Read + Seek) -> Result<Vec<String>, Unreadable> {
    Ok(open(source)?.sheet_names())
}

/// How a sheet is written as CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SheetStyle {
    separator: u8,
    encoding: Encoding,
}

impl SheetStyle {
    /// With commas, in UTF-8.
    pub const PLAIN: Self = Self { separator: b',', encoding: Encoding::Utf8 };

    /// As a feed's definition reads it.
    ///
    /// # Errors
    /// [`Unreadable::Workbook`] if the feed takes canonical events.
    pub fn of(feed: &Feed) -> Result<Self, Unreadable> {
        match feed.layout(crate::Format::Csv) {
            Ok(Layout::Csv(layout)) => Ok(Self { separator: layout.separator, encoding: layout.encoding }),
            _ => Err(unreadable("this feed takes canonical events and no tables: send it to another feed")),
        }
    }

    /// Whether the text is UTF-8.
    pub fn is_utf8(self) -> bool {
        self.encoding == Encoding::Utf8
    }
}

/// Writes a sheet of a workbook as CSV: the one of this name, or the first that has rows.
///
/// Dates become ISO 8601 local times, numbers have no exponents, and line breaks in a cell become spaces.
///
/// # Errors
/// [`Unreadable`] if it is no workbook, has no such sheet, unpacks to more than is read, or cannot be written.
pub fn sheet_to_csv(
    source: impl Read + Seek,
    sheet: Option<&str>,
    style: SheetStyle,
    out: &mut impl Write,
) -> Result<(), Unreadable> {
    let mut workbook = open(source)?;
    let names = match sheet {
        Some(name) => vec![name.to_owned()],
        None => workbook.sheet_names(),
    };
    for name in names {
        let mut cells = guarded(|| workbook.worksheet_cells_reader(&name))?
            .map_err(|_| unreadable(&format!("the workbook has no sheet {name:?}: choose another")))?;
        if write_rows(&mut cells, style, out)? > 0 {
            return Ok(());
        }
    }
    Err(Unreadable::Empty)
}

fn unreadable(reason: &str) -> Unreadable {
    Unreadable::Workbook { reason: reason.to_owned() }
}

fn open<R: Read + Seek>(mut source: R) -> Result<Xlsx<R>, Unreadable> {
    size::check(&mut source)?;
    source.rewind().map_err(|fault| Unreadable::Source { reason: fault.to_string() })?;
    guarded(|| Xlsx::new(source))?
        .map_err(|fault| unreadable(&format!("{fault}: save it as XLSX again, or the sheet as CSV")))
}

/// Has the library do something that it may give up on: there are workbooks that it does not expect.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Unreadable> {
    let done = catch_unwind(AssertUnwindSafe(work));
    done.map_err(|_| {
        unreadable("there is something in it that nobody expects: save it as XLSX again, or the sheet as CSV")
    })
}

/// Rows on their way to the text.
struct Rows<'o, W> {
    style: SheetStyle,
    /// How many columns the header has, once it is known.
    width: Option<usize>,
    /// Rows that are held back until the header is known.
    held: Vec<Vec<String>>,
    /// Rows without anything in them, which are written if another follows.
    blank: u64,
    written: u64,
    bytes: u64,
    out: &'o mut W,
}

/// Writes the rows of a sheet; how many have anything in them.
fn write_rows<R: Read + Seek>(
    cells: &mut XlsxCellReader<'_, R>,
    style: SheetStyle,
    out: &mut impl Write,
) -> Result<u64, Unreadable> {
    let shows_clock: Vec<bool> = cells.styles().iter().map(shows_clock).collect();
    let mut rows = Rows { style, width: None, held: Vec::new(), blank: 0, written: 0, bytes: 0, out };
    let (mut row, mut number, mut length) = (Vec::<String>::new(), 0, 0);
    loop {
        let next = guarded(|| cells.next_cell_with_style_id())?;
        let Some((cell, style)) = next.map_err(|fault| unreadable(&format!("it is damaged ({fault})")))? else { break };
        let (line, column) = cell.get_position();
        if line < number || line >= MOST_ROWS {
            let reason = "its rows are not in order, or are more than a sheet has: save it as XLSX again";
            return Err(unreadable(reason));
        }
        while number < line {
            rows.take(std::mem::take(&mut row))?;
            (number, length) = (number + 1, 0);
        }
        if column < MOST_COLUMNS {
            // A text that is stored once may stand in many cells.
            length += length_of(cell.get_value());
            if length > LONGEST_ROW {
                return Err(unreadable(&format!(
                    "row {} is longer than 1 MiB: shorten its texts, or save the sheet as CSV",
                    line + 1
                )));
            }
            row.resize(row.len().max(column as usize + 1), String::new());
            row[column as usize] = text_of(cell.get_value(), shows_clock.get(style).copied().unwrap_or(true));
        }
    }
    rows.take(row)?;
    rows.release()?;
    Ok(rows.written)
}

impl<W: Write> Rows<'_, W> {
    fn take(&mut self, row: Vec<String>) -> Result<(), Unreadable> {
        if self.width.is_some() {
            return self.write(&row);
        }
        self.held.push(row);
        if self.held.len() >= HEADER_WITHIN { self.release() } else { Ok(()) }
    }

    /// Finds the header among the rows held back: the first that is at least half as wide as the widest.
    fn release(&mut self) -> Result<(), Unreadable> {
        if self.width.is_some() {
            return Ok(());
        }
        let filled = |row: &Vec<String>| row.iter().filter(|cell| !cell.is_empty()).count();
        let widest = self.held.iter().map(filled).max().unwrap_or(0);
        let held = std::mem::take(&mut self.held);
        for row in held {
            if self.width.is_none() && widest > 0 && filled(&row) * 2 >= widest {
                self.width = row.iter().rposition(|cell| !cell.is_empty()).map(|last| last + 1);
            }
            if self.width.is_some() { self.write(&row)? } else { self.blank += 1 }
        }
        Ok(())
    }

    fn write(&mut self, row: &[String]) -> Result<(), Unreadable> {
        let last = row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        if last == 0 {
            self.blank += 1;
            return Ok(());
        }
        for _ in 0..std::mem::take(&mut self.blank) {
            self.line(b"\n")?;
        }
        let separator = char::from(self.style.separator);
        let mut line = String::new();
        for index in 0..last.max(self.width.unwrap_or(0)) {
            if index > 0 {
                line.push(separator);
            }
            let cell = row.get(index).map_or("", String::as_str);
            if cell.contains([separator, '"']) {
                line.push_str(&format!("\"{}\"", cell.replace('"', "\"\"")));
            } else {
                line.push_str(cell);
            }
        }
        line.push('\n');
        self.written += 1;
        match self.style.encoding {
            Encoding::Utf8 => self.line(line.as_bytes()),
            Encoding::Latin1 => {
                let bytes = to_windows_1252(&line).ok_or_else(|| {
                    unreadable("it has letters that Latin-1 lacks: take encoding out of the feed's definition")
                })?;
                self.line(&bytes)
            }
        }
    }

    fn line(&mut self, bytes: &[u8]) -> Result<(), Unreadable> {
        self.bytes += bytes.len() as u64;
        if self.bytes > size::LARGEST_SHEETS {
            let most = size::LARGEST_SHEETS >> 20;
            return Err(unreadable(&format!("its table would be more than {most} MiB: split the sheet")));
        }
        self.out.write_all(bytes).map_err(|fault| Unreadable::Source { reason: fault.to_string() })
    }
}

/// Whether a cell of this style shows the time of day.
fn shows_clock(style: &calamine::Style) -> bool {
    /// Excel's own formats with hours in them.
    const BUILT_IN: [u32; 8] = [18, 19, 20, 21, 22, 45, 46, 47];
    style.number_format.as_ref().is_some_and(|format| {
        format.format_id.is_some_and(|id| BUILT_IN.contains(&id)) || format.format_code.contains(['h', 'H'])
    })
}

/// How long the text of a cell is, in bytes; what is no text is short.
fn length_of(value: &DataRef<'_>) -> usize {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.len(),
        DataRef::SharedString(text) => text.len(),
        _ => 1,
    }
}

fn text_of(value: &DataRef<'_>, shows_clock: bool) -> String {
    let text = match value {
        DataRef::Int(number) => number.to_string(),
        // Never with an exponent: a tracking number is no measure.
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTime(time) => date(time, shows_clock),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    };
    text.replace(|sign: char| sign.is_control(), " ").trim().to_owned()
}

/// A date as ISO 8601, a time of day alone as such.
fn date(time: &ExcelDateTime, shows_clock: bool) -> String {
    let (year, month, day, hour, minute, second, ms) = time.to_ymd_hms_milli();
    let mut clock = format!("{hour:02}:{minute:02}:{second:02}");
    if ms > 0 {
        clock.push_str(&format!(".{ms:03}"));
    }
    let is_midnight = (hour, minute, second, ms) == (0, 0, 0, 0);
    if time.as_f64() < 1.0 && shows_clock {
        clock
    } else if is_midnight && !shows_clock {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {clock}")
    }
}
