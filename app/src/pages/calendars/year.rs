//! A year of a calendar: twelve months, the days that are unlike others, and how to change them.

use chrono::Datelike;
use domain::glance::{CalendarYear, DatedView, DayKind, DayView};
use leptos::prelude::*;

use super::change;
use crate::components::editions::editions;
use crate::components::form::{Ask, choice};
use crate::components::table::{self, Caption};
use crate::query::Query;
use crate::{format, link};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// All of it.
pub fn shown(year: &CalendarYear, asked: &Query) -> AnyView {
    let months = (1..=12).map(|number| month(year, number)).collect_view();
    view! {
        {about(year)}
        {asking(year)}
        {legend()}
        <div class="months">{months}</div>
        {dated(year)}
        {editions("Editions", &year.editions)}
        {change::forms(year, asked)}
    }
    .into_any()
}

fn about(year: &CalendarYear) -> AnyView {
    let calendar = &year.calendar;
    let place = if year.region.is_empty() { "in the whole country".to_owned() } else { format!("in {}", year.region) };
    let count = format::counted(year.working_days.into(), "working day", "working days");
    let cut_off = calendar.cut_off.as_ref().map(|time| format!(" · cut-off {time}")).unwrap_or_default();
    let zones = calendar.other_zones.iter().map(|(place, zone)| format!(" · {zone} in {place}")).collect::<String>();
    let line = format!("{} · {}{zones}{cut_off} · {} {place}: {count}", calendar.title, calendar.zone, year.year);
    let source = if year.source.is_empty() {
        format!("Nobody says where the dates of {} come from.", year.year)
    } else {
        format!("Source for {}: {}.", year.year, year.source.trim_end_matches('.'))
    };
    view! { <p class="period-line">{line}</p> <p class="aside">{source}</p> }.into_any()
}

fn asking(year: &CalendarYear) -> AnyView {
    let mut known = year.calendar.years.clone();
    if !known.contains(&year.year) {
        known.push(year.year);
        known.sort_unstable();
    }
    let years = known.into_iter().map(|year| (year.to_string(), year.to_string())).collect();
    let everywhere = (String::new(), "What holds everywhere".to_owned());
    let regions = year.regions.iter().map(|region| (region.clone(), region.clone()));
    let regions: Vec<_> = std::iter::once(everywhere).chain(regions).collect();
    let chosen = year.year.to_string();
    let region = (regions.len() > 1).then(|| choice("region", "Region", regions, Some(&year.region)));
    view! {
        <Ask action=link::calendar(&year.calendar.name) class="filters" label="Year and region">
            {choice("year", "Year", years, Some(&chosen))} {region} <button>"Show"</button>
        </Ask>
    }
    .into_any()
}

fn legend() -> AnyView {
    view! {
        <p class="legend aside">
            <span class="day closed">"1"</span> " closed on this date "
            <span class="day opened">"1"</span> " open out of turn "
            <span class="day other-hours">"1"</span> " other hours "
            <span class="day weekend">"1"</span> " closed every week"
        </p>
    }
    .into_any()
}

fn month(year: &CalendarYear, number: u32) -> AnyView {
    let days: Vec<&DayView> = year.days.iter().filter(|day| day.date.month() == number).collect();
    let before = days.first().map_or(0, |day| day.date.weekday().num_days_from_monday() as usize);
    let cells: Vec<Option<&DayView>> =
        std::iter::repeat_n(None, before).chain(days.iter().copied().map(Some)).collect();
    let weeks = cells.chunks(7).map(|week| view! { <tr>{week.iter().map(|day| day_cell(*day)).collect_view()}</tr> });
    let heads = WEEKDAYS.map(|weekday| view! { <th scope="col">{weekday}</th> }).collect_view();
    let open = days.iter().filter(|day| day.kind.is_open()).count();
    view! {
        <table class="month">
            <caption>{MONTHS[number as usize - 1]} " " <span class="aside">{format!("{open} open")}</span></caption>
            <thead><tr>{heads}</tr></thead>
            <tbody>{weeks.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn day_cell(day: Option<&DayView>) -> AnyView {
    let Some(day) = day else { return view! { <td></td> }.into_any() };
    let number = day.date.day();
    let special = !matches!(day.kind, DayKind::Working | DayKind::Weekend);
    let title = special.then(|| told(day));
    let unseen = title.clone().map(|title| view! { <span class="unseen">{format!(": {title}")}</span> });
    view! { <td class=format!("day {}", class_of(day.kind)) title=title>{number} {unseen}</td> }.into_any()
}

const fn class_of(kind: DayKind) -> &'static str {
    match kind {
        DayKind::Working => "working",
        DayKind::Weekend => "weekend",
        DayKind::Closed => "closed",
        DayKind::Opened => "opened",
        DayKind::OtherHours => "other-hours",
    }
}

/// What a day is, in words.
fn told(day: &DayView) -> String {
    let hours = if day.hours.is_empty() { "closed".to_owned() } else { format!("open {}", day.hours) };
    if day.name.is_empty() { hours } else { format!("{}, {hours}", day.name) }
}

fn dated(year: &CalendarYear) -> AnyView {
    let rows = year.dated.iter().map(|dated| {
        let DatedView { day, place, .. } = dated;
        let change = change::of_date(&year.calendar.name, year.year, dated).map(|href| {
            let label = format!("Change {} {place}", format::day(day.date));
            view! { <a href=href aria-label=label>"Change…"</a> }
        });
        let place = if place.is_empty() { "whole country" } else { place.as_str() };
        let hours = if day.hours.is_empty() { "closed" } else { day.hours.as_str() };
        let cells = vec![
            table::row_head("time", format::weekday(day.date)),
            table::text(hours),
            table::text(&*day.name),
            table::cell("prose", place.to_owned()),
            table::cell("", change),
        ];
        table::row("", cells)
    });
    let mut heads = table::heads(["Date", "Hours", "Name", "Where"]);
    heads.push(table::unseen_head("Change"));
    let caption = format!("Dates of {} with hours of their own", year.year);
    table::table("", Caption::Shown(caption), heads, rows.collect(), vec![])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_told_by_its_name_and_hours() {
        let day = |hours: &str, name: &str| DayView {
            date: Default::default(),
            kind: DayKind::Closed,
            hours: hours.into(),
            name: name.into(),
        };
        assert_eq!(told(&day("", "Epifanía")), "Epifanía, closed");
        assert_eq!(told(&day("08:00-14:00", "Nochebuena")), "Nochebuena, open 08:00-14:00");
        assert_eq!(told(&day("", "")), "closed");
    }
}
