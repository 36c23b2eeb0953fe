//! A contract before it is saved: what is wrong with it, or what it would have made of a period.

use domain::agreement::{ChangedVerdict, ContractPreview, DraftView};
use domain::kpi::{KpiRow, Kpis};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};

use super::form::{Offered, version_form};
use crate::components::filter_bar::PeriodBar;
use crate::components::form::use_parameters;
use crate::components::heading::Heading;
use crate::components::loaded::{Loaded, empty};
use crate::components::table::{self, Caption};
use crate::fault::Fault;
use crate::{format, link, reply, words};

/// What a contract that nobody has typed yet is known by.
const NEW: &str = "new";

/// A draft, and what it would have made of the period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The draft.
    pub draft: DraftView,
    /// None where it has faults, or there is no period.
    pub preview: Option<ContractPreview>,
    /// What the form offers, where the draft is one of a form.
    pub offered: Offered,
}

/// A draft, with what it would have made of the period of this query string; nothing where it is no longer kept.
#[server(prefix = "/api/pages", endpoint = "draft", input = GetUrl)]
async fn read_draft(id: String, search: String) -> Result<Option<Draft>, Fault> {
    use crate::pages::reading;
    use crate::query::Query;

    let (backend, query) = (reading::backend(), Query::parse(&search));
    let offered = super::version::offered().await?;
    if id == NEW {
        let draft = reading::terms().contract_form(None, None).await?;
        return Ok(draft.map(|draft| Draft { draft, preview: None, offered }));
    }
    let version = query.get("version").and_then(|place| place.parse().ok());
    let Some(draft) = backend.find_draft(&id, version).await? else { return Ok(None) };
    let (period, _) = reading::period(&*backend, &query).await?;
    let preview = match period.filter(|_| draft.faults.is_empty()) {
        Some(period) => Some(backend.preview_contract(&draft.name, &draft.text, period.from, period.to).await?),
        None => None,
    };
    Ok(Some(Draft { draft, preview, offered }))
}

/// The page of a draft.
#[component]
pub fn DraftPage() -> impl IntoView {
    let params = use_params_map();
    let id = params.with_untracked(|params| params.get("id").unwrap_or_default());
    let query = use_parameters();
    let action = format!("/contracts/drafts/{id}");
    let is_new = id == NEW;
    let title = if is_new { "Add a contract" } else { "Before it is saved" };
    let draft = Resource::new(
        move || query.get().only(&["period", "from", "to", "version"]).to_string(),
        move |search| read_draft(id.clone(), search),
    );
    view! {
        <p class="crumbs"><a href="/contracts">"Contracts"</a></p>
        <Heading title />
        {(!is_new).then(|| view! { <PeriodBar action keeping=&["version"] /> })}
        <Loaded from=draft show=|found| found.map_or_else(unknown, |found| shown(&found)) />
    }
}

fn unknown() -> AnyView {
    reply::not_found();
    let advice = view! { <p>"Drafts are kept for a week. " <a href="/contracts">"All contracts"</a></p> };
    empty("This draft is no longer kept", advice)
}

fn shown(Draft { draft, preview, offered }: &Draft) -> AnyView {
    let faults = (!draft.faults.is_empty()).then(|| {
        let list = draft.faults.iter().map(|fault| view! { <li>{fault.told.clone()}</li> }).collect_view();
        view! { <section class="block" role="alert"><h2>"This cannot be meant"</h2> <ul>{list}</ul></section> }
    });
    let text = || {
        let title = format!("Save {}", draft.name);
        let form = super::text_form(&draft.name, &draft.text, &draft.note, draft.edition);
        view! { <section class="block advice"><h2>{title}</h2> {form}</section> }.into_any()
    };
    let form = draft.form.as_ref().map_or_else(text, |form| version_form(draft, form, offered));
    view! { {faults} {preview.as_ref().map(compared)} {form} }.into_any()
}

fn compared(preview: &ContractPreview) -> AnyView {
    let rows = LINES.iter().map(|(label, tell)| {
        let [before, after] = [&preview.before, &preview.after].map(tell);
        let class = if before == after { "quiet" } else { "" };
        table::row(class, vec![table::row_head("", *label), table::number(before), table::number(after)])
    });
    let mut heads = vec![table::unseen_head("What")];
    heads.extend(table::number_heads(["As saved", "By this draft"]));
    let caption = format!("Legs whose deadline lies within {}", format::days(preview.from, preview.to));
    let changed = match preview.changed {
        0 => "No verdict changes.".to_owned(),
        n => format!("{} would have another verdict.", format::counted(n, "leg", "legs")),
    };
    view! {
        <section class="block">
            <h2>"What it would have made of this period"</h2>
            <p role="status">{changed}</p>
            {table::table("", Caption::Shown(caption), heads, rows.collect(), vec![])}
            {verdicts(preview)}
        </section>
    }
    .into_any()
}

fn verdicts(preview: &ContractPreview) -> AnyView {
    let shown = &preview.listed[..preview.listed.len().min(SHOWN)];
    if shown.is_empty() {
        return ().into_any();
    }
    let mark = |class| {
        let (sign, word, kind) = words::leg_class(class);
        view! { <span class=format!("mark {kind}")>{sign} " " {word}</span> }
    };
    let row = |one: &ChangedVerdict| {
        let number = view! { <a href=link::parcel(&one.number) rel=link::rel(&one.number)>{one.number.clone()}</a> };
        let cells = vec![
            table::row_head("", number),
            table::cell("prose", view! { {mark(one.before)} <br /> {one.verdict_before.clone()} }),
            table::cell("prose", view! { {mark(one.after)} <br /> {one.verdict_after.clone()} }),
        ];
        table::row("", cells)
    };
    let title = match (shown.len() as i64, preview.changed) {
        (shown, all) if shown < all => format!("Verdicts that change: the first {shown} of {}", format::count(all)),
        (shown, _) => format!("Verdicts that change: {shown}"),
    };
    let heads = table::heads(["Number", "As saved", "By this draft"]);
    table::table("", Caption::Shown(title), heads, shown.iter().map(row).collect(), vec![])
}

/// Verdicts that the page lists; the API tells more.
const SHOWN: usize = 20;

type Line = (&'static str, fn(&KpiRow) -> String);

const LINES: [Line; 9] = [
    ("On time, contract", |row| rate(row, |kpis| &kpis.on_time_contract)),
    ("On time, claimed", |row| rate(row, |kpis| &kpis.on_time_contract_claimed)),
    ("On time, raw", |row| rate(row, |kpis| &kpis.on_time_contract_raw)),
    ("Legs judged", |row| format::count(row.kpis.on_time_contract.total)),
    ("Late", |row| format::count(row.legs.late)),
    ("Not due", |row| format::count(row.legs.open)),
    ("Paused", |row| format::count(row.legs.paused)),
    ("Judged by no contract", |row| format::count(row.legs.no_contract)),
    ("Time after deadlines", |row| format::duration(row.kpis.lateness.total_ms)),
];

fn rate(row: &KpiRow, of: fn(&Kpis) -> &domain::rate::Rate) -> String {
    let rate = of(&row.kpis);
    if rate.total == 0 {
        format::NOTHING.to_owned()
    } else {
        format!("{} ({})", format::rate(rate), format::interval(rate))
    }
}
