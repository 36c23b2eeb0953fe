//! Files that become feeds.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use domain::upload::{Answers, UploadView};
use serde::Deserialize;

use super::problem::{Problem, unreadable_path};
use crate::feeds::NotSaved;
use crate::uploads::{UploadFault, Uploads};

/// What a file is called.
#[derive(Debug, Deserialize)]
pub struct Named {
    /// The file's name.
    #[serde(default)]
    name: String,
}

/// Where a file is imported into.
#[derive(Debug, Deserialize)]
pub struct Into {
    /// A feed that there is; left out, a new one.
    into: Option<String>,
}

/// What a person says of a file.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// The name that its feed gets; left out, it stays as it is.
    #[serde(default)]
    feed: Option<String>,
    /// Answers by the keys of the questions.
    #[serde(default)]
    answers: Answers,
}

/// Keeps a file, guesses how it is to be read, and asks what it is not sure of.
///
/// CSV in any of the usual encodings, as it is or packed with gzip or Zstandard, or an XLSX workbook. Nothing counts
/// before the import. The file is kept for a day.
#[utoipa::path(post, path = "/api/v1/uploads",
    params(("name" = String, Query, description = "The file's name; it may say whose file it is", example = "rapida.csv")),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, body = UploadView),
        (status = 413, description = "Too large", body = Problem, content_type = "application/problem+json"),
        (status = 507, description = "Too many files wait", body = Problem, content_type = "application/problem+json")))]
pub async fn upload(
    State(uploads): State<Uploads>,
    Query(Named { name }): Query<Named>,
    body: Body,
) -> Result<impl IntoResponse, Problem> {
    let id = uploads.receive(&name, body.into_data_stream()).await?;
    let view = uploads.view(&id).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, format!("/api/v1/uploads/{id}"))], Json(view)))
}

/// A file: how it would be read, what smells, and how far its import is.
#[utoipa::path(get, path = "/api/v1/uploads/{id}", params(("id" = String, Path)),
    responses((status = 200, body = UploadView),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn find_upload(
    State(uploads): State<Uploads>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<UploadView>, Problem> {
    let Path(id) = id.map_err(unreadable_path)?;
    Ok(Json(uploads.view(&id).await?))
}

/// Throws a file away. What was imported of it stays.
#[utoipa::path(delete, path = "/api/v1/uploads/{id}", params(("id" = String, Path)),
    responses((status = 204, description = "Thrown away"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn remove_upload(
    State(uploads): State<Uploads>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, Problem> {
    let Path(id) = id.map_err(unreadable_path)?;
    uploads.remove(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Answers questions of a file. Guesses that follow from the answers are made anew.
#[utoipa::path(put, path = "/api/v1/uploads/{id}/answers", params(("id" = String, Path)), request_body = Said,
    responses((status = 200, body = UploadView),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn answer_upload(
    State(uploads): State<Uploads>,
    id: Result<Path<String>, PathRejection>,
    said: Result<Json<Said>, JsonRejection>,
) -> Result<Json<UploadView>, Problem> {
    let Path(id) = id.map_err(unreadable_path)?;
    let Json(Said { feed, answers }) =
        said.map_err(|fault| Problem::new(StatusCode::BAD_REQUEST, fault.body_text()))?;
    uploads.answer(&id, feed, answers).await?;
    Ok(Json(uploads.view(&id).await?))
}

/// Begins to import a file: into a new feed, whose definition is saved, or into one that reads it by its own definition.
/// Ask for the file to see how far it is.
#[utoipa::path(post, path = "/api/v1/uploads/{id}/import", params(("id" = String, Path),
        ("into" = Option<String>, Query, description = "A feed that reads the file, as `fits` names one")),
    responses((status = 202, body = UploadView),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The name is taken, or the import goes on", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The file cannot be read like this", body = Problem, content_type = "application/problem+json")))]
pub async fn import_upload(
    State(uploads): State<Uploads>,
    id: Result<Path<String>, PathRejection>,
    Query(Into { into }): Query<Into>,
) -> Result<impl IntoResponse, Problem> {
    let Path(id) = id.map_err(unreadable_path)?;
    match into {
        Some(feed) => uploads.import_into(&id, &feed).await?,
        None => uploads.import(&id).await?,
    }
    Ok((StatusCode::ACCEPTED, Json(uploads.view(&id).await?)))
}

impl From<UploadFault> for Problem {
    fn from(fault: UploadFault) -> Self {
        let status = match &fault {
            UploadFault::Unknown => StatusCode::NOT_FOUND,
            UploadFault::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            UploadFault::Full => StatusCode::INSUFFICIENT_STORAGE,
            UploadFault::BrokenOff(_) => StatusCode::BAD_REQUEST,
            UploadFault::Running | UploadFault::NotSaved(NotSaved::Taken(_) | NotSaved::Changed(_)) => {
                StatusCode::CONFLICT
            }
            UploadFault::Answers | UploadFault::Unreadable(_) | UploadFault::Faults(_) => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            UploadFault::NotSaved(NotSaved::Name(_) | NotSaved::Faults(_)) => StatusCode::UNPROCESSABLE_ENTITY,
            UploadFault::Store(_) | UploadFault::Folder(_) | UploadFault::NotSaved(NotSaved::Folder { .. }) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            UploadFault::Program => StatusCode::INTERNAL_SERVER_ERROR,
        };
        if status.is_server_error() {
            tracing::error!(%fault, "an uploaded file cannot be worked with");
        }
        Self::new(status, fault.to_string())
    }
}
