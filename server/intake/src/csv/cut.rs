//! Where a row ends and where its fields are. Strict on quotation marks (RFC 4180), so that one that is never closed
//! costs its own row and not the rest of the file.

use std::ops::Range;

use memchr::{memchr, memchr_iter};

/// The longest row, in bytes.
pub(crate) const LONGEST_ROW: usize = 1 << 20;
/// The most lines that a quoted field may make of one row.
const MOST_LINES: usize = 64;

/// Whether more bytes may follow those at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    Follows,
    Nothing,
}

/// What stands between here and the next row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// A whole row.
    Row,
    /// Nothing but white space.
    Blank,
    /// The first line of a row whose quotation mark is not closed.
    Unclosed,
    /// A line longer than a row may be. It is cut at its line break or, if that is not at hand, at the last byte.
    TooLong,
}

/// The next row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    pub line: Line,
    /// Bytes up to and with the line break.
    pub len: usize,
}

/// One field: its bytes within the row, without the quotation marks around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub bytes: Range<usize>,
    /// Whether a quotation mark is doubled in it.
    pub doubled: bool,
}

/// Cuts a text into rows.
#[derive(Debug)]
pub(crate) struct Cutter {
    separator: u8,
    /// How many fields a row has, once the header is known.
    width: Option<usize>,
    /// The fields of the last row.
    pub fields: Vec<Field>,
}

impl Cutter {
    pub fn new(separator: u8, width: Option<usize>) -> Self {
        Self { separator, width, fields: Vec::new() }
    }

    /// Cuts the next row off `text`; `None` at its end, or if more bytes are needed to tell.
    pub fn cut(&mut self, text: &[u8], rest: Rest) -> Option<Cut> {
        let first = cut_line(text, rest)?;
        let len = first.len;
        if first.line == Line::TooLong {
            return Some(first);
        }
        let line = &text[..len];
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        self.fields.clear();
        if memchr(b'"', line).is_some() {
            return self.cut_quoted(text, rest, len);
        }
        if line.trim_ascii().is_empty() && !line.contains(&self.separator) {
            return Some(Cut { line: Line::Blank, len });
        }
        let mut start = 0;
        for end in memchr_iter(self.separator, line).chain([line.len()]) {
            self.fields.push(Field { bytes: start..end, doubled: false });
            start = end + 1;
        }
        Some(Cut { line: Line::Row, len })
    }

    /// Cuts a row with a quotation mark in its first line, which is `first_line` bytes long.
    fn cut_quoted(&mut self, text: &[u8], rest: Rest, first_line: usize) -> Option<Cut> {
        let unclosed = Some(Cut { line: Line::Unclosed, len: first_line });
        let end = match self.quoted_row(text, rest) {
            End::At(end) => end,
            End::NotInText if rest == Rest::Follows && text.len() <= LONGEST_ROW => return None,
            End::NotInText | End::Broken => return unclosed,
        };
        let spans_lines = end > first_line;
        let is_odd = self.width.is_some_and(|width| width != self.fields.len());
        // A row of several lines with the wrong number of fields is two rows and a mark that should not be there.
        if spans_lines && is_odd { unclosed } else { Some(Cut { line: Line::Row, len: end }) }
    }

    /// Follows the fields of one row to its end.
    fn quoted_row(&mut self, text: &[u8], rest: Rest) -> End {
        let ends_here = rest == Rest::Nothing && text.len() <= LONGEST_ROW;
        let text = &text[..text.len().min(LONGEST_ROW)];
        let most_fields = self.width.unwrap_or(usize::MAX);
        let mut lines = 0;
        let mut at = 0;
        loop {
            let quoted = text.get(at) == Some(&b'"');
            if quoted {
                let Some((closing, doubled)) = closing_mark(text, at + 1) else { return End::NotInText };
                let field = at + 1..closing;
                lines += memchr_iter(b'\n', &text[field.clone()]).count();
                // Without these two limits a file of nothing but stray marks would be read over and over.
                if lines > MOST_LINES || lines > 0 && self.fields.len() >= most_fields {
                    return End::Broken;
                }
                self.fields.push(Field { bytes: field, doubled });
                at = closing + 1;
            } else {
                let is_end = |byte: &u8| *byte == self.separator || *byte == b'\n';
                let len = text[at..].iter().position(is_end).unwrap_or(text.len() - at);
                let field = &text[at..at + len];
                let ends_line = text.get(at + len) != Some(&self.separator);
                let field = if ends_line { field.strip_suffix(b"\r").unwrap_or(field) } else { field };
                self.fields.push(Field { bytes: at..at + field.len(), doubled: false });
                at += len;
            }
            match &text[at..] {
                [] | [b'\r'] => return if ends_here { End::At(text.len()) } else { End::NotInText },
                [b'\n', ..] => return End::At(at + 1),
                [b'\r', b'\n', ..] => return End::At(at + 2),
                [sign, ..] if *sign == self.separator => at += 1,
                _ => return End::Broken,
            }
        }
    }
}

