//! Clocks of legs as they are shown.

use super::{LegClock, clocks};
use crate::agreement::{ContractClockView, LatenessView};
use crate::explain::{segment_view, shown};
use crate::parcel::Parcel;
use crate::terms::Terms;
use crate::timeline::Timeline;
use crate::view::ParcelView;

impl ParcelView {
    /// The whole parcel as [`ParcelView::new`] gives it, and the clock of each leg by its contract.
    pub fn by_terms(timeline: &Timeline, parcel: &Parcel, terms: &Terms, judged_until: i64, now: i64) -> Self {
        let mut view = Self::new(timeline, parcel, judged_until, now);
        if terms.has_contracts() {
            for (leg, clock) in view.legs.iter_mut().zip(clocks(timeline, parcel, terms, judged_until)) {
                leg.contract = Some(clock_view(&clock, clock.in_words(terms, parcel, judged_until)));
            }
        }
        view
    }
}

fn clock_view(clock: &LegClock, verdict: String) -> ContractClockView {
    let version = clock.version.as_ref();
    ContractClockView {
        contract: version.map(|version| version.contract.to_string()).unwrap_or_default(),
        version: version.map_or(0, |version| version.version),
        is_back_dated: version.is_some_and(|version| version.is_back_dated),
        class: clock.class,
        raw_class: clock.raw_class,
        claimed_class: clock.claimed_class,
        accepted_class: clock.agreed_class,
        exclusion: clock.exclusion.as_ref().map(|exclusion| exclusion.0.to_string()),
        verdict,
        started: clock.started.map(shown),
        first_deadline: clock.first_deadline.map(shown),
        deadline: clock.deadline.map(shown),
        segments: clock.segments.iter().map(segment_view).collect(),
        lateness: clock.lateness.iter().map(|&(party, ms)| LatenessView { party, ms }).collect(),
    }
}
