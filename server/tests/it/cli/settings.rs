//! Where settings come from, and what is not let through.

use std::path::Path;

use super::program::{Done, Site, finish, text};

/// The settings that are printed.
fn printed(done: &Done) -> toml::Table {
    assert_eq!(done.code, 0, "{done:?}");
    done.out.parse().unwrap()
}

#[test]
fn the_settings_are_those_of_the_example_file() {
    let site = Site::new(&[]);
    let defaults = site.run(&["--print-config"]);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../courierscope.example.toml");
    let example: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
    assert_eq!(printed(&defaults), example);
    let read = site.run(&["--config", text(&path), "--print-config"]);
    assert_eq!(read.out, defaults.out);
    site.write("courierscope.toml", defaults.out.as_bytes());
    assert_eq!(site.run(&["--print-config"]).out, defaults.out, "what is printed can be read");
}

#[test]
fn flags_override_the_environment_which_overrides_the_file_which_overrides_the_defaults() {
    let site = Site::new(&[]);
    site.write("courierscope.toml", b"queue = 7\nlisten = \"127.0.0.1:7000\"\ndatabase_url = \"sqlite:file.db\"\n");
    let mut command = site.command(&["--print-config", "--database-url", "sqlite:flag.db", "--feeds", "mine"]);
    command.env("COURIERSCOPE__LISTEN", "[::1]:7001").env("COURIERSCOPE__DATABASE_URL", "sqlite:environment.db");
    command.env("COURIERSCOPE__ALLOW_UNAUTHENTICATED", "true").env("COURIERSCOPE__MAX_BODY_BYTES", "1000");
    let settings = printed(&finish(command));
    for (name, value) in [
        ("queue", toml::Value::Integer(7)),
        ("listen", "[::1]:7001".into()),
        ("database_url", "sqlite:flag.db".into()),
        ("feeds", "mine".into()),
        ("allow_unauthenticated", true.into()),
        ("max_body_bytes", toml::Value::Integer(1000)),
    ] {
        assert_eq!(settings[name], value, "{name}");
    }
    site.write("other.toml", b"queue = 8\n");
    let other = printed(&site.run(&["--config", "other.toml", "--print-config"]));
    assert_eq!((&other["queue"], &other["listen"]), (&8.into(), &"127.0.0.1:8080".into()));
}

#[test]
fn a_setting_that_cannot_be_read_stops_the_program_and_is_named() {
    let site = Site::new(&[]);
    for (file, says) in [
        ("qeue = 7\n", "qeue"),
        ("queue = \"many\"\n", "queue"),
        ("listen = \"everywhere\"\n", "listen"),
        ("queue = \n", "courierscope.toml"),
    ] {
        site.write("courierscope.toml", file.as_bytes());
        for command in [&["--print-config"][..], &["migrate"]] {
            let done = site.run(command);
            assert_eq!(done.code, 2, "{file}: {done:?}");
            assert!(done.err.contains(says), "{file}: {done:?}");
        }
    }
    let done = Site::new(&[]).run(&["--config", "nowhere.toml", "--print-config"]);
    assert!(done.code == 2 && done.err.contains("nowhere.toml does not exist"), "{done:?}");
    let mut misspelt = Site::new(&[]).command(&["--print-config"]);
    misspelt.env("COURIERSCOPE__LISTN", "127.0.0.1:7001").current_dir("/");
    let done = finish(misspelt);
    assert!(done.code == 2 && done.err.contains("listn"), "{done:?}");
}

#[test]
fn an_address_that_others_reach_is_refused_while_nobody_has_to_sign_in() {
    let site = Site::new(&[]);
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.7:80"] {
        let done = site.run(&["serve", "--listen", address]);
        assert_eq!(done.code, 2, "{done:?}");
        assert!(done.err.contains("--allow-unauthenticated") && done.err.contains(address), "{done:?}");
    }
    let mut told = site.command(&["serve"]);
    told.env("COURIERSCOPE__LISTEN", "0.0.0.0:0");
    assert_eq!(finish(told).code, 2, "wherever it is set");
    assert!(!site.path("courierscope.db").exists());
}

#[test]
fn an_address_that_is_taken_is_named() {
    let site = Site::new(&[]);
    let server = site.serve();
    let taken = server.address.to_string();
    let done = Site::new(&[]).run(&["serve", "--listen", &taken]);
    assert!(done.code == 2 && done.err.contains(&taken) && done.err.contains("--listen"), "{done:?}");
}
