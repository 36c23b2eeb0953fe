//! What other sites have a browser send is refused, on every address that changes something.

use axum::body::Body;
use axum::http::{Request, header};

use super::{ask, get, problem};
use crate::support::TestApp;

const HOST: &str = "scope.example:8080";

/// A request as a browser or program sends it, with these headers.
fn sent(method: &str, path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header(header::HOST, HOST);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn another_site_cannot_press_any_button() {
    let app = TestApp::start().await;
    for (method, path) in [
        ("POST", "/feeds/new"),
        ("POST", "/feeds/new/0-0"),
        ("POST", "/feeds/canonical/switch-on"),
        ("POST", "/feeds/canonical/mappings"),
        ("POST", "/api/v1/feeds/canonical/switch-on"),
        ("POST", "/api/v1/feeds/canonical/events"),
        ("POST", "/api/v1/uploads?name=x.csv"),
        ("DELETE", "/api/v1/uploads/0-0"),
        ("PUT", "/api/v1/uploads/0-0/answers"),
    ] {
        for headers in [
            [("sec-fetch-site", "cross-site"), ("origin", "https://elsewhere.example")],
            [("sec-fetch-site", "same-site"), ("origin", "http://other.example")],
            // Without TLS browsers say the origin alone.
            [("accept", "*/*"), ("origin", "http://elsewhere.example")],
            [("accept", "*/*"), ("origin", "http://scope.example")],
            [("accept", "*/*"), ("origin", "null")],
        ] {
            assert_eq!(problem(&app, sent(method, path, &headers)).await.0, 403, "{method} {path} {headers:?}");
        }
    }
}

#[tokio::test]
async fn own_pages_and_programs_can() {
    let app = TestApp::start().await;
    for headers in [
        &[][..],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("origin", "http://Scope.example:8080")],
        // A browser that says so has compared them itself, whatever a proxy has made of the host.
        &[("sec-fetch-site", "same-origin"), ("origin", "https://public.example")],
    ] {
        let request = sent("POST", "/api/v1/feeds/canonical/switch-on", headers);
        assert_eq!(ask(&app, request).await.0, 204, "{headers:?}");
    }
    let mut link = get("/feeds");
    link.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(ask(&app, link).await.0, 200, "a link from elsewhere only asks");
}
