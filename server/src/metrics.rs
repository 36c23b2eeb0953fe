//! What the server measures of itself, for Prometheus. Names end with their unit, labels take few values: a route is
//! its pattern and a feed its name, so that nothing personal gets in.

use std::collections::HashSet;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use ::metrics::{
    counter, describe_counter as of_counter, describe_gauge as of_gauge, describe_histogram as of_histogram, gauge,
    histogram,
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// Feeds that have series of their own; those that come later share one.
const FEEDS: usize = 200;
/// How often measured durations are sorted into their buckets, whether anybody asks or not.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);
/// Upper bounds of the buckets of durations, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.003, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];

/// What the database was asked for when it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// To keep what feeds sent.
    Store,
    /// To take it into the figures.
    Derive,
    /// To judge what fell due.
    Judge,
    /// To tell what has changed.
    Follow,
    /// To answer a question.
    Answer,
}

/// What becomes of a file in the watched folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was taken in.
    Taken,
    /// It could not be read.
    Failed,
    /// Its definition needs answers.
    Asks,
}

/// What is so at this moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Moment {
    /// Bodies that wait to be written.
    pub inbox_queue: usize,
    /// Batches that wait to be taken into the figures; `None` where the database does not say.
    pub pending_batches: Option<i64>,
    /// The revision of the figures.
    pub revision: i64,
    /// Revisions that the database has and the figures do not show yet.
    pub revisions_behind: Option<i64>,
    /// How long ago deadlines were last judged, in seconds; less than zero where the clock was set back.
    pub judged_seconds_ago: f64,
    /// Parcels that the figures count.
    pub parcels: i64,
    /// Whether the server is ready for traffic.
    pub is_ready: bool,
}

/// A request was answered.
pub fn answered(method: &'static str, route: &str, status: u16, took: Duration) {
    let route = route.to_owned();
    counter!("courierscope_http_requests_total", "method" => method, "route" => route.clone(),
        "status" => status.to_string())
    .increment(1);
    histogram!("courierscope_http_request_duration_seconds", "method" => method, "route" => route).record(took);
}

/// A body that was not known was taken.
pub fn taken(feed: &str, events: u64, rejected: u64) {
    let feed = feed_label(feed);
    counter!("courierscope_bodies_total", "feed" => feed.clone()).increment(1);
    counter!("courierscope_events_total", "feed" => feed.clone()).increment(events);
    counter!("courierscope_rejected_rows_total", "feed" => feed).increment(rejected);
}

/// A body that was known already was answered as before.
pub fn repeated(feed: &str) {
    counter!("courierscope_repeated_bodies_total", "feed" => feed_label(feed)).increment(1);
}

/// A file in the watched folder was taken in, or laid aside.
pub fn watched(feed: &str, fate: Fate) {
    let fate = match fate {
        Fate::Taken => "taken",
        Fate::Failed => "failed",
        Fate::Asks => "asks",
    };
    counter!("courierscope_watched_files_total", "feed" => feed_label(feed), "fate" => fate).increment(1);
}

/// A step took batches into the figures.
pub fn derived(took: Duration) {
    histogram!("courierscope_derive_duration_seconds").record(took);
}

/// Deadlines that had passed were judged.
pub fn judged(took: Duration) {
    histogram!("courierscope_judge_duration_seconds").record(took);
}

/// The database failed.
pub fn database_failed(task: Task) {
    let task = match task {
        Task::Store => "store",
        Task::Derive => "derive",
        Task::Judge => "judge",
        Task::Follow => "follow",
        Task::Answer => "answer",
    };
    counter!("courierscope_database_errors_total", "task" => task).increment(1);
}

/// Everything measured so far and at this moment, in Prometheus' text format.
pub fn text(moment: &Moment) -> String {
    gauge!("courierscope_inbox_queue_bodies").set(moment.inbox_queue as f64);
    if let Some(pending) = moment.pending_batches {
        gauge!("courierscope_pending_batches").set(pending as f64);
    }
    gauge!("courierscope_revision").set(moment.revision as f64);
    if let Some(behind) = moment.revisions_behind {
        gauge!("courierscope_figures_behind_revisions").set(behind as f64);
    }
    gauge!("courierscope_judged_ago_seconds").set(moment.judged_seconds_ago);
    gauge!("courierscope_parcels").set(moment.parcels as f64);
    gauge!("courierscope_ready").set(f64::from(u8::from(moment.is_ready)));
    if let Some(bytes) = resident_bytes() {
        gauge!("process_resident_memory_bytes").set(bytes as f64);
    }
    exporter().map(PrometheusHandle::render).unwrap_or_default()
}

/// Starts measuring, and sorts what is measured until the runtime ends.
pub fn start() {
    exporter();
    tokio::spawn(async {
        while let Some(exporter) = exporter() {
            tokio::time::sleep(UPKEEP_EVERY).await;
            exporter.run_upkeep();
        }
    });
}

/// The one exporter of this process.
fn exporter() -> Option<&'static PrometheusHandle> {
    static EXPORTER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let install = || {
        let exporter = PrometheusBuilder::new().set_buckets(&SECONDS).and_then(PrometheusBuilder::install_recorder);
        describe();
        exporter.inspect_err(|fault| tracing::error!(%fault, "nothing can be measured")).ok()
    };
    EXPORTER.get_or_init(install).as_ref()
}

fn describe() {
    of_counter!("courierscope_http_requests_total", "Requests answered, by method, route and status");
    of_histogram!("courierscope_http_request_duration_seconds", "From a request's head to its answer's head");
    of_counter!("courierscope_bodies_total", "Bodies taken, by feed");
    of_counter!("courierscope_repeated_bodies_total", "Bodies that were known and answered as before, by feed");
    of_counter!("courierscope_events_total", "Events in the bodies taken, by feed");
    of_counter!("courierscope_rejected_rows_total", "Rejected rows in the bodies taken, by feed");
    of_counter!("courierscope_watched_files_total", "Files of the watched folder, by feed and what became of them");
    of_gauge!("courierscope_inbox_queue_bodies", "Bodies that wait to be written to the database");
    of_gauge!("courierscope_pending_batches", "Batches that wait to be taken into the figures");
    of_histogram!("courierscope_derive_duration_seconds", "Steps that take batches into the figures");
    of_histogram!("courierscope_judge_duration_seconds", "Judging of deadlines that have passed");
    of_gauge!("courierscope_revision", "The revision of the figures");
    of_gauge!("courierscope_figures_behind_revisions", "Revisions that the figures do not show yet");
    of_gauge!("courierscope_judged_ago_seconds", "How long ago deadlines were last judged");
    of_gauge!("courierscope_parcels", "Parcels that the figures count");
    of_gauge!("courierscope_ready", "1 where the server is ready for traffic, else 0; /readyz says why");
    of_counter!("courierscope_database_errors_total", "Failures of the database, by what it was asked for");
    of_gauge!("process_resident_memory_bytes", "Resident memory");
}

fn feed_label(feed: &str) -> String {
    static KNOWN: Mutex<Option<HashSet<String>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    if known.contains(feed) || (known.len() < FEEDS && known.insert(feed.to_owned())) {
        feed.to_owned()
    } else {
        "(others)".to_owned()
    }
}

/// The memory that the process has, where the system tells.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_of_feeds_do_not_become_thousands_of_series() {
        (0..FEEDS * 2).for_each(|n| assert!(!feed_label(&format!("feed{n}")).is_empty()));
        assert_eq!(feed_label("feed0"), "feed0");
        assert_eq!(feed_label("one more"), "(others)");
    }
}
