//! What became of a promise, as a shape and a word.

use domain::verdict::Class;
use leptos::prelude::*;

use crate::words;

/// The mark of a class.
pub fn class_mark(class: Class) -> AnyView {
    let (shape, word, colour) = words::class(class);
    view! {
        <span class=format!("mark {colour}")><span aria-hidden="true">{shape}</span> " " {word}</span>
    }
    .into_any()
}
