//! Couriers, regions or corridors side by side.

use domain::kpi::Grouping;
use leptos::prelude::*;

use crate::chart::interval::{axis, described, interval};
use crate::chart::scale::Scale;
use crate::chart::spark::spark;
use crate::figures::{ENOUGH, GroupFigures};
use crate::query::Query;
use crate::ranking::{Column, Order};
use crate::{format, link, words};

/// The sortable table of couriers.
pub fn courier_table(rows: &[GroupFigures], order: Order, scale: Scale, query: &Query, path: &str) -> AnyView {
    let heads = Column::ALL.into_iter().map(|column| head(column, order, scale, query, path)).collect_view();
    let body = rows.iter().map(|row| courier_row(row, scale)).collect_view();
    view! {
        <div class="wide">
            <table class="couriers">
                <caption class="unseen">{format!("Couriers. On time: {}. Rows with fewer than {ENOUGH} judged are dimmed.", described(scale))}</caption>
                <thead>
                    <tr>{heads} <th scope="col" class="trend-head">"Trend"</th></tr>
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn head(column: Column, order: Order, scale: Scale, query: &Query, path: &str) -> AnyView {
    let is_number = !matches!(column, Column::Courier | Column::OnTime);
    let arrow = match order.aria_sort(column) {
        "ascending" => " ↑",
        "descending" => " ↓",
        _ => "",
    };
    let link = view! { <a href=order.link(column, query, path) data-noscroll="">{column.heading()}{arrow}</a> };
    let content = if column == Column::OnTime { on_scale(link.into_any(), scale) } else { link.into_any() };
    view! { <th scope="col" class:number=is_number aria-sort=order.aria_sort(column)>{content}</th> }.into_any()
}

/// The heading of a column of rates, with the scale that their drawings share.
fn on_scale(heading: AnyView, scale: Scale) -> AnyView {
    view! { <div class="rate-cell"><span class="rate-head">{heading}</span> <span class="rate-drawing" inner_html=axis(scale)></span></div> }.into_any()
}

fn courier_row(row: &GroupFigures, scale: Scale) -> AnyView {
    let name = if row.name.is_empty() {
        view! { "not stated" }.into_any()
    } else {
        view! { <a href=link::courier(&row.name) rel=link::rel(&row.name)>{row.name.clone()}</a> }.into_any()
    };
    let thin = row.is_thin().then(|| view! { <span class="evidence">" ○ thin"</span> });
    let said = format!("On-time trend of {}", row.name);
    view! {
        <tr class:thin=row.is_thin()>
            <th scope="row">{name} {thin}</th>
            {figures(row, scale)}
            <td class="spark-cell" inner_html=spark(&row.spark, &said)></td>
        </tr>
    }
    .into_any()
}

/// A small table of regions or corridors of one courier.
pub fn small_table(caption: &'static str, by: Grouping, rows: &[GroupFigures], scale: Scale) -> AnyView {
    let body = rows
        .iter()
        .map(|row| {
            view! { <tr class:thin=row.is_thin()><th scope="row">{words::value(by, &row.name)}</th> {figures(row, scale)}</tr> }
        })
        .collect_view();
    view! {
        <div class="wide">
            <table class="couriers">
                <caption>{caption}</caption>
                <thead>
                    <tr>
                        <th scope="col"><span class="unseen">{caption}</span></th>
                        <th scope="col" class="number">"Judged"</th>
                        <th scope="col">{on_scale("On time".into_any(), scale)}</th>
                        <th scope="col" class="number">"Not late"</th>
                        <th scope="col" class="number">"First attempt"</th>
                        <th scope="col" class="number">"Failed attempts"</th>
                        <th scope="col" class="number">"Transit P90"</th>
                        <th scope="col" class="number">"Late, open"</th>
                    </tr>
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn figures(row: &GroupFigures, scale: Scale) -> AnyView {
    let on_time = row.on_time.rate();
    view! {
        <td class="number">{format::count(on_time.total)}</td>
        <td>
            <div class="rate-cell">
                <span class="rate">{format::rate(&on_time)}</span> <span class="unseen">{format::interval(&on_time)}</span>
                <span class="rate-drawing" inner_html=interval(&on_time, scale)></span>
            </div>
        </td>
        <td class="number">{format::rate(&row.not_late.rate())}</td>
        <td class="number">{format::rate(&row.first_attempt.rate())}</td>
        <td class="number">{format::count(row.failed_attempts)}</td>
        <td class="number">{format::maybe_duration(row.p90_ms)}</td>
        <td class="number">{format::count(row.late_open)}</td>
    }
    .into_any()
}
