//! New revisions, as they come: an open page learns that its figures have changed.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures::{Stream, StreamExt};
use tokio_stream::wrappers::WatchStream;

use super::problem::Problem;
use crate::backend::Courierscope;

/// A stream of server-sent events: the revision now, and every later one.
#[utoipa::path(get, path = "/api/v1/changes",
    responses((status = 200, body = String, content_type = "text/event-stream"),
        (status = 503, description = "Too many are open", body = Problem, content_type = "application/problem+json")))]
pub async fn follow_changes(
    State(courierscope): State<Arc<Courierscope>>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let place = courierscope.streams.clone().try_acquire_owned().map_err(|_| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many pages follow the figures; reload the page for new ones")
    })?;
    let revisions = WatchStream::new(courierscope.figures.subscribe());
    let stopping = courierscope.stopping.clone();
    let events = revisions.map(move |revision| {
        let _held_as_long_as_the_stream = &place;
        Ok(Event::default().event("revision").data(revision.to_string()))
    });
    let events = events.take_until(async move { stopping.cancelled().await });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}
