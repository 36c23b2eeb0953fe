#!/usr/bin/env bash
# Builds everything a browser loads into target/site: the WebAssembly module, its parts and their loader, style
# sheets, fonts and assets, with a .br and a .gz beside each file worth compressing. Files that came out the same are not
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
splitter=$(scripts/wasm-split.sh)
[ -d end2end/node_modules/binaryen ] || scripts/npm.sh

if [ "$toolchain" = debian ]; then
    # Debian has no rust-lld; its own linker carries its version in its name.
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="wasm-ld-$(rustc +debian -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')"
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER
fi

say "Compiling the browser half"
# Relocations tell the splitter which function needs which.
cargo ${toolchain:+"+$toolchain"} rustc --package frontend --target wasm32-unknown-unknown \
    --profile wasm-release --target-dir "$CARGO_TARGET_DIR/wasm" -- -C link-arg=--emit-relocs </dev/null
compiled="$CARGO_TARGET_DIR/wasm/wasm32-unknown-unknown/wasm-release/frontend.wasm"

if ! cmp -s "$compiled" "$module/frontend.wasm" \
    || [ scripts/build-browser.sh -nt "$module/frontend.wasm" ] \
    || [ scripts/wasm-split.sh -nt "$module/frontend.wasm" ] \
    || [ end2end/package-lock.json -nt "$module/frontend.wasm" ]; then
    say "Splitting the WebAssembly module and making it smaller"
    rm -rf "$module"
    mkdir -p "$module/pkg"
    "$splitter" --out-name courierscope "$compiled" "$module/split"
    # Parts find what they share with the main module by its exports and their names.
    "$bindgen" --target web --no-typescript --keep-lld-exports --no-demangle \
        --out-name courierscope --out-dir "$module/pkg" "$module/split/courierscope.wasm"
    # A part fits only its own main module, so a page that is older than the server must not find a newer one.
    build=$(cksum <"$compiled" | cut -d ' ' -f 1)
    mkdir "$module/pkg/parts"
    for part in "$module"/split/*_*.wasm; do
        mv "$part" "$module/pkg/parts/$(basename "$part" .wasm)-$build.wasm"
    done
    sed -E "s#\"\./((split|chunk)_[^\"]*)\.wasm\"#\"./parts/\1-$build.wasm\"#" \
        "$module/split/__wasm_split.js" >"$module/pkg/__wasm_split.js"
    grep -q -- "-$build.wasm" "$module/pkg/__wasm_split.js" || die "the loader of the parts names none of them"
    # The features are those that rustc may use, which every browser since 2023 knows.
    for file in "$module"/pkg/*.wasm "$module"/pkg/parts/*.wasm; do
        end2end/node_modules/.bin/wasm-opt -Oz --strip-producers \
            --enable-bulk-memory --enable-multivalue --enable-mutable-globals \
            --enable-nontrapping-float-to-int --enable-reference-types --enable-sign-ext \
            "$file" -o "$file"
    done
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
