//! One row: its event, or its milestones.

use domain::Text;
use domain::event::{Event, EventId, Number, Place};

use super::said::Sayings;
use crate::Origin;
use crate::feed::{Also, Cells, CsvLayout, Meaning, Milestone, Shape, Value, all_hold};
use crate::limits::{country, names_courier, names_parcel, short};
use crate::parsed::Fate;
use crate::rejected::Refusal;
use crate::time::Instant;

/// Reads rows by a layout.
pub(super) struct RowReader<'a> {
    layout: &'a CsvLayout,
    origin: &'a Origin<'a>,
    sayings: Sayings,
}

/// What the events of a row have in common.
struct Common {
    number: Number,
    place: Place,
    also: Option<Box<Number>>,
}

/// What happened, by the row.
struct Happening<'r> {
    meaning: Meaning,
    raw_code: Text,
    raw_time: std::borrow::Cow<'r, str>,
    instant: Instant,
    /// The sender's number of the event.
    id: Option<std::borrow::Cow<'r, str>>,
}

impl<'a> RowReader<'a> {
    pub fn new(layout: &'a CsvLayout, origin: &'a Origin<'a>) -> Self {
        Self { layout, origin, sayings: Sayings::default() }
    }

    /// Adds the events of a row to `events`.
    pub fn read(&mut self, row: &impl Cells, events: &mut Vec<Event>) -> Result<Fate, Refusal> {
        let layout = self.layout;
        if !all_hold(&layout.only, row) {
            return Ok(Fate::Skipped);
        }
        let common = self.common(row)?;
        let statement = self.sayings.statement(&layout.names, &layout.says, row)?;
        let first = events.len();
        match &layout.shape {
            Shape::Long { code, codes, time, id } => {
                let raw_code = short(&code.name, &code.fill(row))?;
                if raw_code.is_empty() {
                    return Err(Refusal::new(&code.name, "is empty: without a code it is not known what happened"));
                }
                let Some((raw_time, instant)) = self.sayings.instant(time, row)? else {
                    return Err(Refusal::new(time.name(), "is empty: an event needs the time when it happened"));
                };
                let meaning = codes.meaning(&raw_code, row);
                let id = id.as_ref().and_then(|id| id.fill_whole(row));
                events.push(self.event(Happening { meaning, raw_code, raw_time, instant, id }, &common));
            }
            Shape::Wide(milestones) => self.milestones(milestones, row, &common, events)?,
        }
        // What the row says of the parcel, its earliest event says.
        if let Some(earliest) = events.get_mut(first) {
            earliest.statement = (!statement.is_empty()).then(|| Box::new(statement));
            earliest.also = common.also;
        }
        Ok(Fate::Accepted)
    }

    /// Adds the milestones of a row, earliest first.
    fn milestones(
        &mut self,
        milestones: &[Milestone],
        row: &impl Cells,
        common: &Common,
        events: &mut Vec<Event>,
    ) -> Result<(), Refusal> {
        let first = events.len();
        for milestone in milestones.iter().filter(|milestone| all_hold(&milestone.case.when, row)) {
            let Some((raw_time, instant)) = self.sayings.instant(&milestone.time, row)? else { continue };
            let (meaning, raw_code) = (milestone.case.meaning, milestone.code.clone());
            events.push(self.event(Happening { meaning, raw_code, raw_time, instant, id: None }, common));
        }
        if events.len() > first {
            events[first..].sort_unstable_by_key(|event| (event.at, event.id));
            return Ok(());
        }
        let mut columns: Vec<&str> = milestones.iter().map(|milestone| milestone.time.name()).collect();
        columns.dedup();
        Err(Refusal::row(format!("no milestone has a time: fill at least one of {}", columns.join(", "))))
    }

    fn event(&self, happening: Happening<'_>, common: &Common) -> Event {
        let Happening { meaning, raw_code, raw_time, instant, id } = happening;
        let number = &common.number;
        let id = match id {
            Some(id) => EventId::of_sender(&number.courier, &number.number, &id),
            None => EventId::of_scan(&number.courier, &number.number, &raw_code, &raw_time, &common.place.facility),
        };
        Event {
            at: instant.at,
            id,
            received: self.origin.received,
            feed: self.origin.feed.clone(),
            mapping: self.origin.mapping.clone(),
            number: number.clone(),
            kind: meaning.kind,
            reason: meaning.reason,
            party: meaning.party,
            raw_code,
            offset_minutes: instant.offset_minutes,
            offset_source: instant.source,
            place: common.place.clone(),
            statement: None,
            also: None,
            corrects: None,
            countersigned: meaning.countersigned,
        }
    }

    fn common(&self, row: &impl Cells) -> Result<Common, Refusal> {
        let (names, place) = (&self.layout.names, &self.layout.place);
        let number = names.number.fill_whole(row).unwrap_or_default();
        let number = names_parcel(&names.number.name, &number)?;
        let courier = names.courier.read(row).unwrap_or_default();
        let courier = names_courier(&names.courier.template.name, &courier)?;
        let also = names.also.as_ref().map(|also| second_number(also, row, &courier)).transpose()?.flatten();
        let text = |value: &Option<Value>| {
            value
                .as_ref()
                .map_or(Ok(Text::default()), |value| short(&value.template.name, &value.read(row).unwrap_or_default()))
        };
        let place = Place {
            country: place.country.as_ref().map_or(Ok(Text::default()), |value| {
                country(&value.template.name, &value.read(row).unwrap_or_default())
            })?,
            region: text(&place.region)?,
            postcode: text(&place.postcode)?,
            facility: text(&place.facility)?,
        };
        let also = also.filter(|also| also.courier != courier || also.number != number).map(Box::new);
        Ok(Common { number: Number { courier, number }, place, also })
    }
}

fn second_number(also: &Also, row: &impl Cells, courier: &Text) -> Result<Option<Number>, Refusal> {
    let Some(number) = also.number.fill_whole(row) else { return Ok(None) };
    let number = names_parcel(&also.number.name, &number)?;
    let courier = match also.courier.as_ref().and_then(|value| Some((value, value.read(row)?))) {
        Some((value, text)) => names_courier(&value.template.name, &text)?,
        None => courier.clone(),
    };
    Ok(Some(Number { courier, number }))
}
