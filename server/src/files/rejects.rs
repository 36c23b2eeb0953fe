//! The rows that were not taken, as a CSV with their reasons.

use std::fs::File;
use std::io;

use intake::Rejected;

/// A CSV of rejected rows.
#[derive(Debug)]
pub struct Rejects(csv::Writer<File>);

impl Rejects {
    /// Begins one in an empty file.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn begin(file: File) -> io::Result<Self> {
        let mut rejects = Self(csv::Writer::from_writer(file));
        rejects.0.write_record(["row", "field", "reason", "content"])?;
        Ok(rejects)
    }

    /// Adds rows.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn write(&mut self, rejected: &[Rejected]) -> io::Result<()> {
        for Rejected { row, field, reason, raw } in rejected {
            self.0.write_record([&row.to_string(), field, reason, raw.trim_end_matches(['\r', '\n'])])?;
        }
        Ok(())
    }

    /// Has everything written.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}
