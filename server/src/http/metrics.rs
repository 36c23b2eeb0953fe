//! What the server measures of itself.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::kpi::KpiQuery;

use super::health::{ANSWER_WITHIN, why_not_ready};
use crate::backend::Courierscope;
use crate::inbox::Inbox;
use crate::metrics::{self, Moment};

/// Counters, durations and levels in Prometheus' text format; no names, numbers or addresses of anybody.
#[utoipa::path(get, path = "/metrics", responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn show_metrics(
    State(courierscope): State<Arc<Courierscope>>,
    State(inbox): State<Inbox>,
) -> impl IntoResponse {
    let freshness = courierscope.figures.freshness();
    let store = &courierscope.store;
    let seconds_since = |judged: i64| (courierscope.clock.now() - judged) as f64 / 1000.0;
    // Together, so that a database that hangs delays them once.
    let (not_ready, latest, pending_batches, counted) = tokio::join!(
        why_not_ready(&courierscope),
        in_time(store.revision()),
        in_time(store.pending_batches()),
        in_time(courierscope.figures.answer(KpiQuery::default())),
    );
    let moment = Moment {
        inbox_queue: inbox.waiting(),
        pending_batches,
        revision: freshness.revision,
        revisions_behind: latest.map(|(revision, _)| revision - freshness.revision),
        // A database that is new has judged nothing yet.
        judged_seconds_ago: latest.filter(|(_, judged)| *judged > 0).map_or(0.0, |(_, judged)| seconds_since(judged)),
        parcels: counted.flatten().map_or(0, |answer| answer.rows.iter().map(|row| row.kpis.volume).sum()),
        is_ready: not_ready.is_none(),
    };
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics::text(&moment))
}

/// What is answered in time and without a fault.
async fn in_time<T, E>(answer: impl Future<Output = Result<T, E>>) -> Option<T> {
    tokio::time::timeout(ANSWER_WITHIN, answer).await.ok()?.ok()
}
