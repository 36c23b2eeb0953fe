//! What the worked examples of `KPI.md` share: two calendars, a contract, and short ways to ask what a story counts as.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate};

use crate::calendar::{Calendar, DatedHours, Hours, Scope};
use crate::cell::{Dimension, Distribution, Measure};
use crate::contract::{Allowance, Contract, PauseKind};
use crate::contribution::{Amount, Contribution};
use crate::event::Moment;
use crate::histogram::bucket_of;
use crate::judged::Judged;
use crate::kpi::{FailureReason, Holds, KpiRow, Kpis, PartyTime, Sums};
use crate::parcel::Parcel;
use crate::promise::HOUR_MS;
use crate::rate::Rate;
use crate::sla::{LegClock, clocks};
use crate::story::events;
use crate::terms::Terms;
use crate::timeline::Timeline;
use crate::view::local_time;
use crate::vocabulary::EventKind;

/// After everything that the examples tell.
pub const LATER: &str = "2026-12-01T00:00+00:00";

const WRITTEN: &str = "the examples are written as described";

/// Monday to Friday, 08:00 to 18:00, cut-off 17:00, closed on Tuesday 6 January 2026.
pub fn portugal() -> Calendar {
    office("pt", "PT", "Europe/Lisbon")
}

/// The same in Spain.
pub fn spain() -> Calendar {
    office("es", "ES", "Europe/Madrid")
}

fn office(name: &str, country: &str, zone: &str) -> Calendar {
    let mut calendar = Calendar { week: Default::default(), ..Calendar::round_the_clock(name, country, zone) };
    calendar.week[..5].fill(vec![Hours { from: 8 * 60, to: 18 * 60 }]);
    calendar.cut_off = Some(17 * 60);
    calendar.days = vec![closed("2026-01-06")];
    calendar
}

/// A date on which nothing is open.
pub fn closed(date: &str) -> DatedHours {
    DatedHours { date: date.parse().expect(WRITTEN), scope: Scope::default(), hours: Vec::new(), name: "closed".into() }
}

/// Rápida's contract: two working days by 18:00; nothing pauses it.
pub fn two_days() -> Contract {
    allowing(Allowance::WorkingDays { days: 2, by: 18 * 60 })
}

/// The same with another allowance.
pub fn allowing(allowance: Allowance) -> Contract {
    Contract::new("rapida", "Rápida", NaiveDate::from_ymd_opt(2020, 1, 1).expect(WRITTEN), allowance)
}

/// Two working days by 18:00, with one thing that pauses the clock.
pub fn pausing(kind: PauseKind) -> Contract {
    Contract { pauses: [kind].into(), ..two_days() }
}

/// Contracts with the calendars of Portugal and Spain.
pub fn terms<const N: usize>(contracts: [Contract; N]) -> Terms {
    Terms::new(contracts.into(), vec![portugal(), spain()]).expect(WRITTEN)
}

/// A story by its terms, judged up to a time.
#[derive(Debug)]
pub struct Told {
    terms: Terms,
    timeline: Timeline,
    parcel: Parcel,
    until: i64,
}

/// Tells a story.
///
/// # Panics
/// Where it is not written as [`crate::story`] says.
pub fn told(terms: &Terms, story: &str, until: &str) -> Told {
    let timeline = Timeline::new(events(story));
    let parcel = Parcel::fold(&timeline).expect(WRITTEN);
    let until = DateTime::parse_from_str(until, "%Y-%m-%dT%H:%M%:z").expect(WRITTEN).timestamp_millis();
    Told { terms: terms.clone(), timeline, parcel, until }
}

/// The clock of a story's first leg by one contract, long after, in words.
pub fn in_words(contract: &Contract, story: &str) -> String {
    told(&terms([contract.clone()]), story, LATER).in_words(0)
}

/// A parcel to Portugal that Rápida accepted on Monday 12 January at 09:00, by a contract of two working days: what the
/// verdict says after the deadline, Wednesday 18:00.
pub fn from_monday(contract: &Contract, then: &str) -> String {
    let words = in_words(contract, &monday(then));
    let rest = words
        .split_once("deadline Wed 18:00 Lisbon; ")
        .or_else(|| words.split_once("deadline Wed 14 Jan 18:00 Lisbon; "));
    rest.expect(WRITTEN).1.to_owned()
}

/// The story of that parcel.
pub fn monday(then: &str) -> String {
    format!("2026-01-12T09:00+00:00 Rápida P1 accepted destination_country=PT\n{then}")
}

impl Told {
    /// The clock of the first leg.
    pub fn clock(&self) -> LegClock {
        self.clock_of(0)
    }

    fn clock_of(&self, leg: usize) -> LegClock {
        clocks(&self.timeline, &self.parcel, &self.terms, self.until).swap_remove(leg)
    }

