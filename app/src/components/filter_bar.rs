//! The filter bar under the title.

use domain::kpi::Grouping;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use super::form::{Ask, choice, day_field, kept, use_parameters};
use super::loaded::{Loaded, silent};
use crate::fault::Fault;
use crate::filter::FILTERS;
use crate::period::Span;
use crate::query::Query;
use crate::words;

/// The values that each filter can take, in the order of [`FILTERS`].
#[server(prefix = "/api/pages", endpoint = "choices", input = GetUrl)]
async fn read_choices() -> Result<Vec<Vec<String>>, Fault> {
    let backend = crate::pages::reading::backend();
    let mut choices = Vec::with_capacity(FILTERS.len());
    for filter in FILTERS {
        choices.push(backend.values(filter.by).await?);
    }
    Ok(choices)
}

/// The period and what to leave out.
#[component]
pub fn FilterBar(
    /// The page's path.
    action: &'static str,
) -> impl IntoView {
    let query = use_parameters();
    let choices = Resource::new(|| (), |()| read_choices());
    let fields = move |choices: Vec<Vec<String>>| {
        (move || {
            let query = query.get();
            let filters = FILTERS
                .iter()
                .zip(choices.iter())
                .filter(|(_, values)| values.iter().any(|value| !value.is_empty()))
                .map(|(filter, values)| {
                    choice(
                        filter.by.as_str(),
                        filter.label,
                        options(filter.by, filter.all, values),
                        query.get(filter.by.as_str()),
                    )
                })
                .collect_view();
            (period_fields(&query), filters, kept(&query, &["sort", "dir"]))
        })
        .into_any()
    };
    view! {
        <Ask action class="filters" label="Filters">
            <Loaded from=choices show=fields otherwise=silent />
            <button type="submit">"Apply"</button>
            <a class="reset" href=action data-noscroll="">"Reset"</a>
        </Ask>
    }
}

/// The period alone.
#[component]
pub fn PeriodBar(
    /// The page's path.
    action: String,
    /// The parameters of the address that stay.
    #[prop(default = &[])]
    keeping: &'static [&'static str],
) -> impl IntoView {
    let query = use_parameters();
    view! {
        <Ask action class="filters" label="Days to show">
            {move || { let query = query.get(); (period_fields(&query), kept(&query, keeping)) }}
            <button type="submit">"Apply"</button>
        </Ask>
    }
}

fn period_fields(query: &Query) -> AnyView {
    let chosen = Span::of(query).choice();
    let options = Span::CHOICES.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect();
    view! {
        <div class="period">
            {choice("period", "Period", options, Some(chosen))} {day_field("from", "From", query)} {day_field("to", "To", query)}
        </div>
    }
    .into_any()
}

fn options(by: Grouping, all: &str, values: &[String]) -> Vec<(String, String)> {
    let stated = values.iter().filter(|value| !value.is_empty());
    std::iter::once((String::new(), all.to_owned()))
        .chain(stated.map(|value| (value.clone(), words::value(by, value))))
        .collect()
}
