//! Looking for parcels, and leafing through them.

use domain::parcel::Status;
use domain::verdict::Class;
use domain::view::{ParcelPage as Page, SearchAnswer};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use leptos_router::NavigateOptions;
use leptos_router::components::Redirect;
use serde::{Deserialize, Serialize};

use crate::components::form::{Ask, choice, day_field, use_parameters};
use crate::components::heading::Heading;
use crate::components::loaded::{Loaded, empty, nothing_yet};
use crate::components::parcel_table::parcel_table;
use crate::fault::Fault;
use crate::live::live;
use crate::numbers::{self, numbers_in};
use crate::query::Query;
use crate::{format, link, words};

/// Parcels on a page of the list.
#[cfg(feature = "ssr")]
const PAGE_ROWS: u32 = 50;

/// What was looked for and what was found; or, where nothing was looked for, a page of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parcels {
    /// The couriers to choose from.
    pub couriers: Vec<String>,
    /// The answer to the numbers in `q`.
    pub search: Option<SearchAnswer>,
    /// A page of the list.
    pub page: Page,
}

/// What this query string looks for.
#[server(prefix = "/api/pages", endpoint = "parcels", input = GetUrl)]
async fn read_parcels(search: String) -> Result<Parcels, Fault> {
    use domain::view::ParcelQuery;

    let backend = super::reading::backend();
    let query = Query::parse(&search);
    let couriers = backend.values(domain::kpi::Grouping::Courier).await?;
    let mut wanted = numbers_in(query.get("q").unwrap_or_default());
    wanted.truncate(numbers::MOST);
    if !wanted.is_empty() {
        return Ok(Parcels { couriers, search: Some(backend.search(wanted).await?), page: Page::default() });
    }
    let list = ParcelQuery {
        courier: query.get("courier").map(str::to_owned),
        class: query.read("class"),
        status: query.read("status"),
        from: query.read("from"),
        to: query.read("to"),
        limit: PAGE_ROWS,
        after: query.read("after"),
    };
    Ok(Parcels { couriers, search: None, page: backend.list_parcels(list).await? })
}

/// The parcels.
#[component]
pub fn ParcelsPage() -> impl IntoView {
    let query = use_parameters();
    let changes = live().changes;
    let parcels = Resource::new(move || (query.get().to_string(), changes.get()), |(search, _)| read_parcels(search));
    let wanted = move || query.get().get("q").unwrap_or_default().to_owned();
    view! {
        <Heading title="Parcels" />
        <Ask action="/parcels" class="search" label="Look up numbers">
            <label for="q">"Tracking numbers or references"</label>
            <textarea id="q" name="q" rows="1" spellcheck="false" autocomplete="off" prop:value=wanted
                placeholder="One, or up to 200 pasted">{query.get_untracked().get("q").unwrap_or_default().to_owned()}</textarea>
            <button type="submit">"Find"</button>
        </Ask>
        <Loaded from=parcels show=move |parcels| found(&parcels, &query.get_untracked()) />
    }
}

fn found(parcels: &Parcels, query: &Query) -> AnyView {
    match &parcels.search {
        Some(answer) => results(answer, &numbers_in(query.get("q").unwrap_or_default())),
        None => list(parcels, query),
    }
}

fn results(answer: &SearchAnswer, wanted: &[String]) -> AnyView {
    // A single number that finds a single parcel leads straight to it.
    if let ([number], [_]) = (wanted, answer.parcels.as_slice()) {
        // It takes the place of the search, so that going back does not lead here again.
        let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
        return view! { <Redirect path=link::parcel(number) options /> }.into_any();
    }
    let too_many = (wanted.len() > numbers::MOST).then(|| {
        view! { <p class="notice">{format!("Only the first {} of {} numbers were looked up.", numbers::MOST, wanted.len())}</p> }
    });
    let unknown = (!answer.unknown.is_empty()).then(|| {
        let numbers = answer.unknown.iter().map(|number| view! { <li>{number.clone()}</li> }).collect_view();
        view! {
            <section class="block unknown">
                <h2>"Not found" <span class="aside">{format::counted(answer.unknown.len() as i64, "number", "numbers")}</span></h2>
                <ul>{numbers}</ul>
            </section>
        }
    });
    let caption = format!("Found: {}", format::counted(answer.parcels.len() as i64, "parcel", "parcels"));
    let table = (!answer.parcels.is_empty()).then(|| parcel_table(caption, &answer.parcels));
    view! { {too_many} {table} {unknown} <p><a href="/parcels">"Back to all parcels"</a></p> }.into_any()
}

fn list(parcels: &Parcels, query: &Query) -> AnyView {
    let couriers = parcels.couriers.iter().filter(|courier| !courier.is_empty());
    let couriers = with_all("All couriers", couriers.map(|courier| (courier.clone(), courier.clone())));
    let classes =
        with_all("All promises", Class::ALL.iter().map(|c| (c.as_str().to_owned(), words::class(*c).1.to_owned())));
    let statuses = with_all("All statuses", Status::ALL.iter().map(|s| (s.as_str().to_owned(), words::status(*s))));
    let is_filtered = *query != Query::default();
    let table = match (parcels.page.parcels.is_empty(), is_filtered) {
        (false, _) => rows(&parcels.page, query),
        (true, true) => {
            empty("No parcel in this selection", view! { <p><a href="/parcels">"Reset the filters"</a></p> })
        }
        (true, false) => nothing_yet(),
    };
    let choices = [
        choice("courier", "Courier", couriers, query.get("courier")),
        choice("class", "Promise", classes, query.get("class")),
        choice("status", "Status", statuses, query.get("status")),
    ];
    let days = [day_field("from", "From", query), day_field("to", "To", query)];
    view! {
        <Ask action="/parcels" class="filters" label="Filters">
            {choices} {days}
            <button type="submit">"Apply"</button>
            <a class="reset" href="/parcels" data-noscroll="">"Reset"</a>
        </Ask>
        {table}
    }
    .into_any()
}

fn with_all(all: &str, options: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), all.to_owned())).chain(options).collect()
}

fn rows(page: &Page, query: &Query) -> AnyView {
    let first = query.get("after").map(|_| {
        view! { <a href=query.without(&["after"]).href("/parcels") rel="first">"← First page"</a> }
    });
    let next = page.next.map(|after| {
        view! { <a href=query.with("after", &after.to_string()).href("/parcels") rel="next">"Next →"</a> }
    });
    let caption = format::counted(page.parcels.len() as i64, "parcel on this page", "parcels on this page");
    view! {
        {parcel_table(caption, &page.parcels)}
        <nav class="pager" aria-label="Pages of the list">{first} {next}</nav>
    }
    .into_any()
}
