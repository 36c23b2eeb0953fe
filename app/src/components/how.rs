//! "How is this counted?"

use domain::kpi::Definition;
use leptos::prelude::*;

use crate::definitions::EVIDENCE;

/// The definition of a figure, folded away beside it.
pub fn how(definition: Definition) -> AnyView {
    view! {
        <details class="how" name="how">
            <summary>"How is this counted?"</summary>
            <div>
                <p class="formula">{definition.formula}</p>
                <p>{definition.text}</p>
                {definition.is_rate().then(|| view! { <p>{EVIDENCE[0]} ". " {EVIDENCE[1]}</p> })}
            </div>
        </details>
    }
    .into_any()
}
