//! The frame that all pages share, and the list of pages.

use leptos::prelude::*;
use leptos_meta::{Meta, Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

use crate::components::rail::Rail;
use crate::live;
use crate::pages::corridor::CorridorPage;
use crate::pages::courier::CourierPage;
use crate::pages::couriers::CouriersPage;
use crate::pages::not_found::NotFound;
use crate::pages::open_work::OpenWorkPage;
use crate::pages::overview::OverviewPage;
use crate::pages::parcel::ParcelPage;
use crate::pages::parcels::ParcelsPage;
use crate::parts::{Feeds, Terms};

/// Courierscope in the browser. Pages are sent whole, so that they work where scripts do not run.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    live::provide();
    view! {
        <Title formatter=|text: String| format!("{text} · Courierscope") text="Courierscope" />
        <Meta name="description" content="Whether couriers keep the delivery promises they signed." />
        <a class="skip" href="#content" rel="external">"Skip to the content"</a>
        <svg class="patterns" width="0" height="0" aria-hidden="true">
            <defs>
                <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <line x1="0" y1="0" x2="0" y2="6" />
                </pattern>
            </defs>
        </svg>
        <Router>
            <Rail />
            <main id="content" tabindex="-1">
                <FlatRoutes fallback=NotFound>
                    <Route path=path!("/") view=OverviewPage ssr=SsrMode::Async />
                    <Route path=path!("/corridors/*name") view=CorridorPage ssr=SsrMode::Async />
                    <Route path=path!("/couriers") view=CouriersPage ssr=SsrMode::Async />
                    <Route path=path!("/couriers/*name") view=CourierPage ssr=SsrMode::Async />
                    <Route path=path!("/parcels") view=ParcelsPage ssr=SsrMode::Async />
                    <Route path=path!("/parcels/*number") view=ParcelPage ssr=SsrMode::Async />
                    <Route path=path!("/feeds") view=Feeds::All ssr=SsrMode::Async />
                    <Route path=path!("/feeds/new") view=Feeds::New ssr=SsrMode::Async />
                    <Route path=path!("/feeds/new/:id") view=Feeds::Review ssr=SsrMode::Async />
                    <Route path=path!("/feeds/:feed/rejected") view=Feeds::Rejected ssr=SsrMode::Async />
                    <Route path=path!("/feeds/:feed") view=Feeds::One ssr=SsrMode::Async />
                    <Route path=path!("/contracts") view=Terms::Contracts ssr=SsrMode::Async />
                    <Route path=path!("/contracts/drafts/:id") view=Terms::Draft ssr=SsrMode::Async />
                    <Route path=path!("/contracts/:name/version") view=Terms::Version ssr=SsrMode::Async />
                    <Route path=path!("/contracts/:name") view=Terms::Contract ssr=SsrMode::Async />
                    <Route path=path!("/open-work") view=OpenWorkPage ssr=SsrMode::Async />
                    <Route path=path!("/exclusions") view=Terms::Exclusions ssr=SsrMode::Async />
                    <Route path=path!("/calendars") view=Terms::Calendars ssr=SsrMode::Async />
                    <Route path=path!("/calendars/:name") view=Terms::Calendar ssr=SsrMode::Async />
                    <Route path=path!("/definitions") view=Terms::Definitions ssr=SsrMode::Async />
                </FlatRoutes>
            </main>
        </Router>
    }
}
