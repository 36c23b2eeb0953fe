//! Contracts as they are in force.

use app::backend::{Terms, Trouble};
use async_trait::async_trait;
use chrono::NaiveDate;
use contracts::{FileFault, contract_fields, contract_from_toml, deadline_in_words, goal_in_words, place_of_version};
use domain::agreement::{ContractView, DraftView, TargetView, VersionForm, VersionView};
use domain::contract::{Contract, Selector};
use domain::exclusion::ExclusionView;
use domain::glance::{CalendarView, CalendarYear, EditionView};
use domain::view::utc_time;
use store::TermsKind;

use super::{CalendarInForce, TermsBook, TermsFault, trouble, view};

/// A contract as it is in force, and what was saved of it, the latest first.
pub struct ContractInForce {
    /// Its versions, the earliest first.
    pub versions: Vec<Contract>,
    /// Its text, as it was saved.
    pub text: String,
    /// What was saved.
    pub editions: Vec<EditionView>,
}

impl ContractInForce {
    fn saved(name: &str, text: &str, editions: Vec<EditionView>) -> Result<Self, TermsFault> {
        let fault = |fault| FileFault { file: name.to_owned(), fault };
        let read = contract_from_toml(text);
        let versions = read.map_err(|faults| TermsFault::Faults(faults.into_iter().map(fault).collect()))?;
        Ok(Self { versions, text: text.to_owned(), editions })
    }

    /// The contract as it is shown; the version for clocks that start on `today` is marked.
    pub fn view(&self, today: NaiveDate) -> ContractView {
        let first = self.versions.first();
        let top = first.map(|version| version.selector.clone()).unwrap_or_default();
        ContractView {
            name: first.map(|version| version.name.to_string()).unwrap_or_default(),
            courier: top.courier.to_string(),
            about: about(&top),
            versions: self.versions.iter().map(|version| version_view(version, &top, today)).collect(),
            text: self.text.clone(),
            editions: self.editions.clone(),
        }
    }
}

/// Which legs of the courier, in words.
fn about(selector: &Selector) -> String {
    let Selector { service, origin, destination, .. } = selector;
    let service = if service.is_empty() { "every service".to_owned() } else { format!("service {service}") };
    let corridor = match (origin.is_empty(), destination.is_empty()) {
        (true, true) => String::new(),
        (false, true) => format!(", from {origin}"),
        (true, false) => format!(", to {destination}"),
        (false, false) => format!(", {origin} to {destination}"),
    };
    service + &corridor
}

fn version_view(version: &Contract, top: &Selector, today: NaiveDate) -> VersionView {
    let target = |target: &domain::contract::Target| TargetView {
        kpi: target.kpi.to_string(),
        goal: goal_in_words(target.goal),
        period: target.period,
        minimum: target.minimum,
    };
    VersionView {
        version: version.version,
        from: version.from,
        until: version.until,
        is_in_force: version.is_in_force(today),
        about: if version.selector == *top { String::new() } else { about(&version.selector) },
        deadline: deadline_in_words(version.allowance),
        start: version.start,
        cut_off: version.cut_off.map(domain::glance::time_of_day),
        stop: version.stop,
        delivery_hours: version.delivery_hours.iter().map(ToString::to_string).collect(),
        pauses: version.pauses.iter().copied().collect(),
        pause_days: version.pause_days,
        hand_off_hours: version.hand_off_hours,
        calendars: [&version.origin_calendar, &version.destination_calendar].map(ToString::to_string),
        milestones: version.milestones.clone(),
        targets: version.targets.iter().map(target).collect(),
        credit: version.credit.as_ref().map(|credit| format!("{}: {}", credit.currency, credit.terms)),
        back_dated: version.back_dated.as_ref().map(ToString::to_string),
    }
}

/// The form of a version of a text, as [`contract_fields`] counts them.
pub fn version_form(text: &str, place: usize) -> Option<VersionForm> {
    contract_fields(text, place).map(|fields| VersionForm { place, fields })
}

/// The form of the version that begins on a date, or of one to be added.
fn form_from(text: &str, from: Option<NaiveDate>) -> Option<VersionForm> {
    if let Some(from) = from {
        return version_form(text, place_of_version(text, from)?);
    }
    (1..).map_while(|place| version_form(text, place)).last()
}

impl TermsBook {
    /// All contracts as they are in force, by name.
    ///
    /// # Errors
    /// Where the database fails, or holds what this program cannot read.
    pub async fn contracts(&self) -> Result<Vec<ContractInForce>, TermsFault> {
        let latest = self.store.terms_up_to(i64::MAX).await?.contracts;
        latest
            .iter()
            .map(|edition| ContractInForce::saved(&edition.name, &edition.document, vec![view(edition)]))
            .collect()
    }

    /// A contract with all its editions; none where there is none of this name.
    ///
    /// # Errors
    /// As [`TermsBook::contracts`].
    pub async fn contract(&self, name: &str) -> Result<Option<ContractInForce>, TermsFault> {
        let editions = self.store.editions(TermsKind::Contract, name).await?;
        let Some(latest) = editions.first() else { return Ok(None) };
        Ok(Some(ContractInForce::saved(name, &latest.document, editions.iter().map(view).collect())?))
    }

    /// Today's date, UTC.
    pub fn today(&self) -> NaiveDate {
        utc_time(self.clock.now()).date_naive()
    }
}

#[async_trait]
impl Terms for TermsBook {
    async fn list_calendars(&self) -> Result<Vec<CalendarView>, Trouble> {
        let all = self.calendars().await.map_err(trouble)?;
        Ok(all.values().map(CalendarInForce::view).collect())
    }

    async fn calendar_year(
        &self,
        name: &str,
        year: Option<i32>,
        region: &str,
    ) -> Result<Option<CalendarYear>, Trouble> {
        self.year(name, year, region).await
    }

    async fn list_contracts(&self) -> Result<Vec<ContractView>, Trouble> {
        let all = self.contracts().await.map_err(trouble)?;
        Ok(all.iter().map(|there| there.view(self.today())).collect())
    }

    async fn find_contract(&self, name: &str) -> Result<Option<ContractView>, Trouble> {
        let there = self.contract(name).await.map_err(trouble)?;
        Ok(there.map(|there| there.view(self.today())))
    }

    async fn contract_form(&self, name: Option<&str>, from: Option<NaiveDate>) -> Result<Option<DraftView>, Trouble> {
        let (text, edition) = match name {
            None => (String::new(), 0),
            Some(name) => match self.contract(name).await.map_err(trouble)? {
                None => return Ok(None),
                Some(there) => (there.text, there.editions.first().map_or(0, |latest| latest.edition)),
            },
        };
        let form = form_from(&text, from);
        let (name, note, faults) = (name.unwrap_or_default().to_owned(), String::new(), Vec::new());
        Ok(form.map(|form| DraftView { name, text, note, edition, faults, form: Some(form) }))
    }

    async fn list_exclusions(&self) -> Result<Vec<ExclusionView>, Trouble> {
        self.exclusions().await.map_err(trouble)
    }
}
