//! The time with customs.

use std::sync::Arc;

use super::journey::Adding;
use super::own::with_party;
use crate::cell::{Distribution, Measure};
use crate::contribution::Amount;
use crate::event::Event;
use crate::sla::{debtor, is_of_customs};
use crate::vocabulary::{EventKind, Party};

impl<'a, 'p: 'a> Adding<'a, '_, 'p> {
    /// The first presentation to customs on the way out, how long it took, and who answers for that.
    pub(super) fn customs(&mut self) {
        let outward = self.outward();
        let is_presented = |kind| matches!(kind, EventKind::CustomsIn | EventKind::CustomsHeld);
        let Some(place) = outward.iter().position(|event| is_presented(event.kind)) else { return };
        let (presented, later) = (outward[place], &outward[place + 1..]);
        let (courier, at) = (&presented.number.courier, presented.moment());
        self.one(courier, at, Measure::Presented);
        if outward.iter().any(|event| event.kind == EventKind::CustomsHeld) {
            self.one(courier, at, Measure::CustomsHeld);
        }
        let ends = |event: &&Event| {
            event.kind == EventKind::CustomsOut || event.kind.is_physical() && !is_presented(event.kind)
        };
        let Some(end) = later.iter().position(ends) else { return };
        self.add(courier, at, Amount::Duration(Distribution::Customs, later[end].at - presented.at));
        for (party, ms) in by_debtor(presented, &later[..=end]) {
            let values = with_party(self.values(courier), None, party);
            self.push(Arc::new(values), at, Amount::Sum(Measure::CustomsTime, ms));
        }
    }
}

/// The time from the presentation to the last of these events, by who answers for it: from a scan of customs that gives a
/// reason on, whom that reason names.
fn by_debtor(presented: &Event, later: &[&Event]) -> Vec<(Party, i64)> {
    let (mut party, mut since) = (debtor(presented.reason), presented.at);
    let mut times: Vec<(Party, i64)> = Vec::new();
    for (place, event) in later.iter().enumerate() {
        let is_last = place + 1 == later.len();
        let is_news = is_of_customs(event.kind) && event.reason.is_some();
        if !is_last && !is_news {
            continue;
        }
        match times.iter_mut().find(|(known, _)| *known == party) {
            Some((_, ms)) => *ms += event.at - since,
            None => times.push((party, event.at - since)),
        }
        (party, since) = (debtor(event.reason), event.at);
    }
    times.retain(|(_, ms)| *ms > 0);
    times
}
