//! An address that leads nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::loaded::empty;
use crate::reply;

/// The page for addresses that are none.
#[component]
pub fn NotFound() -> impl IntoView {
    reply::not_found();
    let advice = view! {
        <p>
            "Go to the " <a href="/">"overview"</a> ", or look for a tracking number among the " <a href="/parcels">"parcels"</a> "."
        </p>
    };
    view! {
        <Title text="Not found" />
        <header class="heading">
            <h1>"Not found"</h1>
        </header>
        {empty("This page does not exist", advice)}
    }
}
