//! The folders that are watched for files, on the page of the feeds: what came last, and what waits for somebody.

use domain::watched::{FileAside, FolderView, LastFile};
use leptos::prelude::*;

use crate::components::table::{self, Caption};
use crate::{format, link};

/// The watched folders; nothing where none is watched, or it is empty.
pub fn all(folders: &[FolderView]) -> Option<AnyView> {
    (!folders.is_empty()).then(|| {
        let notices = folders.iter().filter(|folder| folder.wants_somebody()).map(notice).collect_view();
        let rows = folders.iter().map(row).collect();
        let mut heads = table::heads(["Feed", "Last file", "Taken in"]);
        heads.extend(table::number_heads(["Rows", "Rejected", "Failed files", "Files with questions"]));
        let table = table::table("", Caption::Unseen("Folders of the feeds".to_owned()), heads, rows, vec![]);
        view! { <section class="block"><h2>"Watched folder"</h2> {notices} {table}</section> }.into_any()
    })
}

fn row(folder: &FolderView) -> AnyView {
    let of_last = |text: fn(&LastFile) -> String| folder.last.as_ref().map_or_else(|| format::NOTHING.to_owned(), text);
    let cells = vec![
        table::row_head("", folder.feed.clone()),
        table::text(of_last(|last| last.name.clone())),
        table::time(of_last(|last| format::instant(last.at))),
        table::number(of_last(|last| format::count(last.rows))),
        table::number(of_last(|last| format::count(last.rejected))),
        table::number(format::count(folder.failed_files)),
        table::number(format::count(folder.asking_files)),
    ];
    table::row("", cells)
}

fn notice(folder: &FolderView) -> AnyView {
    let waits = folder.waits.clone().map(|why| view! { <li>{format!("Files wait: {why}")}</li> });
    let failed = folder.failed.iter().map(failed).collect_view();
    let asks = folder.asks.iter().map(|file| asks(&folder.feed, file)).collect_view();
    let unlisted = folder.failed_files + folder.asking_files - (folder.failed.len() + folder.asks.len()) as i64;
    let more = (unlisted > 0).then(|| view! { <li>{format!("and {} more", format::count(unlisted))}</li> });
    view! {
        <div class="notice fault" role="alert">
            <strong>{title(folder)}</strong>
            <ul>{waits} {asks} {failed} {more}</ul>
        </div>
    }
    .into_any()
}

fn title(folder: &FolderView) -> String {
    let name = &folder.feed;
    match (folder.asking_files, folder.failed_files) {
        _ if name.is_empty() => "▲ The watched folder".to_owned(),
        (0, 0) => format!("▲ {name}: files wait"),
        (0, _) => format!("▲ {name}: files could not be read; they lie in {name}/failed"),
        (_, 0) => format!("▲ {name}: needs answers"),
        _ => format!("▲ {name}: needs answers, and files could not be read; they lie in {name}/failed"),
    }
}

fn failed(file: &FileAside) -> AnyView {
    let FileAside { name, why, .. } = file.clone();
    view! { <li><code>{name}</code> ": " {why}</li> }.into_any()
}

/// A file with questions, and the button that leads to them.
fn asks(feed: &str, file: &FileAside) -> AnyView {
    let action = format!("{}/asks", link::feed(feed));
    let FileAside { name, why, .. } = file.clone();
    view! {
        <li>
            <code>{name.clone()}</code> ": " {why}
            <form method="post" action=action>
                <input type="hidden" name="file" value=name />
                <button type="submit">"Answer the questions"</button>
            </form>
        </li>
    }
    .into_any()
}
