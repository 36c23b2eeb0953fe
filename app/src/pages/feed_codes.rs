//! Codes that no mapping knows: what they mean is chosen here, and seen before it is applied.

use domain::mapping::{CodeMeaning, CourierChange, MappingPreview};
use domain::rate::Rate;
use domain::view::{Standing, UnmappedCode};
use domain::vocabulary::{EventKind, Party, Reason};
use leptos::prelude::*;

use super::feed::FeedDetail;
use crate::components::table::{self, Caption};
use crate::{format, link, words};

/// The form of the codes, and what its choices would change.
pub fn codes(feed: &FeedDetail) -> Option<AnyView> {
    let codes = &feed.view.unmapped;
    if codes.is_empty() && feed.preview.is_none() {
        return None;
    }
    let preview = feed.preview.as_ref().map(|preview| match preview {
        Ok(preview) => would_change(feed, preview),
        Err(fault) => view! { <div class="notice fault" role="alert"><strong>"▲ This cannot be applied"</strong><p>{words::capitalised(fault)} "."</p></div> }.into_any(),
    });
    let form = (!codes.is_empty()).then(|| form(feed, codes));
    Some(
        view! {
            <section class="block" id="codes">
                <h2>"Codes that no mapping knows"</h2>
                {preview}
                {form}
            </section>
        }
        .into_any(),
    )
}

fn form(feed: &FeedDetail, codes: &[UnmappedCode]) -> AnyView {
    let Some(version) = feed.version.clone() else {
        return view! { <p>"They can be mapped here once the definition has no faults."</p> }.into_any();
    };
    let rows = codes.iter().map(|code| row(feed, code)).collect();
    let mut heads = vec![table::head("", "Code"), table::head("number", "Events"), table::head("", "Last received")];
    heads.extend(table::heads(["It means", "Reason, where something failed", "Who answers for it"]));
    let caption = Caption::Shown("Events with these codes are kept, and count for nothing yet".to_owned());
    view! {
        <form method="get" action=format!("{}#codes", link::feed(&feed.view.name))>
            <input type="hidden" name="version" value=version />
            {table::table("codes", caption, heads, rows, vec![])}
            <p><button type="submit">"Show what it would change"</button></p>
        </form>
    }
    .into_any()
}

fn row(feed: &FeedDetail, code: &UnmappedCode) -> AnyView {
    let chosen = feed.asked.codes.iter().find(|meaning| meaning.code == code.code);
    let mappable = EventKind::ALL.iter().filter(|kind| !matches!(kind, EventKind::Unmapped | EventKind::Correction));
    let field = |name: &str| format!("{name}.{}", code.code);
    table::row(
        "",
        vec![
            table::row_head("", view! { <code>{code.code.clone()}</code> }),
            table::number(format::count(code.n)),
            table::time(code.last_received.map_or_else(|| format::NOTHING.to_owned(), format::instant)),
            select(field("event"), mappable.map(|k| (k.as_str(), words::event(*k))), chosen.map(|c| c.event.as_str())),
            select(
                field("reason"),
                Reason::ALL.iter().map(|r| (r.as_str(), words::reason(Some(*r)))),
                chosen.and_then(|c| c.reason).map(Reason::as_str),
            ),
            select(
                field("party"),
                Party::ALL.iter().map(|p| (p.as_str(), words::capitalised(words::party(*p)))),
                chosen.and_then(|c| c.party).map(Party::as_str),
            ),
        ],
    )
}

/// A choice of words, each with how it reads; nothing chosen is an empty value.
fn select(name: String, words: impl Iterator<Item = (&'static str, String)>, chosen: Option<&'static str>) -> AnyView {
    let options = words
        .map(|(word, label)| view! { <option value=word selected=chosen == Some(word)>{label}</option> })
        .collect_view();
    let label = name.replacen('.', " of ", 1);
    let select = view! {
        <select name=name aria-label=label>
            <option value="">"–"</option>
            {options}
        </select>
    };
    table::cell("", select)
}

fn would_change(feed: &FeedDetail, preview: &MappingPreview) -> AnyView {
    let asked = &feed.asked;
    let hidden = asked.codes.iter().map(hidden).collect_view();
    let what = what(feed, preview);
    let table = (!preview.couriers.is_empty()).then(|| couriers(&preview.couriers));
    let rest = (preview.out_of_reach > 0).then(|| {
        let batches = format::counted(preview.out_of_reach, "batch", "batches");
        let why = "what was in it is deleted, or it was read by a definition that does not take these codes";
        view! { <p>{format!("{batches} with these codes would stay as read before: {why}.")}</p> }
    });
    view! {
        <div class="notice">
            <strong>{what}</strong>
            <p>"Nothing has been changed yet."</p>
            {rest}
            {table}
            <form method="post" action=format!("{}/mappings", link::feed(&feed.view.name))>
                <input type="hidden" name="version" value=asked.version.clone() />
                {hidden}
                <button type="submit">"Apply to history and to what comes"</button>
            </form>
        </div>
    }
    .into_any()
}

/// How much it would change. Of a feed on probation nothing is in the figures that could.
fn what(feed: &FeedDetail, preview: &MappingPreview) -> String {
    if feed.view.standing == Standing::Probation {
        let is_asked = |code: &&UnmappedCode| feed.asked.codes.iter().any(|asked| asked.code == code.code);
        let n: i64 = feed.view.unmapped.iter().filter(is_asked).map(|code| code.n).sum();
        return format!(
            "{} of this feed would be read so. None of it counts yet: the feed is on probation.",
            format::counted(n, "event", "events")
        );
    }
    format!(
        "It would change {} of {}.",
        format::counted(preview.events, "event", "events"),
        format::counted(preview.parcels, "parcel", "parcels"),
    )
}

fn hidden(meaning: &CodeMeaning) -> AnyView {
    let fields = [
        ("event", meaning.event.as_str()),
        ("reason", meaning.reason.map(Reason::as_str).unwrap_or_default()),
        ("party", meaning.party.map(Party::as_str).unwrap_or_default()),
    ];
    let field = |(name, value)| view! { <input type="hidden" name=format!("{name}.{}", meaning.code) value=value /> };
    fields.into_iter().filter(|(_, value)| !value.is_empty()).map(field).collect_view().into_any()
}

fn couriers(changes: &[CourierChange]) -> AnyView {
    let rows = changes.iter().map(|change| {
        let cells = vec![
            table::row_head("", change.courier.clone()),
            rate(change.before.on_time),
            rate(change.after.on_time),
            rate(change.before.first_attempt),
            rate(change.after.first_attempt),
        ];
        table::row("", cells)
    });
    let mut heads = table::heads(["Courier"]);
    heads.extend(table::number_heads(["On time now", "On time after", "First attempt now", "First attempt after"]));
    table::table(
        "",
        Caption::Shown("What the couriers’ figures would become, over all days".to_owned()),
        heads,
        rows.collect(),
        vec![],
    )
}

fn rate(rate: Rate) -> AnyView {
    table::cell(
        "number",
        view! { {format::rate(&rate)} " " {table::aside(format!("n = {}", format::count(rate.total)))} },
    )
}
