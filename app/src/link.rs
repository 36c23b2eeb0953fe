//! Where things live.

use chrono::NaiveDate;

use crate::query::{Query, decode, encode};

/// The page of a courier; its name may hold anything, a slash too.
pub fn courier(name: &str) -> String {
    format!("/couriers/{}", encode(name))
}

/// The page of a corridor.
pub fn corridor(name: &str) -> String {
    format!("/corridors/{}", encode(name))
}

/// The page of the parcels with this number.
pub fn parcel(number: &str) -> String {
    format!("/parcels/{}", encode(number))
}

/// The page of a feed.
pub fn feed(name: &str) -> String {
    format!("/feeds/{}", encode(name))
}

/// The rejected rows of a feed.
pub fn rejected(name: &str) -> String {
    format!("{}/rejected", feed(name))
}

/// The page of a contract.
pub fn contract(name: &str) -> String {
    format!("/contracts/{}", encode(name))
}

/// The form of the version of a contract that begins on a date; without one, of a version to be added.
pub fn version(contract: &str, from: Option<NaiveDate>) -> String {
    let query = from.map(|from| format!("?from={from}")).unwrap_or_default();
    format!("{}/version{query}", self::contract(contract))
}

/// The page of a calendar.
pub fn calendar(name: &str) -> String {
    format!("/calendars/{}", encode(name))
}

/// The list of parcels with these parameters.
pub fn parcels(parameters: &[(&str, &str)]) -> String {
    parameters.iter().fold(Query::default(), |query, (name, value)| query.with(name, value)).href("/parcels")
}

/// `external` where the browser itself must follow the link: the router would drop the escape of a percent sign
/// from the address bar, and the page would be another one after a reload.
pub fn rel(name: &str) -> Option<&'static str> {
    name.contains('%').then_some("external")
}

/// The name that a path ends with, after this prefix.
pub fn name_in(path: &str, prefix: &str) -> String {
    decode(path.strip_prefix(prefix).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_slash_comes_back_whole() {
        for name in ["Shanghai/14267", "Rápida", "A & B", "50% off?", "#1"] {
            assert_eq!(name_in(&courier(name), "/couriers/"), name);
            assert_eq!(name_in(&parcel(name), "/parcels/"), name);
        }
        assert_eq!(name_in("/couriers/Shanghai/14267", "/couriers/"), "Shanghai/14267");
    }
}
