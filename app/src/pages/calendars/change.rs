//! How a calendar is changed: a date of it, its usual hours, or all of its text.

use domain::glance::{CalendarView, CalendarYear, DatedView};
use leptos::prelude::*;

use crate::link;
use crate::query::{Query, encode};

const WEEKDAYS: [(&str, &str); 7] = [
    ("week.monday", "Monday"),
    ("week.tuesday", "Tuesday"),
    ("week.wednesday", "Wednesday"),
    ("week.thursday", "Thursday"),
    ("week.friday", "Friday"),
    ("week.saturday", "Saturday"),
    ("week.sunday", "Sunday"),
];

/// Hours from and to, any number of them with commas between.
const HOURS: &str = r"\s*\d{1,2}:\d\d-\d{1,2}:\d\d(\s*,\s*\d{1,2}:\d\d-\d{1,2}:\d\d)*\s*";

/// The page with the form of a date filled in. None for one of a place with a comma in its name, which the form would take
/// for two.
pub fn of_date(calendar: &str, year: i32, dated: &DatedView) -> Option<String> {
    if dated.regions.iter().chain(&dated.postcodes).any(|place| place.contains(',')) {
        return None;
    }
    let day = &dated.day;
    let said = [
        ("date", day.date.to_string()),
        ("hours", day.hours.clone()),
        ("name", day.name.clone()),
        ("regions", dated.regions.join(", ")),
        ("postcodes", dated.postcodes.join(", ")),
    ];
    let query = Query::default().with("year", &year.to_string());
    let query =
        said.iter().filter(|(_, text)| !text.is_empty()).fold(query, |query, (name, text)| query.with(name, text));
    Some(format!("{}#date-form", query.href(&link::calendar(calendar))))
}

/// The forms.
pub fn forms(year: &CalendarYear, asked: &Query) -> AnyView {
    view! { {date(&year.calendar, asked)} {usual(&year.calendar)} {text(&year.calendar)} }.into_any()
}

/// The form of a new calendar.
pub fn new_calendar() -> AnyView {
    view! {
        <section class="block advice">
            <h2>"Add a calendar"</h2>
            <p>"For a country that has none, or for a courier whose week is another. Its dates are added on its page."</p>
            <form class="version" method="post" action="/calendars">
                <fieldset>
                    <legend>"What it is"</legend>
                    {line("name", "Name, as contracts call it", "", "", true)} {line("title", "What people call it", "", "", true)}
                    {line("country", "Country, two letters", "", "[A-Z]{2}", true)} {line("zone", "Time zone, as Europe/Madrid", "", "", true)}
                    {line("cut_off", "Cut-off", "", r"\d{1,2}:\d\d", false)}
                </fieldset>
                {week(&["08:00-18:00", "08:00-18:00", "08:00-18:00", "08:00-18:00", "08:00-18:00", "", ""])}
                {why()}
                <button>"Save"</button>
            </form>
        </section>
    }
    .into_any()
}

fn date(calendar: &CalendarView, asked: &Query) -> AnyView {
    let said = |name: &str| asked.get(name).unwrap_or_default().to_owned();
    let (day, hours, name) = (said("date"), said("hours"), said("name"));
    let (regions, postcodes) = (said("regions"), said("postcodes"));
    view! {
        <section class="block advice" id="date-form">
            <h2>"A date"</h2>
            <p>"Closed where no hours are given; for the whole country where no region and no postcode is. It takes the place of \
                what the calendar says of this date there."</p>
            <form class="version" method="post" action=link::calendar(&calendar.name)>
                {edition(calendar)}
                <fieldset>
                    <div class="field"><label for="date">"Date"</label> <input id="date" type="date" name="date" value=day required /></div>
                    {line("hours", "Hours", &hours, HOURS, false)} {line("name", "Name", &name, "", false)}
                    {line("regions", "Regions, with commas between", &regions, "", false)}
                    {line("postcodes", "Beginnings of postcodes", &postcodes, "", false)}
                </fieldset>
                {why()}
                <div class="buttons">
                    <button name="form" value="date">"Save the date"</button>
                    <button name="form" value="no_date" class="second">"Take the date out"</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn usual(calendar: &CalendarView) -> AnyView {
    let cut_off = calendar.cut_off.clone().unwrap_or_default();
    let (name, country) = (calendar.name.clone(), calendar.country.clone());
    view! {
        <details class="block advice">
            <summary>"Usual hours"</summary>
            <form class="version" method="post" action=link::calendar(&calendar.name)>
                {edition(calendar)} <input type="hidden" name="form" value="usual" />
                <input type="hidden" name="name" value=name /> <input type="hidden" name="country" value=country />
                <fieldset>
                    {line("title", "What people call it", &calendar.title, "", true)} {line("zone", "Time zone", &calendar.zone, "", true)}
                    {line("cut_off", "Cut-off", &cut_off, r"\d{1,2}:\d\d", false)}
                </fieldset>
                {week(&calendar.week)}
                {why()}
                <button>"Save the usual hours"</button>
            </form>
        </details>
    }
    .into_any()
}

/// Files to take away, and the form that brings them back changed.
fn text(calendar: &CalendarView) -> AnyView {
    let name = &calendar.name;
    let file = |form: &str| Query::default().with("as", form).href(&format!("/api/v1/calendars/{}/file", encode(name)));
    view! {
        <section class="block advice">
            <h2>"All of it as a file"</h2>
            <p>
                "Take it away, change it, and put its text here. All of it: "
                <a href=file("toml") rel="external" download>"TOML"</a> ". Its dates only: "
                <a href=file("csv") rel="external" download>"CSV"</a> " for spreadsheets, "
                <a href=file("ical") rel="external" download>"iCalendar"</a> " for calendar programs."
            </p>
            <form class="terms" method="post" action=link::calendar(name)>
                {edition(calendar)}
                <label for="form">"Written as"</label>
                <select id="form" name="form">
                    <option value="toml">"TOML: the whole calendar"</option>
                    <option value="csv">"CSV: in place of its dates"</option>
                    <option value="ical">"iCalendar: in place of its dates"</option>
                </select>
                <label for="text">"Text"</label>
                <textarea id="text" name="text" rows="10" spellcheck="false" required></textarea>
                <label for="note">"Why it changes"</label>
                <input id="note" name="note" />
                <button>"Save as the next edition"</button>
            </form>
        </section>
    }
    .into_any()
}

fn edition(calendar: &CalendarView) -> AnyView {
    view! { <input type="hidden" name="edition" value=calendar.edition.to_string() /> }.into_any()
}

fn week(hours: &[impl AsRef<str>]) -> AnyView {
    let days = WEEKDAYS.iter().zip(hours);
    let days = days.map(|((name, label), hours)| line(name, label, hours.as_ref(), HOURS, false)).collect_view();
    view! { <fieldset><legend>"Open, as 08:00-12:00, 14:00-18:00; empty is closed"</legend> {days}</fieldset> }
        .into_any()
}

fn why() -> AnyView {
    view! { <label class="field wide">"Why " <input name="note" /></label> }.into_any()
}

fn line(name: &'static str, label: &'static str, value: &str, pattern: &'static str, required: bool) -> AnyView {
    let pattern = (!pattern.is_empty()).then_some(pattern);
    let value = value.to_owned();
    view! {
        <label class="field">
            {label} <input name=name value=value pattern=pattern required=required autocomplete="off" />
        </label>
    }
    .into_any()
}
