//! Contracts as files: one contract a file, with its versions.

mod deadline;
mod goal;
mod read;
mod write;

pub use deadline::deadline_in_words;
pub use goal::goal_in_words;
pub use read::contract_from_toml;
pub(crate) use read::{Placed, placed_from_toml};
pub use write::contract_to_toml;
