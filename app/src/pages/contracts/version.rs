//! A version of a contract as a form: one that is there, or one to be added.

use chrono::NaiveDate;
use domain::agreement::DraftView;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use leptos_router::hooks::use_params_map;

use super::form::{Offered, version_form};
use crate::components::form::use_parameters;
use crate::components::heading::Heading;
use crate::components::loaded::{Loaded, empty};
use crate::fault::Fault;
use crate::{format, link, reply};

/// The form of a version that begins on a date, or of one to be added, and what it offers; nothing where there is none.
#[server(prefix = "/api/pages", endpoint = "version", input = GetUrl)]
async fn read_version(name: String, from: Option<NaiveDate>) -> Result<Option<(DraftView, Offered)>, Fault> {
    let form = crate::pages::reading::terms().contract_form(Some(&name), from).await?;
    let Some(form) = form else { return Ok(None) };
    Ok(Some((form, offered().await?)))
}

/// What every form of a version offers.
#[cfg(feature = "ssr")]
pub(super) async fn offered() -> Result<Offered, Fault> {
    use crate::pages::reading;

    let couriers = reading::backend().values(domain::kpi::Grouping::Courier).await?;
    let calendars = reading::terms().list_calendars().await?.into_iter().map(|calendar| calendar.name).collect();
    Ok(Offered { couriers, calendars })
}

/// The page of a version: `from` in the address is the day it begins; without it, it is one to be added.
#[component]
pub fn VersionPage() -> impl IntoView {
    let params = use_params_map();
    let name = params.with_untracked(|params| params.get("name").unwrap_or_default());
    // What is no date is the first day of no version.
    let from = use_parameters()
        .with_untracked(|query| query.get("from").map(|from| from.parse::<NaiveDate>().unwrap_or(NaiveDate::MIN)));
    let title = from.map_or_else(
        || format!("{name}: add a version"),
        |from| format!("{name}: the version from {}", format::day(from)),
    );
    let crumb = name.clone();
    let asked = name.clone();
    let version = Resource::new(|| (), move |()| read_version(asked.clone(), from));
    let show = move |found: Option<(DraftView, Offered)>| match found {
        Some((draft, offered)) => shown(&draft, &offered),
        None => unknown(&name),
    };
    view! {
        <p class="crumbs"><a href="/contracts">"Contracts"</a> " / " <a href=link::contract(&crumb)>{crumb.clone()}</a></p>
        <Heading title />
        <Loaded from=version show />
    }
}

fn shown(draft: &DraftView, offered: &Offered) -> AnyView {
    let form = draft.form.as_ref().map(|form| version_form(draft, form, offered));
    view! {
        <p class="period-line">
            "What was agreed stays: a change is another version with the day from which it holds. To mend what was written down \
             wrongly, change the version itself."
        </p>
        {form}
    }
    .into_any()
}

fn unknown(name: &str) -> AnyView {
    reply::not_found();
    let advice = view! { <p><a href=link::contract(name)>"The contract and its text"</a></p> };
    empty("There is no such version that a form can edit", advice)
}
