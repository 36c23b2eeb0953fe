//! One parcel, whole.

mod by_contract;

use domain::view::{AttemptView, LegView, ParcelView, PromiseView, SegmentView};
use domain::vocabulary::Party;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use leptos_router::hooks::use_url;

use crate::chart::segments::segments;
use crate::components::class_mark::class_mark;
use crate::components::heading::Heading;
use crate::components::loaded::{Loaded, empty};
use crate::components::table::{self, Caption};
use crate::components::timeline::timeline;
use crate::fault::Fault;
use crate::live::live;
use crate::{format, link, reply, words};

/// Every parcel with this number.
#[server(prefix = "/api/pages", endpoint = "parcel", input = GetUrl)]
async fn read_parcel(number: String) -> Result<Vec<ParcelView>, Fault> {
    Ok(super::reading::backend().find_parcels(&number).await?)
}

/// The page of the parcels with one number.
#[component]
pub fn ParcelPage() -> impl IntoView {
    let url = use_url();
    let number = Memo::new(move |_| url.with(|url| link::name_in(url.path(), "/parcels/")));
    move || {
        let number = number.get();
        view! { <ParcelsOfNumber number /> }
    }
}

#[component]
fn ParcelsOfNumber(number: String) -> impl IntoView {
    let changes = live().changes;
    let asked = number.clone();
    let parcels = Resource::new(move || changes.get(), move |_| read_parcel(asked.clone()));
    let shown = number.clone();
    let show = move |parcels: Vec<ParcelView>| match parcels.as_slice() {
        [] => unknown(&shown),
        [parcel] => whole(parcel),
        several => {
            let note = format!("This number was used for {} parcels. The latest stands first.", several.len());
            let parcels = latest_first(several).into_iter().map(whole).collect_view();
            view! { <p class="notice">{note}</p> {parcels} }.into_any()
        }
    };
    view! {
        <p class="crumbs"><a href="/parcels">"Parcels"</a></p>
        <Heading title=number />
        <Loaded from=parcels show />
    }
}

/// By their first event, the latest first.
fn latest_first(parcels: &[ParcelView]) -> Vec<&ParcelView> {
    let mut parcels: Vec<&ParcelView> = parcels.iter().collect();
    parcels.sort_by_key(|parcel| std::cmp::Reverse(parcel.timeline.first().map(|event| event.at)));
    parcels
}

fn unknown(number: &str) -> AnyView {
    reply::not_found();
    let advice = view! {
        <p>"No feed has told of it yet. Check the number, or " <a href="/parcels">"look among all parcels"</a> "."</p>
    };
    empty(&format!("There is no parcel with the number “{number}”"), advice)
}

fn whole(parcel: &ParcelView) -> AnyView {
    view! {
        <article class="parcel">
            <p class="headline">{words::status(parcel.status)} {class_mark(parcel.clock.class)}</p>
            <p class="verdict">{parcel.clock.verdict.clone()}</p>
            {facts(parcel)} {time_spent("Where the time went", &parcel.clock.segments)}
            <div class="halves late">{legs(&parcel.legs)} {attempts(&parcel.attempts)}</div>
            {by_contract::by_contract(&parcel.legs, &parcel.numbers)}
            {timeline(&parcel.timeline)}
        </article>
    }
    .into_any()
}

