//! Whether a workbook can be read within bounds, found out before anything of it is: what an archive says of its sizes
//! may be a lie, and what it unpacks to may be one cell.
//!
//! Everything is unpacked once, to nowhere. The cells of sheets are read one at a time, everything else is held in
//! memory; so the cells may be many, none of them may be long, and the rest has to be small.

use std::io::{Read, Seek, Write};

use zip::ZipArchive;

use super::claims::Claims;
use super::unreadable;
use crate::csv::LONGEST_ROW;
use crate::unreadable::Unreadable;

/// The most that the cells of all sheets together unpack to, in bytes.
pub(super) const LARGEST_SHEETS: u64 = 2 << 30;
/// The most that everything else unpacks to, in bytes.
const LARGEST_TEXTS: u64 = 128 << 20;
/// Endings of parts that are never read, unless a workbook says that a sheet is there.
const PICTURES: [&str; 11] =
    [".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".webp", "/vbaproject.bin"];
/// What a picture may unpack to: so many bytes, or so many times its size in the archive.
const PICTURE: (u64, u64) = (16 << 20, 4);
/// How deep elements may lie in each other; in a sheet they lie ten deep at the most.
const DEEPEST: usize = 64;
/// The longest name of an element, in bytes.
const LONGEST_NAME: usize = 64;

/// Refuses a workbook that would take more memory than there should be for it.
pub(super) fn check(source: &mut (impl Read + Seek)) -> Result<(), Unreadable> {
    let mut archive = ZipArchive::new(source).map_err(|_| Unreadable::Archive)?;
    let (mut sheets, mut texts) = (0, 0);
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|fault| unreadable(&format!("{fault}: save it again")))?;
        // A name is looked up whatever its letters and strokes.
        let name = part.name().map(|name| name.replace('\\', "/").to_lowercase()).unwrap_or_default();
        let is_picture = PICTURES.iter().any(|ending| name.ends_with(ending));
        let mut sheet = is_sheet(&name).then(Sheet::default);
        let (mut picture, most) = (0, PICTURE.0.max(part.compressed_size().saturating_mul(PICTURE.1)));
        let mut claims = Claims::default();
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = part.read(&mut buffer).map_err(|fault| damaged(&fault.to_string()))?;
            if read == 0 {
                break;
            }
            let cells = sheet.as_mut().map_or(Ok(0), |sheet| sheet.read(&buffer[..read]))?;
            let (sum, most) = if is_picture { (&mut picture, most) } else { (&mut texts, LARGEST_TEXTS) };
            if sheet.is_none() && !is_picture {
                // It only looks, and cannot fail.
                let _ = claims.write_all(&buffer[..read]);
            }
            *sum += read as u64 - cells;
            sheets += cells;
            within(*sum, most)?;
            within(sheets, LARGEST_SHEETS)?;
        }
        if claims.are_lies() {
            return Err(unreadable("it says that it has more texts than there is room for: save it as XLSX again"));
        }
    }
    Ok(())
}

/// Where sheets are. What is held in memory never has such a name, unless a workbook calls itself so.
fn is_sheet(name: &str) -> bool {
    name.strip_prefix("xl/worksheets/sheet").is_some_and(|rest| rest.ends_with(".xml") && !rest.contains('/'))
}

fn within(bytes: u64, most: u64) -> Result<(), Unreadable> {
    if bytes <= most {
        return Ok(());
    }
    Err(unreadable(&format!("it unpacks to more than {} MiB: save the sheet as CSV", most >> 20)))
}

fn damaged(why: &str) -> Unreadable {
    unreadable(&format!("it is damaged ({why}): save it again"))
}

