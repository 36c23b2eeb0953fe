//! Calendars as they are shown: what each one is, and a year of it at a glance.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, DatedHours, Hours, Scope};
use crate::vocabulary::vocabulary;

vocabulary! {
    /// What a day is in a calendar.
    DayKind("kind of day") {
        /// Open as on every such weekday.
        Working = 1 "working",
        /// Closed as on every such weekday.
        Weekend = 2 "weekend",
        /// Closed on this date, though the weekday is open.
        Closed = 3 "closed",
        /// Open on this date, though the weekday is closed.
        Opened = 4 "opened",
        /// Open on this date at other hours than on the weekday.
        OtherHours = 5 "other_hours",
    }
}

impl DayKind {
    /// Whether the network works on the day.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Working | Self::Opened | Self::OtherHours)
    }
}

/// A calendar, in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarView {
    /// The word that contracts call it by.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// IANA name of the time zone.
    pub zone: String,
    /// Other time zones of the country: where, and which.
    pub other_zones: Vec<(String, String)>,
    /// The latest time of day at which a parcel taken over still starts its clock that day, as `17:00`.
    pub cut_off: Option<String>,
    /// The hours of each weekday, Monday first, as `08:00-18:00`; empty on a day that is closed.
    pub week: Vec<String>,
    /// The years that its dated entries cover.
    pub years: Vec<i32>,
    /// Its edition here, from 1; 0 for one as it ships with Courierscope.
    pub edition: i64,
    /// When this edition was saved, UTC; none for one as it ships with Courierscope.
    pub saved_at: Option<DateTime<Utc>>,
}

/// One saved edition of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EditionView {
    /// From 1.
    pub edition: i64,
    /// When it was saved, UTC.
    pub saved_at: DateTime<Utc>,
    /// Why.
    pub note: String,
}

/// A day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayView {
    /// The local date.
    pub date: NaiveDate,
    /// What it is.
    pub kind: DayKind,
    /// Its hours, as `08:00-18:00`; empty where it is closed.
    pub hours: String,
    /// What it is called; empty on an ordinary day.
    pub name: String,
}

/// A dated entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatedView {
    /// The day as the entry makes it.
    pub day: DayView,
    /// Where it holds, as `Madrid, postcodes 28…`; empty for the whole country.
    pub place: String,
    /// The regions where it holds; none for the whole country, or where postcodes say it.
    pub regions: Vec<String>,
    /// Beginnings of the postcodes where it holds.
    pub postcodes: Vec<String>,
}

/// A year of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarYear {
    /// The calendar.
    pub calendar: CalendarView,
    /// The year.
    pub year: i32,
    /// Where its dates come from; empty where nobody says.
    pub source: String,
    /// The region that `days` are of; empty for what holds everywhere in the country.
    pub region: String,
    /// The regions that the calendar tells apart, sorted.
    pub regions: Vec<String>,
    /// Every day of the year, in order.
    pub days: Vec<DayView>,
    /// How many of them are open.
    pub working_days: u32,
    /// The dated entries of the year, in order, wherever they hold.
    pub dated: Vec<DatedView>,
    /// What was saved, the latest first; none for one as it ships with Courierscope.
    pub editions: Vec<EditionView>,
}

impl CalendarView {
    /// A calendar that was saved as this edition, or ships with Courierscope.
    pub fn new(calendar: &Calendar, saved: Option<&EditionView>) -> Self {
        let mut years: Vec<i32> = calendar.days.iter().map(|entry| entry.date.year()).collect();
        years.extend(calendar.sources.keys());
        years.sort_unstable();
        years.dedup();
        Self {
            name: calendar.name.to_string(),
            title: calendar.title.to_string(),
            country: calendar.country.to_string(),
            zone: calendar.zone.to_string(),
            other_zones: calendar.zones.iter().map(|rule| (rule.scope.to_string(), rule.zone.to_string())).collect(),
            cut_off: calendar.cut_off.map(time_of_day),
            week: calendar.week.iter().map(|hours| in_words(hours)).collect(),
            years,
            edition: saved.map_or(0, |saved| saved.edition),
            saved_at: saved.map(|saved| saved.saved_at),
        }
    }
}

impl CalendarYear {
    /// A year of a calendar at a region; an empty region asks what holds everywhere in the country.
    pub fn new(calendar: &Calendar, year: i32, region: &str, editions: Vec<EditionView>) -> Self {
        let days: Vec<DayView> = dates(year).map(|date| day(calendar, date, region)).collect();
        let mut dated: Vec<&DatedHours> = calendar.days.iter().filter(|entry| entry.date.year() == year).collect();
        dated.sort_by_key(|entry| entry.date);
        Self {
            calendar: CalendarView::new(calendar, editions.first()),
            year,
            source: calendar.sources.get(&year).map(ToString::to_string).unwrap_or_default(),
            region: region.to_owned(),
            regions: regions(calendar),
            working_days: days.iter().filter(|day| day.kind.is_open()).count() as u32,
            days,
            dated: dated.into_iter().map(|entry| dated_view(calendar, entry)).collect(),
            editions,
        }
    }
}

