#!/usr/bin/env bash
# Builds everything a browser loads into target/site: the WebAssembly module and its loader, style sheets, fonts
# and assets, with a .br and a .gz beside each file worth compressing. Files that came out the same are not
# touched, so that the server, which embeds the folder, is compiled again only when it must be.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

site=target/site
new=target/site.new
# wasm-bindgen's and wasm-opt's output, kept with the module it was made from.
module=target/browser

# A set LEPTOS_OUTPUT_NAME means cargo-leptos and its file names; this build keeps wasm-bindgen's.
unset LEPTOS_OUTPUT_NAME

toolchain=$(scripts/wasm-std.sh)
bindgen=$(scripts/wasm-bindgen.sh)
[ -d end2end/node_modules/binaryen ] || scripts/npm.sh

if [ "$toolchain" = debian ]; then
    # Debian has no rust-lld; its own linker carries its version in its name.
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="wasm-ld-$(rustc +debian -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')"
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER
fi

say "Compiling the browser half"
cargo ${toolchain:+"+$toolchain"} build --package frontend --target wasm32-unknown-unknown \
    --profile wasm-release --target-dir "$CARGO_TARGET_DIR/wasm" </dev/null
compiled="$CARGO_TARGET_DIR/wasm/wasm32-unknown-unknown/wasm-release/frontend.wasm"

if ! cmp -s "$compiled" "$module/frontend.wasm" \
    || [ scripts/build-browser.sh -nt "$module/frontend.wasm" ] \
    || [ end2end/package-lock.json -nt "$module/frontend.wasm" ]; then
    say "Making the WebAssembly module smaller"
    rm -rf "$module"
    mkdir -p "$module"
    "$bindgen" --target web --no-typescript --out-name courierscope --out-dir "$module/pkg" "$compiled"
    # The features are those that rustc may use, which every browser since 2023 knows.
    end2end/node_modules/.bin/wasm-opt -Oz --strip-producers \
        --enable-bulk-memory --enable-multivalue --enable-mutable-globals \
        --enable-nontrapping-float-to-int --enable-reference-types --enable-sign-ext \
        "$module/pkg/courierscope_bg.wasm" -o "$module/pkg/courierscope_bg.wasm"
    # Last, since its presence says that the rest is complete.
    cp "$compiled" "$module/frontend.wasm"
fi

rm -rf "$new"
mkdir -p "$new/fonts"
cp -R "$module/pkg" "$new/pkg"

# One sheet, in the order of the files' names, on which no user's locale has a say.
(
    export LC_ALL=C
    shopt -s nullglob
    cat /dev/null style/*.css >"$new/pkg/courierscope.css"
)
[ ! -d style/assets ] || cp -R style/assets/. "$new/"

inter=end2end/node_modules/@fontsource-variable/inter
cp "$inter/files/inter-latin-wght-normal.woff2" "$new/fonts/inter-latin.woff2"
cp "$inter/files/inter-latin-ext-wght-normal.woff2" "$new/fonts/inter-latin-ext.woff2"
cp "$inter/LICENSE" "$new/fonts/inter-LICENSE.txt"

node scripts/publish-site.mjs "$new" "$site"
