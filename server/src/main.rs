//! The executable `courierscope`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::run()
}
