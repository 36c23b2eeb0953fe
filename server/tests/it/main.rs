//! The server's tests: the real program with a mock clock and a fresh database, through the router without a socket.

mod api;
mod bad_input;
mod cli;
mod crash;
mod laws;
mod network;
mod postgres;
mod real_data;
mod reference;
mod support;
