//! What couriers have signed.

pub mod draft;
mod form;
pub mod version;

use domain::agreement::{ContractStanding, ContractView, Recalculation, RecalculationStatus, VersionView};
use domain::contract::{PauseKind, StartRule, StopRule};
use domain::rate::Rate;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use leptos_router::hooks::use_url;

use crate::components::editions::editions;
use crate::components::heading::Heading;
use crate::components::loaded::{Loaded, empty};
use crate::components::standing;
use crate::components::table::{self, Caption};
use crate::fault::Fault;
use crate::live::live;
use crate::{format, link, query, reply, words};

/// The contracts by name.
#[server(prefix = "/api/pages", endpoint = "contracts", input = GetUrl)]
async fn read_contracts() -> Result<(Vec<ContractView>, Recalculation), Fault> {
    let recalculation = super::reading::backend().recalculation().await?;
    Ok((super::reading::terms().list_contracts().await?, recalculation))
}

/// A contract by its name; nothing where there is none.
#[server(prefix = "/api/pages", endpoint = "contract", input = GetUrl)]
async fn read_contract(name: String) -> Result<Option<(ContractView, Vec<ContractStanding>)>, Fault> {
    let Some(contract) = super::reading::terms().find_contract(&name).await? else { return Ok(None) };
    Ok(Some((contract, super::reading::backend().standings(None, Some(&name)).await?)))
}

/// The contracts.
#[component]
pub fn ContractsPage() -> impl IntoView {
    let changes = live().changes;
    let contracts = Resource::new(move || changes.get(), |_| read_contracts());
    view! {
        <Heading title="Contracts" />
        <Loaded from=contracts show=|(contracts, recalculation)| view! { {recalculated(recalculation)} {all(&contracts)} }.into_any() />
    }
}

/// Says where the figures do not follow what was saved yet, and lets somebody decide.
pub(super) fn recalculated(of: Recalculation) -> AnyView {
    let (text, decision, button) = match of.status {
        RecalculationStatus::UpToDate => return ().into_any(),
        RecalculationStatus::Running => {
            let done = Rate::new(of.parcels_done.min(of.parcels), of.parcels);
            let text = format!(
                "The figures are being recalculated by contracts, calendars and exclusions as they were saved: {} of {} done. \
                 Until then they are what they were.",
                format::rate(&done),
                format::counted(of.parcels, "parcel", "parcels"),
            );
            (text, "false", "Stop")
        }
        RecalculationStatus::Stopped => {
            let text = "What was saved last is not in the figures: recalculating them was stopped.";
            (text.to_owned(), "true", "Recalculate")
        }
    };
    view! {
        <form class="block advice" method="post" action="/contracts/recalculation">
            <input type="hidden" name="wanted" value=decision />
            <p role="status">{text}</p>
            <button>{button}</button>
        </form>
    }
    .into_any()
}

fn all(contracts: &[ContractView]) -> AnyView {
    let table = if contracts.is_empty() { none_yet() } else { list(contracts) };
    view! {
        {table}
        <section class="block advice">
            <h2>"Add a contract"</h2>
            <p><a class="action" href="/contracts/drafts/new">"Fill in the form"</a> ", or put its text here:"</p>
            {text_form("", EXAMPLE, "", 0)}
        </section>
    }
    .into_any()
}

fn none_yet() -> AnyView {
    let advice = view! {
        <p>
            "A contract says when a courier's clock starts, what stops it, how long a leg may take, and what pauses it. \
             The example below is a beginning: change it to what was signed, and save it."
        </p>
    };
    empty("No contract yet", advice)
}

fn list(contracts: &[ContractView]) -> AnyView {
    let rows = contracts.iter().map(|contract| {
        let current = contract.current();
        let told = |tell: fn(&VersionView) -> String| current.map_or_else(|| format::NOTHING.to_owned(), tell);
        let cells = vec![
            table::row_head("", view! { <a href=link::contract(&contract.name)>{contract.name.clone()}</a> }),
            table::text(&*contract.courier),
            table::text(&*contract.about),
            table::text(told(|version| version.deadline.clone())),
            table::text(told(targets)),
            table::text(told(validity)),
            table::number(format::count(contract.versions.len() as i64)),
        ];
        table::row("", cells)
    });
    let mut heads = table::heads(["Contract", "Courier", "About", "Deadline", "Targets", "In force"]);
    heads.push(table::head("number", "Versions"));
    table::table("", Caption::Unseen("Contracts".to_owned()), heads, rows.collect(), vec![])
}

