//! Parcels, by number and as lists.

use std::sync::Arc;

use app::backend::Backend;
use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use domain::view::{ParcelPage, ParcelQuery, ParcelView};

use super::problem::{Problem, unreadable_path};
use crate::backend::Courierscope;

/// Parcels that a list gives where nobody says how many.
const USUAL_LIMIT: u32 = 100;

/// Every parcel with this tracking number or reference.
///
/// Numbers repeat: couriers use them again, and two couriers may have the same.
#[utoipa::path(get, path = "/api/v1/parcels/{number}",
    params(("number" = String, Path, description = "Tracking number or shipper's reference")),
    responses((status = 200, body = Vec<ParcelView>),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn find_parcels(
    State(courierscope): State<Arc<Courierscope>>,
    number: Result<Path<String>, PathRejection>,
) -> Result<Json<Vec<ParcelView>>, Problem> {
    let Path(number) = number.map_err(unreadable_path)?;
    let parcels = courierscope.find_parcels(&number).await?;
    if parcels.is_empty() {
        let detail = format!("no parcel has the tracking number or reference {number:?}");
        return Err(Problem { parameter: Some("number".into()), ..Problem::new(StatusCode::NOT_FOUND, detail) });
    }
    Ok(Json(parcels))
}

/// Parcels by key, page by page.
#[utoipa::path(get, path = "/api/v1/parcels", params(
    ("courier" = Option<String>, Query),
    ("class" = Option<domain::verdict::Class>, Query, description = "What became of the promise"),
    ("status" = Option<domain::parcel::Status>, Query, description = "Where it stands"),
    ("from" = Option<String>, Query, description = "First cohort day, inclusive"),
    ("to" = Option<String>, Query, description = "Last cohort day, inclusive"),
    ("limit" = Option<u32>, Query, description = "1..=1000, by default 100"),
    ("after" = Option<i64>, Query, description = "The `next` of the page before"),
), responses((status = 200, body = ParcelPage), (status = 400, body = Problem, content_type = "application/problem+json")))]
pub async fn list_parcels(
    State(courierscope): State<Arc<Courierscope>>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<ParcelPage>, Problem> {
    Ok(Json(courierscope.list_parcels(parcel_query(&pairs)?).await?))
}

fn parcel_query(pairs: &[(String, String)]) -> Result<ParcelQuery, Problem> {
    let mut query = ParcelQuery { limit: USUAL_LIMIT, ..ParcelQuery::default() };
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        let wrong = |what: &str| Problem::parameter(name, format!("{name}: {value:?} is not {what}"));
        let date =
            || chrono::NaiveDate::parse_from_str(value, "%Y-%m-%d").map_err(|_| wrong("a date such as 2026-06-01"));
        match name.as_str() {
            "courier" => query.courier = Some(value.clone()),
            "class" => query.class = Some(value.parse().map_err(|e| Problem::parameter(name, format!("class: {e}")))?),
            "status" => {
                query.status = Some(value.parse().map_err(|e| Problem::parameter(name, format!("status: {e}")))?)
            }
            "from" => query.from = Some(date()?),
            "to" => query.to = Some(date()?),
            "limit" => query.limit = value.parse().map_err(|_| wrong("a number between 1 and 1000"))?,
            "after" => query.after = Some(value.parse().map_err(|_| wrong("the key of a parcel"))?),
            _ => {
                let detail = format!("{name} is unknown; use courier, class, status, from, to, limit, after");
                return Err(Problem::parameter(name, detail));
            }
        }
    }
    Ok(query)
}
