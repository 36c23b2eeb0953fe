# shellcheck shell=bash
# Shared by the scripts beside it: the working directory, messages, and the system's package manager.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# Rustup's Rust comes before a Rust of the system.
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

# Compiled code goes here; the finished site always goes to the checkout's own target/site.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}"

# Tools that are built once and serve every checkout.
# shellcheck disable=SC2034 # read by the scripts that source this file
tools="${COURIERSCOPE_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/courierscope/tools}"

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Whether commands can run as root without a question: directly, or through a sudo that asks for no password.
can_be_root() { [ "$(id -u)" -eq 0 ] || { have sudo && sudo -n true 2>/dev/null; }; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

# Installs Debian packages, or says which ones to install by hand. Output goes to standard error.
apt_install() {
    have apt-get || die "there is no apt-get here. Please install what corresponds to the Debian packages: $*"
    can_be_root || die "installing needs root. Please run as root: apt-get install $*"
    say "Installing $*"
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300
        install -y -qq --no-install-recommends "$@")
    # The first try spares the download of the package lists where they are fresh.
    if ! as_root "${install[@]}" >/dev/null 2>&1 </dev/null; then
        as_root apt-get update -qq >&2 </dev/null
        as_root "${install[@]}" >&2 </dev/null || die "could not install: $*"
    fi
}
