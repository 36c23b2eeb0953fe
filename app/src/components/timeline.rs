//! The events of a parcel.

use domain::view::EventView;
use leptos::prelude::*;

use super::table::{self, Caption};
use crate::{format, words};

/// The events, newest last.
pub fn timeline(events: &[EventView]) -> AnyView {
    let mut day = None;
    let has_several_numbers = events.iter().any(|event| event.number != events[0].number);
    let rows = events
        .iter()
        .map(|event| {
            let date = event.at.date_naive();
            let is_new_day = day.replace(date) != Some(date);
            let number = has_several_numbers.then(|| event.number.clone());
            row(event, if is_new_day { format::weekday(date) } else { String::new() }, number)
        })
        .collect();
    let heads = table::heads(["Day", "Time", "Event", "Place", "Courier", "Code", "Feed, received"]);
    view! {
        <section class="block">
            <h2>"Timeline" {table::aside("local times of the place")}</h2>
            {table::table("timeline", Caption::Unseen("Events, oldest first".to_owned()), heads, rows, vec![])}
        </section>
    }
    .into_any()
}

fn row(event: &EventView, day: String, number: Option<String>) -> AnyView {
    let zone = words::offset_source(event.offset_source).map(table::aside);
    let why = event
        .reason
        .map(|reason| table::aside(format!("{} ({})", words::reason(Some(reason)), words::party(event.party))));
    let what = if event.withdrawn {
        view! { <s>{words::event(event.kind)}</s> {table::aside("withdrawn")} }.into_any()
    } else {
        words::event(event.kind).into_any()
    };
    let class = match (event.withdrawn, day.is_empty()) {
        (true, false) => "withdrawn new-day",
        (true, true) => "withdrawn",
        (false, false) => "new-day",
        (false, true) => "",
    };
    let cells = vec![
        table::time(day),
        table::cell("time", view! { {format::local_clock(&event.at)} {zone} }),
        table::row_head("prose", view! { {what} {why} }),
        table::text(&*event.place),
        table::cell("", view! { {event.courier.clone()} {number.map(table::aside)} }),
        table::cell("", view! { <code>{event.raw_code.clone()}</code> }),
        table::cell("time", view! { {event.feed.clone()} {table::aside(format::instant(event.received))} }),
    ];
    table::row(class, cells)
}
