//! Exclusions: what is left out of the on-time rate, what couriers claim, and a form to accept it.

use domain::agreement::Recalculation;
use domain::exclusion::{ClaimView, ExclusionView};
use domain::kpi::definition::EXCLUDED;
use domain::vocabulary::Reason;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use super::contracts::recalculated;
use crate::components::form::{Ask, choice, day_field, use_parameters};
use crate::components::heading::Heading;
use crate::components::how::how;
use crate::components::loaded::{Loaded, empty};
use crate::components::table::{self, Caption};
use crate::fault::Fault;
use crate::query::Query;
use crate::{format, link, words};

/// As many claims as are listed at the most.
const MOST: usize = 200;

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exclusions {
    /// Every exclusion, the latest first.
    pub all: Vec<ExclusionView>,
    /// The couriers.
    pub couriers: Vec<String>,
    /// How far the figures follow them.
    pub recalculation: Recalculation,
    /// What the courier claims that is asked for; none where none is.
    pub claims: Option<Vec<ClaimView>>,
}

/// The exclusions, and the claims that this query string asks for.
#[server(prefix = "/api/pages", endpoint = "exclusions", input = GetUrl)]
async fn read_exclusions(search: String) -> Result<Exclusions, Fault> {
    use domain::kpi::Grouping;

    use super::reading;

    let backend = reading::backend();
    let query = Query::parse(&search);
    let date = |name| query.get(name).and_then(|text| text.parse().ok());
    let asked = query.get("claims_of").filter(|courier| !courier.is_empty()).zip(date("from").zip(date("to")));
    let claims = match asked {
        Some((courier, (from, to))) => Some(backend.claims(courier, from, to).await?),
        None => None,
    };
    let couriers = backend.values(Grouping::Courier).await?;
    let (all, recalculation) = (reading::terms().list_exclusions().await?, backend.recalculation().await?);
    Ok(Exclusions { all, couriers, recalculation, claims })
}

/// The exclusions.
#[component]
pub fn ExclusionsPage() -> impl IntoView {
    let query = use_parameters();
    let exclusions = Resource::new(move || query.get().to_string(), read_exclusions);
    view! {
        <Heading title="Exclusions" />
        <p class="period-line">
            "Legs that both sides have agreed to leave out of the on-time rates. The rate by contract counts every pause, also \
             those that only the courier has told of; the accepted rate counts none of these, until somebody here accepts the \
             claim and the leg is left out. The raw and the claimed rate hold every leg."
        </p>
        <Loaded from=exclusions show=move |found| shown(&found, &query.get_untracked()) />
    }
}

fn shown(found: &Exclusions, query: &Query) -> AnyView {
    let couriers = || found.couriers.iter().map(|courier| (courier.clone(), courier.clone()));
    let options = std::iter::once((String::new(), "Choose a courier".to_owned())).chain(couriers()).collect();
    let claims = found.claims.as_deref().map(|list| claims(list, query));
    let fields = view! {
        {choice("claims_of", "Courier", options, query.get("claims_of"))}
        {day_field("from", "Deadlines from", query)}
        {day_field("to", "to", query)}
        <button>"Show claims"</button>
    };
    let fields = fields.into_any();
    view! {
        {recalculated(found.recalculation)}
        {if found.all.is_empty() { none_yet() } else { list(&found.all) }}
        {how(EXCLUDED)}
        <section class="block">
            <h2>"Claims"</h2>
            <Ask action="/exclusions" class="filters" label="Claims of a courier">
                {fields}
            </Ask>
            {claims}
        </section>
        <section class="block advice" id="accept">
            <h2>"Accept an exclusion"</h2>
            {form(&found.couriers, query)}
        </section>
    }
    .into_any()
}

fn none_yet() -> AnyView {
    empty("Nothing is excluded", view! { <p>"Every leg that a contract judges counts."</p> })
}

fn list(all: &[ExclusionView]) -> AnyView {
    let rows = all.iter().map(|one| {
        let decided = format!("{}, {}", one.accepted_by, format::instant(one.accepted_at));
        let state = match one.withdrawn_by.as_ref().zip(one.withdrawn_at) {
            Some((by, at)) => {
                view! { <span class="quiet">{format!("taken back by {by}, {}", format::instant(at))}</span> }.into_any()
            }
            None => withdraw(one),
        };
        let cells = vec![
            table::row_head("", one.id.clone()),
            table::text(&*one.courier),
            table::cell("", what(one)),
            table::text(words::reason(Some(one.reason))),
            table::cell("prose", one.note.clone()),
            table::text(decided),
            table::cell("", state),
        ];
        table::row(if one.withdrawn_by.is_some() { "thin" } else { "" }, cells)
    });
    let heads = table::heads(["Exclusion", "Courier", "What", "Reason", "Note", "Accepted by", "State"]);
    table::table("", Caption::Unseen("Exclusions".to_owned()), heads, rows.collect(), vec![])
}

