//! What other terms would make of a period: the same legs under both, side by side.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::ops::RangeInclusive;
use std::sync::Arc;

use chrono::NaiveDate;
use domain::Text;
use domain::agreement::{ChangedVerdict, ContractPreview, DraftView};
use domain::cell::{Dimension, Measure};
use domain::contribution::Amount;
use domain::kpi::{Holds, KpiRow, PartyTime, Sums};
use domain::leg::Leg;
use domain::parcel::Parcel;
use domain::sla::{LegClock, clocks};
use domain::terms::Terms;
use domain::timeline::Timeline;
use domain::vocabulary::Party;
use store::{ContractDraft, ParcelFilter, TermsKind};

use super::{CHUNK, Courierscope, folded};
use crate::pipeline::{PipelineError, on_a_thread};
use crate::terms::{Draft, TermsFault, version_form};

/// Parcels whose verdict changes that are listed.
const LISTED: usize = 100;

/// Both sides, as they are summed up.
#[derive(Default)]
struct Sides {
    before: Sums,
    after: Sums,
    changed: i64,
    listed: Vec<ChangedVerdict>,
}

impl Courierscope {
    /// Keeps a draft; what it is known by.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn keep_draft(&self, draft: &ContractDraft) -> Result<String, TermsFault> {
        let id = format!("{:016x}", RandomState::new().build_hasher().finish());
        self.store.keep_draft(&id, draft, self.clock.now()).await?;
        Ok(id)
    }

    /// A draft as it is shown; none where it is no longer kept.
    pub(super) async fn draft_view(&self, id: &str, version: Option<usize>) -> Result<Option<DraftView>, TermsFault> {
        let Some(draft) = self.store.draft(id).await? else { return Ok(None) };
        let checked = self.terms.with(&contract_draft(&draft.name, &draft.document)).await;
        let faults = match checked {
            Ok(_) => Vec::new(),
            Err(TermsFault::Store(fault)) => return Err(fault.into()),
            Err(fault) => fault.views(&draft.name),
        };
        let (name, text, note, edition) = (draft.name, draft.document, draft.note, draft.edition);
        let form = version.and_then(|place| version_form(&text, place));
        Ok(Some(DraftView { name, text, note, edition, faults, form }))
    }

    /// What a contract would make of the legs with its courier whose deadlines lie on these days. It reads every parcel.
    ///
    /// # Errors
    /// [`TermsFault`] where it cannot be meant, or the database fails.
    pub async fn preview_by(
        &self,
        name: &str,
        text: &str,
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<ContractPreview, TermsFault> {
        let (after, courier) = self.terms.with(&contract_draft(name, text)).await?;
        let before = self.terms.latest().await.map_err(database)?;
        let day = |date: NaiveDate| date.signed_duration_since(NaiveDate::default()).num_days() as i32;
        let meant =
            Arc::new(Meant { before, after, courier, days: day(from)..=day(to), until: self.figures.judged_until() });
        let _turn = self.slow_questions.lock().await;
        let mut sides = Sides::default();
        let mut filter = ParcelFilter { limit: CHUNK, ..ParcelFilter::default() };
        loop {
            let stored = self.store.list_parcels(&filter).await?;
            let Some(last) = stored.last().map(|parcel| parcel.id) else { break };
            filter.after = last;
            let meant = meant.clone();
            sides = on_a_thread(move || {
                for (_, timeline, parcel) in folded(stored)? {
                    meant.compare(&timeline, &parcel, &mut sides);
                }
                Ok(sides)
            })
            .await
            .map_err(database)?;
        }
        let Sides { before, after, changed, listed } = sides;
        let row = |sums| KpiRow::new(Default::default(), sums, Holds { latency: false, open_transit: false });
        Ok(ContractPreview { from, to, before: row(before), after: row(after), changed, listed })
    }
}

fn contract_draft(name: &str, text: &str) -> Draft {
    Draft { kind: TermsKind::Contract, name: name.to_owned(), text: text.to_owned(), note: String::new(), seen: None }
}

fn database(fault: PipelineError) -> TermsFault {
    match fault {
        PipelineError::Store(fault) => fault.into(),
        fault => store::StoreError::Damaged(fault.to_string()).into(),
    }
}

/// What is compared.
struct Meant {
    before: Arc<Terms>,
    after: Arc<Terms>,
    courier: Text,
    days: RangeInclusive<i32>,
    until: i64,
}

impl Meant {
    fn compare(&self, timeline: &Timeline, parcel: &Parcel, sides: &mut Sides) {
        if parcel.legs.iter().all(|leg| leg.courier != self.courier) {
            return;
        }
        let [before, after] = [&self.before, &self.after].map(|terms| clocks(timeline, parcel, terms, self.until));
        for ((before, after), leg) in before.iter().zip(&after).zip(&parcel.legs) {
            if leg.courier != self.courier || leg.is_return {
                continue;
            }
            self.add(before, parcel, leg, &mut sides.before);
            self.add(after, parcel, leg, &mut sides.after);
            let is_meant = |clock: &LegClock| clock.day().is_some_and(|day| self.days.contains(&day));
            if before.class != after.class && (is_meant(before) || is_meant(after)) {
                sides.changed += 1;
                if sides.listed.len() < LISTED {
                    sides.listed.push(self.changed(before, after, parcel));
                }
            }
        }
    }

    fn add(&self, clock: &LegClock, parcel: &Parcel, leg: &Leg, sums: &mut Sums) {
        for one in clock.contributions(parcel, leg).iter().filter(|one| self.days.contains(&one.day)) {
            match one.amount {
                Amount::Sum(Measure::LateTime, ms) => {
                    let party: Party = one.values[Dimension::Party.index()].parse().unwrap_or(Party::Unknown);
                    match sums.lateness.iter_mut().find(|known| known.party == party) {
                        Some(known) => known.ms += ms,
                        None => sums.lateness.push(PartyTime { party, ms }),
                    }
                }
                Amount::Sum(measure, n) => sums.counts[measure.index()] += n,
                Amount::Duration(..) | Amount::Latency(..) => {}
            }
        }
    }

    fn changed(&self, before: &LegClock, after: &LegClock, parcel: &Parcel) -> ChangedVerdict {
        let own = parcel.numbers.iter().find(|number| number.courier == self.courier).or(parcel.numbers.first());
        ChangedVerdict {
            number: own.map(|number| number.number.to_string()).unwrap_or_default(),
            before: before.class,
            after: after.class,
            verdict_before: before.in_words(&self.before, parcel, self.until),
            verdict_after: after.in_words(&self.after, parcel, self.until),
        }
    }
}
