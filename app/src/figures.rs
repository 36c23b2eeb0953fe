//! The figures that pages show, cut down from the rows of KPIs to what travels to the browser.

use chrono::NaiveDate;
use domain::kpi::{Classes, Grouping, KpiRow, Kpis};
use domain::rate::Rate;
use serde::{Deserialize, Serialize};

/// Fewer counted than this is thin evidence: no ranking, and no change called out.
pub const ENOUGH: i64 = 30;

/// Hits and total of a rate; the rest follows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share(pub i64, pub i64);

impl Share {
    /// The rate with its interval.
    pub fn rate(self) -> Rate {
        Rate::new(self.0, self.1)
    }
}

impl From<Rate> for Share {
    fn from(rate: Rate) -> Self {
        Self(rate.hits, rate.total)
    }
}

impl std::ops::AddAssign for Share {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
        self.1 += other.1;
    }
}

/// All that is known of a period.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Parcels by what became of their promise.
    pub classes: Classes,
    /// The KPIs.
    pub kpis: Kpis,
}

impl From<KpiRow> for Summary {
    fn from(row: KpiRow) -> Self {
        Self { classes: row.classes, kpis: row.kpis }
    }
}

/// The only row of an answer that is grouped by nothing.
pub fn summary(rows: Vec<KpiRow>) -> Summary {
    rows.into_iter().next().map(Summary::from).unwrap_or_default()
}

/// A day's figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayFigures {
    /// The cohort day.
    pub date: NaiveDate,
    /// On time of all judged.
    pub on_time: Share,
    /// First attempts that succeeded.
    pub first_attempt: Share,
    /// Planned for a locker, of the accepted.
    pub locker: Share,
    /// Transit time that 90 % did not exceed, in milliseconds.
    pub p90_ms: Option<i64>,
    /// Accepted.
    pub volume: i64,
}

impl DayFigures {
    /// Reads the rows of an answer grouped by day.
    pub fn of(rows: &[KpiRow]) -> Vec<Self> {
        rows.iter()
            .filter_map(|row| {
                Some(Self {
                    date: row.group.get(&Grouping::Day)?.parse().ok()?,
                    on_time: row.kpis.on_time_customer.into(),
                    first_attempt: row.kpis.first_attempt.succeeded.into(),
                    locker: row.kpis.locker_uptake.planned.into(),
                    p90_ms: row.kpis.transit_time.p90_ms,
                    volume: row.kpis.volume,
                })
            })
            .collect()
    }
}

/// The figures of a courier, a region or a corridor in a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupFigures {
    /// Its name; empty where nobody stated one.
    pub name: String,
    /// On time of all judged.
    pub on_time: Share,
    /// Early or on time, of all judged.
    pub not_late: Share,
    /// First attempts that succeeded.
    pub first_attempt: Share,
    /// Failed attempts.
    pub failed_attempts: i64,
    /// Transit time that 90 % did not exceed, in milliseconds.
    pub p90_ms: Option<i64>,
    /// Late and not delivered yet.
    pub late_open: i64,
    /// On-time along the period; gaps where nothing was judged.
    pub spark: Vec<Option<f32>>,
}

impl GroupFigures {
    /// Reads the rows of an answer grouped by this.
    pub fn of(rows: &[KpiRow], by: Grouping) -> Vec<Self> {
        rows.iter()
            .map(|row| Self {
                name: row.group.get(&by).cloned().unwrap_or_default(),
                on_time: row.kpis.on_time_customer.into(),
                not_late: row.kpis.not_late.into(),
                first_attempt: row.kpis.first_attempt.succeeded.into(),
                failed_attempts: row.kpis.failed_attempts.total,
                p90_ms: row.kpis.transit_time.p90_ms,
                late_open: row.classes.late_open,
                spark: Vec::new(),
            })
            .collect()
    }

    /// Whether too few were judged to rank it.
    pub const fn is_thin(&self) -> bool {
        self.on_time.1 < ENOUGH
    }
}

/// What a change of a rate means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Clearly better than before.
    Better,
    /// Clearly worse than before.
    Worse,
    /// Within what chance explains, or too few to say.
    Unclear,
}

/// How a rate differs from the one before: the difference of the shares and what it means where more is better;
/// `None` where one of them has nothing counted.
pub fn change(now: &Rate, before: &Rate) -> Option<(f64, Meaning)> {
    let (rate, earlier) = (now.rate?, before.rate?);
    let is_clear = now.total >= ENOUGH
        && before.total >= ENOUGH
        && !(now.low.unwrap_or(0.0)..=now.high.unwrap_or(1.0)).contains(&earlier);
    let meaning = match (is_clear, rate > earlier) {
        (false, _) => Meaning::Unclear,
        (true, true) => Meaning::Better,
        (true, false) => Meaning::Worse,
    };
    Some((rate - earlier, meaning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_called_out_only_on_clear_evidence() {
        let meaning = |now: (i64, i64), before: (i64, i64)| {
            change(&Rate::new(now.0, now.1), &Rate::new(before.0, before.1)).map(|(_, meaning)| meaning)
        };
        assert_eq!(meaning((900, 1000), (950, 1000)), Some(Meaning::Worse));
        assert_eq!(meaning((950, 1000), (900, 1000)), Some(Meaning::Better));
        assert_eq!(meaning((945, 1000), (950, 1000)), Some(Meaning::Unclear));
        assert_eq!(meaning((10, 29), (950, 1000)), Some(Meaning::Unclear));
        assert_eq!(meaning((500, 1000), (29, 29)), Some(Meaning::Unclear));
        assert_eq!(meaning((0, 0), (29, 29)), None);
    }
}
