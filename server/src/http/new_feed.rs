//! The forms of the page "Add a feed", which work without scripts: each answer is the address of a page.

use app::query::encode;
use axum::Router;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{DefaultBodyLimit, Form, Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;

use super::AppState;
use super::problem::Problem;
use crate::feeds::NotSaved;
use crate::uploads::{UploadFault, Uploads};

/// Fields of the form that are no answers.
const FEED: &str = "feed";
const ACTION: &str = "do";
/// The feed that reads the file by its own definition.
const INTO: &str = "into";

/// The forms.
pub fn routes() -> Router<AppState> {
    Router::new()
        // A file goes to the disk as it comes, with a limit of its own.
        .route("/feeds/new", post(take_file).layer(DefaultBodyLimit::disable()))
        .route("/feeds/new/{id}", post(take_answers))
        .route("/feeds/{feed}/asks", post(super::watched::answer))
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
) -> Result<Redirect, Problem> {
    match act(&uploads, &id, fields).await {
        Ok(next) => Ok(Redirect::to(&next)),
        Err(fault) => match refused(&fault) {
            Some(query) => Ok(Redirect::to(&format!("/feeds/new/{}{query}", encode(&id)))),
            None => Err(fault.into()),
        },
    }
}

/// Does what a form says; the address of the page that shows it.
async fn act(uploads: &Uploads, id: &str, fields: Vec<(String, String)>) -> Result<String, UploadFault> {
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let (action, feed) = (field(ACTION), field(FEED));
    let page = format!("/feeds/new/{}", encode(id));
    match (action.as_deref(), field(INTO)) {
        (Some("discard"), _) => {
            uploads.remove(id).await?;
            return Ok("/feeds".to_owned());
        }
        (_, Some(into)) => {
            uploads.import_into(id, &into).await?;
            return Ok(page);
        }
        _ => {}
    }
    let answers = fields.into_iter().filter(|(key, _)| key != FEED && key != ACTION).collect();
    uploads.answer(id, feed, answers).await?;
    if action.as_deref() == Some("import") {
        uploads.import(id).await?;
    }
    Ok(page)
}

/// How the page of the file says it, where it can.
fn refused(fault: &UploadFault) -> Option<&'static str> {
    match fault {
        // The page shows how far it is, or that there is no such file.
        UploadFault::Running | UploadFault::Unknown => Some(""),
        UploadFault::NotSaved(NotSaved::Name(_)) => Some("?refused=name"),
        UploadFault::NotSaved(NotSaved::Taken(_)) => Some("?refused=taken"),
        // It shows why the file cannot be read, too.
        UploadFault::Faults(_) | UploadFault::Unreadable(_) => Some("?refused=faults"),
        _ => None,
    }
}
