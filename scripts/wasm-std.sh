#!/usr/bin/env bash
# Makes sure that some Rust toolchain can compile for the browser, and prints its name: nothing for the
# active one, `debian` for the one that is put together here where rustup cannot download the target.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

target=wasm32-unknown-unknown

# has_std <toolchain>: whether it has a compiled standard library for the browser.
has_std() {
    local libdir
    libdir=$(rustc ${1:+"+$1"} --print target-libdir --target "$target" 2>/dev/null) || return 1
    compgen -G "$libdir/libcore-*.rlib" >/dev/null
}

# The library must come from this very compiler, which an upgrade of the system may have replaced.
debian_is_ready() {
    have rustup && has_std debian \
        && [ "$(rustc +debian -V)" = "$(cat "$(rustc +debian --print sysroot)/lib/rustlib/$target/built-by" 2>/dev/null)" ] \
        && have "$(debian_linker)"
}

debian_linker() {
    echo "wasm-ld-$(/usr/bin/rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')"
}

add_by_rustup() {
    local limit=(env)
    have timeout && limit=(timeout 60)
    say "Adding the target $target"
    RUST_BACKTRACE=0 "${limit[@]}" rustup target add "$target" >&2 </dev/null
}

# Debian has a compiler, its standard library's source and a linker, but no compiled library.
build_debian() {
    have apt-get || die "there is no apt-get here either. Please run: rustup target add $target"
    can_be_root || die "installing Debian's Rust needs root. Please run: rustup target add $target"
    apt-cache show rust-web-src >/dev/null 2>&1 || as_root apt-get update -qq >&2 </dev/null
    apt-cache show rust-web-src >/dev/null 2>&1 \
        || die "this system has no package rustc-web. Please run: rustup target add $target"
    apt_install rustc-web cargo-web rust-web-src
    have "$(debian_linker)" || apt_install "$(debian_linker | sed 's/wasm-ld/lld/')"

    local sysroot scratch lib
    sysroot=$(/usr/bin/rustc --print sysroot)
    scratch=$(mktemp -d)
    # shellcheck disable=SC2064 # the directory's name as it is now
    trap "rm -rf '$scratch'" EXIT
    say "Compiling the standard library for $target (once, about a minute)"
    (
        cd "$sysroot/lib/rustlib/src/rust/library"
        # Debian's cargo and rustc by their full paths, and none of this project's settings.
        env -u CARGO_TARGET_DIR -u RUSTUP_TOOLCHAIN -u RUSTC_WRAPPER \
            RUSTC=/usr/bin/rustc \
            RUSTC_BOOTSTRAP=1 \
            RUSTFLAGS="-Zforce-unstable-if-unmarked -Cembed-bitcode=yes" \
            __CARGO_DEFAULT_LIB_METADATA=stablestd \
            /usr/bin/cargo build --release --manifest-path sysroot/Cargo.toml --target "$target" \
            --target-dir "$scratch" --features panic-unwind,backtrace -p sysroot >&2 </dev/null
    )

    lib="$sysroot/lib/rustlib/$target"
    as_root rm -rf "$lib"
    as_root mkdir -p "$lib/lib"
    as_root cp "$scratch/$target/release/deps/"*.rlib "$lib/lib/"
    /usr/bin/rustc -V | as_root tee "$lib/built-by" >/dev/null
    rustup toolchain link debian /usr >&2
}

if has_std ""; then
    exit
fi
have rustup || die "this Rust has no target $target, and there is no rustup to add it. Please install the target's standard library."
if ! debian_is_ready; then
    if add_by_rustup && has_std ""; then
        exit
    fi
    say "rustup could not download it: putting it together from Debian's packages"
    build_debian
fi
echo debian
