//! What the pages' server functions share: putting questions to the back end.

use std::sync::Arc;

use domain::kpi::{AnsweredFrom, Grouping};
use domain::view::Freshness;
use leptos::prelude::expect_context;

use crate::backend::{Backend, Terms, Uploads};
use crate::chart::interval::shared_scale;
use crate::chart::series::{days_per_spark_point, points, rates};
use crate::fault::Fault;
use crate::figures::{DayFigures, GroupFigures, summary};
use crate::filter::question;
use crate::pages::courier::contracts::ContractFigures;
use crate::pages::couriers::Couriers;
use crate::pages::overview::Overview;
use crate::period::{Period, Span};
use crate::query::Query;
use crate::ranking::{Order, PAGE_ROWS, page_of};

/// The back end of the request at hand.
pub fn backend() -> Arc<dyn Backend> {
    expect_context()
}

/// The files on their way to becoming feeds.
pub fn uploads() -> Arc<dyn Uploads> {
    expect_context()
}

/// The contracts and calendars.
pub fn terms() -> Arc<dyn Terms> {
    expect_context()
}

/// The period that is meant, and how fresh the figures are; no period where there is nothing.
pub async fn period(backend: &dyn Backend, query: &Query) -> Result<(Option<Period>, Freshness), Fault> {
    let freshness = backend.freshness().await?;
    Ok((Span::of(query).resolve(&freshness), freshness))
}

/// The figures of the parcels that this query is about.
pub async fn overview(backend: &dyn Backend, query: &Query) -> Result<Option<Overview>, Fault> {
    let (Some(period), freshness) = self::period(backend, query).await? else { return Ok(None) };
    let now = backend.kpis(question(query, period, &[])).await?;
    let before = match Span::of(query).previous(period) {
        Some(previous) => Some(summary(backend.kpis(question(query, previous, &[])).await?.rows)),
        None => None,
    };
    let days = backend.kpis(question(query, period, &[Grouping::Day])).await?;
    // Days to come have parcels, but no figures yet; days before the first hold nothing.
    let drawn = freshness.days.and_then(|(first, last)| {
        period.within(Period { from: first, to: last.min(freshness.as_of.date_naive()).max(first) })
    });
    Ok(Some(Overview {
        period,
        drawn: drawn.unwrap_or(period),
        is_from_parcels: now.answered_from == AnsweredFrom::Parcels,
        now: summary(now.rows),
        before,
        days: DayFigures::of(&days.rows),
        complete_until: freshness.complete_until.map(|until| until.date_naive()),
    }))
}

/// Legs by contract, beside the period before.
pub async fn by_contract(backend: &dyn Backend, query: &Query, period: Period) -> Result<Vec<ContractFigures>, Fault> {
    let rows =
        async |period| backend.kpis(question(query, period, &[Grouping::Contract])).await.map(|answer| answer.rows);
    let before = match Span::of(query).previous(period) {
        Some(previous) => rows(previous).await?,
        None => Vec::new(),
    };
    Ok(ContractFigures::of(&rows(period).await?, &before))
}

/// One page of the couriers in the order asked for, each with its trend.
pub async fn couriers(backend: &dyn Backend, query: &Query) -> Result<Option<Couriers>, Fault> {
    let (Some(period), freshness) = self::period(backend, query).await? else { return Ok(None) };
    let answer = backend.kpis(question(query, period, &[Grouping::Courier])).await?;
    let mut rows = GroupFigures::of(&answer.rows, Grouping::Courier);
    let scale = shared_scale(&rows.iter().map(|row| row.on_time.rate()).collect::<Vec<_>>());
    Order::of(query).sort(&mut rows);
    let (total, (page, pages)) = (rows.len(), page_of(query, rows.len()));
    let mut rows: Vec<GroupFigures> = rows.into_iter().skip((page as usize - 1) * PAGE_ROWS).take(PAGE_ROWS).collect();
    trends(backend, query, period, &freshness, &mut rows).await?;
    Ok(Some(Couriers { period, rows, total: total as u32, page, pages, lowest: scale.low }))
}

/// Gives the rows of a page their trends, with one question for all of them.
async fn trends(
    backend: &dyn Backend,
    query: &Query,
    period: Period,
    freshness: &Freshness,
    rows: &mut [GroupFigures],
) -> Result<(), Fault> {
    let mut question = question(query, period, &[Grouping::Courier, Grouping::Day]);
    let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
    question.filters.insert(Grouping::Courier, names);
    let answer = backend.kpis(question).await?;
    let known =
        freshness.days.map(|(from, last)| Period { from, to: last.min(freshness.as_of.date_naive()).max(from) });
    let drawn = known.and_then(|known| period.within(known)).unwrap_or(period);
    for row in rows {
        let own: Vec<_> =
            answer.rows.iter().filter(|r| r.group.get(&Grouping::Courier) == Some(&row.name)).cloned().collect();
        let points = points(drawn, &DayFigures::of(&own), |day| day.on_time, days_per_spark_point(drawn), None);
        row.spark = rates(&points);
    }
    Ok(())
}