/// A contract by its name in the path.
#[component]
pub fn ContractPage() -> impl IntoView {
    let url = use_url();
    let name = Memo::new(move |_| url.with(|url| link::name_in(url.path(), "/contracts/")));
    let contract = Resource::new(move || name.get(), read_contract);
    let title = name.get_untracked();
    view! {
        <p class="crumbs"><a href="/contracts">"Contracts"</a></p>
        <Heading title />
        <Loaded from=contract show=move |found| found.map_or_else(|| unknown(&name.get_untracked()), |(found, standings)| shown(&found, &standings)) />
    }
}

fn unknown(name: &str) -> AnyView {
    reply::not_found();
    let advice = view! { <p><a href="/contracts">"All contracts"</a></p> };
    empty(&format!("There is no contract “{name}”"), advice)
}

fn shown(contract: &ContractView, standings: &[ContractStanding]) -> AnyView {
    let courier = contract.courier.clone();
    let edition = contract.editions.first().map_or(0, |latest| latest.edition);
    let file = format!("/api/v1/contracts/{}/file", query::encode(&contract.name));
    view! {
        <p class="period-line">
            <a href=link::courier(&courier) rel=link::rel(&courier)>{courier.clone()}</a> {format!(" · {}", contract.about)}
        </p>
        {standing::standings(standings)}
        {versions(contract)}
        {editions("Editions of the text", &contract.editions)}
        <section class="block advice">
            <h2>"Change this contract"</h2>
            <p>
                "What was agreed stays: a change is another version with the day from which it holds. "
                <a class="action" href=link::version(&contract.name, None)>"Add a version"</a> ", or change the text: "
                <a href=file rel="external" download>"Take the text away"</a>
            </p>
            {text_form(&contract.name, &contract.text, "", edition)}
        </section>
    }
    .into_any()
}

/// What each version says, a column a version, the latest first.
fn versions(contract: &ContractView) -> AnyView {
    let columns: Vec<&VersionView> = contract.versions.iter().rev().collect();
    let mut heads = vec![table::unseen_head("What is agreed")];
    heads.extend(columns.iter().map(|version| {
        let mark = version.is_in_force.then(|| view! { <span class="mark kept">" ● in force"</span> });
        let change = view! { <a href=link::version(&contract.name, Some(version.from))>"Change"</a> };
        table::head("", view! { {format!("Version {} ", version.version)} {change} {mark} })
    }));
    let rows = AGREED.iter().filter_map(|(label, tell)| {
        let told: Vec<String> = columns.iter().map(|version| tell(version)).collect();
        if told.iter().all(String::is_empty) {
            return None;
        }
        let cells = told
            .into_iter()
            .map(|text| table::cell("prose", if text.is_empty() { format::NOTHING.to_owned() } else { text }));
        let head = table::row_head("", *label);
        Some(table::row("", std::iter::once(head).chain(cells).collect()))
    });
    table::table("", Caption::Unseen("Versions".to_owned()), heads, rows.collect(), vec![])
}

type Told = fn(&VersionView) -> String;

const AGREED: [(&str, Told); 13] = [
    ("Holds for clocks that start", validity),
    ("About", |version| version.about.clone()),
    ("Deadline", |version| version.deadline.clone()),
    ("Clock starts", start),
    ("Clock stops", |version| stop(version.stop).to_owned()),
    ("Attempts count", |version| version.delivery_hours.join(", ")),
    ("Pauses", pauses),
    ("Hand-over", |version| {
        let hours = format::counted(version.hand_off_hours.into(), "open hour", "open hours");
        format!("{hours} between an out-scan and the next in-scan are nobody's")
    }),
    ("Calendars", calendars),
    ("Scans that every leg must have", |version| {
        version.milestones.iter().map(|kind| words::event(*kind)).collect::<Vec<_>>().join(", ")
    }),
    ("Targets", targets),
    ("Credit", |version| version.credit.clone().unwrap_or_default()),
    ("Back-dated", |version| version.back_dated.clone().unwrap_or_default()),
];

fn validity(version: &VersionView) -> String {
    let from = format!("from {}", format::day(version.from));
    version.until.map_or_else(|| from.clone(), |until| format!("{from}, before {}", format::day(until)))
}

fn start(version: &VersionView) -> String {
    let rule = start_word(version.start);
    version.cut_off.as_ref().map_or_else(|| rule.to_owned(), |time| format!("{rule}; cut-off {time}"))
}

const fn start_word(rule: StartRule) -> &'static str {
    match rule {
        StartRule::NextOpening => "with custody, else at the next opening",
        StartRule::AtOnce => "with custody, day and night",
    }
}

