//! The commands.

mod backup;
mod calendars;
mod contracts;
mod demo;
mod feeds;
mod forget;
mod import;
mod migrate;
mod replay;
mod serve;
mod terminal;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{CommandFactory, Parser, Subcommand};
use store::Store;

pub use demo::load;
pub use serve::{CLOSE_WITHIN, Running, start};

use crate::config::{Config, Flags};

/// Watches whether couriers keep the delivery promises they signed.
///
/// Delivery events of all couriers go in as files (`import`) or over HTTP (`serve`); KPIs per courier come out in the
/// browser and over a REST API.
#[derive(Debug, Parser)]
#[command(name = "courierscope", version, after_help = AFTER_HELP)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    flags: Flags,
    /// Print every setting as it is in force, in the form of a settings file, and stop
    #[arg(long, global = true)]
    print_config: bool,
}

const AFTER_HELP: &str = "\
Settings come from defaults, then courierscope.toml, then COURIERSCOPE__* (as in COURIERSCOPE__LISTEN=127.0.0.1:9000), \
then flags.

Examples:
  courierscope serve --demo                pages on http://127.0.0.1:8080, with an invented network
  courierscope feeds check parcels.csv --feed shop    how the first rows would be understood
  courierscope import parcels.csv --feed shop         take a file in
";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the pages and the REST API
    Serve {
        /// Fill an empty database with an invented network of so many parcels that ends today
        #[arg(long, value_name = "PARCELS", num_args = 0..=1, default_missing_value = "200000")]
        demo: Option<u32>,
    },
    /// Take files in. Safe to interrupt and to repeat: nothing counts twice
    ///
    /// Ends with 0 if every row was taken, 1 if some were rejected, 2 if nothing could be done.
    Import(import::Arguments),
    /// Invent a network of couriers and load it, or write it to a file; the same arguments give the same bytes
    Demo(demo::Arguments),
    /// Derive everything again from what the feeds have sent
    Replay {
        /// Read history by the feed definitions as they are now, not as they were
        #[arg(long)]
        current_feeds: bool,
    },
    /// Write the database and the feed definitions into one file; a server may be at work meanwhile
    Backup {
        /// The file to write
        file: PathBuf,
    },
    /// Make a database of a backup, where there is none yet
    Restore {
        /// The file that `backup` wrote
        file: PathBuf,
    },
    /// Erase what is personal about a parcel; the figures stay
    Forget {
        /// A tracking number or reference of the parcel
        number: String,
        /// Erase it; without, it is only said what is kept
        #[arg(long)]
        yes: bool,
    },
    /// Bring the database to the schema of this program; `serve` and `import` do so by themselves
    Migrate,
    /// Look at feed definitions
    Feeds {
        #[command(subcommand)]
        command: FeedsCommand,
    },
    /// What couriers have signed
    Contracts {
        #[command(subcommand)]
        command: contracts::ContractsCommand,
    },
    /// Working days, hours and holidays by which deadlines are counted
    Calendars {
        #[command(subcommand)]
        command: calendars::CalendarsCommand,
    },
}

#[derive(Debug, Subcommand)]
enum FeedsCommand {
    /// List the feeds and what is wrong with their definitions
    List,
    /// Show how the first rows of a file would be understood; nothing is stored
    Check {
        /// The file
        file: PathBuf,
        /// The feed; may be left out where there is one definition only
        #[arg(long)]
        feed: Option<String>,
        /// How many rows
        #[arg(long, default_value_t = 5)]
        rows: usize,
    },
    /// Have a feed counted that is on probation, with all that it has brought
    SwitchOn {
        /// The feed
        feed: String,
    },
}

/// Runs the command line's command. The code is 0 for done, 1 for done in part, 2 for not done.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match dispatch(arguments) {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("courierscope: {fault:#}");
            ExitCode::from(2)
        }
    }
}

fn dispatch(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let config = Config::read(&arguments.flags)?;
    if arguments.print_config {
        print!("{}", config.to_toml()?);
        return Ok(ExitCode::SUCCESS);
    }
    crate::log::start(config.log_format);
    let Some(command) = arguments.command else {
        Arguments::command().print_help()?;
        return Ok(ExitCode::from(2));
    };
    let runtime = tokio::runtime::Runtime::new().context("the system gives no threads")?;
    let done = runtime.block_on(async {
        match command {
            Command::Serve { demo } => serve::serve(&config, demo).await,
            Command::Demo(arguments) => demo::demo(&config, &arguments).await,
            Command::Import(arguments) => import::import(&config, &arguments).await,
            Command::Replay { current_feeds } => replay::replay(&config, current_feeds).await,
            Command::Backup { file } => backup::backup(&config, &file).await,
            Command::Restore { file } => backup::restore(&config, &file).await,
            Command::Forget { number, yes } => forget::forget(&config, &number, yes).await,
            Command::Migrate => migrate::migrate(&config).await,
            Command::Contracts { command } => contracts::run(&config, command).await,
            Command::Calendars { command } => calendars::run(&config, command).await,
            Command::Feeds { command: FeedsCommand::List } => feeds::list(&config),
            Command::Feeds { command: FeedsCommand::Check { file, feed, rows } } => {
                feeds::check(&config, &file, feed.as_deref(), rows)
            }
            Command::Feeds { command: FeedsCommand::SwitchOn { feed } } => feeds::switch_on(&config, &feed).await,
        }
    });
    // What still computes an answer that nobody waits for does not keep the program.
    runtime.shutdown_timeout(Duration::from_secs(1));
    done
}

/// Opens the database and brings it to this program's schema.
async fn open(config: &Config) -> anyhow::Result<Store> {
    let store = connect(config).await?;
    bring_up(&store, config).await?;
    Ok(store)
}

/// Opens the database as it is.
async fn connect(config: &Config) -> anyhow::Result<Store> {
    let place = without_password(&config.database_url);
    Store::open(&config.database_url).await.with_context(|| {
        format!("the database {place} cannot be opened; check that its folder exists and can be written, or give --database-url")
    })
}

/// Brings the database to this program's schema; how many migrations were applied.
async fn bring_up(store: &Store, config: &Config) -> anyhow::Result<usize> {
    let place = without_password(&config.database_url);
    store.migrate().await.with_context(|| format!("the database {place} cannot be used"))
}

/// A database address that may be shown.
fn without_password(address: &str) -> String {
    match address.split_once("://").zip(address.rsplit_once('@')) {
        Some(((scheme, credentials), (_, host))) => {
            let user = credentials.split([':', '@']).next().unwrap_or_default();
            format!("{scheme}://{user}@{host}")
        }
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(without_password("postgres://cs:secret@db:5432/cs"), "postgres://cs@db:5432/cs");
        assert_eq!(without_password("sqlite:main.db"), "sqlite:main.db");
    }

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
