//! The dated entries of a calendar as CSV, for spreadsheets.
//!
//! The columns are `date,kind,hours,name,regions,postcodes`. Several hours, regions or postcodes in one cell have a `|`
//! between them.

use domain::Text;
use domain::calendar::{Calendar, DatedHours, Scope};

use super::days::{Entry, Kind, settle};
use crate::fault::{Fault, all_or};
use crate::{hours, words};

/// The columns, in the order in which they are written.
const COLUMNS: [&str; 6] = ["date", "kind", "hours", "name", "regions", "postcodes"];

/// Writes the dated entries of a calendar.
pub fn calendar_to_csv(calendar: &Calendar) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing into memory cannot fail.
    let _ = writer.write_record(COLUMNS);
    for day in &calendar.days {
        let hours: Vec<String> = day.hours.iter().copied().map(hours::write).collect();
        let (regions, postcodes) = (day.scope.regions.join("|"), day.scope.postcodes.join("|"));
        let date = day.date.to_string();
        let cells = [&date, Kind::of(day).word(), &hours.join("|"), day.name.as_str(), &regions, &postcodes];
        let _ = writer.write_record(cells);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// The calendar with the dated entries of a CSV in the place of its own. The columns may stand in any order; `date` and
/// `kind` must be there. Commas, semicolons and tabs may separate them.
///
/// # Errors
/// Every fault of the file, in the order of the lines; the path is the column.
pub fn calendar_with_csv(calendar: &Calendar, text: &str) -> Result<Calendar, Vec<Fault>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().delimiter(separator(text)).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| vec![unreadable(&error)])?.clone();
    let columns = Columns::find(&header)?;
    let (mut entries, mut faults) = (Vec::new(), Vec::new());
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                faults.push(unreadable(&error));
                continue;
            }
        };
        let row = Row { columns: &columns, record: &record };
        if row.is_empty() {
            continue;
        }
        match row.entry() {
            Ok(entry) => entries.push(entry),
            Err(more) => faults.extend(more),
        }
    }
    let (days, more) = settle(entries);
    faults.extend(more);
    all_or(Calendar { days, ..calendar.clone() }, faults)
}

/// The sign between two columns: the one of which the header has most.
fn separator(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |sign: &u8| header.bytes().filter(|byte| byte == sign).count();
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

fn unreadable(error: &csv::Error) -> Fault {
    let line = error.position().map(|at| at.line() as u32);
    Fault {
        path: String::new(),
        line,
        message: "this line is not CSV in UTF-8: save the table as CSV UTF-8".to_owned(),
    }
}

/// Where each column of `COLUMNS` stands.
struct Columns {
    places: [Option<usize>; 6],
    /// How many columns the file has.
    count: usize,
}

impl Columns {
    fn find(header: &csv::StringRecord) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut found = [None; 6];
        for (at, title) in header.iter().enumerate() {
            let title = title.trim().to_lowercase();
            match COLUMNS.iter().position(|column| *column == title) {
                Some(column) if found[column].is_none() => found[column] = Some(at),
                Some(_) => faults.push(Fault::at(1, title, "is there twice: keep one of the two columns")),
                None => {
                    let message = format!("is not a column: the columns are {}", COLUMNS.join(", "));
                    faults.push(Fault::at(1, title, message));
                }
            }
        }
        for (column, at) in COLUMNS.iter().zip(found).take(2) {
            if at.is_none() {
                faults.push(Fault::at(1, *column, "is missing: add the column, with its name in the first line"));
            }
        }
        all_or(Self { places: found, count: header.len() }, faults)
    }
}

/// A line of the file.
struct Row<'a> {
    columns: &'a Columns,
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    fn is_empty(&self) -> bool {
        self.record.iter().all(|cell| cell.trim().is_empty())
    }

    fn entry(&self) -> Result<Entry, Vec<Fault>> {
        let line = self.record.position().map_or(1, |at| at.line() as u32);
        let mut faults = Vec::new();
        let mut note = |column: &str, message: String| faults.push(Fault::at(line, column, message));
        let date = words::date(self.cell(0)).map_err(|message| note("date", message)).unwrap_or_default();
        let kind = match self.cell(1).to_lowercase().as_str() {
            "closed" => Kind::Closed,
            "open" => Kind::Open,
            other => {
                note("kind", format!("{other:?} is not a kind: write closed or open"));
                Kind::Closed
            }
        };
        let mut hours = Vec::new();
        for text in self.list(2) {
            hours::read(text).map(|read| hours.push(read)).unwrap_or_else(|message| note("hours", message));
        }
        match kind {
            Kind::Closed if !self.cell(2).is_empty() => {
                note("hours", "a closed day has no hours: leave the cell empty, or write open".to_owned());
            }
            Kind::Open if self.cell(2).is_empty() => note("hours", "is empty: write 08:00-18:00".to_owned()),
            _ if !hours::in_order(&hours) => {
                note("hours", "overlap or are out of order: write the earlier hours first".to_owned());
            }
            _ => {}
        }
        for (column, at) in COLUMNS.iter().zip(0..).skip(3) {
            words::line(self.cell(at)).unwrap_or_else(|message| note(column, message));
        }
        let texts = |at| self.list(at).map(Text::from).collect();
        let (name, scope) = (self.cell(3).into(), Scope { regions: texts(4), postcodes: texts(5) });
        if self.record.iter().skip(self.columns.count).any(|cell| !cell.trim().is_empty()) {
            note("", "has more cells than the first line: put a text with a comma in it in quotes".to_owned());
        }
        let day = DatedHours { date, scope, hours, name };
        all_or(Entry { line, path: "date".to_owned(), kind, day }, faults)
    }

    /// The cell of a column of `COLUMNS`, without white space around it.
    fn cell(&self, column: usize) -> &str {
        let at = self.columns.places.get(column).copied().flatten();
        at.and_then(|at| self.record.get(at)).unwrap_or_default().trim()
    }

    /// The texts of a cell that are not empty.
    fn list(&self, column: usize) -> impl Iterator<Item = &str> {
        self.cell(column).split('|').map(str::trim).filter(|text| !text.is_empty())
    }
}