fn what(one: &ExclusionView) -> AnyView {
    if let Some(number) = &one.number {
        return view! { <a href=link::parcel(number)>{number.clone()}</a> }.into_any();
    }
    let days = one.from.zip(one.to).map(|(from, to)| format::days(from, to)).unwrap_or_default();
    let part = |label: &str, value: &str| if value.is_empty() { String::new() } else { format!(", {label} {value}") };
    let about = [part("service", &one.service), part("from", &one.origin), part("to", &one.destination)].concat();
    format!("deadlines {days}{about}").into_any()
}

fn withdraw(one: &ExclusionView) -> AnyView {
    let (action, label) = (format!("/exclusions/{}/withdraw", one.id), format!("Who takes {} back", one.id));
    view! {
        <form class="inline" method="post" action=action>
            <input name="by" required=true aria-label=label placeholder="Your name" autocomplete="name" />
            <button>"Take back"</button>
        </form>
    }
    .into_any()
}

fn claims(claims: &[ClaimView], query: &Query) -> AnyView {
    if claims.is_empty() {
        return view! { <p class="quiet">"No claim in this time: no leg is late that the courier excuses by its own word."</p> }.into_any();
    }
    let rows = claims.iter().map(|claim| {
        let query = query.clone().with("courier", &claim.courier).with("number", &claim.number);
        let accept = format!("/exclusions?{query}#accept");
        let cells = vec![
            table::row_head("", view! { <a href=link::parcel(&claim.number)>{claim.number.clone()}</a> }),
            table::text(format::day(claim.day)),
            table::cell("", view! { <a href=link::contract(&claim.contract)>{claim.contract.clone()}</a> }),
            table::text(words::capitalised(&claim.cause)),
            table::cell("prose", claim.verdict.clone()),
            table::cell("", view! { <a href=accept>"Accept…"</a> }),
        ];
        table::row("", cells)
    });
    let all = if claims.len() < MOST { "" } else { " The first ones only: ask for fewer days to see the rest." };
    let text = format!("{} that only the courier excuses.{all}", format::counted(claims.len() as i64, "leg", "legs"));
    let heads = table::heads(["Parcel", "Deadline", "Contract", "Cause", "Verdict as claimed", ""]);
    let list = table::table("", Caption::Unseen("Claims".to_owned()), heads, rows.collect(), vec![]);
    view! { <p>{text}</p> {list} }.into_any()
}

fn form(couriers: &[String], query: &Query) -> AnyView {
    let options = std::iter::once((String::new(), "Choose a courier".to_owned()));
    let options = options.chain(couriers.iter().map(|courier| (courier.clone(), courier.clone()))).collect();
    let reasons = std::iter::once((String::new(), "Why?".to_owned()));
    let reasons = reasons.chain(Reason::ALL.iter().map(|&reason| (reason.to_string(), words::reason(Some(reason)))));
    let text = |name: &'static str, label: &'static str, is_required: bool| {
        let value = query.get(name).unwrap_or_default().to_owned();
        view! { <div class="field"><label for=name>{label}</label> <input id=name name=name value=value required=is_required autocomplete="off" /></div> }
    };
    let day = |id: &'static str, name: &'static str, label: &'static str| {
        view! { <div class="field day"><label for=id>{label}</label> <input type="date" id=id name=name /></div> }
    };
    view! {
        <form class="exclude" method="post" action="/exclusions">
            {choice("courier", "Courier", options, query.get("courier"))}
            <fieldset>
                <legend>"One parcel"</legend>
                {text("number", "Tracking number", false)}
            </fieldset>
            <fieldset>
                <legend>"or all legs with deadlines in a period"</legend>
                {day("period-from", "from", "From")} {day("period-to", "to", "To, inclusive")}
                {text("service", "Service", false)} {text("origin", "From country", false)}
                {text("destination", "To country", false)}
            </fieldset>
            {choice("reason", "Reason", reasons.collect(), query.get("reason"))}
            {text("accepted_by", "Accepted by", true)} {text("note", "Note", false)}
            <button>"Accept"</button>
        </form>
    }
    .into_any()
}
