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

/// The text with a date: closed where no hours are typed. It takes the place of what was said of this date and place.
pub fn calendar_with_day(text: &str, fields: &Fields) -> Option<String> {
    let mut document: DocumentMut = calendar_without_day(text, fields)?.parse().ok()?;
    let kind = if fields.get("hours").trim().is_empty() { "closed" } else { "open" };
    let mut day = Table::new();
    write(&mut day, "", &DAY, fields);
    let days = document.entry(kind).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    days.as_array_of_tables_mut()?.push(day);
    Some(document.to_string())
}

/// The text without what it says of a date and place.
pub fn calendar_without_day(text: &str, fields: &Fields) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let place_of = |fields: &Fields| {
        ["date", "regions", "postcodes"].map(|key| {
            let mut texts: Vec<String> = fields.get(key).split(',').map(|text| text.trim().to_lowercase()).collect();
            texts.sort();
            texts
        })
    };
    let meant = place_of(fields);
    for kind in ["closed", "open"] {
        let Some(item) = document.get_mut(kind) else { continue };
        item.as_array_of_tables_mut()?.retain(|day| {
            let mut fields = Fields::default();
            read(day, "", &DAY, &mut fields);
            place_of(&fields) != meant
        });
        if document.get(kind).is_some_and(|days| days.as_array_of_tables().is_some_and(ArrayOfTables::is_empty)) {
            document.remove(kind);
        }
    }
    Some(document.to_string())
}
