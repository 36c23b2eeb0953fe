//! A table of parcels.

use domain::view::ParcelRow;
use leptos::prelude::*;

use super::class_mark::class_mark;
use crate::{format, link, words};

/// The parcels, each linked to its page.
pub fn parcel_table(caption: &str, parcels: &[ParcelRow]) -> AnyView {
    let rows = parcels.iter().map(row).collect_view();
    view! {
        <div class="wide">
            <table>
                <caption>{caption.to_owned()}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Number"</th>
                        <th scope="col">"Courier"</th>
                        <th scope="col">"Promise"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col">"Last event"</th>
                        <th scope="col">"Deadline"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(parcel: &ParcelRow) -> AnyView {
    let deadline = parcel.deadline.as_ref().map_or_else(|| format::NOTHING.to_owned(), format::local);
    let late_by =
        parcel.late_by_ms.map(|ms| view! { <span class="aside">{format!("by {}", format::duration(ms))}</span> });
    view! {
        <tr>
            <th scope="row"><a href=link::parcel(&parcel.number) rel=link::rel(&parcel.number)>{parcel.number.clone()}</a></th>
            <td><a class="quiet" href=link::courier(&parcel.courier) rel=link::rel(&parcel.courier)>{parcel.courier.clone()}</a></td>
            <td class="time">{class_mark(parcel.class)} {late_by}</td>
            <td class="time">{words::status(parcel.status)}</td>
            <td class="time">{format::local(&parcel.last_event_at)} <span class="aside">{words::event(parcel.last_event)}</span></td>
            <td class="time">{deadline}</td>
        </tr>
    }
    .into_any()
}
