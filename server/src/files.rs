//! Files on their way in, for the command `import` and the watched folder: opened, cut, and read piece by piece.

mod door;
mod reading;
mod rejects;

pub use door::{Opened, open};
pub use reading::{Reading, Ready, Stopped};
pub use rejects::Rejects;
