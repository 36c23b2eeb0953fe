//! One courier.

pub mod contracts;

use contracts::ContractFigures;
use domain::agreement::ContractStanding;
#[cfg(feature = "ssr")]
use domain::kpi::absent::GROUPED_BY;
use domain::kpi::definition::FAILED_ATTEMPTS;
use domain::kpi::{Absent, Classes, FailedAttempts, FailureReason, Grouping};
use domain::verdict::Class;
use domain::view::ParcelRow;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use leptos_router::hooks::use_url;
use serde::{Deserialize, Serialize};

use super::overview::{Overview, compared};
use crate::chart::interval::shared_scale;
use crate::chart::pareto::bar;
use crate::components::class_mark::class_mark;
use crate::components::filter_bar::PeriodBar;
use crate::components::form::use_parameters;
use crate::components::group_table::small_table;
use crate::components::heading::Heading;
use crate::components::how::how;
use crate::components::journey::journey;
use crate::components::kpi_cards::kpi_cards;
use crate::components::loaded::{Loaded, empty};
use crate::components::parcel_table::parcel_table;
use crate::components::table::{self, Caption};
use crate::components::trend::on_time_trend;
use crate::fault::Fault;
use crate::figures::{GroupFigures, Summary};
use crate::live::live;
use crate::period::Period;
use crate::{format, link, reply, words};

/// Rows of the tables of regions and corridors, and late parcels shown.
#[cfg(feature = "ssr")]
const MOST_ROWS: usize = 12;
#[cfg(feature = "ssr")]
const LATE_SHOWN: u32 = 20;

/// All about one courier in a period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scorecard {
    /// The figures.
    pub overview: Overview,
    /// By destination region, the largest first.
    pub regions: Vec<GroupFigures>,
    /// By corridor, the largest first.
    pub corridors: Vec<GroupFigures>,
    /// Its legs by contract.
    pub contracts: Vec<ContractFigures>,
    /// Its targets.
    pub standings: Vec<ContractStanding>,
    /// Absent consignees, beside what others meet.
    pub absent: Option<Absent>,
    /// The first late parcels.
    pub late: Vec<ParcelRow>,
}

/// All about this courier in the period of this query string; nothing where it is unknown.
#[server(prefix = "/api/pages", endpoint = "courier", input = GetUrl)]
async fn read_courier(name: String, search: String) -> Result<Option<Scorecard>, Fault> {
    use super::reading;
    use crate::filter::question;
    use crate::query::Query;
    use domain::view::ParcelQuery;

    let backend = reading::backend();
    if !backend.values(Grouping::Courier).await?.contains(&name) {
        return Ok(None);
    }
    let query = Query::parse(&search).only(&["period", "from", "to"]).with("courier", &name);
    let Some(overview) = reading::overview(&*backend, &query).await? else { return Ok(None) };
    let period = overview.period;
    let mut groups = Vec::new();
    for by in [Grouping::DestinationRegion, Grouping::Corridor] {
        let answer = backend.kpis(question(&query, period, &[by])).await?;
        let mut rows = GroupFigures::of(&answer.rows, by);
        rows.sort_by(|a, b| b.on_time.1.cmp(&a.on_time.1).then_with(|| a.name.cmp(&b.name)));
        // Legs without a place and without a promise have no figures here.
        rows.retain(|row| !row.name.is_empty() || row.on_time.1 + row.failed_attempts > 0);
        rows.truncate(MOST_ROWS);
        groups.push(rows);
    }
    let contracts = reading::by_contract(&*backend, &query, period).await?;
    let standings = backend.standings(Some(&name), None).await?;
    let everybody = Query::parse(&search).only(&["period", "from", "to"]);
    let by_region = backend.kpis(question(&everybody, period, &GROUPED_BY)).await?;
    let absent = Absent::compared(&by_region.rows, &name);
    let late = ParcelQuery {
        courier: Some(name),
        class: Some(Class::Late),
        from: Some(period.from),
        to: Some(period.to),
        limit: LATE_SHOWN,
        ..ParcelQuery::default()
    };
    let late = backend.list_parcels(late).await?.parcels;
    let corridors = groups.pop().unwrap_or_default();
    let regions = groups.pop().unwrap_or_default();
    Ok(Some(Scorecard { overview, regions, corridors, contracts, standings, absent, late }))
}

