//! New revisions, as they come: an open page learns that its figures have changed.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures::{Stream, StreamExt};
use tokio_stream::wrappers::WatchStream;

use crate::backend::Courierscope;

/// A stream of server-sent events: the revision now, and every later one.
#[utoipa::path(get, path = "/api/v1/changes",
    responses((status = 200, body = String, content_type = "text/event-stream")))]
pub async fn follow_changes(
    State(courierscope): State<Arc<Courierscope>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let revisions = WatchStream::new(courierscope.figures.subscribe());
    let stopping = courierscope.stopping.clone();
    let events = revisions.map(|revision| Ok(Event::default().event("revision").data(revision.to_string())));
    let events = events.take_until(async move { stopping.cancelled().await });
    Sse::new(events).keep_alive(KeepAlive::default())
}
