//! A look at every parcel that is under way.

use std::sync::Arc;

use domain::open_work::{Concern, OpenParcel};
use domain::outlook::{Lane, Watch, open_leg};
use domain::parcel::{Parcel, Status};
use domain::promise::HOUR_MS;
use domain::sla::clocks;
use domain::terms::Terms;
use domain::timeline::Timeline;
use domain::view::local_time;
use store::Store;

use super::history::Learned;
use crate::backend::{CHUNK, folded};
use crate::pipeline::{PipelineError, on_a_thread};

/// The parcels that are under way: by deadline those that it lies ahead of, then those that are overdue, the latest first;
/// those without one last. What counts as lost is left out.
pub(super) async fn look(
    store: &Store,
    terms: &Arc<Terms>,
    learned: &Arc<Learned>,
    now: i64,
    horizon_hours: i64,
) -> Result<Vec<OpenParcel>, PipelineError> {
    let mut seen: Vec<OpenParcel> = Vec::new();
    let mut after = 0;
    loop {
        let stored = store.open_parcels(after, CHUNK).await?;
        let Some(last) = stored.last().map(|parcel| parcel.id) else { break };
        after = last;
        let (terms, learned) = (terms.clone(), learned.clone());
        let found = on_a_thread(move || {
            let watch = Watch { history: &learned.history, terms: &terms, now, horizon_ms: horizon_hours * HOUR_MS };
            let parcels = folded(stored)?;
            Ok(parcels.iter().filter_map(|(_, timeline, parcel)| view(&watch, timeline, parcel)).collect::<Vec<_>>())
        });
        seen.extend(found.await?);
    }
    // What can still be saved comes first, then what was late last.
    seen.sort_by_key(|parcel| {
        let is_over = parcel.concerns.contains(&Concern::Overdue);
        let at = parcel.deadline.map_or(0, |deadline| deadline.timestamp_millis());
        (parcel.deadline.is_none(), is_over, if is_over { -at } else { at })
    });
    Ok(seen)
}

/// Nobody waits for it any more: it counts in the loss.
fn counts_as_lost(parcel: &Parcel, now: i64) -> bool {
    parcel.status == Status::Lost || parcel.lost_from().is_some_and(|instant| now > instant)
}

fn view(watch: &Watch<'_>, timeline: &Timeline, parcel: &Parcel) -> Option<OpenParcel> {
    if counts_as_lost(parcel, watch.now) {
        return None;
    }
    let leg = open_leg(timeline, parcel, &clocks(timeline, parcel, watch.terms, watch.now))?;
    let concerns = watch.concerns(&leg, parcel);
    let said = [
        (concerns.overdue, Concern::Overdue),
        (concerns.due_today, Concern::DueToday),
        (concerns.at_risk, Concern::AtRisk),
        (concerns.silent, Concern::Silent),
        (concerns.held, Concern::Held),
    ];
    let lane = Lane::of(parcel);
    let likely = leg.deadline.filter(|deadline| deadline.at >= watch.now).and_then(|_| watch.odds(&leg, parcel));
    let number = parcel.numbers.iter().find(|number| number.courier == leg.courier).or(parcel.numbers.first())?;
    Some(OpenParcel {
        number: number.number.to_string(),
        courier: leg.courier.to_string(),
        corridor: format!("{}-{}", lane.origin, lane.destination),
        status: parcel.status,
        last_event: leg.last.0,
        last_event_at: local_time(leg.last.1, parcel.last.offset_minutes),
        deadline: leg.deadline.map(|deadline| local_time(deadline.at, deadline.offset_minutes)),
        concerns: said.into_iter().filter(|(is, _)| *is).map(|(_, concern)| concern).collect(),
        likely: likely.map(|odds| odds.likely),
    })
}
