//! Whether the server does its work.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::problem::Problem;
use crate::backend::Courierscope;

/// Whether the server and its database answer.
#[utoipa::path(get, path = "/healthz", responses((status = 200, body = String),
    (status = 503, body = Problem, content_type = "application/problem+json")))]
pub async fn check_health(State(courierscope): State<Arc<Courierscope>>) -> Result<&'static str, Problem> {
    courierscope.store.ping().await.map_err(|fault| {
        tracing::error!(%fault, "the database does not answer");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
    })?;
    Ok("ok\n")
}
