//! KPIs, by any grouping and filter.

use std::sync::Arc;

use app::backend::Backend;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use domain::kpi::{DefinitionView, KpiAnswer, KpiQuery, definition};

use super::problem::Problem;
use crate::backend::Courierscope;

/// KPIs from the cells.
///
/// Rows are grouped by any of day, courier, service, corridor, origin_country, destination_country,
/// destination_region, delivery_mode, shipper, contract, separated by commas; none gives one row. Each of these but
/// day is a filter too; several values are several parameters.
#[utoipa::path(get, path = "/api/v1/kpis", params(
    ("group_by" = Option<String>, Query, description = "Groupings, separated by commas", example = "courier,day"),
    ("from" = Option<String>, Query, description = "First cohort day, inclusive", example = "2026-06-01"),
    ("to" = Option<String>, Query, description = "Last cohort day, inclusive", example = "2026-06-30"),
    ("courier" = Option<String>, Query, description = "Filter; so are the other groupings"),
), responses((status = 200, body = KpiAnswer), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn list_kpis(
    State(courierscope): State<Arc<Courierscope>>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let query = KpiQuery::from_pairs(pairs).map_err(app::backend::Trouble::from)?;
    Ok(json(&courierscope.kpis(query).await?))
}

/// What each KPI means.
///
/// The same text stands beside every figure on the pages. `name` is the KPI's word in the answers and in contracts.
#[utoipa::path(get, path = "/api/v1/kpis/definitions", responses((status = 200, body = Vec<DefinitionView>)))]
pub async fn list_definitions() -> Json<Vec<DefinitionView>> {
    Json(definition::ALL.iter().map(|definition| DefinitionView::from(*definition)).collect())
}

/// What a row takes as text, in bytes, about.
const ROW: usize = 1536;

/// The answer as JSON, in room that is taken at once: where it has thousands of rows, a buffer that grows with each
/// character is half of what the answer costs.
fn json(answer: &KpiAnswer) -> Response {
    let mut text = Vec::with_capacity((answer.rows.len() + 1) * ROW);
    // Writing figures and names into memory cannot fail.
    let _ = serde_json::to_writer(&mut text, answer);
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}
