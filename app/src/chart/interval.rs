//! A rate as a dot on its interval, on a scale that all rows of a table share.

use domain::rate::Rate;

use super::scale::Scale;
use crate::figures::ENOUGH;
use crate::format;

/// The dot and its interval; hollow where the evidence is thin.
pub fn interval(rate: &Rate, scale: Scale) -> String {
    let (Some(share), Some(low), Some(high)) = (rate.rate, rate.low, rate.high) else {
        return String::new();
    };
    let at = |value: f64| 100.0 * scale.at(value);
    let class = if rate.total < ENOUGH { "interval thin" } else { "interval" };
    let grid: String = scale
        .ticks(2)
        .map(|tick| format!("<line class=\"grid\" x1=\"{0:.1}%\" x2=\"{0:.1}%\" y1=\"0\" y2=\"32\"/>", at(tick)))
        .collect();
    format!(
        "<svg class=\"{class}\" width=\"100%\" height=\"32\" aria-hidden=\"true\">{grid}\
         <line class=\"range\" x1=\"{:.1}%\" x2=\"{:.1}%\" y1=\"16\" y2=\"16\"/><circle cx=\"{:.1}%\" cy=\"16\" r=\"4\"/></svg>",
        at(low),
        at(high),
        at(share)
    )
}

/// The labels of the scale, for the head of the column.
pub fn axis(scale: Scale) -> String {
    let labels: String = scale
        .ticks(2)
        .zip(["start", "middle", "end"])
        .map(|(tick, anchor)| {
            format!(
                "<text x=\"{:.0}%\" y=\"11\" text-anchor=\"{anchor}\">{:.0}</text>",
                100.0 * scale.at(tick),
                tick * 100.0
            )
        })
        .collect();
    format!("<svg class=\"axis\" width=\"100%\" height=\"14\" aria-hidden=\"true\">{labels}</svg>")
}

/// The scale on which all these rates are told apart. Thin ones do not stretch it.
pub fn shared_scale<'a>(rates: impl IntoIterator<Item = &'a Rate>) -> Scale {
    let lowest = rates.into_iter().filter(|rate| rate.total >= ENOUGH).filter_map(|rate| rate.low).fold(1.0, f64::min);
    Scale::of_rates(if lowest < 1.0 { lowest } else { 0.5 })
}

/// The scale, in words.
pub fn described(scale: Scale) -> String {
    format!("dot and 95 % interval from {} to {}", format::percent(scale.low), format::percent(scale.high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thin_evidence_is_hollow() {
        let scale = shared_scale(&[Rate::new(92, 100), Rate::new(1, 10)]);
        assert_eq!(scale, Scale { low: 0.8, high: 1.0 });
        assert!(interval(&Rate::new(9, 10), scale).contains("interval thin"));
        assert!(!interval(&Rate::new(92, 100), scale).contains("thin"));
        assert_eq!(interval(&Rate::new(0, 0), scale), "");
    }
}
