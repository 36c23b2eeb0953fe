//! Whether a courier meets more absent consignees than others do at the same doors: fake attempts show there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Grouping, KpiRow};
use crate::rate::Rate;
use crate::vocabulary::Reason;

/// What rows are grouped by to be compared.
pub const GROUPED_BY: [Grouping; 3] = [Grouping::Courier, Grouping::DestinationCountry, Grouping::DestinationRegion];

/// Attempts that failed because nobody was there, of all attempts, in the regions where others deliver as well.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Absent {
    /// The courier's own.
    pub own: Rate,
    /// What it would be with the shares that other couriers have in each region, 0..1.
    pub others: f64,
    /// Attempts of the others in these regions.
    pub attempts_of_others: i64,
}

/// Fewer attempts are not compared.
const ENOUGH: i64 = 30;

impl Absent {
    /// Whether the courier clearly meets more of them than the others: both have enough attempts, and the intervals do not
    /// meet.
    pub fn is_clearly_more(&self) -> bool {
        let met = (self.others * self.attempts_of_others as f64).round() as i64;
        let others = Rate::new(met, self.attempts_of_others);
        let apart = self.own.low.zip(others.high).is_some_and(|(own, others)| own > others);
        self.own.total.min(self.attempts_of_others) >= ENOUGH && apart
    }

    /// Compares a courier with the others, region by region. `rows` are grouped by [`GROUPED_BY`]. `None` where no other
    /// courier has attempted a delivery in any region of its own.
    ///
    /// ```
    /// use domain::kpi::{Absent, FailedAttempts, FailureReason, Grouping, KpiRow};
    /// use domain::vocabulary::{Party, Reason};
    ///
    /// let row = |courier: &str, region: &str, attempts, absent| {
    ///     let by_reason =
    ///         vec![FailureReason { reason: Some(Reason::ConsigneeAbsent), party: Party::Consignee, n: absent }];
    ///     let mut row = KpiRow::default();
    ///     row.group.insert(Grouping::Courier, courier.into());
    ///     row.group.insert(Grouping::DestinationRegion, region.into());
    ///     row.kpis.attempts = attempts;
    ///     row.kpis.failed_attempts = FailedAttempts { total: absent, by_reason };
    ///     row
    /// };
    /// // Lisbon: others 10 of 100. Porto: others 2 of 100. Nobody else goes to Faro.
    /// let rows = [
    ///     row("Levante", "Lisbon", 300, 60), row("Levante", "Porto", 100, 20), row("Levante", "Faro", 50, 50),
    ///     row("Rápida", "Lisbon", 100, 10), row("Rápida", "Porto", 60, 2), row("Nordpost", "Porto", 40, 0),
    /// ];
    /// let absent = Absent::compared(&rows, "Levante").unwrap();
    /// // 80 of 400; the others would have met 300 x 10 % + 100 x 2 % = 32 of 400.
    /// assert_eq!((absent.own.hits, absent.own.total, absent.attempts_of_others), (80, 400, 200));
    /// assert!((absent.others - 0.08).abs() < 1e-9 && absent.is_clearly_more());
    /// // Three of four against none of one says nothing.
    /// let few = [row("Levante", "Lisbon", 4, 3), row("Rápida", "Lisbon", 1, 0)];
    /// assert!(!Absent::compared(&few, "Levante").unwrap().is_clearly_more());
    /// ```
    pub fn compared(rows: &[KpiRow], courier: &str) -> Option<Self> {
        let place = |row: &KpiRow| {
            [Grouping::DestinationCountry, Grouping::DestinationRegion]
                .map(|by| row.group.get(&by).cloned().unwrap_or_default())
        };
        let is_own = |row: &&KpiRow| row.group.get(&Grouping::Courier).is_some_and(|name| name == courier);
        let mut others: BTreeMap<[String; 2], (i64, i64)> = BTreeMap::new();
        for row in rows.iter().filter(|row| !is_own(row)) {
            let (met, attempts) = others.entry(place(row)).or_default();
            *met += absent(row);
            *attempts += row.kpis.attempts;
        }
        let (mut hits, mut total, mut expected, mut attempts_of_others) = (0, 0, 0.0, 0);
        for row in rows.iter().filter(is_own) {
            let Some(&(met, attempts)) = others.get(&place(row)).filter(|(_, attempts)| *attempts > 0) else {
                continue;
            };
            hits += absent(row);
            total += row.kpis.attempts;
            expected += row.kpis.attempts as f64 * met as f64 / attempts as f64;
            attempts_of_others += attempts;
        }
        let others = expected / total as f64;
        (total > 0).then(|| Self { own: Rate::new(hits, total), others, attempts_of_others })
    }
}

fn absent(row: &KpiRow) -> i64 {
    let of = &row.kpis.failed_attempts.by_reason;
    of.iter().filter(|failure| failure.reason == Some(Reason::ConsigneeAbsent)).map(|failure| failure.n).sum()
}