/// The XML of a sheet on its way past. It has to be well-formed, so that whoever reads it sees the same cells.
#[derive(Debug, Default)]
struct Sheet {
    within: Within,
    at: At,
    /// The tag that is being read, without its signs: its beginning, and its last byte.
    tag: Vec<u8>,
    last: u8,
    /// The elements that are open, the outermost first.
    open: Vec<Vec<u8>>,
    /// How many are open between two rows.
    outside: usize,
    /// Bytes since the last cell, or outside of cells the last tag, began: they are in memory at once.
    since: usize,
}

/// Whether the cells are still to come.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Within {
    #[default]
    Before,
    Cells,
    Behind,
}

/// What the next byte belongs to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum At {
    #[default]
    Text,
    Tag,
    /// A value within a tag, up to this quote.
    Quoted(u8),
    /// A comment or text as it is, up to these signs.
    Until([u8; 3]),
}

impl Sheet {
    /// Reads on; how many of the bytes belong to cells.
    fn read(&mut self, bytes: &[u8]) -> Result<u64, Unreadable> {
        let (mut rest, mut cells) = (bytes, 0);
        while let Some(next) = rest.first().filter(|_| self.within != Within::Behind) {
            let taken = match self.at {
                At::Text => memchr::memchr(b'<', rest).unwrap_or(rest.len()).max(1),
                _ => 1,
            };
            self.since += taken;
            cells += if self.within == Within::Cells { taken as u64 } else { 0 };
            self.byte(*next)?;
            if self.since > LONGEST_ROW {
                return Err(unreadable("one of its cells is longer than 1 MiB: empty it, or save the sheet as CSV"));
            }
            rest = &rest[taken..];
        }
        Ok(cells)
    }

    fn byte(&mut self, byte: u8) -> Result<(), Unreadable> {
        match (self.at, byte) {
            (At::Text, b'<') => {
                self.at = At::Tag;
                self.tag.clear();
                self.last = 0;
                if self.within == Within::Before {
                    self.since = 1;
                }
            }
            (At::Text, _) => {}
            (At::Tag, b'>') => {
                self.at = At::Text;
                self.tag()?;
            }
            (At::Tag, b'<') => return Err(damaged("a tag within a tag")),
            (At::Tag, byte) => {
                if self.tag.len() <= LONGEST_NAME {
                    self.tag.push(byte);
                }
                self.last = byte;
                match (self.tag.as_slice(), byte) {
                    (b"!--", _) => self.at = At::Until(*b"-->"),
                    (b"![CDATA[", _) => self.at = At::Until(*b"]]>"),
                    ([b'/', ..], b'"' | b'\'') => return Err(damaged("a value in a closing tag")),
                    (_, b'"' | b'\'') => self.at = At::Quoted(byte),
                    _ => {}
                }
                if matches!(self.at, At::Until(_)) {
                    self.tag.clear();
                }
            }
            (At::Quoted(quote), byte) => {
                if byte == quote {
                    self.at = At::Tag;
                }
            }
            (At::Until(end), byte) => {
                if self.tag.len() == end.len() {
                    self.tag.remove(0);
                }
                self.tag.push(byte);
                if self.tag == end {
                    self.at = At::Text;
                }
            }
        }
        Ok(())
    }

