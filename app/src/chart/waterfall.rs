//! Parts that follow each other, up to what they sum to.

/// One part of a total: it begins where the part before it has ended. `kind` is the name of its colour.
pub fn waterfall(from: i64, part: i64, total: i64, kind: &str) -> String {
    let percent = |n: i64| if total > 0 { 100.0 * n as f64 / total as f64 } else { 0.0 };
    format!(
        "<svg class=\"bar-row\" width=\"100%\" height=\"16\" aria-hidden=\"true\">\
         <rect class=\"{}\" x=\"{:.1}%\" y=\"3\" width=\"{:.1}%\" height=\"10\"/></svg>",
        super::escape(kind),
        percent(from),
        percent(part)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_begins_where_the_one_before_has_ended() {
        assert!(waterfall(0, 30, 40, "courier").contains("x=\"0.0%\" y=\"3\" width=\"75.0%\""));
        assert!(waterfall(30, 10, 40, "customs").contains("x=\"75.0%\" y=\"3\" width=\"25.0%\""));
        assert!(waterfall(0, 0, 0, "total").contains("width=\"0.0%\""));
    }
}
