//! Who ate the hours: lateness by responsible party.

use super::plan::Plan;
use crate::clock::Segment;
use crate::vocabulary::Party;

/// The time between the first deadline and `until`, by party; sums to it exactly. Empty where it is not positive.
///
/// The stretch by which a pause moved the deadline is the pause's party's, in the order of the pauses; what remains from
/// the deadline as extended on is that of the parties of the segments in it. A deadline that had passed before the courier
/// had the parcel is possible; for the time before custody this leg names nobody.
pub(super) fn by_party(plan: &Plan<'_>, segments: &[Segment], until: i64) -> Vec<(Party, i64)> {
    let mut shares: Vec<(Party, i64)> = Vec::new();
    let mut add = |party: Party, from: i64, to: i64| {
        if from >= to {
            return;
        }
        match shares.iter_mut().find(|(of, _)| *of == party) {
            Some((_, share)) => *share += to - from,
            None => shares.push((party, to - from)),
        }
    };
    let mut since = plan.facts().first;
    for (place, pause) in plan.pauses().iter().enumerate() {
        let moved = plan.deadline_after(place + 1, until).min(until);
        add(pause.party, since, moved);
        since = since.max(moved);
    }
    let custody = segments.first().map_or(until, |segment| segment.from.at);
    add(Party::Unknown, since, custody.min(until));
    for segment in segments {
        add(segment.party, segment.from.at.max(since), segment.to.at.min(until));
    }
    shares.sort_unstable();
    shares
}
