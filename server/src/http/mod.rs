//! One router, one line a route.

mod assets;
mod body;
mod calendars;
mod changes;
mod connections;
mod contracts;
mod events;
mod exclusions;
mod feeds;
mod for_people;
mod health;
mod kpis;
mod metrics;
mod new_feed;
mod observe;
mod open_work;
mod own_pages;
mod pages;
mod parcels;
mod problem;
mod recalculation;
mod rejected;
mod uploads;
mod watched;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef, Request};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use axum::routing::{any, get};
use leptos::config::LeptosOptions;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use body::room;
pub use connections::{Limits, serve};
pub use problem::Problem;

use crate::backend::Courierscope;
use crate::inbox::Inbox;
use crate::terms::TermsBook;
use crate::uploads::Uploads;

/// What the handlers share.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// Answers.
    pub courierscope: Arc<Courierscope>,
    /// The way into the inbox.
    pub inbox: Inbox,
    /// Files on their way to becoming feeds.
    pub uploads: Uploads,
    /// Contracts and calendars.
    pub terms: TermsBook,
    /// The largest body, in bytes.
    pub max_body: MaxBody,
    /// How pages are rendered.
    pub options: LeptosOptions,
}

/// The largest body that is taken, in bytes, before and after decompression.
#[derive(Debug, Clone, Copy)]
pub struct MaxBody(pub usize);

#[derive(OpenApi)]
#[openapi(info(
    title = "Courierscope",
    description = "Whether couriers keep the delivery promises they signed. Times are RFC 3339, durations milliseconds, \
                   shares 0..1. Faults are application/problem+json (RFC 9457) and name the parameter."
))]
struct Api;

/// Pages load nothing from anywhere else. Their own script that starts the WASM module stands in the page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The REST API and its description.
fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(kpis::list_kpis))
        .routes(routes!(kpis::list_definitions))
        .routes(routes!(parcels::list_parcels))
        .routes(routes!(parcels::find_parcels))
        .routes(routes!(feeds::list_feeds))
        .routes(routes!(feeds::switch_on))
        .routes(routes!(feeds::preview_mapping))
        .routes(routes!(feeds::apply_mapping))
        .routes(routes!(rejected::list_rejected))
        .routes(routes!(rejected::mend_rejected))
        .routes(routes!(rejected::dismiss_rejected))
        .routes(routes!(events::take_events))
        .routes(routes!(uploads::upload))
        .routes(routes!(uploads::find_upload, uploads::remove_upload))
        .routes(routes!(uploads::answer_upload))
        .routes(routes!(uploads::import_upload))
        .routes(routes!(watched::list_folders))
        .routes(routes!(calendars::list_calendars))
        .routes(routes!(calendars::find_calendar, calendars::save_calendar))
        .routes(routes!(calendars::export_calendar))
        .routes(routes!(calendars::list_versions))
        .routes(routes!(contracts::list_contracts))
        .routes(routes!(contracts::find_contract, contracts::save_contract))
        .routes(routes!(contracts::export_contract))
        .routes(routes!(contracts::list_versions))
        .routes(routes!(contracts::list_standings))
        .routes(routes!(contracts::preview_contract))
        .routes(routes!(exclusions::list_exclusions, exclusions::accept_exclusion))
        .routes(routes!(exclusions::withdraw_exclusion))
        .routes(routes!(exclusions::list_claims))
        .routes(routes!(open_work::show_open_work))
        .routes(routes!(open_work::list_open_parcels))
        .routes(routes!(recalculation::show, recalculation::start, recalculation::stop))
        .routes(routes!(changes::follow_changes))
        .routes(routes!(health::check_health))
        .routes(routes!(health::check_readiness))
        .routes(routes!(metrics::show_metrics))
}

/// The API's description as JSON.
///
/// # Errors
/// Never in practice: it can always be written.
pub fn openapi_json() -> serde_json::Result<String> {
    api().to_openapi().to_pretty_json()
}

/// Everything that is served.
pub fn router(state: AppState) -> Router {
    let patience = state.courierscope.patience;
    let (api, description) = api().split_for_parts();
    api.route("/api/openapi.json", get(async move || axum::Json(description).into_response()))
        .method_not_allowed_fallback(problem::wrong_method)
        .route("/api/{*unknown}", any(problem::unknown_route))
        .merge(feeds::forms())
        .merge(rejected::forms())
        .merge(calendars::forms())
        .merge(contracts::forms())
        .merge(exclusions::forms())
        .merge(recalculation::forms())
        .merge(pages::routes(&state))
        .merge(new_feed::routes())
        .fallback(pages::or_file)
        .layer(from_fn(own_pages::own_pages_only))
        .layer(DefaultBodyLimit::max(state.max_body.0))
        .layer(CompressionLayer::new().gzip(true))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(header::REFERRER_POLICY, HeaderValue::from_static("same-origin")))
        .layer(SetResponseHeaderLayer::if_not_present(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")))
        .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-cache")))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(CONTENT_SECURITY_POLICY),
        ))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(from_fn(for_people::faults_as_pages))
        .layer(from_fn(move |request: Request, next: Next| next.run(body::with_patience(request, patience))))
        .layer(from_fn(observe::observe))
        .with_state(state)
}
