//! What in contracts and calendars cannot be meant.

use crate::calendar::{Calendar, DAY_MINUTES, Fault, are_in_order, is_country};
use crate::contract::{Allowance, Contract, Goal};
use crate::kpi::Measured;

/// The longest allowance and tolerance, in hours: a year.
const LONGEST_HOURS: u32 = 366 * 24;
/// The longest allowance in working days: a year.
const LONGEST_DAYS: u16 = 366;

/// Calendars that stand in each other's way.
pub(super) fn calendars(calendars: &[Calendar]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (place, calendar) in calendars.iter().enumerate() {
        let path = format!("calendars.{}", calendar.name);
        let before = &calendars[..place];
        if before.iter().any(|other| other.name == calendar.name) {
            faults.push(Fault { path, what: "another calendar has the same name".into() });
            continue;
        }
        let of_country = || calendars.iter().filter(|other| other.country == calendar.country);
        let first = before.iter().find(|other| other.country == calendar.country);
        if let Some(first) = first
            && !of_country().any(is_named_after_country)
        {
            let what = format!(
                "{} has the calendars {} and {}; name one of them {} so that it is the country's own",
                calendar.country,
                first.name,
                calendar.name,
                calendar.country.to_lowercase()
            );
            faults.push(Fault { path, what });
        }
    }
    faults
}

/// Whether a calendar is called by its country's code.
pub(super) fn is_named_after_country(calendar: &Calendar) -> bool {
    calendar.name.eq_ignore_ascii_case(&calendar.country)
}

/// Contracts, each for itself and against the others.
pub(super) fn contracts(contracts: &[Contract], calendars: &[Calendar]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (place, contract) in contracts.iter().enumerate() {
        one(contract, calendars, &mut |field, what| {
            faults.push(Fault { path: format!("{}.{field}", path(contract)), what: what.to_owned() });
        });
        for other in &contracts[..place] {
            faults.extend(against(contract, other));
        }
    }
    faults
}

fn path(contract: &Contract) -> String {
    format!("contracts.{}.v{}", contract.name, contract.version)
}

fn one(contract: &Contract, calendars: &[Calendar], fault: &mut impl FnMut(&str, &str)) {
    let is_time = |minute: Option<u16>| minute.is_none_or(|minute| minute <= DAY_MINUTES);
    if contract.name.trim().is_empty() {
        fault("name", "is missing");
    }
    if contract.selector.courier.is_empty() {
        fault("selector.courier", "is missing; a contract is with one courier");
    }
    for (field, country) in [("origin", &contract.selector.origin), ("destination", &contract.selector.destination)] {
        if !country.is_empty() && !is_country(country) {
            fault(&format!("selector.{field}"), "must be a country's two capital letters, as ES");
        }
    }
    if contract.until.is_some_and(|until| until <= contract.from) {
        fault("until", "must be later than from");
    }
    if !is_time(contract.cut_off) {
        fault("cut_off", "must lie between 00:00 and 24:00");
    }
    if !are_in_order(&contract.delivery_hours) {
        fault("delivery_hours", "must begin before they end, follow each other without overlap, and end by 24:00");
    }
    match contract.allowance {
        Allowance::WorkingDays { by, .. } if !is_time(Some(by)) => {
            fault("allowance.by", "must lie between 00:00 and 24:00");
        }
        Allowance::WorkingDays { days, .. } if days > LONGEST_DAYS => fault("allowance.days", "must be 366 at most"),
        Allowance::ClockHours { hours } | Allowance::OpenHours { hours } if !(1..=LONGEST_HOURS).contains(&hours) => {
            fault("allowance.hours", "must lie between 1 and 8784");
        }
        _ => {}
    }
    if contract.hand_off_hours > LONGEST_HOURS {
        fault("hand_off_hours", "must be 8784 at most");
    }
    for (field, name) in
        [("origin_calendar", &contract.origin_calendar), ("destination_calendar", &contract.destination_calendar)]
    {
        if !name.is_empty() && !calendars.iter().any(|calendar| calendar.name == *name) {
            fault(field, &format!("there is no calendar {name}"));
        }
    }
    for (place, target) in contract.targets.iter().enumerate() {
        let measured = crate::kpi::Kpis::default().measured(&target.kpi);
        let is_share = matches!(target.goal, Goal::Share(_));
        match measured {
            _ if target.kpi.trim().is_empty() => fault(&format!("targets[{place}].kpi"), "is missing"),
            None => {
                fault(&format!("targets[{place}].kpi"), &format!("{:?} is no KPI that can have a target", target.kpi))
            }
            Some(Measured::Share(_)) if !is_share => {
                fault(&format!("targets[{place}].goal"), "must be a share, since the KPI is one: write \"95 %\"");
            }
            Some(Measured::Hours(..)) if is_share => {
                fault(
                    &format!("targets[{place}].goal"),
                    "must be a number of hours, since the KPI is a time: write 48",
                );
            }
            Some(_) => {}
        }
        match target.goal {
            Goal::Share(share) if !(0.0..=1.0).contains(&share) => {
                fault(&format!("targets[{place}].share"), "must lie between 0 and 1, as 0.95");
            }
            Goal::Value(value) if !value.is_finite() => fault(&format!("targets[{place}].value"), "is no number"),
            _ => {}
        }
    }
    if contract.back_dated.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
        fault("back_dated", "needs a reason");
    }
}

/// Two contract versions of which nobody could say which one judges a leg.
fn against(contract: &Contract, other: &Contract) -> Option<Fault> {
    let is_one_contract = contract.name == other.name;
    let (field, what) = if is_one_contract && contract.version == other.version {
        ("version", format!("there are two versions {}", other.version))
    } else if !contract.overlaps(other) {
        return None;
    } else if is_one_contract {
        let what = format!("{} holds at the same time; let one end where the other begins", path(other));
        ("from", what)
    } else if contract.selector.weight() == other.selector.weight() && contract.selector.may_meet(&other.selector) {
        let what = format!("{} may mean the same legs and is as specific; name more in one of them", path(other));
        ("selector", what)
    } else {
        return None;
    };
    Some(Fault { path: format!("{}.{field}", path(contract)), what })
}
