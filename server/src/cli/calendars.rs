//! `courierscope calendars list`, `check`, `export` and `save`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Subcommand, ValueEnum};
use contracts::{calendar_from_toml, calendar_to_csv, calendar_to_ical, calendar_to_toml, calendar_with_csv, calendar_with_ical};
use domain::calendar::Calendar;
use domain::view::utc_time;

use crate::calendars::{CalendarFault, Calendars, Draft, Form};
use crate::clock::Clock;
use crate::config::Config;

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
    let calendars = Calendars::new(store.clone(), Clock::System);
    let done = match command {
        CalendarsCommand::List => list(&calendars).await,
        CalendarsCommand::Check { files, calendar } => check(&calendars, &files, calendar.as_deref()).await,
        CalendarsCommand::Export { calendar, form } => export(&calendars, &calendar, form).await,
        CalendarsCommand::Save { file, calendar, note } => save(&calendars, &file, calendar.as_deref(), note).await,
    };
    store.close().await;
    done
}

async fn list(calendars: &Calendars) -> anyhow::Result<ExitCode> {
    for (name, there) in calendars.all().await? {
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

async fn check(calendars: &Calendars, files: &[PathBuf], calendar: Option<&str>) -> anyhow::Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for file in files {
        match read(calendars, file, calendar).await? {
            Ok(read) => println!("{}: fine, {} dates of {}", file.display(), read.days.len(), read.name),
            Err(faults) => {
                code = ExitCode::from(1);
                faults.iter().for_each(|fault| println!("{}: {fault}", file.display()));
            }
        }
    }
    Ok(code)
}

async fn export(calendars: &Calendars, name: &str, form: Written) -> anyhow::Result<ExitCode> {
    let there = find(calendars, name).await?;
    let text = match form {
        Written::Toml => calendar_to_toml(&there.calendar),
        Written::Csv => calendar_to_csv(&there.calendar),
        Written::Ical => calendar_to_ical(&there.calendar, utc_time(there.saved_at())),
    };
    print!("{text}");
    Ok(ExitCode::SUCCESS)
}

async fn save(calendars: &Calendars, file: &Path, calendar: Option<&str>, note: String) -> anyhow::Result<ExitCode> {
    let (form, text) = written(file)?;
    let name = match (calendar, form) {
        (Some(name), _) => name.to_owned(),
        (None, Form::Toml) => match calendar_from_toml(&text) {
            Ok(calendar) => calendar.name.to_string(),
            Err(faults) => return Ok(told(file, &faults)),
        },
        (None, _) => bail!("say whose dates these are: --calendar NAME"),
    };
    match calendars.save(Draft { name: name.clone(), form, text, note, seen: None }).await {
        Ok(edition) => println!("Saved {name}, edition {edition}."),
        Err(CalendarFault::Faults(faults)) => return Ok(told(file, &faults)),
        Err(fault) => return Err(fault.into()),
    }
    Ok(ExitCode::SUCCESS)
}

fn told(file: &Path, faults: &[contracts::Fault]) -> ExitCode {
    faults.iter().for_each(|fault| println!("{}: {fault}", file.display()));
    ExitCode::from(2)
}

/// A calendar file, read.
async fn read(
    calendars: &Calendars,
    file: &Path,
    calendar: Option<&str>,
) -> anyhow::Result<Result<Calendar, Vec<contracts::Fault>>> {
    let (form, text) = written(file)?;
    let Some(name) = calendar.filter(|_| form != Form::Toml) else {
        if form == Form::Toml {
            return Ok(calendar_from_toml(&text));
        }
        bail!("say whose dates {} holds: --calendar NAME", file.display());
    };
    let there = find(calendars, name).await?;
    Ok(match form {
        Form::Csv => calendar_with_csv(&there.calendar, &text),
        _ => calendar_with_ical(&there.calendar, &text),
    })
}

async fn find(calendars: &Calendars, name: &str) -> anyhow::Result<crate::calendars::InForce> {
    calendars.find(name).await?.with_context(|| {
        format!("there is no calendar {name:?}; `courierscope calendars list` says which there are")
    })
}

/// A file's text, and how it is written by the ending of its name.
fn written(file: &Path) -> anyhow::Result<(Form, String)> {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    let form = match ending.as_str() {
        "toml" => Form::Toml,
        "csv" => Form::Csv,
        "ics" | "ical" => Form::ICalendar,
        _ => bail!("{}: the name of a calendar file ends in .toml, .csv or .ics", file.display()),
    };
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok((form, text))
}
