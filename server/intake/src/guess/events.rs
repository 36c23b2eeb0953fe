//! What happened, when, what it means, and what was promised.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use domain::upload::{Choice, Confidence, Part};

use super::ask::{Ask, Asking};
use super::codes::Known;
use super::columns::{Columns, TimeColumn};
use super::definition::{self, Definition, column, quoted};
use super::parcel::{is_country, numbered};
use super::sheet::Sample;
use super::times::{is_ambiguous, lacks_year};
use super::words::{Role, zone_of_language, zone_of_place, zones};

/// Codes that are asked about; more are left unmapped.
const MOST_ASKED: usize = 100;
/// The share of places that have to be in one zone, of a hundred.
const ONE_ZONE: usize = 80;

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// An event.
    Long,
    /// A parcel.
    Wide,
}

/// Asks what a row is.
pub(super) fn shape(asking: &mut Asking<'_>, columns: &Columns<'_>) -> Shape {
    let repeats = numbered(columns).is_some_and(|(number, _)| number.distinct * 10 < number.values.len() * 9);
    let (has_codes, milestones) = (columns.codes().is_some(), columns.milestones().len());
    let (guess, confidence) = match (has_codes, milestones) {
        (true, _) if repeats => ("long", Confidence::Sure),
        (_, 2..) => ("wide", Confidence::Sure),
        (true, _) => ("long", Confidence::Likely),
        (false, 1) => ("wide", Confidence::Likely),
        (false, _) => ("long", Confidence::Unsure),
    };
    let choices = vec![
        Choice::new("long", "an event of a parcel"),
        Choice::new("wide", "a whole parcel, with a column for each of its times"),
    ];
    let ask = Ask { key: "shape", part: Part::File, label: "A row is" };
    if asking.choose(ask, choices, guess.to_owned(), confidence) == "long" { Shape::Long } else { Shape::Wide }
}

/// A time that the definition reads: the template, and for a milestone its event.
pub(super) type Used = (String, String);

/// Asks for code, time and number of the event.
pub(super) fn long(asking: &mut Asking<'_>, columns: &Columns<'_>, definition: &mut Definition) -> Vec<Used> {
    let codes = columns.codes();
    let mut choices = columns.choices(|_| true);
    let reason = columns.likeliest(Role::Reason, |reason| codes.is_none_or(|codes| codes.name != reason.name));
    let mut guess = codes.map(|c| column(c.name)).unwrap_or_default();
    if let (Some(codes), Some(reason)) = (codes, reason) {
        guess = format!("{}/{}", column(codes.name), column(reason.name));
        choices.push(Choice::new(guess.clone(), format!("{} / {}", codes.name, reason.name)));
    }
    let confidence = if codes.is_some() { Confidence::Likely } else { Confidence::Unsure };
    let code =
        asking.choose(Ask { key: "code", part: Part::Events, label: "What happened" }, choices, guess, confidence);
    definition.say("code", &code);

    let by_name = columns.times_of(Role::Time).max_by_key(|time| time.weight);
    let by_place = columns
        .times
        .iter()
        .find(|time| !matches!(time.role, Some(Role::Promise | Role::Estimate | Role::From | Role::To | Role::Other)));
    let guess = by_name.or(by_place).or(columns.times.first());
    let choices = columns.times.iter().map(time_choice).collect();
    let confidence = match columns.times_of(Role::Time).count() {
        0 => Confidence::Unsure,
        1 => Confidence::Sure,
        _ => Confidence::Likely,
    };
    let ask = Ask { key: "time", part: Part::Events, label: "When it happened" };
    let time = asking.choose(ask, choices, guess.map(|time| time.template.clone()).unwrap_or_default(), confidence);
    definition.say("time", &time);

    let guess = columns.likeliest(Role::EventId, |c| c.is_unique());
    let mut choices = vec![Choice::new("", "not said")];
    choices.extend(columns.choices(|c| c.is_unique()));
    let ask = Ask { key: "id", part: Part::Events, label: "Sender's number of the event" };
    let confidence = if guess.is_some() { Confidence::Likely } else { Confidence::Sure };
    let id = asking.choose(ask, choices, guess.map(|c| column(c.name)).unwrap_or_default(), confidence);
    definition.say("id", &id);
    vec![(time, String::new())]
}

