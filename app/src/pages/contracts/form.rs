//! The form of one version of a contract.

use domain::agreement::{DraftView, VersionForm};
use domain::contract::{PauseKind, Period, StartRule, StopRule};
use domain::fields::Fields;
use domain::kpi::definition::TARGETS;
use domain::vocabulary::EventKind;
use leptos::prelude::*;

use super::{pause_word, start_word, stop};
use crate::words;

/// What the form offers to choose from.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Offered {
    /// The couriers that events name.
    pub couriers: Vec<String>,
    /// The calendars by name.
    pub calendars: Vec<String>,
}

/// Rows for targets that are not there yet.
const MORE_TARGETS: usize = 2;

/// The form of a version, with what is wrong beside each field.
pub fn version_form(draft: &DraftView, form: &VersionForm, offered: &Offered) -> AnyView {
    let typed = Typed { draft, fields: &form.fields };
    let hidden =
        [("text", draft.text.clone()), ("place", form.place.to_string()), ("edition", draft.edition.to_string())];
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view();
    let note = draft.note.clone();
    view! {
        <form class="version" method="post" action="/contracts/drafts/version">
            {hidden} {legs(&typed, draft.edition == 0, offered)} {validity(&typed)} {clock(&typed, offered)} {pauses(&typed)}
            {targets(&typed)} {scans(&typed)} {credit(&typed)}
            <div class="field wide"><label for="note">"Why it is saved"</label> <input id="note" name="note" value=note /></div>
            {super::save_or_preview()}
        </form>
    }
    .into_any()
}

fn legs(typed: &Typed<'_>, is_new: bool, offered: &Offered) -> AnyView {
    let name = match is_new {
        true => typed.line("name", "Name of the contract", "rapida-24h"),
        false => {
            let name = typed.fields.get("name").to_owned();
            view! { <input type="hidden" name="name" value=name /> }.into_any()
        }
    };
    let couriers =
        offered.couriers.iter().map(|courier| view! { <option value=courier.clone()></option> }).collect_view();
    view! {
        <fieldset>
            <legend>"Which legs"</legend>
            {name} {typed.input("version.courier", "Courier, as events name it", "text", "", "couriers")}
            <datalist id="couriers">{couriers}</datalist>
            {typed.line("version.service", "Service", "every")} {typed.line("version.origin", "From country", "any")}
            {typed.line("version.destination", "To country", "any")}
        </fieldset>
    }
    .into_any()
}

fn validity(typed: &Typed<'_>) -> AnyView {
    view! {
        <fieldset>
            <legend>"For clocks that start"</legend>
            {typed.input("version.from", "From", "date", "", "")} {typed.input("version.until", "Before (until the next version)", "date", "", "")}
            {typed.line("version.back_dated", "Why it holds for what was before, where it does", "")}
        </fieldset>
    }
    .into_any()
}

fn clock(typed: &Typed<'_>, offered: &Offered) -> AnyView {
    let starts = StartRule::ALL.iter().map(|&rule| (rule.as_str(), start_word(rule).to_owned())).collect();
    let stops = StopRule::ALL.iter().map(|&rule| (rule.as_str(), stop(rule).to_owned())).collect();
    let kinds = [
        ("working_days", "working days, by a time of day"),
        ("hours", "hours, day and night"),
        ("open_hours", "hours of opening times"),
        ("promise", "the promise to the customer"),
    ];
    let kinds = kinds.map(|(value, label)| (value, label.to_owned())).into();
    let calendars = || {
        let all = offered.calendars.iter().map(|name| (name.as_str(), name.clone()));
        std::iter::once(("", "that of the country".to_owned())).chain(all).collect()
    };
    view! {
        <fieldset>
            <legend>"The clock"</legend>
            {typed.pick("version.start", "Starts", starts)} {typed.line("version.cut_off", "Cut-off at the origin", "as the calendar says")}
            {typed.pick("version.stop", "Stops", stops)}
            {typed.line("version.delivery_hours", "Attempts count at", "as the calendar says, or 08:00-21:00")}
            {typed.pick("version.origin_calendar", "Calendar of the start", calendars())}
            {typed.pick("version.destination_calendar", "Calendar of the deadline", calendars())}
        </fieldset>
        <fieldset>
            <legend>"Deadline"</legend>
            {typed.pick("version.deadline.kind", "Counted in", kinds)}
            {typed.input("version.deadline.count", "How many", "text", "2", "")}
            {typed.line("version.deadline.by", "By, at the destination", "18:00")} {typed.wrong("version.deadline")}
        </fieldset>
    }
    .into_any()
}

fn pauses(typed: &Typed<'_>) -> AnyView {
    let kinds = PauseKind::ALL.iter().map(|&kind| (kind.as_str(), pause_word(kind).to_owned()));
    view! {
        <fieldset>
            <legend>"What pauses the clock"</legend>
            {typed.ticks("version.pauses", kinds)}
            {typed.line("version.pause_days", "For at most so many working days", "")}
            {typed.line("version.hand_off_hours", "Open hours between two couriers that are nobody’s", "")}
        </fieldset>
    }
    .into_any()
}

