//! One event of an iCalendar file.

use chrono::{Days, NaiveDate};
use domain::Text;
use domain::calendar::{DatedHours, Hours, Scope};
use icalendar::parser::{Component, Property};

use super::{HOURS, OPEN, POSTCODES, REGIONS};
use crate::calendar::days::{Entry, Kind};
use crate::fault::Fault;
use crate::{hours, words};

/// The longest event, in days.
const LONGEST: i64 = 366;

/// An event as it was found.
pub(super) struct Found<'a> {
    /// The line on which it begins.
    pub line: u32,
    pub component: &'a Component<'a>,
    /// The calendar's time zone.
    pub zone: &'a str,
}

/// A day, and a minute of it where one is given.
type Moment = (NaiveDate, Option<u16>);

impl Found<'_> {
    /// The entries that the event says, one a day; none if it was cancelled.
    pub fn entries(&self) -> Result<Vec<Entry>, Vec<Fault>> {
        self.read().map_err(|(path, message)| vec![Fault::at(self.line, path, message)])
    }

    fn read(&self) -> Result<Vec<Entry>, (&'static str, String)> {
        if self.value("STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED")) {
            return Ok(Vec::new());
        }
        for key in ["RRULE", "RDATE", "RECURRENCE-ID"] {
            if self.property(key).is_some() {
                return Err((key, "the event repeats: write an event for each date".to_owned()));
            }
        }
        let start =
            self.property("DTSTART").ok_or(("DTSTART", "is missing: write DTSTART;VALUE=DATE:20260403".to_owned()))?;
        let start = self.moment(start).map_err(|message| ("DTSTART", message))?;
        let end =
            self.property("DTEND").map(|end| self.moment(end)).transpose().map_err(|message| ("DTEND", message))?;
        let kind = if self.is_opening() { Kind::Open } else { Kind::Closed };
        let (days, hours) = match kind {
            Kind::Closed => (self.days(start, end)?, Vec::new()),
            Kind::Open => self.opening(start, end)?,
        };
        let name = self.name()?;
        let scope = Scope { regions: self.places(REGIONS)?, postcodes: self.places(POSTCODES)? };
        let dates = start.0.iter_days().take(days);
        let day = |date| DatedHours { date, scope: scope.clone(), hours: hours.clone(), name: name.clone() };
        Ok(dates.map(|date| Entry { line: self.line, path: "DTSTART".to_owned(), kind, day: day(date) }).collect())
    }

    fn property(&self, key: &str) -> Option<&Property<'_>> {
        self.component.properties.iter().find(|property| property.name.as_str().eq_ignore_ascii_case(key))
    }

    fn value(&self, key: &str) -> Option<&str> {
        self.property(key).map(|property| property.val.as_str().trim())
    }

    fn is_opening(&self) -> bool {
        let properties = self.component.properties.iter();
        let mut categories = properties.filter(|property| property.name.as_str().eq_ignore_ascii_case("CATEGORIES"));
        self.property(HOURS).is_some()
            || categories.any(|list| list.val.as_str().split(',').any(|word| word.trim().eq_ignore_ascii_case(OPEN)))
    }

    /// How many days a closure lasts.
    fn days(&self, start: Moment, end: Option<Moment>) -> Result<usize, (&'static str, String)> {
        const WHOLE: &str = "has a time of day: a closed day is an all-day event; give an opening the category OPEN";
        if start.1.is_some() {
            return Err(("DTSTART", WHOLE.to_owned()));
        }
        let end = match end {
            Some((_, Some(_))) => return Err(("DTEND", WHOLE.to_owned())),
            Some((end, None)) => end,
            None => self.duration(start.0)?,
        };
        match end.signed_duration_since(start.0).num_days() {
            // The end is the first day after the event. Some programs write the day itself.
            0 => Ok(1),
            days @ 1..=LONGEST => Ok(days as usize),
            ..0 => {
                Err(("DTEND", "is before the start: it is the first day on which the event no longer holds".to_owned()))
            }
            _ => Err(("DTEND", format!("makes the event longer than {LONGEST} days: write one for each year"))),
        }
    }

    /// The end of an event that says how long it is, or nothing.
    fn duration(&self, start: NaiveDate) -> Result<NaiveDate, (&'static str, String)> {
        let Some(text) = self.value("DURATION") else { return Ok(start) };
        let number = |unit| text.strip_prefix('P')?.strip_suffix(unit)?.parse::<u16>().ok();
        let days = number('D').or_else(|| number('W')?.checked_mul(7));
        let end = days.and_then(|days| start.checked_add_days(Days::new(days.into())));
        end.ok_or_else(|| ("DURATION", format!("{text:?} is not a number of days: write P1D")))
    }

    /// How many days an opening lasts and its hours.
    fn opening(&self, start: Moment, end: Option<Moment>) -> Result<(usize, Vec<Hours>), (&'static str, String)> {
        if let Some(text) = self.value(HOURS) {
            let days = self.days((start.0, None), end.map(|(date, _)| (date, None)))?;
            let mut all = Vec::new();
            for hours in text.split('|') {
                all.push(hours::read(hours.trim()).map_err(|message| (HOURS, message))?);
            }
            if !hours::in_order(&all) {
                return Err((HOURS, "overlap or are out of order: write the earlier hours first".to_owned()));
            }
            return Ok((days, all));
        }
        let (Some(from), Some((date, Some(to)))) = (start.1, end) else {
            let message = format!("is an opening without hours: give it a time from and to, or {HOURS}:08:00-18:00");
            return Err(("DTSTART", message));
        };
        let midnight = (date == start.0 + Days::new(1) && to == 0).then_some(24 * 60);
        let to = midnight.or((date == start.0).then_some(to)).filter(|to| *to > from);
        let to = to.ok_or(("DTEND", "must be later on the same day: write an event for each day".to_owned()))?;
        Ok((1, vec![Hours { from, to }]))
    }

    /// What a `DTSTART` or `DTEND` says.
    fn moment(&self, property: &Property<'_>) -> Result<Moment, String> {
        let text = property.val.as_str().trim();
        let wrong = || format!("{text:?} is not a date: write 20260403");
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let dashed = match (date.get(..4), date.get(4..6), date.get(6..)) {
            (Some(year), Some(month), Some(day)) => format!("{year}-{month}-{day}"),
            _ => return Err(wrong()),
        };
        let date = words::date(&dashed)?;
        let Some(time) = time else { return Ok((date, None)) };
        if time.ends_with('Z') {
            return Err(format!("{text} is in UTC: write the local time, without the Z"));
        }
        let zone = property.params.iter().find(|parameter| parameter.key.as_str().eq_ignore_ascii_case("TZID"));
        if let Some(zone) = zone.and_then(|zone| zone.val.as_ref()).filter(|zone| zone.as_str() != self.zone) {
            return Err(format!("is in the time zone {}: write the local time of {}", zone.as_str(), self.zone));
        }
        let minute = match (time.get(..2), time.get(2..4), time.get(4..)) {
            (Some(hour), Some(minute), Some("" | "00")) => hours::time(&format!("{hour}:{minute}")),
            _ => None,
        };
        minute.map(|minute| (date, Some(minute))).ok_or_else(wrong)
    }

    fn name(&self) -> Result<Text, (&'static str, String)> {
        let name = self.value("SUMMARY").unwrap_or_default().replace(['\r', '\n', '\t'], " ");
        words::line(&name).map_err(|message| ("SUMMARY", message))?;
        Ok(name.trim().into())
    }

    fn places(&self, key: &'static str) -> Result<Vec<Text>, (&'static str, String)> {
        let text = self.value(key).unwrap_or_default();
        words::line(text).map_err(|message| (key, message))?;
        Ok(text.split('|').map(str::trim).filter(|place| !place.is_empty()).map(Text::from).collect())
    }
}