fn time_choice(time: &TimeColumn) -> Choice {
    Choice::new(time.template.clone(), time.template.replace(['{', '}'], ""))
}

/// Asks what the time in each column is.
pub(super) fn wide(asking: &mut Asking<'_>, columns: &Columns<'_>) -> Vec<Used> {
    let milestones = columns.milestones();
    let mut used = Vec::new();
    for time in &columns.times {
        let guess = milestones.iter().find(|(milestone, _)| milestone.template == time.template);
        let label = time.template.replace(['{', '}'], "");
        let ask = Ask { key: &format!("milestone:{}", time.template), part: Part::Events, label: &label };
        let rows = columns.of_template(&time.template).map_or(0, |c| c.values.len());
        let event = asking.meaning(ask, guess.map(|(_, kind)| kind.as_str()), rows as u64);
        if !event.is_empty() {
            used.push((time.template.clone(), event));
        }
    }
    used
}

/// What was promised.
pub(super) enum Promise {
    Nothing,
    At(String),
    Date(String),
    Window(String, String),
}

impl Promise {
    fn read(text: &str) -> Self {
        match text.split_once(':') {
            Some(("at", template)) => Self::At(template.to_owned()),
            Some(("date", template)) => Self::Date(template.to_owned()),
            Some(("window", templates)) => templates
                .split_once('|')
                .map_or(Self::Nothing, |(from, to)| Self::Window(from.to_owned(), to.to_owned())),
            _ => Self::Nothing,
        }
    }

    fn templates(&self) -> Vec<&str> {
        match self {
            Self::Nothing => Vec::new(),
            Self::At(template) | Self::Date(template) => vec![template],
            Self::Window(from, to) => vec![from, to],
        }
    }
}

/// Asks what was promised.
pub(super) fn promise(asking: &mut Asking<'_>, columns: &Columns<'_>) -> Promise {
    let mut choices = vec![Choice::new("", "nothing is said of it")];
    let mut guess = (String::new(), Confidence::Unsure);
    // When the courier expects to deliver is no promise; where nothing else is said, it may stand for one.
    let best_of = |role| columns.times_of(role).max_by_key(|time| time.weight);
    let (best, sureness) = match best_of(Role::Promise) {
        Some(promised) => (Some(promised), Confidence::Likely),
        None => (best_of(Role::Estimate), Confidence::Unsure),
    };
    for time in &columns.times {
        let name = time.template.replace(['{', '}'], "");
        let is_date = time.styles.first().is_some_and(|style| !style.has_clock);
        choices
            .push(Choice::new(format!("date:{}", time.template), format!("delivery by the end of the day in {name}")));
        choices.push(Choice::new(format!("at:{}", time.template), format!("delivery by the time in {name}")));
        if best.is_some_and(|best| best.template == time.template) {
            guess = (format!("{}:{}", if is_date { "date" } else { "at" }, time.template), sureness);
        }
    }
    let window = (columns.times_of(Role::From).next(), columns.times_of(Role::To).next());
    if let (Some(from), Some(to)) = window {
        let label = format!("between {} and {}", from.template, to.template).replace(['{', '}'], "");
        guess = (format!("window:{}|{}", from.template, to.template), Confidence::Likely);
        choices.push(Choice::new(guess.0.clone(), label));
    }
    let ask = Ask { key: "promise", part: Part::Promise, label: "What was promised" };
    Promise::read(&asking.choose(ask, choices, guess.0, guess.1))
}

/// Writes the promise down.
pub(super) fn write_promise(promise: &Promise, definition: &mut Definition) {
    match promise {
        Promise::Nothing => return,
        _ => definition.table("promise"),
    }
    match promise {
        Promise::Nothing => {}
        Promise::At(template) => definition.say("at", template),
        Promise::Date(template) => definition.say("date", template),
        Promise::Window(from, to) => {
            definition.say("from", from);
            definition.say("to", to);
        }
    }
}

