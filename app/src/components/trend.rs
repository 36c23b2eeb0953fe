//! The on-time trend with its table.

use chrono::NaiveDate;
use leptos::prelude::*;

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
                {table(&points)}
            </details>
        </section>
    }
    .into_any()
}

fn table(points: &[Point]) -> AnyView {
    let rows = points
        .iter()
        .map(|point| {
            let rate = point.share.rate();
            view! {
                <tr>
                    <th scope="row">{point.label()}</th>
                    <td class="number">{format::count(rate.total)}</td>
                    <td class="number">{format::count(rate.hits)}</td>
                    <td class="number">{format::rate(&rate)}</td>
                    <td class="number">{format::interval(&rate)}</td>
                    <td>{if point.incomplete { "not complete yet" } else { "" }}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="wide">
            <table class="compact">
                <caption class="unseen">"On-time, customer, along the period"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Cohort day"</th>
                        <th scope="col" class="number">"Judged"</th>
                        <th scope="col" class="number">"On time"</th>
                        <th scope="col" class="number">"Rate"</th>
                        <th scope="col" class="number">"95 % interval"</th>
                        <th scope="col"><span class="unseen">"Completeness"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
