//! What became of each leg by its contract, and why.

use domain::agreement::ContractClockView;
use domain::verdict::LegClass;
use domain::view::{LegView, NumberView};
use leptos::prelude::*;

use crate::components::class_mark::leg_class_mark;
use crate::query::Query;
use crate::{format, link, words};

/// The legs whose contracts are known.
pub fn by_contract(legs: &[LegView], numbers: &[NumberView]) -> AnyView {
    let judged = legs.iter().filter_map(|leg| Some((leg, leg.contract.as_ref()?)));
    let number_of = |leg: &LegView| numbers.iter().find(|number| number.courier == leg.courier);
    judged.map(|(leg, clock)| one(leg, clock, number_of(leg).map(|number| &*number.number))).collect_view().into_any()
}

fn one(leg: &LegView, clock: &ContractClockView, number: Option<&str>) -> AnyView {
    let parts = (!clock.contract.is_empty()).then(|| super::time_spent("The contract’s clock", &clock.segments));
    view! {
        <section class="block">
            <h2>{leg.courier.clone()} " " {judge(clock)} " " {leg_class_mark(clock.class)}</h2>
            <p class="verdict">{format!("{}.", words::capitalised(clock.verdict.trim_end_matches('.')))}</p>
            {otherwise(clock).map(|text| view! { <p class="aside">{text}</p> })}
            {late(clock).map(|text| view! { <p>{text}</p> })}
            {parts}
            {exclude(leg, clock, number)}
        </section>
    }
    .into_any()
}

fn judge(clock: &ContractClockView) -> Option<AnyView> {
    let back_dated = if clock.is_back_dated { ", back-dated" } else { "" };
    let version = format!("version {}{back_dated}", clock.version);
    (!clock.contract.is_empty()).then(|| {
        view! {
            <span class="aside">
                "by " <a href=link::contract(&clock.contract)>{clock.contract.clone()}</a> ", " {version}
            </span>
        }
        .into_any()
    })
}

/// Where an exclusion of the leg is accepted, or taken back.
fn exclude(leg: &LegView, clock: &ContractClockView, number: Option<&str>) -> Option<AnyView> {
    if clock.exclusion.is_some() {
        return Some(view! { <p><a href="/exclusions">"Exclusions"</a></p> }.into_any());
    }
    let is_late = [clock.class, clock.raw_class, clock.accepted_class].contains(&LegClass::Late);
    let query = Query::default().with("courier", &leg.courier).with("number", number?);
    is_late.then(|| view! { <p><a href=format!("/exclusions?{query}#accept")>"Exclude this leg…"</a></p> }.into_any())
}

/// What the verdict would be without pauses, where that differs.
fn otherwise(clock: &ContractClockView) -> Option<String> {
    let word = |class| words::leg_class(class).1;
    let mut told = Vec::new();
    if clock.raw_class != clock.class {
        told.push(format!("without any pause: {}", word(clock.raw_class)));
    }
    if clock.accepted_class != clock.class {
        told.push(format!("without what only the courier says: {}", word(clock.accepted_class)));
    }
    if clock.claimed_class != clock.class {
        told.push(format!("with only the pauses that rest on the courier’s own word: {}", word(clock.claimed_class)));
    }
    (!told.is_empty()).then(|| format!("{}.", words::capitalised(&told.join("; "))))
}

/// Who answers for the time after the first deadline.
fn late(clock: &ContractClockView) -> Option<String> {
    let total: i64 = clock.lateness.iter().map(|share| share.ms).sum();
    let shares: Vec<String> = clock
        .lateness
        .iter()
        .filter(|share| share.ms > 0)
        .map(|share| format!("{} {}", words::party(share.party), format::duration(share.ms)))
        .collect();
    (total > 0).then(|| format!("{} after the first deadline: {}.", format::duration(total), shares.join(", ")))
}

#[cfg(test)]
mod tests {
    use domain::agreement::LatenessView;
    use domain::vocabulary::Party;

    use super::*;

    #[test]
    fn who_answers_for_the_late_hours_is_told_with_their_sum() {
        let share = |party, hours: i64| LatenessView { party, ms: hours * 3_600_000 };
        let clock = ContractClockView {
            contract: "rapida".into(),
            version: 1,
            is_back_dated: false,
            class: LegClass::OnTime,
            raw_class: LegClass::Late,
            claimed_class: LegClass::OnTime,
            accepted_class: LegClass::OnTime,
            exclusion: None,
            verdict: String::new(),
            started: None,
            first_deadline: None,
            deadline: None,
            segments: Vec::new(),
            lateness: vec![share(Party::Customs, 20), share(Party::Courier, 0), share(Party::Shipper, 3)],
        };
        let told = late(&clock).unwrap_or_default();
        let sum = format::duration(23 * 3_600_000);
        assert!(told.starts_with(&format!("{sum} after the first deadline: ")), "{told}");
        assert!(!told.contains("courier"), "{told}");
        assert_eq!(otherwise(&clock).as_deref(), Some("Without any pause: late."));
    }
}