/// Asks how the times that are used are written, and writes it down.
pub(super) fn times(
    asking: &mut Asking<'_>,
    columns: &Columns<'_>,
    used: &[Used],
    promise: &Promise,
    today: NaiveDate,
    definition: &mut Definition,
) {
    let templates = used.iter().map(|(template, _)| template.as_str()).chain(promise.templates());
    let mut groups: Vec<(Vec<&TimeColumn>, Vec<String>)> = Vec::new();
    for time in templates.filter_map(|template| columns.times.iter().find(|time| time.template == template)) {
        let formats = |time: &TimeColumn| time.styles.iter().map(|style| style.formats.clone()).collect::<Vec<_>>();
        match groups.iter_mut().find(|(known, _)| formats(known[0]) == formats(time)) {
            Some((known, _)) if known.iter().any(|known| known.template == time.template) => {}
            Some((known, _)) => known.push(time),
            None => groups.push((vec![time], Vec::new())),
        }
    }
    for (group, chosen) in &mut groups {
        let said = format(asking, group);
        *chosen = said.split(" | ").map(str::to_owned).collect();
    }
    let zone = zone(asking, columns, &groups);
    let year = match groups.iter().any(|(_, formats)| formats.iter().any(|format| lacks_year(format))) {
        true => year(asking, &groups, today),
        false => String::new(),
    };
    definition.table("times");
    definition.say("zone", &zone);
    let Some((_, usual)) = groups.first() else { return };
    if usual.len() > 1 || usual.first().is_some_and(|format| format != "iso") {
        definition.line("format", &definition::list(usual));
        if usual.iter().any(|format| lacks_year(format)) {
            definition.line("year", &year);
        }
    }
    if groups.len() > 1 {
        definition.table("times.columns");
    }
    for (group, formats) in groups.iter().skip(1) {
        for time in group {
            definition.line(&quoted(&key_of(&time.template)), &definition::style(formats, &year));
        }
    }
}

/// What a definition calls a template as a key: one column by its name alone.
fn key_of(template: &str) -> String {
    let name = template.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    name.filter(|name| !name.contains(['{', '}'])).unwrap_or(template).to_owned()
}

fn format(asking: &mut Asking<'_>, group: &[&TimeColumn]) -> String {
    let styles = &group[0].styles;
    let names = group.iter().map(|time| time.template.replace(['{', '}'], "")).collect::<Vec<_>>().join(", ");
    let label = format!("{names} is written as");
    let choices = styles.iter().map(|style| Choice::new(style.formats.join(" | "), in_words(&style.formats))).collect();
    let is_sure = styles.first().is_some_and(|style| style.is_whole) && !is_ambiguous(styles);
    let confidence = if is_sure { Confidence::Sure } else { Confidence::Unsure };
    let guess = styles.first().map(|style| style.formats.join(" | ")).unwrap_or_default();
    let key = format!("format:{}", group[0].template);
    asking.choose(Ask { key: &key, part: Part::Events, label: &label }, choices, guess, confidence)
}

/// A format as a person reads it.
fn in_words(formats: &[String]) -> String {
    let words = formats.iter().map(|format| match format.as_str() {
        "iso" => "year-month-day (ISO 8601)".to_owned(),
        "epoch_seconds" => "seconds since 1970 (UTC)".to_owned(),
        "epoch_ms" => "milliseconds since 1970 (UTC)".to_owned(),
        pattern => [
            ("%Y", "year"),
            ("%y", "yy"),
            ("%m", "month"),
            ("%d", "day"),
            ("%b", "month name"),
            ("%B", "month name"),
            ("%H", "hour"),
            ("%I", "hour"),
            ("%M", "minute"),
            ("%S", "second"),
            ("%p", "AM/PM"),
            ("%.f", ".fraction"),
            ("%z", "offset"),
        ]
        .iter()
        .fold(pattern.to_owned(), |text, (sign, word)| text.replace(sign, word)),
    });
    words.collect::<Vec<_>>().join(", or ")
}

