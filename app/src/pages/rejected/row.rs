//! One rejected row, to be corrected or dismissed.

use domain::rejected::{Dismissal, FIELD_PREFIX, FieldText, Left, RowToMend, is_at_fault};
use leptos::prelude::*;

use super::{RejectedRows, place};
use crate::query::Query;
use crate::{format, link, words};

/// A row with its reason, its fields, and what can be done about it.
pub fn form(rows: &RejectedRows, row: &RowToMend, query: &Query) -> AnyView {
    let path = link::rejected(&rows.feed.name);
    let can_mend = rows.is_defined && row.left == Left::Fields;
    let fields = (row.left == Left::Fields).then(|| {
        let fields = row.fields.iter().map(|field| text_field(row, field, rows.is_defined)).collect_view();
        view! { <div class="fields">{fields}</div> }
    });
    let mend = can_mend.then(|| view! { <button class="mend" type="submit">"Correct and take in"</button> });
    let title = format!("Row {}", row.name.row);
    let about = format!("batch {:x}, received {}", row.name.batch, format::instant(row.received_at));
    let again = row.mends.map(|origin| {
        let text = format!("Corrected before: it was row {} of batch {:x}.", origin.row, origin.batch);
        view! { <p class="aside">{text}</p> }
    });
    view! {
        <form class="rejected" method="post" action=format!("{path}/mend") id=format!("row-{}", row.name)>
            <input type="hidden" name="row" value=row.name.to_string() />
            {place(query)}
            <header><h2>{title}</h2> <span class="aside">{about}</span></header>
            <p class="wrong"><span aria-hidden="true">"▲ "</span> {what_is_wrong(row)}</p>
            {again}
            {left(row.left)}
            {fields}
            <div class="actions">
                {mend}
                <select name="why" aria-label=format!("Why row {} is dismissed", row.name.row)>{reasons()}</select>
                <button type="submit" formaction=format!("{path}/dismiss")>"Dismiss"</button>
            </div>
        </form>
    }
    .into_any()
}

fn what_is_wrong(row: &RowToMend) -> AnyView {
    if row.field == "row" {
        return words::capitalised(&row.reason).into_any();
    }
    view! { <code>{row.field.clone()}</code> " " {row.reason.clone()} }.into_any()
}

/// What to know of a row that has no fields to show.
fn left(left: Left) -> Option<AnyView> {
    let text = match left {
        Left::Fields => return None,
        Left::Deleted => "What was sent has been deleted. Have the row sent again, or dismiss it.",
        Left::Unreadable => "Its fields cannot be told apart. Have the row sent again, or dismiss it.",
    };
    Some(view! { <p>{text}</p> }.into_any())
}

fn text_field(row: &RowToMend, field: &FieldText, is_open: bool) -> AnyView {
    let id = format!("{}-{}", row.name, field.name);
    let name = format!("{FIELD_PREFIX}{}", field.name);
    let (label, text) = (field.name.clone(), field.text.clone());
    let is_wrong = is_at_fault(&row.field, &field.name);
    let class = if is_wrong { "field at-fault" } else { "field" };
    let invalid = is_wrong.then_some("true");
    let input = if text.contains('\n') {
        view! { <textarea id=id.clone() name=name rows="2" readonly=!is_open aria-invalid=invalid>{format!("\n{text}")}</textarea> }.into_any()
    } else {
        view! { <input id=id.clone() name=name value=text readonly=!is_open aria-invalid=invalid autocomplete="off" spellcheck="false" /> }
            .into_any()
    };
    view! { <div class=class><label for=id>{label}</label> {input}</div> }.into_any()
}

fn reasons() -> AnyView {
    let reason = |&why: &Dismissal| view! { <option value=why.as_str()>{words::dismissal(why)}</option> };
    let reasons = Dismissal::ALL.iter().map(reason).collect_view();
    view! { <option value="">"Why?"</option> {reasons} }.into_any()
}
