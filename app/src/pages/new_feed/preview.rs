//! The first rows: as they are, and as they would be understood.

use domain::upload::{UnderstoodEvent, UnderstoodRow, UploadView};
use leptos::prelude::*;

use crate::components::table::{self, Caption};
use crate::words;

/// The first rows of a file, each beside what it means.
pub fn rows(upload: &UploadView) -> Option<AnyView> {
    if upload.rows.is_empty() {
        return None;
    }
    let rows = upload.rows.iter().map(|row| {
        let understood = match (&row.fault, row.events.as_slice()) {
            (Some(fault), _) => view! { <p class="mark missed">"▲ rejected: " {fault.clone()}</p> }.into_any(),
            (None, []) => view! { <p class="aside">"gives no event"</p> }.into_any(),
            (None, events) => events.iter().map(event).collect_view().into_any(),
        };
        let cells = vec![
            table::row_head("number", row.row.to_string()),
            table::cell("as-it-is", raw(&upload.columns, row)),
            table::cell("understood", understood),
        ];
        table::row("", cells)
    });
    let heads = vec![table::head("number", "Row"), table::head("", "As it is"), table::head("", "As it is understood")];
    Some(table::table("preview", Caption::Shown("The first rows".to_owned()), heads, rows.collect(), vec![]))
}

fn raw(columns: &[String], row: &UnderstoodRow) -> AnyView {
    let filled = columns.iter().zip(&row.raw).filter(|(_, cell)| !cell.is_empty());
    let cells =
        filled.map(|(column, cell)| view! { <span><i>{column.clone()}</i> " " {cell.clone()}</span> }).collect_view();
    view! { <div class="cells">{cells}</div> }.into_any()
}

fn event(event: &UnderstoodEvent) -> AnyView {
    let what = event.event.parse().map_or_else(|_| event.event.clone(), words::event);
    let is_unknown = event.event == "unmapped";
    let mark = is_unknown.then(|| view! { <span class="mark missed" aria-hidden="true">"▲ "</span> });
    let who = format!("{} {}", event.courier, event.number);
    let says = event.says.iter().map(|(name, text)| format!("{}: {text}", name.replace('_', " "))).collect::<Vec<_>>();
    view! {
        <div class="event">
            <p>{mark} <strong>{what}</strong> " " <span class="time">{event.time.clone()}</span></p>
            <p class="aside">{who} " · " {says.join(" · ")}</p>
        </div>
    }
    .into_any()
}
