//! The server's tests: the real program with a mock clock and a fresh database, through the router without a socket.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod api;
mod architecture;
mod bad_input;
mod cli;
mod crash;
mod deletion;
mod demo_network;
mod hardy;
mod laws;
mod live;
mod mending;
mod network;
mod outlook;
mod postgres;
mod real_data;
mod reference;
mod support;
mod watched;
