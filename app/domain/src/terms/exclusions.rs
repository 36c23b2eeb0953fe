//! The exclusions that hold, and which leg each leaves out.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::Text;
use crate::event::Number;
use crate::exclusion::{Exclusion, Scope};
use crate::parcel::Parcel;

/// Exclusions with what each is known by.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Exclusions {
    all: Vec<(Text, Exclusion)>,
    of_parcel: HashMap<Number, usize>,
    of_periods: Vec<usize>,
}

impl Exclusions {
    /// Those that were taken back leave nothing out.
    pub(super) fn new(exclusions: impl IntoIterator<Item = (Text, Exclusion)>) -> Self {
        let mut held = Self::default();
        let mut live: Vec<_> =
            exclusions.into_iter().filter(|(_, exclusion)| exclusion.withdrawn_by.is_none()).collect();
        // E2 comes before E10.
        live.sort_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        for (id, exclusion) in live {
            let place = held.all.len();
            match &exclusion.scope {
                Scope::Parcel(number) => drop(held.of_parcel.entry(number.clone()).or_insert(place)),
                Scope::Period { .. } => held.of_periods.push(place),
            }
            held.all.push((id, exclusion));
        }
        held
    }

    /// The one that leaves out the legs of a parcel with a courier whose first deadline lies on a day: of the parcel itself,
    /// else the first of a period.
    pub(super) fn of_leg(&self, courier: &Text, parcel: &Parcel, day: i32) -> Option<&(Text, Exclusion)> {
        if self.all.is_empty() {
            return None;
        }
        let own = parcel.numbers.iter().filter(|number| number.courier == *courier);
        let own = own.filter_map(|number| self.of_parcel.get(number)).min();
        let place = own.or_else(|| self.of_periods.iter().find(|place| self.holds(**place, courier, parcel, day)))?;
        self.all.get(*place)
    }

    fn holds(&self, place: usize, courier: &Text, parcel: &Parcel, day: i32) -> bool {
        let Some((_, Exclusion { scope: Scope::Period { of, from, to }, .. })) = self.all.get(place) else {
            return false;
        };
        let attributes = &parcel.attributes;
        let is_meant =
            of.matches(courier, &attributes.service, &attributes.origin_country, &attributes.destination_country);
        is_meant && NaiveDate::from_epoch_days(day).is_some_and(|date| *from <= date && date <= *to)
    }
}
