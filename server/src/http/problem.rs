//! Faults as `application/problem+json` (RFC 9457).

use std::any::Any;

use app::backend::Trouble;
use axum::extract::rejection::PathRejection;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// What went wrong, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// What kind of fault.
    pub title: String,
    /// What is wrong and what to do.
    pub detail: String,
    /// The parameter at fault, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
}

/// How long a sender should wait, in seconds.
const RETRY_AFTER: &str = "2";

impl Problem {
    /// A fault with this status.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Fault").to_owned();
        Self { status: status.as_u16(), title, detail: detail.into(), parameter: None }
    }

    /// A parameter that cannot be read.
    pub fn parameter(name: &str, detail: impl Into<String>) -> Self {
        Self { parameter: Some(name.to_owned()), ..Self::new(StatusCode::BAD_REQUEST, detail) }
    }
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Question(fault) => {
                Self::parameter(&fault.parameter, format!("{}: {}", fault.parameter, fault.reason))
            }
            Trouble::Meanwhile(reason) => Self::new(StatusCode::CONFLICT, reason),
            Trouble::Unavailable => Self::new(StatusCode::SERVICE_UNAVAILABLE, trouble.to_string()),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::INSUFFICIENT_STORAGE) {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static(RETRY_AFTER));
        }
        // Who asked for a page gets one of it.
        response.extensions_mut().insert(self);
        response
    }
}

/// No such address in the API.
pub async fn unknown_route(uri: Uri) -> Problem {
    let detail = format!("{} is not an address of the API; /api/openapi.json lists them", uri.path());
    Problem::new(StatusCode::NOT_FOUND, detail)
}

/// An address of the API that is asked otherwise.
pub async fn wrong_method(method: Method, uri: Uri) -> Problem {
    let detail = format!("{} does not take {method}; /api/openapi.json says what it takes", uri.path());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
}

/// An address whose parts are no text.
pub fn unreadable_path(fault: PathRejection) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, format!("the address cannot be read: {}", fault.body_text()))
}

/// A fault of the program itself.
pub fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    let detail = "a fault of the program, which its log describes; nothing was lost";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail).into_response()
}
