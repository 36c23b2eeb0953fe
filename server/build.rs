//! The site's files (WASM, JavaScript, CSS, fonts) go into the executable: `make site` builds them, and where they
//! have not been built the server compiles without them.

use std::path::Path;

fn main() {
    // Asked when it runs: checkouts that share compiled code share this program too.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let default = || Path::new(&package).join("../target/site");
    let site = std::env::var_os("COURIERSCOPE_SITE").map_or_else(default, Into::into);
    if let Err(fault) = std::fs::create_dir_all(&site) {
        println!("cargo::error={} cannot be created: {fault}", site.display());
    }
    println!("cargo::rustc-env=COURIERSCOPE_SITE={}", site.display());
    println!("cargo::rerun-if-env-changed=COURIERSCOPE_SITE");
    println!("cargo::rerun-if-changed={}", site.display());
}
