//! A courier's file becomes a feed: choose it, look at how it is read, import it. Its forms are plain ones: they work
//! without scripts, and the server keeps what was answered.

mod preview;
mod progress;
mod questions;

use std::time::Duration;

use domain::upload::{ImportState, UploadView};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use leptos_router::hooks::use_params_map;

use crate::components::form::use_parameters;
use crate::components::heading::Heading;
use crate::components::loaded::{Loaded, empty};
use crate::fault::Fault;
use crate::{format, reply, words};

/// How often a page asks how far an import is.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// The largest file that is taken, in bytes.
#[server(prefix = "/api/pages", endpoint = "largest_upload", input = GetUrl)]
async fn read_largest() -> Result<u64, Fault> {
    Ok(super::reading::uploads().largest_upload())
}

/// A file on its way to becoming a feed.
#[server(prefix = "/api/pages", endpoint = "upload", input = GetUrl)]
async fn read_upload(id: String) -> Result<Option<UploadView>, Fault> {
    Ok(super::reading::uploads().find_upload(&id).await?)
}

/// The page on which a file is chosen.
#[component]
pub fn NewFeedPage() -> impl IntoView {
    let parameters = use_parameters();
    let largest = Resource::new(|| (), |()| read_largest());
    view! {
        <p class="crumbs"><a href="/feeds">"Feeds"</a></p>
        <Heading title="Add a feed" />
        {move || refused(parameters.get().get("refused").unwrap_or_default())}
        <Loaded from=largest show=choose_file />
    }
}

fn choose_file(largest: u64) -> AnyView {
    let limit = format!(
        "At most {}. It is kept for a day on this server, and nothing counts before you import it.",
        format::bytes(largest)
    );
    let title = "What happens then".to_owned();
    view! {
        <form class="upload" method="post" action="/feeds/new" enctype="multipart/form-data">
            <label for="file">"A file that a courier gave you: CSV (also packed with gzip or Zstandard), or XLSX"</label>
            <input type="file" id="file" name="file" required accept=".csv,.tsv,.txt,.xlsx,.gz,.zst,text/csv" />
            <button class="primary">"Look at it"</button>
            <p class="aside">{limit}</p>
        </form>
        <section class="block advice">
            <h2>{title}</h2>
            <ol>
                <li>"You see how the first rows would be read, beside the rows as they are. What is guessed of the file can be changed."</li>
                <li>"The answers are saved as the definition of a feed. The next file of this courier that is written alike is taken in by it, and needs none."</li>
                <li>"The file is imported, and you see what it brought."</li>
            </ol>
        </section>
    }
    .into_any()
}

/// What stands where something was not taken.
fn refused(why: &str) -> Option<AnyView> {
    let text = match why {
        "" => return None,
        "nothing" => "No file was chosen.",
        "too-large" => "The file is too large: split it, or take it in with `courierscope import` on the server.",
        "full" => "Too many files wait to be imported: import or discard some of them first.",
        "name" => {
            "This cannot be the name of a feed: take lower case letters, digits, - and _, beginning with a letter or \
             digit."
        }
        "taken" => {
            "There is a feed of this name already: choose another name, or import the file into that feed where this is offered."
        }
        _ => "The file cannot be imported like this: see below what is missing.",
    };
    Some(view! { <div class="notice fault" role="alert"><strong>"▲ Not taken"</strong><p>{text}</p></div> }.into_any())
}

/// The page on which a file is looked at and imported.
#[component]
pub fn ReviewPage() -> impl IntoView {
    let (parameters, params) = (use_parameters(), use_params_map());
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let asked = RwSignal::new(0);
    let upload = Resource::new(move || (id.get(), asked.get()), |(id, _)| read_upload(id));
    // An import is followed until its events are in the figures. Without scripts the page reloads itself.
    Effect::new(move |_| {
        let goes_on = upload.with(|upload| matches!(upload, Some(Ok(Some(upload))) if progress::goes_on(upload)));
        if goes_on {
            set_timeout(move || asked.update(|asked| *asked += 1), ASK_EVERY);
        }
    });
    view! {
        <p class="crumbs"><a href="/feeds">"Feeds"</a></p>
        <Heading title="Add a feed" />
        {move || refused(parameters.get().get("refused").unwrap_or_default())}
        <Loaded from=upload show=|upload| upload.as_ref().map_or_else(unknown, shown) />
    }
}

fn unknown() -> AnyView {
    reply::not_found();
    empty(
        "There is no such file",
        view! { <p>"It was discarded, or is older than a day. " <a href="/feeds/new">"Choose it again"</a></p> },
    )
}

fn shown(upload: &UploadView) -> AnyView {
    let about = format!(
        "{}, {}; kept until {}",
        upload.file_name,
        format::bytes(upload.bytes),
        format::instant(upload.kept_until)
    );
    let import = upload.import.as_ref().map(|import| progress::import(upload, import));
    let is_over = upload.import.as_ref().is_some_and(|import| import.state != ImportState::Failed);
    let review = (!is_over).then(|| review(upload));
    view! { <p class="period-line">{about}</p> {import} {review} }.into_any()
}

fn review(upload: &UploadView) -> AnyView {
    let faults = (!upload.faults.is_empty()).then(|| {
        let faults = upload.faults.iter().map(|fault| view! { <li>{words::capitalised(fault)}</li> }).collect_view();
        view! {
            <div class="notice fault" role="alert">
                <strong>"▲ The file cannot be imported like this"</strong>
                <ul>{faults}</ul>
            </div>
        }
    });
    let smells = (!upload.smells.is_empty()).then(|| {
        let smells = upload.smells.iter().map(|smell| view! { <li>{smell.clone()}</li> }).collect_view();
        view! { <div class="notice"><strong>"Look at this before you import"</strong><ul>{smells}</ul></div> }
    });
    view! { {fits(upload)} {faults} {smells} {preview::rows(upload)} {questions::form(upload)} }.into_any()
}

/// The feed that needs no answers for this file.
fn fits(upload: &UploadView) -> Option<AnyView> {
    let feed = upload.fits.clone()?;
    Some(
        view! {
            <form class="notice" method="post" action=format!("/feeds/new/{}", upload.id)>
                <strong>{format!("The feed {feed} reads this file already")}</strong>
                <p>"If it is another file of the same courier, nothing has to be answered. Otherwise go on below."</p>
                <button name="into" value=feed.clone()>{format!("Import into {feed}")}</button>
            </form>
        }
        .into_any(),
    )
}
