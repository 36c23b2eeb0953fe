//! A contract's versions -> its TOML.

use domain::contract::{Contract, Selector};

use super::deadline::deadline_in_words;
use super::goal;
use crate::hours;
use crate::toml_file::{File, list, quoted};

/// Writes a contract, given all its versions, in its one canonical form, which reads back as the same versions.
///
/// What the versions have in common of courier, service, origin and destination stands at the top.
pub fn contract_to_toml(versions: &[Contract]) -> String {
    let mut versions: Vec<&Contract> = versions.iter().collect();
    versions.sort_by_key(|contract| contract.from);
    let mut file = File::default();
    let Some(first) = versions.first() else { return file.text };
    file.key("name", quoted(&first.name));
    let top = &first.selector;
    for (key, text) in legs(top) {
        if !text.is_empty() || key == "courier" {
            file.key(key, quoted(text));
        }
    }
    for (contract, rank) in versions.into_iter().zip(1..) {
        file.version(contract, rank, top);
    }
    file.text
}

/// The keys that say which legs a contract is about.
fn legs(selector: &Selector) -> [(&'static str, &str); 4] {
    let Selector { courier, service, origin, destination } = selector;
    [("courier", courier), ("service", service), ("origin", origin), ("destination", destination)]
}

impl File {
    fn version(&mut self, contract: &Contract, rank: u32, top: &Selector) {
        let agreed = Contract::new(&contract.name, "", contract.from, contract.allowance);
        self.heading("[[version]]");
        if contract.version != rank {
            self.key("number", contract.version);
        }
        self.key("from", contract.from);
        if let Some(until) = contract.until {
            self.key("until", until);
        }
        for ((key, own), (_, whole)) in legs(&contract.selector).into_iter().zip(legs(top)) {
            if own != whole {
                self.key(key, quoted(own));
            }
        }
        self.key("deadline", quoted(&deadline_in_words(contract.allowance)));
        if contract.start != agreed.start {
            self.key("start", quoted(contract.start.as_str()));
        }
        if let Some(minute) = contract.cut_off {
            self.key("cut_off", quoted(&hours::write_time(minute)));
        }
        if contract.stop != agreed.stop {
            self.key("stop", quoted(contract.stop.as_str()));
        }
        if !contract.delivery_hours.is_empty() {
            self.key("delivery_hours", list(contract.delivery_hours.iter().copied().map(hours::write)));
        }
        if !contract.pauses.is_empty() {
            self.key("pauses", list(contract.pauses.iter().map(|pause| pause.as_str())));
        }
        if contract.pause_days != agreed.pause_days {
            self.key("pause_days", contract.pause_days);
        }
        if contract.hand_off_hours != agreed.hand_off_hours {
            self.key("hand_off_hours", contract.hand_off_hours);
        }
        for (key, calendar) in
            [("origin_calendar", &contract.origin_calendar), ("destination_calendar", &contract.destination_calendar)]
        {
            if !calendar.is_empty() {
                self.key(key, quoted(calendar));
            }
        }
        if !contract.milestones.is_empty() {
            self.key("milestones", list(contract.milestones.iter().map(|kind| kind.as_str())));
        }
        if let Some(reason) = &contract.back_dated {
            self.key("back_dated", quoted(reason));
        }
        self.targets_and_credit(contract);
    }

    fn targets_and_credit(&mut self, contract: &Contract) {
        for target in &contract.targets {
            self.heading("[[version.target]]");
            self.key("kpi", quoted(&target.kpi));
            self.key("goal", goal::write(target.goal));
            self.key("period", quoted(target.period.as_str()));
            if target.minimum > 0 {
                self.key("minimum", target.minimum);
            }
        }
        if let Some(credit) = &contract.credit {
            self.heading("[version.credit]");
            self.key("currency", quoted(&credit.currency));
            self.key("terms", quoted(&credit.terms));
        }
    }
}
