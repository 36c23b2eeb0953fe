//! Where the events come from.

use domain::rate::Rate;
use domain::view::{FeedView, Standing};
use domain::watched::FolderView;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use super::folders;
use crate::components::heading::Heading;
use crate::components::loaded::Loaded;
use crate::components::table::{self, Caption};
use crate::fault::Fault;
use crate::live::live;
use crate::query::Query;
use crate::{format, link};

const DEFINITION: &str = "\
number = \"{order}\"
courier = \"{carrier}\"

[times]
zone = \"Europe/Madrid\"

[promise]
date = \"{promised}\"

[milestones]
picked_up = \"accepted\"
delivered_at = \"delivered\"";
const CHECK: &str = "courierscope feeds check FILE --feed NAME";
const IMPORT: &str = "courierscope import FILE --feed NAME";
const POST: &str =
    "curl --data-binary @FILE -H 'Content-Type: text/csv' http://127.0.0.1:8080/api/v1/feeds/NAME/events";

/// The feeds, and the folders that are watched for their files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sources {
    feeds: Vec<FeedView>,
    folders: Vec<FolderView>,
}

/// The feeds and the folders by name.
#[server(prefix = "/api/pages", endpoint = "feeds", input = GetUrl)]
async fn read_feeds() -> Result<Sources, Fault> {
    let backend = super::reading::backend();
    Ok(Sources { feeds: backend.list_feeds().await?, folders: backend.list_folders().await? })
}

/// The feeds.
#[component]
pub fn FeedsPage() -> impl IntoView {
    let changes = live().changes;
    let feeds = Resource::new(move || changes.get(), |_| read_feeds());
    view! {
        <Heading title="Feeds" />
        <Loaded from=feeds show=|sources| all(&sources) />
    }
}

fn all(Sources { feeds, folders }: &Sources) -> AnyView {
    let faults = feeds.iter().filter(|feed| !feed.faults.is_empty()).map(faulty).collect_view();
    let table = (!feeds.is_empty()).then(|| overview(feeds));
    let details = feeds
        .iter()
        .filter(|feed| !feed.rejections.is_empty() || !feed.unmapped.is_empty())
        .map(details)
        .collect_view();
    let is_empty = feeds.iter().all(|feed| feed.batches == 0);
    let add = ("/feeds/new".to_owned(), "Add a feed from a file".to_owned());
    let folders = folders::all(folders);
    view! { <p class="period-line"><a href=add.0>{add.1}</a></p> {faults} {table} {folders} {details} {advice(is_empty)} }
        .into_any()
}

pub(super) fn faulty(feed: &FeedView) -> AnyView {
    let faults = feed.faults.iter().map(|fault| view! { <li>{fault.clone()}</li> }).collect_view();
    view! {
        <div class="notice fault" role="alert">
            <strong>{format!("▲ The definition of the feed “{}” is wrong; it takes nothing until it is mended", feed.name)}</strong>
            <ul>{faults}</ul>
        </div>
    }
    .into_any()
}

pub(super) fn overview(feeds: &[FeedView]) -> AnyView {
    let rows = feeds.iter().map(|feed| {
        let rejected = Rate::new(feed.rejected, feed.rows);
        let mark = (feed.rejected > 0).then(|| view! { <span class="mark missed" aria-hidden="true">"▲ "</span> });
        let standing =
            (feed.standing == Standing::Probation).then(|| table::aside(" ◌ on probation: shown, not counted"));
        let cells = vec![
            table::row_head(
                "",
                view! { <a href=link::feed(&feed.name) rel=link::rel(&feed.name)>{feed.name.clone()}</a> {standing} },
            ),
            table::time(feed.last_received.map_or_else(|| "never".to_owned(), format::instant)),
            table::time(feed.complete_until.map_or_else(|| format::NOTHING.to_owned(), format::instant)),
            table::number(format::count(feed.events_last_day)),
            table::number(format::count(feed.batches)),
            table::number(format::count(feed.rows)),
            table::number(format::count(feed.events)),
            table::number(format::count(feed.duplicates)),
            table::cell("number", view! { {mark} {format::count(feed.rejected)} }),
            table::number(format::rate(&rejected)),
        ];
        table::row("", cells)
    });
    let mut heads = table::heads(["Feed", "Last received", "Latest event"]);
    heads.extend(table::number_heads([
        "Events, 24 h",
        "Batches",
        "Rows",
        "Events",
        "Duplicates",
        "Rejected",
        "Rejected of rows",
    ]));
    table::table("", Caption::Unseen("Feeds and what they brought".to_owned()), heads, rows.collect(), vec![])
}

