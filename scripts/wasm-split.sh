#!/usr/bin/env bash
# Prints the path of the program that splits the browser's module, installing it where it is missing.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

# It has to know the marks that wasm_split_helpers, of the version in Cargo.lock, leaves in the module.
version=0.2.4

root="$tools/wasm-split-$version"
if [ ! -x "$root/bin/wasm-split-cli" ]; then
    say "Installing wasm-split $version (once, about half a minute)"
    cargo install wasm_split_cli_support --version "$version" --features build-binary --locked --debug --root "$root" \
        --target-dir "$CARGO_TARGET_DIR/tools" >&2 </dev/null
    rm -rf "$CARGO_TARGET_DIR/tools"
fi
echo "$root/bin/wasm-split-cli"
