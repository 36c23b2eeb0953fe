//! The pages. Each file reads: server functions, the page, its parts.

pub mod calendars;
pub mod contracts;
pub mod corridor;
pub mod courier;
pub mod couriers;
pub mod definitions;
pub mod exclusions;
pub mod feed;
mod feed_codes;
pub mod feeds;
mod folders;
pub mod new_feed;
pub mod not_found;
pub mod open_work;
pub mod overview;
pub mod parcel;
pub mod parcels;
pub mod rejected;

#[cfg(feature = "ssr")]
pub(crate) mod reading;
