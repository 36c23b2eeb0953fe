//! `courierscope calendars list`, `check`, `export` and `save`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Subcommand, ValueEnum};
use contracts::{calendar_from_toml, calendar_to_csv, calendar_to_ical};
use domain::view::utc_time;
use store::TermsKind;

use crate::clock::Clock;
use crate::config::Config;
use crate::terms::{CalendarInForce, Dates, Draft, TermsBook, TermsFault};

/// What is done with calendars.
#[derive(Debug, Subcommand)]
pub enum CalendarsCommand {
    /// List the calendars in force
    List,
    /// Say what is wrong in calendar files, with lines; nothing is stored
    Check {
        /// The files: .toml, or .csv and .ics with the dates of the calendar that --calendar names
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The calendar that dates belong to
        #[arg(long)]
        calendar: Option<String>,
    },
    /// Print a calendar
    Export {
        /// Its name
        calendar: String,
        /// How it is written
        #[arg(long = "as", value_enum, default_value = "toml")]
        form: Written,
    },
    /// Save a calendar file, which is then in force
    Save {
        /// The file: .toml, or .csv and .ics with the dates of the calendar that --calendar names
        file: PathBuf,
        /// The calendar that dates belong to
        #[arg(long)]
        calendar: Option<String>,
        /// Why it changes
        #[arg(long, default_value = "")]
        note: String,
    },
}

/// How a calendar is printed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Written {
    /// All of it
    Toml,
    /// Its dates, for spreadsheets
    Csv,
    /// Its dates, for calendar programs
    Ical,
}

/// Does what is asked.
///
/// # Errors
/// Where the database or a file fails.
pub async fn run(config: &Config, command: CalendarsCommand) -> anyhow::Result<ExitCode> {
    let store = super::open(config).await?;
    let terms = TermsBook::new(store.clone(), Clock::System);
    let done = match command {
        CalendarsCommand::List => list(&terms).await,
        CalendarsCommand::Check { files, calendar } => check(&terms, &files, calendar.as_deref()).await,
        CalendarsCommand::Export { calendar, form } => export(&terms, &calendar, form).await,
        CalendarsCommand::Save { file, calendar, note } => save(&terms, &file, calendar.as_deref(), note).await,
    };
    store.close().await;
    done
}

async fn list(terms: &TermsBook) -> anyhow::Result<ExitCode> {
    for (name, there) in terms.calendars().await? {
        let view = there.view();
        let edition = match view.saved_at {
            Some(saved_at) => format!("edition {}, saved {}", view.edition, saved_at.format("%Y-%m-%d %H:%M UTC")),
            None => "as shipped".to_owned(),
        };
        let years: Vec<String> = view.years.iter().map(ToString::to_string).collect();
        println!("  {name:<12} {:<16} {:<20} {}   {edition}", view.title, view.zone, years.join(" "));
    }
    Ok(ExitCode::SUCCESS)
}

async fn check(terms: &TermsBook, files: &[PathBuf], calendar: Option<&str>) -> anyhow::Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for file in files {
        match read(terms, file, calendar).await? {
            Ok((name, _)) => println!("{}: fine, the calendar {name}", file.display()),
            Err(faults) => {
                code = ExitCode::from(1);
                println!("{}: {faults}", file.display());
            }
        }
    }
    Ok(code)
}

async fn export(terms: &TermsBook, name: &str, form: Written) -> anyhow::Result<ExitCode> {
    let there = find(terms, name).await?;
    let text = match form {
        Written::Toml => there.text,
        Written::Csv => calendar_to_csv(&there.calendar),
        Written::Ical => calendar_to_ical(&there.calendar, utc_time(there.saved_at())),
    };
    print!("{text}");
    Ok(ExitCode::SUCCESS)
}

async fn save(terms: &TermsBook, file: &Path, calendar: Option<&str>, note: String) -> anyhow::Result<ExitCode> {
    let (name, text) = match read(terms, file, calendar).await? {
        Ok(read) => read,
        Err(faults) => {
            println!("{}: {faults}", file.display());
            return Ok(ExitCode::from(2));
        }
    };
    let draft = Draft { kind: TermsKind::Calendar, name: name.clone(), text, note, seen: None };
    match terms.save(draft).await {
        Ok(edition) => println!("Saved {name}, edition {edition}."),
        Err(fault @ TermsFault::Faults(_)) => {
            println!("{}: {fault}", file.display());
            return Ok(ExitCode::from(2));
        }
        Err(fault) => return Err(fault.into()),
    }
    Ok(ExitCode::SUCCESS)
}

/// The name and the text of a whole calendar, as a file makes it; or its faults.
async fn read(
    terms: &TermsBook,
    file: &Path,
    calendar: Option<&str>,
) -> anyhow::Result<Result<(String, String), TermsFault>> {
    let (dates, text) = written(file)?;
    let Some(dates) = dates else {
        let fault = |fault| contracts::FileFault { file: "calendar".to_owned(), fault };
        let read = calendar_from_toml(&text).map(|calendar| (calendar.name.to_string(), text));
        return Ok(read.map_err(|faults| TermsFault::Faults(faults.into_iter().map(fault).collect())));
    };
    let name = calendar.with_context(|| format!("say whose dates {} holds: --calendar NAME", file.display()))?;
    match terms.with_dates(name, dates, &text).await {
        Err(fault @ TermsFault::Faults(_)) => Ok(Err(fault)),
        done => Ok(Ok((name.to_owned(), done?))),
    }
}

async fn find(terms: &TermsBook, name: &str) -> anyhow::Result<CalendarInForce> {
    terms
        .calendar(name)
        .await?
        .with_context(|| format!("there is no calendar {name:?}; `courierscope calendars list` says which there are"))
}

/// A file's text, and by the ending of its name whether it holds dates only.
fn written(file: &Path) -> anyhow::Result<(Option<Dates>, String)> {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    let dates = match ending.as_str() {
        "toml" => None,
        "csv" => Some(Dates::Csv),
        "ics" | "ical" => Some(Dates::ICalendar),
        _ => bail!("{}: the name of a calendar file ends in .toml, .csv or .ics", file.display()),
    };
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok((dates, text))
}
