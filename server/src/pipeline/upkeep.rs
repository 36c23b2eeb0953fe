//! What goes on by itself, in one of all the processes with this database: deadlines that pass are judged, and what is
//! older than it is kept is deleted.

use std::time::{Duration, Instant};

use store::{Candidate, Store};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::retention::{Look, look_and_delete};
use super::{Deleted, Keep, Pace, PipelineError, RULES, Turn, judge_again, judge_anew, sweep};
use crate::clock::Clock;
use crate::metrics::{self, Task};

/// How often it is looked who leads and what is due. A leader that ends is followed by another in about this time.
const EVERY: Duration = Duration::from_secs(1);
/// How often it is looked for what is older than it is kept.
const DELETE_EVERY: Duration = Duration::from_secs(600);
/// How often all parcels are looked at for that.
const LOOK_THROUGH_EVERY: Duration = Duration::from_secs(24 * 3600);
/// How long parcels are judged anew at a stretch, and the pause that others with this database then have to write.
const STRETCH: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(100);
/// How old a judgement may become while nothing falls due, in milliseconds.
const JUDGE_AT_LEAST_EVERY: i64 = 60_000;

/// Does what is due, as long as this process leads. `leads` says whether it does.
pub async fn keep_up(store: Store, clock: Clock, leads: watch::Sender<bool>) {
    let mut candidate = store.candidate();
    let mut pace = Pace::default();
    loop {
        tokio::time::sleep(EVERY).await;
        if is_leading(&mut candidate, &leads).await
            && let Err(fault) = sweep_if_due(&store, clock.now(), &mut pace).await
        {
            metrics::database_failed(Task::Judge);
            tracing::error!(%fault, "deadlines cannot be judged");
        }
    }
}

/// Judges every parcel anew where the terms are others now, whenever this process leads.
pub async fn judge_what_is_new(
    store: Store,
    clock: Clock,
    mut leads: watch::Receiver<bool>,
    stopping: CancellationToken,
) {
    // A change that has begun is finished. What feeds have sent goes first: whoever waits is not kept waiting twice as long.
    let mut paused = Instant::now();
    while stopping.run_until_cancelled(leads.wait_for(|leads| *leads)).await.is_some_and(|leads| leads.is_ok()) {
        let started = Instant::now();
        let wait = match judge_anew(&store, clock.now()).await {
            Ok(Some(_)) if store.has_pending_batches().await.unwrap_or(false) => started.elapsed(),
            Ok(Some(_)) if paused.elapsed() < STRETCH => Duration::ZERO,
            Ok(Some(_)) => PAUSE,
            Ok(None) => EVERY,
            Err(_) if stopping.is_cancelled() => return,
            Err(fault) => {
                metrics::database_failed(Task::Judge);
                tracing::error!(%fault, "parcels cannot be judged anew; it is tried again");
                EVERY
            }
        };
        stopping.run_until_cancelled(tokio::time::sleep(wait)).await;
        if wait >= PAUSE {
            paused = Instant::now();
        }
    }
}

/// Deletes what is older than it is kept, whenever this process leads.
pub async fn delete_what_is_old(store: Store, clock: Clock, keep: Keep, mut leads: watch::Receiver<bool>) {
    let mut looked_through: Option<Instant> = None;
    // The sender has gone: the server stops.
    while leads.wait_for(|leads| *leads).await.is_ok() {
        let look = match looked_through {
            Some(then) if then.elapsed() < LOOK_THROUGH_EVERY => Look::AtTheOldest,
            _ => Look::Through,
        };
        match delete_by_believed_time(&store, keep, clock.now(), look).await {
            Ok(None) => {}
            Ok(Some(Deleted { bodies, parcels })) => {
                if look == Look::Through {
                    looked_through = Some(Instant::now());
                }
                if bodies + parcels > 0 {
                    tracing::info!(bodies, parcels, "what was older than it is kept is deleted");
                }
            }
            Err(fault) => tracing::error!(%fault, "what is older than it is kept cannot be deleted"),
        }
        tokio::time::sleep(DELETE_EVERY).await;
    }
}

/// What was deleted cannot be brought back: it has to be old by the time up to which deadlines were judged too, so that a
/// clock that jumps deletes nothing before it is believed. `None` while parcels are to be judged anew: that needs them all.
async fn delete_by_believed_time(
    store: &Store,
    keep: Keep,
    now: i64,
    look: Look,
) -> Result<Option<Deleted>, PipelineError> {
    let standing = store.generations().await?;
    if standing.next.is_some() || standing.wanted(RULES).is_some() {
        return Ok(None);
    }
    let (_, judged_until) = store.revision().await?;
    look_and_delete(store, keep, now.min(judged_until), look).await.map(Some)
}

async fn is_leading(candidate: &mut Candidate, leads: &watch::Sender<bool>) -> bool {
    let now = candidate.leads().await.unwrap_or_else(|fault| {
        tracing::error!(%fault, "the database does not say who leads");
        false
    });
    if leads.send_replace(now) != now {
        tracing::info!(
            leads = now,
            "{}",
            if now { "this node judges deadlines" } else { "another node judges deadlines" }
        );
    }
    now
}

async fn sweep_if_due(store: &Store, now: i64, pace: &mut Pace) -> Result<(), PipelineError> {
    let (_, judged_until) = store.revision().await?;
    match pace.turn(judged_until, now, Instant::now()) {
        Turn::Wait => return Ok(()),
        Turn::JudgeAgain => return judge_again(store, now).await.map(drop),
        Turn::Judge => {}
    }
    let is_due = store.next_due().await?.is_some_and(|due| due < now);
    if is_due || judged_until < now - JUDGE_AT_LEAST_EVERY {
        sweep(store, now).await?;
    }
    Ok(())
}
