//! Contracts as files: one contract a file, with its versions.

mod deadline;
mod goal;
mod read;
mod write;

pub use read::contract_from_toml;
pub(crate) use read::{Placed, placed_from_toml};
pub use write::contract_to_toml;
