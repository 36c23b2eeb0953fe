//! Where couriers stand against the targets of their contracts.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use app::backend::{Backend, Trouble};
use contracts::goal_in_words;
use domain::agreement::{ContractStanding, Recalculation, RecalculationStatus, TargetStanding, TargetView};
use domain::contract::{Contract, Target};
use domain::kpi::{Grouping, KpiQuery, Kpis, Standing};
use domain::view::utc_time;

use super::Courierscope;
use crate::pipeline::{RULES, apply_latest, stop_judging_anew};
use crate::terms::ContractInForce;

/// The first and the last day of a period.
type Days = (chrono::NaiveDate, chrono::NaiveDate);

impl Courierscope {
    /// By contract: of one courier, one contract, or all.
    pub(super) async fn contract_standings(
        &self,
        courier: Option<&str>,
        contract: Option<&str>,
    ) -> Result<Vec<ContractStanding>, Trouble> {
        let mut standings = Vec::new();
        for there in self.terms.contracts().await.map_err(crate::terms::trouble)? {
            let today = utc_time(self.figures.judged_until()).date_naive();
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
                let mut standing = [None; 2];
                for (place, days) in [target.period.before(today), target.period.around(today)].into_iter().enumerate()
                {
                    let figures = match figures.entry(days) {
                        Entry::Occupied(known) => known.into_mut(),
                        Entry::Vacant(place) => place.insert(self.kpis_of(&version.name, days).await?),
                    };
                    standing[place] = Standing::new(target, figures, days, today);
                }
                let [last, running] = standing;
                targets.push(TargetStanding { target: target_view(target), last, running });
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