    /// The clock of a leg in words.
    pub fn in_words(&self, leg: usize) -> String {
        self.clock_of(leg).in_words(&self.terms, &self.parcel, self.until)
    }

    /// The first leg's deadline before any pause, as the wall shows it: `Thu 8 Jan 18:00`.
    pub fn deadline(&self) -> String {
        let Moment { at, offset_minutes } = self.clock().first_deadline.expect(WRITTEN);
        local_time(at, offset_minutes).format("%a %-d %b %H:%M").to_string()
    }

    /// What adds to a count: `Thu 8 Jan Rápida: 1`, with reason and party where it has them; of times `20 h`.
    pub fn counted(&self, measure: Measure) -> Vec<String> {
        let is_time = matches!(measure, Measure::LateTime | Measure::CustomsTime);
        self.shown(|amount| match amount {
            Amount::Sum(of, n) if of == measure => Some((None, if is_time { in_hours(n) } else { n.to_string() })),
            _ => None,
        })
    }

    /// What adds to the times of a kind: `Thu 8 Jan Rápida: 49 h`.
    pub fn timed(&self, distribution: Distribution) -> Vec<String> {
        self.shown(|amount| match amount {
            Amount::Duration(of, ms) if of == distribution => Some((None, in_hours(ms))),
            _ => None,
        })
    }

    /// How long the reports took: `Thu 8 Jan Rápida, delivered: 18 h`.
    pub fn reported(&self) -> Vec<String> {
        self.shown(|amount| match amount {
            Amount::Latency(kind, ms) => Some((Some(kind), in_hours(ms))),
            _ => None,
        })
    }

    fn contributions(&self) -> Vec<Contribution> {
        Judged::new(&self.timeline, &self.parcel, &self.terms, self.until).contributions
    }

    fn shown(&self, amount: impl Fn(Amount) -> Option<(Option<EventKind>, String)>) -> Vec<String> {
        let one = |added: &Contribution| {
            let (kind, amount) = amount(added.amount)?;
            let day = NaiveDate::from_epoch_days(added.day)?.format("%a %-d %b");
            let value = |dimension: Dimension| added.values[dimension.index()].as_str();
            let words = [value(Dimension::Reason), value(Dimension::Party), kind.map_or("", EventKind::as_str)];
            let words: String = words.iter().filter(|word| !word.is_empty()).map(|word| format!(", {word}")).collect();
            Some(format!("{day} {}{words}: {amount}", value(Dimension::Courier)))
        };
        self.contributions().iter().filter_map(one).collect()
    }
}

/// The KPIs of some stories together.
pub fn kpis<const N: usize>(stories: [Told; N]) -> Kpis {
    let mut sums = Sums::default();
    let mut durations: BTreeMap<Distribution, BTreeMap<i32, i64>> = BTreeMap::new();
    let mut latency: BTreeMap<EventKind, BTreeMap<i32, i64>> = BTreeMap::new();
    for added in stories.iter().flat_map(Told::contributions) {
        let party = || added.values[Dimension::Party.index()].parse().expect(WRITTEN);
        match added.amount {
            Amount::Sum(Measure::LateTime, ms) => sums.lateness.push(PartyTime { party: party(), ms }),
            Amount::Sum(Measure::CustomsTime, ms) => sums.customs.push(PartyTime { party: party(), ms }),
            Amount::Sum(Measure::FailedAttempts, n) => {
                let reason = added.values[Dimension::Reason.index()].parse().ok();
                sums.failures.push(FailureReason { reason, party: party(), n });
            }
            Amount::Sum(measure, n) => sums.counts[measure.index()] += n,
            Amount::Duration(of, ms) => *durations.entry(of).or_default().entry(bucket_of(ms)).or_default() += 1,
            Amount::Latency(of, ms) => *latency.entry(of).or_default().entry(bucket_of(ms)).or_default() += 1,
        }
    }
    sums.durations = durations.into_iter().map(|(of, buckets)| (of, buckets.into_iter().collect())).collect();
    sums.latency = latency.into_iter().map(|(of, buckets)| (Some(of), buckets.into_iter().collect())).collect();
    KpiRow::new(BTreeMap::new(), sums, Holds { latency: true, open_transit: true }).kpis
}

/// `2 of 3`.
pub fn share(rate: Rate) -> String {
    format!("{} of {}", rate.hits, rate.total)
}

fn in_hours(ms: i64) -> String {
    let (hours, minutes) = (ms / HOUR_MS, ms % HOUR_MS / 60_000);
    let told = [(hours, "h"), (minutes, "min")].into_iter().filter(|(n, _)| *n != 0);
    told.map(|(n, unit)| format!("{n} {unit}")).collect::<Vec<_>>().join(" ")
}
