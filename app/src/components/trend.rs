//! The on-time trend with its table.

use chrono::NaiveDate;
use leptos::prelude::*;

use super::table::{self, Caption};
use crate::chart::series::{Point, days_per_point, points};
use crate::chart::trend::trend;
use crate::figures::DayFigures;
use crate::format;
use crate::period::Period;

/// On-time along the period.
pub fn on_time_trend(period: Period, days: &[DayFigures], complete_until: Option<NaiveDate>) -> AnyView {
    let per_point = days_per_point(period);
    let points = points(period, days, |day| day.on_time, per_point, complete_until);
    let said = format!("On-time rate of {}, with the number of parcels judged", period.label());
    let steps = match per_point {
        1 => "by day".to_owned(),
        7 => "by week".to_owned(),
        days => format!("by {days} days"),
    };
    view! {
        <section class="block">
            <h2>"On-time, customer" <span class="aside">{steps} ", band: 95 % interval; bars: parcels judged; hatched: not complete yet"</span></h2>
            <div class="chart" inner_html=trend(&points, &said)></div>
            <details class="data">
                <summary>"As a table"</summary>
                {as_table(&points)}
            </details>
        </section>
    }
    .into_any()
}

fn as_table(points: &[Point]) -> AnyView {
    let mut heads = table::heads(["Cohort day"]);
    heads.extend(table::number_heads(["Judged", "On time", "Rate", "95 % interval"]));
    heads.push(table::unseen_head("Completeness"));
    let rows = points.iter().map(|point| {
        let rate = point.share.rate();
        let cells = vec![
            table::row_head("", point.label()),
            table::number(format::count(rate.total)),
            table::number(format::count(rate.hits)),
            table::number(format::rate(&rate)),
            table::number(format::interval(&rate)),
            table::text(if point.incomplete { "not complete yet" } else { "" }),
        ];
        table::row("", cells)
    });
    let caption = Caption::Unseen("On-time, customer, along the period".to_owned());
    table::table("compact", caption, heads, rows.collect(), vec![])
}
