//! Days made into the points of a chart.

use chrono::NaiveDate;

use crate::figures::{DayFigures, Share};
use crate::format;
use crate::period::Period;

/// A day or several, as one point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// The sum of the days' shares; no total is a gap.
    pub share: Share,
    /// Whether some of what happened then may not have been told yet.
    pub incomplete: bool,
}

impl Point {
    /// "Sun 22 Nov 2026", or the days from first to last.
    pub fn label(&self) -> String {
        if self.from == self.to { format::weekday(self.to) } else { format::days(self.from, self.to) }
    }
}

/// How many days make a point, so that a chart has at most about 130 of them.
pub fn days_per_point(period: Period) -> u64 {
    match period.days() {
        0..=130 => 1,
        131..=900 => 7,
        days => days.div_ceil(130).next_multiple_of(7),
    }
}

/// How many days make a point of a spark line: at most about 35 points.
pub fn days_per_spark_point(period: Period) -> u64 {
    match period.days() {
        0..=35 => 1,
        36..=250 => 7,
        days => days.div_ceil(35).next_multiple_of(7),
    }
}

/// The points of a period, days without anything included.
pub fn points(
    period: Period,
    days: &[DayFigures],
    share: fn(&DayFigures) -> Share,
    per_point: u64,
    complete_until: Option<NaiveDate>,
) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    let mut days = days.iter().skip_while(|day| day.date < period.from).peekable();
    for (index, date) in period.iter().enumerate() {
        if (index as u64).is_multiple_of(per_point) {
            points.push(Point { from: date, to: date, share: Share(0, 0), incomplete: false });
        }
        let Some(point) = points.last_mut() else { break };
        point.to = date;
        point.incomplete |= complete_until.is_none_or(|until| date >= until);
        if let Some(day) = days.next_if(|day| day.date == date) {
            point.share += share(day);
        }
    }
    points
}

/// The rates of the points, with gaps, for a spark line.
pub fn rates(points: &[Point]) -> Vec<Option<f32>> {
    points.iter().map(|point| point.share.rate().rate.map(|rate| (rate * 1000.0).round() as f32 / 1000.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    fn figures(date: &str, hits: i64, total: i64) -> DayFigures {
        let none = Share(0, 0);
        DayFigures {
            date: day(date),
            on_time: Share(hits, total),
            first_attempt: none,
            locker: none,
            p90_ms: None,
            volume: 0,
        }
    }

    #[test]
    fn days_without_anything_are_gaps_and_the_last_ones_incomplete() {
        let period = Period { from: day("2026-06-01"), to: day("2026-06-04") };
        let days = [figures("2026-05-31", 9, 9), figures("2026-06-02", 1, 2), figures("2026-06-04", 3, 4)];
        let points = points(period, &days, |day| day.on_time, 1, Some(day("2026-06-04")));
        let shares: Vec<Share> = points.iter().map(|point| point.share).collect();
        assert_eq!(shares, [Share(0, 0), Share(1, 2), Share(0, 0), Share(3, 4)]);
        assert_eq!(points.iter().map(|point| point.incomplete).collect::<Vec<_>>(), [false, false, false, true]);
        assert_eq!(rates(&points), [None, Some(0.5), None, Some(0.75)]);
    }

    #[test]
    fn weeks_add_up_their_days() {
        let period = Period { from: day("2026-06-01"), to: day("2026-06-10") };
        let days = [figures("2026-06-01", 1, 2), figures("2026-06-07", 1, 1), figures("2026-06-08", 5, 5)];
        let points = points(period, &days, |day| day.on_time, 7, None);
        assert_eq!(points.iter().map(|point| point.share).collect::<Vec<_>>(), [Share(2, 3), Share(5, 5)]);
        assert_eq!(points[1].label(), "8 Jun – 10 Jun 2026");
    }

    #[test]
    fn a_long_period_has_few_points() {
        let years = Period { from: day("2016-01-01"), to: day("2026-01-01") };
        assert!(years.days().div_ceil(days_per_point(years)) <= 131);
        assert!(years.days().div_ceil(days_per_spark_point(years)) <= 36);
    }
}
