//! `courierscope contracts list`, `check`, `export` and `save`

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use chrono::NaiveDate;
use clap::Subcommand;
use contracts::{File, FileFault, Folder, built_in, contract_from_toml, deadline_in_words};
use domain::kpi::KpiRow;
use domain::rate::Rate;
use store::{Store, TermsKind};

use super::terminal::parcels_bar;
use crate::backend::Courierscope;
use crate::clock::Clock;
use crate::config::Config;
use crate::feeds::Feeds;
use crate::pipeline::{self, Figures};
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
    /// Say what a contract file would have made of a period; nothing is saved
    Preview {
        /// The file
        file: PathBuf,
        /// First day of the deadlines, inclusive
        #[arg(long, value_name = "DATE")]
        from: NaiveDate,
        /// Last day of the deadlines, inclusive
        #[arg(long, value_name = "DATE")]
        to: NaiveDate,
    },
    /// Recalculate the figures by the contracts and calendars as they were saved; a running server does so by itself
    Apply,
    /// Save contract files, which are then in force
    Save {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
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
        ContractsCommand::Save { files, note } => save(&terms, &files, &note).await,
        ContractsCommand::Apply => apply(&store).await,
        ContractsCommand::Preview { file, from, to } => preview(config, &store, &file, (from, to)).await,
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

async fn preview(
    config: &Config,
    store: &Store,
    file: &Path,
    days: (NaiveDate, NaiveDate),
) -> anyhow::Result<ExitCode> {
    let (name, text) = match read(file)? {
        Ok(read) => read,
        Err(code) => return Ok(code),
    };
    let figures = Arc::new(Figures::load(store).await?);
    let courierscope = Courierscope::new(store.clone(), Clock::System, figures, Arc::new(Feeds::of(config)), config);
    let preview = match courierscope.preview_by(&name, &text, days).await {
        Ok(preview) => preview,
        Err(TermsFault::Faults(faults)) => return Ok(told(&faults, 2)),
        Err(fault) => return Err(fault.into()),
    };
    let percent = |rate: &Rate| rate.rate.map_or_else(|| "-".to_owned(), |rate| format!("{:.1} %", rate * 100.0));
    println!("{:<32}{:>14}{:>14}", "", "as saved", "by this file");
    let line = |label: &str, of: &dyn Fn(&KpiRow) -> String| {
        println!("{label:<32}{:>14}{:>14}", of(&preview.before), of(&preview.after));
    };
    line("On time, contract", &|row| percent(&row.kpis.on_time_contract));
    line("On time, claimed", &|row| percent(&row.kpis.on_time_contract_claimed));
    line("On time, raw", &|row| percent(&row.kpis.on_time_contract_raw));
    line("Legs judged", &|row| row.kpis.on_time_contract.total.to_string());
    line("Late", &|row| row.legs.late.to_string());
    println!("{} legs would have another verdict.", preview.changed);
    for one in &preview.listed {
        println!(
            "{}: {} -> {}\n    {}\n    {}",
            one.number, one.before, one.after, one.verdict_before, one.verdict_after
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// A contract file with the name that it says, or what is wrong with it.
fn read(file: &Path) -> anyhow::Result<Result<(String, String), ExitCode>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(match contract_from_toml(&text) {
        Ok(versions) => {
            Ok((versions.into_iter().next().map(|version| version.name.to_string()).unwrap_or_default(), text))
        }
        Err(faults) => {
            let file = file.display().to_string();
            let faults: Vec<_> = faults.into_iter().map(|fault| FileFault { file: file.clone(), fault }).collect();
            Err(told(&faults, 2))
        }
    })
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

/// Saves files, one after the other; those before one that cannot be meant stay saved.
async fn save(terms: &TermsBook, files: &[PathBuf], note: &str) -> anyhow::Result<ExitCode> {
    for file in files {
        let (name, text) = match read(file)? {
            Ok(read) => read,
            Err(code) => return Ok(code),
        };
        let draft = Draft { kind: TermsKind::Contract, name: name.clone(), text, note: note.to_owned(), seen: None };
        match terms.save(draft).await {
            Ok(edition) => println!("Saved {name}, edition {edition}."),
            Err(TermsFault::Faults(faults)) => return Ok(told(&faults, 2)),
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn told(faults: &[FileFault], code: u8) -> ExitCode {
    faults.iter().for_each(|fault| println!("{fault}"));
    ExitCode::from(code)
}
