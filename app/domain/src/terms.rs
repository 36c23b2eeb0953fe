//! All contracts, calendars and exclusions together, checked once: what every leg is judged by.

mod check;
mod exclusions;

use std::collections::HashMap;

use crate::Text;
use crate::calendar::{Calendar, Fault, LocalCalendar, ZonedCalendar};
use crate::contract::Contract;
use crate::exclusion::Exclusion;
use crate::parcel::{Attributes, Parcel};
use exclusions::Exclusions;

/// All contract versions and calendars.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Terms {
    calendars: Vec<ZonedCalendar>,
    /// The calendar of each country.
    of_country: HashMap<Text, usize>,
    agreements: Vec<Agreement>,
    /// The agreements with each courier, the most specific first, then the earliest.
    of_courier: HashMap<Text, Vec<usize>>,
    exclusions: Exclusions,
}

/// A contract version with the calendars that it names.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Agreement {
    pub(crate) contract: Contract,
    pub(crate) origin: Option<usize>,
    pub(crate) destination: Option<usize>,
}

/// A place as far as it is known; empty means not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Where<'a> {
    /// ISO 3166-1 alpha-2.
    pub country: &'a str,
    /// Region.
    pub region: &'a str,
    /// Postcode.
    pub postcode: &'a str,
}

impl Attributes {
    /// The place that the parcel goes to.
    pub fn destination(&self) -> Where<'_> {
        Where {
            country: &self.destination_country,
            region: &self.destination_region,
            postcode: &self.destination_postcode,
        }
    }
}

impl Terms {
    /// Checks contracts and calendars, each for itself and against each other.
    ///
    /// A country's own calendar is the one with the country's code as its name (`es` for ES), else the only one.
    ///
    /// # Errors
    /// Everything that cannot be meant, each with the field that says it.
    pub fn new(contracts: Vec<Contract>, calendars: Vec<Calendar>) -> Result<Self, Vec<Fault>> {
        let mut faults = check::calendars(&calendars);
        faults.extend(check::contracts(&contracts, &calendars));
        let of_country = countries(&calendars);
        let mut zoned = Vec::with_capacity(calendars.len());
        for calendar in calendars {
            match ZonedCalendar::new(calendar) {
                Ok(calendar) => zoned.push(calendar),
                Err(found) => faults.extend(found),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let named = |name: &Text| zoned.iter().position(|calendar| calendar.calendar().name == *name);
        let mut agreements: Vec<Agreement> = contracts
            .into_iter()
            .map(|contract| Agreement {
                origin: named(&contract.origin_calendar),
                destination: named(&contract.destination_calendar),
                contract,
            })
            .collect();
        agreements.sort_by(|a, b| {
            let [a, b] = [&a.contract, &b.contract];
            b.selector.weight().cmp(&a.selector.weight()).then(a.from.cmp(&b.from)).then_with(|| a.name.cmp(&b.name))
        });
        let mut of_courier: HashMap<Text, Vec<usize>> = HashMap::new();
        for (place, agreement) in agreements.iter().enumerate() {
            of_courier.entry(agreement.contract.selector.courier.clone()).or_default().push(place);
        }
        Ok(Self { calendars: zoned, of_country, agreements, of_courier, exclusions: Exclusions::default() })
    }

    /// The same with these exclusions, each with what it is known by.
    pub fn with_exclusions(self, exclusions: impl IntoIterator<Item = (Text, Exclusion)>) -> Self {
        Self { exclusions: Exclusions::new(exclusions), ..self }
    }

    /// The exclusion that leaves a leg out.
    pub(crate) fn exclusion(&self, courier: &Text, parcel: &Parcel, day: i32) -> Option<&(Text, Exclusion)> {
        self.exclusions.of_leg(courier, parcel, day)
    }

    /// Whether there is anything that judges legs.
    pub fn has_contracts(&self) -> bool {
        !self.agreements.is_empty()
    }

    /// Every contract version.
    pub fn contracts(&self) -> impl Iterator<Item = &Contract> {
        self.agreements.iter().map(|agreement| &agreement.contract)
    }

    /// Every calendar.
    pub fn calendars(&self) -> impl Iterator<Item = &Calendar> {
        self.calendars.iter().map(ZonedCalendar::calendar)
    }

    /// The agreements that may be about a leg, the most specific first, then the earliest.
    pub(crate) fn agreements<'a>(&'a self, courier: &str, of: &'a Attributes) -> impl Iterator<Item = &'a Agreement> {
        let places = self.of_courier.get(courier).map(Vec::as_slice).unwrap_or_default();
        places.iter().map(|place| &self.agreements[*place]).filter(move |agreement| {
            let selector = &agreement.contract.selector;
            selector.matches(&selector.courier, &of.service, &of.origin_country, &of.destination_country)
        })
    }

    /// The calendar that a contract names, else the country's, at a place. `None` where there is neither.
    pub(crate) fn calendar<'a>(&'a self, named: Option<usize>, place: Where<'a>) -> Option<LocalCalendar<'a>> {
        let at = named.or_else(|| self.of_country.get(place.country).copied())?;
        let calendar = &self.calendars[at];
        // Another country's regions and postcodes mean nothing to it.
        let is_its_own = place.country.is_empty() || *calendar.calendar().country == *place.country;
        Some(if is_its_own { calendar.at(place.region, place.postcode) } else { calendar.at("", "") })
    }
}

/// The calendar of each country: the one named after it, else the only one.
fn countries(calendars: &[Calendar]) -> HashMap<Text, usize> {
    let mut of_country: HashMap<Text, usize> = HashMap::new();
    for (place, calendar) in calendars.iter().enumerate() {
        if check::is_named_after_country(calendar) || !of_country.contains_key(&calendar.country) {
            of_country.insert(calendar.country.clone(), place);
        }
    }
    of_country
}
