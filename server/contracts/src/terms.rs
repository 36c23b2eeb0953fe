//! A folder of contracts and calendars -> what legs are judged by.

use domain::calendar::Calendar;
use domain::terms::Terms;

use crate::calendar::calendar_from_toml;
use crate::contract::{Placed, placed_from_toml};
use crate::draft::line_of_key;
use crate::fault::Fault;
use crate::folder::{File, Folder};

/// A fault and the file that has it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FileFault {
    /// The file's name within the folder.
    pub file: String,
    /// What is wrong in it.
    #[serde(flatten)]
    pub fault: Fault,
}

impl std::fmt::Display for FileFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.file, self.fault)
    }
}

impl std::error::Error for FileFault {}

/// The terms that a folder says.
///
/// `given` are calendars that are there as well, such as [`built_in`](crate::built_in); one of them steps back where a file
/// has a calendar of the same name, in small or capital letters.
///
/// # Errors
/// Every fault of every file, by file and line, also those between files.
pub fn terms(folder: &Folder, given: Vec<Calendar>) -> Result<Terms, Vec<FileFault>> {
    let mut faults = Vec::new();
    let mut calendars: Vec<(&File, Calendar)> = Vec::new();
    for file in &folder.calendars {
        let Some(calendar) = keep(file, calendar_from_toml, &mut faults) else { continue };
        match calendars.iter().find(|(_, other)| other.name.eq_ignore_ascii_case(&calendar.name)) {
            Some((other, _)) => faults.push(twice(file, other, "give each calendar its own")),
            None => calendars.push((file, calendar)),
        }
    }
    let all_calendars = faults.is_empty();
    let mut contracts: Vec<(&File, Placed)> = Vec::new();
    for file in &folder.contracts {
        let versions = keep(file, placed_from_toml, &mut faults).unwrap_or_default();
        let name = versions.first().map(|placed| placed.contract.name.clone());
        match contracts.iter().find(|(_, other)| Some(&other.contract.name) == name.as_ref()) {
            Some((other, _)) => faults.push(twice(file, other, "write all versions of a contract in one file")),
            None => contracts.extend(versions.into_iter().map(|placed| (file, placed))),
        }
    }
    let is_new = |one: &Calendar| !calendars.iter().any(|(_, own)| own.name.eq_ignore_ascii_case(&one.name));
    let mut known: Vec<Calendar> = given.into_iter().filter(is_new).collect();
    known.extend(calendars.iter().map(|(_, calendar)| calendar.clone()));
    let judged = Terms::new(contracts.iter().map(|(_, placed)| placed.contract.clone()).collect(), known);
    let between = judged.as_ref().err().into_iter().flatten();
    // A calendar that could not be read is not missing as well.
    let between = between.filter(|fault| all_calendars || !fault.path.ends_with("_calendar"));
    faults.extend(between.map(|fault| located(fault, &calendars, &contracts)));
    if let (Ok(terms), true) = (judged, faults.is_empty()) {
        return Ok(terms);
    }
    faults.sort_by(|one, other| place(one).cmp(&place(other)));
    Err(faults)
}

/// The fault of a file that has the name of another.
fn twice(file: &File, other: &File, remedy: &str) -> FileFault {
    FileFault { file: file.name.clone(), fault: of_name(file, format!("{} has this name too: {remedy}", other.name)) }
}

/// A fault of the name in a file.
fn of_name(file: &File, message: String) -> Fault {
    let line = std::str::from_utf8(&file.bytes).ok().and_then(|text| line_of_key(text, "name"));
    Fault { path: "name".to_owned(), line, message }
}

/// What a file says, or nothing and its faults.
fn keep<T>(file: &File, read: fn(&str) -> Result<T, Vec<Fault>>, faults: &mut Vec<FileFault>) -> Option<T> {
    let text = std::str::from_utf8(&file.bytes).map_err(|error| {
        let before = file.bytes.iter().take(error.valid_up_to());
        let line = before.filter(|byte| **byte == b'\n').count() as u32 + 1;
        vec![Fault::at(line, "", "is not UTF-8: save the file as UTF-8")]
    });
    let found = match text.and_then(read) {
        Ok(read) => return Some(read),
        Err(found) => found,
    };
    faults.extend(found.into_iter().map(|fault| FileFault { file: file.name.clone(), fault }));
    None
}

fn place(fault: &FileFault) -> (&str, u32) {
    (&fault.file, fault.fault.line.unwrap_or(u32::MAX))
}

/// A fault between files, with the file, line and key that it is about.
fn located(
    fault: &domain::calendar::Fault,
    calendars: &[(&File, Calendar)],
    contracts: &[(&File, Placed)],
) -> FileFault {
    let path = |placed: &Placed| format!("contracts.{}.v{}", placed.contract.name, placed.contract.version);
    let mut message = fault.what.clone();
    for (file, placed) in contracts {
        let (line, _) = placed.here;
        message = message.replace(&format!("{} ", path(placed)), &format!("{} (line {line}) ", file.name));
    }
    let of_contract = contracts.iter().filter_map(|(file, placed)| {
        let field = fault.path.strip_prefix(&path(placed))?.strip_prefix('.')?;
        Some((file, placed, field))
    });
    // A name may begin with another name and a dot.
    if let Some((file, placed, field)) = of_contract.min_by_key(|(.., field)| field.len()) {
        let (line, path) = placed.key(key_of(field));
        return FileFault { file: file.name.clone(), fault: Fault::at(line, path, message) };
    }
    let of_calendar = |calendar: &Calendar| {
        let rest = fault.path.strip_prefix("calendars.").and_then(|rest| rest.strip_prefix(calendar.name.as_str()));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    match calendars.iter().find(|(_, calendar)| of_calendar(calendar)) {
        Some((file, _)) => FileFault { file: file.name.clone(), fault: of_name(file, message) },
        None => FileFault { file: String::new(), fault: Fault { path: fault.path.clone(), line: None, message } },
    }
}

/// The key of a file that says a field of the domain's contract.
fn key_of(field: &str) -> &str {
    let first = field.split(['.', '[']).next().unwrap_or(field);
    match (first, field.split_once('.')) {
        ("selector", Some((_, leg))) => leg,
        ("allowance", _) => "deadline",
        ("targets", _) => "target",
        ("version", _) => "number",
        _ => first,
    }
}
