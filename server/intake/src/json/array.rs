//! Where the elements of a JSON array are, without reading them.

use std::borrow::Cow;
use std::ops::Range;

use crate::csv::{LONGEST_ROW, Rest};
use crate::unreadable::Unreadable;

/// Cuts an array into its elements. It remembers how far it has looked, so more bytes may be added behind.
#[derive(Debug, Default)]
pub(crate) struct ArrayCutter {
    stage: Stage,
    /// Elements cut so far.
    whole: u64,
    /// Bytes of the element at hand that were looked at.
    seen: usize,
    /// Brackets and braces open in it.
    depth: usize,
    text: Text,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    #[default]
    Before,
    Within,
    /// In an element that is too long: only its end is of interest.
    Dropping,
    After,
}

/// Whether we are inside of quotation marks.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Text {
    #[default]
    Outside,
    Inside,
    Escaped,
}

/// What comes next; `len` bytes are done with.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// An element, at these bytes.
    Element { bytes: Range<usize>, len: usize },
    /// An element that is longer than a row may be.
    TooLong { len: usize },
    /// White space, brackets, the rest of a long element. If `len` is 0, more bytes are needed.
    Nothing { len: usize },
    /// The array has ended, and nothing is behind it.
    End,
    /// The array is none, breaks off or has something behind it.
    Wrong(Unreadable),
}

impl ArrayCutter {
    /// Takes the next step in `text`, which starts behind what earlier steps were done with.
    pub fn cut(&mut self, text: &[u8], rest: Rest) -> Step {
        let space = text.len() - text.trim_ascii_start().len();
        if self.seen == 0 && space > 0 && self.stage != Stage::Dropping {
            return Step::Nothing { len: space };
        }
        match (self.stage, text.first()) {
            (Stage::Before, Some(b'[')) => {
                self.stage = Stage::Within;
                Step::Nothing { len: 1 }
            }
            (Stage::Before, Some(_)) => Step::Wrong(Unreadable::NotAnArray),
            (_, None) if rest == Rest::Follows => Step::Nothing { len: 0 },
            (Stage::Before, None) => Step::Wrong(Unreadable::Empty),
            (Stage::After, None) => Step::End,
            (Stage::After, Some(_)) => Step::Wrong(Unreadable::BehindArray { whole: self.whole }),
            (Stage::Within, Some(b']')) if self.seen == 0 => {
                self.stage = Stage::After;
                Step::Nothing { len: 1 }
            }
            (Stage::Within | Stage::Dropping, _) => self.cut_element(text, rest),
        }
    }

    fn cut_element(&mut self, text: &[u8], rest: Rest) -> Step {
        let dropping = self.stage == Stage::Dropping;
        let within_reach = if dropping { text.len() } else { text.len().min(LONGEST_ROW + 1) };
        let end = text[self.seen..within_reach].iter().position(|byte| self.ends_element(*byte));
        let Some(end) = end.map(|end| self.seen + end) else {
            self.seen = within_reach;
            return match (dropping, rest) {
                (false, _) if within_reach > LONGEST_ROW => {
                    (self.stage, self.seen) = (Stage::Dropping, 0);
                    self.whole += 1;
                    Step::TooLong { len: within_reach }
                }
                (_, Rest::Nothing) => Step::Wrong(Unreadable::BrokenOff { whole: self.whole }),
                (false, Rest::Follows) => Step::Nothing { len: 0 },
                (true, Rest::Follows) => {
                    self.seen = 0;
                    Step::Nothing { len: within_reach }
                }
            };
        };
        (self.stage, self.seen) = (Stage::Within, 0);
        let len = if text[end] == b',' { end + 1 } else { end };
        if dropping {
            return Step::Nothing { len };
        }
        self.whole += 1;
        // Between two commas nothing stands: the second comma stands for it, so that it is refused like any other.
        let bytes = if end == 0 { 0..1 } else { 0..text[..end].trim_ascii_end().len() };
        Step::Element { bytes, len }
    }

    /// Whether this byte, the next one, is the comma or bracket behind the element.
    fn ends_element(&mut self, byte: u8) -> bool {
        match (self.text, byte) {
            (Text::Escaped, _) => self.text = Text::Inside,
            (Text::Inside, b'\\') => self.text = Text::Escaped,
            (Text::Inside, b'"') => self.text = Text::Outside,
            (Text::Inside, _) => {}
            (Text::Outside, b'"') => self.text = Text::Inside,
            (Text::Outside, b',' | b']') if self.depth == 0 => return true,
            (Text::Outside, b'{' | b'[') => self.depth += 1,
            (Text::Outside, b'}' | b']') => self.depth = self.depth.saturating_sub(1),
            (Text::Outside, _) => {}
        }
        false
    }
}

/// An element on one line, as NDJSON has it.
pub(crate) fn one_line(element: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr2(b'\n', b'\r', element).is_none() {
        return Cow::Borrowed(element);
    }
    element.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The elements of an array that comes in chunks of `size` bytes, and what is wrong with it.
    fn elements(text: &str, size: usize) -> (Vec<String>, Option<Unreadable>) {
        let mut cutter = ArrayCutter::default();
        let (mut start, mut end) = (0, 0);
        let mut elements = Vec::new();
        loop {
            let rest = if end == text.len() { Rest::Nothing } else { Rest::Follows };
            let at_hand = &text.as_bytes()[start..end];
            match cutter.cut(at_hand, rest) {
                Step::Element { bytes, len } => {
                    elements.push(String::from_utf8_lossy(&at_hand[bytes]).into_owned());
                    start += len;
                }
                Step::TooLong { len } => {
                    elements.push("too long".to_owned());
                    start += len;
                }
                Step::Nothing { len: 0 } => end = (end + size).min(text.len()),
                Step::Nothing { len } => start += len,
                Step::End => return (elements, None),
                Step::Wrong(wrong) => return (elements, Some(wrong)),
            }
        }
    }

    #[test]
    fn an_array_is_cut_into_its_elements_whatever_the_chunks() {
        let long = format!("[1,\"{}\",2]", "x".repeat(LONGEST_ROW));
        for (text, expected, wrong) in [
            (" [ ] ", vec![], None),
            ("[{\"a\":\"},]\\\"\"} , [1,2]\n]", vec!["{\"a\":\"},]\\\"\"}", "[1,2]"], None),
            ("[1,,2,]", vec!["1", ",", "2"], None),
            ("[1,{\"a\":", vec!["1"], Some(Unreadable::BrokenOff { whole: 1 })),
            ("[1,", vec!["1"], Some(Unreadable::BrokenOff { whole: 1 })),
            ("[1] 2", vec!["1"], Some(Unreadable::BehindArray { whole: 1 })),
            ("{}", vec![], Some(Unreadable::NotAnArray)),
            (&long, vec!["1", "too long", "2"], None),
        ] {
            for size in [1, 3, 1 << 16, 1 << 24].into_iter().filter(|size| text.len() < 1000 || *size > 1000) {
                let (found, error) = elements(text, size);
                assert_eq!(
                    (found, error),
                    (expected.iter().map(ToString::to_string).collect(), wrong.clone()),
                    "{size}"
                );
            }
        }
    }
}
