//! How it stands, at a glance.

use chrono::NaiveDate;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use super::couriers::CourierRanking;
use crate::components::filter_bar::FilterBar;
use crate::components::form::use_parameters;
use crate::components::heading::Heading;
use crate::components::kpi_cards::kpi_cards;
use crate::components::loaded::{Loaded, nothing_yet};
use crate::components::trend::on_time_trend;
use crate::fault::Fault;
use crate::figures::{DayFigures, Summary};
use crate::filter::PARAMETERS;
use crate::live::live;
use crate::period::Period;

/// The figures of a period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// The days that were asked for.
    pub period: Period,
    /// Those of them that can have figures.
    pub drawn: Period,
    /// Whether the question fitted no cube.
    pub is_from_parcels: bool,
    /// The figures.
    pub now: Summary,
    /// Those of the period before.
    pub before: Option<Summary>,
    /// Day by day.
    pub days: Vec<DayFigures>,
    /// The day that is not complete yet.
    pub complete_until: Option<NaiveDate>,
}

/// The figures of the parcels that this query string is about; nothing where there are no parcels at all.
#[server(prefix = "/api/pages", endpoint = "overview", input = GetUrl)]
async fn read_overview(search: String) -> Result<Option<Overview>, Fault> {
    super::reading::overview(&*super::reading::backend(), &crate::query::Query::parse(&search)).await
}

/// The overview.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let query = use_parameters();
    let asked = Memo::new(move |_| query.get().only(&PARAMETERS).to_string());
    let changes = live().changes;
    let overview = Resource::new(move || (asked.get(), changes.get()), |(search, _)| read_overview(search));
    view! {
        <Heading title="Overview" />
        <FilterBar action="/" />
        <Loaded from=overview show=|overview| overview.map_or_else(nothing_yet, |overview| figures(&overview)) />
        <CourierRanking path="/" />
    }
}

fn figures(overview: &Overview) -> AnyView {
    view! {
        {compared(overview.period, overview.before.is_some())}
        {overview.is_from_parcels.then(slower)}
        {kpi_cards(&overview.now, overview.before.as_ref(), &overview.days, overview.drawn)}
        {on_time_trend(overview.drawn, &overview.days, overview.complete_until)}
    }
    .into_any()
}

/// Which days are shown and which they are compared with.
pub fn compared(period: Period, has_before: bool) -> AnyView {
    let before = has_before.then(|| period.previous()).flatten().map(|before| format!(", against {}", before.label()));
    view! { <p class="period-line">{period.label()} {before}</p> }.into_any()
}

fn slower() -> AnyView {
    view! { <p class="period-line">"These filters fit no prepared sum: counted from the parcels themselves, exact but slower."</p> }.into_any()
}
