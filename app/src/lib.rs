//! The pages: rendered on the server, taken over by the browser, and fed through the trait
//! [`Backend`](backend::Backend).
//!
//! What a page shows follows from its address. A page reads one server function, and what can be wrong about a
//! figure is a pure function with a test in one of the modules below; components only lay out.
//!
//! Nothing here knows a database, a data frame, an HTTP server or the time.

pub mod backend;
pub mod fault;

pub mod query;

pub mod filter;
pub mod link;
pub mod numbers;
pub mod outcome;
pub mod period;
pub mod ranking;

pub mod definitions;
pub mod figures;
pub mod format;
pub mod words;

pub mod chart;

mod browser;
pub mod live;
pub mod reply;

mod components;
pub mod pages;
mod parts;

mod root;
#[cfg(feature = "ssr")]
mod shell;

pub use root::App;
#[cfg(feature = "ssr")]
pub use shell::shell;
