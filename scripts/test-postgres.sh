#!/usr/bin/env bash
# Starts a private PostgreSQL for tests and prints the folder of its programs and its port. It listens on 127.0.0.1
# only and lives in a temporary folder. It ends by itself soon after nobody holds a lock on FILE any more: every process
# that uses it holds one, and however that process ends, the lock is released.
# Usage: scripts/test-postgres.sh FILE
set -euo pipefail

users=$(realpath "$1")
programs=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1) || true
[ -x "$programs/initdb" ] || {
    echo "PostgreSQL is not installed; on Debian: apt-get install postgresql" >&2
    exit 1
}
folder=$(mktemp -d)
# PostgreSQL refuses to be run by root.
as_nobody_special() { "$@"; }
if [ "$(id -u)" -eq 0 ]; then
    chown postgres "$folder"
    as_nobody_special() { runuser -u postgres -- "$@"; }
fi
cd "$folder"

as_nobody_special "$programs/initdb" --pgdata="$folder/data" --auth=trust --username=courierscope --no-sync >/dev/null

# What survives a crash of the machine does not matter here, quick tests do.
options="-k '$folder' -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
options+=" -c max_connections=300 -c shared_buffers=64MB"
for _ in {1..20}; do
    port=$((20000 + RANDOM % 12000))
    if as_nobody_special "$programs/pg_ctl" --silent --wait --pgdata="$folder/data" --log="$folder/log" \
        --options="$options -p $port" start >/dev/null 2>&1; then
        break
    fi
    port=""
done
[ -n "$port" ] || {
    tail -n 20 "$folder/log" >&2
    rm -rf "$folder"
    exit 1
}

# Whoever looks for a cluster holds the lock on FILE, and so never meets one that is being stopped. In a process group of
# its own, this outlives tests that are interrupted.
set -m
(
    trap '' HUP INT
    exec 9>"$users"
    until flock --exclusive --nonblock 9; do sleep 3; done
    as_nobody_special "$programs/pg_ctl" --silent --pgdata="$folder/data" --mode=immediate stop
    cd /
    rm -rf "$folder" "$users.at"
) </dev/null >/dev/null 2>&1 &

echo "$programs $port"
