//! What a parcel adds to the cells but for what its legs do by contract.

use std::sync::Arc;

use super::cuts::Cuts;
use crate::Text;
use crate::attempt::Outcome;
use crate::cell::{Dimension, Distribution, Measure};
use crate::contribution::{Amount, Contribution, Values, is_hour_kept};
use crate::leg::{Leg, LegEnd};
use crate::parcel::Parcel;
use crate::promise::HOUR_MS;
use crate::verdict::Class;
use crate::vocabulary::{DeliveryMode, Party, Reason};

impl Parcel {
    /// Everything the parcel adds by its promise, judged up to `judged_until`, and the transit times of its legs.
    pub(super) fn own_contributions(&self, cuts: &mut Cuts<'_>, judged_until: i64) -> Vec<Contribution> {
        let mut list = Vec::with_capacity(16);
        let values = cuts.of_courier(&self.courier);
        let mut add = |values: &Arc<Values>, day, hour, amount| {
            list.push(Contribution { values: values.clone(), day, hour, amount });
        };
        let class = self.class(judged_until);
        let hour = self.promise.map(|promise| promise.latest.div_euclid(HOUR_MS) as i32);
        let hour = hour.filter(|&hour| is_hour_kept(hour, judged_until));
        add(&values, self.day(), hour, Amount::Sum(measure_of(class), 1));
        if class == Class::Late && self.stop.is_none() {
            add(&values, self.day(), hour, Amount::Sum(Measure::LateOpen, 1));
        }
        if let Some((day, measure)) = self.first_attempt(class) {
            add(&values, day, None, Amount::Sum(measure, 1));
        }
        for measure in self.acceptance() {
            let day = self.accepted.unwrap_or(self.first).day();
            add(&values, day, None, Amount::Sum(measure, 1));
        }
        for attempt in &self.attempts {
            let counted = Amount::Sum(Measure::Attempts, 1);
            add(&cuts.of_courier(&attempt.courier), attempt.moment.day(), None, counted);
            if let Outcome::Failed { reason, party } = attempt.outcome {
                let values = Values::clone(&cuts.of_courier(&attempt.courier));
                let values = Arc::new(with_party(values, reason, party));
                add(&values, attempt.moment.day(), None, Amount::Sum(Measure::FailedAttempts, 1));
            }
        }
        for (place, leg) in self.legs.iter().enumerate() {
            let Some(end) = transit_end(leg) else { continue };
            let duration = end.at - leg.start.at;
            add(&cuts.of_leg(place), end.day(), None, Amount::Duration(Distribution::Transit, duration));
        }
        list
    }

    fn first_attempt(&self, class: Class) -> Option<(i32, Measure)> {
        let first = self.attempts.first();
        let outcome = |outcome| match outcome {
            Outcome::Succeeded => Measure::FirstSucceeded,
            Outcome::Failed { .. } => Measure::FirstFailed,
        };
        match class {
            Class::Open | Class::Cancelled => None,
            Class::NoPromise => first.map(|attempt| (attempt.moment.day(), outcome(attempt.outcome))),
            Class::Early | Class::OnTime | Class::Late => {
                let promise = self.promise?;
                let in_time = first.filter(|attempt| attempt.moment.at <= promise.latest);
                Some((promise.day(), in_time.map_or(Measure::FirstNotAttempted, |attempt| outcome(attempt.outcome))))
            }
        }
    }

    fn acceptance(&self) -> Vec<Measure> {
        if self.accepted.is_none() {
            return Vec::new();
        }
        let planned = match self.attributes.delivery_mode {
            Some(DeliveryMode::Locker) => Some(Measure::PlannedLocker),
            Some(DeliveryMode::Shop) => Some(Measure::PlannedShop),
            _ => None,
        };
        let diverted = match self.diverted {
            Some(DeliveryMode::Locker) => Some(Measure::DivertedLocker),
            Some(DeliveryMode::Shop) => Some(Measure::DivertedShop),
            _ => None,
        };
        std::iter::once(Measure::Accepted).chain(planned).chain(diverted).collect()
    }

    /// What the parcel's measures are cut by where they count for this courier and contract.
    pub(super) fn values(&self, courier: &Text, contract: Text) -> Values {
        let attributes = &self.attributes;
        let mut values = Values::default();
        let mode = attributes.delivery_mode.map(DeliveryMode::as_str).unwrap_or_default();
        values[Dimension::Courier.index()] = courier.clone();
        values[Dimension::Service.index()] = attributes.service.clone();
        values[Dimension::OriginCountry.index()] = attributes.origin_country.clone();
        values[Dimension::DestinationCountry.index()] = attributes.destination_country.clone();
        values[Dimension::DestinationRegion.index()] = attributes.destination_region.clone();
        values[Dimension::DeliveryMode.index()] = Text::const_new(mode);
        values[Dimension::Shipper.index()] = attributes.shipper.clone();
        values[Dimension::Contract.index()] = contract;
        values
    }
}

/// When a leg's transit ended: at its stop or at the hand-over. A return has none, and neither has a leg whose only
/// scan is the one that ended it: nothing was seen of its time.
pub(super) fn transit_end(leg: &Leg) -> Option<crate::event::Moment> {
    leg.end.filter(|end| {
        end.at > leg.start.at && !leg.is_return && matches!(leg.ended_by, Some(LegEnd::Stop | LegEnd::HandOver))
    })
}

const fn measure_of(class: Class) -> Measure {
    match class {
        Class::NoPromise => Measure::NoPromise,
        Class::Open => Measure::NotDue,
        Class::Early => Measure::Early,
        Class::OnTime => Measure::OnTime,
        Class::Late => Measure::Late,
        Class::Cancelled => Measure::Cancelled,
    }
}

pub(super) fn with_party(mut values: Values, reason: Option<Reason>, party: Party) -> Values {
    values[Dimension::Reason.index()] = Text::const_new(reason.map(Reason::as_str).unwrap_or_default());
    values[Dimension::Party.index()] = Text::const_new(party.as_str());
    values
}
