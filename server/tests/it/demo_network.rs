//! The demo network through the real pipeline: every story shows where its table says, and nothing else looks like it.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Days, NaiveDate};
use demo::{Demand, Figure, Network, STORIES, STORIES_REACH, Sign, Story, Subject};
use domain::kpi::{Grouping, KpiAnswer, KpiRow};
use domain::promise::DAY_MS;
use domain::rate::Rate;
use domain::view::FeedView;
use domain::vocabulary::Reason;
use intake::Format;
use server::clock::Clock;
use server::feeds::NamedFeed;
use store::Store;

use crate::cli::program::Site;
use crate::crash::http::get;
use crate::support::{NOW, TestApp, TestDatabase};

const PARCELS: u32 = 36_000;
const DAYS: u32 = 75;
/// Days at the start in which the first parcels are still on their way.
const FILLING: u64 = 15;
/// Fewer parcels are not compared.
const ENOUGH: i64 = 60;

fn end() -> NaiveDate {
    DateTime::from_timestamp_millis(NOW).unwrap().date_naive()
}

#[tokio::test]
async fn the_demo_network_tells_its_stories_and_nothing_else() {
    let app = TestApp::start().await;
    let network = Network::new(Demand { parcels: PARCELS, seed: 1, days: DAYS, end: end() });
    server::cli::load(&app.store, &app.clock, network).await.unwrap();
    app.settle().await;
    nothing_is_rejected(&app).await;
    habits_are_those_of_real_couriers(&app).await;
    for story in &STORIES {
        for sign in story.signs {
            shows(&app, story, sign).await;
        }
        moves_nothing_else(&app, story).await;
    }
}