fn dates(year: i32) -> impl Iterator<Item = NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1);
    first.into_iter().flat_map(|first| first.iter_days()).take_while(move |date| date.year() == year)
}

fn day(calendar: &Calendar, date: NaiveDate, region: &str) -> DayView {
    match calendar.dated(date, region, "") {
        Some(entry) => dated_day(calendar, entry),
        None => {
            let usual = calendar.usual_hours(date);
            let kind = if usual.is_empty() { DayKind::Weekend } else { DayKind::Working };
            DayView { date, kind, hours: in_words(usual), name: String::new() }
        }
    }
}

fn dated_day(calendar: &Calendar, entry: &DatedHours) -> DayView {
    let usual = calendar.usual_hours(entry.date);
    let kind = match (usual.is_empty(), entry.hours.is_empty()) {
        (true, true) => DayKind::Weekend,
        (false, true) => DayKind::Closed,
        (true, false) => DayKind::Opened,
        (false, false) if usual == entry.hours => DayKind::Working,
        (false, false) => DayKind::OtherHours,
    };
    DayView { date: entry.date, kind, hours: in_words(&entry.hours), name: entry.name.to_string() }
}

fn dated_view(calendar: &Calendar, entry: &DatedHours) -> DatedView {
    let Scope { regions, postcodes } = &entry.scope;
    let [regions, postcodes] = [regions, postcodes].map(|places| places.iter().map(ToString::to_string).collect());
    DatedView { day: dated_day(calendar, entry), place: entry.scope.to_string(), regions, postcodes }
}

/// The names of regions that entries and time zones use, without their codes.
fn regions(calendar: &Calendar) -> Vec<String> {
    let scopes = calendar.days.iter().map(|entry| &entry.scope).chain(calendar.zones.iter().map(|rule| &rule.scope));
    let mut regions: Vec<String> = Vec::new();
    for scope in scopes {
        for region in scope.regions.iter().filter(|region| !is_code(region, &calendar.country)) {
            if !regions.iter().any(|known| known == region.as_str()) {
                regions.push(region.to_string());
            }
        }
    }
    regions.sort();
    regions
}

/// Whether this is an ISO 3166-2 code of the country, as `ES-MD`.
fn is_code(region: &str, country: &str) -> bool {
    region.strip_prefix(country).is_some_and(|rest| rest.starts_with('-'))
}

fn in_words(hours: &[Hours]) -> String {
    hours.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// `17:00`, of minutes since midnight.
pub fn time_of_day(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Scope;

    fn calendar() -> Calendar {
        let open = vec![Hours { from: 480, to: 1080 }];
        let closed = Vec::new;
        let entry = |date: &str, hours: Vec<Hours>, regions: &[&str], name: &str| DatedHours {
            date: date.parse().unwrap_or_default(),
            scope: Scope { regions: regions.iter().map(|&region| region.into()).collect(), postcodes: Vec::new() },
            hours,
            name: name.into(),
        };
        Calendar {
            name: "ES".into(),
            country: "ES".into(),
            zone: "Europe/Madrid".into(),
            week: std::array::from_fn(|day| if day < 5 { open.clone() } else { closed() }),
            days: vec![
                entry("2026-01-06", closed(), &[], "Epifanía"),
                entry("2026-05-02", closed(), &["Madrid", "ES-MD"], "Madrid"),
                entry("2026-05-04", closed(), &["Madrid", "ES-MD"], "in its place"),
                entry("2026-06-06", open.clone(), &[], "open for once"),
                entry("2026-12-24", vec![Hours { from: 480, to: 840 }], &[], "Nochebuena"),
            ],
            ..Calendar::default()
        }
    }

    #[test]
    fn a_year_says_what_every_day_is_at_a_place() {
        let of = |region: &str| CalendarYear::new(&calendar(), 2026, region, Vec::new());
        let (country, madrid) = (of(""), of("madrid"));
        assert_eq!(country.days.len(), 365);
        // 261 weekdays; one holiday, one Saturday that is open.
        assert_eq!((country.working_days, madrid.working_days), (261, 260));
        let kind = |year: &CalendarYear, date: &str| {
            year.days.iter().find(|day| day.date.to_string() == date).map(|day| day.kind)
        };
        assert_eq!(kind(&country, "2026-01-06"), Some(DayKind::Closed));
        assert_eq!(kind(&country, "2026-05-04"), Some(DayKind::Working));
        assert_eq!(kind(&madrid, "2026-05-04"), Some(DayKind::Closed));
        assert_eq!(kind(&madrid, "2026-05-02"), Some(DayKind::Weekend));
        assert_eq!(kind(&country, "2026-06-06"), Some(DayKind::Opened));
        assert_eq!(kind(&country, "2026-12-24"), Some(DayKind::OtherHours));
        assert_eq!(country.regions, ["Madrid"]);
        assert_eq!(country.dated.len(), 5);
    }

    #[test]
    fn a_leap_year_has_its_day() {
        assert_eq!(CalendarYear::new(&calendar(), 2028, "", Vec::new()).days.len(), 366);
    }
}
