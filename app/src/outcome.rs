//! What became of rejected rows that somebody has corrected or dismissed: written into the address to which the form leads
//! back, and read from it.

use domain::rejected::MendAnswer;

use crate::format;
use crate::query::Query;

/// The form's fields for what of the list was shown.
pub const SHOWN_KIND: &str = "shown_kind";
/// See [`SHOWN_KIND`].
pub const SHOWN_AFTER: &str = "shown_after";

/// What became of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// They were corrected.
    Mended {
        /// Rows that were taken in.
        taken: u64,
        /// Rows that are rejected still.
        wrong: u64,
        /// Rows that the definition leaves out.
        left_out: u64,
        /// Rows of the kind that were too many to be corrected at once: 0 or 1.
        more: u64,
    },
    /// So many were dismissed.
    Dismissed(u64),
    /// Nothing was done.
    Refused(Refusal),
}

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Somebody else was quicker.
    Meanwhile,
    /// Nothing in the row was changed.
    Unchanged,
    /// A letter cannot be written.
    Letter,
    /// No row has what should be replaced.
    NothingToReplace,
    /// No reason was chosen.
    NoReason,
    /// The definition of the feed has faults, or does not fit the rows any more.
    Definition,
    /// The row is not to be had.
    Row,
}

const REFUSALS: [(&str, Refusal); 7] = [
    ("meanwhile", Refusal::Meanwhile),
    ("fields", Refusal::Unchanged),
    ("encoding", Refusal::Letter),
    ("from", Refusal::NothingToReplace),
    ("why", Refusal::NoReason),
    ("feed", Refusal::Definition),
    ("rows", Refusal::Row),
];

impl Refusal {
    /// Why a question was refused that has this parameter at fault.
    pub fn of(parameter: &str) -> Self {
        REFUSALS.iter().find(|(name, _)| *name == parameter).map_or(Self::Row, |(_, refusal)| *refusal)
    }

    fn as_str(self) -> &'static str {
        REFUSALS.iter().find(|(_, refusal)| *refusal == self).map_or("", |(name, _)| name)
    }

    /// What to tell.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Meanwhile => {
                "Somebody else has corrected or dismissed this meanwhile. The list shows what is left to be done."
            }
            Self::Unchanged => "Nothing in this row was changed: it would be rejected for the same reason.",
            Self::Letter => "A letter that you wrote cannot be written in the feed’s encoding: write it otherwise.",
            Self::NothingToReplace => "No row with this reason has this in that column, or it says so already.",
            Self::NoReason => "Say why the row is dismissed.",
            Self::Definition => {
                "The definition of the feed cannot read these rows as it is now: correct the definition first."
            }
            Self::Row => "This row cannot be corrected: what was sent is gone, or it was not rejected.",
        }
    }
}

impl Outcome {
    /// The outcome of an answer.
    pub fn mended(answer: &MendAnswer) -> Self {
        Self::Mended {
            taken: answer.taken,
            wrong: answer.rejected.len() as u64,
            left_out: answer.left_out,
            more: u64::from(answer.more),
        }
    }

    /// The parameters of the page that was looked at, with this outcome.
    pub fn query(self, kind: &str, after: &str) -> Query {
        let number = |n: u64| if n == 0 { String::new() } else { n.to_string() };
        let query = Query::default().with("kind", kind).with("after", after);
        match self {
            Self::Mended { taken, wrong, left_out, more } => query
                .with("taken", &taken.to_string())
                .with("wrong", &number(wrong))
                .with("left_out", &number(left_out))
                .with("more", &number(more)),
            Self::Dismissed(rows) => query.with("dismissed", &rows.to_string()),
            Self::Refused(refusal) => query.with("refused", refusal.as_str()),
        }
    }

    /// The outcome that an address tells of.
    pub fn of(query: &Query) -> Option<Self> {
        let number = |name: &str| query.read(name).unwrap_or(0);
        if let Some(refused) = query.get("refused") {
            return Some(Self::Refused(Refusal::of(refused)));
        }
        if let Some(rows) = query.read("dismissed") {
            return Some(Self::Dismissed(rows));
        }
        let taken = query.read("taken")?;
        Some(Self::Mended { taken, wrong: number("wrong"), left_out: number("left_out"), more: number("more") })
    }

    /// What to tell, in sentences.
    pub fn text(self) -> String {
        let rows = |n: u64, one: &str, many: &str| format::counted(i64::try_from(n).unwrap_or(i64::MAX), one, many);
        match self {
            Self::Refused(refusal) => refusal.text().to_owned(),
            Self::Dismissed(n) => format!("{} dismissed.", rows(n, "row was", "rows were")),
            Self::Mended { taken, wrong, left_out, more } => {
                let mut text = format!("{} taken in.", rows(taken, "row was", "rows were"));
                if wrong > 0 {
                    text += &format!(
                        " {} still wrong and listed again, as corrected, with the new reason.",
                        rows(wrong, "row is", "rows are")
                    );
                }
                if left_out > 0 {
                    text += &format!(" {} left out, as the definition says.", rows(left_out, "row was", "rows were"));
                }
                if more > 0 {
                    text += " There are more than are corrected at once: do it again.";
                }
                text
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_read_from_the_address_it_leads_to() {
        for outcome in [
            Outcome::Mended { taken: 0, wrong: 2, left_out: 0, more: 0 },
            Outcome::Mended { taken: 10_000, wrong: 0, left_out: 3, more: 1 },
            Outcome::Dismissed(1),
            Outcome::Refused(Refusal::Meanwhile),
            Outcome::Refused(Refusal::Unchanged),
        ] {
            let query = outcome.query("0a", "1f-5");
            assert_eq!(Outcome::of(&query), Some(outcome), "{query}");
            assert_eq!((query.get("kind"), query.get("after")), (Some("0a"), Some("1f-5")));
        }
        assert_eq!(Outcome::of(&Query::parse("?kind=0a")), None);
        for (_, refusal) in REFUSALS {
            assert_eq!(Refusal::of(refusal.as_str()), refusal);
        }
    }

    #[test]
    fn an_outcome_says_what_is_left_to_be_done() {
        let text = Outcome::Mended { taken: 1, wrong: 2, left_out: 0, more: 0 }.text();
        assert_eq!(
            text,
            "1 row was taken in. 2 rows are still wrong and listed again, as corrected, with the new reason."
        );
        assert_eq!(Outcome::Dismissed(1).text(), "1 row was dismissed.");
    }
}