fn targets(typed: &Typed<'_>) -> AnyView {
    let rows =
        (1..=typed.fields.count("version.target") + MORE_TARGETS).map(|place| target(typed, place)).collect_view();
    view! {
        <fieldset>
            <legend>"Targets: 95 % for a share, a number of hours for a time"</legend>
            {rows}
        </fieldset>
    }
    .into_any()
}

fn target(typed: &Typed<'_>, place: usize) -> AnyView {
    let path = |key: &str| format!("version.target[{place}].{key}");
    let label = |label: &str| format!("{label} {place}");
    let kpis = TARGETS.iter().map(|word| (*word, words::capitalised(&word.replace('_', " "))));
    let kpis = std::iter::once(("", "No target".to_owned())).chain(kpis).collect();
    let periods = [Period::Month, Period::Week, Period::Quarter]
        .iter()
        .map(|period| (period.as_str(), format!("a {period}")))
        .collect();
    view! {
        <div class="target">
            {typed.pick(&path("kpi"), &label("Target"), kpis)} {typed.line(&path("goal"), &label("Goal"), "95 %")}
            {typed.pick(&path("period"), &label("Period"), periods)} {typed.line(&path("minimum"), &label("From so many legs"), "")}
        </div>
    }
    .into_any()
}

fn scans(typed: &Typed<'_>) -> AnyView {
    let kinds = EventKind::ALL.iter().map(|&kind| (kind.as_str(), words::event(kind)));
    view! {
        <details>
            <summary>"Scans that every leg must have"</summary>
            {typed.ticks("version.milestones", kinds)}
        </details>
    }
    .into_any()
}

fn credit(typed: &Typed<'_>) -> AnyView {
    view! {
        <fieldset>
            <legend>"What a missed target costs, as agreed"</legend>
            {typed.line("version.credit.currency", "Currency", "EUR")} {typed.line("version.credit.terms", "Terms", "")}
        </fieldset>
    }
    .into_any()
}

/// What is typed, and what is wrong with it.
struct Typed<'a> {
    draft: &'a DraftView,
    fields: &'a Fields,
}

impl Typed<'_> {
    fn line(&self, name: &str, label: &str, hint: &'static str) -> AnyView {
        self.input(name, label, "text", hint, "")
    }

    /// A field for a line; `list` names what is proposed.
    fn input(&self, name: &str, label: &str, kind: &'static str, hint: &'static str, list: &'static str) -> AnyView {
        let value = self.fields.get(name).to_owned();
        let id = name.to_owned();
        let list = (!list.is_empty()).then_some(list);
        let hint = (!hint.is_empty()).then_some(hint);
        let (is_wrong, described) = self.described(name);
        let input = view! { <input id=id.clone() name=id type=kind aria-invalid=is_wrong aria-describedby=described value=value placeholder=hint list=list autocomplete="off" /> };
        self.field(name, label, input.into_any())
    }

    /// A choice. What is chosen stays even where it is not offered.
    fn pick(&self, name: &str, label: &str, options: Vec<(&str, String)>) -> AnyView {
        let chosen = self.fields.get(name);
        let other = (!options.iter().any(|(value, _)| *value == chosen) && !chosen.is_empty())
            .then(|| (chosen, chosen.to_owned()));
        let options = options.into_iter().chain(other).map(|(value, label)| {
            let is_chosen = value == chosen;
            view! { <option value=value.to_owned() selected=is_chosen>{label}</option> }
        });
        let id = name.to_owned();
        let (is_wrong, described) = self.described(name);
        let select = view! { <select id=id.clone() name=id aria-invalid=is_wrong aria-describedby=described>{options.collect_view()}</select> };
        self.field(name, label, select.into_any())
    }

    /// Things of which any may be ticked.
    fn ticks<'o>(&self, name: &str, options: impl Iterator<Item = (&'o str, String)>) -> AnyView {
        let ticks = options.map(|(value, label)| {
            let is_ticked = self.fields.all(name).iter().any(|ticked| ticked == value);
            view! {
                <label class="tick">
                    <input type="checkbox" name=name.to_owned() value=value.to_owned() checked=is_ticked /> {label}
                </label>
            }
        });
        view! { <div class="ticks">{ticks.collect_view()} {self.wrong(name)}</div> }.into_any()
    }

    fn field(&self, name: &str, label: &str, input: AnyView) -> AnyView {
        let is_wrong = self.draft.faults_of(name).next().is_some();
        let class = if is_wrong { "field at-fault" } else { "field" };
        view! { <div class=class><label for=name.to_owned()>{label.to_owned()}</label> {input} {self.wrong(name)}</div> }.into_any()
    }

    /// What a field says of itself where something is wrong with it: that, and where it is said.
    fn described(&self, name: &str) -> (Option<&'static str>, Option<String>) {
        let is_wrong = self.draft.faults_of(name).next().is_some();
        (is_wrong.then_some("true"), is_wrong.then(|| format!("fault-{name}")))
    }

    fn wrong(&self, name: &str) -> AnyView {
        let faults: Vec<&str> = self.draft.faults_of(name).collect();
        let id = format!("fault-{name}");
        (!faults.is_empty()).then(|| view! { <p class="wrong" id=id>{faults.join("; ")}</p> }).into_any()
    }
}
