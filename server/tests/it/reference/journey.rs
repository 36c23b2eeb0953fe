//! What happened to a parcel on its way, counted event by event.

use domain::event::Event;
use domain::promise::local_day;
use domain::vocabulary::EventKind;

use super::judge::{Attempt, Leg, What, day};

const THIRTY_DAYS: i64 = 30 * 24 * 3_600_000;

/// A parcel's valid events, those on the way out, and up to when it is judged.
pub struct Journey<'e> {
    pub valid: &'e [&'e Event],
    pub out: &'e [&'e Event],
    pub judged_until: i64,
}

/// What became of a parcel.
pub struct End {
    pub has_stopped: bool,
    pub is_cancelled: bool,
    pub is_back: bool,
}

impl Journey<'_> {
    /// Attempts within legs that are over, and hand-overs.
    pub(super) fn legs(&self, legs: &[Leg], attempts: &[Attempt], add: &mut impl FnMut(What, i32, &str)) {
        for (at, leg) in legs.iter().enumerate() {
            let Some(end) = leg.end else { continue };
            if leg.turned_back || leg.stopped {
                let own = attempts.iter().filter(|a| a.courier == leg.courier);
                let n = own.filter(|a| a.moment.at >= leg.start && a.moment.at <= end.at).count();
                add(What::Also("closed_legs", 1), end.day(), &leg.courier);
                add(What::Also("leg_attempts", n as i64), end.day(), &leg.courier);
                continue;
            }
            let is_out = |e: &&&Event| e.kind == EventKind::HandedOverOut && e.number.courier == *leg.courier;
            if self.out.iter().any(|e| is_out(&e) && e.at == end.at) {
                add(What::Also("handed_on", 1), end.day(), &leg.courier);
                match legs.get(at + 1) {
                    Some(next) => add(What::Took("hand_off", next.start - end.at), end.day(), &leg.courier),
                    None => add(What::Also("handed_on_unseen", 1), end.day(), &leg.courier),
                }
            }
        }
    }

    /// The first deposit.
    pub(super) fn deposit(&self, is_back: bool, add: &mut impl FnMut(What, i32, &str)) {
        let is_deposit = |e: &&&Event| matches!(e.kind, EventKind::ReadyAtLocker | EventKind::ReadyAtShop);
        let mut rest = self.out.iter().skip_while(|e| !is_deposit(e));
        let Some(ready) = rest.next() else { return };
        add(What::Also("deposited", 1), day(ready), &ready.number.courier);
        let mut has_expired = false;
        for event in rest {
            if matches!(event.kind, EventKind::Collected | EventKind::Delivered) {
                return add(What::Took("collection", event.at - ready.at), day(ready), &ready.number.courier);
            }
            has_expired |= event.kind == EventKind::UncollectedExpired;
        }
        if is_back || has_expired {
            add(What::Also("uncollected", 1), day(ready), &ready.number.courier);
        }
    }

    /// The first presentation to customs.
    pub(super) fn customs(&self, add: &mut impl FnMut(What, i32, &str)) {
        let with_customs = |e: &Event| e.kind == EventKind::CustomsIn || e.kind == EventKind::CustomsHeld;
        let Some(at) = self.out.iter().position(|e| with_customs(e)) else { return };
        let first = self.out[at];
        add(What::Also("presented", 1), day(first), &first.number.courier);
        if self.out.iter().any(|e| e.kind == EventKind::CustomsHeld) {
            add(What::Also("customs_held_parcels", 1), day(first), &first.number.courier);
        }
        for event in &self.out[at + 1..] {
            if event.kind == EventKind::CustomsOut || event.kind.is_physical() && !with_customs(event) {
                return add(What::Took("customs", event.at - first.at), day(first), &first.number.courier);
            }
        }
    }

    /// What is counted once a parcel. `promise` is its latest instant and the offset of its place.
    pub(super) fn parcel(
        &self,
        accepted: Option<i32>,
        promise: Option<(i64, i16)>,
        end: &End,
        courier: &str,
        add: &mut impl FnMut(What, i32, &str),
    ) {
        let told = |kind| self.valid.iter().any(|e| e.kind == kind);
        if let Some(accepted) = accepted {
            let is_overdue = promise.is_some_and(|(latest, _)| self.judged_until > latest + THIRTY_DAYS);
            let is_missing = is_overdue && !end.is_back && !end.is_cancelled;
            if !end.has_stopped && (told(EventKind::Lost) || told(EventKind::Destroyed) || is_missing) {
                add(What::Also("lost_parcels", 1), accepted, courier);
            }
            if told(EventKind::Damaged) {
                add(What::Also("damaged_parcels", 1), accepted, courier);
            }
        }
        let estimate = self.valid.iter().rev().find_map(|e| e.statement.as_ref()?.estimate);
        if let Some(((latest, offset), estimate)) = promise.zip(estimate) {
            add(What::Also("estimated", 1), local_day(latest, offset), courier);
            if estimate > latest {
                add(What::Also("estimated_late", 1), local_day(latest, offset), courier);
            }
        }
    }
}
