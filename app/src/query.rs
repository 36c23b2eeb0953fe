//! The query string of a page: what it shows is all in there.

use std::fmt;

/// The parameters of a page, in the order in which they were written. Empty values are as good as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query string, with or without its question mark. Whatever it holds, it can be read.
    pub fn parse(search: &str) -> Self {
        let pairs = search.trim_start_matches('?').split('&').filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            let value = decode(&value.replace('+', " "));
            (!value.is_empty()).then(|| (decode(&name.replace('+', " ")), value))
        });
        Self(pairs.collect())
    }

    /// The first value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a parameter as a word of a vocabulary or a number; `None` where it is none.
    pub fn read<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.parse().ok()
    }

    /// Every parameter with its value.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same with one value for this parameter, or without it where the value is empty.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut changed = self.without(&[name]);
        if !value.is_empty() {
            changed.0.push((name.to_owned(), value.to_owned()));
        }
        changed
    }

    /// The same without these parameters.
    pub fn without(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect())
    }

    /// The same with these parameters only.
    pub fn only(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(name, _)| names.contains(&name.as_str())).cloned().collect())
    }

    /// A link to this path with these parameters.
    pub fn href(&self, path: &str) -> String {
        if self.0.is_empty() { path.to_owned() } else { format!("{path}?{self}") }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "&" };
            write!(f, "{separator}{}={}", encode(name), encode(value))?;
        }
        Ok(())
    }
}

/// Percent-encodes everything but letters, digits and `-._~`: fit for a path segment and for a query.
pub fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for digit in [byte >> 4, byte & 15] {
                encoded.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
            }
        }
    }
    encoded
}

/// Undoes percent-encoding. What is no valid escape stays as it is.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|&b| char::from(b).to_digit(16)).map(|d| d as u8);
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if let (b'%', Some(high), Some(low)) = (bytes[at], digit(at + 1), digit(at + 2)) {
            decoded.push(high << 4 | low);
            at += 3;
        } else {
            decoded.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["Rápida", "Shanghai/14267", "a b+c&d=e?f#g%h", "100%", "ü%20"] {
            assert_eq!(decode(&encode(text)), text);
            let query = Query::default().with("courier", text);
            assert_eq!(Query::parse(&query.to_string()), query);
        }
    }

    #[test]
    fn empty_values_are_left_out() {
        let query = Query::parse("?courier=&service=Express&period=");
        assert_eq!(query.to_string(), "service=Express");
        assert_eq!(query.with("service", "").href("/"), "/");
    }

    #[test]
    fn a_parameter_may_come_several_times() {
        let query = Query::parse("courier=A&courier=B+C");
        assert_eq!(query.all("courier").collect::<Vec<_>>(), ["A", "B C"]);
        assert_eq!(query.get("courier"), Some("A"));
        assert_eq!(query.with("courier", "D").to_string(), "courier=D");
    }

    #[test]
    fn a_broken_escape_stays_as_it_is() {
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%4"), "%4");
        assert_eq!(decode("%zz%41"), "%zzA");
    }
}
