//! The feeds and what they have brought; what is decided about them.

use std::sync::Arc;

use app::backend::Backend;
use app::link;
use axum::extract::rejection::PathRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use axum::{Json, Router, routing::post};
use domain::mapping::{Mapping, MappingPreview};
use domain::view::FeedView;

use super::AppState;
use super::problem::{Problem, unreadable_path};
use crate::backend::Courierscope;

/// The forms of the pages. They lead back to the page of the feed.
pub fn forms() -> Router<AppState> {
    Router::new()
        .route("/feeds/{feed}/switch-on", post(switch_on_by_form))
        .route("/feeds/{feed}/mappings", post(apply_mapping_by_form))
}

/// Every feed: when it last brought something, its rates, rejected rows by reason, unmapped codes.
#[utoipa::path(get, path = "/api/v1/feeds", responses((status = 200, body = Vec<FeedView>)))]
pub async fn list_feeds(State(courierscope): State<Arc<Courierscope>>) -> Result<Json<Vec<FeedView>>, Problem> {
    Ok(Json(courierscope.list_feeds().await?))
}

/// Has a feed counted that is on probation, with all that it has brought. One that is counted stays so.
#[utoipa::path(post, path = "/api/v1/feeds/{feed}/switch-on", params(("feed" = String, Path)), responses(
    (status = 204), (status = 404, description = "No such feed", body = Problem, content_type = "application/problem+json")))]
pub async fn switch_on(
    State(courierscope): State<Arc<Courierscope>>,
    feed: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let feed = known(&courierscope, feed).await?;
    courierscope.switch_on(&feed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What it would change in history if codes meant this. Nothing changes.
#[utoipa::path(post, path = "/api/v1/feeds/{feed}/mappings/preview", params(("feed" = String, Path)),
    request_body = Mapping, responses((status = 200, body = MappingPreview),
    (status = 400, description = "It cannot be applied", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such feed", body = Problem, content_type = "application/problem+json")))]
pub async fn preview_mapping(
    State(courierscope): State<Arc<Courierscope>>,
    feed: Result<Path<String>, PathRejection>,
    Json(mapping): Json<Mapping>,
) -> Result<Json<MappingPreview>, Problem> {
    let feed = known(&courierscope, feed).await?;
    Ok(Json(courierscope.preview_mapping(&feed, mapping).await?))
}

/// Writes what codes mean into the feed's definition and has history read by it. Answers what that changed.
#[utoipa::path(post, path = "/api/v1/feeds/{feed}/mappings/apply", params(("feed" = String, Path)),
    request_body = Mapping, responses((status = 200, body = MappingPreview),
    (status = 400, description = "It cannot be applied", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "No such feed", body = Problem, content_type = "application/problem+json")))]
pub async fn apply_mapping(
    State(courierscope): State<Arc<Courierscope>>,
    feed: Result<Path<String>, PathRejection>,
    Json(mapping): Json<Mapping>,
) -> Result<Json<MappingPreview>, Problem> {
    let feed = known(&courierscope, feed).await?;
    Ok(Json(courierscope.apply_mapping(&feed, &mapping).await?))
}

async fn switch_on_by_form(
    State(courierscope): State<Arc<Courierscope>>,
    feed: Result<Path<String>, PathRejection>,
) -> Result<Redirect, Problem> {
    let feed = known(&courierscope, feed).await?;
    courierscope.switch_on(&feed).await?;
    Ok(Redirect::to(&link::feed(&feed)))
}

async fn apply_mapping_by_form(
    State(courierscope): State<Arc<Courierscope>>,
    feed: Result<Path<String>, PathRejection>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Redirect, Problem> {
    let feed = known(&courierscope, feed).await?;
    let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mapping =
        Mapping::from_pairs(pairs).map_err(|fault| Problem::parameter(&fault.parameter, fault.to_string()))?;
    let page = link::feed(&feed);
    if courierscope.feed_version(&feed).await?.as_ref() != Some(&mapping.version) {
        return Ok(Redirect::to(&format!("{page}?refused=changed#codes")));
    }
    courierscope.apply_mapping(&feed, &mapping).await?;
    Ok(Redirect::to(&page))
}

/// A feed that there is.
pub(super) async fn known(
    courierscope: &Courierscope,
    feed: Result<Path<String>, PathRejection>,
) -> Result<String, Problem> {
    let Path(feed) = feed.map_err(unreadable_path)?;
    let feeds = courierscope.list_feeds().await?;
    if !feeds.iter().any(|known| known.name == feed) {
        let names: Vec<String> = feeds.into_iter().map(|known| known.name).collect();
        let detail = format!("there is no feed {feed:?}; there are: {}", names.join(", "));
        return Err(Problem { parameter: Some("feed".into()), ..Problem::new(StatusCode::NOT_FOUND, detail) });
    }
    Ok(feed)
}
