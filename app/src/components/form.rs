//! Forms whose answer is another address of the same page.

use leptos::ev;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_url};

use crate::browser;
use crate::query::Query;

/// The parameters of the page's address.
pub fn use_parameters() -> Memo<Query> {
    let url = use_url();
    Memo::new(move |_| url.with(|url| Query::parse(url.search())))
}

/// A form that asks with GET: before the page is taken over, the browser sends it; afterwards the page stays and
/// only its address changes. Choosing from a list sends it at once.
#[component]
pub fn Ask(
    /// The path it asks.
    #[prop(into)]
    action: String,
    /// How it looks.
    class: &'static str,
    /// What a screen reader calls it.
    label: &'static str,
    /// Its fields.
    children: Children,
) -> impl IntoView {
    let navigate = use_navigate();
    let path = action.clone();
    let send = move |event: ev::SubmitEvent| {
        if let Some(fields) = browser::fields_of(&event) {
            navigate(&fields.href(&path), NavigateOptions { scroll: false, ..NavigateOptions::default() });
        }
    };
    view! {
        <form class=class method="get" action=action role="search" aria-label=label on:submit=send
            on:change=|event| browser::submit_on_choice(&event)>
            {children()}
        </form>
    }
}

/// A choice from a list. `options` are values and labels; an empty value means no choice.
pub fn choice(
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    chosen: Option<&str>,
) -> AnyView {
    let chosen = chosen.unwrap_or_default().to_owned();
    let options = options
        .into_iter()
        .map(|(value, label)| {
            let is_chosen = value == chosen;
            view! { <option value=value selected=is_chosen prop:selected=is_chosen>{label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name>
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// A day to choose.
pub fn day_field(name: &'static str, label: &'static str, query: &Query) -> AnyView {
    let value = query.get(name).unwrap_or_default().to_owned();
    view! {
        <div class="field day">
            <label for=name>{label}</label>
            <input type="date" id=name name=name value=value.clone() prop:value=value />
        </div>
    }
    .into_any()
}

/// Fields that keep these parameters when the form is sent.
pub fn kept(query: &Query, names: &[&'static str]) -> AnyView {
    names
        .iter()
        .filter_map(|name| {
            query.get(name).map(|value| view! { <input type="hidden" name=*name value=value.to_owned() /> })
        })
        .collect_view()
        .into_any()
}
