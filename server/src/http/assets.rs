//! The site's files, from inside the executable, in the compression that the browser takes.

use axum::body::Body;
use axum::http::{HeaderMap, Response, StatusCode, header};
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "$COURIERSCOPE_SITE"]
struct Site;

/// The file at this path, if there is one.
pub fn file(path: &str, headers: &HeaderMap) -> Option<Response<Body>> {
    let path = path.trim_start_matches('/');
    let is_compressed = path.ends_with(".br") || path.ends_with(".gz");
    let plain = Site::get(path).filter(|_| !path.is_empty() && !is_compressed)?;
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let takes =
        |encoding: &str| accepted.split(',').any(|one| one.split(';').next().unwrap_or_default().trim() == encoding);
    let compressed = [("br", "br"), ("gzip", "gz")].into_iter().filter(|(encoding, _)| takes(encoding));
    let compressed =
        compressed.filter_map(|(encoding, end)| Some((encoding, Site::get(&format!("{path}.{end}"))?))).next();
    let tag: String = plain.metadata.sha256_hash().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}{}\"", compressed.as_ref().map_or("", |(encoding, _)| encoding));
    let mut response = Response::builder()
        .header(header::CONTENT_TYPE, content_type(path))
        .header(header::ETAG, &tag)
        .header(header::VARY, "accept-encoding")
        .header(header::CACHE_CONTROL, "no-cache");
    if headers.get(header::IF_NONE_MATCH).is_some_and(|seen| seen.as_bytes() == tag.as_bytes()) {
        return response.status(StatusCode::NOT_MODIFIED).body(Body::empty()).ok();
    }
    let data = match compressed {
        Some((encoding, file)) => {
            response = response.header(header::CONTENT_ENCODING, encoding);
            file.data
        }
        None => plain.data,
    };
    response.body(Body::from(data)).ok()
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, end)| end) {
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
