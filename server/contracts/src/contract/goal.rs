//! Goals as they are written: `"95 %"` or `36`.

use domain::contract::Goal;

use crate::draft::{Draft, Node};

/// The goal that a value says: a percentage in quotes is a share, a number is in the KPI's own unit.
pub(super) fn read(draft: &mut Draft, node: &Node<'_>) -> Option<Goal> {
    if let Some(value) = draft.number(node) {
        return Some(Goal::Value(value));
    }
    if !node.is_text() {
        draft.fault(node, WRONG);
        return None;
    }
    let text = draft.text(node)?;
    let percent = text
        .strip_suffix('%')
        .map(str::trim_end)
        .filter(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
    // The decimal point is moved in the text, so that 97.3 % is exactly the share that 0.973 is.
    let share = percent.and_then(|number| format!("{number}e-2").parse::<f64>().ok());
    let share = share.filter(|share| (0.0..=1.0).contains(share));
    if share.is_none() {
        draft.fault(node, WRONG);
    }
    share.map(Goal::Share)
}

const WRONG: &str =
    "is not a goal: write a share of 0 to 100 in quotes, as in \"95 %\", or a number in the KPI's own unit";

/// A goal as TOML.
pub(super) fn write(goal: Goal) -> String {
    match goal {
        Goal::Share(_) => format!("\"{}\"", goal_in_words(goal)),
        Goal::Value(_) => goal_in_words(goal),
    }
}

/// A goal in words: `95 %`, or a number in the KPI's own unit.
pub fn goal_in_words(goal: Goal) -> String {
    match goal {
        Goal::Share(share) => format!("{} %", hundredfold(share)),
        Goal::Value(value) => format!("{value:?}"),
    }
}

/// A share as a percentage, exactly: the decimal point is moved in the text.
fn hundredfold(share: f64) -> String {
    let text = share.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let (two, rest) = part.split_at_checked(2).unwrap_or((part, ""));
    let digits = format!("{whole}{two:0<2}");
    let whole = digits.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if rest.is_empty() { whole.to_owned() } else { format!("{whole}.{rest}") }
}