fn facts(parcel: &ParcelView) -> AnyView {
    let courier =
        view! { <a href=link::courier(&parcel.courier) rel=link::rel(&parcel.courier)>{parcel.courier.clone()}</a> }
            .into_any();
    let numbers = parcel.numbers.iter().map(|n| format!("{} ({})", n.number, n.courier)).collect::<Vec<_>>().join(", ");
    let corridor = match (parcel.attributes.origin_country.as_str(), parcel.attributes.destination_country.as_str()) {
        ("", "") => String::new(),
        (from, to) => format!("{} → {}", stated(from), stated(to)),
    };
    let mode = parcel.attributes.delivery_mode.map(words::delivery_mode).unwrap_or_default();
    let time = |at: &Option<domain::view::LocalTime>| at.as_ref().map(format::local).unwrap_or_default();
    let text = |text: String| if text.is_empty() { ().into_any() } else { view! { {text} }.into_any() };
    let (postcode, region) = (&parcel.attributes.destination_postcode, &parcel.attributes.destination_region);
    let destination = format!("{postcode} {region}").trim().to_owned();
    let facts = [
        (
            "Promise",
            parcel.clock.promise.is_some(),
            text(parcel.clock.promise.as_ref().map(promised).unwrap_or_default()),
        ),
        ("Stop", parcel.clock.stop.is_some(), text(time(&parcel.clock.stop))),
        ("Courier’s estimate", parcel.clock.estimate.is_some(), text(time(&parcel.clock.estimate))),
        ("Courier", true, courier),
        ("Service", !parcel.attributes.service.is_empty(), text(parcel.attributes.service.clone())),
        ("Corridor", !corridor.is_empty(), text(corridor)),
        ("Destination", !destination.is_empty(), text(destination)),
        ("Delivery mode", !mode.is_empty(), text(mode)),
        ("Shipper", !parcel.attributes.shipper.is_empty(), text(parcel.attributes.shipper.clone())),
        ("References", !parcel.references.is_empty(), text(parcel.references.join(", "))),
        ("Tracking numbers", true, text(numbers)),
    ];
    let facts = facts
        .into_iter()
        .filter(|(_, is_stated, _)| *is_stated)
        .map(|(name, _, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
        .collect_view();
    view! { <dl class="facts">{facts}</dl> }.into_any()
}

fn stated(country: &str) -> &str {
    if country.is_empty() { "not stated" } else { country }
}

fn promised(promise: &PromiseView) -> String {
    let deadline = format::local(&promise.deadline);
    let when = match &promise.from {
        Some(from) => format!("between {} and {deadline}", format::local(from)),
        None => format!("by {deadline}"),
    };
    let asked = if promise.asked_by_consignee { ", as the consignee asked" } else { "" };
    format!("{when}{asked}")
}

fn time_spent(title: &'static str, parts: &[SegmentView]) -> AnyView {
    if parts.is_empty() {
        return ().into_any();
    }
    let total: i64 = parts.iter().map(|part| part.duration_ms).sum();
    let mut parties: Vec<Party> = Vec::new();
    for part in parts {
        if !parties.contains(&part.party) {
            parties.push(part.party);
        }
    }
    let key = parties
        .into_iter()
        .map(|party| view! { <li><span class=swatch(party) aria-hidden="true"></span>{words::party(party)}</li> })
        .collect_view();
    // Only a contract's clock is measured by calendars.
    let columns = if parts.iter().any(|part| !part.calendar.is_empty()) { 8 } else { 7 };
    let rows = parts.iter().map(|part| {
        let party = view! { <span class=swatch(part.party) aria-hidden="true"></span> {words::party(part.party)} };
        let cells = vec![
            table::row_head("prose", part.cause.clone()),
            table::cell("time", party),
            table::text(&*part.courier),
            table::text(words::clock(part.state)),
            table::time(format::local(&part.from)),
            table::time(format::local(&part.to)),
            table::number(format::duration(part.duration_ms)),
            table::text(&*part.calendar),
        ];
        table::row("", cells.into_iter().take(columns).collect())
    });
    let mut heads = table::heads(["Into", "Answers for it", "Custody", "Clock", "From", "To"]);
    heads.push(table::head("number", "Time"));
    heads.push(table::head("", "Calendar"));
    heads.truncate(columns);
    let together = view! {
        <tr>
            <th scope="row" colspan="6">"Together"</th>
            <td class="number">{format::duration(total)}</td>
            {(columns > 7).then(|| view! { <td></td> })}
        </tr>
    };
    let caption = Caption::Unseen("Parts of the time and who answers for them".to_owned());
    view! {
        <section class="block">
            <h2>{title} " " {table::aside(format::duration(total))}</h2>
            <div inner_html=segments(parts, "Where the time went; the table below has the parts")></div>
            <ul class="key">{key}</ul>
            {table::table("", caption, heads, rows.collect(), vec![together.into_any()])}
        </section>
    }
    .into_any()
}

fn swatch(party: Party) -> String {
    format!("swatch {}", party.as_str())
}

fn legs(legs: &[LegView]) -> AnyView {
    let rows = legs.iter().map(|leg| {
        let notes = [(leg.inferred, "inferred: no hand-over was scanned"), (leg.is_return, "on its way back")];
        let notes = notes.into_iter().filter(|(holds, _)| *holds).map(|(_, note)| table::aside(note)).collect_view();
        let cells = vec![
            table::row_head("prose", view! { {leg.courier.clone()} {notes} }),
            table::time(format::local(&leg.start)),
            table::time(leg.end.as_ref().map_or_else(|| "running".to_owned(), format::local)),
            table::number(format::duration(leg.elapsed_ms)),
        ];
        table::row("", cells)
    });
    let mut heads = table::heads(["Courier", "Start", "End"]);
    heads.push(table::head("number", "Time"));
    section("Legs", "No courier has had it yet.", heads, rows.collect())
}

fn attempts(attempts: &[AttemptView]) -> AnyView {
    let rows = attempts.iter().map(|attempt| {
        let (shape, word, colour) =
            if attempt.succeeded { ("●", "succeeded", "kept") } else { ("▲", "failed", "missed") };
        let mark =
            view! { <span class=format!("mark {colour}")><span aria-hidden="true">{shape}</span> " " {word}</span> };
        let why = if attempt.succeeded { String::new() } else { words::reason(attempt.reason) };
        let party = if attempt.succeeded { "" } else { words::party(attempt.party) };
        let cells = vec![
            table::row_head("time", format::local(&attempt.at)),
            table::cell("", mark),
            table::text(why),
            table::text(party),
        ];
        table::row("", cells)
    });
    section("Attempts", "None yet.", table::heads(["When", "Attempt", "Why", "Answers for it"]), rows.collect())
}

fn section(title: &'static str, none: &'static str, heads: Vec<AnyView>, rows: Vec<AnyView>) -> AnyView {
    let content = if rows.is_empty() {
        view! { <p class="quiet">{none}</p> }.into_any()
    } else {
        table::table("", Caption::Unseen(title.to_owned()), heads, rows, vec![])
    };
    view! { <section class="block"><h2>{title}</h2>{content}</section> }.into_any()
}
