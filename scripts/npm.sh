#!/usr/bin/env bash
# Installs the npm packages of end2end/ as its lock file says: wasm-opt, the font and Playwright.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

say "Installing npm packages"
cd end2end
# The browser is the system's; Playwright's own is not wanted.
PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-fund --no-audit --no-update-notifier --loglevel=error >&2 </dev/null
# The lock file of what is installed doubles as the time stamp of the installation.
touch node_modules/.package-lock.json
