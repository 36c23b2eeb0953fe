//! Where a courier stands against a target: the result by the contract's arithmetic, and apart from it whether the evidence
//! is clear.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Kpis, Measured};
use crate::contract::{Goal, Period, Target};
use crate::vocabulary::vocabulary;

vocabulary! {
    /// What a figure is against a target.
    Outcome("result") {
        /// Reached, and the period is over.
        Kept = 1 "kept",
        /// Not reached, and the period is over.
        Missed = 2 "missed",
        /// Reached so far.
        OnCourse = 3 "on_course",
        /// Not reached so far.
        OffCourse = 4 "off_course",
        /// Fewer were counted than the contract asks for: nothing is said.
        TooFew = 5 "too_few",
    }
}

vocabulary! {
    /// How sure the result is.
    Evidence("evidence") {
        /// The interval does not hold the target.
        Clear = 1 "clear",
        /// The interval holds the target: with as many more parcels the result may turn.
        Thin = 2 "thin",
    }
}

/// A figure against a target, in one period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Standing {
    /// The period's first day.
    pub from: NaiveDate,
    /// The period's last day.
    pub to: NaiveDate,
    /// How many were counted.
    pub n: i64,
    /// The figure, in the unit of the goal: a share 0..1, or hours.
    pub value: Option<f64>,
    /// The interval's lower end; none for what is no share.
    pub low: Option<f64>,
    /// The interval's upper end; none for what is no share.
    pub high: Option<f64>,
    /// By the contract's arithmetic; none where nothing was counted.
    pub result: Option<Outcome>,
    /// Apart from the result; none for what is no share.
    pub evidence: Option<Evidence>,
}

impl Standing {
    /// The figure of a period against a target. `today` tells whether the period is over. None for a KPI that no target can
    /// be set for.
    pub fn new(target: &Target, kpis: &Kpis, (from, to): (NaiveDate, NaiveDate), today: NaiveDate) -> Option<Self> {
        let (n, value, interval, is_reached) = match (kpis.measured(&target.kpi)?, target.goal) {
            (Measured::Share(rate), Goal::Share(goal)) => {
                (rate.total, rate.rate, rate.low.zip(rate.high), rate.rate.map(|rate| rate >= goal))
            }
            (Measured::Hours(hours, n), Goal::Value(goal)) => (n, hours, None, hours.map(|hours| hours <= goal)),
            _ => return None,
        };
        let goal = match target.goal {
            Goal::Share(goal) | Goal::Value(goal) => goal,
        };
        let result = is_reached.map(|is_reached| match (n < target.minimum.into(), to < today, is_reached) {
            (true, ..) => Outcome::TooFew,
            (_, true, true) => Outcome::Kept,
            (_, true, false) => Outcome::Missed,
            (_, false, true) => Outcome::OnCourse,
            (_, false, false) => Outcome::OffCourse,
        });
        let evidence =
            interval.map(|(low, high)| if low <= goal && goal <= high { Evidence::Thin } else { Evidence::Clear });
        let (low, high) = interval.unzip();
        Some(Self { from, to, n, value, low, high, result, evidence })
    }
}

impl Period {
    /// The period that holds a day: its first and its last day.
    pub fn around(self, day: NaiveDate) -> (NaiveDate, NaiveDate) {
        let month = |back: u32| (day - Days::new(day.day0().into())) - Months::new(back);
        let (from, next) = match self {
            Self::Week => {
                let monday = day - Days::new(day.weekday().num_days_from_monday().into());
                (monday, monday + Days::new(7))
            }
            Self::Month => (month(0), month(0) + Months::new(1)),
            Self::Quarter => {
                let first = month(day.month0() % 3);
                (first, first + Months::new(3))
            }
        };
        (from, next - Days::new(1))
    }

    /// The period before the one that holds a day.
    pub fn before(self, day: NaiveDate) -> (NaiveDate, NaiveDate) {
        self.around(self.around(day).0 - Days::new(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rate::Rate;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn periods_begin_on_monday_on_the_first_and_with_the_quarter() {
        let around = |period: Period, day: &str| period.around(date(day));
        assert_eq!(around(Period::Week, "2026-03-01"), (date("2026-02-23"), date("2026-03-01")));
        assert_eq!(around(Period::Month, "2028-02-29"), (date("2028-02-01"), date("2028-02-29")));
        assert_eq!(around(Period::Quarter, "2026-05-31"), (date("2026-04-01"), date("2026-06-30")));
        assert_eq!(Period::Quarter.before(date("2026-01-15")), (date("2025-10-01"), date("2025-12-31")));
    }

    #[test]
    fn result_and_evidence_are_two_statements() {
        let target =
            Target { kpi: "on_time_contract".into(), goal: Goal::Share(0.95), period: Period::Month, minimum: 20 };
        let march = (date("2026-03-01"), date("2026-03-31"));
        let said = |hits, total, today: &str| {
            let kpis = Kpis { on_time_contract: Rate::new(hits, total), ..Kpis::default() };
            let standing = Standing::new(&target, &kpis, march, date(today)).unwrap();
            (standing.result, standing.evidence)
        };
        // 19/20 is 95 %, and the interval of 76.4..99.1 holds it: kept, but not clear.
        assert_eq!(said(19, 20, "2026-04-01"), (Some(Outcome::Kept), Some(Evidence::Thin)));
        // 92/100: 85.0..95.9 holds 95 %; 9200/10000: 91.5..92.5 does not.
        assert_eq!(said(92, 100, "2026-04-01"), (Some(Outcome::Missed), Some(Evidence::Thin)));
        assert_eq!(said(9200, 10_000, "2026-04-01"), (Some(Outcome::Missed), Some(Evidence::Clear)));
        assert_eq!(said(9200, 10_000, "2026-03-31"), (Some(Outcome::OffCourse), Some(Evidence::Clear)));
        assert_eq!(said(999, 1000, "2026-03-02"), (Some(Outcome::OnCourse), Some(Evidence::Clear)));
        assert_eq!(said(19, 19, "2026-04-01"), (Some(Outcome::TooFew), Some(Evidence::Thin)));
        assert_eq!(said(0, 0, "2026-04-01"), (None, None));
    }

    #[test]
    fn a_time_must_not_be_longer_than_its_goal() {
        let target = Target { kpi: "transit_time".into(), goal: Goal::Value(48.0), period: Period::Week, minimum: 0 };
        let week = (date("2026-03-02"), date("2026-03-08"));
        let mut kpis = Kpis::default();
        kpis.transit_time.n = 10;
        kpis.transit_time.p90_ms = Some(47 * 3_600_000);
        let standing = Standing::new(&target, &kpis, week, date("2026-03-20")).unwrap();
        assert_eq!((standing.value, standing.result, standing.evidence), (Some(47.0), Some(Outcome::Kept), None));
        assert_eq!(Standing::new(&Target { kpi: "volume".into(), ..target }, &kpis, week, date("2026-03-20")), None);
    }
}
