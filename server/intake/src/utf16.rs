//! Text that spreadsheets call "Unicode text".

use std::io::{BufReader, Read, Write};

use crate::unreadable::Unreadable;

/// Writes a text in UTF-16, which says its byte order in its first two bytes, as UTF-8.
///
/// # Errors
/// [`Unreadable::Source`] if it cannot be read or written.
pub fn utf16_to_utf8(source: impl Read, out: &mut impl Write) -> Result<(), Unreadable> {
    let fault = |fault: std::io::Error| Unreadable::Source { reason: fault.to_string() };
    let mut bytes = BufReader::new(source).bytes();
    let mut pair = || -> Option<std::io::Result<[u8; 2]>> {
        match (bytes.next()?, bytes.next()?) {
            (Ok(first), Ok(second)) => Some(Ok([first, second])),
            (Err(fault), _) | (_, Err(fault)) => Some(Err(fault)),
        }
    };
    let mark = pair().transpose().map_err(fault)?;
    let unit = if mark == Some([0xFE, 0xFF]) { u16::from_be_bytes } else { u16::from_le_bytes };
    let mut failed = None;
    let units = std::iter::from_fn(|| match pair()? {
        Ok(pair) => Some(unit(pair)),
        Err(fault) => {
            failed = Some(fault);
            None
        }
    });
    for letter in char::decode_utf16(units) {
        let letter = letter.unwrap_or(char::REPLACEMENT_CHARACTER);
        out.write_all(letter.encode_utf8(&mut [0; 4]).as_bytes()).map_err(fault)?;
    }
    failed.map_or(Ok(()), |failed| Err(fault(failed)))
}

#[cfg(test)]
mod tests {
    use super::utf16_to_utf8;

    #[test]
    fn both_byte_orders_are_read() {
        let units = || "\u{feff}Envío;状态\n😀".encode_utf16();
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        for bytes in [little, big] {
            let mut out = Vec::new();
            utf16_to_utf8(bytes.as_slice(), &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), "Envío;状态\n😀");
        }
    }
}
