//! Calendars: when networks work.

use app::link;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use axum::{Json, Router};
use chrono::DateTime;
use contracts::{calendar_to_csv, calendar_to_ical, calendar_with_day, calendar_with_fields, calendar_without_day};
use domain::fields::Fields;
use domain::glance::{CalendarView, CalendarYear, EditionView};
use serde::Deserialize;

use store::TermsKind;

use super::AppState;
use super::problem::{Problem, unreadable_path};
use crate::terms::{CalendarInForce, Dates, Draft, TermsBook, TermsFault};

/// The forms of the pages. They lead to the page of the calendar.
pub fn forms() -> Router<AppState> {
    Router::new().route("/calendars", post(add_by_form)).route("/calendars/{name}", post(save_by_form))
}

/// Which year of a calendar, and where.
#[derive(Debug, Deserialize)]
pub struct Asked {
    year: Option<i32>,
    #[serde(default)]
    region: String,
}

/// In which form a calendar is written.
#[derive(Debug, Deserialize)]
pub struct Written {
    #[serde(rename = "as")]
    form: Option<String>,
}

/// What is said about a calendar that is saved.
#[derive(Debug, Deserialize)]
pub struct Said {
    #[serde(default)]
    note: String,
    edition: Option<i64>,
}

/// Every calendar as it is in force.
#[utoipa::path(get, path = "/api/v1/calendars", responses((status = 200, body = Vec<CalendarView>)))]
pub async fn list_calendars(State(terms): State<TermsBook>) -> Result<Json<Vec<CalendarView>>, Problem> {
    let all = terms.calendars().await?;
    Ok(Json(all.values().map(CalendarInForce::view).collect()))
}

/// A year of a calendar: what every day of it is.
#[utoipa::path(get, path = "/api/v1/calendars/{name}", params(("name" = String, Path),
    ("year" = Option<i32>, Query, description = "This year if left out"),
    ("region" = Option<String>, Query, description = "What holds everywhere in the country if left out")),
    responses((status = 200, body = CalendarYear), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn find_calendar(
    State(terms): State<TermsBook>,
    name: Result<Path<String>, PathRejection>,
    Query(asked): Query<Asked>,
) -> Result<Json<CalendarYear>, Problem> {
    let Path(name) = name.map_err(unreadable_path)?;
    let year = app::backend::Terms::calendar_year(&terms, &name, asked.year, &asked.region).await?;
    Ok(Json(year.ok_or_else(|| unknown(&name))?))
}

/// A calendar as a file: TOML holds all of it, CSV and iCalendar its dated entries.
#[utoipa::path(get, path = "/api/v1/calendars/{name}/file", params(("name" = String, Path),
    ("as" = Option<String>, Query, description = "toml, csv or ical; toml if left out")),
    responses((status = 200, body = String, content_type = "application/toml"),
    (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn export_calendar(
    State(terms): State<TermsBook>,
    name: Result<Path<String>, PathRejection>,
    Query(written): Query<Written>,
) -> Result<Response, Problem> {
    let Path(name) = name.map_err(unreadable_path)?;
    let form = written_in(written.form.as_deref().unwrap_or("toml"))?;
    let there = terms.calendar(&name).await?.ok_or_else(|| unknown(&name))?;
    let (kind, ending) = (form.content_type(), form.ending());
    let place = format!("attachment; filename=\"{name}.{ending}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, place)], written_as(&there, form))
        .into_response())
}

/// What was saved of a calendar, the latest first; nothing for one as it ships with Courierscope.
#[utoipa::path(get, path = "/api/v1/calendars/{name}/versions", params(("name" = String, Path)),
    responses((status = 200, body = Vec<EditionView>), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn list_versions(
    State(terms): State<TermsBook>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Json<Vec<EditionView>>, Problem> {
    let Path(name) = name.map_err(unreadable_path)?;
    Ok(Json(terms.calendar(&name).await?.ok_or_else(|| unknown(&name))?.editions))
}

/// Saves a calendar, which is then in force.
///
/// As application/toml all of it; as text/csv or text/calendar the dated entries that take the place of those of a
/// calendar that is there. `edition` is the one that was looked at: if another was saved meanwhile, nothing is.
#[utoipa::path(put, path = "/api/v1/calendars/{name}", params(("name" = String, Path),
    ("note" = Option<String>, Query, description = "Why"),
    ("edition" = Option<i64>, Query, description = "The edition that was looked at; 0 for one as it ships")),
    request_body(content = String, content_type = "application/toml"),
    responses((status = 200, body = CalendarView),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "Somebody else has saved it meanwhile", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "It cannot be meant; every fault with its line", body = Problem, content_type = "application/problem+json")))]
pub async fn save_calendar(
    State(terms): State<TermsBook>,
    name: Result<Path<String>, PathRejection>,
    Query(said): Query<Said>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<CalendarView>, Problem> {
    let Path(name) = name.map_err(unreadable_path)?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let form = Format::of_type(kind).ok_or_else(|| unknown_type(kind))?;
    let text =
        String::from_utf8(body.into()).map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "the text is not UTF-8"))?;
    terms.save_calendar(form.dates(), draft(&name, text, said.note, said.edition)).await?;
    let there = terms.calendar(&name).await?.ok_or_else(|| unknown(&name))?;
    Ok(Json(there.view()))
}

