//! Killed with SIGKILL while it takes a file, the program goes on where it was: nothing is lost and nothing counts twice.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::cli::program::{Server, Site};
use crate::crash::check;
use crate::crash::load::{Dice, Parcel, WIDE, to_csv};
use crate::hardy::http::get;

/// Parcels of the file.
const PARCELS: u64 = 30_000;
/// How often the program is killed until one of the kills has come while it took a file.
const MOST_KILLS: usize = 10;
/// What has not happened by then does not happen.
const LONGEST: Duration = Duration::from_secs(60);

fn wait(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < LONGEST, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Bodies of the feed that the server has taken since it started.
fn pieces(server: &Server) -> usize {
    let metrics = get(server.address, "/metrics").body;
    let lines = metrics.lines().filter(|line| line.starts_with("courierscope_") && line.contains("bodies_total{"));
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum::<f64>() as usize
}

fn serve(site: &Site) -> Server {
    site.serve_with(&[("COURIERSCOPE__WATCH", "watch")])
}

fn is_taken(folder: &Path, name: &str) -> bool {
    folder.join("taken").join(name).metadata().is_ok_and(|file| file.len() > 0)
}

#[test]
fn a_file_that_was_being_taken_when_the_program_was_killed_is_taken_when_it_starts_again() {
    let seed = Dice::any_seed();
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let site = Site::new(&[("wide", WIDE)]);
    let folder = site.path("watch/wide");
    std::fs::create_dir_all(&folder).unwrap();
    let mut parcels: Vec<Parcel> = Vec::new();
    let mut files: Vec<(String, String)> = Vec::new();
    let mut killed_within = 0;
    // Where the machine is busy a kill comes late; then there is another file.
    for _ in 0..MOST_KILLS {
        let all_taken = |files: &[(String, String)]| files.iter().all(|(name, _)| is_taken(&folder, name));
        if all_taken(&files) {
            let new: Vec<Parcel> = (0..PARCELS).map(|n| Parcel::new(format!("FILE{}-{n}", files.len()), n)).collect();
            let (name, text) = (format!("big{}.csv", files.len()), to_csv(&new, &"x".repeat(300)));
            std::fs::write(folder.join(&name), &text).unwrap();
            files.push((name, text));
            parcels.extend(new);
        }
        let server = serve(&site);
        wait("no piece is taken", || pieces(&server) > 0 || all_taken(&files));
        std::thread::sleep(dice.within(0, 40));
        server.kill();
        killed_within += u32::from(!all_taken(&files));
        if killed_within == 2 {
            break;
        }
    }
    assert!(killed_within > 0, "it was killed too late each time");
    let server = serve(&site);
    for (name, text) in &files {
        wait("the file is not taken", || is_taken(&folder, name));
        assert_eq!(std::fs::read_to_string(folder.join("taken").join(name)).unwrap(), *text, "the file is whole");
        assert!(!folder.join(name).exists());
    }
    drop(server);
    println!("killed {killed_within} times within; {}", check::everything(&site, &parcels, &[]));
}
