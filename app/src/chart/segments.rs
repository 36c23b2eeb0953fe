//! Where the time of a parcel went, as one bar.

use std::fmt::Write;

use domain::view::SegmentView;

use super::escape;
use crate::{format, words};

/// The parts side by side, as wide as they are long, coloured by who answers for them.
pub fn segments(parts: &[SegmentView], said: &str) -> String {
    let total: i64 = parts.iter().map(|part| part.duration_ms.max(0)).sum();
    if total == 0 {
        return String::new();
    }
    let mut svg =
        format!("<svg class=\"segments\" width=\"100%\" height=\"28\" role=\"img\" aria-label=\"{}\">", escape(said));
    let mut left = 0.0;
    for part in parts {
        let width = 100.0 * part.duration_ms.max(0) as f64 / total as f64;
        let _ = write!(
            svg,
            "<rect class=\"party {} {}\" x=\"{left:.3}%\" y=\"0\" width=\"{width:.3}%\" height=\"28\"><title>{}</title></rect>",
            part.party.as_str(),
            part.state.as_str(),
            escape(&format!("{}: {} ({})", part.cause, format::duration(part.duration_ms), words::party(part.party)))
        );
        left += width;
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use domain::view::local_time;
    use domain::vocabulary::Party;

    use super::*;

    #[test]
    fn the_parts_fill_the_bar() {
        let part = |hours: i64, party| SegmentView {
            from: local_time(0, 0),
            to: local_time(0, 0),
            duration_ms: hours * 3_600_000,
            state: domain::clock::ClockState::Running,
            cause: "in transit".into(),
            party,
            courier: "A".into(),
            calendar: String::new(),
        };
        let svg = segments(&[part(1, Party::Courier), part(3, Party::Customs)], "x");
        assert!(svg.contains("x=\"0.000%\" y=\"0\" width=\"25.000%\""));
        assert!(svg.contains("x=\"25.000%\" y=\"0\" width=\"75.000%\""));
        assert_eq!(segments(&[], "x"), "");
    }
}
