//! The feeds and what they have brought.

use std::sync::Arc;

use app::backend::Backend;
use axum::Json;
use axum::extract::State;
use domain::view::FeedView;

use super::problem::Problem;
use crate::backend::Courierscope;

/// Every feed: when it last brought something, its rates, rejected rows by reason, unmapped codes.
#[utoipa::path(get, path = "/api/v1/feeds", responses((status = 200, body = Vec<FeedView>)))]
pub async fn list_feeds(State(courierscope): State<Arc<Courierscope>>) -> Result<Json<Vec<FeedView>>, Problem> {
    Ok(Json(courierscope.list_feeds().await?))
}
