//! The order of the couriers in their table, and its pages.

use std::cmp::Ordering;

use crate::figures::GroupFigures;
use crate::query::Query;

/// Rows on a page.
pub const PAGE_ROWS: usize = 50;

/// A column that the table can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Name.
    Courier,
    /// How many were judged.
    Judged,
    /// On-time rate.
    OnTime,
    /// Rate of the not late.
    NotLate,
    /// First-attempt success.
    FirstAttempt,
    /// Failed attempts.
    Failed,
    /// Transit P90.
    P90,
    /// Late and not delivered yet.
    LateOpen,
}

impl Column {
    /// The columns, in the order of the table.
    pub const ALL: [Self; 8] = [
        Self::Courier,
        Self::Judged,
        Self::OnTime,
        Self::NotLate,
        Self::FirstAttempt,
        Self::Failed,
        Self::P90,
        Self::LateOpen,
    ];

    /// Its word in the address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Courier => "courier_name",
            Self::Judged => "n",
            Self::OnTime => "on_time",
            Self::NotLate => "not_late",
            Self::FirstAttempt => "first_attempt",
            Self::Failed => "failed",
            Self::P90 => "p90",
            Self::LateOpen => "late_open",
        }
    }

    /// Its heading.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Courier => "Courier",
            Self::Judged => "Judged",
            Self::OnTime => "On time",
            Self::NotLate => "Not late",
            Self::FirstAttempt => "First attempt",
            Self::Failed => "Failed attempts",
            Self::P90 => "Transit P90",
            Self::LateOpen => "Not delivered",
        }
    }

    /// Whether the first click on it shows the largest first. Rates begin with what needs attention: the lowest.
    const fn is_descending_first(self) -> bool {
        matches!(self, Self::Judged | Self::Failed | Self::P90 | Self::LateOpen)
    }

    /// Whether thin evidence makes its order meaningless.
    const fn ranks(self) -> bool {
        matches!(self, Self::OnTime | Self::NotLate | Self::FirstAttempt | Self::P90)
    }
}

/// By what and in which direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// The column.
    pub column: Column,
    /// Largest first.
    pub descending: bool,
}

impl Order {
    /// Reads `sort` and `dir`; without them, what needs attention comes first.
    pub fn of(query: &Query) -> Self {
        let word = query.get("sort").unwrap_or_default();
        let column = Column::ALL.into_iter().find(|column| column.word() == word).unwrap_or(Column::OnTime);
        let descending = match query.get("dir") {
            Some("desc") => true,
            Some("asc") => false,
            _ => column.is_descending_first(),
        };
        Self { column, descending }
    }

    /// The address that sorts by this column; by the sorted one, the other way round.
    pub fn link(self, column: Column, query: &Query, path: &str) -> String {
        let descending = if self.column == column { !self.descending } else { column.is_descending_first() };
        let direction = if descending { "desc" } else { "asc" };
        query.without(&["page"]).with("sort", column.word()).with("dir", direction).href(path)
    }

    /// What a screen reader is told of this column.
    pub fn aria_sort(self, column: Column) -> &'static str {
        match (self.column == column, self.descending) {
            (false, _) => "none",
            (true, true) => "descending",
            (true, false) => "ascending",
        }
    }

    /// Sorts; thin rows come last where their order would mean nothing, and so do rows without the figure.
    pub fn sort(self, rows: &mut [GroupFigures]) {
        rows.sort_by(|a, b| {
            let thin = if self.column.ranks() { a.is_thin().cmp(&b.is_thin()) } else { Ordering::Equal };
            thin.then_with(|| self.compare(a, b)).then_with(|| a.name.cmp(&b.name))
        });
    }

    fn compare(self, a: &GroupFigures, b: &GroupFigures) -> Ordering {
        let value = |row: &GroupFigures| match self.column {
            Column::Courier => None,
            Column::Judged => Some(row.on_time.1 as f64),
            Column::OnTime => row.on_time.rate().rate,
            Column::NotLate => row.not_late.rate().rate,
            Column::FirstAttempt => row.first_attempt.rate().rate,
            Column::Failed => Some(row.failed_attempts as f64),
            Column::P90 => row.p90_ms.map(|ms| ms as f64),
            Column::LateOpen => Some(row.late_open as f64),
        };
        let turned = |order: Ordering| if self.descending { order.reverse() } else { order };
        if self.column == Column::Courier {
            return turned(a.name.to_lowercase().cmp(&b.name.to_lowercase()));
        }
        match (value(a), value(b)) {
            (Some(a), Some(b)) => turned(a.total_cmp(&b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        }
    }
}

/// The page asked for, from 1, and how many there are.
pub fn page_of(query: &Query, rows: usize) -> (u32, u32) {
    let pages = u32::try_from(rows.div_ceil(PAGE_ROWS)).unwrap_or(u32::MAX).max(1);
    (query.read::<u32>("page").unwrap_or(1).clamp(1, pages), pages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Share;

    fn row(name: &str, hits: i64, total: i64) -> GroupFigures {
        GroupFigures {
            name: name.into(),
            on_time: Share(hits, total),
            not_late: Share(hits, total),
            first_attempt: Share(0, 0),
            failed_attempts: 0,
            p90_ms: None,
            late_open: 0,
            spark: vec![],
        }
    }

    fn sorted(search: &str) -> Vec<String> {
        let mut rows =
            [row("b", 90, 100), row("thin", 1, 10), row("A", 95, 100), row("c", 99, 1000), row("none", 0, 0)];
        Order::of(&Query::parse(search)).sort(&mut rows);
        rows.into_iter().map(|row| row.name).collect()
    }

    #[test]
    fn what_needs_attention_comes_first_and_thin_evidence_last() {
        assert_eq!(sorted(""), ["c", "b", "A", "thin", "none"]);
        assert_eq!(sorted("sort=on_time&dir=desc"), ["A", "b", "c", "thin", "none"]);
    }

    #[test]
    fn counts_and_names_rank_everyone() {
        assert_eq!(sorted("sort=n"), ["c", "A", "b", "thin", "none"]);
        assert_eq!(sorted("sort=courier_name"), ["A", "b", "c", "none", "thin"]);
    }

    #[test]
    fn a_second_click_turns_the_order_round() {
        let query = Query::parse("service=X&page=3&sort=n");
        let order = Order::of(&query);
        assert_eq!(order.link(Column::Judged, &query, "/"), "/?service=X&sort=n&dir=asc");
        assert_eq!(order.link(Column::OnTime, &query, "/"), "/?service=X&sort=on_time&dir=asc");
        assert_eq!(order.aria_sort(Column::Judged), "descending");
    }

    #[test]
    fn a_page_beyond_the_last_is_the_last() {
        assert_eq!(page_of(&Query::parse("page=99"), 667), (14, 14));
        assert_eq!(page_of(&Query::parse("page=0"), 667), (1, 14));
        assert_eq!(page_of(&Query::parse(""), 0), (1, 1));
    }
}
