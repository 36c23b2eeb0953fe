//! How far a file is taken in.

use domain::upload::{ImportState, ImportView, UploadView};
use leptos::prelude::*;

use crate::query::Query;
use crate::{format, link};

/// Whether there will be more to tell.
pub fn goes_on(upload: &UploadView) -> bool {
    upload.import.as_ref().is_some_and(|import| {
        import.state == ImportState::Running || import.state == ImportState::Done && import.waiting > 0
    })
}

/// What was taken in so far, and where to go from there.
pub fn import(upload: &UploadView, import: &ImportView) -> AnyView {
    let goes_on = goes_on(upload);
    let title = match import.state {
        ImportState::Failed => "▲ The import stopped",
        ImportState::Running => "The file is being imported …",
        ImportState::Done if goes_on => "The figures are being worked out …",
        ImportState::Done => "● The file is imported",
    };
    let class = if import.state == ImportState::Failed { "notice fault" } else { "notice" };
    let reload = goes_on.then(|| view! { <noscript><meta http-equiv="refresh" content="2" /></noscript> });
    let bar = (import.state == ImportState::Running).then(|| {
        let (done, all) = (import.bytes.min(upload.bytes).to_string(), upload.bytes.to_string());
        view! { <progress max=all value=done aria-label="Read of the file"></progress> }
    });
    let fault = import.fault.clone().map(|fault| view! { <p>{fault}</p> });
    let links = (import.state == ImportState::Done && import.events > 0).then(|| links(import));
    view! {
        {reload}
        <section class=class>
            <strong role="status">{title}</strong>
            {bar}
            <p>{taken(import)}</p>
            {fault}
            {links}
        </section>
    }
    .into_any()
}

fn links(import: &ImportView) -> AnyView {
    let feed = link::feed(&import.feed);
    let switch_on = import.on_probation.then(|| {
        let action = format!("{feed}/switch-on");
        view! {
            <form method="post" action=action>
                <p>"◌ New feeds are shown and not counted until they are switched on."</p>
                <button type="submit">"Switch on, and count it"</button>
            </form>
        }
    });
    // What is on probation is in no figure yet.
    let kpis =
        (!import.on_probation).then(|| view! { <li><a href=overview(import)>"Its KPIs on the overview"</a></li> });
    let rejected =
        (import.rejected > 0).then(|| view! { <li><a href=feed.clone()>"The rejected rows, and why"</a></li> });
    view! {
        {switch_on}
        <ul class="next">
            {kpis}
            {rejected}
            <li><a href=feed>{format!("The feed {}", import.feed)}</a></li>
            <li><a href="/feeds/new">"Another file"</a></li>
        </ul>
    }
    .into_any()
}

/// The overview of what a file brought: its days, and its courier if it is one.
fn overview(import: &ImportView) -> String {
    let mut query = Query::default();
    if let Some((first, _)) = &import.days {
        query = query.with("period", "custom").with("from", first);
    }
    if let [courier] = import.couriers.as_slice() {
        query = query.with("courier", courier);
    }
    query.href("/")
}

fn taken(import: &ImportView) -> String {
    let n = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let mut told = format!(
        "{}, {}, {} rejected",
        format::counted(n(import.rows), "row", "rows"),
        format::counted(n(import.events), "event", "events"),
        format::count(n(import.rejected))
    );
    if let Some((first, last)) = &import.days {
        told.push_str(&format!("; from {first} to {last}"));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> ImportView {
        ImportView {
            state: ImportState::Done,
            feed: "rapida".into(),
            bytes: 10,
            rows: 2,
            events: 1,
            rejected: 1,
            waiting: 0,
            couriers: vec!["Rápida".into()],
            days: Some(("2026-06-01".into(), "2026-06-03".into())),
            on_probation: false,
            fault: None,
        }
    }

    #[test]
    fn the_overview_is_asked_for_what_the_file_brought() {
        assert_eq!(overview(&some()), "/?period=custom&from=2026-06-01&courier=R%C3%A1pida");
        let two = ImportView { couriers: vec!["A".into(), "B".into()], days: None, ..some() };
        assert_eq!(overview(&two), "/");
    }

    #[test]
    fn an_import_is_told_in_a_sentence() {
        assert_eq!(taken(&some()), "2 rows, 1 event, 1 rejected; from 2026-06-01 to 2026-06-03");
    }
}
