//! What was saved of a text, and why.

use domain::glance::EditionView;
use leptos::prelude::*;

use super::table::{self, Caption};
use crate::format;

/// A table of editions, the latest first; nothing where there is none.
pub fn editions(caption: &'static str, editions: &[EditionView]) -> Option<AnyView> {
    let rows = editions.iter().map(|edition| {
        let note = if edition.note.is_empty() { "no reason given" } else { edition.note.as_str() };
        let cells = vec![
            table::row_head("", edition.edition.to_string()),
            table::time(format::instant(edition.saved_at)),
            table::cell("prose", note.to_owned()),
        ];
        table::row("", cells)
    });
    let heads = table::heads(["Edition", "Saved", "Why"]);
    (!editions.is_empty())
        .then(|| table::table("narrow", Caption::Shown(caption.to_owned()), heads, rows.collect(), vec![]))
}
