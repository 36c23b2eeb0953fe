//! KPIs, by any grouping and filter.

use std::convert::Infallible;
use std::sync::Arc;

use app::backend::Backend;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use domain::kpi::{DefinitionView, KpiAnswer, KpiQuery, KpiRow, definition};
use rayon::prelude::*;

use super::problem::Problem;
use crate::backend::Courierscope;
use crate::pipeline::{PipelineError, on_a_thread};

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
    let answer = courierscope.kpis(query).await?;
    Ok(json(answer).await.map_err(crate::backend::trouble)?)
}

/// What each KPI means.
///
/// The same text stands beside every figure on the pages. `name` is the KPI's word in the answers and in contracts.
#[utoipa::path(get, path = "/api/v1/kpis/definitions", responses((status = 200, body = Vec<DefinitionView>)))]
pub async fn list_definitions() -> Json<Vec<DefinitionView>> {
    Json(definition::ALL.iter().map(|definition| DefinitionView::from(*definition)).collect())
}

/// What a row takes as text, in bytes, at most.
const ROW: usize = 4096;
/// Fewer rows than this are written by one thread.
const ROWS_AT_ONCE: usize = 128;

/// The answer as JSON. Where it has thousands of rows, writing them is a third of what the answer costs: several threads
/// share it, each into room that is taken at once.
async fn json(mut answer: KpiAnswer) -> Result<Response, PipelineError> {
    let rows = std::mem::take(&mut answer.rows);
    let parts: Vec<Vec<u8>> = if rows.len() <= ROWS_AT_ONCE {
        vec![written(&rows)]
    } else {
        on_a_thread(move || Ok(cube::shared(|| rows.par_chunks(ROWS_AT_ONCE).map(written).collect()))).await?
    };
    // The rows are the last field: they go before what closes their list and the answer.
    let mut head = serde_json::to_vec(&answer).unwrap_or_default();
    let end = head.split_off(head.len().saturating_sub("]}".len()));
    let mut parts: Vec<Bytes> = parts.into_iter().map(Bytes::from).collect();
    if let Some(first) = parts.first_mut().filter(|part| !part.is_empty()) {
        *first = first.slice(",".len()..);
    }
    // Sent as they are, since to join them is to copy megabytes.
    let all: Vec<Bytes> = std::iter::once(head.into()).chain(parts).chain([end.into()]).collect();
    let length = all.iter().map(Bytes::len).sum::<usize>().to_string();
    let headers = [(CONTENT_TYPE, "application/json".to_owned()), (CONTENT_LENGTH, length)];
    let body = Body::from_stream(futures::stream::iter(all.into_iter().map(Ok::<_, Infallible>)));
    Ok((headers, body).into_response())
}

/// Rows, each with a comma before it. Writing figures and names into memory cannot fail.
fn written(rows: &[KpiRow]) -> Vec<u8> {
    let mut text = Vec::with_capacity(rows.len() * ROW);
    for row in rows {
        text.push(b',');
        let _ = serde_json::to_writer(&mut text, row);
    }
    text
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use domain::kpi::AnsweredFrom;

    use super::*;

    #[tokio::test]
    async fn an_answer_that_threads_share_reads_as_if_one_had_written_it() {
        for rows in [0, 1, ROWS_AT_ONCE, 2 * ROWS_AT_ONCE + 1] {
            let answer = KpiAnswer {
                revision: 7,
                as_of: Default::default(),
                complete_until: None,
                answered_from: AnsweredFrom::Cells,
                rows: vec![KpiRow::default(); rows],
            };
            let expected = serde_json::to_vec(&answer).unwrap_or_default();
            let written = to_bytes(json(answer).await.map(Response::into_body).unwrap_or_default(), usize::MAX)
                .await
                .unwrap_or_default();
            assert!(!written.is_empty() && written == expected, "{rows} rows");
        }
    }
}
