//! What each KPI means.

use domain::kpi::DefinitionView;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::components::heading::Heading;
use crate::components::loaded::Loaded;
use crate::components::table::{self, Caption};
use crate::fault::Fault;

/// Every KPI's definition.
#[server(prefix = "/api/pages", endpoint = "definitions", input = GetUrl)]
async fn read_definitions() -> Result<Vec<DefinitionView>, Fault> {
    Ok(domain::kpi::definition::ALL.iter().map(|definition| DefinitionView::from(*definition)).collect())
}

/// The definitions.
#[component]
pub fn DefinitionsPage() -> impl IntoView {
    let definitions = Resource::new(|| (), |()| read_definitions());
    view! {
        <Heading title="Definitions" />
        <Loaded from=definitions show=|definitions| all(&definitions) />
    }
}

fn all(definitions: &[DefinitionView]) -> AnyView {
    let row = |of: &DefinitionView| {
        let name =
            view! { <span id=of.name.clone()>{of.title.clone()}</span> <code class="aside">{of.name.clone()}</code> };
        let counted = view! { <strong>{of.formula.clone()}</strong> " " {of.definition.clone()} };
        let cells = vec![
            table::row_head("", name),
            table::cell("prose", counted),
            table::cell("prose", of.cohort.clone()),
            table::cell("prose", of.unit.clone()),
            table::cell("prose", of.source.clone()),
        ];
        table::row("", cells)
    };
    let heads = table::heads(["KPI", "How it is counted", "Counts on", "Unit", "Source"]);
    table::table("", Caption::Unseen("Definitions".to_owned()), heads, definitions.iter().map(row).collect(), vec![])
}
