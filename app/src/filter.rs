//! Which parcels a page is about.

use domain::kpi::{Grouping, KpiQuery};

use crate::period::Period;
use crate::query::Query;

/// A filter of the filter bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter {
    /// What it cuts by; the parameter has its word as name.
    pub by: Grouping,
    /// Its label.
    pub label: &'static str,
    /// The choice that leaves everything in.
    pub all: &'static str,
}

/// The filters, in the order of the bar.
pub const FILTERS: [Filter; 6] = [
    Filter { by: Grouping::Courier, label: "Courier", all: "All couriers" },
    Filter { by: Grouping::Service, label: "Service", all: "All services" },
    Filter { by: Grouping::Corridor, label: "Corridor", all: "All corridors" },
    Filter { by: Grouping::DeliveryMode, label: "Delivery mode", all: "All modes" },
    Filter { by: Grouping::DestinationRegion, label: "Destination region", all: "All regions" },
    Filter { by: Grouping::Shipper, label: "Shipper", all: "All shippers" },
];

/// The parameters that say which figures are meant; the others only say how they are laid out.
pub const PARAMETERS: [&str; 9] =
    ["period", "from", "to", "courier", "service", "corridor", "delivery_mode", "destination_region", "shipper"];

/// The question for the parcels that a page is about, grouped like this.
pub fn question(query: &Query, period: Period, group_by: &[Grouping]) -> KpiQuery {
    let filters = FILTERS.iter().filter_map(|filter| {
        let values: Vec<String> = query.all(filter.by.as_str()).map(str::to_owned).collect();
        (!values.is_empty()).then_some((filter.by, values))
    });
    KpiQuery { group_by: group_by.to_vec(), from: Some(period.from), to: Some(period.to), filters: filters.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_filter_is_among_the_parameters() {
        assert!(FILTERS.iter().all(|filter| PARAMETERS.contains(&filter.by.as_str())));
    }

    #[test]
    fn a_value_with_a_comma_stays_one_value() {
        let day = chrono::NaiveDate::default();
        let query = Query::parse("courier=Smith%2C+Sons&courier=B&sort=n&contract=x");
        let question = question(&query, Period { from: day, to: day }, &[Grouping::Day]);
        assert_eq!(question.filters[&Grouping::Courier], ["Smith, Sons", "B"]);
        assert_eq!(question.filters.len(), 1);
    }
}
