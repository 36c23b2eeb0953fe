//! What the server measures of itself.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::kpi::KpiQuery;

use super::health::why_not_ready;
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
    let latest = courierscope.store.revision().await.ok();
    let seconds_since = |judged: i64| (courierscope.clock.now() - judged) as f64 / 1000.0;
    let counted = courierscope.figures.answer(KpiQuery::default()).await.ok().flatten();
    let moment = Moment {
        inbox_queue: inbox.waiting(),
        pending_batches: courierscope.store.pending_batches().await.ok(),
        revision: freshness.revision,
        revisions_behind: latest.map(|(revision, _)| revision - freshness.revision),
        // A database that is new has judged nothing yet.
        judged_seconds_ago: latest.filter(|(_, judged)| *judged > 0).map_or(0.0, |(_, judged)| seconds_since(judged)),
        parcels: counted.map_or(0, |answer| answer.rows.iter().map(|row| row.kpis.volume).sum()),
        is_ready: why_not_ready(&courierscope).await.is_none(),
    };
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics::text(&moment))
}
