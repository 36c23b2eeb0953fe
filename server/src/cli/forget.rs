//! `courierscope forget`

use std::process::ExitCode;

use indicatif::ProgressBar;
use store::Store;

use crate::clock::Clock;
use crate::config::Config;
use crate::pipeline::{self, Kept};

const REMAINS: &str = "\
What remains: the figures, as they are; when and by which feed each body came, how many rows it had, and its hash; the \
hash of each number, so that what is told of it later counts no second time. Other parcels in the same bodies stay. What \
a feed sends of it again is received again. Backups, and files that were imported or wait to be, are not reached from here.";

/// Says what is kept about a number, and erases it if that was confirmed.
///
/// # Errors
/// Where the database fails; asking again goes on where it stopped.
pub async fn forget(config: &Config, number: &str, is_confirmed: bool) -> anyhow::Result<ExitCode> {
    let store = super::open(config).await?;
    let now = Clock::System.now();
    let spinner = ProgressBar::new_spinner();
    spinner.set_message("looking through everything that feeds have sent");
    spinner.tick();
    let kept = pipeline::look_for(&store, number, now).await?;
    spinner.finish_and_clear();
    if kept.is_empty() {
        println!("Nothing is known of {number}.");
        if is_confirmed {
            // It may have been erased by a command that was stopped before it had done this.
            scrub(&store).await?;
        }
        store.close().await;
        return Ok(ExitCode::from(2));
    }
    print(&kept);
    let code = if is_confirmed {
        pipeline::forget(&store, number, now, kept).await?;
        println!("Erased.");
        scrub(&store).await?
    } else {
        println!("Nothing has been erased. With --yes it is, and cannot be brought back.");
        ExitCode::SUCCESS
    };
    println!("{REMAINS}");
    store.close().await;
    Ok(code)
}

/// Takes the remains of what was erased out of the database's files.
async fn scrub(store: &Store) -> anyhow::Result<ExitCode> {
    if store.scrub().await? {
        return Ok(ExitCode::SUCCESS);
    }
    println!("The write-ahead log may still hold it until the server is stopped: others read from the database.");
    Ok(ExitCode::from(1))
}

fn print(kept: &Kept) {
    println!("Parcels:");
    kept.parcels.iter().for_each(|parcel| println!("  {parcel}"));
    println!("Numbers and references:");
    kept.names.iter().for_each(|name| println!("  {name}"));
    println!("Bodies and pieces of files that mention them, whose bytes go whole:");
    kept.bodies.iter().for_each(|body| println!("  {body}"));
    for feed in &kept.on_probation {
        println!("The feed {feed} is on probation: switch it on first, with `courierscope feeds switch-on {feed}`.");
    }
}
