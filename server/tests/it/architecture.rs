//! Who knows whom. What ARCHITECTURE.md says of it is held here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Our crates, and what of the outside world only one of them may name.
const ALONE: [(&str, &[&str]); 3] = [("sqlx", &["store"]), ("polars", &["cube"]), ("axum", &["server"])];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What cargo says; it is asked for nothing that would need the network.
fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let done = Command::new(cargo).args(arguments).arg("--offline").current_dir(root()).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// Our crates, each with what it depends on outside of its tests.
fn crates() -> Vec<(String, BTreeSet<String>)> {
    let metadata: Value = serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--no-deps"])).unwrap();
    let named = |value: &Value| value["name"].as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .map(|package| {
            let needed = package["dependencies"].as_array().unwrap().iter().filter(|one| one["kind"] != "dev");
            (named(package), needed.map(named).collect())
        })
        .collect()
}

fn needs(name: &str) -> BTreeSet<String> {
    crates().into_iter().find(|(one, _)| one == name).unwrap().1
}

#[test]
fn only_one_crate_knows_the_database_and_only_one_knows_frames() {
    for (outside, inside) in ALONE {
        let known = crates().into_iter().filter(|(_, needs)| needs.iter().any(|need| is_or_belongs_to(need, outside)));
        let known: Vec<String> = known.map(|(name, _)| name).collect();
        assert_eq!(known, inside, "{outside}");
    }
}

#[test]
fn store_and_cube_know_of_ours_only_the_domain_and_the_domain_knows_none() {
    let ours: BTreeSet<String> = crates().into_iter().map(|(name, _)| name).collect();
    for (name, expected) in [
        ("domain", &[][..]),
        ("store", &["domain"]),
        ("cube", &["domain"]),
        ("contracts", &["domain"]),
        ("intake", &["domain"]),
        ("app", &["domain"]),
        ("frontend", &["app"]),
        ("demo", &[]),
        ("server", &["app", "contracts", "cube", "demo", "domain", "intake", "store"]),
    ] {
        let known: Vec<String> = needs(name).intersection(&ours).cloned().collect();
        assert_eq!(known, expected, "{name}");
    }
}

#[test]
fn the_domain_neither_waits_nor_asks_nor_shows() {
    let tree = tree("domain", &["--all-features"]);
    for outside in ["tokio", "futures", "sqlx", "polars", "axum", "leptos", "reqwest", "hyper"] {
        assert!(!tree.iter().any(|name| is_or_belongs_to(name, outside)), "domain needs {outside}");
    }
}

#[test]
fn nothing_in_the_browser_is_the_servers() {
    let tree = tree("frontend", &["--target", "wasm32-unknown-unknown"]);
    assert!(tree.contains("leptos") && tree.contains("domain"), "this is the browser's tree: {tree:?}");
    for outside in ["sqlx", "polars", "tokio", "axum", "hyper", "store", "cube", "intake", "server", "chrono-tz"] {
        assert!(!tree.iter().any(|name| is_or_belongs_to(name, outside)), "the browser's tree has {outside}: {tree:?}");
    }
}

/// Everything that is compiled into a crate.
fn tree(name: &str, more: &[&str]) -> BTreeSet<String> {
    let arguments = ["tree", "--package", name, "--edges", "normal,no-proc-macro", "--prefix", "none"];
    let text = cargo(&[&arguments, more].concat());
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

/// Whether a crate is this one or one of its family, as `polars-core` is of `polars`.
fn is_or_belongs_to(name: &str, family: &str) -> bool {
    name == family || name.strip_prefix(family).is_some_and(|rest| rest.starts_with('-'))
}

#[test]
fn what_only_one_place_may_say_is_said_nowhere_else() {
    for (words, place) in [
        (&["Utc::now(", "Local::now(", "SystemTime::now("][..], "server/src/clock.rs"),
        (&["sqlx::", "use sqlx"], "server/store/"),
        (&["polars::", "use polars"], "server/cube/"),
        (&["axum::", "use axum"], "server/"),
    ] {
        let files = sources();
        assert!(
            files.iter().any(|(path, text)| path.starts_with(place) && words.iter().any(|word| text.contains(word)))
        );
        let elsewhere = files.iter().filter(|(path, _)| !path.starts_with(place));
        let found: Vec<_> = elsewhere
            .filter(|(_, text)| words.iter().any(|word| text.contains(word)))
            .map(|(path, _)| path.as_str())
            .collect();
        assert!(found.is_empty(), "{words:?} is for {place}, and is in {found:?}");
    }
}

/// The product's source files, tests and examples left out, by path from the root.
fn sources() -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("app"), root().join("server")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !["tests", "target", "benches", "examples"].contains(&name.as_str()) {
                folders.push(path);
            } else if name.ends_with(".rs") && name != "build.rs" {
                let text = std::fs::read_to_string(&path).unwrap();
                files.push((path.strip_prefix(root()).unwrap().to_string_lossy().into_owned(), text));
            }
        }
    }
    assert!(files.len() > 50, "the sources are found");
    files
}
