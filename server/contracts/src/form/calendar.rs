//! The forms of a calendar: its usual hours, and its dates.

use domain::fields::Fields;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table};

use super::{Form, Key, read, write};

const WHOLE: [Key; 5] = [
    ("name", Form::Text, ""),
    ("title", Form::Text, ""),
    ("country", Form::Text, ""),
    ("zone", Form::Text, ""),
    ("cut_off", Form::Text, ""),
];

const WEEK: [Key; 7] = [
    ("monday", Form::Joined, ""),
    ("tuesday", Form::Joined, ""),
    ("wednesday", Form::Joined, ""),
    ("thursday", Form::Joined, ""),
    ("friday", Form::Joined, ""),
    ("saturday", Form::Joined, ""),
    ("sunday", Form::Joined, ""),
];

const DAY: [Key; 5] = [
    ("date", Form::Bare, ""),
    ("name", Form::Text, ""),
    ("hours", Form::Joined, ""),
    ("regions", Form::Joined, ""),
    ("postcodes", Form::Joined, ""),
];

/// The text with what the form of the usual hours says; of an empty text, a new calendar.
pub fn calendar_with_fields(text: &str, fields: &Fields) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    write(document.as_table_mut(), "", &WHOLE, fields);
    let week = document.entry("week").or_insert_with(|| Item::Table(Table::new()));
    write(week.as_table_like_mut()?, "week.", &WEEK, fields);
    Some(document.to_string())
}

/// The text with a date: closed where no hours are typed. It takes the place of what was said of this date and place, of
/// which remarks stay.
pub fn calendar_with_day(text: &str, fields: &Fields) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let mut day = take_day(&mut document, fields)?.unwrap_or_default();
    write(&mut day, "", &DAY, fields);
    let kind = if fields.get("hours").trim().is_empty() { "closed" } else { "open" };
    let days = document.entry(kind).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    days.as_array_of_tables_mut()?.push(day);
    Some(document.to_string())
}

/// The text without what it says of a date and place.
pub fn calendar_without_day(text: &str, fields: &Fields) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    take_day(&mut document, fields)?;
    Some(document.to_string())
}

/// Takes out what is said of a date and place. None where the dates are written as something else than headed tables.
fn take_day(document: &mut DocumentMut, fields: &Fields) -> Option<Option<Table>> {
    let meant = place_of(fields);
    let mut taken = None;
    for kind in ["closed", "open"] {
        let Some(item) = document.get_mut(kind) else { continue };
        let days = item.as_array_of_tables_mut()?;
        days.retain(|day| {
            let mut said = Fields::default();
            read(day, "", &DAY, &mut said);
            let stays = place_of(&said) != meant;
            if !stays {
                taken = Some(day.clone());
            }
            stays
        });
        if days.is_empty() {
            document.remove(kind);
        }
    }
    Some(taken)
}

/// The date, and where it holds, however that is written.
fn place_of(fields: &Fields) -> [Vec<String>; 3] {
    ["date", "regions", "postcodes"].map(|key| {
        let mut texts: Vec<String> = fields.get(key).split(',').map(|text| text.trim().to_lowercase()).collect();
        texts.sort();
        texts
    })
}
