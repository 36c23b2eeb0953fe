//! How a body or file is written, and how it is compressed.

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A JSON array of canonical events.
    Json,
    /// One canonical event a line.
    Ndjson,
    /// Rows of separated fields under a header, read by the feed's definition.
    Csv,
}

impl Format {
    /// The word that the database and the API write.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }

    /// The format of a `Content-Type`; parameters such as `charset` are ignored.
    pub fn from_content_type(content_type: &str) -> Option<Self> {
        let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/json" => Some(Self::Json),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" => Some(Self::Ndjson),
            "text/csv" => Some(Self::Csv),
            _ => None,
        }
    }

    /// The format of a file by the end of its name; `.gz` and `.zst` behind it are ignored.
    pub fn from_file_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
        match name.rsplit_once('.')?.1 {
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            _ => None,
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Json => "a JSON array",
            Self::Ndjson => "NDJSON",
            Self::Csv => "CSV",
        })
    }
}

impl std::str::FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::Json, Self::Ndjson, Self::Csv]
            .into_iter()
            .find(|format| format.as_str() == word)
            .ok_or_else(|| format!("{word:?} is not a format: write json, ndjson or csv"))
    }
}

/// How a request's body is compressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ContentEncoding {
    /// Not at all.
    #[default]
    Identity,
    /// gzip, RFC 1952.
    Gzip,
    /// Zstandard, RFC 8878.
    Zstd,
}

impl ContentEncoding {
    /// The encoding that a `Content-Encoding` header names; `None` if it is not one of `gzip`, `zstd`, `identity`.
    pub fn from_header(header: &str) -> Option<Self> {
        match header.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Some(Self::Identity),
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_known_by_its_content_type_and_by_its_file_name() {
        for (content_type, format) in [
            ("application/json", Some(Format::Json)),
            ("Application/JSON; charset=utf-8", Some(Format::Json)),
            ("application/x-ndjson", Some(Format::Ndjson)),
            ("application/jsonl", Some(Format::Ndjson)),
            ("text/csv;header=present", Some(Format::Csv)),
            ("text/html", None),
            ("", None),
        ] {
            assert_eq!(Format::from_content_type(content_type), format, "{content_type}");
        }
        for (name, format) in [
            ("week.csv", Some(Format::Csv)),
            ("week.CSV.GZ", Some(Format::Csv)),
            ("week.tsv.zst", Some(Format::Csv)),
            ("week.ndjson", Some(Format::Ndjson)),
            ("week.json", Some(Format::Json)),
            ("week.xlsx", None),
            ("csv", None),
        ] {
            assert_eq!(Format::from_file_name(name), format, "{name}");
        }
    }

    #[test]
    fn a_format_is_written_and_read_back() {
        for format in [Format::Json, Format::Ndjson, Format::Csv] {
            assert_eq!(format.as_str().parse(), Ok(format));
        }
        assert!("xml".parse::<Format>().is_err());
    }
}
