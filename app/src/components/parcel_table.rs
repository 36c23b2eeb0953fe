//! A table of parcels.

use domain::view::ParcelRow;
use leptos::prelude::*;

use super::class_mark::class_mark;
use crate::{format, link, words};

/// The parcels, each linked to its page.
pub fn parcel_table(caption: &str, parcels: &[ParcelRow]) -> AnyView {
    let rows = parcels.iter().map(row).collect_view();
    view! {
        <div class="wide" tabindex="0">
            <table>
                <caption>{caption.to_owned()}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Number"</th>
                        <th scope="col">"Courier"</th>
                        <th scope="col">"Promise"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col">"Deadline"</th>
                        <th scope="col">"Stop"</th>
                        <th scope="col" class="number">"Late by"</th>
                        <th scope="col">"Last event"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(parcel: &ParcelRow) -> AnyView {
    let time =
        |at: &Option<domain::view::LocalTime>| at.as_ref().map_or_else(|| format::NOTHING.to_owned(), format::local);
    view! {
        <tr>
            <th scope="row"><a href=link::parcel(&parcel.number) rel=link::rel(&parcel.number)>{parcel.number.clone()}</a></th>
            <td><a class="quiet" href=link::courier(&parcel.courier) rel=link::rel(&parcel.courier)>{parcel.courier.clone()}</a></td>
            <td>{class_mark(parcel.class)}</td>
            <td>{words::status(parcel.status)}</td>
            <td class="time">{time(&parcel.deadline)}</td>
            <td class="time">{time(&parcel.stop)}</td>
            <td class="number">{format::maybe_duration(parcel.late_by_ms)}</td>
            <td class="time">{words::event(parcel.last_event)} ", " {format::local(&parcel.last_event_at)}</td>
        </tr>
    }
    .into_any()
}
