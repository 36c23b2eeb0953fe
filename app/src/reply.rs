//! The status of the answer that carries a page.

use std::sync::Arc;

use leptos::prelude::*;

/// Sets the HTTP status of the page being rendered. The server provides it as a context; in the browser there is none.
#[derive(Clone)]
pub struct Reply(Arc<dyn Fn(u16) + Send + Sync>);

impl Reply {
    /// Wraps what sets the status.
    pub fn new(set_status: impl Fn(u16) + Send + Sync + 'static) -> Self {
        Self(Arc::new(set_status))
    }
}

/// Says that the page was not found.
pub fn not_found() {
    if let Some(reply) = use_context::<Reply>() {
        (reply.0)(404);
    }
}

/// Says that the page cannot be shown now.
pub fn unavailable() {
    if let Some(reply) = use_context::<Reply>() {
        (reply.0)(503);
    }
}
