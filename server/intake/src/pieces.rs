//! A file of any size, cut at row boundaries into pieces that can be read on their own.

mod window;

use std::io::Read;

use crate::csv::{Cut, Cutter, LONGEST_ROW, Line, Rest, Table, cut_line};
use crate::feed::{CsvLayout, Feed, Layout};
use crate::format::Format;
use crate::json::{ArrayCutter, Step, one_line};
use crate::unreadable::{Unreadable, text_start};
use window::Window;

/// The usual size of a piece, in bytes.
pub const PIECE_BYTES: usize = 4 << 20;

/// A part of a file that [`crate::parse`] reads on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// How it is written: a JSON array is cut into NDJSON.
    pub format: Format,
    /// The rows as they are in the file, decompressed; a CSV piece starts with the header. The same file gives the
    /// same bytes, whatever it is compressed with.
    pub bytes: Vec<u8>,
    /// What [`crate::parse`] takes as the first row, so that rows are numbered as in the file.
    pub first_row: u64,
    /// Bytes of the file, as it is stored, that were read so far.
    pub consumed: u64,
}

/// Cuts a file into pieces of about `piece_bytes` each, at most one row (1 MiB) more. gzip and Zstandard are seen by
/// their first bytes. No more than a piece and two rows are in memory at any time.
pub fn pieces<R: Read>(feed: &Feed, format: Format, source: R, piece_bytes: usize) -> Pieces<R> {
    let mut state = State::Done;
    let window = Window::open(source).and_then(|mut window| {
        let rows = begin(feed, format, &mut window)?;
        Ok((window, rows))
    });
    match window {
        Ok((window, rows)) => state = State::Reading(Box::new(Cutting { window, rows, piece_bytes })),
        Err(unreadable) => state.fail(unreadable),
    }
    Pieces { state }
}

/// The pieces of a file, in its order. An error is the last item; the pieces before it are good.
pub struct Pieces<R: Read> {
    state: State<R>,
}

enum State<R: Read> {
    Reading(Box<Cutting<R>>),
    Failed(Unreadable),
    Done,
}

impl<R: Read> State<R> {
    fn fail(&mut self, unreadable: Unreadable) {
        *self = Self::Failed(unreadable);
    }
}

/// A file that is being cut.
struct Cutting<R: Read> {
    window: Window<R>,
    rows: Rows,
    piece_bytes: usize,
}

/// How the rows of the file are told apart.
struct Rows {
    format: Format,
    cutter: RowCutter,
    /// What each piece starts with.
    header: Vec<u8>,
    /// The number that the next piece starts with.
    next: u64,
    /// Whether there was anything but blank lines.
    any: bool,
}

enum RowCutter {
    Csv(Cutter),
    Lines,
    Array(ArrayCutter),
}

/// What the file gave.
enum Taken {
    Row,
    End,
    Wrong(Unreadable),
}

impl<R: Read> Iterator for Pieces<R> {
    type Item = Result<Piece, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Reading(mut cutting) => {
                let (piece, state) = cutting.piece();
                self.state = match state {
                    Taken::Row => State::Reading(cutting),
                    Taken::End => State::Done,
                    Taken::Wrong(unreadable) => State::Failed(unreadable),
                };
                if piece.is_some() { piece.map(Ok) } else { self.next() }
            }
            State::Failed(unreadable) => Some(Err(unreadable)),
            State::Done => None,
        }
    }
}

impl<R: Read> Cutting<R> {
    /// The next piece, if there is a row for it, and how the file goes on.
    fn piece(&mut self) -> (Option<Piece>, Taken) {
        let first_row = self.rows.next;
        let header = self.rows.header.len();
        let mut bytes = self.rows.header.clone();
        let end = loop {
            match self.rows.take(&mut self.window, &mut bytes) {
                Taken::Row if bytes.len() - header >= self.piece_bytes => break Taken::Row,
                Taken::Row => {}
                end => break end,
            }
        };
        let end = match end {
            Taken::End if !self.rows.any => Taken::Wrong(Unreadable::Empty),
            end => end,
        };
        let piece = Piece { format: self.rows.format, bytes, first_row, consumed: self.window.consumed() };
        // Blank lines alone are no piece.
        let has_row = !piece.bytes[header..].trim_ascii().is_empty();
        (has_row.then_some(piece), end)
    }
}

