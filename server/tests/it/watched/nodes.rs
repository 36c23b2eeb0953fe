//! Two nodes on one PostgreSQL that watch the same folder: one takes the files.

use std::time::{Duration, Instant};

use crate::cli::program::{Server, Site, text};
use crate::crash::http::get;
use crate::support::TestDatabase;

use super::{HEADER, SCANS, listed, rows};

/// What has not happened by then does not happen.
const LONGEST: Duration = Duration::from_secs(60);
const FILES: u32 = 10;

fn volume(server: &Server) -> i64 {
    get(server.address, "/api/v1/kpis").1["rows"][0]["kpis"]["volume"].as_i64().unwrap_or_default()
}

#[test]
fn of_two_nodes_one_takes_a_file_and_the_other_goes_on_when_it_is_killed() {
    let Some(database) = TestDatabase::postgres_if_installed() else { return };
    let first = Site::on(database, &[("scans", SCANS)]);
    let second = Site::on(TestDatabase::OfAnother(first.database_url()), &[("scans", SCANS)]);
    let folder = first.path("watch/scans");
    std::fs::create_dir_all(&folder).unwrap();
    let watch = first.path("watch");
    let settings = [("COURIERSCOPE__WATCH", text(&watch))];
    let sites = [&first, &second];
    let servers = [first.serve_with(&settings), second.serve_with(&settings)];
    let taken = |node: usize| sites[node].read("log.txt").matches("a file of the watched folder was taken in").count();
    let put = |from: u32| {
        for n in from..from + FILES {
            std::fs::write(folder.join(format!("{n}.csv")), format!("{HEADER}{}", rows(n * 10..n * 10 + 10))).unwrap();
        }
    };
    let wait = |server: &Server, parcels: i64| {
        let started = Instant::now();
        while volume(server) != parcels || !listed(&folder).is_empty() {
            assert!(started.elapsed() < LONGEST, "{}\n{}", first.read("log.txt"), second.read("log.txt"));
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    put(0);
    wait(&servers[0], 100);
    let counts = [taken(0), taken(1)];
    assert!(counts == [10, 0] || counts == [0, 10], "{counts:?}");
    // Both show it, whoever took it.
    for server in &servers {
        assert_eq!(get(server.address, "/api/v1/folders").1[0]["last"]["rows"], 10);
    }

    let leader = usize::from(counts[0] == 0);
    let [one, other] = servers;
    let (leading, left) = if leader == 0 { (one, other) } else { (other, one) };
    leading.kill();
    put(FILES);
    wait(&left, 200);
    assert_eq!(taken(1 - leader), 10);
    assert_eq!(listed(&folder.join("taken")).len(), 20);
}
