//! An invented network of couriers that lives: the same demand gives the same events, in the order in which the couriers
//! tell them. It does no I/O but to a writer it is given, and never asks what time it is.

mod calendar;
mod contracts;
mod couriers;
mod delivery;
mod dice;
mod event;
mod journey;
mod network;
mod story;
#[cfg(test)]
mod tests;
mod world;
mod write;

pub use contracts::{Contract, contracts};
pub use couriers::Courier;
pub use delivery::{Deliveries, Delivery};
pub use event::{Code, Event, More, Number, Place, Promise, Said};
pub use network::{Demand, Events, Network};
pub use story::{Figure, Plot, STORIES, STORIES_REACH, Sign, Story, Subject};
pub use write::{HEADER, csv, definition, ndjson};

/// The couriers of every network.
pub fn couriers() -> &'static [Courier] {
    &couriers::COURIERS
}
