//! What became of a promise or a contract, as a shape and a word.

use domain::verdict::{Class, LegClass};
use leptos::prelude::*;

use crate::words;

/// The mark of a class.
pub fn class_mark(class: Class) -> AnyView {
    mark(words::class(class))
}

/// The mark of what became of a leg.
pub fn leg_class_mark(class: LegClass) -> AnyView {
    mark(words::leg_class(class))
}

fn mark((shape, word, colour): (&'static str, &'static str, &'static str)) -> AnyView {
    view! {
        <span class=format!("mark {colour}")><span aria-hidden="true">{shape}</span> " " {word}</span>
    }
    .into_any()
}
