//! Bars from zero, the longest first.

/// One bar of a table row: its length is its share of the largest. `kind` is the name of its colour.
pub fn bar(n: i64, largest: i64, kind: &str) -> String {
    let share = if largest > 0 { 100.0 * n as f64 / largest as f64 } else { 0.0 };
    format!(
        "<svg class=\"bar-row\" width=\"100%\" height=\"16\" aria-hidden=\"true\">\
         <rect class=\"{}\" x=\"0\" y=\"3\" width=\"{share:.1}%\" height=\"10\"/></svg>",
        super::escape(kind)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_start_at_zero_and_end_at_the_largest() {
        assert!(bar(5, 5, "courier").contains("width=\"100.0%\" height=\"10\""));
        assert!(bar(0, 0, "courier").contains("width=\"0.0%\""));
    }
}
