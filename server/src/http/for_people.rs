//! Faults as a page, where a browser asks: whoever sent a form reads no JSON.

use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::problem::Problem;

/// Answers a fault with a page to those who ask for pages.
pub async fn faults_as_pages(request: Request, next: Next) -> Response {
    let wants_page = wants_page(request.headers());
    let response = next.run(request).await;
    match response.extensions().get::<Problem>() {
        Some(problem) if wants_page => {
            let mut page = Html(page(problem)).into_response();
            *page.status_mut() = response.status();
            for (name, value) in response.headers() {
                // What the page is, and how it is packed, is its own.
                if ![header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_ENCODING].contains(name) {
                    page.headers_mut().append(name, value.clone());
                }
            }
            page
        }
        _ => response,
    }
}

fn wants_page(headers: &HeaderMap) -> bool {
    let accepts = |accept: &header::HeaderValue| accept.to_str().is_ok_and(|accept| accept.contains("text/html"));
    headers.get_all(header::ACCEPT).iter().any(accepts)
}

fn page(problem: &Problem) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>Not done · Courierscope</title>\
         <link rel=\"stylesheet\" href=\"/pkg/courierscope.css\"></head><body><main>\
         <header class=\"heading\"><h1>Not done</h1></header>\
         <div class=\"notice fault\" role=\"alert\"><strong>▲ {}</strong><p>{}.</p></div>\
         <p>Go back with your browser, or to the <a href=\"/feeds\">feeds</a> or the <a href=\"/\">overview</a>.</p>\
         </main></body></html>",
        as_text(&problem.title),
        as_text(&app::words::capitalised(&problem.detail)),
    )
}

/// A text as HTML shows it.
fn as_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
