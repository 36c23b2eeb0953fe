//! The rejected rows of a feed, and what is done about them.

use std::sync::Arc;

use app::backend::{Backend, Trouble};
use app::link;
use app::outcome::{Outcome, Refusal, SHOWN_AFTER, SHOWN_KIND};
use axum::extract::rejection::PathRejection;
use axum::extract::{Form, Path, Query, State};
use axum::response::Redirect;
use axum::{Json, Router, routing::post};
use domain::rejected::{DismissAnswer, Dismissing, MendAnswer, Mending, RejectedPage, RejectedQuery};

use super::AppState;
use super::feeds::known;
use super::problem::Problem;
use crate::backend::Courierscope;

/// Rows that a list gives where nobody says how many.
const USUAL_LIMIT: u32 = 100;

/// The forms of the page. They lead back to it.
pub fn forms() -> Router<AppState> {
    Router::new()
        .route("/feeds/{feed}/rejected/mend", post(mend_by_form))
        .route("/feeds/{feed}/rejected/dismiss", post(dismiss_by_form))
}

/// The rejected rows of a feed that nobody has mended or dismissed, those of the newest batch first.
///
/// Of each row it shows what the feed's definition reads.
#[utoipa::path(get, path = "/api/v1/feeds/{feed}/rejected", params(("feed" = String, Path),
    ("kind" = Option<String>, Query, description = "Only of this kind, as the feed's `rejections` name it"),
    ("limit" = Option<u32>, Query, description = "1..=1000, by default 100"),
    ("after" = Option<String>, Query, description = "The `next` of the page before"),
), responses((status = 200, body = RejectedPage),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such feed", body = Problem, content_type = "application/problem+json")))]
pub async fn list_rejected(
    State(courierscope): State<Arc<Courierscope>>,
    feed: Result<Path<String>, PathRejection>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<RejectedPage>, Problem> {
    let feed = known(&courierscope, feed).await?;
    Ok(Json(courierscope.list_rejected(&feed, rejected_query(&pairs)?).await?))
}

/// Corrects rejected rows and reads them again: all that are asked for, or none.
///
/// The corrected rows become a batch of their own, read by the feed's definition as it is now; the rows that were sent stay
/// in theirs, and count no more. What is wrong still is rejected with its new reason. The same request again changes nothing
/// and is answered alike.
#[utoipa::path(post, path = "/api/v1/feeds/{feed}/rejected/mend", params(("feed" = String, Path)), request_body = Mending,
    responses((status = 200, body = MendAnswer),
    (status = 400, description = "A row cannot be mended so", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such feed", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "Somebody else has mended or dismissed a row", body = Problem, content_type = "application/problem+json")))]
pub async fn mend_rejected(
    State(courierscope): State<Arc<Courierscope>>,
    feed: Result<Path<String>, PathRejection>,
    Json(mending): Json<Mending>,
) -> Result<Json<MendAnswer>, Problem> {
    let feed = known(&courierscope, feed).await?;
    Ok(Json(courierscope.mend(&feed, mending).await?))
}

/// Dismisses rejected rows: they are no longer listed, and count nowhere.
#[utoipa::path(post, path = "/api/v1/feeds/{feed}/rejected/dismiss", params(("feed" = String, Path)),
    request_body = Dismissing, responses((status = 200, body = DismissAnswer),
    (status = 400, description = "A row was not rejected", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such feed", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "Somebody else has mended a row", body = Problem, content_type = "application/problem+json")))]
pub async fn dismiss_rejected(
    State(courierscope): State<Arc<Courierscope>>,
    feed: Result<Path<String>, PathRejection>,
    Json(dismissing): Json<Dismissing>,
) -> Result<Json<DismissAnswer>, Problem> {
    let feed = known(&courierscope, feed).await?;
    Ok(Json(DismissAnswer { dismissed: courierscope.dismiss(&feed, &dismissing).await? }))
}

async fn mend_by_form(
    State(courierscope): State<Arc<Courierscope>>,
    feed: Result<Path<String>, PathRejection>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Redirect, Problem> {
    let feed = known(&courierscope, feed).await?;
    let outcome = match Mending::from_pairs(&pairs) {
        Ok(mending) => courierscope.mend(&feed, mending).await.map(|answer| Outcome::mended(&answer)),
        Err(fault) => Err(fault.into()),
    };
    back(&feed, &pairs, outcome)
}

async fn dismiss_by_form(
    State(courierscope): State<Arc<Courierscope>>,
    feed: Result<Path<String>, PathRejection>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Redirect, Problem> {
    let feed = known(&courierscope, feed).await?;
    let outcome = match Dismissing::from_pairs(&pairs) {
        Ok(dismissing) => courierscope.dismiss(&feed, &dismissing).await.map(Outcome::Dismissed),
        Err(fault) => Err(fault.into()),
    };
    back(&feed, &pairs, outcome)
}

/// Back to the list as it was looked at, with what became of it.
fn back(feed: &str, pairs: &[(String, String)], outcome: Result<Outcome, Trouble>) -> Result<Redirect, Problem> {
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(Trouble::Question(fault)) => Outcome::Refused(Refusal::of(&fault.parameter)),
        Err(Trouble::Meanwhile(_)) => Outcome::Refused(Refusal::Meanwhile),
        Err(Trouble::Unavailable) => return Err(Trouble::Unavailable.into()),
    };
    let kept = |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    Ok(Redirect::to(&outcome.query(kept(SHOWN_KIND), kept(SHOWN_AFTER)).href(&link::rejected(feed))))
}

fn rejected_query(pairs: &[(String, String)]) -> Result<RejectedQuery, Problem> {
    let mut query = RejectedQuery { limit: USUAL_LIMIT, ..RejectedQuery::default() };
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        let wrong = |fault: String| Problem::parameter(name, format!("{name}: {fault}"));
        match name.as_str() {
            "kind" => query.kind = Some(value.parse().map_err(wrong)?),
            "after" => query.after = Some(value.parse().map_err(wrong)?),
            "limit" => {
                query.limit = value.parse().map_err(|_| wrong(format!("{value:?} is no number between 1 and 1000")))?;
            }
            _ => return Err(Problem::parameter(name, format!("{name} is unknown; use kind, limit, after"))),
        }
    }
    Ok(query)
}