/// The page of a courier.
#[component]
pub fn CourierPage() -> impl IntoView {
    let url = use_url();
    let name = Memo::new(move |_| url.with(|url| link::name_in(url.path(), "/couriers/")));
    move || {
        let name = name.get();
        view! { <CourierScorecard name /> }
    }
}

#[component]
fn CourierScorecard(name: String) -> impl IntoView {
    let query = use_parameters();
    let changes = live().changes;
    let asked = name.clone();
    let scorecard = Resource::new(
        move || (query.get().only(&["period", "from", "to"]).to_string(), changes.get()),
        move |(search, _)| read_courier(asked.clone(), search),
    );
    let action = link::courier(&name);
    let shown = name.clone();
    let show = move |scorecard: Option<Scorecard>| match scorecard {
        Some(scorecard) => figures(&shown, &scorecard),
        None => unknown(&shown),
    };
    view! {
        <p class="crumbs"><a href="/couriers">"Couriers"</a></p>
        <Heading title=name />
        <PeriodBar action />
        <Loaded from=scorecard show />
    }
}

fn unknown(name: &str) -> AnyView {
    reply::not_found();
    let advice =
        view! { <p>"No feed has told of a courier with this name. " <a href="/couriers">"See all couriers"</a></p> };
    empty(&format!("There is no courier “{name}”"), advice)
}

fn figures(name: &str, scorecard: &Scorecard) -> AnyView {
    let Scorecard { overview, regions, corridors, contracts, standings, absent, late } = scorecard;
    let rates: Vec<_> = regions.iter().chain(corridors).map(|row| row.on_time.rate()).collect();
    let scale = shared_scale(&rates);
    let by_contract: Vec<_> = contracts.iter().map(|row| row.on_time[0].rate()).collect();
    let before = overview.before.as_ref();
    let earlier = before.map(|before| &before.kpis);
    let has_regions = regions.iter().any(|row| !row.name.is_empty());
    view! {
        {compared(overview.period, overview.before.is_some())}
        {kpi_cards(&overview.now, overview.before.as_ref(), &overview.days, overview.drawn)}
        {on_time_trend(overview.drawn, &overview.days, overview.complete_until)}
        {contracts::contracts(contracts, standings, shared_scale(&by_contract))}
        <div class="halves">
            {failures(&overview.now.kpis.failed_attempts, earlier.map(|kpis| &kpis.failed_attempts), absent.as_ref())}
            {classes(name, &overview.now, before, overview.period)}
        </div>
        {contracts::lateness(&overview.now.kpis.lateness, earlier.map(|kpis| &kpis.lateness))}
        {journey(&overview.now.kpis, earlier)}
        {has_regions.then(|| view! { <section class="block">{small_table("Destination regions", Grouping::DestinationRegion, regions, scale)}</section> })}
        <section class="block">{small_table("Corridors", Grouping::Corridor, corridors, scale)}</section>
        {late_parcels(name, late, overview)}
    }
    .into_any()
}

fn failures(failed: &FailedAttempts, before: Option<&FailedAttempts>, absent: Option<&Absent>) -> AnyView {
    let largest = failed.by_reason.first().map_or(0, |first| first.n);
    let rows = failed.by_reason.iter().map(|failure| {
        let share = domain::rate::Rate::new(failure.n, failed.total);
        let is_same = |other: &&FailureReason| (other.reason, other.party) == (failure.reason, failure.party);
        let earlier = before.map(|before| before.by_reason.iter().find(is_same).map_or(0, |other| other.n));
        let cells = vec![
            table::row_head("", words::reason(failure.reason)),
            table::time(words::party(failure.party).to_owned()),
            table::drawing("bar-cell", bar(failure.n, largest, failure.party.as_str())),
            table::number(format::count(failure.n)),
            table::number(earlier.map_or_else(|| format::NOTHING.to_owned(), format::count)),
            table::number(format::rate(&share)),
        ];
        table::row("", cells)
    });
    let mut heads = table::heads(["Reason", "Party"]);
    heads.push(table::unseen_head("Share of the largest"));
    heads.extend(table::number_heads(["Attempts", "Before", "Share"]));
    let caption = Caption::Unseen("Failed attempts by reason and responsible party".to_owned());
    let content = if failed.total == 0 {
        view! { <p class="quiet">"None in this period."</p> }.into_any()
    } else {
        table::table("", caption, heads, rows.collect(), vec![])
    };
    view! {
        <section class="block">
            <h2>"Failed attempts" {table::aside(format::count(failed.total))}</h2>
            {content}
            {absent.filter(|absent| absent.own.hits > 0).map(beside_others)}
            {how(FAILED_ATTEMPTS)}
        </section>
    }
    .into_any()
}

