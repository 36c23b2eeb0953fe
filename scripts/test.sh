#!/usr/bin/env bash
# Checks everything, cheap things first, stops at the first failure, and says at the end how long each step took.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
exec </dev/null

native=(--workspace --exclude frontend)
times=()
current=""
finished=""

report() {
    local line
    printf '\n'
    for line in ${times[@]+"${times[@]}"}; do
        printf '%s\n' "$line"
    done
    if [ -n "$finished" ]; then
        printf 'all checks passed in %s\n' "$(clock "$SECONDS")"
    else
        printf 'FAILED: %s\n' "$current"
    fi
}
trap report EXIT

clock() { printf '%d min %02d s' "$(($1 / 60))" "$(($1 % 60))"; }

# step <name> <command...>: runs one check and keeps its time.
step() {
    local start=$SECONDS
    current=$1
    shift
    say "$current"
    "$@"
    times+=("$(printf '  %-24s %s' "$current" "$(clock $((SECONDS - start)))")")
}

find_browser() {
    have "${CHROMIUM:-}" || have chromium || have google-chrome || apt_install chromium
}

# The tests start their own; Debian's package would start one as well, and at every boot.
find_database() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && return
    local settings=/etc/postgresql-common/createcluster.conf
    if can_be_root && [ ! -e "$settings" ]; then
        as_root mkdir -p "${settings%/*}"
        echo 'create_main_cluster = false' | as_root tee "$settings" >/dev/null
    fi
    apt_install postgresql
}

browser_tests() { (cd end2end && node_modules/.bin/playwright test); }

step "Set-up" make setup
step "Browser for the tests" find_browser
step "PostgreSQL for the tests" find_database
step "Format" cargo fmt --all --check
step "Browser half" make site
step "Lints" cargo clippy "${native[@]}" --all-targets -- -D warnings
step "Server" cargo build "${native[@]}"
step "Browser tests" browser_tests
# Last, so that its results are what a log ends with.
step "Tests" cargo test "${native[@]}"
# Once more, but for those that use no database, PostgreSQL anyway, or the lock that only SQLite has.
step "Tests on PostgreSQL" env COURIERSCOPE_TEST_DATABASE=postgres cargo test "${native[@]}" --test it -- \
    --skip architecture:: --skip laws::figures:: --skip laws::order:: --skip laws::parcel:: --skip laws::questions:: \
    --skip laws::stories:: --skip postgres:: --skip hardy::slow:: --skip hardy::database::a_database_that_another \
    --skip api::posting::a_full_queue
finished=yes
