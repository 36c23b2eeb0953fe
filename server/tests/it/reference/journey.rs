//! What happened to a parcel on its way, counted event by event.

use std::collections::BTreeMap;

use domain::event::{Event, Moment};
use domain::promise::local_day;
use domain::vocabulary::{EventKind, Party, Reason};

use super::judge::{Attempt, Leg, What, day};

const HOUR: i64 = 3_600_000;
const THIRTY_DAYS: i64 = 30 * 24 * HOUR;

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
                let n = own.filter(|a| a.moment.at >= leg.start.at && a.moment.at <= end.at).count();
                add(What::Also("closed_legs", 1), end.day(), &leg.courier);
                add(What::Also("leg_attempts", n as i64), end.day(), &leg.courier);
                continue;
            }
            let is_out = |e: &&&Event| e.kind == EventKind::HandedOverOut && e.number.courier == *leg.courier;
            if self.out.iter().any(|e| is_out(&e) && e.at == end.at) {
                add(What::Also("handed_on", 1), end.day(), &leg.courier);
                match legs.get(at + 1) {
                    Some(next) => add(What::Took("hand_off", next.start.at - end.at), end.day(), &leg.courier),
                    None => add(What::Also("handed_on_unseen", 1), end.day(), &leg.courier),
                }
            }
        }
    }

    /// How the courier of each leg tells of it, and how late anybody tells anything.
    pub(super) fn tracking(&self, legs: &[Leg], add: &mut impl FnMut(What, i32, &str)) {
        for leg in legs {
            let start = leg.start.day();
            add(What::Also("legs_started", 1), start, &leg.courier);
            let until = leg.end.map_or(self.judged_until, |end| end.at);
            let own = self.valid.iter().filter(|e| e.kind.is_physical());
            let own = own.filter(|e| e.number.courier == *leg.courier && e.at >= leg.start.at);
            let mut times: Vec<i64> = own.map(|e| e.at).filter(|&at| leg.end.is_none() || at <= until).collect();
            times.push(leg.start.at);
            // What is told of the future ends no silence of now.
            let last = times.iter().copied().max().unwrap_or(until);
            times.push(until.max(last));
            times.sort_unstable();
            if leg.end.is_none() {
                add(What::Also("legs_open", 1), start, &leg.courier);
            }
            if times.windows(2).any(|pair| pair[1] - pair[0] > 72 * HOUR) {
                add(What::Also("tracking_gap_legs", 1), start, &leg.courier);
            }
        }
        for event in self.valid {
            add(What::Told(event.kind, (event.received - event.at).max(0)), day(event), &event.number.courier);
        }
        let is_cancelled = self.valid.iter().any(|e| e.kind == EventKind::Cancelled && e.party == Party::Shipper);
        let listed = self.out.iter().find(|e| e.kind == EventKind::Manifested);
        if let Some(listed) = listed.filter(|_| !is_cancelled) {
            let courier = &listed.number.courier;
            add(What::Also("manifested_parcels", 1), day(listed), courier);
            if !self.valid.iter().any(|e| e.kind.is_physical() && e.number.courier == *courier) {
                add(What::Also("manifest_unscanned", 1), day(listed), courier);
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
        let debtor = |event: &Event| match event.reason {
            Some(Reason::CustomsDocuments | Reason::ShipperData) => Party::Shipper,
            Some(Reason::DutiesUnpaid) => Party::Consignee,
            _ => Party::Customs,
        };
        let mut owed: BTreeMap<Party, i64> = BTreeMap::new();
        let (mut party, mut before) = (debtor(first), first.at);
        for event in &self.out[at + 1..] {
            *owed.entry(party).or_default() += event.at - before;
            before = event.at;
            if event.kind == EventKind::CustomsOut || event.kind.is_physical() && !with_customs(event) {
                add(What::Took("customs", event.at - first.at), day(first), &first.number.courier);
                for (party, ms) in owed.into_iter().filter(|(_, ms)| *ms > 0) {
                    add(What::WithCustoms(party, ms), day(first), &first.number.courier);
                }
                return;
            }
            if (with_customs(event) || event.kind == EventKind::CustomsRefused) && event.reason.is_some() {
                party = debtor(event);
            }
        }
    }

    /// What is counted once a parcel. `promise` is its latest instant and the offset of its place.
    pub(super) fn parcel(
        &self,
        accepted: Option<Moment>,
        promise: Option<(i64, i16)>,
        end: &End,
        courier: &str,
        add: &mut impl FnMut(What, i32, &str),
    ) {
        let told = |kind| self.valid.iter().any(|e| e.kind == kind);
        if let Some(accepted) = accepted {
            let is_old = match promise {
                Some((latest, _)) => self.judged_until > latest + THIRTY_DAYS,
                None => self.judged_until > accepted.at + 2 * THIRTY_DAYS,
            };
            let accepted = accepted.day();
            if is_old && !end.is_cancelled {
                add(What::Also("loss_judged", 1), accepted, courier);
                if !end.has_stopped && (!end.is_back || told(EventKind::Lost) || told(EventKind::Destroyed)) {
                    add(What::Also("lost_parcels", 1), accepted, courier);
                }
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
