//! The events of a parcel.

use domain::view::EventView;
use leptos::prelude::*;

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
            row(event, is_new_day.then(|| format::weekday(date)).unwrap_or_default(), number)
        })
        .collect_view();
    view! {
        <section class="block">
            <h2>"Timeline" <span class="aside">"local times of the place"</span></h2>
            <div class="wide">
                <table class="timeline">
                    <caption class="unseen">"Events, oldest first"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Day"</th>
                            <th scope="col">"Time"</th>
                            <th scope="col">"Event"</th>
                            <th scope="col">"Place"</th>
                            <th scope="col">"Courier"</th>
                            <th scope="col">"Code"</th>
                            <th scope="col">"Feed, received"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn row(event: &EventView, day: String, number: Option<String>) -> AnyView {
    let zone = words::offset_source(event.offset_source).map(|note| view! { <span class="aside">{note}</span> });
    let why = event.reason.map(|reason| {
        view! { <span class="aside">{words::reason(Some(reason))} " (" {words::party(event.party)} ")"</span> }
    });
    let withdrawn = event.withdrawn.then(|| view! { <span class="aside">"withdrawn"</span> });
    let what = if event.withdrawn {
        view! { <s>{words::event(event.kind)}</s> }.into_any()
    } else {
        view! { {words::event(event.kind)} }.into_any()
    };
    let begins_day = !day.is_empty();
    view! {
        <tr class:withdrawn=event.withdrawn class:new-day=begins_day>
            <td class="time">{day}</td>
            <td class="time">{format::local_clock(&event.at)} {zone}</td>
            <th scope="row" class="prose">{what} {withdrawn} {why}</th>
            <td>{event.place.clone()}</td>
            <td>{event.courier.clone()}{number.map(|number| view! { <span class="aside">{number}</span> })}</td>
            <td><code>{event.raw_code.clone()}</code></td>
            <td class="time">{event.feed.clone()}<span class="aside">{format::instant(event.received)}</span></td>
        </tr>
    }
    .into_any()
}
