//! A parcel as its promise and its contracts judge it at one time: what it adds to the cells, and when time alone changes
//! that next.

mod customs;
mod cuts;
mod delivery;
mod journey;
mod own;
mod tracking;

use std::sync::Arc;

use crate::Text;
use crate::cell::Measure;
use crate::contribution::{Amount, Contribution, Values};
use crate::event::Event;
use crate::leg::{Leg, LegEnd};
use crate::parcel::Parcel;
use crate::sla::{LegClock, clocks};
use crate::terms::Terms;
use crate::timeline::Timeline;
use crate::verdict::LegClass;
use cuts::Cuts;
use journey::Adding;
use own::with_party;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// Everything that the parcel adds to the cells.
    pub contributions: Vec<Contribution>,
    /// The last instant of what it adds now, UTC epoch milliseconds; `None` where time alone does not change it.
    pub due: Option<i64>,
}

impl Judged {
    /// Judges a parcel by these terms, up to `judged_until` (UTC epoch milliseconds).
    pub fn new(timeline: &Timeline, parcel: &Parcel, terms: &Terms, judged_until: i64) -> Self {
        let clocks = if terms.has_contracts() { clocks(timeline, parcel, terms, judged_until) } else { Vec::new() };
        let contracts: Vec<Text> = clocks.iter().map(|clock| clock.contract().clone()).collect();
        let mut cuts = Cuts::new(parcel, &contracts);
        let mut contributions = parcel.own_contributions(&mut cuts, judged_until);
        let valid: Vec<&Event> = timeline.valid().collect();
        let mut adding = Adding::new(parcel, &valid, &mut cuts, terms, judged_until);
        adding.journey();
        adding.customs();
        adding.tracking();
        adding.delivery();
        let Adding { list, due, .. } = adding;
        contributions.extend(list);
        for (place, clock) in clocks.iter().enumerate().filter(|(place, _)| !parcel.legs[*place].is_return) {
            clock.add(&cuts.of_leg(place), &parcel.legs[place], &mut contributions);
        }
        let dues = clocks.iter().filter_map(|clock| clock.counts_until);
        Self { contributions, due: dues.chain(due).chain(parcel.promise_due(judged_until)).min() }
    }
}

impl LegClock {
    /// The contract's name; empty where none judges the leg.
    pub fn contract(&self) -> &Text {
        const NONE: &Text = &Text::const_new("");
        self.version.as_ref().map_or(NONE, |version| &version.contract)
    }

    /// What the leg adds by its contract.
    pub fn contributions(&self, parcel: &Parcel, leg: &Leg) -> Vec<Contribution> {
        let mut list = Vec::new();
        self.add(&Arc::new(parcel.values(&self.courier, self.contract().clone())), leg, &mut list);
        list
    }

    /// Adds what the leg adds. The time of one that has neither stopped nor turned back still grows, and is not added yet.
    fn add(&self, values: &Arc<Values>, leg: &Leg, list: &mut Vec<Contribution>) {
        let day = self.day().unwrap_or_else(|| self.custody.1.day());
        let one =
            |values: Arc<Values>, measure, n| Contribution { values, day, hour: None, amount: Amount::Sum(measure, n) };
        let measures = [
            Some(self.measure()),
            (self.is_late_open() && leg.ended_by != Some(LegEnd::Return)).then_some(Measure::ContractLateOpen),
            // It has left the accepted figure already.
            (self.class != LegClass::Excluded && self.agreed_class == LegClass::Excluded).then_some(Measure::Excluded),
            judged(self.raw_class, [Measure::RawEarly, Measure::RawOnTime, Measure::RawLate]),
            judged(self.claimed_class, [Measure::ClaimedEarly, Measure::ClaimedOnTime, Measure::ClaimedLate]),
            judged(self.agreed_class, [Measure::AgreedEarly, Measure::AgreedOnTime, Measure::AgreedLate]),
            self.version.as_ref().is_some_and(|version| version.is_back_dated).then_some(Measure::BackDated),
        ];
        list.extend(measures.into_iter().flatten().map(|measure| one(values.clone(), measure, 1)));
        if let Some((scans, (_, stop))) = self.milestones.zip(self.stop) {
            let counted = [(Measure::MilestonesExpected, scans.expected), (Measure::MilestonesSeen, scans.seen)];
            list.extend(counted.map(|(measure, n)| Contribution {
                values: values.clone(),
                day: stop.day(),
                hour: None,
                amount: Amount::Sum(measure, n),
            }));
        }
        let is_over = self.stop.is_some() || leg.ended_by == Some(LegEnd::Return);
        list.extend(
            self.lateness.iter().filter(|_| is_over).map(|&(party, ms)| {
                one(Arc::new(with_party(Values::clone(values), None, party)), Measure::LateTime, ms)
            }),
        );
    }

    const fn measure(&self) -> Measure {
        match self.class {
            LegClass::NoContract => Measure::NoContract,
            LegClass::Open => Measure::ContractNotDue,
            LegClass::Early => Measure::ContractEarly,
            LegClass::OnTime => Measure::ContractOnTime,
            LegClass::Late => Measure::ContractLate,
            LegClass::Cancelled => Measure::ContractCancelled,
            LegClass::Paused => Measure::ContractPaused,
            LegClass::Ambiguous => Measure::ContractAmbiguous,
            LegClass::Excluded => Measure::Excluded,
        }
    }
}

/// The measure of a verdict that counts in the on-time rate.
fn judged(class: LegClass, [early, on_time, late]: [Measure; 3]) -> Option<Measure> {
    match class {
        LegClass::Early => Some(early),
        LegClass::OnTime => Some(on_time),
        LegClass::Late => Some(late),
        _ => None,
    }
}
