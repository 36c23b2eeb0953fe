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
    let detail = match &problem.parameter {
        // A name stays as it is written.
        Some(name) if problem.detail.starts_with(name) => problem.detail.clone(),
        _ => app::words::capitalised(&problem.detail),
    };
    PAGE.replace("DETAIL", &as_text(&detail))
}

/// The page, looking like all the others, without their scripts.
const PAGE: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>This did not work · Courierscope</title>
<link rel="stylesheet" href="/pkg/courierscope.css">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
</head>
<body>
<nav class="rail" aria-label="Pages">
<div>
<a class="brand" href="/">Courierscope</a>
<ul>
<li><a href="/">Overview</a></li>
<li><a href="/couriers">Couriers</a></li>
<li><a href="/parcels">Parcels</a></li>
<li><a href="/feeds">Feeds</a></li>
</ul>
</div>
</nav>
<main>
<header class="heading"><h1>This did not work</h1></header>
<div class="notice fault" role="alert"><strong>▲ DETAIL.</strong><p>Your browser leads back to where you were.</p></div>
</main>
</body>
</html>
"#;

/// A text as HTML shows it.
fn as_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
