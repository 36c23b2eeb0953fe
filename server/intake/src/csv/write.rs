//! Rows as the bytes of a table.

use super::record::to_windows_1252;
use super::sent::CsvRow;
use crate::feed::{CsvLayout, Encoding};
use crate::sent::Unmendable;

/// Writes a header and rows under it, as this layout reads them.
pub(crate) fn write(layout: &CsvLayout, header: &[String], rows: &[&CsvRow]) -> Result<Vec<u8>, Unmendable> {
    let mut bytes = Vec::new();
    line(layout, header, header, &mut bytes)?;
    for row in rows {
        line(layout, header, &row.cells, &mut bytes)?;
    }
    Ok(bytes)
}

fn line(layout: &CsvLayout, header: &[String], cells: &[String], bytes: &mut Vec<u8>) -> Result<(), Unmendable> {
    // An empty cell alone would be a blank line, which is passed over.
    let is_alone = cells.len() == 1;
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            bytes.push(layout.separator);
        }
        let encoded = match layout.encoding {
            Encoding::Utf8 => cell.as_bytes().to_vec(),
            Encoding::Latin1 => to_windows_1252(cell).ok_or_else(|| Unmendable::Letter(header[index].clone()))?,
        };
        let is_special = |byte: &u8| b"\"\r\n".contains(byte) || *byte == layout.separator;
        if encoded.iter().any(is_special) || is_alone && cell.is_empty() {
            bytes.push(b'"');
            for byte in encoded {
                bytes.extend(if byte == b'"' { &b"\"\""[..] } else { std::slice::from_ref(&byte) });
            }
            bytes.push(b'"');
        } else {
            bytes.extend(encoded);
        }
    }
    bytes.push(b'\n');
    Ok(())
}
