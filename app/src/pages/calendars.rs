//! When networks work: the calendars, and a year of one at a glance.

mod change;
mod year;

use domain::glance::{CalendarView, CalendarYear};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use leptos_router::hooks::use_url;

use crate::components::form::use_parameters;
use crate::components::heading::Heading;
use crate::components::loaded::{Loaded, empty};
use crate::components::table::{self, Caption};
use crate::fault::Fault;
use crate::{format, link, reply};

/// The calendars by name.
#[server(prefix = "/api/pages", endpoint = "calendars", input = GetUrl)]
async fn read_calendars() -> Result<Vec<CalendarView>, Fault> {
    Ok(super::reading::terms().list_calendars().await?)
}

/// A year of a calendar at a region, as this query string asks; nothing where the calendar is unknown.
#[server(prefix = "/api/pages", endpoint = "calendar", input = GetUrl)]
async fn read_year(name: String, search: String) -> Result<Option<CalendarYear>, Fault> {
    let query = crate::query::Query::parse(&search);
    let year = query.get("year").and_then(|year| year.parse().ok());
    let region = query.get("region").unwrap_or_default();
    Ok(super::reading::terms().calendar_year(&name, year, region).await?)
}

/// The calendars.
#[component]
pub fn CalendarsPage() -> impl IntoView {
    let calendars = Resource::new(|| (), |()| read_calendars());
    view! {
        <Heading title="Calendars" />
        <Loaded from=calendars show=|calendars| all(&calendars) />
    }
}

fn all(calendars: &[CalendarView]) -> AnyView {
    let rows = calendars.iter().map(|calendar| {
        let name = view! { <a href=link::calendar(&calendar.name)>{calendar.title.clone()}</a> {table::aside(&calendar.name)} };
        let cells = vec![
            table::row_head("", name),
            table::text(&*calendar.zone),
            table::text(&*week(&calendar.week)),
            table::text(&*calendar.cut_off.clone().unwrap_or_else(|| format::NOTHING.to_owned())),
            table::text(&*years(&calendar.years)),
            table::text(&*origin(calendar)),
        ];
        table::row("", cells)
    });
    let heads = table::heads(["Calendar", "Time zone", "Hours", "Cut-off", "Dates for", "Edition"]);
    let caption = Caption::Unseen("Calendars".to_owned());
    view! {
        <p class="period-line">
            "Working days, opening hours and holidays by which deadlines are counted. A contract names the calendar of the \
             place where its clock starts and of the place of the deadline; where it names none, the country's holds."
        </p>
        {table::table("", caption, heads, rows.collect(), vec![])}
        {change::new_calendar()}
    }
    .into_any()
}

/// The usual hours, where they are the same on all days that are open.
fn week(week: &[String]) -> String {
    let open: Vec<&String> = week.iter().filter(|hours| !hours.is_empty()).collect();
    match open.as_slice() {
        [] => "closed".to_owned(),
        [first, ..] if open.iter().all(|hours| hours == first) => {
            format!("{first}, {}", format::counted(open.len() as i64, "day a week", "days a week"))
        }
        _ => format!("differ, {}", format::counted(open.len() as i64, "day a week", "days a week")),
    }
}

fn years(years: &[i32]) -> String {
    match years {
        [] => "no year".to_owned(),
        [one] => one.to_string(),
        [first, .., last] => format!("{first} to {last}"),
    }
}

fn origin(calendar: &CalendarView) -> String {
    match calendar.saved_at {
        Some(saved_at) => format!("{}, saved {}", calendar.edition, format::instant(saved_at)),
        None => "as shipped".to_owned(),
    }
}

/// A calendar by its name in the path.
#[component]
pub fn CalendarPage() -> impl IntoView {
    let url = use_url();
    let name = Memo::new(move |_| url.with(|url| link::name_in(url.path(), "/calendars/")));
    let query = use_parameters();
    let year = Resource::new(move || (name.get(), query.get().to_string()), |(name, search)| read_year(name, search));
    let title = name.get_untracked();
    view! {
        <p class="crumbs"><a href="/calendars">"Calendars"</a></p>
        <Heading title />
        <Loaded from=year show=move |found| found.map_or_else(|| unknown(&name.get_untracked()), |found| year::shown(&found, &query.get_untracked())) />
    }
}

fn unknown(name: &str) -> AnyView {
    reply::not_found();
    let advice = view! { <p><a href="/calendars">"All calendars"</a></p> };
    empty(&format!("There is no calendar “{name}”"), advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_told_once_where_they_are_the_same() {
        let day = |hours: &str| hours.to_owned();
        let working = [vec![day("08:00-18:00"); 5], vec![day(""); 2]].concat();
        assert_eq!(week(&working), "08:00-18:00, 5 days a week");
        let shorter = [vec![day("08:00-18:00"); 5], vec![day("09:00-13:00"), day("")]].concat();
        assert_eq!(week(&shorter), "differ, 6 days a week");
        assert_eq!(years(&[2025, 2026, 2027]), "2025 to 2027");
    }
}
