//! What the feeds deliver: every courier sends a CSV a day.

use std::iter::Peekable;

use crate::calendar::DAY;
use crate::couriers::{COURIERS, Courier};
use crate::network::{Events, Network};
use crate::write::{HEADER, csv};

/// A CSV that a courier sends.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Whose.
    pub courier: &'static Courier,
    /// When it is received, UTC seconds: when its last scan is told.
    pub told: i64,
    /// With its header.
    pub csv: Vec<u8>,
}

/// The deliveries of a network, day by day, none after `until`.
#[derive(Debug)]
pub struct Deliveries<'n> {
    events: Peekable<Events<'n>>,
    until: i64,
    ready: std::vec::IntoIter<Delivery>,
}

impl Network {
    /// What the feeds deliver up to this instant (UTC seconds, inclusive).
    pub fn deliveries(&self, until: i64) -> Deliveries<'_> {
        Deliveries { events: self.events().peekable(), until, ready: Vec::new().into_iter() }
    }
}

impl Iterator for Deliveries<'_> {
    type Item = Delivery;

    fn next(&mut self) -> Option<Delivery> {
        loop {
            if let Some(delivery) = self.ready.next() {
                return Some(delivery);
            }
            let day = self.events.peek().filter(|event| event.told <= self.until)?.told.div_euclid(DAY);
            self.ready = self.deliver(day).into_iter();
        }
    }
}

impl Deliveries<'_> {
    fn deliver(&mut self, day: i64) -> Vec<Delivery> {
        let mut deliveries: Vec<Delivery> =
            COURIERS.iter().map(|courier| Delivery { courier, told: 0, csv: HEADER.into() }).collect();
        let until = self.until;
        while let Some(event) = self.events.next_if(|next| next.told.div_euclid(DAY) == day && next.told <= until) {
            let delivery = &mut deliveries[usize::from(event.number.courier)];
            delivery.told = event.told;
            // Writing into memory does not fail.
            let _ = csv(&event, &mut delivery.csv);
        }
        deliveries.retain(|delivery| delivery.csv.len() > HEADER.len());
        deliveries.sort_by_key(|delivery| delivery.told);
        deliveries
    }
}
