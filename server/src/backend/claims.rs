//! Claims: legs that are late, and would not be by what only their own courier says.

use std::ops::RangeInclusive;
use std::sync::Arc;

use app::backend::Trouble;
use chrono::NaiveDate;
use domain::Text;
use domain::clock::ClockState;
use domain::exclusion::ClaimView;
use domain::parcel::Parcel;
use domain::sla::{LegClock, clocks};
use domain::terms::Terms;
use domain::timeline::Timeline;
use domain::verdict::LegClass;
use store::ParcelFilter;

use super::{CHUNK, Courierscope, folded, trouble};
use crate::pipeline::on_a_thread;

/// Claims that are listed.
const LISTED: usize = 200;
/// A leg's deadline lies no further than this from its parcel's own day, in days: a quarter.
const APART: i32 = 92;

/// What is looked for.
struct Wanted {
    terms: Arc<Terms>,
    courier: Text,
    days: RangeInclusive<i32>,
    until: i64,
}

impl Courierscope {
    /// The first claims of a courier whose deadlines lie on these days, inclusive. It reads the parcels of that time.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn claims_of(&self, courier: &str, from: NaiveDate, to: NaiveDate) -> Result<Vec<ClaimView>, Trouble> {
        let day = |date: NaiveDate| date.signed_duration_since(NaiveDate::default()).num_days() as i32;
        let days = day(from)..=day(to);
        let mut filter = ParcelFilter {
            from: Some(days.start() - APART),
            to: Some(days.end() + APART),
            limit: CHUNK,
            ..ParcelFilter::default()
        };
        let terms = self.terms.latest().await.map_err(trouble)?;
        let wanted = Arc::new(Wanted { terms, courier: courier.into(), days, until: self.figures.judged_until() });
        let _turn = self.slow_questions.lock().await;
        let mut claims = Vec::new();
        while claims.len() < LISTED {
            let stored = self.store.list_parcels(&filter).await.map_err(|fault| trouble(fault.into()))?;
            let Some(last) = stored.last().map(|parcel| parcel.id) else { break };
            filter.after = last;
            let wanted = wanted.clone();
            let found = on_a_thread(move || {
                let parcels = folded(stored)?;
                Ok(parcels.iter().flat_map(|(_, timeline, parcel)| wanted.claims(timeline, parcel)).collect::<Vec<_>>())
            });
            claims.extend(found.await.map_err(trouble)?);
        }
        claims.truncate(LISTED);
        Ok(claims)
    }
}

impl Wanted {
    fn claims(&self, timeline: &Timeline, parcel: &Parcel) -> Vec<ClaimView> {
        if parcel.legs.iter().all(|leg| leg.courier != self.courier) {
            return Vec::new();
        }
        let clocks = clocks(timeline, parcel, &self.terms, self.until);
        clocks.iter().filter(|clock| self.is_claim(clock)).filter_map(|clock| self.view(clock, parcel)).collect()
    }

    /// Late by what others say, and not by what the courier says itself.
    fn is_claim(&self, clock: &LegClock) -> bool {
        clock.courier == self.courier
            && clock.exclusion.is_none()
            && clock.agreed_class == LegClass::Late
            && clock.class != LegClass::Late
            && clock.day().is_some_and(|day| self.days.contains(&day))
    }

    fn view(&self, clock: &LegClock, parcel: &Parcel) -> Option<ClaimView> {
        let own = parcel.numbers.iter().find(|number| number.courier == self.courier)?;
        let started = clock.started.map_or(i64::MIN, |started| started.at);
        let paused = clock.segments.iter().filter(|part| part.state == ClockState::Paused && part.from.at >= started);
        let cause = paused.max_by_key(|part| part.to.at - part.from.at).map(|part| part.cause.as_str());
        Some(ClaimView {
            courier: own.courier.to_string(),
            number: own.number.to_string(),
            contract: clock.contract().to_string(),
            day: NaiveDate::from_epoch_days(clock.day()?)?,
            cause: cause.unwrap_or_default().to_owned(),
            verdict: clock.in_words(&self.terms, parcel, self.until),
        })
    }
}
