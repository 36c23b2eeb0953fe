//! The couriers side by side.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::chart::scale::Scale;
use crate::components::filter_bar::FilterBar;
use crate::components::form::use_parameters;
use crate::components::group_table::courier_table;
use crate::components::heading::Heading;
use crate::components::loaded::{Loaded, empty, failed, nothing_yet, silent};
use crate::components::pager::pager;
use crate::fault::Fault;
use crate::figures::GroupFigures;
use crate::format;
use crate::live::live;
use crate::period::Period;
use crate::query::Query;
use crate::ranking::Order;

/// A page of the table of couriers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Couriers {
    /// The days that were asked for.
    pub period: Period,
    /// The couriers of this page.
    pub rows: Vec<GroupFigures>,
    /// How many there are on all pages.
    pub total: u32,
    /// This page, from 1.
    pub page: u32,
    /// How many pages there are.
    pub pages: u32,
    /// Where the scale of the on-time rates begins, 0..1.
    pub lowest: f64,
}

/// The couriers of the parcels that this query string is about; nothing where there are no parcels at all.
#[server(prefix = "/api/pages", endpoint = "couriers", input = GetUrl)]
async fn read_couriers(search: String) -> Result<Option<Couriers>, Fault> {
    super::reading::couriers(&*super::reading::backend(), &Query::parse(&search)).await
}

/// The couriers alone.
#[component]
pub fn CouriersPage() -> impl IntoView {
    view! {
        <Heading title="Couriers" />
        <FilterBar action="/couriers" />
        <CourierRanking path="/couriers" />
    }
}

/// The sortable table of couriers.
#[component]
pub fn CourierRanking(
    /// The path of the page that it stands on.
    path: &'static str,
) -> impl IntoView {
    let query = use_parameters();
    let changes = live().changes;
    let couriers = Resource::new(move || (query.get().to_string(), changes.get()), |(search, _)| read_couriers(search));
    let show = move |couriers: Option<Couriers>| match couriers {
        None if path == "/" => ().into_any(),
        None => nothing_yet(),
        Some(couriers) if couriers.rows.is_empty() => empty(
            "No courier in this selection",
            view! { <p>"Widen the period or " <a href=path>"reset the filters"</a> "."</p> },
        ),
        Some(couriers) => table(&couriers, &query.get_untracked(), path),
    };
    // On the overview, the figures above tell of a failure.
    let otherwise = if path == "/" { silent } else { failed };
    view! { <Loaded from=couriers show otherwise /> }
}

fn table(couriers: &Couriers, query: &Query, path: &str) -> AnyView {
    let scale = Scale { low: couriers.lowest, high: 1.0 };
    let total = format::counted(i64::from(couriers.total), "courier", "couriers");
    view! {
        <section class="block">
            <h2>"Couriers" <span class="aside">{total} ", " {couriers.period.label()}</span></h2>
            {courier_table(&couriers.rows, Order::of(query), scale, query, path)}
            {pager(couriers.page, couriers.pages, query, path)}
        </section>
    }
    .into_any()
}
