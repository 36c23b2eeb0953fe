//! Whether the server does its work.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;

use super::problem::Problem;
use crate::backend::Courierscope;

/// A database that takes longer to say anything does not answer.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// Whether the server is alive. It is so without its database too: starting it again would mend nothing.
#[utoipa::path(get, path = "/healthz", responses((status = 200, body = String)))]
pub async fn check_health() -> &'static str {
    "ok\n"
}

/// Whether the server is ready for traffic: its database answers, and what feeds send gets into the figures.
#[utoipa::path(get, path = "/readyz", responses((status = 200, body = String),
    (status = 503, description = "Not ready, and why", body = Problem, content_type = "application/problem+json")))]
pub async fn check_readiness(State(courierscope): State<Arc<Courierscope>>) -> Result<&'static str, Problem> {
    match why_not_ready(&courierscope).await {
        Some(why) => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, why)),
        None => Ok("ready\n"),
    }
}

/// Why the server is not ready for traffic; `None` where it is.
pub async fn why_not_ready(courierscope: &Courierscope) -> Option<String> {
    if courierscope.stopping.is_cancelled() {
        return Some("the server is stopping".into());
    }
    match tokio::time::timeout(ANSWER_WITHIN, courierscope.store.ping()).await {
        Ok(Ok(())) => {}
        Ok(Err(fault)) => return Some(fault.to_string()),
        Err(_) => return Some(format!("the database has not answered within {} s", ANSWER_WITHIN.as_secs())),
    }
    let (since, why) = courierscope.progress.standstill()?;
    Some(format!("the figures have stood still for {} s: {why}", since.as_secs()))
}
