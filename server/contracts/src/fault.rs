//! What is wrong with a file.

/// One fault of a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// The field at fault, such as `closed[3].date` (entries are counted from 1); empty for the file as a whole.
    pub path: String,
    /// The line, from 1, where it is known.
    pub line: Option<u32>,
    /// What is wrong and what to write instead.
    pub message: String,
}

impl Fault {
    /// A fault of a line.
    pub(crate) fn at(line: u32, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), line: Some(line), message: message.into() }
    }

    /// A fault of the file as a whole.
    pub(crate) fn whole(message: impl Into<String>) -> Self {
        Self { path: String::new(), line: None, message: message.into() }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

/// The faults in the order of the lines, or what was read if there are none.
pub(crate) fn all_or<T>(read: T, mut faults: Vec<Fault>) -> Result<T, Vec<Fault>> {
    if faults.is_empty() {
        return Ok(read);
    }
    faults.sort_by_key(|fault| fault.line.unwrap_or(u32::MAX));
    Err(faults)
}
