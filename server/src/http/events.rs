//! What feeds send.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use domain::view::Standing;
use intake::{ContentEncoding, Format, Unreadable};
use store::Arrival;

use super::MaxBody;
use super::body::{Received, Spoilt};
use super::problem::{Problem, unreadable_path};
use crate::backend::Courierscope;
use crate::inbox::{Inbox, Refused};
use crate::metrics;
use crate::pipeline::{Answer, Sent, take_sent};

/// Feeds that an answer names.
const NAMED: usize = 20;
/// The longest `Idempotency-Key`, in characters.
const LONGEST_KEY: usize = 200;

/// Takes what a feed sends: canonical events as JSON array or NDJSON, or CSV as its definition describes, also in the
/// first sheet of an XLSX workbook that has rows.
///
/// The answer comes when everything is safely on the disk; figures follow within a second. Rows that cannot be read
/// are listed and the others are taken. Sending the same content, or anything under the same `Idempotency-Key`, again
/// changes nothing and is answered alike.
#[utoipa::path(post, path = "/api/v1/feeds/{feed}/events",
    params(("feed" = String, Path, description = "The feed; `canonical` takes canonical events"),
        ("Content-Type" = String, Header, description = "application/json, application/x-ndjson, text/csv or application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("Content-Encoding" = Option<String>, Header, description = "gzip or zstd"),
        ("Idempotency-Key" = Option<String>, Header)),
    request_body(content = String, content_type = "application/x-ndjson"),
    responses((status = 200, body = Answer),
        (status = 400, description = "Nothing of it can be read", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such feed", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "It came too slowly", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Unknown type or encoding", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Cannot be stored now; try again after Retry-After seconds", body = Problem, content_type = "application/problem+json"),
        (status = 507, description = "The disk is full; try again later", body = Problem, content_type = "application/problem+json")))]
pub async fn take_events(
    State(courierscope): State<Arc<Courierscope>>,
    State(inbox): State<Inbox>,
    State(MaxBody(limit)): State<MaxBody>,
    feed: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Answer>, Problem> {
    let Path(feed) = feed.map_err(unreadable_path)?;
    let feed = match courierscope.feeds.find(&feed) {
        Some(Ok(feed)) => feed,
        Some(Err(faults)) => {
            let detail = format!("the definition of feed {feed:?} has faults: {}", faults.join("; "));
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail));
        }
        None => return Err(unknown_feed(&courierscope, &feed)),
    };
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let content_type = text(header::CONTENT_TYPE).unwrap_or_default();
    let format = Format::from_content_type(content_type);
    if format.is_none() && !intake::is_workbook_type(content_type) {
        return Err(unknown_type("Content-Type", content_type));
    }
    let encoding = text(header::CONTENT_ENCODING).unwrap_or_default();
    let encoding = ContentEncoding::from_header(encoding).ok_or_else(|| unknown_type("Content-Encoding", encoding))?;
    let idempotency_key = idempotency_key(&headers)?;
    if length(&headers).is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    let received = Received::new(body, &courierscope, limit).await.map_err(spoilt)?;
    let mut received = received.unpacked(encoding, &courierscope, limit).await.map_err(spoilt)?;
    if format.is_none() {
        received = received.into_table(&feed, &courierscope, limit).await.map_err(spoilt)?;
    }
    let (Received { bytes, room: _room }, format) = (received, format.unwrap_or(Format::Csv));
    let place = inbox.place().map_err(refuse)?;
    let received_at = courierscope.clock.now();
    let name = feed.feed.name.clone();
    let (batch, read) = tokio::task::spawn_blocking(move || {
        let sent = Sent { format, bytes, first_row: 1, idempotency_key, received_at };
        take_sent(&feed, sent)
    })
    .await
    .map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "a fault of the program; nothing was taken"))?
    .map_err(unreadable)?;
    let standing = courierscope.feeds.standing(&courierscope.store, &batch.feed).await;
    let on_probation = standing.map_err(|fault| refuse(Refused::from(&fault)))? == Standing::Probation;
    let inserted = place.put(batch, read).await.map_err(refuse)?;
    let answer = Answer { on_probation, ..Answer::of(inserted.id, &inserted.answer) };
    match inserted.arrival {
        Arrival::New => metrics::taken(&name, answer.events, answer.rejected),
        Arrival::Repeated => metrics::repeated(&name),
    }
    Ok(Json(answer))
}

/// How long the body says it is.
fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn spoilt(fault: Spoilt) -> Problem {
    match fault {
        Spoilt::TooLarge(limit) => too_large(limit),
        Spoilt::Unreadable(fault) => unreadable(fault),
        Spoilt::NoRoom => refuse(Refused::QueueFull),
        Spoilt::BrokeOff => Problem::new(StatusCode::BAD_REQUEST, "the body broke off; send it again"),
        Spoilt::Slow => {
            let detail = "the body came too slowly; nothing was taken, send it faster or in smaller parts";
            Problem::new(StatusCode::REQUEST_TIMEOUT, detail)
        }
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    match key.to_str() {
        Ok(key) if key.len() <= LONGEST_KEY => Ok(Some(key.to_owned())),
        _ => {
            let detail = format!("Idempotency-Key must be at most {LONGEST_KEY} characters of ASCII");
            Err(Problem::parameter("Idempotency-Key", detail))
        }
    }
}

fn refuse(refused: Refused) -> Problem {
    let status = match refused {
        Refused::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        Refused::QueueFull | Refused::Locked | Refused::NotWritable | Refused::Unavailable => {
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    Problem::new(status, format!("{refused}; nothing was taken, send it again later"))
}

fn unreadable(fault: Unreadable) -> Problem {
    let status = match fault {
        Unreadable::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Unreadable::WrongFormat { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        _ => StatusCode::BAD_REQUEST,
    };
    let detail = match fault {
        // Of a file the rows before the damage are kept; a body is sent again whole.
        Unreadable::Damaged { compression, reason } => {
            format!("the {compression} data is damaged or cut off ({reason}): nothing was taken, send it again whole")
        }
        fault => fault.to_string(),
    };
    Problem::new(status, detail)
}

fn too_large(limit: usize) -> Problem {
    let detail = format!("the body is larger than {limit} bytes; send it in smaller parts");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
}

fn unknown_type(name: &str, value: &str) -> Problem {
    let detail = format!(
        "{name} {value:?} is not known; send application/json, application/x-ndjson, text/csv, or for an XLSX workbook \
         application/vnd.openxmlformats-officedocument.spreadsheetml.sheet, as it is or with Content-Encoding gzip or \
         zstd"
    );
    Problem { parameter: Some(name.to_owned()), ..Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail) }
}

fn unknown_feed(courierscope: &Courierscope, feed: &str) -> Problem {
    let names: Vec<String> = courierscope.feeds.all().into_keys().collect();
    let folder = courierscope.feeds.folder().display();
    let more = if names.len() > NAMED { format!(" and {} more", names.len() - NAMED) } else { String::new() };
    let named = names[..names.len().min(NAMED)].join(", ");
    let detail =
        format!("there is no feed {feed:?}; there are: {named}{more}. A new one is a file {feed}.toml in {folder}");
    Problem { parameter: Some("feed".into()), ..Problem::new(StatusCode::NOT_FOUND, detail) }
}