/// Finds out how rows are told apart; reads and checks the header of a CSV.
fn begin<R: Read>(feed: &Feed, format: Format, window: &mut Window<R>) -> Result<Rows, Unreadable> {
    let layout = feed.layout(format)?;
    window.advance(text_start(window.text())?);
    let (format, cutter) = match (layout, format) {
        (Layout::Csv(layout), _) => return begin_csv(layout, window),
        (_, Format::Json) => (Format::Ndjson, RowCutter::Array(ArrayCutter::default())),
        (_, format) => (format, RowCutter::Lines),
    };
    Ok(Rows { format, cutter, header: Vec::new(), next: 1, any: false })
}

fn begin_csv<R: Read>(layout: &CsvLayout, window: &mut Window<R>) -> Result<Rows, Unreadable> {
    let mut cutter = Cutter::new(layout.separator, None);
    let mut next = 1;
    loop {
        match cutter.cut(window.text(), window.rest()) {
            Some(Cut { line: Line::Blank, len }) => {
                window.advance(len);
                next += 1;
            }
            Some(Cut { len, .. }) => {
                let header = window.text()[..len].to_vec();
                let width = Table::of_header(layout, &header)?.0.width();
                window.advance(len);
                let cutter = RowCutter::Csv(Cutter::new(layout.separator, Some(width)));
                return Ok(Rows { format: Format::Csv, cutter, header, next, any: true });
            }
            None if window.rest() == Rest::Nothing => return Err(Unreadable::Empty),
            None => window.fill()?,
        }
    }
}

impl Rows {
    /// Takes the next row into a piece.
    fn take<R: Read>(&mut self, window: &mut Window<R>, piece: &mut Vec<u8>) -> Taken {
        loop {
            let (text, rest) = (window.text(), window.rest());
            let cut = match &mut self.cutter {
                RowCutter::Csv(cutter) => cutter.cut(text, rest),
                RowCutter::Lines => cut_line(text, rest),
                RowCutter::Array(cutter) => match cutter.cut(text, rest) {
                    Step::Element { bytes, len } => {
                        piece.extend_from_slice(&one_line(&text[bytes]));
                        piece.push(b'\n');
                        return self.taken(window, len);
                    }
                    Step::TooLong { len } => {
                        piece.extend_from_slice(&one_line(&text[..len]));
                        piece.push(b'\n');
                        return self.taken(window, len);
                    }
                    Step::Nothing { len: 0 } => None,
                    Step::Nothing { len } => {
                        window.advance(len);
                        continue;
                    }
                    Step::End => {
                        self.any = true;
                        return Taken::End;
                    }
                    Step::Wrong(unreadable) => return Taken::Wrong(unreadable),
                },
            };
            match cut {
                Some(Cut { line: Line::TooLong, len }) => {
                    // The start is enough to refuse the row; the rest of the line is passed over.
                    piece.extend_from_slice(&text[..LONGEST_ROW + 1]);
                    piece.push(b'\n');
                    return match window.pass_line(len) {
                        Ok(()) => self.taken(window, 0),
                        Err(unreadable) => Taken::Wrong(unreadable),
                    };
                }
                Some(Cut { len, .. }) => {
                    self.any |= !text[..len].trim_ascii().is_empty();
                    piece.extend_from_slice(&text[..len]);
                    return self.taken(window, len);
                }
                None if rest == Rest::Nothing => return Taken::End,
                None => {
                    if let Err(unreadable) = window.fill() {
                        return Taken::Wrong(unreadable);
                    }
                }
            }
        }
    }

    fn taken<R: Read>(&mut self, window: &mut Window<R>, len: usize) -> Taken {
        window.advance(len);
        self.next += 1;
        self.any |= !matches!(self.cutter, RowCutter::Lines);
        Taken::Row
    }
}