fn zone(asking: &mut Asking<'_>, columns: &Columns<'_>, groups: &[(Vec<&TimeColumn>, Vec<String>)]) -> String {
    let all_say = groups
        .iter()
        .flat_map(|(group, _)| group)
        .all(|time| time.styles.first().is_some_and(|style| style.has_offset));
    let is_zone = |value: &&str| value.parse::<crate::time::Zone>().is_ok();
    let column_of_zones = columns.likeliest(Role::Zone, |c| c.values.iter().all(is_zone));
    let names = columns.list.iter().map(|c| c.name);
    let (guess, confidence) = match (column_of_zones, zone_of_places(columns), zone_of_language(names)) {
        _ if all_say && !groups.is_empty() => (String::new(), Confidence::Sure),
        (Some(zones), _, _) => (column(zones.name), Confidence::Sure),
        (None, Some(place), Some(language)) if place != language => (place.to_owned(), Confidence::Unsure),
        (None, Some(zone), _) | (None, None, Some(zone)) => (zone.to_owned(), Confidence::Likely),
        (None, None, None) => ("UTC".to_owned(), Confidence::Unsure),
    };
    let choices = zones().map(|zone| Choice::new(zone, zone)).collect();
    let ask = Ask { key: "zone", part: Part::Events, label: "Time zone of times that say none" };
    asking.text(ask, choices, guess, confidence)
}

/// The zone of the places where parcels are delivered and scanned, if nearly all of them are in one. A parcel may come
/// from anywhere, and a word of two letters is a country only where all of its column are: "No" is not Norway.
fn zone_of_places(columns: &Columns<'_>) -> Option<&'static str> {
    let of_places = [Role::Facility, Role::Region, Role::Country, Role::Destination];
    let countries = &of_places[2..];
    let mut zones = BTreeMap::<&str, usize>::new();
    for place in columns.list.iter().filter(|c| of_places.iter().any(|role| c.weight(*role) > 0)) {
        if place.weight(Role::Origin) > 0 {
            continue;
        }
        let has_countries = is_country(place) && countries.iter().any(|role| place.weight(*role) > 0);
        let may_be = |value: &&&str| value.len() > 2 || has_countries;
        for zone in place.values.iter().filter(may_be).filter_map(|value| zone_of_place(value)) {
            *zones.entry(zone).or_default() += 1;
        }
    }
    let all: usize = zones.values().sum();
    zones.into_iter().find(|(_, n)| n * 100 >= all * ONE_ZONE).map(|(zone, _)| zone)
}

fn year(asking: &mut Asking<'_>, groups: &[(Vec<&TimeColumn>, Vec<String>)], today: NaiveDate) -> String {
    // The days were read as days of this year: if the last of them is still to come, they are of the year before.
    let last = groups
        .iter()
        .flat_map(|(group, _)| group)
        .filter_map(|time| time.styles.first())
        .map(|style| style.days.1)
        .max();
    let is_to_come = last.is_some_and(|last| last.with_year(today.year()).is_some_and(|last| last > today));
    let guess = today.year() - i32::from(is_to_come);
    let ask = Ask { key: "year", part: Part::Events, label: "Year of dates that leave it out" };
    let year = asking.text(ask, Vec::new(), guess.to_string(), Confidence::Unsure);
    if year.parse::<i32>().is_ok() { year } else { guess.to_string() }
}

/// Asks what each code means, and writes it down.
pub(super) fn codes(
    asking: &mut Asking<'_>,
    columns: &Columns<'_>,
    sample: &Sample,
    separator: u8,
    definition: &mut Definition,
) {
    let code = asking.questions.iter().find(|question| question.key == "code").map(|question| question.chosen.clone());
    let code = code.unwrap_or_default();
    let counts = sample.codes(separator, &code, columns.table);
    let header = code.replace(['{', '}'], " ");
    let known = Known::of(&header, counts.iter().map(|(code, _)| code.as_str()));
    definition.table("codes");
    for (code, n) in counts.iter().take(MOST_ASKED) {
        let ask = Ask { key: &format!("code:{code}"), part: Part::Codes, label: code };
        let meaning = asking.meaning(ask, known.meaning(code), *n);
        if !meaning.is_empty() {
            definition.line(&quoted(code), &definition::meaning(&meaning));
        }
    }
}

/// Writes down what the time in each column is.
pub(super) fn milestones(used: &[Used], definition: &mut Definition) {
    definition.table("milestones");
    for (template, event) in used {
        definition.line(&quoted(&key_of(template)), &definition::meaning(event));
    }
}
