//! From a written time and the zone of its place to an instant or a promise.

use chrono::NaiveDate;
use domain::promise::{DAY_MS, Promise};
use domain::vocabulary::OffsetSource;

use super::zone::{Clock, Zone};
use super::{Instant, Written};

/// The zone of a place, and where it is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The zone.
    pub zone: Zone,
    /// Whether the feed stated it with the event, or its definition says.
    pub source: OffsetSource,
}

/// The clocks of all zones met while reading.
#[derive(Debug, Default)]
pub(crate) struct Clocks(Vec<(Zone, Clock)>);

impl Clocks {
    /// The instant of a written time. A date alone is taken at `time_of_day_ms` (since local midnight).
    ///
    /// A written offset holds; but UTC says nothing of the place, so its offset then is the zone's, if that is known.
    /// Without an offset the place's zone decides the instant: a local time that its clocks skip in spring is moved
    /// forward by as much, and of one that they repeat in autumn the first is taken. Without a zone, UTC is assumed.
    pub fn instant(&mut self, written: Written, place: Option<Place>, time_of_day_ms: i64) -> Instant {
        let local_ms = local_ms(written.date, written.ms_of_day.unwrap_or(time_of_day_ms));
        match (written.offset, place) {
            (Some(0), Some(place)) => {
                let offset_minutes = self.clock(place.zone).offset_at(local_ms);
                Instant { at: local_ms, offset_minutes, source: place.source }
            }
            (Some(seconds), _) => Instant {
                at: local_ms - i64::from(seconds) * 1000,
                offset_minutes: (seconds / 60) as i16,
                source: OffsetSource::Stated,
            },
            (None, Some(place)) => {
                let (at, offset_minutes) = self.clock(place.zone).instant(local_ms);
                Instant { at, offset_minutes, source: place.source }
            }
            (None, None) => Instant { at: local_ms, offset_minutes: 0, source: OffsetSource::Unknown },
        }
    }

    /// The first and the last millisecond of a local day, and the offset at the last one in minutes.
    pub fn day(&mut self, date: NaiveDate, place: Option<Place>) -> (i64, i64, i16) {
        let midnight = local_ms(date, 0);
        let clock = self.clock(place.map_or(Zone::UTC, |place| place.zone));
        let (first, _) = clock.instant(midnight);
        let (next, _) = clock.instant(midnight + DAY_MS);
        (first, next - 1, clock.offset_at(next - 1))
    }

    /// The promise of a written day: kept until that day ends at the place. If an offset is written beside it, it is
    /// the day on which that instant falls at the place.
    pub fn date_promise(&mut self, written: Written, place: Option<Place>) -> Promise {
        let (_, last, offset_minutes) = match (written.offset, place) {
            (Some(_), Some(place)) => {
                let at = self.instant(written, None, 0).at;
                let local = at + i64::from(self.clock(place.zone).offset_at(at)) * 60_000;
                self.day(date_of(local).unwrap_or(written.date), Some(place))
            }
            (Some(seconds), None) => {
                let stated = Place { zone: Zone::Fixed(seconds), source: OffsetSource::Stated };
                self.day(written.date, Some(stated))
            }
            (None, place) => self.day(written.date, place),
        };
        Promise::date(last + 1, offset_minutes)
    }

    fn clock(&mut self, zone: Zone) -> &mut Clock {
        let known = self.0.iter().position(|(known, _)| *known == zone);
        let index = known.unwrap_or_else(|| {
            self.0.push((zone, Clock::new(zone)));
            self.0.len() - 1
        });
        &mut self.0[index].1
    }
}

/// Milliseconds since 1970-01-01T00:00 local.
fn local_ms(date: NaiveDate, ms_of_day: i64) -> i64 {
    i64::from(date.to_epoch_days()) * DAY_MS + ms_of_day
}

/// The date of a local time in milliseconds; `None` outside of the calendar.
fn date_of(local_ms: i64) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(i32::try_from(local_ms.div_euclid(DAY_MS)).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Format;

    fn place(zone: &str) -> Option<Place> {
        Some(Place { zone: zone.parse().unwrap(), source: OffsetSource::Inferred })
    }

    fn written(text: &str) -> Written {
        Format::Iso.read(text).unwrap()
    }

    fn ms(utc: &str) -> i64 {
        Clocks::default().instant(written(utc), None, 0).at
    }

    #[test]
    fn the_offset_comes_from_the_text_or_the_place_or_nowhere() {
        for (text, zone, utc, offset, source) in [
            ("2024-06-06 14:00", Some("Europe/Berlin"), "2024-06-06 12:00", 120, OffsetSource::Inferred),
            ("2024-06-06 14:00+03:00", Some("Europe/Berlin"), "2024-06-06 11:00", 180, OffsetSource::Stated),
            ("2024-06-06 14:00Z", Some("Europe/Berlin"), "2024-06-06 14:00", 120, OffsetSource::Inferred),
            ("2024-06-06 14:00Z", None, "2024-06-06 14:00", 0, OffsetSource::Stated),
            ("2024-06-06 14:00", None, "2024-06-06 14:00", 0, OffsetSource::Unknown),
            ("2024-06-06", Some("Europe/Berlin"), "2024-06-06 10:00", 120, OffsetSource::Inferred),
        ] {
            let noon = 43_200_000;
            let instant = Clocks::default().instant(written(text), zone.and_then(place), noon);
            assert_eq!(instant, Instant { at: ms(utc), offset_minutes: offset, source }, "{text}");
        }
    }

    #[test]
    fn a_promised_day_is_kept_until_it_ends_at_the_place() {
        for (text, zone, next_midnight, offset) in [
            ("2017-10-18 00:00:00", Some("America/Sao_Paulo"), "2017-10-19 02:00", -120),
            // The day is an hour longer: the clocks go back at its end.
            ("2018-02-17", Some("America/Sao_Paulo"), "2018-02-18 03:00", -180),
            // The next day starts at 01:00.
            ("2017-10-14", Some("America/Sao_Paulo"), "2017-10-15 03:00", -180),
            ("2024-06-06", None, "2024-06-07 00:00", 0),
            ("2024-06-06T00:00:00+02:00", None, "2024-06-06 22:00", 120),
            ("2024-06-05T22:00:00Z", Some("Europe/Berlin"), "2024-06-06 22:00", 120),
        ] {
            let promise = Clocks::default().date_promise(written(text), zone.and_then(place));
            assert_eq!(promise, Promise::date(ms(next_midnight), offset), "{text}");
        }
    }
}