fn details(feed: &FeedView) -> AnyView {
    let rejections = (!feed.rejections.is_empty()).then(|| rejections(feed));
    let unmapped = (!feed.unmapped.is_empty()).then(|| unmapped(feed));
    let map = unmapped.is_some().then(|| {
        let href = format!("{}#codes", link::feed(&feed.name));
        view! { <p><a href=href>"Say what these codes mean, for history too"</a></p> }
    });
    view! {
        <section class="block">
            <h2>{feed.name.clone()}</h2>
            {rejections}
            {unmapped}
            {map}
        </section>
    }
    .into_any()
}

pub(super) fn rejections(feed: &FeedView) -> AnyView {
    let rows = feed.rejections.iter().map(|rejection| {
        let look = rejection.kind.map(|kind| {
            let href = Query::default().with("kind", &kind.to_string()).href(&link::rejected(&feed.name));
            view! { <a href=href>"Look at these rows"</a> }
        });
        let cells = vec![
            table::row_head("", view! { <code>{rejection.field.clone()}</code> }),
            table::cell("prose", rejection.reason.clone()),
            table::number(format::count(rejection.n)),
            table::text(&*rejection.example),
            table::cell("", look),
        ];
        table::row("", cells)
    });
    let mut heads = table::heads(["Field", "What is wrong"]);
    heads.push(table::head("number", "Rows"));
    heads.push(table::head("", "For example"));
    heads.push(table::unseen_head("What to do"));
    let table = table::table("", Caption::Shown("Rejected rows by reason".to_owned()), heads, rows.collect(), vec![]);
    let settled = (feed.mended + feed.dismissed > 0).then(|| {
        let text = format!(
            "{} corrected and {} dismissed since; they are counted here no more.",
            format::counted(feed.mended, "row was", "rows were"),
            format::count(feed.dismissed),
        );
        view! { <p class="aside">{text}</p> }
    });
    let mend = feed.rejections.iter().any(|rejection| rejection.kind.is_some()).then(|| {
        view! { <p><a href=link::rejected(&feed.name)>"Correct rejected rows and take them in"</a></p> }
    });
    view! { {table} {mend} {settled} }.into_any()
}

fn unmapped(feed: &FeedView) -> AnyView {
    let rows = feed.unmapped.iter().map(|code| {
        let name = table::row_head("", view! { <code>{code.code.clone()}</code> });
        table::row("", vec![name, table::number(format::count(code.n))])
    });
    let caption = format!(
        "Codes that no mapping knows: {} in {} events, the most frequent first",
        format::count(feed.unmapped_codes),
        format::count(feed.unmapped_events)
    );
    let heads = vec![table::head("", "Code"), table::head("number", "Events")];
    table::table("narrow", Caption::Shown(caption), heads, rows.collect(), vec![])
}

fn advice(is_empty: bool) -> AnyView {
    let title = if is_empty { "No feed has brought anything yet" } else { "Feed your own data" };
    view! {
        <section class="block advice">
            <h2>{title}</h2>
            <ol>
                <li><a href="/feeds/new">"Choose a file"</a>" that a courier gave you: you see how its rows would be read before anything counts."</li>
                <li>"Look at what it brought on the page of the feed, and switch the feed on: from then on it counts."</li>
            </ol>
            <h3>"Without the browser"</h3>
            <ol>
                <li>
                    "Say what the columns of your CSV mean, in a text file " <code>"feeds/NAME.toml"</code>
                    " beside the database; braces mean a column:" <pre><code>{DEFINITION}</code></pre>
                </li>
                <li>"See how a CSV file would be read, and which rows would be rejected:" <pre><code>{CHECK}</code></pre></li>
                <li>"Take it in:" <pre><code>{IMPORT}</code></pre></li>
                <li>"Or send it, again and again, as it grows; what is known already counts once:" <pre><code>{POST}</code></pre></li>
            </ol>
        </section>
    }
    .into_any()
}
