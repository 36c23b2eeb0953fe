//! Killed with SIGKILL at any moment, the program loses nothing that it acknowledged and counts nothing twice.
//!
//! `COURIERSCOPE_CRASH_ROUNDS` says how often, `COURIERSCOPE_CRASH_SEED` repeats a run's dice.

pub mod check;
pub mod http;
pub mod load;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::cli::program::{Site, text};
use load::{Dice, Parcel, Sender, WIDE};

/// Parcels of the file that is imported; three events each, or nearly.
const IMPORTED: u64 = 30_000;
/// Threads that send at the same time.
const SENDERS: u64 = 4;
/// Kills in a round, before everything is looked at.
const KILLS: u64 = 2;

#[test]
fn nothing_acknowledged_is_lost_and_nothing_counts_twice_whenever_the_program_is_killed() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let rounds = number("COURIERSCOPE_CRASH_ROUNDS").unwrap_or(3);
    let seed = number("COURIERSCOPE_CRASH_SEED").unwrap_or_else(Dice::any_seed);
    println!("COURIERSCOPE_CRASH_SEED={seed}");
    let mut dice = Dice(seed);
    for round in 0..rounds {
        let site = Site::new(&[("wide", WIDE)]);
        let (imported, senders) = match round % 3 {
            0 => (kill_imports(&site, &mut dice), Vec::new()),
            1 => (Vec::new(), kill_servers(&site, &mut dice)),
            _ => kill_both(&site, &mut dice),
        };
        let found = check::everything(&site, &imported, &senders);
        println!("round {} of {rounds}: {found}", round + 1);
    }
}

/// Kills imports of one file, then lets one come to its end.
fn kill_imports(site: &Site, dice: &mut Dice) -> Vec<Parcel> {
    let parcels = write_file(site);
    for _ in 0..KILLS {
        let import = site.spawn(&["import", "big.csv", "--feed", "wide"]);
        std::thread::sleep(dice.within(10, 250));
        import.kill();
    }
    import_to_the_end(site);
    parcels
}

/// Kills servers that four senders send to. What got no answer is sent again to the next one, or is given up.
fn kill_servers(site: &Site, dice: &mut Dice) -> Vec<Sender> {
    let mut senders: Vec<Sender> = (0..SENDERS).map(|number| Sender::new(number, dice.next())).collect();
    for _ in 0..KILLS {
        under_load(site, &mut senders, || std::thread::sleep(dice.within(200, 1500)));
    }
    senders
}

/// Kills a server and an import at work on the same database.
fn kill_both(site: &Site, dice: &mut Dice) -> (Vec<Parcel>, Vec<Sender>) {
    let parcels = write_file(site);
    let mut senders: Vec<Sender> = (0..SENDERS).map(|number| Sender::new(number, dice.next())).collect();
    for _ in 0..KILLS {
        under_load(site, &mut senders, || {
            let import = site.spawn(&["import", "big.csv", "--feed", "wide"]);
            std::thread::sleep(dice.within(10, 400));
            import.kill();
            std::thread::sleep(dice.within(0, 500));
        });
    }
    import_to_the_end(site);
    (parcels, senders)
}

/// Has the senders send to a server, and kills it when `until` has come to its end.
fn under_load(site: &Site, senders: &mut [Sender], until: impl FnOnce()) {
    let server = site.serve();
    let address = server.address;
    let killed = AtomicBool::new(false);
    std::thread::scope(|threads| {
        for sender in senders {
            threads.spawn(|| sender.send_until(address, &killed));
        }
        until();
        server.kill();
        std::thread::sleep(Duration::from_millis(50));
        killed.store(true, Ordering::SeqCst);
    });
}

fn write_file(site: &Site) -> Vec<Parcel> {
    let parcels: Vec<Parcel> = (0..IMPORTED).map(|n| Parcel::new(format!("FILE{n}"), n)).collect();
    site.write("big.csv", load::to_csv(&parcels, &"x".repeat(300)).as_bytes());
    parcels
}

fn import_to_the_end(site: &Site) {
    let done = site.run(&["import", text(&site.path("big.csv")), "--feed", "wide"]);
    assert_eq!(done.code, 0, "{done:?}");
    let events = done.out.lines().find(|line| line.contains("known before")).unwrap_or_default();
    println!("imported to the end: {}", events.trim());
}
