//! Which days a page is about.

use chrono::{Days, NaiveDate};
use domain::view::Freshness;
use serde::{Deserialize, Serialize};

use crate::format;
use crate::query::Query;

/// The days that a page shows where nobody asked for others.
const DEFAULT_DAYS: u64 = 28;

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// So many days up to the last one that holds anything.
    Last(u64),
    /// These days, both inclusive; an open end reaches as far as there is anything.
    Between(Option<NaiveDate>, Option<NaiveDate>),
    /// All there is.
    Everything,
}

impl Span {
    /// The choices of the filter bar: value and label.
    pub const CHOICES: [(&'static str, &'static str); 5] = [
        ("7", "Last 7 days"),
        ("28", "Last 28 days"),
        ("90", "Last 90 days"),
        ("all", "Everything"),
        ("custom", "From … to …"),
    ];

    /// Reads `period`, `from` and `to`. What cannot be read counts as absent.
    pub fn of(query: &Query) -> Self {
        let (from, to) = (query.read("from"), query.read("to"));
        match query.get("period") {
            Some("7") => Self::Last(7),
            Some("28") => Self::Last(DEFAULT_DAYS),
            Some("90") => Self::Last(90),
            Some("all") => Self::Everything,
            _ if from.is_some() || to.is_some() => Self::Between(from, to),
            _ => Self::Last(DEFAULT_DAYS),
        }
    }

    /// Which of the [`Span::CHOICES`] this is.
    pub const fn choice(self) -> &'static str {
        match self {
            Self::Last(7) => "7",
            Self::Last(90) => "90",
            Self::Last(_) => "28",
            Self::Everything => "all",
            Self::Between(..) => "custom",
        }
    }

    /// The days that are meant, given what there is; `None` where there is nothing at all.
    pub fn resolve(self, freshness: &Freshness) -> Option<Period> {
        let (first, last) = freshness.days?;
        match self {
            Self::Last(days) => {
                let to = last.min(freshness.as_of.date_naive()).max(first);
                let from = to.checked_sub_days(Days::new(days.saturating_sub(1)))?;
                Some(Period { from, to })
            }
            Self::Between(from, to) => {
                let (from, to) =
                    (from.unwrap_or(first.min(to.unwrap_or(first))), to.unwrap_or(last.max(from.unwrap_or(last))));
                Some(Period { from: from.min(to), to: from.max(to) })
            }
            Self::Everything => Some(Period { from: first, to: last }),
        }
    }

    /// The period to compare with; everything has none before it.
    pub fn previous(self, period: Period) -> Option<Period> {
        (self != Self::Everything).then(|| period.previous()).flatten()
    }
}

/// Cohort days, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    pub from: NaiveDate,
    /// The last day, never before the first.
    pub to: NaiveDate,
}

impl Period {
    /// How many days it has.
    pub fn days(&self) -> u64 {
        self.to.signed_duration_since(self.from).num_days().unsigned_abs() + 1
    }

    /// As many days, right before.
    pub fn previous(&self) -> Option<Self> {
        let from = self.from.checked_sub_days(Days::new(self.days()))?;
        Some(Self { from, to: self.from.pred_opt()? })
    }

    /// The days that both have; `None` where there is none.
    pub fn within(&self, other: Self) -> Option<Self> {
        let (from, to) = (self.from.max(other.from), self.to.min(other.to));
        (from <= to).then_some(Self { from, to })
    }

    /// Every day, in order.
    pub fn iter(&self) -> impl Iterator<Item = NaiveDate> {
        self.from.iter_days().take(usize::try_from(self.days()).unwrap_or(usize::MAX))
    }

    /// "26 Oct – 22 Nov 2026".
    pub fn label(&self) -> String {
        format::days(self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    fn freshness(first: &str, last: &str, as_of: &str) -> Freshness {
        let as_of: DateTime<Utc> = format!("{as_of}T12:00:00Z").parse().unwrap_or_default();
        Freshness { as_of, days: Some((day(first), day(last))), ..Freshness::default() }
    }

    fn resolve(search: &str, freshness: &Freshness) -> Option<(String, String)> {
        let period = Span::of(&Query::parse(search)).resolve(freshness)?;
        Some((period.from.to_string(), period.to.to_string()))
    }

    fn some(from: &str, to: &str) -> Option<(String, String)> {
        Some((from.to_owned(), to.to_owned()))
    }

    #[test]
    fn the_default_ends_on_the_last_day_that_holds_anything() {
        let old = freshness("2022-01-01", "2022-06-30", "2026-11-22");
        assert_eq!(resolve("", &old), some("2022-06-03", "2022-06-30"));
    }

    #[test]
    fn the_default_does_not_reach_into_the_future() {
        let running = freshness("2026-09-27", "2026-11-27", "2026-11-22");
        assert_eq!(resolve("", &running), some("2026-10-26", "2026-11-22"));
        assert_eq!(resolve("period=7", &running), some("2026-11-16", "2026-11-22"));
        assert_eq!(resolve("period=all", &running), some("2026-09-27", "2026-11-27"));
    }

    #[test]
    fn days_that_were_asked_for_are_taken_as_they_are() {
        let old = freshness("2022-01-01", "2022-06-30", "2026-11-22");
        assert_eq!(resolve("period=custom&from=2022-03-01&to=2022-03-31", &old), some("2022-03-01", "2022-03-31"));
        assert_eq!(resolve("from=2022-03-31&to=2022-03-01", &old), some("2022-03-01", "2022-03-31"));
        assert_eq!(resolve("from=2022-06-01", &old), some("2022-06-01", "2022-06-30"));
        assert_eq!(resolve("to=2022-01-31", &old), some("2022-01-01", "2022-01-31"));
        assert_eq!(resolve("period=custom&from=soon", &old), some("2022-06-03", "2022-06-30"));
    }

    #[test]
    fn nothing_has_no_period() {
        assert_eq!(resolve("", &Freshness::default()), None);
    }

    #[test]
    fn the_period_before_is_as_long_and_ends_the_day_before() {
        let period = Period { from: day("2026-10-26"), to: day("2026-11-22") };
        assert_eq!(period.days(), 28);
        assert_eq!(period.iter().count(), 28);
        let before = Span::Last(28).previous(period).map(|p| (p.from, p.to));
        assert_eq!(before, Some((day("2026-09-28"), day("2026-10-25"))));
        assert_eq!(Span::Everything.previous(period), None);
    }
}