/// Cuts the next line off `text`, whatever is in it; `None` at its end, or if more bytes are needed to tell.
pub(crate) fn cut_line(text: &[u8], rest: Rest) -> Option<Cut> {
    let line_break = memchr(b'\n', text);
    let too_long = line_break.unwrap_or(text.len()) > LONGEST_ROW;
    let line = if too_long { Line::TooLong } else { Line::Row };
    match line_break {
        Some(at) => Some(Cut { line, len: at + 1 }),
        None if text.is_empty() || rest == Rest::Follows && !too_long => None,
        None => Some(Cut { line, len: text.len() }),
    }
}

/// Where a row with quotation marks ends.
enum End {
    /// Behind its line break.
    At(usize),
    /// Not within the text at hand.
    NotInText,
    /// Nowhere: a mark stands where none may.
    Broken,
}

/// The mark that closes a field that starts at `start`, and whether a doubled mark is in it.
fn closing_mark(text: &[u8], start: usize) -> Option<(usize, bool)> {
    let mut doubled = false;
    let mut at = start;
    loop {
        at += memchr(b'"', &text[at..])?;
        if text.get(at + 1) != Some(&b'"') {
            return Some((at, doubled));
        }
        doubled = true;
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every row of a text, as `fields|fields`, or the kind of what is no row.
    fn rows(text: &str, width: usize) -> Vec<String> {
        let mut cutter = Cutter::new(b',', Some(width));
        let mut rest = text.as_bytes();
        let mut rows = Vec::new();
        while let Some(cut) = cutter.cut(rest, Rest::Nothing) {
            let fields = cutter.fields.iter().map(|field| String::from_utf8_lossy(&rest[field.bytes.clone()]));
            rows.push(match cut.line {
                Line::Row => fields.collect::<Vec<_>>().join("|"),
                other => format!("{other:?}"),
            });
            rest = &rest[cut.len..];
        }
        rows
    }

    #[test]
    fn a_text_is_cut_into_rows_and_fields() {
        for (text, expected) in [
            ("a,b\nc,d", vec!["a|b", "c|d"]),
            ("a,b\r\nc,d\r\n", vec!["a|b", "c|d"]),
            ("\n  \na,\n", vec!["Blank", "Blank", "a|"]),
            ("\"a,1\",\"b\n2\"\nc,d\n", vec!["a,1|b\n2", "c|d"]),
            ("a,\"5\"\"\"\r\nc,\"\"\r\n", vec!["a|5\"\"", "c|"]),
            ("a,5\" nail\nc,d", vec!["a|5\" nail", "c|d"]),
            ("a,b,c\na\n", vec!["a|b|c", "a"]),
            ("a,\"b\"", vec!["a|b"]),
        ] {
            assert_eq!(rows(text, 2), expected, "{text:?}");
        }
    }

    #[test]
    fn a_mark_that_is_not_closed_costs_its_own_line_only() {
        for text in ["a,\"b\nc,d\ne,f\n", "a,\"b\"x\nc,d\ne,f\n", "a,\"b\nc,d\ne,\"f\"\n", "a,\"b\nc,\",x\nc,d\ne,f\n"]
        {
            let rows = rows(text, 2);
            assert_eq!(rows.first().map(String::as_str), Some("Unclosed"), "{text:?}");
            assert_eq!(rows.last().map(String::as_str), Some("e|f"), "{text:?}");
        }
    }

    #[test]
    fn a_file_of_stray_marks_is_read_in_bounded_time() {
        let text = "x\",\"x\n".repeat(200_000);
        assert_eq!(rows(&text, 2).len(), 200_000);
    }

    #[test]
    fn a_row_that_may_go_on_is_not_cut_before_its_end() {
        let mut cutter = Cutter::new(b',', Some(2));
        for text in ["a", "a,\"b", "a,\"b\"", "a,\"b\"\r", "a,\"b\n"] {
            assert_eq!(cutter.cut(text.as_bytes(), Rest::Follows), None, "{text:?}");
        }
        assert_eq!(cutter.cut(b"a,\"b\"\n", Rest::Follows), Some(Cut { line: Line::Row, len: 6 }));
    }
}
