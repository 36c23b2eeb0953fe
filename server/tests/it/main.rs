//! The server's tests: the real program with a mock clock and a fresh database, through the router without a socket.

mod real_data;
mod support;
