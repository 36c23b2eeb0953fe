//! Every request is given a number, measured, and said in the log; by its route, never by its address, which may hold
//! the number of a parcel.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use crate::metrics;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Measures a request and says it: what was refused at info, what failed at warn, what went well at debug.
pub async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("(files)", MatchedPath::as_str);
    let id = request_id(request.headers());
    let span = tracing::info_span!("request", id);
    let mut response = next.run(request).instrument(span.clone()).await;
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let (status, took) = (response.status().as_u16(), started.elapsed());
    metrics::answered(method, route, status, took);
    let took_ms = took.as_millis() as u64;
    span.in_scope(|| match status {
        // Senders are told to come back; the counters say how many.
        500.. if status != 503 => tracing::warn!(method, route, status, took_ms, "a request failed"),
        400.. => tracing::info!(method, route, status, took_ms, "a request was refused"),
        _ => tracing::debug!(method, route, status, took_ms, "a request was answered"),
    });
    response
}

/// Senders may use any word as a method; the counters know these.
fn known(method: &Method) -> &'static str {
    let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    methods.into_iter().find(|known| *known == method.as_str()).unwrap_or("(other)")
}

/// The number that a proxy gave the request where it is a UUID, which can be nothing else; else one of our own.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|text| is_uuid(text));
    given.map_or_else(own_id, str::to_owned)
}

fn is_uuid(text: &str) -> bool {
    let is_right = |(place, sign): (usize, u8)| match place {
        8 | 13 | 18 | 23 => sign == b'-',
        _ => sign.is_ascii_hexdigit(),
    };
    text.len() == 36 && text.bytes().enumerate().all(is_right)
}

/// Where this process began and how many requests it has had since.
fn own_id() -> String {
    static START: OnceLock<u64> = OnceLock::new();
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let start = START.get_or_init(|| RandomState::new().build_hasher().finish());
    format!("{start:016x}-{:x}", COUNT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_taken_over_only_where_it_can_be_no_parcels() {
        let with = |text: &str| HeaderMap::from_iter([(REQUEST_ID, HeaderValue::from_str(text).unwrap())]);
        let uuid = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(request_id(&with(uuid)), uuid);
        for number in ["JD014600006281230704", "RR123456785FI", "", &"x".repeat(36)] {
            assert_ne!(request_id(&with(number)), number);
        }
        assert_ne!(request_id(&HeaderMap::new()), request_id(&HeaderMap::new()));
    }
}
