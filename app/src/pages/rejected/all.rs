//! The same mistake in many rows is corrected at once.

use std::collections::BTreeMap;

use domain::rejected::{Kind, Left, RowToMend, is_at_fault};
use leptos::prelude::*;

use super::{RejectedRows, place};
use crate::query::Query;
use crate::{format, link};

/// The form that corrects all rows of the kind that is shown; none where that is only one row, or has several kinds.
pub fn form(rows: &RejectedRows, query: &Query) -> Option<AnyView> {
    let kind: Kind = query.read("kind")?;
    let of = rows.feed.rejections.iter().find(|of| of.kind == Some(kind)).filter(|of| of.n > 1)?;
    let (field, text) = likeliest(&rows.page.rows, &of.field).filter(|_| rows.is_defined)?;
    let options = columns(&rows.page.rows)
        .into_iter()
        .map(|name| view! { <option value=name.clone() selected=name == field>{name.clone()}</option> })
        .collect_view();
    let title = format!("The same in all {} with this reason", format::counted(of.n, "row", "rows"));
    Some(
        view! {
            <form class="block all-alike" method="post" action=format!("{}/mend", link::rejected(&rows.feed.name))>
                <h2>{title}</h2>
                <input type="hidden" name="kind" value=kind.to_string() />
                {place(query)}
                <div class="fields">
                    <div class="field"><label for="field">"In the column"</label> <select id="field" name="field">{options}</select></div>
                    <div class="field"><label for="from">"where it says"</label> <input id="from" name="from" value=text autocomplete="off" spellcheck="false" /></div>
                    <div class="field"><label for="to">"write"</label> <input id="to" name="to" autocomplete="off" spellcheck="false" /></div>
                </div>
                <label class="tick"><input type="checkbox" name="everywhere" value="yes" /> " whatever it says there"</label>
                <p><button type="submit">"Correct all of them and take in"</button></p>
            </form>
        }
        .into_any(),
    )
}

/// The columns of the rows, in their order.
fn columns(rows: &[RowToMend]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for field in rows.iter().flat_map(|row| &row.fields) {
        if !columns.contains(&field.name) {
            columns.push(field.name.clone());
        }
    }
    columns
}

/// The column at fault, or the first where it is the row as a whole, and what stands in it most often; none where no row
/// has anything to show.
fn likeliest(rows: &[RowToMend], fault: &str) -> Option<(String, String)> {
    let rows = rows.iter().filter(|row| row.left == Left::Fields);
    let fields: Vec<_> = rows.flat_map(|row| &row.fields).collect();
    let column = fields.iter().find(|field| is_at_fault(fault, &field.name)).or(fields.first())?.name.clone();
    let mut texts: BTreeMap<&str, usize> = BTreeMap::new();
    for field in fields.iter().filter(|field| field.name == column) {
        *texts.entry(&field.text).or_default() += 1;
    }
    // Of several that are as frequent, the one that stands first.
    let most = texts.values().max().copied()?;
    let text = fields.iter().find(|field| field.name == column && texts.get(field.text.as_str()) == Some(&most))?;
    Some((column, text.text.clone()))
}

#[cfg(test)]
mod tests {
    use domain::rejected::{FieldText, RowName};

    use super::*;

    fn row(texts: &[(&str, &str)]) -> RowToMend {
        let field = |(name, text): &(&str, &str)| FieldText { name: (*name).into(), text: (*text).into() };
        RowToMend {
            name: RowName { batch: 1, row: 2 },
            received_at: Default::default(),
            field: "at".into(),
            reason: String::new(),
            kind: Kind(0),
            left: Left::Fields,
            fields: texts.iter().map(field).collect(),
            mends: None,
        }
    }

    #[test]
    fn what_is_most_likely_to_be_replaced_stands_there_already() {
        let rows = [row(&[("n", "1"), ("at", "x")]), row(&[("n", "2"), ("at", "y")]), row(&[("n", "3"), ("at", "y")])];
        let says = |column: &str, text: &str| Some((column.to_owned(), text.to_owned()));
        assert_eq!(likeliest(&rows, "at"), says("at", "y"));
        assert_eq!(likeliest(&rows, "{at} {zone}"), says("at", "y"));
        assert_eq!(likeliest(&rows, "row"), says("n", "1"));
        assert_eq!(likeliest(&[], "at"), None);
        assert_eq!(columns(&rows), ["n", "at"]);
    }
}
