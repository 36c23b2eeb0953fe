#!/usr/bin/env bash
# Serves the example, and builds and restarts it whenever a source changes. Arguments go to `courierscope serve`.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

sources=(app server style migrations Cargo.toml Cargo.lock end2end/package-lock.json)
seen=target/stamps/dev
server=""

stop() {
    [ -n "$server" ] || return 0
    kill "$server" 2>/dev/null || true
    # Pages left open must not hold the port.
    for _ in {1..30}; do
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=""
}
trap stop EXIT
trap 'exit 130' INT TERM

is_changed() { [ -n "$(find "${sources[@]}" -newer "$seen" -print -quit 2>/dev/null)" ]; }

mkdir -p "$(dirname "$seen")"
while true; do
    touch "$seen"
    # The old server keeps answering during the build, and stays if the build fails.
    if make build; then
        stop
        "$CARGO_TARGET_DIR/debug/courierscope" serve --demo "$@" &
        server=$!
    else
        say "The build failed; waiting for the next change"
    fi
    until is_changed; do sleep 0.5; done
    # An editor may write several files at once.
    sleep 0.2
done
