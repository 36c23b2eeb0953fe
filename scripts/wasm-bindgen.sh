#!/usr/bin/env bash
# Prints the path of wasm-bindgen in exactly the version that Cargo.lock names, installing it where it is missing.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

version=$(awk '$1 == "name" { name = $3 } $1 == "version" && name == "\"wasm-bindgen\"" { gsub("\"", "", $3); print $3; exit }' Cargo.lock)
[ -n "$version" ] || die "Cargo.lock names no version of wasm-bindgen"

is_right() { [ "$("$1" --version 2>/dev/null)" = "wasm-bindgen $version" ]; }

root="$tools/wasm-bindgen-$version"
if is_right wasm-bindgen; then
    command -v wasm-bindgen
elif is_right "$root/bin/wasm-bindgen"; then
    echo "$root/bin/wasm-bindgen"
else
    say "Installing wasm-bindgen $version (once, about two minutes)"
    # Not --locked: its own lock file contradicts its requirements.
    cargo install wasm-bindgen-cli --version "$version" --debug --root "$root" \
        --target-dir "$CARGO_TARGET_DIR/tools" >&2 </dev/null
    rm -rf "$CARGO_TARGET_DIR/tools"
    echo "$root/bin/wasm-bindgen"
fi
