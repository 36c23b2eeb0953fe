//! Contracts and calendars against each other.

#![allow(clippy::unwrap_used, reason = "a test that finds nothing has failed")]

use domain::calendar::{Calendar, Fault, Hours};
use domain::contract::{Allowance, Contract, Goal, Period, Selector, Target};
use domain::terms::Terms;

fn contract(name: &str, selector: [&str; 4]) -> Contract {
    let [courier, service, origin, destination] = selector.map(Into::into);
    let allowance = Allowance::WorkingDays { days: 2, by: 18 * 60 };
    Contract {
        selector: Selector { courier, service, origin, destination },
        ..Contract::new(name, "", "2026-01-01".parse().unwrap(), allowance)
    }
}

fn spain() -> Calendar {
    Calendar::round_the_clock("es", "ES", "Europe/Madrid")
}

fn faults(contracts: Vec<Contract>, calendars: Vec<Calendar>) -> Vec<Fault> {
    Terms::new(contracts, calendars).err().unwrap_or_default()
}

fn paths(contracts: Vec<Contract>) -> Vec<String> {
    faults(contracts, vec![spain()]).into_iter().map(|fault| fault.path).collect()
}

#[test]
fn each_field_that_cannot_be_meant_is_named() {
    let good = contract("rapida-es", ["Rápida", "", "", ""]);
    let bad = |change: fn(&mut Contract)| {
        let mut contract = good.clone();
        contract.version = 2;
        change(&mut contract);
        paths(vec![contract])
    };
    let named = |field: &str| vec![format!("contracts.rapida-es.v2.{field}")];
    assert_eq!(bad(|_| ()), Vec::<String>::new());
    assert_eq!(bad(|c| c.selector.courier = "".into()), named("selector.courier"));
    assert_eq!(bad(|c| c.selector.destination = "Spain".into()), named("selector.destination"));
    assert_eq!(bad(|c| c.until = Some(c.from)), named("until"));
    assert_eq!(bad(|c| c.cut_off = Some(1441)), named("cut_off"));
    assert_eq!(bad(|c| c.delivery_hours = vec![Hours { from: 600, to: 480 }]), named("delivery_hours"));
    assert_eq!(bad(|c| c.allowance = Allowance::WorkingDays { days: 2, by: 1441 }), named("allowance.by"));
    assert_eq!(bad(|c| c.allowance = Allowance::WorkingDays { days: 400, by: 0 }), named("allowance.days"));
    assert_eq!(bad(|c| c.allowance = Allowance::ClockHours { hours: 0 }), named("allowance.hours"));
    assert_eq!(bad(|c| c.allowance = Allowance::OpenHours { hours: 9_000 }), named("allowance.hours"));
    assert_eq!(bad(|c| c.hand_off_hours = 9_000), named("hand_off_hours"));
    assert_eq!(bad(|c| c.origin_calendar = "pt".into()), named("origin_calendar"));
    assert_eq!(bad(|c| c.destination_calendar = "pt".into()), named("destination_calendar"));
    assert_eq!(bad(|c| c.back_dated = Some(" ".into())), named("back_dated"));
    let with_target = |kpi: &str, goal| {
        let target = Target { kpi: kpi.into(), goal, period: Period::Month, minimum: 30 };
        paths(vec![Contract { targets: vec![target], version: 2, ..good.clone() }])
    };
    assert_eq!(with_target("on_time_contract", Goal::Share(0.95)), Vec::<String>::new());
    assert_eq!(with_target("transit_time", Goal::Value(48.0)), Vec::<String>::new());
    assert_eq!(with_target("on_time_contract", Goal::Share(95.0)), named("targets[0].share"));
    assert_eq!(with_target("on_time", Goal::Share(0.95)), named("targets[0].kpi"));
    assert_eq!(with_target("on_time_contract", Goal::Value(48.0)), named("targets[0].goal"));
    assert_eq!(with_target("transit_time", Goal::Share(0.95)), named("targets[0].goal"));
}

#[test]
fn two_equally_specific_contracts_that_may_meet_are_refused_and_both_are_named() {
    let by_service = contract("express", ["Rápida", "express", "", ""]);
    let by_destination = contract("to-spain", ["Rápida", "", "", "ES"]);
    let refused = faults(vec![by_service.clone(), by_destination.clone()], vec![spain()]);
    assert_eq!(refused[0].path, "contracts.to-spain.v1.selector");
    assert!(refused[0].what.contains("contracts.express.v1"), "{refused:?}");

    let other_service = contract("slow", ["Rápida", "slow", "", ""]);
    assert_eq!(paths(vec![by_service.clone(), other_service]), Vec::<String>::new(), "they cannot meet");
    let everything = contract("all", ["Rápida", "", "", ""]);
    assert_eq!(paths(vec![by_service.clone(), everything]), Vec::<String>::new(), "the more specific one wins");
    let later = Contract { from: "2027-01-01".parse().unwrap(), ..by_destination };
    let ended = Contract { until: Some(later.from), ..by_service };
    assert_eq!(paths(vec![ended, later]), Vec::<String>::new(), "one after the other");
}

#[test]
fn versions_of_one_contract_follow_each_other() {
    let first = contract("rapida-es", ["Rápida", "", "", ""]);
    let second = Contract { version: 2, from: "2026-07-01".parse().unwrap(), ..first.clone() };
    assert_eq!(paths(vec![first.clone(), second.clone()]), ["contracts.rapida-es.v2.from"]);
    let ended = Contract { until: Some(second.from), ..first.clone() };
    assert_eq!(paths(vec![ended, second]), Vec::<String>::new());
    assert_eq!(paths(vec![first.clone(), first]), ["contracts.rapida-es.v1.version"]);
}

#[test]
fn of_several_calendars_of_a_country_one_is_its_own() {
    let named = |name: &str| Calendar { name: name.into(), ..spain() };
    let paths = |calendars: &[Calendar]| -> Vec<String> {
        faults(Vec::new(), calendars.to_vec()).into_iter().map(|fault| fault.path).collect()
    };
    assert_eq!(paths(&[named("shops"), named("es")]), Vec::<String>::new());
    assert_eq!(paths(&[named("shops")]), Vec::<String>::new());
    assert_eq!(paths(&[named("shops"), named("depots")]), ["calendars.depots"]);
    assert_eq!(paths(&[named("es"), named("es")]), ["calendars.es"]);
}

#[test]
fn a_fault_of_a_calendar_is_told_with_those_of_the_contracts() {
    let broken = Calendar { zone: "Europe/Barcelona".into(), ..spain() };
    let found = faults(vec![contract("rapida-es", ["", "", "", ""])], vec![broken]);
    let paths: Vec<&str> = found.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["contracts.rapida-es.v1.selector.courier", "calendars.es.zone"]);
}

#[test]
fn a_contract_is_written_and_read_back() {
    let contract = contract("rapida-es", ["Rápida", "", "", ""]);
    let written = serde_json::to_string(&contract).unwrap();
    assert_eq!(serde_json::from_str::<Contract>(&written).unwrap(), contract);
}