/// Absent consignees beside what other couriers meet in the same regions.
fn beside_others(absent: &Absent) -> AnyView {
    let is_clear = absent.is_clearly_more();
    let more = if is_clear { " Clearly more than others: look for attempts that were never made." } else { "" };
    let text = format!(
        "Consignee absent: {} of {} attempts ({}). Other couriers in the same regions: {}.{more}",
        format::rate(&absent.own),
        format::count(absent.own.total),
        format::interval(&absent.own),
        format::percent(absent.others),
    );
    view! { <p class=if is_clear { "warning" } else { "aside" }>{text}</p> }.into_any()
}

fn classes(name: &str, now: &Summary, before: Option<&Summary>, period: Period) -> AnyView {
    let c = &now.classes;
    let earlier = |class| before.map(|before| of_class(&before.classes, class));
    let (from, to) = (period.from.to_string(), period.to.to_string());
    let of_late = (c.late_open > 0).then(|| format!("of which {} not delivered yet", format::count(c.late_open)));
    let counts = [
        (Class::OnTime, None),
        (Class::Early, None),
        (Class::Late, of_late),
        (Class::Open, None),
        (Class::NoPromise, None),
        (Class::Cancelled, None),
    ];
    let counts = counts.map(|(class, note)| (class, of_class(c, class), note));
    let largest = counts.iter().map(|row| row.1).max().unwrap_or(0);
    let rows = counts.into_iter().map(|(class, n, note)| {
        let href = link::parcels(&[("courier", name), ("class", class.as_str()), ("from", &from), ("to", &to)]);
        let which = view! { <a class="quiet" href=href>{class_mark(class)}</a> {note.map(table::aside)} };
        let cells = vec![
            table::row_head("", which),
            table::drawing("bar-cell", bar(n, largest, words::class(class).2)),
            table::number(format::count(n)),
            table::number(earlier(class).map_or_else(|| format::NOTHING.to_owned(), format::count)),
        ];
        table::row("", cells)
    });
    let heads = vec![
        table::head("", "Class"),
        table::unseen_head("Share of the largest"),
        table::head("number", "Parcels"),
        table::head("number", "Before"),
    ];
    let caption = Caption::Unseen("Parcels by what became of their promise".to_owned());
    view! {
        <section class="block">
            <h2>"Promises"</h2>
            {table::table("", caption, heads, rows.collect(), vec![])}
        </section>
    }
    .into_any()
}

const fn of_class(classes: &Classes, class: Class) -> i64 {
    match class {
        Class::OnTime => classes.on_time,
        Class::Early => classes.early,
        Class::Late => classes.late,
        Class::Open => classes.open,
        Class::NoPromise => classes.no_promise,
        Class::Cancelled => classes.cancelled,
    }
}

fn late_parcels(name: &str, late: &[ParcelRow], overview: &Overview) -> AnyView {
    if late.is_empty() {
        return ().into_any();
    }
    let (from, to) = (overview.period.from.to_string(), overview.period.to.to_string());
    let all = link::parcels(&[("courier", name), ("class", "late"), ("from", &from), ("to", &to)]);
    let title = match (late.len() as i64, overview.now.classes.late) {
        (shown, total) if shown < total => format!("Late parcels: the first {shown} of {}", format::count(total)),
        (shown, _) => format!("Late parcels: {shown}"),
    };
    view! {
        <section class="block">
            {parcel_table(title, late)}
            <p><a href=all>"All late parcels of this period"</a></p>
        </section>
    }
    .into_any()
}
