//! The rejected rows of a feed: each beside what is wrong with it, to be corrected, or dismissed. Its forms are plain ones:
//! they work without scripts.

mod all;
mod row;

use domain::rejected::RejectedPage as Page;
use domain::view::FeedView;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use leptos_router::hooks::use_url;
use serde::{Deserialize, Serialize};

use crate::components::form::{Ask, choice, use_parameters};
use crate::components::heading::Heading;
use crate::components::loaded::{Loaded, empty};
use crate::fault::Fault;
use crate::outcome::{Outcome, SHOWN_AFTER, SHOWN_KIND};
use crate::query::Query;
use crate::{format, link, reply};

/// Rows on a page.
#[cfg(feature = "ssr")]
const PAGE_ROWS: u32 = 25;

/// A page of the rejected rows of a feed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RejectedRows {
    /// The feed.
    pub feed: FeedView,
    /// Whether its definition can read anything now.
    pub is_defined: bool,
    /// The rows.
    pub page: Page,
}

/// The rejected rows of this feed that this query string asks for; nothing where the feed is unknown.
#[server(prefix = "/api/pages", endpoint = "rejected", input = GetUrl)]
async fn read_rejected(name: String, search: String) -> Result<Option<RejectedRows>, Fault> {
    use domain::rejected::RejectedQuery;

    let backend = super::reading::backend();
    let query = Query::parse(&search);
    let feeds = backend.list_feeds().await?;
    let Some(feed) = feeds.into_iter().find(|feed| feed.name == name) else { return Ok(None) };
    let list = RejectedQuery { kind: query.read("kind"), after: query.read("after"), limit: PAGE_ROWS };
    let page = backend.list_rejected(&name, list).await?;
    Ok(Some(RejectedRows { feed, is_defined: backend.feed_version(&name).await?.is_some(), page }))
}

/// The rejected rows of a feed by its name in the path.
#[component]
pub fn RejectedPage() -> impl IntoView {
    let url = use_url();
    let name = Memo::new(move |_| {
        url.with(|url| link::name_in(url.path().strip_suffix("/rejected").unwrap_or_default(), "/feeds/"))
    });
    let query = use_parameters();
    // Not read again with every change of the figures: that would take away what is being written.
    let rows =
        Resource::new(move || (name.get(), query.get().to_string()), |(name, search)| read_rejected(name, search));
    let feed = name.get_untracked();
    view! {
        <p class="crumbs"><a href="/feeds">"Feeds"</a> " / " <a href=link::feed(&feed) rel=link::rel(&feed)>{feed.clone()}</a></p>
        <Heading title="Rejected rows" />
        {move || Outcome::of(&query.get()).map(told)}
        <Loaded from=rows show=move |rows| rows.map_or_else(|| unknown(&name.get_untracked()), |rows| shown(&rows, &query.get_untracked())) />
    }
}

fn unknown(name: &str) -> AnyView {
    reply::not_found();
    empty(&format!("There is no feed “{name}”"), view! { <p><a href="/feeds">"All feeds"</a></p> })
}

fn told(outcome: Outcome) -> AnyView {
    let text = outcome.text();
    match outcome {
        Outcome::Refused(_) => {
            view! { <div class="notice fault" role="alert"><strong>"▲ Nothing was changed"</strong><p>{text}</p></div> }
                .into_any()
        }
        _ => view! { <div class="notice" role="status"><strong>"● Done"</strong><p>{text}</p></div> }.into_any(),
    }
}

fn shown(rows: &RejectedRows, query: &Query) -> AnyView {
    let feed = &rows.feed;
    let path = link::rejected(&feed.name);
    let faulty = (!rows.is_defined).then(|| {
        view! {
            <div class="notice fault" role="alert">
                <strong>"▲ Rows cannot be corrected now"</strong>
                <p>"The definition of the feed has faults or is gone. Correct it first; rows can be dismissed meanwhile."</p>
            </div>
        }
    });
    let list = match (rows.page.rows.is_empty(), query.get("kind").is_some() || query.get("after").is_some()) {
        (false, _) => rows.page.rows.iter().map(|row| row::form(rows, row, query)).collect_view().into_any(),
        (true, true) => {
            empty("No rejected row here any more", view! { <p><a href=path.clone()>"All rejected rows"</a></p> })
        }
        (true, false) => empty(
            "No rejected rows",
            view! { <p><a href=link::feed(&feed.name) rel=link::rel(&feed.name)>"Back to the feed"</a></p> },
        ),
    };
    view! { {faulty} {summary(feed)} {filter(feed, query, path)} {all::form(rows, query)} {list} {pages(rows, query)} }
        .into_any()
}

fn summary(feed: &FeedView) -> AnyView {
    let settled = [(feed.mended, "corrected"), (feed.dismissed, "dismissed")];
    let settled = settled.into_iter().filter(|(n, _)| *n > 0);
    let settled: String = settled.map(|(n, what)| format!(" · {} {what}", format::count(n))).collect();
    let text = format!("{} open{settled}", format::counted(feed.rejected, "rejected row", "rejected rows"));
    view! { <p class="period-line">{text}</p> }.into_any()
}

/// The choice of a reason, where there are several.
fn filter(feed: &FeedView, query: &Query, path: String) -> Option<AnyView> {
    let label =
        |kind: &domain::view::RejectionView| format!("{}: {} ({})", kind.field, kind.reason, format::count(kind.n));
    let kinds = feed.rejections.iter().filter_map(|of| Some((of.kind?.to_string(), label(of))));
    let options: Vec<_> = std::iter::once((String::new(), "All reasons".to_owned())).chain(kinds).collect();
    (options.len() > 2 || query.get("kind").is_some()).then(|| {
        let choice = choice("kind", "What is wrong", options, query.get("kind"));
        view! {
            <Ask action=path class="filters reasons" label="Filters">
                {choice}
                <button type="submit">"Show"</button>
            </Ask>
        }
        .into_any()
    })
}

fn pages(rows: &RejectedRows, query: &Query) -> AnyView {
    let path = link::rejected(&rows.feed.name);
    let query = query.only(&["kind", "after"]);
    let first = query.get("after").map(|_| {
        view! { <a href=query.without(&["after"]).href(&path) rel="first">"← First page"</a> }
    });
    let next = rows.page.next.map(|after| {
        view! { <a href=query.with("after", &after.to_string()).href(&path) rel="next">"Next →"</a> }
    });
    view! { <nav class="pager" aria-label="Pages of the list">{first} {next}</nav> }.into_any()
}

/// Fields that lead a form back to what of the list is shown.
fn place(query: &Query) -> AnyView {
    let field = |name: &'static str, of: &str| {
        query.get(of).map(|value| view! { <input type="hidden" name=name value=value.to_owned() /> })
    };
    view! { {field(SHOWN_KIND, "kind")} {field(SHOWN_AFTER, "after")} }.into_any()
}
