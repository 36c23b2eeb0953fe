//! What only a browser can do. On the server each of these does nothing.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::{location, set_timeout};
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys;

use crate::live::Live;
use crate::query::Query;

/// Sends the form that this element belongs to, as its button would. Only choices do so: text is still being typed.
pub fn submit_on_choice(event: &ev::Event) {
    let Some(select) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlSelectElement>().ok()) else {
        return;
    };
    // The days follow in fields of their own.
    if select.value() == "custom" {
        return;
    }
    if let Some(form) = select.form() {
        let _ = form.request_submit();
    }
}

/// The filled-in fields of a form that is being sent; the browser then leaves the sending to us.
pub fn fields_of(event: &ev::SubmitEvent) -> Option<Query> {
    let form = event.target()?.dyn_into::<web_sys::HtmlFormElement>().ok()?;
    let data = web_sys::FormData::new_with_form(&form).ok()?;
    let fields = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    event.prevent_default();
    Some(Query::parse(&String::from(fields.to_string())))
}

/// Leaves for a page that the server sends whole, after a moment: where that fails as well, the server is not asked
/// without a pause.
pub fn load_whole(address: String) {
    let leave = move || {
        let _ = location().set_href(&address);
    };
    set_timeout(leave, Duration::from_secs(1));
}

/// Listens to the server's announcements. A connection that breaks is made again by the browser itself; one that
/// the server refused, by us after a while.
#[cfg(feature = "hydrate")]
pub fn follow_changes(live: Live) {
    use leptos::prelude::*;
    use leptos::wasm_bindgen::closure::Closure;
    use web_sys::{EventSource, MessageEvent};

    use crate::live::Connection;

    const AGAIN_AFTER: Duration = Duration::from_secs(3);

    let Ok(source) = EventSource::new("/api/v1/changes") else { return };
    let opened = Closure::<dyn Fn()>::new(move || live.connection.set(Connection::Live));
    let announced = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
        if let Some(revision) = message.data().as_string().and_then(|text| text.trim().parse().ok()) {
            live.announce(revision);
        }
    });
    let failed = Closure::<dyn Fn()>::new({
        let source = source.clone();
        move || {
            live.connection.set(Connection::Lost);
            if source.ready_state() == EventSource::CLOSED {
                set_timeout(move || follow_changes(live), AGAIN_AFTER);
            }
        }
    });
    source.set_onopen(Some(opened.as_ref().unchecked_ref()));
    source.set_onerror(Some(failed.as_ref().unchecked_ref()));
    let _ = source.add_event_listener_with_callback("revision", announced.as_ref().unchecked_ref());
    // The connection lives as long as the page.
    opened.forget();
    announced.forget();
    failed.forget();
}

/// Listens to the server's announcements.
#[cfg(not(feature = "hydrate"))]
pub fn follow_changes(_live: Live) {}
