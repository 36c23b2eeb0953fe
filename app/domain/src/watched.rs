//! The folder that is watched for files, as it is shown: what came of it, what failed, and what waits for somebody.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A feed's folder within the watched one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FolderView {
    /// The feed; the folder bears its name.
    pub feed: String,
    /// The last file that was taken in, if any was.
    pub last: Option<LastFile>,
    /// Why files wait that nobody has to answer for; nothing where none does.
    pub waits: Option<String>,
    /// Files that could not be read, the latest first: at most twenty.
    pub failed: Vec<FileAside>,
    /// How many there are.
    pub failed_files: i64,
    /// Files whose definition needs answers, the latest first: at most twenty.
    pub asks: Vec<FileAside>,
    /// How many there are.
    pub asking_files: i64,
}

/// The file that was taken in last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LastFile {
    /// Its name.
    pub name: String,
    /// When it had been taken in, UTC.
    pub at: DateTime<Utc>,
    /// Rows in it.
    pub rows: i64,
    /// Of these, rejected.
    pub rejected: i64,
}

/// A file that was laid aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileAside {
    /// Its name.
    pub name: String,
    /// Its size, in bytes.
    pub bytes: i64,
    /// Why, and what to do.
    pub why: String,
}

impl FolderView {
    /// Whether somebody has to do something.
    pub fn wants_somebody(&self) -> bool {
        self.waits.is_some() || self.failed_files > 0 || self.asking_files > 0
    }
}
