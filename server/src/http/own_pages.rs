//! Refuses what other sites have a browser send: it sends their forms here without asking whoever sits before it.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use super::problem::Problem;

/// Lets through what only asks, and what our own pages or programs send.
pub async fn own_pages_only(request: Request, next: Next) -> Result<Response, Problem> {
    let only_asks = matches!(*request.method(), Method::GET | Method::HEAD);
    if only_asks || is_own(request.headers()) {
        return Ok(next.run(request).await);
    }
    let detail = "this was asked by another site: do it on a page of this server. A proxy before it has to pass on the \
                  Host header";
    Err(Problem::new(StatusCode::FORBIDDEN, detail))
}

/// Browsers say where a request comes from, by `Sec-Fetch-Site` where they trust the connection, else by `Origin`
/// alone. Programs say neither.
fn is_own(headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let origin = origin.to_str().ok().and_then(|origin| origin.parse::<Uri>().ok());
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = origin.as_ref().and_then(Uri::authority);
    authority.zip(host).is_some_and(|(authority, host)| authority.as_str().eq_ignore_ascii_case(host))
}
