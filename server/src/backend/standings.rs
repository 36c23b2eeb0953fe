//! Where couriers stand against the targets of their contracts.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use app::backend::{Backend, Trouble};
use contracts::goal_in_words;
use domain::agreement::{ContractStanding, Recalculation, RecalculationStatus, TargetStanding, TargetView};
use domain::contract::{Contract, Target};
use domain::kpi::{Grouping, KpiQuery, Kpis, Standing};
use domain::promise::HOUR_MS;
use domain::view::utc_time;

use super::Courierscope;
use crate::pipeline::{RULES, apply_latest, stop_judging_anew};
use crate::terms::ContractInForce;

/// The first and the last day of a period.
type Days = (chrono::NaiveDate, chrono::NaiveDate);

/// A day is over everywhere when it is over where clocks are 12 hours behind UTC.
const LAST_PLACE_MS: i64 = 12 * HOUR_MS;

impl Courierscope {
    /// By contract: of one courier, one contract, or all.
    pub(super) async fn contract_standings(
        &self,
        courier: Option<&str>,
        contract: Option<&str>,
    ) -> Result<Vec<ContractStanding>, Trouble> {
        let mut standings = Vec::new();
        for there in self.terms.contracts().await.map_err(crate::terms::trouble)? {
            let (today, over) =
                (date_of(self.figures.judged_until()), date_of(self.figures.judged_until() - LAST_PLACE_MS));
            let Some(version) = in_force(&there, today) else { continue };
            let is_meant = courier.is_none_or(|courier| courier == version.selector.courier)
                && contract.is_none_or(|contract| contract == version.name);
            if !is_meant {
                continue;
            }
            let view = there.view(today);
            let mut figures: BTreeMap<Days, Kpis> = BTreeMap::new();
            let mut targets = Vec::new();
            for target in &version.targets {
                let periods = [target.period.before(today), target.period.around(today)];
                // The version of its own last day holds for a period.
                let then = there
                    .versions
                    .iter()
                    .find(|version| version.is_in_force(periods[0].1))
                    .and_then(|version| same_target(version, target));
                let mut standing = [None; 2];
                for (place, (held_against, days)) in [then, Some(target)].into_iter().zip(periods).enumerate() {
                    let Some(held_against) = held_against else { continue };
                    let figures = match figures.entry(days) {
                        Entry::Occupied(known) => known.into_mut(),
                        Entry::Vacant(place) => place.insert(self.kpis_of(&version.name, days).await?),
                    };
                    standing[place] = Standing::new(held_against, figures, days, over);
                }
                let [last, running] = standing;
                let last_goal = then.filter(|then| then.goal != target.goal).map(|then| goal_in_words(then.goal));
                targets.push(TargetStanding { target: target_view(target), last_goal, last, running });
            }
            standings.push(ContractStanding {
                deadline: view.current().map(|version| version.deadline.clone()).unwrap_or_default(),
                contract: view.name,
                about: view.about,
                targets,
            });
        }
        Ok(standings)
    }

    /// How far the figures are with the terms as they were saved.
    pub(super) async fn how_far(&self) -> Result<Recalculation, Trouble> {
        let standing = self.store.generations().await.map_err(|fault| super::trouble(fault.into()))?;
        let parcels = standing.next_parcel - 1;
        let (status, parcels_done) = match standing.next {
            Some(next) => (RecalculationStatus::Running, next.upto),
            None if standing.wanted(RULES).is_some() => (RecalculationStatus::Running, 0),
            None if standing.latest > standing.terms => (RecalculationStatus::Stopped, 0),
            None => (RecalculationStatus::UpToDate, parcels),
        };
        Ok(Recalculation { status, parcels_done, parcels })
    }

    /// Says whether the figures are to follow the latest terms.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn want_latest_terms(&self, wanted: bool) -> Result<(), Trouble> {
        let done = if wanted { apply_latest(&self.store).await } else { stop_judging_anew(&self.store).await };
        done.map_err(super::trouble)
    }

    /// What counts by a contract on these days.
    async fn kpis_of(&self, contract: &str, (from, to): Days) -> Result<Kpis, Trouble> {
        let filters = BTreeMap::from([(Grouping::Contract, vec![contract.to_owned()])]);
        let query = KpiQuery { from: Some(from), to: Some(to), filters, ..KpiQuery::default() };
        Ok(self.kpis(query).await?.rows.into_iter().next().map(|row| row.kpis).unwrap_or_default())
    }
}

/// The target of a version for the same KPI and period.
fn same_target<'a>(version: &'a Contract, target: &Target) -> Option<&'a Target> {
    version.targets.iter().find(|other| other.kpi == target.kpi && other.period == target.period)
}

fn date_of(at: i64) -> chrono::NaiveDate {
    utc_time(at).date_naive()
}

/// The version for clocks that start today, else the last one.
fn in_force(there: &ContractInForce, today: chrono::NaiveDate) -> Option<&Contract> {
    there.versions.iter().find(|version| version.is_in_force(today)).or(there.versions.last())
}

fn target_view(target: &Target) -> TargetView {
    TargetView {
        kpi: target.kpi.to_string(),
        goal: goal_in_words(target.goal),
        period: target.period,
        minimum: target.minimum,
    }
}
