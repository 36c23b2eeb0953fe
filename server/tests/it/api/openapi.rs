//! The API's description.

use crate::support::{TestApp, tests_folder};

/// Every address that the router serves beside the pages.
const ROUTES: [(&str, &str); 43] = [
    ("/api/v1/calendars", "get"),
    ("/api/v1/calendars/{name}", "get"),
    ("/api/v1/calendars/{name}", "put"),
    ("/api/v1/calendars/{name}/file", "get"),
    ("/api/v1/calendars/{name}/versions", "get"),
    ("/api/v1/changes", "get"),
    ("/api/v1/claims", "get"),
    ("/api/v1/contracts", "get"),
    ("/api/v1/contracts/{name}", "get"),
    ("/api/v1/contracts/{name}", "put"),
    ("/api/v1/contracts/{name}/file", "get"),
    ("/api/v1/contracts/{name}/preview", "post"),
    ("/api/v1/contracts/{name}/versions", "get"),
    ("/api/v1/exclusions", "get"),
    ("/api/v1/exclusions", "post"),
    ("/api/v1/exclusions/{id}", "delete"),
    ("/api/v1/feeds", "get"),
    ("/api/v1/feeds/{feed}/events", "post"),
    ("/api/v1/feeds/{feed}/mappings/apply", "post"),
    ("/api/v1/feeds/{feed}/mappings/preview", "post"),
    ("/api/v1/feeds/{feed}/rejected", "get"),
    ("/api/v1/feeds/{feed}/rejected/dismiss", "post"),
    ("/api/v1/feeds/{feed}/rejected/mend", "post"),
    ("/api/v1/feeds/{feed}/switch-on", "post"),
    ("/api/v1/folders", "get"),
    ("/api/v1/kpis", "get"),
    ("/api/v1/kpis/definitions", "get"),
    ("/api/v1/open-work", "get"),
    ("/api/v1/open-work/parcels", "get"),
    ("/api/v1/parcels", "get"),
    ("/api/v1/parcels/{number}", "get"),
    ("/api/v1/recalculation", "delete"),
    ("/api/v1/recalculation", "get"),
    ("/api/v1/recalculation", "post"),
    ("/api/v1/standings", "get"),
    ("/api/v1/uploads", "post"),
    ("/api/v1/uploads/{id}", "delete"),
    ("/api/v1/uploads/{id}", "get"),
    ("/api/v1/uploads/{id}/answers", "put"),
    ("/api/v1/uploads/{id}/import", "post"),
    ("/healthz", "get"),
    ("/metrics", "get"),
    ("/readyz", "get"),
];

#[tokio::test]
async fn the_description_lists_every_route() {
    let app = TestApp::start().await;
    let (status, description) = app.get("/api/openapi.json").await;
    assert_eq!(status, 200);
    let paths = description["paths"].as_object().unwrap();
    let listed: Vec<(&str, &str)> = paths
        .iter()
        .flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(|method| (path.as_str(), method.as_str())))
        .collect();
    assert_eq!(listed, ROUTES);
    for (path, method) in ROUTES {
        let route = &paths[path][method];
        let succeeds = ["200", "201", "202", "204"].iter().any(|status| route["responses"][status].is_object());
        assert!(succeeds, "{path}: {route}");
        assert!(route["summary"].as_str().is_some_and(|text| text.len() > 10), "{path}: {route}");
    }
}

/// What others write programs against does not change by accident: `UPDATE_SNAPSHOTS=1` takes a change over.
#[test]
fn the_description_is_the_committed_one() {
    let path = tests_folder().join("openapi.json");
    let now = server::http::openapi_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(now == committed, "the API's description has changed; UPDATE_SNAPSHOTS=1 writes server/tests/openapi.json");
}
