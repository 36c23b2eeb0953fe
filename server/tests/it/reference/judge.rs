//! What became of one parcel, and what it counts for.

use domain::calendar::{LocalCalendar, ZonedCalendar};
use domain::event::{Event, Moment, Statement};
use domain::promise::{Promise, local_day};
use domain::vocabulary::{DeliveryMode, EventKind, Party, Reason};

use super::calendars;
use super::journey::{End, Journey};

/// One thing that is counted: what, on which day, for whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    pub what: What,
    pub day: i32,
    pub courier: String,
    pub said: Said,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum What {
    Early,
    OnTime,
    Late {
        open: bool,
    },
    Open,
    Cancelled,
    NoPromise,
    FirstSucceeded,
    FirstFailed,
    FirstNotAttempted,
    Accepted {
        planned: Option<DeliveryMode>,
        unasked: Option<DeliveryMode>,
    },
    Failed {
        reason: Option<Reason>,
        party: Party,
    },
    Transit(i64),
    /// A measure by its word.
    Also(&'static str, i64),
    /// A duration by its distribution's word.
    Took(&'static str, i64),
    /// How long the report of such an event has taken.
    Told(EventKind, i64),
    /// Milliseconds with customs, by who answers for them.
    WithCustoms(Party, i64),
}

/// What was said of the parcel, by its earliest statement.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    pub service: String,
    pub origin_country: String,
    pub destination_country: String,
    pub destination_region: String,
    pub destination_postcode: String,
    pub delivery_mode: String,
    pub shipper: String,
}

/// What a parcel counts for. `events` are by time, each once.
pub fn count(events: &[Event], judged_until: i64) -> Vec<Counted> {
    let mut withdrawn = Vec::new();
    for correction in events.iter().rev().filter(|event| event.corrects.is_some_and(|id| id != event.id)) {
        if !withdrawn.contains(&Some(correction.id)) {
            withdrawn.push(correction.corrects);
        }
    }
    let is_valid = |event: &&Event| event.kind != EventKind::Correction && !withdrawn.contains(&Some(event.id));
    let valid: Vec<&Event> = events.iter().filter(is_valid).collect();
    let Some(first) = valid.first() else { return Vec::new() };
    let turned = valid.iter().position(|e| matches!(e.kind, EventKind::Returning | EventKind::Returned));
    let out = &valid[..turned.unwrap_or(valid.len())];
    let plan = plan(&valid, out);
    let stop = (0..out.len()).find(|&at| stops(out, at, plan));
    let promise = promise(&valid, stop.map(|at| out[at].at));
    let legs = legs(out, stop, turned.map(|at| valid[at]));
    let attempts = attempts(out, plan);

    let announcer = valid.iter().find(|e| e.kind == EventKind::Announced).unwrap_or(first);
    let courier = legs.last().map_or_else(|| announcer.number.courier.to_string(), |leg| leg.courier.clone());
    let said = said(&valid, plan);
    let accepted = valid.iter().find(|e| takes_custody(e));
    let mut counted = Vec::new();
    let mut add = |what, day, courier: &str| {
        counted.push(Counted { what, day, courier: courier.to_owned(), said: said.clone() });
    };

    if let Some(accepted) = accepted {
        let first_deposit = (0..out.len()).find(|&at| deposit(out[at]).is_some());
        let unasked = first_deposit.filter(|&at| !is_asked(out, at, plan)).and_then(|at| deposit(out[at]));
        add(What::Accepted { planned: plan, unasked }, day(accepted), &courier);
    }
    for attempt in &attempts {
        add(What::Also("attempts", 1), attempt.moment.day(), &attempt.courier);
        if let Some((reason, party)) = attempt.failed {
            add(What::Failed { reason, party }, attempt.moment.day(), &attempt.courier);
        }
    }
    for leg in &legs {
        if let Some(end) = leg.end.filter(|end| !leg.turned_back && end.at > leg.start.at) {
            let day = local_day(end.at, end.offset_minutes);
            add(What::Transit(end.at - leg.start.at), day, &leg.courier);
            if let Some(calendar) = calendar_of(&said) {
                let open = calendar
                    .at(&said.destination_region, &said.destination_postcode)
                    .open_ms_between(leg.start.at, end.at);
                add(What::Took("open_transit", open), day, &leg.courier);
            }
        }
    }
    let also = Journey { valid: &valid, out, judged_until };
    let promised = promise.as_ref().map(|promise| (promise.latest, promise.offset_minutes));
    let is_back = turned.is_some();
    also.legs(&legs, &attempts, &mut add);
    also.tracking(&legs, &mut add);
    also.deposit(is_back, &mut add);
    also.customs(&mut add);
    let until_cancel = promise.as_ref().map(|promise| class(&valid, promise, stop.map(|at| out[at].at), judged_until));
    let is_unwanted = |e: &&&Event| e.kind == EventKind::Cancelled && e.party == Party::Shipper;
    let unwanted = valid.iter().find(is_unwanted).is_some_and(|e| stop.is_none_or(|at| e.at < out[at].at));
    let is_cancelled = until_cancel.map_or(unwanted, |class| class == What::Cancelled);
    let end = End { has_stopped: stop.is_some(), is_cancelled, is_back };
    also.parcel(accepted.map(|event| event.moment()), promised, &end, &courier, &mut add);
    let is_refused = stop.is_some_and(|at| out[at].kind == EventKind::AttemptFailed);
    if let (Some(accepted), Some(calendar), false) = (accepted, calendar_of(&said), is_cancelled || is_refused) {
        let calendar = calendar.at(&said.destination_region, &said.destination_postcode);
        let stopped = stop.map(|at| out[at].at);
        working_days(day(accepted), stopped, calendar, judged_until, &mut |what, n| {
            add(What::Took(what, n * 24 * 3_600_000), day(accepted), &courier);
        });
    }
    let first_attempt = attempts.first();
    let outcome = |attempt: &Attempt| if attempt.failed.is_some() { What::FirstFailed } else { What::FirstSucceeded };
    let Some(promise) = promise else {
        add(What::NoPromise, day(accepted.unwrap_or(first)), &courier);
        if let Some(attempt) = first_attempt {
            add(outcome(attempt), attempt.moment.day(), &courier);
        }
        return counted;
    };
    let cohort = local_day(promise.latest, promise.offset_minutes);
    let stopped = stop.map(|at| out[at].at);
    let class = class(&valid, &promise, stopped, judged_until);
    add(class, cohort, &courier);
    if !matches!(class, What::Open | What::Cancelled) {
        let in_time = first_attempt.filter(|attempt| attempt.moment.at <= promise.latest);
        add(in_time.map_or(What::FirstNotAttempted, outcome), cohort, &courier);
    }
    counted
}

/// On which working day after the day of acceptance it stopped, once so many have passed.
fn working_days(
    accepted: i32,
    stopped: Option<i64>,
    calendar: LocalCalendar<'_>,
    judged_until: i64,
    add: &mut impl FnMut(&'static str, i64),
) {
    let mut held = None;
    for (days, what) in [(5, "delivered_in_5"), (15, "delivered_in_15")] {
        let (mut date, mut passed) = (accepted, 0);
        let mut took = stopped.filter(|&at| calendar.day(at) <= accepted).map(|_| 0);
        while passed < days {
            date += 1;
            passed += i64::from(calendar.is_working_day(date));
            if took.is_none() && stopped.is_some_and(|at| calendar.day(at) <= date) {
                took = Some(if calendar.is_working_day(date) { passed } else { passed + 1 });
            }
        }
        if calendar.day(judged_until) > date {
            held = Some((what, took.unwrap_or(100)));
        }
    }
    if let Some((what, took)) = held {
        add(what, took);
    }
}

/// The calendar of the country that the parcel goes to.
fn calendar_of(said: &Said) -> Option<&'static ZonedCalendar> {
    calendars().iter().find(|calendar| calendar.calendar().country == said.destination_country)
}

fn class(valid: &[&Event], promise: &Promise, stopped: Option<i64>, judged_until: i64) -> What {
    let is_cancel = |e: &&&Event| e.kind == EventKind::Cancelled && e.party == Party::Shipper && e.at <= promise.latest;
    let cancelled = valid.iter().find(is_cancel);
    if cancelled.is_some_and(|cancel| stopped.is_none_or(|stopped| cancel.at < stopped)) {
        return What::Cancelled;
    }
    if judged_until <= promise.latest {
        return What::Open;
    }
    match stopped {
        None => What::Late { open: true },
        Some(at) if promise.earliest.is_some_and(|earliest| at < earliest) => What::Early,
        Some(at) if at <= promise.latest => What::OnTime,
        Some(_) => What::Late { open: false },
    }
}

pub(super) fn day(event: &Event) -> i32 {
    local_day(event.at, event.offset_minutes)
}

fn takes_custody(event: &Event) -> bool {
    event.kind.is_physical() || event.kind == EventKind::Manifested && event.countersigned
}

fn deposit(event: &Event) -> Option<DeliveryMode> {
    match event.kind {
        EventKind::ReadyAtLocker => Some(DeliveryMode::Locker),
        EventKind::ReadyAtShop => Some(DeliveryMode::Shop),
        _ => None,
    }
}

/// Where the parcel is to be handed over: as was said, else where it was deposited first.
fn plan(valid: &[&Event], out: &[&Event]) -> Option<DeliveryMode> {
    let stated = valid.iter().find_map(|e| e.statement.as_ref()?.delivery_mode);
    stated.or_else(|| out.iter().find_map(|e| deposit(e)))
}

/// The consignee's own wish.
fn is_wish(event: &Event) -> bool {
    event.kind == EventKind::Rescheduled && event.party == Party::Consignee
}

/// Whether the deposit at this place of `out` was planned or asked for.
fn is_asked(out: &[&Event], at: usize, plan: Option<DeliveryMode>) -> bool {
    let place = deposit(out[at]);
    let wished = |e: &&&Event| is_wish(e) && e.statement.as_ref().and_then(|s| s.delivery_mode) == place;
    place == plan || out[..at].iter().any(|e| wished(&e))
}

fn stops(out: &[&Event], at: usize, plan: Option<DeliveryMode>) -> bool {
    match out[at].kind {
        EventKind::Delivered | EventKind::Collected => true,
        EventKind::ReadyAtLocker | EventKind::ReadyAtShop => is_asked(out, at, plan),
        EventKind::AttemptFailed => out[at].reason == Some(Reason::Refused),
        _ => false,
    }
}

/// The first promise, unless the consignee wished for another while it could still be kept.
fn promise(valid: &[&Event], stopped: Option<i64>) -> Option<Promise> {
    let mut stands: Option<Promise> = None;
    for event in valid {
        let Some(said) = event.statement.as_ref().and_then(|s| s.promise) else { continue };
        let too_late = event.at > said.latest || stopped.is_some_and(|stopped| event.at > stopped);
        if too_late {
            continue;
        }
        match stands {
            None => stands = Some(said),
            Some(before) if is_wish(event) && event.at <= before.latest => stands = Some(said),
            Some(_) => {}
        }
    }
    stands
}

pub(super) struct Leg {
    pub courier: String,
    pub start: Moment,
    pub end: Option<Moment>,
    pub turned_back: bool,
    pub stopped: bool,
}

/// The custodies on the way out. What the latest courier scans after it gave the parcel away still belongs to its leg,
/// unless it takes custody anew.
fn legs(out: &[&Event], stop: Option<usize>, turned: Option<&Event>) -> Vec<Leg> {
    let mut legs: Vec<Leg> = Vec::new();
    let until = stop.map_or(out.len(), |stop| stop + 1);
    for (at, event) in out[..until].iter().enumerate().filter(|(_, e)| takes_custody(e)) {
        let courier = event.number.courier.to_string();
        let takes = matches!(event.kind, EventKind::Accepted | EventKind::HandedOverIn);
        let has_had_it = |leg: &Leg| leg.courier == courier;
        if event.kind == EventKind::HandedOverOut && !legs.last().is_some_and(has_had_it) && legs.iter().any(has_had_it)
        {
            continue;
        }
        let known = legs.last().is_some_and(|leg| leg.courier == courier && (leg.end.is_none() || !takes));
        if !known {
            if let Some(before) = legs.last_mut() {
                before.end.get_or_insert(event.moment());
            }
            legs.push(Leg { courier, start: event.moment(), end: None, turned_back: false, stopped: false });
        }
        let open = legs.last_mut().filter(|leg| leg.end.is_none());
        if let Some(leg) = open.filter(|_| event.kind == EventKind::HandedOverOut || stop == Some(at)) {
            leg.end = Some(event.moment());
            leg.stopped = stop == Some(at);
        }
    }
    if let (Some(leg), Some(turned)) = (legs.last_mut().filter(|leg| leg.end.is_none()), turned) {
        leg.end = Some(turned.moment());
        leg.turned_back = true;
    }
    legs
}

pub(super) struct Attempt {
    pub moment: Moment,
    pub courier: String,
    failed: Option<(Option<Reason>, Party)>,
    round: Round,
}

#[derive(PartialEq)]
enum Round {
    Scanned(usize),
    Day(i32),
}

/// Attempts on the way out, until the consignee has the parcel. Only the first deposit is one; a collection without
/// any deposit shows that there was one.
fn attempts(out: &[&Event], plan: Option<DeliveryMode>) -> Vec<Attempt> {
    let mut attempts: Vec<Attempt> = Vec::new();
    for (at, event) in out.iter().enumerate() {
        let courier = event.number.courier.to_string();
        let was_deposited = out[..at].iter().any(|e| deposit(e).is_some());
        let failed = match event.kind {
            EventKind::AttemptFailed => true,
            EventKind::ReadyAtLocker | EventKind::ReadyAtShop if !was_deposited => !is_asked(out, at, plan),
            EventKind::Collected if was_deposited => break,
            EventKind::Delivered | EventKind::Collected => false,
            _ => continue,
        };
        let is_round = |e: &&&Event| e.kind == EventKind::OutForDelivery && e.number.courier == *courier;
        let rounds = out[..at].iter().filter(is_round).count();
        let round = if rounds == 0 { Round::Day(day(event)) } else { Round::Scanned(rounds) };
        let same = |a: &Attempt| a.failed.is_some() && a.courier == courier && a.round == round;
        if !(failed && attempts.iter().any(same)) {
            let failed = failed.then(|| failure(event));
            attempts.push(Attempt { moment: event.moment(), courier, failed, round });
        }
        if matches!(event.kind, EventKind::Delivered | EventKind::Collected) {
            break;
        }
    }
    attempts
}

fn failure(event: &Event) -> (Option<Reason>, Party) {
    match (event.reason, deposit(event)) {
        (None, Some(_)) if event.party == Party::Unknown => (Some(Reason::Diverted), Reason::Diverted.party()),
        (None, Some(_)) => (Some(Reason::Diverted), event.party),
        (reason, _) => (reason, event.party),
    }
}

fn said(valid: &[&Event], plan: Option<DeliveryMode>) -> Said {
    let first = |text: fn(&Statement) -> &str| {
        let mut said = valid.iter().filter_map(|e| e.statement.as_deref()).map(text);
        said.find(|text| !text.is_empty()).unwrap_or_default().to_owned()
    };
    Said {
        service: first(|s| &s.service),
        origin_country: first(|s| &s.origin_country),
        destination_country: first(|s| &s.destination_country),
        destination_region: first(|s| &s.destination_region),
        destination_postcode: first(|s| &s.destination_postcode),
        delivery_mode: plan.map_or_else(String::new, |plan| plan.to_string()),
        shipper: first(|s| &s.shipper),
    }
}
