//! Why something cannot be done with a file.

use intake::Unreadable;

use super::{LONGEST_ANSWER, MOST_ANSWERS};
use crate::feeds::NotSaved;

/// Why something cannot be done with a file; each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum UploadFault {
    /// There is none.
    #[error("there is no such file: it was thrown away, or is older than a day; choose it again")]
    Unknown,
    /// It is too large.
    #[error("the file is larger than {0} bytes: split it, or take it in with `courierscope import`")]
    TooLarge(u64),
    /// Other files take the room there is.
    #[error("too many files wait to be imported: import or discard some of them first")]
    Full,
    /// It did not arrive whole.
    #[error("the file broke off on its way ({0}): choose it again")]
    BrokenOff(String),
    /// More is said of it than can be.
    #[error("a file has at most {most} answers, of {longest} characters each", most = MOST_ANSWERS, longest = LONGEST_ANSWER)]
    Answers,
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Its definition has faults.
    #[error("the file cannot be imported like this: {0}")]
    Faults(String),
    /// Its definition was not saved.
    #[error(transparent)]
    NotSaved(#[from] NotSaved),
    /// It is being imported.
    #[error("the file is being imported: wait until that is done")]
    Running,
    /// The folder of files refuses.
    #[error("the folder of uploaded files cannot be used: {0}")]
    Folder(#[from] std::io::Error),
    /// The database refuses.
    #[error("the database does not answer: {0}")]
    Store(store::StoreError),
    /// The program itself.
    #[error("a fault of the program; nothing was lost")]
    Program,
}
