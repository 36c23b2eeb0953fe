//! How far the figures are with the contracts and calendars as they were saved.

use std::sync::Arc;

use app::backend::Backend;
use axum::extract::{Form, State};
use axum::response::Redirect;
use axum::routing::post;
use axum::{Json, Router};
use domain::agreement::Recalculation;
use serde::Deserialize;

use super::AppState;
use super::problem::Problem;
use crate::backend::Courierscope;

/// The forms of the page.
pub fn forms() -> Router<AppState> {
    Router::new().route("/contracts/recalculation", post(decide_by_form))
}

/// What somebody wants.
#[derive(Debug, Deserialize)]
struct Decision {
    wanted: bool,
}

/// How far the figures are with the contracts and calendars as they were saved.
#[utoipa::path(get, path = "/api/v1/recalculation", responses((status = 200, body = Recalculation)))]
pub async fn show(State(courierscope): State<Arc<Courierscope>>) -> Result<Json<Recalculation>, Problem> {
    Ok(Json(courierscope.recalculation().await?))
}

/// Has the figures follow the contracts and calendars as they were saved, after that was stopped.
#[utoipa::path(post, path = "/api/v1/recalculation", responses((status = 200, body = Recalculation)))]
pub async fn start(State(courierscope): State<Arc<Courierscope>>) -> Result<Json<Recalculation>, Problem> {
    courierscope.want_latest_terms(true).await?;
    show(State(courierscope)).await
}

/// Stops recalculating: the figures stay what they are until contracts or calendars are saved again, or it is started again.
#[utoipa::path(delete, path = "/api/v1/recalculation", responses((status = 200, body = Recalculation)))]
pub async fn stop(State(courierscope): State<Arc<Courierscope>>) -> Result<Json<Recalculation>, Problem> {
    courierscope.want_latest_terms(false).await?;
    show(State(courierscope)).await
}

async fn decide_by_form(
    State(courierscope): State<Arc<Courierscope>>,
    Form(decision): Form<Decision>,
) -> Result<Redirect, Problem> {
    courierscope.want_latest_terms(decision.wanted).await?;
    Ok(Redirect::to("/contracts"))
}
