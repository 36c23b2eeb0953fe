//! iCalendar -> dated entries.

use domain::calendar::Calendar;
use icalendar::parser::{Component, read_components, unfold};

use super::event::Found;
use crate::calendar::days::settle;
use crate::fault::{Fault, all_or};

/// How deep one component may stand in another. Real files need three.
const DEEPEST: usize = 8;

/// The calendar with the events of an iCalendar file in the place of its dated entries. Tasks, alarms and cancelled events
/// are left out.
///
/// # Errors
/// Every fault of the file, in the order of the lines; the line is where the event begins, the path is its property.
pub fn calendar_with_ical(calendar: &Calendar, text: &str) -> Result<Calendar, Vec<Fault>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    shallow(text)?;
    let unfolded = unfold(text);
    let roots = read_components(&unfolded).map_err(|error| vec![unreadable(text, &error)])?;
    let events = roots.iter().filter(|root| is(root, "VCALENDAR")).flat_map(|root| &root.components);
    let mut lines = begins(text);
    let (mut entries, mut faults, mut count) = (Vec::new(), Vec::new(), 0);
    for component in events.filter(|component| is(component, "VEVENT")) {
        count += 1;
        let found = Found { line: lines.next().unwrap_or(1), component, zone: &calendar.zone };
        match found.entries() {
            Ok(more) => entries.extend(more),
            Err(more) => faults.extend(more),
        }
    }
    if count == 0 {
        faults.push(Fault::whole("has no event: export the calendar as iCalendar (.ics) and send that file"));
    }
    let (days, more) = settle(entries);
    faults.extend(more);
    all_or(Calendar { days, ..calendar.clone() }, faults)
}

fn is(component: &Component<'_>, name: &str) -> bool {
    component.name.as_str().eq_ignore_ascii_case(name)
}

/// The lines on which events begin.
fn begins(text: &str) -> impl Iterator<Item = u32> {
    let lines = text.lines().zip(1..);
    lines.filter(|(line, _)| line.trim_end().eq_ignore_ascii_case("BEGIN:VEVENT")).map(|(_, number)| number)
}

/// Refuses components in components without end: what reads them goes as deep as they do.
fn shallow(text: &str) -> Result<(), Vec<Fault>> {
    let starts = |line: &str, word: &str| line.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    let mut depth = 0_usize;
    for (line, number) in text.lines().zip(1..) {
        if starts(line, "BEGIN:") {
            depth += 1;
        } else if starts(line, "END:") {
            depth = depth.saturating_sub(1);
        }
        if depth > DEEPEST {
            let message = format!("more than {DEEPEST} components stand in one another: close each with END");
            return Err(vec![Fault::at(number, "", message)]);
        }
    }
    Ok(())
}

/// The fault of a file that the library cannot read. It tells the line of the unfolded text.
fn unreadable(text: &str, error: &str) -> Fault {
    let said = error.split_once("at line ").map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect());
    let unfolded: Option<usize> = said.and_then(|digits: String| digits.parse().ok());
    // A line that begins with white space continues the one before it.
    let mut begins = text.lines().zip(1..).filter(|(line, _)| !line.starts_with([' ', '\t']));
    let line = unfolded.and_then(|number| begins.nth(number.saturating_sub(1))).map(|(_, number)| number);
    let message = "this is not iCalendar: write one calendar, each line as NAME:value, and END for each BEGIN";
    Fault { path: String::new(), line, message: message.to_owned() }
}
