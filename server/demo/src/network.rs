//! All parcels of the network, day by day.

use std::collections::VecDeque;

use chrono::{Datelike, NaiveDate, Weekday};

use crate::calendar::{Calendar, DAY, calendars, date};
use crate::couriers::COURIERS;
use crate::event::Event;
use crate::journey::Journey;
use crate::story::{Plot, STORIES, Story};

/// Bytes of CSV that a parcel is told in, about.
const BYTES_A_PARCEL: u64 = 620;

/// What is asked for. The same demand always gives the same network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// Parcels that are ordered.
    pub parcels: u32,
    /// Another seed is another network with the same habits.
    pub seed: u64,
    /// Days on which parcels are ordered, at least 1.
    pub days: u32,
    /// The last of them. Nothing is told after that day has ended in UTC.
    pub end: NaiveDate,
}

/// A network that can be told.
#[derive(Debug)]
pub struct Network {
    pub(crate) demand: Demand,
    pub(crate) calendars: Vec<Calendar>,
    couriers: Vec<usize>,
    first_day: i64,
    /// Parcels ordered until the end of each day.
    ordered: Vec<u32>,
}

impl Network {
    /// The network of this demand.
    pub fn new(demand: Demand) -> Self {
        let days = i64::from(demand.days.max(1));
        let last_day = i64::from(demand.end.to_epoch_days());
        let first_day = last_day + 1 - days;
        let weights: Vec<f64> = (0..days).map(|day| weight(first_day + day, day as f64 / days as f64)).collect();
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let mut ordered: Vec<u32> = weights
            .iter()
            .map(|weight| {
                sum += weight;
                (f64::from(demand.parcels) * sum / total) as u32
            })
            .collect();
        if let Some(last) = ordered.last_mut() {
            *last = demand.parcels;
        }
        let couriers = (0..COURIERS.len()).collect();
        Self { demand, calendars: calendars(first_day, days), couriers, first_day, ordered }
    }

    /// About how many bytes of CSV it will be.
    pub fn bytes(&self) -> u64 {
        u64::from(self.demand.parcels) * BYTES_A_PARCEL
    }

    /// Everything that its couriers tell, in the order in which they tell it.
    pub fn events(&self) -> Events<'_> {
        Events { network: self, day: 0, life: Vec::new(), ahead: VecDeque::new(), now: Vec::new().into_iter() }
    }

    /// The places of all couriers in their list.
    pub(crate) fn couriers(&self) -> &[usize] {
        &self.couriers
    }

    fn last_day(&self) -> i64 {
        self.first_day + self.ordered.len() as i64 - 1
    }

    /// Whether the courier has a story of this plot, at any time.
    pub(crate) fn has(&self, plot: Plot, courier: usize) -> bool {
        story(plot, courier).is_some()
    }

    /// How far the story has come on this day (0..1); `None` before it and after it.
    pub(crate) fn plot(&self, plot: Plot, courier: usize, day: i64) -> Option<f64> {
        let story = story(plot, courier)?;
        let (first, last, left) = (i64::from(story.first), i64::from(story.last), self.last_day() - day);
        (last..=first).contains(&left).then(|| (first - left + 1) as f64 / (first - last + 1) as f64)
    }

    /// When something is told that would be told then: while a feed is silent, nothing is.
    pub(crate) fn after_silence(&self, courier: usize, told: i64) -> i64 {
        match story(Plot::SilentFeed, courier) {
            Some(story) if self.plot(Plot::SilentFeed, courier, told.div_euclid(DAY)).is_some() => {
                (self.last_day() - i64::from(story.last) + 1) * DAY
            }
            _ => told,
        }
    }
}

fn story(plot: Plot, courier: usize) -> Option<&'static Story> {
    STORIES.iter().find(|story| story.plot == plot && story.courier == courier)
}

/// How many parcels are ordered on a day, relative to others.
fn weight(day: i64, progress: f64) -> f64 {
    let Some(date) = date(day) else { return 1.0 };
    let weekday = match date.weekday() {
        Weekday::Mon => 1.2,
        Weekday::Tue => 1.1,
        Weekday::Sat => 0.8,
        Weekday::Sun => 0.75,
        _ => 1.0,
    };
    let sales = if date.month() == 11 && date.day() > 19 { 1.3 } else { 1.0 };
    weekday * sales * (1.0 + 0.2 * progress)
}

/// The events of a network in the order in which they are told.
#[derive(Debug)]
pub struct Events<'n> {
    network: &'n Network,
    /// The next day to tell, counted from the first.
    day: usize,
    life: Vec<Event>,
    /// What later days will tell; only parcels under way are in memory.
    ahead: VecDeque<Vec<Event>>,
    now: std::vec::IntoIter<Event>,
}

impl Iterator for Events<'_> {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.now.next() {
                return Some(event);
            }
            let until = *self.network.ordered.get(self.day)?;
            let from = if self.day == 0 { 0 } else { self.network.ordered[self.day - 1] };
            self.order(from..until);
            let mut now = self.ahead.pop_front().unwrap_or_default();
            now.sort_by_key(|event| event.told);
            self.now = now.into_iter();
            self.day += 1;
        }
    }
}

impl Events<'_> {
    /// Lets the parcels of the day live and puts what they tell into the days on which it is told.
    fn order(&mut self, parcels: std::ops::Range<u32>) {
        let day = self.network.first_day + self.day as i64;
        let last = self.network.last_day();
        for parcel in parcels {
            Journey::live(self.network, parcel, day, &mut self.life);
            for event in self.life.drain(..) {
                let told = event.told.div_euclid(DAY);
                if told <= last {
                    let place = usize::try_from(told - day).unwrap_or(0);
                    if self.ahead.len() <= place {
                        self.ahead.resize_with(place + 1, Vec::new);
                    }
                    self.ahead[place].push(event);
                }
            }
        }
    }
}
