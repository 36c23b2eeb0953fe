//! A trend as small as a word.

use std::fmt::Write;

const WIDTH: f64 = 100.0;
const HEIGHT: f64 = 20.0;
const MARGIN: f64 = 2.0;

/// A line through the values with gaps where there are none, on its own scale; the last value has a dot.
/// `said` is what it shows, in words.
pub fn spark(values: &[Option<f32>], said: &str) -> String {
    let known = || values.iter().flatten().map(|value| f64::from(*value));
    let (low, high) = known().fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
    let x = |index: usize| WIDTH * (index as f64 + 0.5) / values.len() as f64;
    let y = |value: f64| {
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        HEIGHT - MARGIN - share * (HEIGHT - 2.0 * MARGIN)
    };

    let (mut path, mut lone, mut pen_down) = (String::new(), String::new(), false);
    for (index, value) in values.iter().enumerate() {
        let Some(value) = value else {
            pen_down = false;
            continue;
        };
        let neighbour = |at: Option<usize>| at.and_then(|at| values.get(at)).is_some_and(Option::is_some);
        let (x, y) = (x(index), y(f64::from(*value)));
        // A line of no length with round ends is a dot, whatever the drawing is stretched to.
        if !pen_down && !neighbour(Some(index + 1)) {
            let _ = write!(lone, "M{x:.1} {y:.1}h0");
        }
        let _ = write!(path, "{}{x:.1} {y:.1}", if pen_down { 'L' } else { 'M' });
        pen_down = true;
    }
    let end =
        values.iter().enumerate().rev().find_map(|(index, value)| value.map(|value| (x(index), y(f64::from(value)))));
    let end = end.map(|(x, y)| format!("M{x:.1} {y:.1}h0")).unwrap_or_default();
    format!(
        "<svg class=\"spark\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">\
         <path class=\"line\" d=\"{path}\"/><path class=\"dot\" d=\"{lone}\"/><path class=\"end\" d=\"{end}\"/></svg>",
        super::escape(said)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_lifts_the_pen() {
        let svg = spark(&[Some(0.0), Some(1.0), None, Some(0.5)], "x");
        assert!(svg.contains("class=\"line\" d=\"M12.5 18.0L37.5 2.0M87.5 10.0\""), "{svg}");
        assert!(svg.contains("class=\"dot\" d=\"M87.5 10.0h0\""), "{svg}");
    }

    #[test]
    fn nothing_draws_nothing() {
        assert!(spark(&[], "x").contains("class=\"line\" d=\"\""));
        assert!(!spark(&[None, Some(0.5)], "x").contains("NaN"));
    }
}
