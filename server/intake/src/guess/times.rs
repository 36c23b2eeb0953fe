//! How the times of a column are written.

use chrono::NaiveDate;

use crate::time::Format;

/// Ways to write a date. Where two fit alike, the earlier one is taken.
const DATES: &[&str] = &[
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%d-%m-%y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d %b %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%b %d %Y",
    "%B %d, %Y",
    "%Y年%m月%d日",
    "%m-%d",
    "%d/%m",
    "%m/%d",
    "%d.%m.",
];
/// Ways to write a time of day behind a date.
const CLOCKS: &[&str] = &[
    " %H:%M",
    " %H:%M:%S",
    "",
    "T%H:%M:%S",
    "T%H:%M",
    " %H:%M:%S%.f",
    " %I:%M %p",
    " %I:%M:%S %p",
    " %H.%M",
    " %Hh%M",
    ", %H:%M",
    " %H%M",
    "%H%M",
    "%H%M%S",
    " %H%M%S",
    " - %H:%M",
    " %H:%M %z",
    " %H:%M:%S %z",
    " %H:%M:%S%z",
];
/// Values that are tried first, since most ways fail at once.
const FIRST: usize = 4;
/// The share of values that a way has to fit, of a hundred.
const FITS: usize = 90;

/// One way in which the times of a column may be written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Style {
    /// The formats of the definition, tried in turn.
    pub formats: Vec<String>,
    /// Whether all times are read.
    pub is_whole: bool,
    /// Whether there are times of day that are not midnight.
    pub has_clock: bool,
    /// Whether every time writes its offset from UTC, and not all of them write UTC itself.
    pub has_offset: bool,
    /// The first and the last day.
    pub days: (NaiveDate, NaiveDate),
}

/// Whether a format leaves the year out.
pub(super) fn lacks_year(format: &str) -> bool {
    format.starts_with('%') && !format.contains("%Y") && !format.contains("%y")
}

/// The ways in which these texts may be times, likeliest first. `may_count` says whether they may be plain numbers.
pub(super) fn styles(values: &[&str], may_count: bool, year: i32) -> Vec<Style> {
    let Some(first) = values.first() else { return Vec::new() };
    if !first.bytes().any(|b| b.is_ascii_digit()) || first.len() > 40 {
        return Vec::new();
    }
    let patterns = DATES.iter().flat_map(|date| CLOCKS.iter().map(move |clock| format!("{date}{clock}")));
    let mut fitting: Vec<(usize, Style)> = Vec::new();
    let words = ["iso", "epoch_seconds", "epoch_ms"].into_iter().map(str::to_owned);
    for text in words.chain(patterns) {
        if !may_count && (text.starts_with("epoch") || !text.contains(['-', '/', '.', ' ', ':', '年']) && text != "iso")
        {
            continue;
        }
        let Ok(format) = Format::new(&text, lacks_year(&text).then_some(year)) else { continue };
        let read = |value: &&str| format.read(value).filter(|written| plausible(written.date));
        if !values.iter().take(FIRST).any(|value| read(value).is_some()) {
            continue;
        }
        let written: Vec<_> = values.iter().filter_map(read).collect();
        let (Some(from), Some(to)) = (written.iter().map(|w| w.date).min(), written.iter().map(|w| w.date).max())
        else {
            continue;
        };
        let style = Style {
            formats: vec![text],
            is_whole: written.len() == values.len(),
            has_clock: written.iter().any(|w| w.ms_of_day.is_some_and(|ms| ms != 0)),
            has_offset: written.iter().all(|w| w.offset.is_some()) && written.iter().any(|w| w.offset != Some(0)),
            days: (from, to),
        };
        fitting.push((written.len(), style));
    }
    // The way that reads most; of those the one whose days lie closest together: exchanged days and months scatter.
    fitting.sort_by_key(|(read, style)| (std::cmp::Reverse(*read), span(style)));
    complete(values, year, fitting)
}

/// Adds to a way that does not read everything the one that reads the rest, and leaves out what reads too little.
fn complete(values: &[&str], year: i32, fitting: Vec<(usize, Style)>) -> Vec<Style> {
    let all = fitting.clone();
    let mut styles: Vec<Style> = Vec::new();
    for (read, mut style) in fitting {
        if read < values.len() {
            let rest = all.iter().flat_map(|(_, other)| &other.formats).find(|other| {
                let formats = [style.formats.first(), Some(*other)];
                let formats = formats.map(|text| Format::new(text.map_or("", String::as_str), Some(year)));
                values.iter().all(|value| formats.iter().flatten().any(|format| format.read(value).is_some()))
            });
            style.is_whole = rest.is_some();
            style.formats.extend(rest.cloned());
        }
        if style.is_whole || read * 100 >= values.len() * FITS {
            // Two ways that read the same are one.
            let is_new = styles.iter().all(|s| (s.days, s.has_clock) != (style.days, style.has_clock));
            styles.extend(is_new.then_some(style));
        }
    }
    styles.sort_by_key(|style| !style.is_whole);
    styles.truncate(6);
    styles
}

/// Whether two ways both read everything: then days and months may be exchanged.
pub(super) fn is_ambiguous(styles: &[Style]) -> bool {
    matches!(styles, [first, second, ..] if second.is_whole && first.days != second.days)
}

fn span(style: &Style) -> i64 {
    style.days.1.signed_duration_since(style.days.0).num_days()
}

fn plausible(date: NaiveDate) -> bool {
    use chrono::Datelike;
    (2000..=2100).contains(&date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(values: &[&str]) -> Option<String> {
        styles(values, true, 2024).first().map(|style| style.formats.join(" | "))
    }

    #[test]
    fn the_format_of_a_column_follows_from_its_values() {
        for (values, expected) in [
            (vec!["2024-06-03 10:00:00", "2024-06-04 11:30:00"], Some("iso")),
            (vec!["2024-06-03T10:00:00+02:00"], Some("iso")),
            (vec!["03/06/2024 10:00", "28/06/2024 9:30"], Some("%d/%m/%Y %H:%M")),
            (vec!["06/28/2024 10:00 AM", "06/03/2024 12:30 PM"], Some("%m/%d/%Y %I:%M %p")),
            (vec!["03.06.2024 17:05", "05.06.2024"], Some("%d.%m.%Y %H:%M | %d.%m.%Y")),
            (vec!["05-01 08:41:00", "05-31 09:00:10"], Some("%m-%d %H:%M:%S")),
            (vec!["1717610400", "1717610401"], Some("epoch_seconds")),
            (vec!["1717477200,25"], Some("epoch_seconds")),
            (vec!["1717610400000"], Some("epoch_ms")),
            (vec!["20240603", "20240604"], Some("%Y%m%d")),
            (vec!["3 Jun 2024", "14 Jun 2024"], Some("%d %b %Y")),
            (vec!["ES123", "ES124"], None),
            (vec!["120.0035", "-4"], None),
        ] {
            assert_eq!(best(&values).as_deref(), expected, "{values:?}");
        }
    }

    #[test]
    fn days_and_months_are_told_apart_by_how_far_the_days_scatter() {
        let april = ["04/01/2024", "04/05/2024", "04/09/2024", "04/12/2024"];
        let styles = styles(&april, false, 2024);
        assert_eq!(styles[0].formats, ["%m/%d/%Y"]);
        assert!(is_ambiguous(&styles), "both can be read");
    }

    #[test]
    fn plain_numbers_are_times_only_where_the_name_says_so() {
        assert!(styles(&["1717610400"], false, 2024).is_empty());
    }
}
