//! Tables: each has a caption, and every column and row its heading.

use leptos::prelude::*;

/// Where a table says what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caption {
    /// Above it.
    Shown(String),
    /// Only to those who do not see what stands above it.
    Unseen(String),
}

/// A table that scrolls sideways where it is too wide.
pub fn table(
    class: &'static str,
    caption: Caption,
    heads: Vec<AnyView>,
    rows: Vec<AnyView>,
    foot: Vec<AnyView>,
) -> AnyView {
    let (caption, caption_class) = match caption {
        Caption::Shown(text) => (text, ""),
        Caption::Unseen(text) => (text, "unseen"),
    };
    let foot = (!foot.is_empty()).then(|| view! { <tfoot>{foot}</tfoot> });
    view! {
        <div class="wide">
            <table class=class>
                <caption class=caption_class>{caption}</caption>
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{rows}</tbody>
                {foot}
            </table>
        </div>
    }
    .into_any()
}

/// Headings of columns of text.
pub fn heads<const N: usize>(labels: [&'static str; N]) -> Vec<AnyView> {
    labels.into_iter().map(|label| head("", label)).collect()
}

/// Headings of columns of numbers.
pub fn number_heads<const N: usize>(labels: [&'static str; N]) -> Vec<AnyView> {
    labels.into_iter().map(|label| head("number", label)).collect()
}

/// The heading of a column whose cells need none for those who see them.
pub fn unseen_head(label: &'static str) -> AnyView {
    head("", view! { <span class="unseen">{label}</span> })
}

/// The heading of a column.
pub fn head(class: &'static str, content: impl IntoView + 'static) -> AnyView {
    let content = content.into_any();
    view! { <th scope="col" class=class>{content}</th> }.into_any()
}

/// A row.
pub fn row(class: &'static str, cells: Vec<AnyView>) -> AnyView {
    view! { <tr class=class>{cells}</tr> }.into_any()
}

/// What a row is about.
pub fn row_head(class: &'static str, content: impl IntoView + 'static) -> AnyView {
    let content = content.into_any();
    view! { <th scope="row" class=class>{content}</th> }.into_any()
}

/// A cell.
pub fn cell(class: &'static str, content: impl IntoView + 'static) -> AnyView {
    let content = content.into_any();
    view! { <td class=class>{content}</td> }.into_any()
}

/// A cell with text.
pub fn text(text: impl Into<String>) -> AnyView {
    cell("", text.into())
}

/// A cell with a number.
pub fn number(text: String) -> AnyView {
    cell("number", text)
}

/// A cell with a time, which is never broken into lines.
pub fn time(text: String) -> AnyView {
    cell("time", text)
}

/// A cell with a drawing.
pub fn drawing(class: &'static str, svg: String) -> AnyView {
    view! { <td class=class inner_html=svg></td> }.into_any()
}

/// A remark in small beside what a cell says.
pub fn aside(text: impl Into<String>) -> AnyView {
    let text = text.into();
    view! { <span class="aside">{text}</span> }.into_any()
}
