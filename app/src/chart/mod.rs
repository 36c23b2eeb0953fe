//! Charts: pure functions from data to SVG text. Widths are in percent and text in pixels, so that a chart fills
//! whatever it stands in and its letters stay the size of the page's.

pub mod interval;
pub mod pareto;
pub mod scale;
pub mod segments;
pub mod series;
pub mod spark;
pub mod trend;
pub mod waterfall;

/// Text made safe for an element or an attribute of the SVG.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_cannot_break_out_of_the_drawing() {
        assert_eq!(super::escape("<script>\"&"), "&lt;script&gt;&quot;&amp;");
    }
}
