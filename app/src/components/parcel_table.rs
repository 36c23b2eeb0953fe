//! A table of parcels.

use domain::view::ParcelRow;
use leptos::prelude::*;

use super::class_mark::class_mark;
use super::group_table::courier_link;
use super::table::{self, Caption};
use crate::{format, link, words};

/// The parcels, each linked to its page.
pub fn parcel_table(caption: String, parcels: &[ParcelRow]) -> AnyView {
    let heads = table::heads(["Number", "Courier", "Promise", "Status", "Last event", "Deadline"]);
    table::table("", Caption::Shown(caption), heads, parcels.iter().map(row).collect(), vec![])
}

fn row(parcel: &ParcelRow) -> AnyView {
    let number = &parcel.number;
    let number = view! { <a href=link::parcel(number) rel=link::rel(number)>{number.clone()}</a> };
    let late_by = parcel.late_by_ms.map(|ms| table::aside(format!("by {}", format::duration(ms))));
    let last = view! { {format::local(&parcel.last_event_at)} {table::aside(words::event(parcel.last_event))} };
    let cells = vec![
        table::row_head("", number),
        table::cell("quiet", courier_link(&parcel.courier)),
        table::cell("time", view! { {class_mark(parcel.class)} {late_by} }),
        table::time(words::status(parcel.status)),
        table::cell("time", last),
        table::time(parcel.deadline.as_ref().map_or_else(|| format::NOTHING.to_owned(), format::local)),
    ];
    table::row("", cells)
}
