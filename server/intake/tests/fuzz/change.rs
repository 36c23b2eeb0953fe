//! Good inputs, changed in the ways that matter.

use proptest::prelude::*;
use proptest::sample::Index;

/// The largest input.
const LARGEST: usize = 64 << 10;

/// An input, shown as what it is.
#[derive(Clone)]
pub struct Input(pub Vec<u8>);

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

/// One change.
#[derive(Debug, Clone)]
enum Change {
    /// One byte becomes another.
    Set(Index, u8),
    /// One bit turns.
    Turn(Index, u8),
    /// Something is put in.
    Insert(Index, Vec<u8>),
    /// A stretch is taken out.
    Remove(Index, Index),
    /// A stretch stands twice, or many times.
    Repeat(Index, Index, u8),
    /// A stretch moves.
    Move(Index, Index, Index),
    /// A run of digits becomes another number.
    Number(Index, Vec<u8>),
    /// The text between two signs becomes another.
    Field(Index, Vec<u8>),
    /// The end is missing.
    Cut(Index),
    /// It goes on as another sample does from somewhere on.
    GoOn(Index, Index, Index),
}

/// Inputs made from samples. `words` are what the parser listens to.
pub fn inputs(samples: Vec<Vec<u8>>, words: &'static [&'static str]) -> impl Strategy<Value = Input> {
    let changes = prop::collection::vec(change(words), 0..10);
    (any::<Index>(), changes).prop_map(move |(sample, changes)| {
        let mut bytes = samples[sample.index(samples.len())].clone();
        for change in changes {
            change.apply(&mut bytes, &samples);
            bytes.truncate(LARGEST);
        }
        Input(bytes)
    })
}

fn change(words: &'static [&'static str]) -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    prop_oneof![
        2 => (index(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        2 => (index(), 0_u8..8).prop_map(|(at, bit)| Change::Turn(at, bit)),
        4 => (index(), piece(words)).prop_map(|(at, piece)| Change::Insert(at, piece)),
        2 => (index(), index()).prop_map(|(from, to)| Change::Remove(from, to)),
        2 => (index(), index(), 1_u8..40).prop_map(|(from, to, times)| Change::Repeat(from, to, times)),
        1 => (index(), index(), index()).prop_map(|(from, to, at)| Change::Move(from, to, at)),
        3 => (index(), numbers()).prop_map(|(at, number)| Change::Number(at, number)),
        4 => (index(), piece(words)).prop_map(|(at, piece)| Change::Field(at, piece)),
        1 => index().prop_map(Change::Cut),
        1 => (index(), index(), index()).prop_map(|(at, sample, from)| Change::GoOn(at, sample, from)),
    ]
}

fn piece(words: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let signs: &[&[u8]] = &[
        b"\n",
        b"\r\n",
        b"\r",
        b"\"",
        b"\"\"",
        b"'",
        b",",
        b";",
        b"\t",
        b"|",
        b"{",
        b"}",
        b"[",
        b"]",
        b"\\",
        b"=",
        b":",
        b"\0",
        b"\xff",
        b"\xfe",
        b"\xc3",
        b"\xef\xbb\xbf",
        b"\xe2\x80\xaf",
        b"\xf0\x9f\x93\xa6",
        b" ",
        b"#",
        b"%",
        b"-",
        b"\\u0000",
        b"\\ud800",
        b"null",
        b"true",
        b"\xcc\x81",
        b"\xe1\xba\x9e",
    ];
    prop_oneof![
        4 => prop::sample::select(words).prop_map(|word| word.as_bytes().to_vec()),
        4 => prop::sample::select(signs).prop_map(<[u8]>::to_vec),
        2 => numbers(),
        1 => prop::collection::vec(any::<u8>(), 0..20),
        1 => "\\PC{0,12}".prop_map(String::into_bytes),
    ]
}

fn numbers() -> impl Strategy<Value = Vec<u8>> {
    const EDGES: &[&str] = &[
        "0",
        "-1",
        "1",
        "00",
        "127",
        "128",
        "255",
        "256",
        "65535",
        "65536",
        "2147483647",
        "2147483648",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "18446744073709551616",
        "1e308",
        "1e-9",
        "0.5",
        "12",
        "13",
        "23",
        "24",
        "29",
        "30",
        "31",
        "32",
        "59",
        "60",
        "61",
        "99",
        "2000",
        "2024-02-30",
        "2100",
        "0001-01-01",
        "9999-12-31T23:59:60Z",
        "24:00",
        "-00:00",
        "+14:00",
        "+99:59",
    ];
    prop_oneof![
        3 => prop::sample::select(EDGES).prop_map(|edge| edge.as_bytes().to_vec()),
        1 => any::<i64>().prop_map(|number| number.to_string().into_bytes()),
    ]
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>, samples: &[Vec<u8>]) {
        let place = |at: &Index, bytes: &[u8]| at.index(bytes.len() + 1);
        let stretch = |from: &Index, to: &Index, bytes: &[u8]| {
            let (from, to) = (place(from, bytes), place(to, bytes));
            from.min(to)..from.max(to).min(from.min(to) + 2000)
        };
        match self {
            Self::Set(at, byte) if !bytes.is_empty() => {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            Self::Turn(at, bit) if !bytes.is_empty() => {
                let at = at.index(bytes.len());
                bytes[at] ^= 1 << bit;
            }
            Self::Set(..) | Self::Turn(..) => {}
            Self::Insert(at, piece) => {
                let at = place(at, bytes);
                bytes.splice(at..at, piece.iter().copied());
            }
            Self::Remove(from, to) => drop(bytes.drain(stretch(from, to, bytes))),
            Self::Repeat(from, to, times) => {
                let stretch = stretch(from, to, bytes);
                let again = bytes[stretch.clone()].repeat(usize::from(*times).min(LARGEST / (stretch.len() + 1)));
                bytes.splice(stretch.end..stretch.end, again);
            }
            Self::Move(from, to, at) => {
                let stretch = stretch(from, to, bytes);
                let moved: Vec<u8> = bytes.drain(stretch).collect();
                let at = place(at, bytes);
                bytes.splice(at..at, moved);
            }
            Self::Number(at, number) => replace(bytes, place(at, bytes), number, |byte| byte.is_ascii_digit()),
            Self::Field(at, piece) => {
                replace(bytes, place(at, bytes), piece, |byte| {
                    byte.is_ascii_alphanumeric() || b"_-. %".contains(&byte)
                });
            }
            Self::Cut(at) => bytes.truncate(place(at, bytes)),
            Self::GoOn(at, sample, from) => {
                let other = &samples[sample.index(samples.len())];
                bytes.truncate(place(at, bytes));
                bytes.extend_from_slice(&other[place(from, other)..]);
            }
        }
    }
}

/// Replaces the first stretch of such bytes from a place on.
fn replace(bytes: &mut Vec<u8>, from: usize, by: &[u8], is_such: impl Fn(u8) -> bool) {
    let Some(start) = bytes[from..].iter().position(|&byte| is_such(byte)).map(|start| from + start) else { return };
    let end = bytes[start..].iter().position(|&byte| !is_such(byte)).map_or(bytes.len(), |end| start + end);
    bytes.splice(start..end, by.iter().copied());
}
