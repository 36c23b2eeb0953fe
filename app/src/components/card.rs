//! A figure with all that belongs to it.

use domain::kpi::Definition;
use domain::rate::Rate;
use leptos::prelude::*;

use super::how::how;
use crate::chart::spark::spark;
use crate::figures::{ENOUGH, Meaning, change};
use crate::format;

/// A figure with what it rests on.
pub fn card(definition: Definition, figure: AnyView, basis: AnyView, trend: &[Option<f32>]) -> AnyView {
    let said = format!("{}, trend over the period", definition.title);
    view! {
        <section class="card">
            <h2>{definition.title}</h2>
            <div class="figure">{figure}</div>
            <div class="basis">{basis}</div>
            <div class="card-spark" inner_html=spark(trend, &said)></div>
            {how(definition)}
        </section>
    }
    .into_any()
}

/// A rate and how it changed, in large.
pub fn rate_figure(now: &Rate, before: Option<&Rate>) -> AnyView {
    view! { <strong class:thin=now.total < ENOUGH>{format::rate(now)}</strong> {before.map(|before| change_mark(now, before))} }.into_any()
}

/// What a rate rests on: counts and interval; and that it is thin, where it is.
pub fn rate_basis(rate: &Rate) -> AnyView {
    if rate.total == 0 {
        return view! { <span>"nothing judged in this period"</span> }.into_any();
    }
    let thin = (rate.total < ENOUGH).then(|| view! { <span class="evidence">"○ thin evidence"</span> });
    view! { <span>{format::basis(rate)}</span> <span>{format::interval(rate)}</span> {thin} }.into_any()
}

/// The change against the previous period: called out where the evidence is clear.
pub fn change_mark(now: &Rate, before: &Rate) -> AnyView {
    let Some((difference, meaning)) = change(now, before) else {
        return ().into_any();
    };
    let (class, mark, said) = match meaning {
        Meaning::Better => ("change better", "●", "better than the period before"),
        Meaning::Worse => ("change worse", "▲", "worse than the period before"),
        Meaning::Unclear => ("change", "", "no clear change from the period before"),
    };
    let before = format!("before: {}, {}", format::rate(before), format::basis(before));
    view! {
        <span class=class title=before>
            {mark} " " {format::points(difference)} <span class="unseen">{format!(", {said}")}</span>
        </span>
    }
    .into_any()
}