async fn save_by_form(
    State(terms): State<TermsBook>,
    name: Result<Path<String>, PathRejection>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Redirect, Problem> {
    let Path(name) = name.map_err(unreadable_path)?;
    let typed: Fields = typed.into_iter().collect();
    let edit: Option<Edit> = match typed.get("form") {
        "usual" => Some(calendar_with_fields),
        "date" => Some(calendar_with_day),
        "no_date" => Some(calendar_without_day),
        _ => None,
    };
    let (text, dates) = match edit {
        Some(edit) => {
            let there = terms.calendar(&name).await?.ok_or_else(|| unknown(&name))?;
            let edited = edit(&there.text, &typed).ok_or_else(|| {
                Problem::parameter("form", "cannot edit the text of this calendar: take it away, and edit it")
            })?;
            if edited == there.text {
                let detail = "nothing would change: the calendar says so already, or has no such date for this place";
                return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
            }
            (edited, None)
        }
        // Browsers send every line's end as two characters.
        None => (typed.get("text").replace("\r\n", "\n"), written_in(typed.get("form"))?.dates()),
    };
    let edition = typed.get("edition").parse().ok();
    terms.save_calendar(dates, draft(&name, text, typed.get("note").to_owned(), edition)).await?;
    // The year of the date that was typed.
    let year = typed.get("date").get(..4).map(|year| format!("?year={year}")).unwrap_or_default();
    Ok(Redirect::to(&(link::calendar(&name) + &year)))
}

/// How a form edits a calendar's text.
type Edit = fn(&str, &Fields) -> Option<String>;

async fn add_by_form(
    State(terms): State<TermsBook>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Redirect, Problem> {
    let typed: Fields = typed.into_iter().collect();
    let name = typed.get("name").trim();
    if let Some(there) = terms.calendars().await?.keys().find(|there| there.eq_ignore_ascii_case(name)) {
        let detail =
            format!("there is a calendar {there:?} already: change it on its page, or give this one another name");
        return Err(Problem { parameter: Some("name".into()), ..Problem::new(StatusCode::CONFLICT, detail) });
    }
    let text = calendar_with_fields("", &typed).unwrap_or_default();
    terms.save_calendar(None, draft(name, text, typed.get("note").to_owned(), Some(0))).await?;
    Ok(Redirect::to(&link::calendar(name)))
}

fn draft(name: &str, text: String, note: String, seen: Option<i64>) -> Draft {
    Draft { kind: TermsKind::Calendar, name: name.to_owned(), text, note, seen }
}

/// How a calendar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// All of it, as people write it.
    Toml,
    /// Its dates, for spreadsheets.
    Csv,
    /// Its dates, for calendar programs.
    ICalendar,
}

impl Format {
    const ALL: [Self; 3] = [Self::Toml, Self::Csv, Self::ICalendar];

    const fn content_type(self) -> &'static str {
        match self {
            Self::Toml => "application/toml",
            Self::Csv => "text/csv; charset=utf-8",
            Self::ICalendar => "text/calendar; charset=utf-8",
        }
    }

    const fn dates(self) -> Option<Dates> {
        match self {
            Self::Toml => None,
            Self::Csv => Some(Dates::Csv),
            Self::ICalendar => Some(Dates::ICalendar),
        }
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Toml => "toml",
            Self::Csv => "csv",
            Self::ICalendar => "ics",
        }
    }

    fn of_type(content_type: &str) -> Option<Self> {
        let bare = |kind: &str| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        Self::ALL.into_iter().find(|form| bare(form.content_type()) == bare(content_type))
    }
}

fn written_in(word: &str) -> Result<Format, Problem> {
    match word {
        "toml" => Ok(Format::Toml),
        "csv" => Ok(Format::Csv),
        "ical" => Ok(Format::ICalendar),
        _ => Err(Problem::parameter("as", format!("{word:?} is not known: write toml, csv or ical"))),
    }
}

fn written_as(there: &CalendarInForce, form: Format) -> String {
    match form {
        Format::Toml => there.text.clone(),
        Format::Csv => calendar_to_csv(&there.calendar),
        Format::ICalendar => {
            calendar_to_ical(&there.calendar, DateTime::from_timestamp_millis(there.saved_at()).unwrap_or_default())
        }
    }
}

fn unknown(name: &str) -> Problem {
    let detail = format!("there is no calendar {name:?}; /api/v1/calendars lists them");
    Problem { parameter: Some("name".into()), ..Problem::new(StatusCode::NOT_FOUND, detail) }
}

fn unknown_type(kind: &str) -> Problem {
    let detail = format!("Content-Type {kind:?} is not known; send application/toml, text/csv or text/calendar");
    Problem { parameter: Some("Content-Type".into()), ..Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail) }
}

impl From<TermsFault> for Problem {
    fn from(fault: TermsFault) -> Self {
        let status = match &fault {
            TermsFault::Unknown(_) | TermsFault::UnknownExclusion(_) => StatusCode::NOT_FOUND,
            TermsFault::OtherName { .. } | TermsFault::Faults(_) | TermsFault::Fields(_) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            TermsFault::Changed(_) => StatusCode::CONFLICT,
            TermsFault::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
        };
        if status.is_server_error() {
            tracing::error!(%fault, "contracts and calendars cannot be stored");
            return Self::new(status, "the database does not answer; save it again when it does");
        }
        Self::new(status, fault.to_string())
    }
}
