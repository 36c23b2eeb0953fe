//! `courierscope contracts list`, `check`, `export` and `save`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use contracts::{File, FileFault, Folder, built_in, contract_from_toml, deadline_in_words};
use store::{Store, TermsKind};

use super::terminal::parcels_bar;
use crate::clock::Clock;
use crate::config::Config;
use crate::pipeline;
use crate::terms::{Draft, TermsBook, TermsFault};

/// What is done with contracts.
#[derive(Debug, Subcommand)]
pub enum ContractsCommand {
    /// List the contracts in force
    List,
    /// Say what is wrong in contracts and calendars, with files and lines; nothing is stored
    Check {
        /// A folder with contracts/*.toml and calendars/*.toml, or contract files
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Print a contract
    Export {
        /// Its name
        contract: String,
    },
    /// Recalculate the figures by the contracts and calendars as they were saved; a running server does so by itself
    Apply,
    /// Save a contract file, which is then in force
    Save {
        /// The file
        file: PathBuf,
        /// Why
        #[arg(long, default_value = "")]
        note: String,
    },
}

/// Does what is asked.
///
/// # Errors
/// Where the database or a file fails.
pub async fn run(config: &Config, command: ContractsCommand) -> anyhow::Result<ExitCode> {
    if let ContractsCommand::Check { paths } = command {
        return check(&paths);
    }
    let store = super::open(config).await?;
    let terms = TermsBook::new(store.clone(), Clock::System);
    let done = match command {
        ContractsCommand::Export { contract } => export(&terms, &contract).await,
        ContractsCommand::Save { file, note } => save(&terms, &file, note).await,
        ContractsCommand::Apply => apply(&store).await,
        _ => list(&terms).await,
    };
    store.close().await;
    done
}

async fn list(terms: &TermsBook) -> anyhow::Result<ExitCode> {
    let all = terms.contracts().await?;
    if all.is_empty() {
        println!("There is no contract yet. `courierscope contracts save FILE` saves one.");
    }
    for there in all {
        let view = there.view(terms.today());
        let deadline = view.current().map(|version| version.deadline.clone()).unwrap_or_default();
        println!("  {:<20} {:<20} {:<28} {deadline}", view.name, view.courier, view.about);
    }
    Ok(ExitCode::SUCCESS)
}

/// Checks a folder, or files, against the calendars that ship and those of the folder.
fn check(paths: &[PathBuf]) -> anyhow::Result<ExitCode> {
    let mut folder = Folder::default();
    for path in paths {
        let unread = || format!("{} cannot be read", path.display());
        if path.is_dir() {
            let found = Folder::read(path).with_context(unread)?;
            folder.calendars.extend(found.calendars);
            folder.contracts.extend(found.contracts);
        } else {
            let bytes = std::fs::read(path).with_context(unread)?;
            folder.contracts.push(File { name: path.display().to_string(), bytes });
        }
    }
    match contracts::terms(&folder, built_in()) {
        Ok(terms) => {
            for contract in terms.contracts() {
                let deadline = deadline_in_words(contract.allowance);
                println!("{} version {}, from {}: {deadline}", contract.name, contract.version, contract.from);
            }
            println!("All is fine: {} contracts, {} calendars.", folder.contracts.len(), folder.calendars.len());
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => Ok(told(&faults, 1)),
    }
}

async fn apply(store: &Store) -> anyhow::Result<ExitCode> {
    pipeline::apply_latest(store).await?;
    let bar = parcels_bar();
    let done = pipeline::judge_all_anew(store, Clock::System.now(), |standing| {
        bar.set_length((standing.next_parcel - 1).unsigned_abs());
        bar.set_position(standing.next.map_or(standing.next_parcel - 1, |next| next.upto).unsigned_abs());
    })
    .await?;
    bar.finish_and_clear();
    println!(
        "{}",
        if done { "The figures follow the contracts and calendars now." } else { "The figures follow them already." }
    );
    Ok(ExitCode::SUCCESS)
}

async fn export(terms: &TermsBook, name: &str) -> anyhow::Result<ExitCode> {
    let there = terms.contract(name).await?;
    let there = there.with_context(|| {
        format!("there is no contract {name:?}; `courierscope contracts list` says which there are")
    })?;
    print!("{}", there.text);
    Ok(ExitCode::SUCCESS)
}

async fn save(terms: &TermsBook, file: &Path, note: String) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let name = match contract_from_toml(&text) {
        Ok(versions) => versions.into_iter().next().map(|version| version.name.to_string()).unwrap_or_default(),
        Err(faults) => {
            let file = file.display().to_string();
            let faults: Vec<_> = faults.into_iter().map(|fault| FileFault { file: file.clone(), fault }).collect();
            return Ok(told(&faults, 2));
        }
    };
    match terms.save(Draft { kind: TermsKind::Contract, name: name.clone(), text, note, seen: None }).await {
        Ok(edition) => println!("Saved {name}, edition {edition}."),
        Err(TermsFault::Faults(faults)) => return Ok(told(&faults, 2)),
        Err(fault) => return Err(fault.into()),
    }
    Ok(ExitCode::SUCCESS)
}

fn told(faults: &[FileFault], code: u8) -> ExitCode {
    faults.iter().for_each(|fault| println!("{fault}"));
    ExitCode::from(code)
}
