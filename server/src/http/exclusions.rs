//! Exclusions: legs that both sides have agreed to leave out of the on-time rate.

use std::sync::Arc;

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::routing::post;
use axum::{Json, Router};
use chrono::NaiveDate;
use domain::exclusion::{ClaimView, ExclusionForm, ExclusionView};
use serde::Deserialize;

use super::AppState;
use super::problem::Problem;
use crate::backend::Courierscope;
use crate::terms::TermsBook;

/// The forms of the page.
pub fn forms() -> Router<AppState> {
    Router::new().route("/exclusions", post(accept_by_form)).route("/exclusions/{id}/withdraw", post(withdraw_by_form))
}

/// Who takes an exclusion back.
#[derive(Debug, Deserialize)]
pub struct By {
    #[serde(default)]
    by: String,
}

/// Whose claims are asked for.
#[derive(Debug, Deserialize)]
pub struct Meant {
    courier: String,
    from: NaiveDate,
    to: NaiveDate,
}

/// Every exclusion, the latest first; also those that were taken back.
#[utoipa::path(get, path = "/api/v1/exclusions", responses((status = 200, body = Vec<ExclusionView>)))]
pub async fn list_exclusions(State(terms): State<TermsBook>) -> Result<Json<Vec<ExclusionView>>, Problem> {
    Ok(Json(terms.exclusions().await?))
}

/// Accepts an exclusion, of the legs of one parcel or of a period.
///
/// The legs leave both sides of the on-time rate by contract; the claimed and the raw figure still hold them. Figures follow
/// within moments for a parcel, and for a period once everything has been judged anew: see `/api/v1/recalculation`.
#[utoipa::path(post, path = "/api/v1/exclusions", request_body = ExclusionForm,
    responses((status = 201, body = ExclusionView),
    (status = 422, description = "Fields that cannot be meant, each named", body = Problem, content_type = "application/problem+json")))]
pub async fn accept_exclusion(
    State(terms): State<TermsBook>,
    form: Result<Json<ExclusionForm>, JsonRejection>,
) -> Result<(StatusCode, Json<ExclusionView>), Problem> {
    let Json(form) = form.map_err(|fault| Problem::new(fault.status(), fault.body_text()))?;
    Ok((StatusCode::CREATED, Json(terms.accept(&form).await?)))
}

/// Takes an exclusion back: the legs count again. It stays in the list.
#[utoipa::path(delete, path = "/api/v1/exclusions/{id}", params(("id" = String, Path),
    ("by" = String, Query, description = "Who decides it")),
    responses((status = 200, body = ExclusionView),
    (status = 404, body = Problem, content_type = "application/problem+json"),
    (status = 422, body = Problem, content_type = "application/problem+json")))]
pub async fn withdraw_exclusion(
    State(terms): State<TermsBook>,
    Path(id): Path<String>,
    Query(By { by }): Query<By>,
) -> Result<Json<ExclusionView>, Problem> {
    Ok(Json(terms.withdraw(&id, &by).await?))
}

/// Claims: legs of a courier that are late, and would not be by what only the courier itself says. At most 200.
///
/// It reads the parcels of that time, and takes its time where there are many.
#[utoipa::path(get, path = "/api/v1/claims", params(("courier" = String, Query),
    ("from" = NaiveDate, Query, description = "First day of the deadlines, inclusive"),
    ("to" = NaiveDate, Query, description = "Last day of the deadlines, inclusive")),
    responses((status = 200, body = Vec<ClaimView>)))]
pub async fn list_claims(
    State(courierscope): State<Arc<Courierscope>>,
    meant: Result<Query<Meant>, QueryRejection>,
) -> Result<Json<Vec<ClaimView>>, Problem> {
    let Query(Meant { courier, from, to }) =
        meant.map_err(|fault| Problem::new(StatusCode::BAD_REQUEST, fault.body_text()))?;
    if to < from || (to - from).num_days() > 366 {
        return Err(Problem::parameter("to", "to: must not be before from, nor more than a year after it"));
    }
    Ok(Json(courierscope.claims_of(&courier, from, to).await?))
}

async fn accept_by_form(State(terms): State<TermsBook>, Form(form): Form<ExclusionForm>) -> Result<Redirect, Problem> {
    terms.accept(&form).await?;
    Ok(Redirect::to("/exclusions"))
}

async fn withdraw_by_form(
    State(terms): State<TermsBook>,
    Path(id): Path<String>,
    Form(By { by }): Form<By>,
) -> Result<Redirect, Problem> {
    terms.withdraw(&id, &by).await?;
    Ok(Redirect::to("/exclusions"))
}
