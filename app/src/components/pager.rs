//! The way through a long table.

use leptos::prelude::*;

use crate::query::Query;

/// Links to the page before and after.
pub fn pager(page: u32, pages: u32, query: &Query, path: &str) -> AnyView {
    if pages <= 1 {
        return ().into_any();
    }
    let link = |target: u32, label: &'static str, rel: &'static str| {
        let href = query.with("page", &target.to_string()).href(path);
        (1..=pages).contains(&target).then(|| view! { <a href=href rel=rel data-noscroll="">{label}</a> })
    };
    view! {
        <nav class="pager" aria-label="Pages of the table">
            {link(page.saturating_sub(1), "← Previous", "prev")} <span>{format!("page {page} of {pages}")}</span>
            {link(page + 1, "Next →", "next")}
        </nav>
    }
    .into_any()
}
