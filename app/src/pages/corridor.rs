//! One corridor: everything from one country to another.

use domain::kpi::Grouping;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use leptos_router::hooks::use_url;
use serde::{Deserialize, Serialize};

use super::courier::contracts::{self, ContractFigures};
use super::overview::{Overview, compared};
use crate::chart::interval::shared_scale;
use crate::components::filter_bar::PeriodBar;
use crate::components::form::use_parameters;
use crate::components::group_table::small_table;
use crate::components::heading::Heading;
use crate::components::journey::journey;
use crate::components::kpi_cards::kpi_cards;
use crate::components::loaded::{Loaded, empty};
use crate::components::trend::on_time_trend;
use crate::fault::Fault;
use crate::figures::GroupFigures;
use crate::live::live;
use crate::{link, reply, words};

/// All about one corridor in a period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CorridorFigures {
    /// The figures.
    pub overview: Overview,
    /// By courier, the largest first.
    pub couriers: Vec<GroupFigures>,
    /// Legs by contract.
    pub contracts: Vec<ContractFigures>,
}

/// All about this corridor in the period of this query string; nothing where it is unknown.
#[server(prefix = "/api/pages", endpoint = "corridor", input = GetUrl)]
async fn read_corridor(name: String, search: String) -> Result<Option<CorridorFigures>, Fault> {
    use super::reading;
    use crate::filter::question;
    use crate::query::Query;

    let backend = reading::backend();
    if !backend.values(Grouping::Corridor).await?.contains(&name) {
        return Ok(None);
    }
    let query = Query::parse(&search).only(&["period", "from", "to"]).with("corridor", &name);
    let Some(overview) = reading::overview(&*backend, &query).await? else { return Ok(None) };
    let by = async |by| backend.kpis(question(&query, overview.period, &[by])).await;
    let mut couriers = GroupFigures::of(&by(Grouping::Courier).await?.rows, Grouping::Courier);
    couriers.sort_by(|a, b| b.on_time.1.cmp(&a.on_time.1).then_with(|| a.name.cmp(&b.name)));
    let contracts = reading::by_contract(&*backend, &query, overview.period).await?;
    Ok(Some(CorridorFigures { overview, couriers, contracts }))
}

/// The page of a corridor.
#[component]
pub fn CorridorPage() -> impl IntoView {
    let url = use_url();
    let name = Memo::new(move |_| url.with(|url| link::name_in(url.path(), "/corridors/")));
    let query = use_parameters();
    let changes = live().changes;
    let corridor = Resource::new(
        move || (name.get(), query.get().only(&["period", "from", "to"]).to_string(), changes.get()),
        |(name, search, _)| read_corridor(name, search),
    );
    let title = words::value(Grouping::Corridor, &name.get_untracked());
    let action = link::corridor(&name.get_untracked());
    view! {
        <p class="crumbs"><a href="/">"Overview"</a></p>
        <Heading title />
        <PeriodBar action />
        <Loaded from=corridor show=|found| found.map_or_else(unknown, |found| figures(&found)) />
    }
}

fn unknown() -> AnyView {
    reply::not_found();
    let advice = view! { <p>"No parcel has gone this way. " <a href="/">"Overview"</a></p> };
    empty("There is no such corridor", advice)
}

fn figures(CorridorFigures { overview, couriers, contracts }: &CorridorFigures) -> AnyView {
    let scale = shared_scale(&couriers.iter().map(|row| row.on_time.rate()).collect::<Vec<_>>());
    let by_contract: Vec<_> = contracts.iter().map(|row| row.on_time[0].rate()).collect();
    let earlier = overview.before.as_ref().map(|before| &before.kpis);
    view! {
        {compared(overview.period, overview.before.is_some())}
        {kpi_cards(&overview.now, overview.before.as_ref(), &overview.days, overview.drawn)}
        {on_time_trend(overview.drawn, &overview.days, overview.complete_until)}
        {contracts::lateness(&overview.now.kpis.lateness, earlier.map(|kpis| &kpis.lateness))}
        {journey(&overview.now.kpis, earlier)}
        <section class="block">{small_table("Couriers", Grouping::Courier, couriers, scale)}</section>
        {contracts::contracts(contracts, &[], shared_scale(&by_contract))}
    }
    .into_any()
}