const fn stop(rule: StopRule) -> &'static str {
    match rule {
        StopRule::Delivered => "when the consignee has the parcel",
        StopRule::Ready => "on delivery, or ready where planned or asked for",
        StopRule::Attempt => "on delivery, ready, or the first valid attempt",
    }
}

fn pauses(version: &VersionView) -> String {
    if version.pauses.is_empty() {
        return "none".to_owned();
    }
    let kinds: Vec<&str> = version.pauses.iter().map(|pause| pause_word(*pause)).collect();
    let days = format::counted(version.pause_days.into(), "working day", "working days");
    format!("{}; {days} at the most", kinds.join(", "))
}

const fn pause_word(pause: PauseKind) -> &'static str {
    match pause {
        PauseKind::Customs => "with customs",
        PauseKind::ConsigneeWish => "the consignee's wish",
        PauseKind::AddressCorrection => "a wrong address",
        PauseKind::ForceMajeure => "force majeure",
        PauseKind::WaitingForCollection => "waiting to be collected",
    }
}

fn calendars(version: &VersionView) -> String {
    let [origin, destination] = &version.calendars;
    let named = |name: &String, of: &str| if name.is_empty() { String::new() } else { format!("{name} for the {of}") };
    let both = [named(origin, "start"), named(destination, "deadline")];
    both.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

fn targets(version: &VersionView) -> String {
    let one = |target: &domain::agreement::TargetView| {
        let minimum = if target.minimum > 0 { format!(", from {} legs", target.minimum) } else { String::new() };
        format!("{} {} a {}{minimum}", target.kpi.replace('_', " "), target.goal, target.period)
    };
    version.targets.iter().map(one).collect::<Vec<_>>().join("; ")
}

const EXAMPLE: &str = "\
name = \"rapida-24h\"
courier = \"Rápida\"
service = \"24h\"

[[version]]
from = 2026-01-01
deadline = \"1 working day by 20:00\"
cut_off = \"18:00\"
delivery_hours = [\"08:00-21:00\"]
pauses = [\"consignee_wish\", \"address_correction\"]

[[version.target]]
kpi = \"on_time_contract\"
goal = \"95 %\"
period = \"month\"
minimum = 200
";

/// The form that saves a contract's text. A new one is named too.
fn text_form(name: &str, text: &str, note: &str, edition: i64) -> AnyView {
    let named = if edition == 0 {
        let name = name.to_owned();
        view! { <label for="name">"Name, as in the text"</label> <input id="name" name="name" value=name required /> }
            .into_any()
    } else {
        view! { <input type="hidden" name="name" value=name.to_owned() /> }.into_any()
    };
    view! {
        <form class="terms" method="post" action="/contracts">
            <input type="hidden" name="edition" value=edition.to_string() />
            {named}
            <label for="text">"Text"</label>
            <textarea id="text" name="text" rows="18" spellcheck="false" required>{text.to_owned()}</textarea>
            <label for="note">"Why"</label>
            <input id="note" name="note" value=note.to_owned() />
            {save_or_preview()}
        </form>
    }
    .into_any()
}

/// The buttons of a form that saves a contract.
fn save_or_preview() -> AnyView {
    view! {
        <div class="buttons">
            <button name="and" value="save">"Save"</button>
            <button name="and" value="preview" class="second">"See what it would have made of the past"</button>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version() -> VersionView {
        VersionView {
            version: 1,
            from: chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default(),
            until: None,
            is_in_force: true,
            about: String::new(),
            deadline: "1 working day by 20:00".into(),
            start: StartRule::NextOpening,
            cut_off: Some("18:00".into()),
            stop: StopRule::Ready,
            delivery_hours: Vec::new(),
            pauses: vec![PauseKind::Customs, PauseKind::ForceMajeure],
            pause_days: 10,
            hand_off_hours: 4,
            calendars: [String::new(), "ES-saturdays".into()],
            milestones: Vec::new(),
            targets: Vec::new(),
            credit: None,
            back_dated: None,
        }
    }

    #[test]
    fn a_version_is_told_in_words() {
        let version = version();
        assert_eq!(validity(&version), "from 1 Jan 2026");
        assert_eq!(start(&version), "with custody, else at the next opening; cut-off 18:00");
        assert_eq!(pauses(&version), "with customs, force majeure; 10 working days at the most");
        assert_eq!(calendars(&version), "ES-saturdays for the deadline");
        assert_eq!(pauses(&VersionView { pauses: Vec::new(), ..version }), "none");
    }
}
