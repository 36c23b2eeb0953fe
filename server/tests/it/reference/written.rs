//! What is counted as a line of text, so that differences can be read.

use domain::contribution::{Amount, Contribution};
use domain::vocabulary::DeliveryMode;

use super::judge::{Counted, What};

/// What the program counts.
pub fn contribution(contribution: &Contribution) -> String {
    let what = match contribution.amount {
        Amount::Sum(measure, 1) => measure.to_string(),
        Amount::Sum(measure, n) => format!("{n} {measure}"),
        Amount::Duration(distribution, ms) => format!("{distribution} {ms}"),
        Amount::Latency(kind, ms) => format!("{kind} told after {ms}"),
    };
    format!("{what} on {} for {}", contribution.day, contribution.values.join("|"))
}

/// What has to be counted.
pub fn counted(counted: &Counted) -> Vec<String> {
    let transit = |ms| format!("transit {ms}");
    let whats: Vec<String> = match counted.what {
        What::Early => vec!["early".into()],
        What::OnTime => vec!["on_time".into()],
        What::Late { open: false } => vec!["late".into()],
        What::Late { open: true } => vec!["late".into(), "late_open".into()],
        What::Open => vec!["not_due".into()],
        What::Cancelled => vec!["cancelled".into()],
        What::NoPromise => vec!["no_promise".into()],
        What::FirstSucceeded => vec!["first_succeeded".into()],
        What::FirstFailed => vec!["first_failed".into()],
        What::FirstNotAttempted => vec!["first_not_attempted".into()],
        What::Accepted { planned, unasked } => {
            let mut whats = vec!["accepted".to_owned()];
            whats.extend((planned == Some(DeliveryMode::Locker)).then(|| "planned_locker".into()));
            whats.extend((planned == Some(DeliveryMode::Shop)).then(|| "planned_shop".into()));
            whats.extend((unasked == Some(DeliveryMode::Locker)).then(|| "diverted_locker".into()));
            whats.extend((unasked == Some(DeliveryMode::Shop)).then(|| "diverted_shop".into()));
            whats
        }
        What::Failed { .. } => vec!["failed_attempts".into()],
        What::Transit(ms) => vec![transit(ms)],
        What::Also(what, 1) => vec![what.into()],
        What::Also(what, n) => vec![format!("{n} {what}")],
        What::Took(what, ms) => vec![format!("{what} {ms}")],
        What::Told(kind, ms) => vec![format!("{kind} told after {ms}")],
        What::WithCustoms(_, ms) => vec![format!("{ms} customs_time")],
    };
    let (reason, party) = match counted.what {
        What::Failed { reason, party } => (reason.map_or("", |reason| reason.as_str()), party.as_str()),
        What::WithCustoms(party, _) => ("", party.as_str()),
        _ => ("", ""),
    };
    let said = &counted.said;
    let values = [
        &counted.courier,
        &said.service,
        &said.origin_country,
        &said.destination_country,
        &said.destination_region,
        &said.delivery_mode,
        &said.shipper,
        "",
        reason,
        party,
        "",
    ];
    whats.into_iter().map(|what| format!("{what} on {} for {}", counted.day, values.join("|"))).collect()
}
