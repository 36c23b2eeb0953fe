//! The forms of the page "Add a feed", which work without scripts: each answer is the address of a page.

use axum::Router;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Form, Multipart, Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;

use super::AppState;
use super::problem::Problem;
use crate::feeds::NotSaved;
use crate::uploads::{UploadFault, Uploads};

/// Fields of the form that are no answers.
const FEED: &str = "feed";
const ACTION: &str = "do";

/// The forms.
pub fn routes() -> Router<AppState> {
    Router::new()
        // A file goes to the disk as it comes, with a limit of its own.
        .route("/feeds/new", post(take_file).layer(DefaultBodyLimit::disable()))
        .route("/feeds/new/{id}", post(take_answers))
        .route("/feeds/{feed}/asks", post(super::watched::answer))
        .layer(from_fn(own_pages_only))
}

/// Refuses forms that other sites send: a browser sends them without asking.
async fn own_pages_only(request: Request, next: Next) -> Result<Response, Problem> {
    let site = request.headers().get("sec-fetch-site").and_then(|site| site.to_str().ok());
    match site {
        None | Some("same-origin" | "none") => Ok(next.run(request).await),
        Some(_) => Err(Problem::new(StatusCode::FORBIDDEN, "this form is not one of this server's own pages")),
    }
}

async fn take_file(
    State(uploads): State<Uploads>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let mut form = form.map_err(|fault| Problem::new(StatusCode::BAD_REQUEST, fault.body_text()))?;
    let broken = |fault: axum::extract::multipart::MultipartError| UploadFault::BrokenOff(fault.to_string());
    let outcome = match form.next_field().await.map_err(broken)? {
        Some(field) if field.file_name().is_some_and(|name| !name.is_empty()) => {
            let name = field.file_name().unwrap_or_default().to_owned();
            uploads.receive(&name, field).await
        }
        _ => return Ok(Redirect::to("/feeds/new?refused=nothing").into_response()),
    };
    Ok(match outcome {
        Ok(id) => Redirect::to(&format!("/feeds/new/{id}")).into_response(),
        Err(UploadFault::TooLarge(_)) => Redirect::to("/feeds/new?refused=too-large").into_response(),
        Err(UploadFault::Full) => Redirect::to("/feeds/new?refused=full").into_response(),
        Err(fault) => Problem::from(fault).into_response(),
    })
}

async fn take_answers(
    State(uploads): State<Uploads>,
    Path(id): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let action = field(ACTION);
    if action.as_deref() == Some("discard") {
        uploads.remove(&id).await?;
        return Ok(Redirect::to("/feeds").into_response());
    }
    let feed = field(FEED);
    let answers = fields.into_iter().filter(|(key, _)| key != FEED && key != ACTION).collect();
    uploads.answer(&id, feed, answers).await?;
    let page = format!("/feeds/new/{id}");
    if action.as_deref() != Some("import") {
        return Ok(Redirect::to(&page).into_response());
    }
    Ok(match uploads.import(&id).await {
        Ok(()) | Err(UploadFault::Running) => Redirect::to(&page).into_response(),
        // The page shows why the file cannot be read; of the name it knows nothing.
        Err(UploadFault::NotSaved(NotSaved::Name(_))) => Redirect::to(&format!("{page}?refused=name")).into_response(),
        Err(UploadFault::NotSaved(NotSaved::Taken(_))) => {
            Redirect::to(&format!("{page}?refused=taken")).into_response()
        }
        Err(UploadFault::Faults(_) | UploadFault::Unreadable(_)) => {
            Redirect::to(&format!("{page}?refused=faults")).into_response()
        }
        Err(fault) => Problem::from(fault).into_response(),
    })
}
