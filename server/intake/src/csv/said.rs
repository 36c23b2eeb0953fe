//! What a row says of times, promises and the parcel as a whole.

use std::borrow::Cow;

use domain::Text;
use domain::event::Statement;
use domain::promise::Promise;
use domain::vocabulary::{DeliveryMode, OffsetSource};

use crate::feed::{Cells, Names, PromiseLayout, Says, TimeField, Value, ZoneOf};
use crate::limits::{self, country, delivery_mode, short};
use crate::rejected::{Refusal, quoted, shape};
use crate::time::{Clocks, Instant, Place, Written};

/// Reads times and statements; it keeps its clocks from row to row.
#[derive(Debug, Default)]
pub(super) struct Sayings {
    clocks: Clocks,
}

/// A time as the row writes it.
struct Said<'r> {
    text: Cow<'r, str>,
    written: Written,
    place: Option<Place>,
}

impl Sayings {
    /// The instant of a time field, and its text; `None` if its cells are empty.
    pub fn instant<'r>(
        &mut self,
        field: &'r TimeField,
        row: &'r impl Cells,
    ) -> Result<Option<(Cow<'r, str>, Instant)>, Refusal> {
        let Some(said) = said(field, row)? else { return Ok(None) };
        let instant = self.clocks.instant(said.written, said.place, field.time_of_day_ms());
        limits::plausible(field.name(), instant.at)?;
        Ok(Some((said.text, instant)))
    }

    /// What a row says of the parcel as a whole.
    pub fn statement(&mut self, names: &Names, says: &Says, row: &impl Cells) -> Result<Statement, Refusal> {
        let estimate = match &says.estimate {
            Some(field) => self.instant(field, row)?.map(|(_, instant)| instant.at),
            None => None,
        };
        let promise = match &says.promise {
            Some(layout) => self.promise(layout, row)?,
            None => None,
        };
        Ok(Statement {
            reference: text(&names.reference, row, limits::reference)?,
            shipper: text(&says.shipper, row, short)?,
            service: text(&says.service, row, short)?,
            origin_country: text(&says.origin_country, row, country)?,
            destination_country: text(&says.destination_country, row, country)?,
            destination_region: text(&says.destination_region, row, short)?,
            destination_postcode: text(&says.destination_postcode, row, short)?,
            delivery_mode: mode(&says.delivery_mode, row)?,
            promise,
            estimate,
        })
    }

    fn promise(&mut self, layout: &PromiseLayout, row: &impl Cells) -> Result<Option<Promise>, Refusal> {
        match layout {
            PromiseLayout::At(field) => {
                let Some(said) = said(field, row)? else { return Ok(None) };
                if said.written.ms_of_day.is_none() {
                    let reason = "is a date without a time of day: write it under promise.date in the definition";
                    return Err(Refusal::new(field.name(), reason));
                }
                let instant = self.clocks.instant(said.written, said.place, 0);
                limits::plausible(field.name(), instant.at)?;
                Ok(Some(Promise::instant(instant.at, instant.offset_minutes)))
            }
            PromiseLayout::Date(field) => {
                let Some(said) = said(field, row)? else { return Ok(None) };
                let promise = self.clocks.date_promise(said.written, said.place);
                limits::plausible(field.name(), promise.latest).map(|_| Some(promise))
            }
            PromiseLayout::Window { from, to } => self.window(from, to, row),
        }
    }

    /// A window; days without a time of day count from their start to their end.
    fn window(&mut self, from: &TimeField, to: &TimeField, row: &impl Cells) -> Result<Option<Promise>, Refusal> {
        let (start, end) = match (said(from, row)?, said(to, row)?) {
            (Some(start), Some(end)) => (start, end),
            (None, None) => return Ok(None),
            (None, Some(_)) => return Err(Refusal::new(from.name(), "is empty: the promised window has no start")),
            (Some(_), None) => return Err(Refusal::new(to.name(), "is empty: the promised window has no end")),
        };
        let earliest = match start.written.ms_of_day {
            Some(_) => self.clocks.instant(start.written, start.place, 0).at,
            None => self.clocks.day(start.written.date, start.place).0,
        };
        let (latest, offset_minutes) = match end.written.ms_of_day {
            Some(_) => {
                let instant = self.clocks.instant(end.written, end.place, 0);
                (instant.at, instant.offset_minutes)
            }
            None => {
                let (_, last, offset_minutes) = self.clocks.day(end.written.date, end.place);
                (last, offset_minutes)
            }
        };
        limits::plausible(from.name(), earliest)?;
        limits::plausible(to.name(), latest)?;
        limits::window(to.name(), earliest, latest, offset_minutes).map(Some)
    }
}

/// The time that a row writes in a field; `None` if its cells are empty.
fn said<'r>(field: &'r TimeField, row: &'r impl Cells) -> Result<Option<Said<'r>>, Refusal> {
    let Some(text) = field.template().fill_any(row) else { return Ok(None) };
    let Some(written) = field.formats().iter().find_map(|format| format.read(text.trim())) else {
        let formats = field.formats().iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
        let reason = format!("looks like {:?} and is no time like {formats}: correct it, or its format", shape(&text));
        return Err(Refusal::new(field.name(), reason));
    };
    Ok(Some(Said { text, written, place: place(field.zone(), row)? }))
}

fn place(zone: &ZoneOf, row: &impl Cells) -> Result<Option<Place>, Refusal> {
    match zone {
        ZoneOf::Unknown => Ok(None),
        ZoneOf::Fixed(zone) => Ok(Some(Place { zone: *zone, source: OffsetSource::Inferred })),
        ZoneOf::Row(template) => {
            let Some(text) = template.fill_whole(row) else { return Ok(None) };
            let zone =
                text.parse().map_err(|message| Refusal::new(&template.name, format!("{} {message}", quoted(&text))))?;
            Ok(Some(Place { zone, source: OffsetSource::Stated }))
        }
    }
}

fn text(
    value: &Option<Value>,
    row: &impl Cells,
    check: fn(&str, &str) -> Result<Text, Refusal>,
) -> Result<Text, Refusal> {
    let Some(value) = value else { return Ok(Text::default()) };
    value.read(row).map_or(Ok(Text::default()), |text| check(&value.template.name, &text))
}

fn mode(value: &Option<Value>, row: &impl Cells) -> Result<Option<DeliveryMode>, Refusal> {
    let Some(value) = value else { return Ok(None) };
    value.read(row).map(|text| delivery_mode(&value.template.name, &text)).transpose()
}
