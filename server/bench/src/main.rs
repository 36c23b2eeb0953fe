//! Asks and loads a running Courierscope and says how long it took, as JSON.
//!
//! `make bench` starts the servers and runs this against them. It is small on purpose: blocking connections, a thread
//! each, and bodies that cost nothing to make, so that what is measured is the server.

mod ask;
mod client;
mod events;
mod fresh;
mod send;
mod spread;

use std::process::ExitCode;

use clap::Parser;

#[derive(Debug, Parser)]
#[command(name = "bench", about)]
enum Command {
    /// Ask what stands on standard input, one after the other: a line is a name, a tab and a path
    Ask(ask::Arguments),
    /// Send events from many connections at once, as fast as they are taken or at a given rate
    Send(send::Arguments),
}

fn main() -> ExitCode {
    let measured = match Command::parse() {
        Command::Ask(arguments) => ask::run(&arguments),
        Command::Send(arguments) => send::run(&arguments),
    };
    match measured {
        Ok(measured) => {
            println!("{measured}");
            ExitCode::SUCCESS
        }
        Err(fault) => {
            eprintln!("bench: {fault:#}");
            ExitCode::FAILURE
        }
    }
}
