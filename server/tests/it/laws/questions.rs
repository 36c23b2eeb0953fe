//! Questions, at random, and how they are written.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::histogram::percentile_ms;
use domain::kpi::{Grouping, KpiQuery};
use proptest::prelude::*;

use super::cases;
use crate::network::Dice;

/// Values that occur in the networks, and some that do not.
const VALUES: [(Grouping, &[&str]); 9] = [
    (Grouping::Courier, &["Posti", "Omniva", "SEUR", "Cainiao", "nobody"]),
    (Grouping::Service, &["express", "economy", "other", "echoed"]),
    (Grouping::Corridor, &["FI-ES", "ES-FI", "CN-FI", "FI-FI", "-FI", "FI-", "US-CN", "-"]),
    (Grouping::OriginCountry, &["FI", "ES", "CN", "US"]),
    (Grouping::DestinationCountry, &["FI", "ES", "CN", "US"]),
    (Grouping::DestinationRegion, &["Uusimaa", "Galicia", "Jilin", "Ohio"]),
    (Grouping::DeliveryMode, &["door", "locker", "shop", "safe_place"]),
    (Grouping::Shipper, &["Kauppa Oy", "Tienda"]),
    (Grouping::Contract, &["none"]),
];

/// A question: with these groupings, at random filters and days.
pub fn question(group_by: Vec<Grouping>, dice: &mut Dice) -> KpiQuery {
    let date = |day: usize| NaiveDate::from_ymd_opt(2026, 7, 25).unwrap() + chrono::Days::new(day as u64);
    let from = dice.percent(30).then(|| dice.under(100));
    let to = dice.percent(30).then(|| from.unwrap_or(0) + dice.under(60));
    let mut filters = BTreeMap::new();
    for (grouping, values) in VALUES {
        if dice.percent(8) && grouping != Grouping::Contract {
            let wanted: Vec<String> =
                values.iter().filter(|_| dice.percent(60)).map(|value| (*value).to_owned()).collect();
            if !wanted.is_empty() {
                filters.insert(grouping, wanted);
            }
        }
    }
    KpiQuery { group_by, from: from.map(date), to: to.map(date), filters }
}

/// Every single grouping, none, and some pairs and triples.
pub fn groupings(dice: &mut Dice, several: usize) -> Vec<Vec<Grouping>> {
    let single = Grouping::ALL.iter().map(|&grouping| vec![grouping]);
    let mut all: Vec<Vec<Grouping>> = single.chain([vec![]]).collect();
    for _ in 0..several {
        let mut group_by = Grouping::ALL.to_vec();
        dice.shuffle(&mut group_by);
        group_by.truncate(2 + dice.under(2));
        all.push(group_by);
    }
    all
}

fn pairs(query: &KpiQuery) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> =
        query.group_by.iter().map(|grouping| ("group_by".to_owned(), grouping.to_string())).collect();
    pairs.extend(query.from.map(|date| ("from".to_owned(), date.to_string())));
    pairs.extend(query.to.map(|date| ("to".to_owned(), date.to_string())));
    for (grouping, values) in &query.filters {
        pairs.extend(values.iter().map(|value| (grouping.to_string(), value.clone())));
    }
    pairs
}

fn read(pairs: &[(String, String)]) -> Result<KpiQuery, domain::kpi::QueryFault> {
    KpiQuery::from_pairs(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn a_question_is_read_as_it_was_written(seed in any::<u64>().no_shrink()) {
        let mut dice = Dice::new(seed);
        let mut groupings = groupings(&mut dice, 4);
        dice.shuffle(&mut groupings);
        let query = question(groupings.remove(0), &mut dice);
        prop_assert_eq!(read(&pairs(&query)), Ok(query));
    }

    #[test]
    fn an_unknown_parameter_is_named(name in "[a-z_]{1,12}", seed in any::<u64>().no_shrink()) {
        prop_assume!(!["group_by", "from", "to"].contains(&name.as_str()) && name.parse::<Grouping>().is_err());
        let mut pairs = pairs(&question(vec![Grouping::Courier], &mut Dice::new(seed)));
        pairs.push((name.clone(), "x".to_owned()));
        let fault = read(&pairs).unwrap_err();
        prop_assert_eq!(&fault.parameter, &name);
        prop_assert!(fault.to_string().contains(&name));
    }

    #[test]
    fn no_text_makes_reading_a_question_panic(pairs in proptest::collection::vec((".{0,12}", ".{0,12}"), 0..4)) {
        let _ = read(&pairs);
    }
}

#[test]
fn the_nearest_rank_is_exact_for_any_number_of_values() {
    for n in 1..3000_i64 {
        let values: Vec<(i32, i64)> = (1..=n).map(|value| (value as i32, 1)).collect();
        for percent in [50, 90, 95] {
            let rank = ((percent * n + 99) / 100) as i32;
            let expected = domain::histogram::midpoint_ms(rank);
            if rank < 600 {
                assert_eq!(percentile_ms(&values, percent as f64 / 100.0), Some(expected), "P{percent} of {n}");
            }
        }
    }
}
