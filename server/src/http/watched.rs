//! The folder that is watched for files.

use std::sync::Arc;

use app::backend::Backend;
use axum::Json;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::Redirect;
use domain::watched::FolderView;
use serde::Deserialize;

use super::problem::Problem;
use crate::backend::Courierscope;
use crate::uploads::Uploads;
use crate::watched;

/// Which of the files that wait for answers.
#[derive(Debug, Deserialize)]
pub struct Asking {
    /// Its name.
    file: String,
}

/// The folders that are watched for files: what was taken last, what failed and what needs answers.
///
/// Empty where no folder is watched.
#[utoipa::path(get, path = "/api/v1/folders", responses((status = 200, body = Vec<FolderView>)))]
pub async fn list_folders(State(courierscope): State<Arc<Courierscope>>) -> Result<Json<Vec<FolderView>>, Problem> {
    Ok(Json(courierscope.list_folders().await?))
}

/// Has the questions of a file that waits for answers asked on the page "Add a feed".
pub async fn answer(
    State(courierscope): State<Arc<Courierscope>>,
    State(uploads): State<Uploads>,
    Path(feed): Path<String>,
    Form(Asking { file }): Form<Asking>,
) -> Result<Redirect, Problem> {
    let gone = || Problem::new(StatusCode::NOT_FOUND, "this file does not wait for answers any more");
    let watched = courierscope.watched.as_ref().ok_or_else(gone)?;
    let opened = watched.asking(&feed, &file).await.ok_or_else(gone)?;
    let answers = watched::answers(&feed);
    let id = uploads.take_over(&file, opened, feed, answers).await?;
    Ok(Redirect::to(&format!("/feeds/new/{id}")))
}
