//! How many texts a workbook says that it has. The library makes room for them before it has seen any, so that a lie of
//! a few bytes would take all the memory there is.

use std::io::{self, Write};

/// The attribute that says it.
const CLAIM: &[u8] = b"uniqueCount";
/// What follows it, and its number, are within so many bytes.
const WITHIN: usize = 256;
/// The shortest text, `<si/>`, in bytes.
const SHORTEST: u64 = 5;

/// Looks at a part as it is unpacked.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// The end of what has come, in which a claim may begin.
    tail: Vec<u8>,
    bytes: u64,
    largest: u64,
}

impl Claims {
    /// Whether the part says that there are more texts in it than there is room for.
    pub fn are_lies(mut self) -> bool {
        self.look(0);
        self.largest > self.bytes / SHORTEST + 1
    }

    /// Looks for claims, but for those that may go on in what is still to come.
    fn look(&mut self, to_come: usize) {
        let end = self.tail.len().saturating_sub(to_come);
        for at in memchr::memmem::find_iter(&self.tail, CLAIM).take_while(|at| *at < end) {
            let behind = &self.tail[at + CLAIM.len()..];
            let digits: Vec<u8> = behind
                .iter()
                .copied()
                .skip_while(|sign| sign.is_ascii_whitespace() || b"=\"'+0".contains(sign))
                .take_while(u8::is_ascii_digit)
                .collect();
            let number =
                String::from_utf8_lossy(&digits).parse().unwrap_or(if digits.is_empty() { 0 } else { u64::MAX });
            self.largest = self.largest.max(number);
        }
        self.tail.drain(..end);
    }
}

impl Write for Claims {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes += bytes.len() as u64;
        // In UTF-16 every second byte of it is 0.
        self.tail.extend(bytes.iter().filter(|byte| **byte != 0));
        self.look(WITHIN);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_lies(part: &[u8]) -> bool {
        let whole = {
            let mut claims = Claims::default();
            claims.write_all(part).unwrap();
            claims.are_lies()
        };
        let mut claims = Claims::default();
        part.chunks(3).for_each(|some| claims.write_all(some).unwrap());
        assert_eq!(claims.are_lies(), whole, "however it comes");
        whole
    }

    #[test]
    fn more_texts_than_there_is_room_for_are_a_lie() {
        let texts = "<si><t>x</t></si>".repeat(100);
        let part = |count: &str| format!("<sst count=\"9999999999\" {count}>{texts}</sst>").into_bytes();
        for honest in ["", "uniqueCount=\"100\"", "uniqueCount='0'", "uniqueCount=\"\"", "uniqueCount"] {
            assert!(!are_lies(&part(honest)), "{honest}");
        }
        let far = format!("uniqueCount{}=\"99999\"", " ".repeat(100));
        for lie in [
            "uniqueCount=\"2147483648\"",
            "uniqueCount = '00000000000099999'",
            &far,
            &format!("uniqueCount=\"{}\"", "9".repeat(30)),
        ] {
            assert!(are_lies(&part(lie)), "{lie}");
        }
        let utf16: Vec<u8> = part("uniqueCount=\"99999\"").into_iter().flat_map(|byte| [byte, 0]).collect();
        assert!(are_lies(&utf16));
    }
}
