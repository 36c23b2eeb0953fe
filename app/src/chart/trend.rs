//! A rate along the days: a line on its interval, and beneath it how many it rests on.

use std::fmt::Write;

use super::escape;
use super::scale::{Scale, label_every, round_up};
use super::series::Point;
use crate::format;

const RATES: f64 = 168.0;
const BARS_FROM: f64 = 184.0;
const BARS: f64 = 44.0;
const LABELS: f64 = 248.0;

/// The chart as SVG, `said` being its name for those who do not see it.
pub fn trend(points: &[Point], said: &str) -> String {
    if points.is_empty() {
        return String::new();
    }
    let rates: Vec<_> = points.iter().map(|point| point.share.rate()).collect();
    let enough = rates.iter().map(|rate| rate.total).max().unwrap_or(0) / 10;
    let lowest = rates.iter().filter(|rate| rate.total > enough).filter_map(|rate| rate.low).fold(1.0, f64::min);
    let scale = Scale::of_rates(lowest);
    let most = round_up(rates.iter().map(|rate| rate.total).max().unwrap_or(0));
    let width = 100.0 / points.len() as f64;
    let y = |share: f64| RATES - (RATES - 8.0) * scale.at(share);

    let mut svg =
        format!("<svg class=\"trend\" width=\"100%\" height=\"252\" role=\"img\" aria-label=\"{}\">", escape(said));
    for tick in scale.ticks(2) {
        let at = y(tick);
        let _ = write!(svg, "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>");
    }
    let base = BARS_FROM + BARS;
    let _ = write!(svg, "<line class=\"base\" x1=\"0\" x2=\"100%\" y1=\"{base}\" y2=\"{base}\"/>");

    let mut before: Option<(f64, f64)> = None;
    let (mut lines, mut dots) = (String::new(), String::new());
    let every = label_every(points.len(), 6);
    for (index, (point, rate)) in points.iter().zip(&rates).enumerate() {
        let left = width * index as f64;
        let centre = left + width / 2.0;
        if point.incomplete {
            let _ = write!(
                svg,
                "<rect class=\"hatched\" x=\"{left:.2}%\" y=\"8\" width=\"{width:.2}%\" height=\"{}\"/>",
                base - 8.0
            );
        }
        if let (Some(share), Some(low), Some(high)) = (rate.rate, rate.low, rate.high) {
            let (top, at) = (y(high), y(share));
            let _ = write!(
                svg,
                "<rect class=\"band\" x=\"{left:.2}%\" y=\"{top:.1}\" width=\"{width:.2}%\" height=\"{:.1}\"/>",
                y(low) - top
            );
            let height = BARS * rate.total as f64 / most as f64;
            let _ = write!(
                svg,
                "<rect class=\"bar\" x=\"{:.2}%\" y=\"{:.1}\" width=\"{:.2}%\" height=\"{height:.1}\"/>",
                left + width * 0.15,
                base - height,
                width * 0.7
            );
            if let Some((x, y)) = before {
                let _ = write!(
                    lines,
                    "<line class=\"line\" x1=\"{x:.2}%\" y1=\"{y:.1}\" x2=\"{centre:.2}%\" y2=\"{at:.1}\"/>"
                );
            }
            let kind = if point.incomplete { "point hollow" } else { "point" };
            let is_alone = before.is_none() && rates.get(index + 1).is_none_or(|next| next.total == 0);
            if points.len() <= 45 || is_alone {
                let _ = write!(dots, "<circle class=\"{kind}\" cx=\"{centre:.2}%\" cy=\"{at:.1}\" r=\"2.5\"/>");
            }
            before = Some((centre, at));
        } else {
            before = None;
        }
        if (points.len() - 1 - index).is_multiple_of(every) {
            let (x, anchor) = if index + 1 == points.len() { (100.0, "end") } else { (centre, "middle") };
            // The first label would hang over the edge.
            if centre > 4.0 {
                let _ = write!(
                    svg,
                    "<text x=\"{x:.2}%\" y=\"{LABELS}\" text-anchor=\"{anchor}\">{}</text>",
                    format::day_short(point.to)
                );
            }
        }
    }
    svg.push_str(&lines);
    svg.push_str(&dots);
    for (index, (point, rate)) in points.iter().zip(&rates).enumerate() {
        let _ = write!(
            svg,
            "<rect class=\"day\" x=\"{:.2}%\" y=\"0\" width=\"{width:.2}%\" height=\"{base}\"><title>{}</title></rect>",
            width * index as f64,
            escape(&told(point, rate))
        );
    }
    svg.push_str("</svg>");
    format!("<div class=\"chart-frame\">{}{svg}</div>", axis(scale, most, y))
}

/// The labels left of the drawing.
fn axis(scale: Scale, most: i64, y: impl Fn(f64) -> f64) -> String {
    let mut svg = "<svg class=\"trend-axis\" width=\"52\" height=\"252\" aria-hidden=\"true\">".to_owned();
    for tick in scale.ticks(2) {
        let _ = write!(
            svg,
            "<text x=\"44\" y=\"{:.1}\" text-anchor=\"end\">{:.0}\u{202f}%</text>",
            y(tick) + 4.0,
            tick * 100.0
        );
    }
    let _ = write!(svg, "<text x=\"44\" y=\"{}\" text-anchor=\"end\">{}</text>", BARS_FROM + 8.0, format::count(most));
    let _ = write!(svg, "<text x=\"44\" y=\"{}\" text-anchor=\"end\">0</text></svg>", BARS_FROM + BARS);
    svg
}

/// What a point shows, in words.
pub fn told(point: &Point, rate: &domain::rate::Rate) -> String {
    let when = point.label();
    let incomplete = if point.incomplete { ", not complete yet" } else { "" };
    match rate.rate {
        Some(_) => {
            format!("{when}: {} ({}), {}{incomplete}", format::rate(rate), format::interval(rate), format::basis(rate))
        }
        None => format!("{when}: nothing judged{incomplete}"),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::figures::Share;

    fn points(shares: &[(i64, i64)]) -> Vec<Point> {
        let days = NaiveDate::default().iter_days();
        let points = shares.iter().zip(days).map(|(&(hits, total), day)| Point {
            from: day,
            to: day,
            share: Share(hits, total),
            incomplete: false,
        });
        points.collect()
    }

    #[test]
    fn a_day_without_parcels_is_a_gap() {
        let svg = trend(&points(&[(9, 10), (9, 10), (0, 0), (9, 10), (8, 10)]), "On time");
        assert_eq!(svg.matches("class=\"line\"").count(), 2);
        assert_eq!(svg.matches("class=\"bar\"").count(), 4);
        assert!(svg.contains("nothing judged"));
        assert!(!svg.contains("NaN"));
    }

    #[test]
    fn an_incomplete_day_is_hatched() {
        let mut points = points(&[(9, 10), (9, 10)]);
        points[1].incomplete = true;
        let svg = trend(&points, "On time");
        assert_eq!(svg.matches("class=\"hatched\"").count(), 1);
        assert!(svg.contains("not complete yet"));
    }

    #[test]
    fn nothing_draws_nothing() {
        assert_eq!(trend(&[], "On time"), "");
    }
}
