//! The pages: rendered here, taken over by the browser.

use std::sync::Arc;

use app::backend::{Backend, Terms, Uploads};
use app::reply::Reply;
use app::{App, shell};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list_with_exclusions_and_ssg_and_context};

use super::{AppState, assets};

/// The routes of the pages and of what they ask.
pub fn routes(state: &AppState) -> Router<AppState> {
    // The pages are run once to find their routes, and ask then already.
    let (routes, _) = generate_route_list_with_exclusions_and_ssg_and_context(App, None, context(state));
    let options = state.options.clone();
    Router::new().leptos_routes_with_context(state, routes, context(state), move || shell(options.clone()))
}

/// A file of the site, or the page that says there is nothing.
pub async fn or_file(State(state): State<AppState>, request: Request<Body>) -> Response {
    if let Some(file) = assets::file(request.uri().path(), request.headers()) {
        return file;
    }
    let options = state.options.clone();
    let render = leptos_axum::render_app_async_with_context(context(&state), move || shell(options.clone()));
    let mut response = render(request).await.into_response();
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

fn context(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let backend: Arc<dyn Backend> = state.courierscope.clone();
    let uploads: Arc<dyn Uploads> = Arc::new(state.uploads.clone());
    let terms: Arc<dyn Terms> = Arc::new(state.terms.clone());
    move || {
        provide_context(backend.clone());
        provide_context(uploads.clone());
        provide_context(terms.clone());
        if let Some(response) = use_context::<ResponseOptions>() {
            provide_context(Reply::new(move |status| {
                if let Ok(status) = StatusCode::from_u16(status) {
                    response.set_status(status);
                }
            }));
        }
    }
}
