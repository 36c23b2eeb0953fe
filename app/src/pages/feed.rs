//! One feed: where it stands, what could not be read, and what its codes mean.

use domain::mapping::{Mapping, MappingPreview};
use domain::view::{FeedView, Standing};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use leptos_router::hooks::use_url;
use serde::{Deserialize, Serialize};

use super::feed_codes::codes;
use super::feeds::{faulty, overview, rejections};
use crate::components::form::use_parameters;
use crate::components::heading::Heading;
use crate::components::loaded::{Loaded, empty};
use crate::fault::Fault;
use crate::{format, link, reply};

/// What is said where a definition was changed between a look and the button.
#[cfg(feature = "ssr")]
const CHANGED: &str = "the definition was changed meanwhile: look at the codes as they are now, and choose again";

/// A feed, and a mapping of its codes that somebody thinks of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeedDetail {
    /// The feed.
    pub view: FeedView,
    /// The version of its definition; `None` where that has faults or is gone.
    pub version: Option<String>,
    /// The mapping.
    pub asked: Mapping,
    /// What it would change, or why it cannot be said; nothing where no code was chosen.
    pub preview: Option<Result<MappingPreview, String>>,
}

/// All about this feed, with what the mapping of this query string would change; nothing where it is unknown.
#[server(prefix = "/api/pages", endpoint = "feed", input = GetUrl)]
async fn read_feed(name: String, search: String) -> Result<Option<FeedDetail>, Fault> {
    use crate::query::Query;

    let backend = super::reading::backend();
    let feeds = backend.list_feeds().await?;
    let Some(view) = feeds.into_iter().find(|feed| feed.name == name) else { return Ok(None) };
    let query = Query::parse(&search);
    let (asked, preview) = match Mapping::from_pairs(query.pairs()) {
        Ok(mapping) if query.get("refused") == Some("changed") => (mapping, Some(Err(CHANGED.to_owned()))),
        Err(fault) => (Mapping::default(), Some(Err(fault.to_string()))),
        Ok(mapping) if mapping.codes.is_empty() => (mapping, None),
        Ok(mapping) => {
            let preview = backend.preview_mapping(&name, mapping.clone()).await;
            (mapping, Some(preview.map_err(|trouble| trouble.to_string())))
        }
    };
    Ok(Some(FeedDetail { version: backend.feed_version(&name).await?, view, asked, preview }))
}

/// A feed by its name in the path.
#[component]
pub fn FeedPage() -> impl IntoView {
    let url = use_url();
    let name = Memo::new(move |_| url.with(|url| link::name_in(url.path(), "/feeds/")));
    let query = use_parameters();
    // Not read again with every change of the figures: that would take away what is being chosen.
    let feed = Resource::new(move || (name.get(), query.get().to_string()), |(name, search)| read_feed(name, search));
    let title = name.get_untracked();
    view! {
        <Heading title />
        <Loaded from=feed show=move |feed| feed.map_or_else(|| unknown(&name.get_untracked()), |feed| shown(&feed)) />
    }
}

fn unknown(name: &str) -> AnyView {
    reply::not_found();
    let advice = view! { <p><a href="/feeds">"All feeds"</a></p> };
    empty(&format!("There is no feed “{name}”"), advice)
}

fn shown(feed: &FeedDetail) -> AnyView {
    let view = &feed.view;
    let faults = (!view.faults.is_empty()).then(|| faulty(view));
    let rejections =
        (!view.rejections.is_empty()).then(|| view! { <section class="block">{rejections(view)}</section> });
    view! { {faults} {probation(view)} {overview(std::slice::from_ref(view))} {codes(feed)} {rejections} }.into_any()
}

/// That a feed is not counted, and the button that changes it.
pub fn probation(feed: &FeedView) -> Option<AnyView> {
    (feed.standing == Standing::Probation).then(|| {
        let action = format!("{}/switch-on", link::feed(&feed.name));
        let what = format!(
            "{} and {} came so far. Look whether times, codes and rejected rows are as they should be. Once switched on, \
             all of it counts as if it always had.",
            format::counted(feed.rows, "row", "rows"),
            format::counted(feed.events, "event", "events"),
        );
        let gone = (feed.out_of_reach > 0).then(|| {
            let batches = format::counted(feed.out_of_reach, "batch", "batches");
            view! { <p>{format!("But for {batches} that came so long ago that what was in them is deleted.")}</p> }
        });
        view! {
            <div class="notice">
                <strong>"◌ On probation: shown, not counted"</strong>
                <p>{what}</p>
                {gone}
                <form method="post" action=action>
                    <button type="submit">"Switch on"</button>
                </form>
            </div>
        }
        .into_any()
    })
}
