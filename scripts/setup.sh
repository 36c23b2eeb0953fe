#!/usr/bin/env bash
# Checks for what every build needs (Rust, Node, a C compiler) and installs what can be installed without asking.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

have cargo || die "Rust is missing. Please install rustup, with any stable toolchain."
have node || die "Node.js is missing. Please install version 20 or later."
have npm || die "npm is missing. It comes with Node.js, or as Debian's package npm."
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] \
    || die "Node.js $(node --version) is too old: version 20 or later is needed."

# rust-toolchain.toml names the toolchain; where rustup does not fetch it by itself, fetch it now.
if ! { rustc --version && cargo fmt --version && cargo clippy --version; } >/dev/null 2>&1; then
    have rustup || die "this Rust lacks rustfmt or clippy, and there is no rustup to add them."
    say "Installing the Rust toolchain that rust-toolchain.toml names"
    rustup toolchain install >&2 </dev/null
fi

# Some dependencies (SQLite, zstd, ring) are C.
have cc || apt_install gcc libc6-dev