#[test]
fn a_demo_that_was_interrupted_while_it_was_loaded_is_completed() {
    let figures = |site: &Site| {
        let server = site.serve_with_demo("40000");
        // What is told of the last days grows with the clock.
        let until = Clock::System.now() - 3 * DAY_MS;
        let day = DateTime::from_timestamp_millis(until).unwrap().date_naive();
        get(server.address, &format!("/api/v1/kpis?group_by=courier&to={day}")).1["rows"].clone()
    };
    let (whole, cut) = (Site::on(TestDatabase::sqlite(), &[]), Site::on(TestDatabase::sqlite(), &[]));
    let loading = cut.spawn(&["serve", "--listen", "127.0.0.1:0", "--demo", "40000"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let store = runtime.block_on(async {
        while !cut.path("courierscope.db").exists() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let store = Store::open(&cut.database_url()).await.unwrap();
        while !store.pending_batches().await.is_ok_and(|pending| pending > 0) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        store
    });
    loading.kill();
    assert!(!runtime.block_on(store.is_switched_on(demo::couriers()[0].feed)).unwrap(), "it was not done yet");
    runtime.block_on(store.close());
    assert_eq!(figures(&cut), figures(&whole));
    assert_eq!(figures(&cut), figures(&whole), "and nothing is added to what is complete");
}

#[test]
fn csv_and_canonical_events_say_the_same() {
    let network = Network::new(Demand { parcels: 800, seed: 3, days: 50, end: end() });
    let (mut csv, mut ndjson) = (demo::HEADER.as_bytes().to_vec(), Vec::new());
    for event in network.events() {
        demo::csv(&event, &mut csv).unwrap();
        demo::ndjson(&event, &mut ndjson).unwrap();
    }
    let read = |definition: &str, format, bytes: &[u8]| {
        let feed = NamedFeed::read("demo", definition).unwrap().feed;
        let parsed = intake::parse(&feed, format, bytes, 1, NOW).unwrap();
        assert!(parsed.rejected.is_empty(), "{:?}", parsed.rejected[0]);
        parsed.events
    };
    let rows = read(&demo::definition(), Format::Csv, &csv);
    let lines = read("", Format::Ndjson, &ndjson);
    assert_eq!(rows.len(), lines.len());
    for (row, line) in rows.iter().zip(&lines) {
        assert_eq!((row.at, row.kind, row.reason, row.party), (line.at, line.kind, line.reason, line.party));
        assert_eq!((&row.number, &row.also, &row.statement), (&line.number, &line.also, &line.statement));
    }
}

async fn feeds(app: &TestApp) -> Vec<FeedView> {
    serde_json::from_value(app.get("/api/v1/feeds").await.1).unwrap()
}

async fn nothing_is_rejected(app: &TestApp) {
    let feeds: Vec<FeedView> = feeds(app).await.into_iter().filter(|feed| feed.batches > 0).collect();
    assert_eq!(feeds.len(), demo::couriers().len());
    for feed in feeds {
        assert_eq!((feed.rejected, feed.unmapped.len(), feed.faults.len()), (0, 0, 0), "{}", feed.name);
        assert!(feed.batches > 50 && feed.duplicates == 0, "{}: {} batches", feed.name, feed.batches);
    }
}

/// The rows between two days, by what they are grouped by.
async fn rows(app: &TestApp, by: Grouping, (from, to): (NaiveDate, NaiveDate)) -> Rows {
    let path = format!("/api/v1/kpis?group_by={by}&from={from}&to={to}");
    let answer: KpiAnswer = serde_json::from_value(app.get(&path).await.1).unwrap();
    answer.rows.into_iter().map(|row| (row.group[&by].clone(), row)).collect()
}

/// The days before any story.
fn quiet_days() -> (NaiveDate, NaiveDate) {
    let first = end() - Days::new(u64::from(DAYS) - 1);
    (first + Days::new(FILLING), end() - Days::new(u64::from(STORIES_REACH) + 1))
}

async fn habits_are_those_of_real_couriers(app: &TestApp) {
    for (courier, row) in rows(app, Grouping::Courier, quiet_days()).await {
        let kpis = &row.kpis;
        if kpis.on_time_customer.total < ENOUGH {
            continue;
        }
        let late = Rate::new(row.classes.late, kpis.not_late.total);
        within(&courier, "late", late, 0.01, 0.12);
        let (low, high) = if courier == "Robotour" { (0.25, 0.35) } else { (0.02, 0.06) };
        within(&courier, "first attempt failed", kpis.first_attempt.failed, low, high);
    }
    for (service, row) in rows(app, Grouping::Service, quiet_days()).await {
        let early = Rate::new(row.classes.early, row.kpis.not_late.total);
        let (low, high) = if service == "Slot" { (0.20, 0.27) } else { (0.0, 0.001) };
        within(&service, "early", early, low, high);
    }
    for (country, row) in rows(app, Grouping::DestinationCountry, quiet_days()).await {
        within(&country, "planned for lockers", row.kpis.locker_uptake.planned, 0.25, 0.60);
    }
}

/// As far as so many parcels can tell.
fn within(of: &str, what: &str, rate: Rate, low: f64, high: f64) {
    assert!(rate.low.unwrap() <= high && rate.high.unwrap() >= low, "{of}: {what} {rate:?}");
}

type Rows = BTreeMap<String, KpiRow>;

/// Of whom a story tells; and everybody's rows before it and within it.
async fn before_and_within(app: &TestApp, story: &Story) -> (&'static str, Rows, Rows) {
    let (by, subject) = match story.subject {
        Subject::Courier => (Grouping::Courier, story.courier()),
        Subject::Corridor(corridor) => (Grouping::Corridor, corridor),
    };
    let (first, last) = story.days(end());
    let before = rows(app, by, (quiet_days().0, first - Days::new(1))).await;
    let within = rows(app, by, (first, last)).await;
    (subject, before, within)
}

async fn shows(app: &TestApp, story: &Story, sign: &Sign) {
    if sign.figure == Figure::LastReceived {
        return is_silent(app, story, sign.change).await;
    }
    let (subject, before, within) = before_and_within(app, story).await;
    let what = format!("{subject}: {}", sign.figure.as_str());
    let change = change(sign.figure, &before[subject], &within[subject]);
    let size = change.size / sign.change.signum();
    assert!(size >= sign.change.abs() && change.is_clear, "{what}: {change:?}");
    for (name, row) in within.iter().filter(|(name, _)| !is_told_of(name)) {
        let Some(before) = before.get(name).filter(|before| is_enough(before) && is_enough(row)) else { continue };
        let other = self::change(sign.figure, before, row);
        let other_size = other.size / sign.change.signum();
        assert!(other_size < size * 0.75 || !other.is_clear, "{what}: {change:?}, but {name}: {other:?}");
    }
}

/// Whether a courier or a corridor has a story.
fn is_told_of(name: &str) -> bool {
    let is_it = |other: &Story| matches!(other.subject, Subject::Corridor(corridor) if corridor == name);
    STORIES.iter().any(|other| other.courier() == name || is_it(other))
}

/// No figure that the story does not name moves further than those of subjects without a story do by chance and by age:
/// what began yesterday is not over yet, whoever carries it.
async fn moves_nothing_else(app: &TestApp, story: &Story) {
    let (subject, before, within) = before_and_within(app, story).await;
    for figure in Figure::ALL.iter().filter(|&&figure| story.signs.iter().all(|sign| sign.figure != figure)) {
        let is_a_time = value(*figure, &before[subject]).is_some();
        if !is_a_time && rate(*figure, &within[subject]).total < ENOUGH {
            continue;
        }
        let own = change(*figure, &before[subject], &within[subject]);
        let others = within.iter().filter(|(name, row)| !is_told_of(name) && is_enough(row));
        let others = others.filter_map(|(name, row)| Some((before.get(name).filter(|before| is_enough(before))?, row)));
        let mut others: Vec<f64> = others.map(|(before, row)| change(*figure, before, row).size).collect();
        others.sort_by(f64::total_cmp);
        let usual = others.get(others.len() / 2).copied().unwrap_or_default();
        let noise = if is_a_time { 0.35 } else { 0.06 };
        let excess = (own.size - usual).abs();
        assert!(excess < noise || !own.is_clear, "{subject}: {} moves too: {own:?}, usually {usual}", figure.as_str());
    }
}

fn is_enough(row: &KpiRow) -> bool {
    row.kpis.on_time_customer.total >= ENOUGH
}

/// How much a figure changed, and whether chance is ruled out.
#[derive(Debug)]
struct Change {
    size: f64,
    is_clear: bool,
}

fn change(figure: Figure, before: &KpiRow, within: &KpiRow) -> Change {
    if let Some((before, within)) = value(figure, before).zip(value(figure, within)) {
        return Change { size: within / before - 1.0, is_clear: true };
    }
    let (before, within) = (rate(figure, before), rate(figure, within));
    let is_clear = before.total > 0 && within.total > 0 && (before.high < within.low || within.high < before.low);
    Change { size: within.rate.unwrap_or(0.0) - before.rate.unwrap_or(0.0), is_clear }
}

/// A time or a mean, of enough parcels.
fn value(figure: Figure, row: &KpiRow) -> Option<f64> {
    let kpis = &row.kpis;
    let time = match figure {
        Figure::TransitP90 => kpis.transit_time,
        Figure::TransitOpenP90 => kpis.transit_open_time.unwrap(),
        Figure::CustomsP90 => kpis.customs.time,
        Figure::HandOffP90 => kpis.hand_off.time,
        Figure::CollectionP90 => kpis.collection.time,
        Figure::AttemptsPerLeg => return kpis.attempts_per_leg.mean.filter(|_| kpis.attempts_per_leg.n >= ENOUGH),
        _ => return None,
    };
    time.p90_ms.map(|ms| ms as f64).filter(|_| time.n >= ENOUGH)
}

fn rate(figure: Figure, row: &KpiRow) -> Rate {
    let kpis = &row.kpis;
    match figure {
        Figure::OnTime => kpis.on_time_customer,
        Figure::OnTimeContract => kpis.on_time_contract,
        Figure::OnTimeAccepted => kpis.on_time_contract_accepted,
        Figure::OnTimeRaw => kpis.on_time_contract_raw,
        Figure::WithinFive => kpis.delivered_within.iter().flat_map(|of| of.shares()).nth(4).unwrap_or_default().1,
        Figure::StillOpen => kpis.still_open,
        Figure::TrackingGap => kpis.tracking_gap,
        Figure::ScanCompleteness => kpis.scan_completeness,
        Figure::HeldByCustoms => kpis.customs.share,
        Figure::NotScannedIn => kpis.hand_off.share,
        Figure::Uncollected => kpis.collection.share,
        Figure::Lost => kpis.loss,
        Figure::NotLate => kpis.not_late,
        Figure::LateOpen => Rate::new(row.classes.late_open, kpis.not_late.total),
        Figure::FirstFailed => kpis.first_attempt.failed,
        Figure::Lockers => kpis.locker_uptake.planned,
        Figure::Absent => {
            let absent = kpis.failed_attempts.by_reason.iter().find(|one| one.reason == Some(Reason::ConsigneeAbsent));
            Rate::new(absent.map_or(0, |one| one.n), kpis.failed_attempts.total)
        }
        _ => Rate::default(),
    }
}

async fn is_silent(app: &TestApp, story: &Story, days: f64) {
    let silent = demo::couriers().iter().find(|courier| courier.name == story.courier()).unwrap().feed;
    for feed in feeds(app).await {
        let Some(last) = feed.last_received else { continue };
        let since = (NOW - last.timestamp_millis()) as f64 / 86_400_000.0;
        assert!(if feed.name == silent { since >= days } else { since < 1.0 }, "{}: {since} days", feed.name);
    }
}
