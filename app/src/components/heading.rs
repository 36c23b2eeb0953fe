//! The top of a page.

use domain::view::Freshness;
use leptos::prelude::*;
use leptos_meta::Title;

use super::loaded::Loaded;
use crate::fault::Fault;
use crate::format;
use crate::live::{Connection, live};

/// The page's title, and how fresh its figures are.
#[component]
pub fn Heading(
    /// The title.
    #[prop(into)]
    title: String,
) -> impl IntoView {
    let live = live();
    // Effects run in the browser only, and once the page stands.
    Effect::new(move |_| live.follow());
    let freshness = move |freshness: Freshness| {
        live.shown.set_value(Some(freshness.revision));
        view! { <span>{told(&freshness)}</span> }.into_any()
    };
    view! {
        <Title text=title.clone() />
        <header class="heading">
            <h1>{title}</h1>
            <div class="freshness">
                <Loaded from=live.freshness show=freshness otherwise=unknown />
                <span role="status">
                    {move || match live.connection.get() {
                        Connection::None => None,
                        Connection::Live => Some(view! { <span class="live">"live ●"</span> }.into_any()),
                        Connection::Lost => Some(view! { <span class="lost">"not connected ○"</span> }.into_any()),
                    }}
                </span>
            </div>
        </header>
    }
}

fn unknown(_: &Fault) -> AnyView {
    view! { <span>"not known how fresh"</span> }.into_any()
}

fn told(freshness: &Freshness) -> String {
    freshness.complete_until.map_or_else(
        || "no data yet".to_owned(),
        |until| format!("complete up to {}", format::instant_seen_from(until, freshness.as_of.date_naive())),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_data_is_told_with_its_date() {
        let until = "2022-06-30T14:32:00Z".parse().ok();
        let as_of = "2022-06-30T15:00:00Z".parse().unwrap_or_default();
        let fresh = Freshness { complete_until: until, as_of, ..Freshness::default() };
        assert_eq!(told(&fresh), "complete up to 14:32 UTC");
        assert_eq!(told(&Freshness { as_of: Default::default(), ..fresh }), "complete up to 30 Jun 2022 14:32 UTC");
        assert_eq!(told(&Freshness::default()), "no data yet");
    }
}