    /// A tag is whole.
    fn tag(&mut self) -> Result<(), Unreadable> {
        let name_of = |tag: &[u8]| tag.split(u8::is_ascii_whitespace).next().unwrap_or_default().to_vec();
        match self.tag.as_slice() {
            [b'?', ..] if self.open.is_empty() => return Ok(()),
            [b'?' | b'!', ..] => return Err(damaged("something that no sheet has")),
            [b'/', name @ ..] => {
                let name = name_of(name);
                if self.open.pop().as_ref() != Some(&name) {
                    return Err(damaged("an element is closed that is not open"));
                }
                if self.within == Within::Cells && self.open.len() < self.outside {
                    self.within = Within::Behind;
                }
                return Ok(());
            }
            _ => {}
        }
        let mut name = name_of(&self.tag);
        let is_closed = self.last == b'/';
        if is_closed && name.last() == Some(&b'/') {
            name.pop();
        }
        if name.len() >= LONGEST_NAME || self.open.len() >= DEEPEST {
            return Err(damaged("elements that no sheet has"));
        }
        match (self.within, local(&name)) {
            // Whoever reads cells stops behind the first.
            (Within::Before, b"sheetData") if is_closed => self.within = Within::Behind,
            (Within::Before, b"sheetData") => {
                self.within = Within::Cells;
                self.outside = self.open.len() + 1;
            }
            (Within::Cells, b"row") if self.open.len() == self.outside => self.since = 0,
            (Within::Cells, b"c") if self.open.len() == self.outside + 1 && self.is_in(b"row") => self.since = 0,
            // What is held in memory does not get by as cells.
            (Within::Cells, b"sheet" | b"definedName" | b"si") => return Err(damaged("cells that are none")),
            _ => {}
        }
        if !is_closed {
            self.open.push(name);
        }
        Ok(())
    }

    /// Whether the innermost element is this one.
    fn is_in(&self, name: &[u8]) -> bool {
        self.open.last().is_some_and(|innermost| local(innermost) == name)
    }
}

/// The name of an element without its prefix.
fn local(name: &[u8]) -> &[u8] {
    memchr::memchr(b':', name).map_or(name, |colon| &name[colon + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many bytes are cells, read in pieces of any length.
    fn cells(xml: &str) -> Result<u64, Unreadable> {
        let whole = Sheet::default().read(xml.as_bytes());
        let mut sheet = Sheet::default();
        let pieces: Result<u64, Unreadable> = xml.as_bytes().chunks(7).map(|piece| sheet.read(piece)).sum();
        assert_eq!(whole, pieces, "{}", &xml[..xml.len().min(200)]);
        whole
    }

    fn within(rows: &str) -> Result<u64, Unreadable> {
        cells(&format!(
            "<?xml version='1.0'?><x:worksheet><cols a='>'/><x:sheetData>{rows}</x:sheetData><!-- b --></x:worksheet>"
        ))
    }

    #[test]
    fn what_lies_between_the_ends_of_the_sheet_s_data_is_its_cells() {
        let rows = "<row r='1'><x:c r='A1'><is><t>a</t></is></x:c><c/></row>";
        assert_eq!(within(rows), Ok((rows.len() + "</x:sheetData>".len()) as u64));
        assert_eq!(cells("<worksheet><sheetData/><c>"), Ok(0));
        let many = format!("<row>{}</row>", "<c><v>1</v></c>".repeat(100_000));
        assert!(within(&many).is_ok(), "many cells, and none of them is long");
    }

    #[test]
    fn a_cell_that_is_too_long_is_seen_whatever_it_looks_like() {
        let half = "a".repeat(LONGEST_ROW / 2);
        for sign in [
            "",
            "<c/>",
            "<row><c/></row>",
            "</t><t>",
            "<!-- <row><c> -->",
            "<![CDATA[<row><c>]]>",
            "<a b='<'/><row a=\"><c >\"/>",
            "<sheetData></sheetData>",
            "<sheetData><row><c/></row></sheetData>",
        ] {
            let cell = format!("<row><c><is><t>{half}{sign}{half}</t></is></c></row>");
            assert!(within(&cell).is_err(), "{sign}");
        }
        assert!(cells(&format!("<worksheet>{half}{half}aaaaaaaaaaaaaaa")).is_err());
    }

    #[test]
    fn what_others_might_read_otherwise_is_refused() {
        for rows in [
            "<row></c>",
            "<row a=1 <c>",
            "<row><?c ?>",
            "<!DOCTYPE a>",
            "<row></row '>'>",
            "<sheet name='a'/>",
            "<is></t>",
        ] {
            assert!(within(rows).is_err(), "{rows}");
        }
        assert!(within(&"<row>".repeat(DEEPEST)).is_err());
    }
}
