//! The row of figures that the overview and a courier's page begin with.

use domain::kpi::definition::{FIRST_ATTEMPT, LOCKER_UPTAKE, ON_TIME, TRANSIT, VOLUME};
use leptos::prelude::*;

use super::card::{card, change_mark, rate_basis, rate_figure};
use crate::chart::series::{Point, days_per_spark_point, points, rates};
use crate::figures::{DayFigures, ENOUGH, Share, Summary};
use crate::format;
use crate::period::Period;

/// The figures of a period beside those of the one before.
pub fn kpi_cards(now: &Summary, before: Option<&Summary>, days: &[DayFigures], period: Period) -> AnyView {
    let (kpis, earlier) = (&now.kpis, before.map(|before| &before.kpis));
    let series = |share: fn(&DayFigures) -> Share| -> Vec<Point> {
        points(period, days, share, days_per_spark_point(period), Some(period.to))
    };
    let first = &kpis.first_attempt.succeeded;
    let not_late = (kpis.not_late.hits != kpis.on_time_customer.hits)
        .then(|| view! { <span>{format!("not late {}", format::rate(&kpis.not_late))}</span> });
    view! {
        <div class="cards">
            {card(
                ON_TIME,
                rate_figure(&kpis.on_time_customer, earlier.map(|k| &k.on_time_customer)),
                view! { {rate_basis(&kpis.on_time_customer)} {not_late} }.into_any(),
                &rates(&series(|day| day.on_time)),
            )}
            {card(
                FIRST_ATTEMPT,
                rate_figure(first, earlier.map(|k| &k.first_attempt.succeeded)),
                rate_basis(first),
                &rates(&series(|day| day.first_attempt)),
            )}
            {locker_card(now, before, &rates(&series(|day| day.locker)))}
            {transit_card(now, before, &daily(period, days, |day| day.p90_ms.map(|ms| (ms / 60_000) as f32)))}
            {volume_card(now, before, &daily(period, days, |day| Some(day.volume as f32)))}
        </div>
    }
    .into_any()
}

/// A value a day, or nothing; where a period is long, only every so many-th day.
fn daily(period: Period, days: &[DayFigures], value: fn(&DayFigures) -> Option<f32>) -> Vec<Option<f32>> {
    let step = usize::try_from(period.days().div_ceil(130)).unwrap_or(usize::MAX);
    let on = |date| days.binary_search_by_key(&date, |day| day.date).ok().and_then(|index| value(&days[index]));
    period.iter().step_by(step).map(on).collect()
}

fn locker_card(now: &Summary, before: Option<&Summary>, trend: &[Option<f32>]) -> AnyView {
    let uptake = &now.kpis.locker_uptake;
    let earlier = before.map(|before| &before.kpis.locker_uptake);
    let figure = view! {
        <strong class:thin=uptake.planned.total < ENOUGH>{format::rate(&uptake.planned)}</strong>
        <span class="beside">"planned"</span>
        {earlier.map(|e| change_mark(&uptake.planned, &e.planned))}
    };
    let diverted = view! {
        <span>{format!("diverted {}", format::rate(&uptake.diverted))} {earlier.map(|e| change_of_diverted(&uptake.diverted, &e.diverted))}</span>
    };
    card(LOCKER_UPTAKE, figure.into_any(), view! { {rate_basis(&uptake.planned)} {diverted} }.into_any(), trend)
}

/// More diverted parcels are no improvement: only the difference is told.
fn change_of_diverted(now: &domain::rate::Rate, before: &domain::rate::Rate) -> Option<String> {
    Some(format!(" ({})", format::points(now.rate? - before.rate?)))
}

fn transit_card(now: &Summary, before: Option<&Summary>, trend: &[Option<f32>]) -> AnyView {
    let transit = now.kpis.transit_time;
    let earlier = before.and_then(|before| before.kpis.transit_time.p90_ms);
    let change = transit.p90_ms.zip(earlier).map(|(now, earlier)| {
        let title = format!("before: {}", format::duration(earlier));
        view! { <span class="change" title=title>{format::longer(now - earlier)}</span> }
    });
    let figure = view! { <strong>{format::maybe_duration(transit.p90_ms)}</strong> {change} };
    let basis = view! {
        <span>{format!("n {}", format::count(transit.n))}</span>
        <span>{format!("P50 {}", format::maybe_duration(transit.p50_ms))}</span>
        <span>{format!("P95 {}", format::maybe_duration(transit.p95_ms))}</span>
    };
    card(TRANSIT, figure.into_any(), basis.into_any(), trend)
}

fn volume_card(now: &Summary, before: Option<&Summary>, trend: &[Option<f32>]) -> AnyView {
    let change = before.filter(|before| before.kpis.volume > 0).map(|before| {
        let difference = now.kpis.volume - before.kpis.volume;
        let sign = if difference > 0 { "+" } else { "" };
        let title = format!("before: {}", format::count(before.kpis.volume));
        view! { <span class="change" title=title>{format!("{sign}{}", format::count(difference))}</span> }
    });
    let figure = view! { <strong>{format::count(now.kpis.volume)}</strong> {change} };
    let coverage = &now.kpis.promise_coverage;
    let basis = view! {
        <span>{format!("open {}", format::count(now.classes.open))}</span>
        <span>{format!("no promise {}", format::count(now.classes.no_promise))}</span>
        <span>{format!("promise known {}", format::rate(coverage))}</span>
    };
    card(VOLUME, figure.into_any(), basis.into_any(), trend)
}
