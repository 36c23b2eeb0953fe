//! Open work: what is under way, and what there is to do about it.

use domain::open_work::{Concern, CourierWork, OpenParcel, OpenWork, OpenWorkView};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::components::form::use_parameters;
use crate::components::heading::Heading;
use crate::components::loaded::{Loaded, empty};
use crate::components::table::{self, Caption};
use crate::fault::Fault;
use crate::live::live;
use crate::query::Query;
use crate::{format, link, words};

/// Parcels that are listed.
#[cfg(feature = "ssr")]
const LISTED: usize = 200;

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Open {
    /// In numbers.
    pub work: OpenWorkView,
    /// The first parcels.
    pub parcels: Vec<OpenParcel>,
}

/// What is under way, as this query string asks.
#[server(prefix = "/api/pages", endpoint = "open-work", input = GetUrl)]
async fn read_open(search: String) -> Result<Open, Fault> {
    use domain::open_work::OpenQuery;

    let backend = super::reading::backend();
    let query = Query::parse(&search);
    let courier = query.get("courier").map(str::to_owned).filter(|courier| !courier.is_empty());
    let concern = query.get("concern").and_then(|word| word.parse().ok());
    let parcels = backend.open_parcels(OpenQuery { courier, concern, limit: LISTED }).await?;
    Ok(Open { work: backend.open_work().await?, parcels })
}

/// Open work.
#[component]
pub fn OpenWorkPage() -> impl IntoView {
    let query = use_parameters();
    let changes = live().changes;
    let open = Resource::new(move || (query.get().to_string(), changes.get()), |(search, _)| read_open(search));
    view! {
        <Heading title="Open work" />
        <Loaded from=open show=move |open| shown(&open, &query.get_untracked()) />
    }
}

fn shown(open: &Open, query: &Query) -> AnyView {
    let work = &open.work;
    let Some(as_of) = work.as_of else {
        let advice = view! { <p>"Open parcels are looked at for the first time. Come back in a moment."</p> };
        return empty("Looking…", advice);
    };
    let about = format!(
        "{} under way as of {}. At risk: due within {} hours, and less than 50 % likely to stop in time by {} earlier parcels.",
        format::count(work.total.open),
        format::instant(as_of),
        work.horizon_hours,
        format::count(work.learned_from),
    );
    let hits = match work.hit_rate.total {
        0 => "No earlier leg would have been called at risk, so there is no hit rate yet.".to_owned(),
        n => format!(
            "Of {} earlier legs that would have been called at risk, {} were late ({}).",
            format::count(n),
            format::rate(&work.hit_rate),
            format::interval(&work.hit_rate)
        ),
    };
    view! {
        <p class="period-line">{about} " " {hits}</p>
        {couriers(work, query)}
        {parcels(open, query)}
    }
    .into_any()
}

/// A number that leads to its parcels.
fn linked(n: i64, courier: Option<&str>, concern: Option<Concern>) -> AnyView {
    let query = Query::default();
    let query = courier.map_or_else(|| query.clone(), |courier| query.clone().with("courier", courier));
    let query = concern.map_or_else(|| query.clone(), |concern| query.clone().with("concern", concern.as_str()));
    match n {
        0 => table::cell("number", "0"),
        n => table::cell("number", view! { <a href=format!("/open-work?{query}")>{format::count(n)}</a> }),
    }
}

fn numbers(work: &OpenWork, courier: Option<&str>) -> Vec<AnyView> {
    let all = linked(work.open, courier, None);
    let concerns = Concern::ALL.iter().map(|&concern| linked(work.of(concern), courier, Some(concern)));
    std::iter::once(all).chain(concerns).collect()
}

fn couriers(work: &OpenWorkView, query: &Query) -> AnyView {
    let chosen = query.get("courier");
    let rows = work.by_courier.iter().map(|CourierWork { courier, work }| {
        let head = table::row_head("", view! { <a href=link::courier(courier)>{courier.clone()}</a> });
        let cells = std::iter::once(head).chain(numbers(work, Some(courier))).collect();
        table::row(if chosen == Some(courier) { "chosen" } else { "" }, cells)
    });
    let foot = std::iter::once(table::row_head("", "All")).chain(numbers(&work.total, None)).collect();
    let mut heads = table::heads(["Courier"]);
    heads.extend(table::number_heads(["Under way"]));
    heads.extend(Concern::ALL.iter().map(|&concern| table::head("number", words::concern(concern))));
    table::table(
        "",
        Caption::Unseen("Open work by courier".to_owned()),
        heads,
        rows.collect(),
        vec![table::row("", foot)],
    )
}

fn parcels(open: &Open, query: &Query) -> AnyView {
    if open.parcels.is_empty() {
        return empty("None under way", view! { <p>"No parcel that was asked for is under way."</p> });
    }
    let rows = open.parcels.iter().map(|parcel| {
        let concerns: Vec<&str> = parcel.concerns.iter().map(|&concern| words::concern(concern)).collect();
        let last = format!("{}, {}", words::event(parcel.last_event), format::local(&parcel.last_event_at));
        let cells = vec![
            table::row_head("", view! { <a href=link::parcel(&parcel.number)>{parcel.number.clone()}</a> }),
            table::text(&*parcel.courier),
            table::text(&*parcel.corridor),
            table::time(parcel.deadline.as_ref().map_or_else(|| format::NOTHING.to_owned(), format::local)),
            table::text(concerns.join(", ")),
            table::number(parcel.likely.map_or_else(|| format::NOTHING.to_owned(), format::percent)),
            table::text(last),
        ];
        table::row("", cells)
    });
    let which = match query.get("concern").and_then(|word| word.parse().ok()) {
        Some(concern) => format!("Parcels: {}", words::concern(concern).to_lowercase()),
        None => "Parcels".to_owned(),
    };
    let title = match query.get("courier") {
        Some(courier) => format!("{which}, with {courier}"),
        None => which,
    };
    let mut heads = table::heads(["Parcel", "Courier", "Corridor", "Deadline", "Why"]);
    heads.extend(table::number_heads(["In time by odds"]));
    heads.extend(table::heads(["Last event"]));
    table::table("", Caption::Shown(title), heads, rows.collect(), vec![])
}
