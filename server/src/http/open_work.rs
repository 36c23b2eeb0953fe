//! What is under way.

use std::sync::Arc;

use app::backend::Backend;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use domain::open_work::{Concern, OpenParcel, OpenQuery, OpenWorkView};
use serde::Deserialize;

use super::problem::Problem;
use crate::backend::{Courierscope, LONGEST_LIST};

/// Which parcels are asked for.
#[derive(Debug, Deserialize)]
pub struct Meant {
    courier: Option<String>,
    concern: Option<Concern>,
    limit: Option<u32>,
}

/// What is under way, by courier: due today, overdue, at risk, silent, held. Looked at about every minute.
#[utoipa::path(get, path = "/api/v1/open-work", responses((status = 200, body = OpenWorkView)))]
pub async fn show_open_work(State(courierscope): State<Arc<Courierscope>>) -> Result<Json<OpenWorkView>, Problem> {
    Ok(Json(courierscope.open_work().await?))
}

/// Parcels that are under way: by deadline, then those that are overdue, the latest first; those without one last. What
/// counts as lost is left out.
#[utoipa::path(get, path = "/api/v1/open-work/parcels", params(
    ("courier" = Option<String>, Query, description = "Only those that this courier has"),
    ("concern" = Option<Concern>, Query, description = "Only those for this reason"),
    ("limit" = Option<u32>, Query, description = "At most this many; 1..=1000, 100 if none is given")),
    responses((status = 200, body = Vec<OpenParcel>), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn list_open_parcels(
    State(courierscope): State<Arc<Courierscope>>,
    meant: Result<Query<Meant>, QueryRejection>,
) -> Result<Json<Vec<OpenParcel>>, Problem> {
    let Query(Meant { courier, concern, limit }) =
        meant.map_err(|fault| Problem::new(StatusCode::BAD_REQUEST, fault.body_text()))?;
    let limit = limit.unwrap_or(100).clamp(1, LONGEST_LIST) as usize;
    Ok(Json(courierscope.open_parcels(OpenQuery { courier, concern, limit }).await?))
}
