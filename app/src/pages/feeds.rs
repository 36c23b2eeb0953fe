//! Where the events come from.

use domain::rate::Rate;
use domain::view::FeedView;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::components::heading::Heading;
use crate::components::loaded::Loaded;
use crate::fault::Fault;
use crate::format;
use crate::live::live;

const CHECK: &str = "courierscope feeds check FILE";
const IMPORT: &str = "courierscope import FILE --feed NAME";
const POST: &str =
    "curl --data-binary @FILE -H 'Content-Type: text/csv' http://127.0.0.1:8080/api/v1/feeds/NAME/events";

/// The feeds by name.
#[server(prefix = "/api/pages", endpoint = "feeds", input = GetUrl)]
async fn read_feeds() -> Result<Vec<FeedView>, Fault> {
    Ok(super::reading::backend().list_feeds().await?)
}

/// The feeds.
#[component]
pub fn FeedsPage() -> impl IntoView {
    let changes = live().changes;
    let feeds = Resource::new(move || changes.get(), |_| read_feeds());
    view! {
        <Heading title="Feeds" />
        <Loaded from=feeds show=|feeds| all(&feeds) />
    }
}

fn all(feeds: &[FeedView]) -> AnyView {
    let faults = feeds.iter().filter(|feed| !feed.faults.is_empty()).map(faulty).collect_view();
    let table = (!feeds.is_empty()).then(|| table(feeds));
    let details = feeds
        .iter()
        .filter(|feed| !feed.rejections.is_empty() || !feed.unmapped.is_empty())
        .map(details)
        .collect_view();
    let is_empty = feeds.iter().all(|feed| feed.batches == 0);
    view! { {faults} {table} {details} {advice(is_empty)} }.into_any()
}

fn faulty(feed: &FeedView) -> AnyView {
    let faults = feed.faults.iter().map(|fault| view! { <li>{fault.clone()}</li> }).collect_view();
    view! {
        <div class="notice fault" role="alert">
            <strong>{format!("▲ The definition of the feed “{}” is wrong; it takes nothing until it is mended", feed.name)}</strong>
            <ul>{faults}</ul>
        </div>
    }
    .into_any()
}

fn table(feeds: &[FeedView]) -> AnyView {
    let rows = feeds
        .iter()
        .map(|feed| {
            let received = feed.last_received.map_or_else(|| "never".to_owned(), format::instant);
            let until = feed.complete_until.map_or_else(|| format::NOTHING.to_owned(), format::instant);
            let rejected = Rate::new(feed.rejected, feed.rows);
            let mark = (feed.rejected > 0)
                .then(|| view! { <span class="mark missed"><span aria-hidden="true">"▲ "</span></span> });
            view! {
                <tr>
                    <th scope="row">{feed.name.clone()}</th>
                    <td class="time">{received}</td>
                    <td class="time">{until}</td>
                    <td class="number">{format::count(feed.events_last_day)}</td>
                    <td class="number">{format::count(feed.batches)}</td>
                    <td class="number">{format::count(feed.rows)}</td>
                    <td class="number">{format::count(feed.events)}</td>
                    <td class="number">{format::count(feed.duplicates)}</td>
                    <td class="number">{mark} {format::count(feed.rejected)}</td>
                    <td class="number">{format::rate(&rejected)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="wide">
            <table>
                <caption class="unseen">"Feeds and what they brought"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Feed"</th>
                        <th scope="col">"Last received"</th>
                        <th scope="col">"Latest event"</th>
                        <th scope="col" class="number">"Events, 24 h"</th>
                        <th scope="col" class="number">"Batches"</th>
                        <th scope="col" class="number">"Rows"</th>
                        <th scope="col" class="number">"Events"</th>
                        <th scope="col" class="number">"Duplicates"</th>
                        <th scope="col" class="number">"Rejected"</th>
                        <th scope="col" class="number">"Rejected of rows"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn details(feed: &FeedView) -> AnyView {
    let rejections = (!feed.rejections.is_empty()).then(|| {
        let rows = feed
            .rejections
            .iter()
            .map(|rejection| {
                view! {
                    <tr>
                        <th scope="row"><code>{rejection.field.clone()}</code></th>
                        <td class="prose">{rejection.reason.clone()}</td>
                        <td class="number">{format::count(rejection.n)}</td>
                        <td>{rejection.example.clone()}</td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <div class="wide">
                <table>
                    <caption>"Rejected rows by reason"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Field"</th>
                            <th scope="col">"What is wrong"</th>
                            <th scope="col" class="number">"Rows"</th>
                            <th scope="col">"For example"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    let unmapped = (!feed.unmapped.is_empty()).then(|| {
        let rows = feed
            .unmapped
            .iter()
            .map(|code| view! { <tr><th scope="row"><code>{code.code.clone()}</code></th><td class="number">{format::count(code.n)}</td></tr> })
            .collect_view();
        view! {
            <div class="wide">
                <table class="narrow">
                    <caption>"Codes that no mapping knows; map them in the feed’s definition, for history too"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Code"</th>
                            <th scope="col" class="number">"Events"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    view! { <section class="block"><h2>{feed.name.clone()}</h2>{rejections} {unmapped}</section> }.into_any()
}

fn advice(is_empty: bool) -> AnyView {
    let title = if is_empty { "No feed has brought anything yet" } else { "Feed your own data" };
    view! {
        <section class="block advice">
            <h2>{title}</h2>
            <ol>
                <li>"See how a CSV file would be read, and which rows would be rejected:" <pre><code>{CHECK}</code></pre></li>
                <li>"Take it in:" <pre><code>{IMPORT}</code></pre></li>
                <li>"Or send it, again and again, as it grows; what is known already counts once:" <pre><code>{POST}</code></pre></li>
            </ol>
        </section>
    }
    .into_any()
}
