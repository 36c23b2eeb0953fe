//! What is usual: learned from earlier parcels, and tried on others of them.

use std::sync::Arc;

use domain::outlook::{History, HitRate, Watch};
use domain::parcel::Parcel;
use domain::promise::HOUR_MS;
use domain::sla::clocks;
use domain::terms::Terms;
use domain::timeline::Timeline;
use domain::verdict::Class;
use store::{ParcelFilter, Store};

use crate::backend::{CHUNK, folded};
use crate::pipeline::{PipelineError, on_a_thread};

/// The latest parcels are learned from: so many.
const PARCELS: i64 = 100_000;

/// What is usual.
#[derive(Default)]
pub(super) struct Learned {
    pub(super) history: History,
    /// From so many parcels.
    pub(super) parcels: i64,
    /// How often it would have been right: learned from every other parcel, and tried on those between.
    pub(super) hits: HitRate,
}

impl Learned {
    /// Learns from the latest parcels.
    pub(super) async fn from(
        store: &Store,
        terms: &Arc<Terms>,
        now: i64,
        horizon_hours: i64,
    ) -> Result<Self, PipelineError> {
        let after = (store.generations().await?.next_parcel - 1 - PARCELS).max(0);
        let mut state = (Self::default(), History::default());
        for is_trial in [false, true] {
            let mut filter = ParcelFilter { after, limit: CHUNK, ..ParcelFilter::default() };
            loop {
                let stored = store.list_parcels(&filter).await?;
                let Some(last) = stored.last().map(|parcel| parcel.id) else { break };
                filter.after = last;
                let terms = terms.clone();
                state = on_a_thread(move || {
                    let (mut learned, mut half) = state;
                    for (id, timeline, parcel) in folded(stored)? {
                        let is_taught = id % 2 == 0;
                        match is_trial {
                            false => {
                                learned.parcels += 1;
                                learned.history.learn(&timeline, &parcel, &terms);
                                if is_taught {
                                    half.learn(&timeline, &parcel, &terms);
                                }
                            }
                            true if is_taught => {}
                            true => {
                                let horizon_ms = horizon_hours * HOUR_MS;
                                let watch = Watch { history: &half, terms: &terms, now, horizon_ms };
                                try_on(&watch, &timeline, &parcel, &mut learned.hits);
                            }
                        }
                    }
                    Ok((learned, half))
                })
                .await?;
            }
        }
        Ok(state.0)
    }
}

/// Counts the legs of a parcel that would have been called at risk, each against its contract, else the last one against the
/// promise.
fn try_on(watch: &Watch<'_>, timeline: &Timeline, parcel: &Parcel, hits: &mut HitRate) {
    let clocks = clocks(timeline, parcel, watch.terms, watch.now);
    let last = parcel.legs.iter().rposition(|leg| !leg.is_return);
    for (place, (leg, clock)) in parcel.legs.iter().zip(&clocks).enumerate() {
        let judged = clock.deadline.filter(|_| clock.class.is_judged());
        let by_contract = judged.map(|deadline| (deadline.at, clock.stop.map(|(_, stop)| stop.at)));
        let is_judged = matches!(parcel.class(watch.now), Class::Early | Class::OnTime | Class::Late);
        let promise = parcel.promise.filter(|_| Some(place) == last && is_judged && clock.version.is_none());
        let by_promise = || promise.map(|promise| (promise.latest, parcel.stop.map(|stop| stop.at)));
        let Some((deadline, stop)) = by_contract.or_else(by_promise) else { continue };
        if let Some(was_late) = watch.replay(timeline, parcel, leg, deadline, stop) {
            hits.count(was_late);
        }
    }
}
