#!/usr/bin/env bash
# Measures a release build beside DuckDB and PostgreSQL: scripts/bench/measure.py, with everything that it needs.
# PARCELS, SEED, DAYS, END: the network. ONLY: the steps. BENCH_BINARY: another courierscope than the release build.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
exec </dev/null

folder=target/bench
python=$folder/python/bin/python
mkdir -p "$folder"

if [ -n "${BENCH_BINARY:-}" ]; then
    # Only the asking and loading is built, as quickly as it can be.
    cargo build --package bench
    profile=debug
else
    cargo build --release --workspace --exclude frontend
    profile=release
fi

# What cannot be installed fails its own step only, which says what is missing.
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || (apt_install postgresql) || true
if ! cmp -s scripts/bench/requirements.txt "$folder/python/requirements.txt"; then
    say "Installing DuckDB for Python"
    have python3 || apt_install python3
    python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv
    python3 -m venv --clear "$folder/python"
    # The copy says that all of it is there.
    if "$python" -m pip install --quiet --disable-pip-version-check --requirement scripts/bench/requirements.txt; then
        cp scripts/bench/requirements.txt "$folder/python/"
    else
        say "DuckDB and PostgreSQL's client could not be installed and will not be measured"
    fi
fi

# shellcheck disable=SC2086 # ONLY is a list of words
exec "$python" -B scripts/bench/measure.py --folder "$folder" --site target/site \
    --binary "${BENCH_BINARY:-$CARGO_TARGET_DIR/release/courierscope}" --tool "$CARGO_TARGET_DIR/$profile/bench" \
    ${PARCELS:+--parcels "$PARCELS"} ${SEED:+--seed "$SEED"} ${DAYS:+--days "$DAYS"} ${END:+--end "$END"} \
    ${ONLY:+--only $ONLY}
