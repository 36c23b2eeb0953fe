//! The way between the pages.

use leptos::prelude::*;
use leptos_router::hooks::use_url;

const PAGES: [(&str, &str); 9] = [
    ("/", "Overview"),
    ("/open-work", "Open work"),
    ("/couriers", "Couriers"),
    ("/parcels", "Parcels"),
    ("/feeds", "Feeds"),
    ("/contracts", "Contracts"),
    ("/exclusions", "Exclusions"),
    ("/calendars", "Calendars"),
    ("/definitions", "Definitions"),
];

/// The left rail; on a phone, the bar on top.
#[component]
pub fn Rail() -> impl IntoView {
    let url = use_url();
    let here = move |target: &'static str| url.with(|url| is_within(url.path(), target)).then_some("page");
    view! {
        <nav class="rail" aria-label="Pages">
            <div>
                <a class="brand" href="/">
                    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
                        <path d="M2 15h16M4 15V9M9 15V5M14 15v-4" />
                        <circle cx="14" cy="6" r="2" />
                    </svg>
                    "Courierscope"
                </a>
                <ul>
                    {PAGES
                        .into_iter()
                        .map(|(target, label)| view! { <li><a href=target aria-current=move || here(target)>{label}</a></li> })
                        .collect_view()}
                </ul>
            </div>
        </nav>
    }
}

fn is_within(path: &str, target: &str) -> bool {
    path == target || target != "/" && path.strip_prefix(target).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::is_within;

    #[test]
    fn a_courier_lies_within_the_couriers() {
        assert!(is_within("/couriers/Nordpost%2FPorto", "/couriers"));
        assert!(is_within("/couriers", "/couriers"));
        assert!(!is_within("/couriers", "/"));
    }
}
