//! Waiting, failing and having nothing, in one place: pages only say what to show of what came.

use std::sync::Arc;

use leptos::prelude::*;

use crate::fault::Fault;
use crate::{reply, words};

/// Shows a resource. What is shown stays while newer figures are on their way.
#[component]
pub fn Loaded<T>(
    /// Where it comes from.
    from: Resource<Result<T, Fault>>,
    /// What to show of it.
    show: impl Fn(T) -> AnyView + Send + Sync + 'static,
    /// What to show where it failed.
    #[prop(default = failed)]
    otherwise: fn(&Fault) -> AnyView,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    let show: Arc<dyn Fn(T) -> AnyView + Send + Sync> = Arc::new(show);
    let loaded = move || {
        let show = Arc::clone(&show);
        Suspend::new(async move {
            match from.await {
                Ok(value) => show(value),
                Err(fault) => otherwise(&fault),
            }
        })
    };
    view! { <Transition fallback=waiting>{loaded}</Transition> }
}

fn waiting() -> impl IntoView {
    view! { <p class="waiting" role="status">"Loading …"</p> }
}

/// A notice that says what failed.
pub fn failed(fault: &Fault) -> AnyView {
    reply::unavailable();
    view! {
        <div class="notice fault" role="alert">
            <strong>"▲ This cannot be shown now"</strong>
            <p>{words::capitalised(&fault.to_string())} "."</p>
        </div>
    }
    .into_any()
}

/// Nothing, where something else on the page tells of the failure.
pub fn silent(_: &Fault) -> AnyView {
    ().into_any()
}

/// What stands where there is nothing yet: what is missing and how to fill it.
pub fn empty(title: &str, advice: impl IntoView + 'static) -> AnyView {
    view! {
        <div class="notice">
            <strong>{title.to_owned()}</strong>
            <div>{advice.into_any()}</div>
        </div>
    }
    .into_any()
}

/// What stands where no parcel is known at all.
pub fn nothing_yet() -> AnyView {
    empty(
        "No parcels yet",
        view! { <p>"Figures appear as soon as a feed brings events. " <a href="/feeds">"How to feed your own data"</a></p> },
    )
}
