//! Couriers, regions or corridors side by side.

use domain::kpi::Grouping;
use leptos::prelude::*;

use super::table::{self, Caption};
use crate::chart::interval::{axis, described, interval};
use crate::chart::scale::Scale;
use crate::chart::spark::spark;
use crate::figures::{ENOUGH, GroupFigures};
use crate::query::Query;
use crate::ranking::{Column, Order};
use crate::{format, link, words};

/// The sortable table of couriers.
pub fn courier_table(rows: &[GroupFigures], order: Order, scale: Scale, query: &Query, path: &str) -> AnyView {
    let mut heads: Vec<AnyView> =
        Column::ALL.into_iter().map(|column| sorting_head(column, order, scale, query, path)).collect();
    heads.push(table::head("", "Trend"));
    let rows = rows.iter().map(|row| courier_row(row, scale)).collect();
    let caption = format!("Couriers. On time: {}. Rows with fewer than {ENOUGH} judged are dimmed.", described(scale));
    table::table("couriers", Caption::Unseen(caption), heads, rows, vec![])
}

fn sorting_head(column: Column, order: Order, scale: Scale, query: &Query, path: &str) -> AnyView {
    let class = if matches!(column, Column::Courier | Column::OnTime) { "" } else { "number" };
    let arrow = match order.aria_sort(column) {
        "ascending" => " ↑",
        "descending" => " ↓",
        _ => "",
    };
    let link =
        view! { <a href=order.link(column, query, path) data-noscroll="">{column.heading()}{arrow}</a> }.into_any();
    let content = if column == Column::OnTime { on_scale(link, scale) } else { link };
    view! { <th scope="col" class=class aria-sort=order.aria_sort(column)>{content}</th> }.into_any()
}

/// The heading of a column of rates, with the scale that their drawings share.
fn on_scale(heading: AnyView, scale: Scale) -> AnyView {
    view! {
        <div class="rate-cell">
            <span class="rate-head">{heading}</span>
            <span class="rate-drawing" inner_html=axis(scale)></span>
        </div>
    }
    .into_any()
}

fn courier_row(row: &GroupFigures, scale: Scale) -> AnyView {
    let thin = row.is_thin().then(|| view! { <span class="evidence">" ○ thin"</span> });
    let name = table::row_head("", view! { {courier_link(&row.name)} {thin} });
    let said = format!("On-time trend of {}", row.name);
    let trend = table::drawing("spark-cell", spark(&row.spark, &said));
    figures_row(row, scale, name, Some(trend))
}

/// A link to the page of a courier.
pub fn courier_link(name: &str) -> AnyView {
    if name.is_empty() {
        return "not stated".into_any();
    }
    view! { <a href=link::courier(name) rel=link::rel(name)>{name.to_owned()}</a> }.into_any()
}

/// A small table of regions or corridors of one courier.
pub fn small_table(caption: &'static str, by: Grouping, rows: &[GroupFigures], scale: Scale) -> AnyView {
    let mut heads = vec![
        table::unseen_head(caption),
        table::head("number", "Judged"),
        table::head("", on_scale("On time".into_any(), scale)),
    ];
    heads.extend(table::number_heads(["Not late", "First attempt", "Failed attempts", "Transit P90", "Not delivered"]));
    let rows =
        rows.iter().map(|row| figures_row(row, scale, table::row_head("", linked(by, &row.name)), None)).collect();
    table::table("couriers", Caption::Shown(caption.to_owned()), heads, rows, vec![])
}

/// What a row is about, as a link where it has a page.
fn linked(by: Grouping, name: &str) -> AnyView {
    match by {
        Grouping::Courier => courier_link(name),
        Grouping::Corridor if !name.is_empty() => {
            view! { <a href=link::corridor(name)>{words::value(by, name)}</a> }.into_any()
        }
        _ => words::value(by, name).into_any(),
    }
}

fn figures_row(row: &GroupFigures, scale: Scale, name: AnyView, trend: Option<AnyView>) -> AnyView {
    let on_time = row.on_time.rate();
    let drawn = view! {
        <div class="rate-cell">
            <span class="rate">{format::rate(&on_time)}</span>
            <span class="unseen">{format::interval(&on_time)}</span>
            <span class="rate-drawing" inner_html=interval(&on_time, scale)></span>
        </div>
    };
    let mut cells = vec![
        name,
        table::number(format::count(on_time.total)),
        table::cell("", drawn),
        table::number(format::rate(&row.not_late.rate())),
        table::number(format::rate(&row.first_attempt.rate())),
        table::number(format::count(row.failed_attempts)),
        table::number(format::maybe_duration(row.p90_ms)),
        table::number(format::count(row.late_open)),
    ];
    cells.extend(trend);
    table::row(if row.is_thin() { "thin" } else { "" }, cells)
}
