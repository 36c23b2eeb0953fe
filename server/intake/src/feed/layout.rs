//! The parts of a definition.

use domain::vocabulary::DeliveryMode;

use super::condition::Condition;
use super::draft::{Draft, Section, words};
use super::meaning::{Codes, Milestone};
use super::template::{Columns, Template};
use super::times::{PromiseLayout, TimeField, ZoneOf};
use super::value::Value;
use crate::time::Zone;

/// How what is sent is to be read.
#[derive(Debug, Clone)]
pub(crate) enum Layout {
    /// Separated fields under a header.
    Csv(Box<CsvLayout>),
    /// Canonical events.
    Events(EventsLayout),
}

/// How canonical events of this sender are to be read.
#[derive(Debug, Clone, Default)]
pub(crate) struct EventsLayout {
    /// The courier of an event that names none.
    pub courier: Option<String>,
    /// The zone of a time that writes no offset.
    pub zone: Option<Zone>,
    /// The meaning of words that are not in the vocabulary.
    pub codes: Option<Codes>,
}

/// How the rows of a CSV are to be read.
#[derive(Debug, Clone)]
pub(crate) struct CsvLayout {
    /// Every column that the definition names.
    pub columns: Columns,
    /// The sign between two fields.
    pub separator: u8,
    /// The encoding of the text.
    pub encoding: Encoding,
    /// Texts that mean an empty cell.
    pub empty: Vec<String>,
    /// What must hold for a row to be taken.
    pub only: Vec<Condition>,
    /// What names the parcel.
    pub names: Names,
    /// An event a row, or a parcel a row.
    pub shape: Shape,
    /// Where it happened.
    pub place: PlaceLayout,
    /// What is said of the parcel as a whole.
    pub says: Says,
}

/// How letters are written as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8.
    Utf8,
    /// Latin-1, with the signs that Windows-1252 puts into its gap.
    Latin1,
}

/// What names the parcel of a row.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    /// The tracking number.
    pub number: Template,
    /// Who issued it.
    pub courier: Value,
    /// The shipper's own number.
    pub reference: Option<Value>,
    /// Another number of the same parcel.
    pub also: Option<Also>,
}

/// Another number of the same parcel.
#[derive(Debug, Clone)]
pub(crate) struct Also {
    /// Who issued it; the row's courier if not said.
    pub courier: Option<Value>,
    /// The number.
    pub number: Template,
}

/// What a row is.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    /// An event a row.
    Long {
        /// The raw code.
        code: Template,
        /// What it means.
        codes: Codes,
        /// When it happened.
        time: Box<TimeField>,
        /// The sender's number of the event.
        id: Option<Template>,
    },
    /// A parcel a row, a column per milestone.
    Wide(Vec<Milestone>),
}

/// Where it happened.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlaceLayout {
    pub country: Option<Value>,
    pub region: Option<Value>,
    pub postcode: Option<Value>,
    pub facility: Option<Value>,
}

/// What is said of the parcel as a whole.
#[derive(Debug, Clone, Default)]
pub(crate) struct Says {
    pub shipper: Option<Value>,
    pub service: Option<Value>,
    pub origin_country: Option<Value>,
    pub destination_country: Option<Value>,
    pub destination_region: Option<Value>,
    pub destination_postcode: Option<Value>,
    pub delivery_mode: Option<Value>,
    pub promise: Option<PromiseLayout>,
    pub estimate: Option<TimeField>,
}

/// Reads the layout of a definition.
pub(super) fn read<'a>(draft: &mut Draft<'a>, root: &Section<'a>) -> Option<Layout> {
    let format = root.node("format");
    match format.as_ref().map_or(Some("csv"), |node| draft.text(node))? {
        "csv" => draft.csv(root).map(|layout| Layout::Csv(Box::new(layout))),
        "events" => Some(Layout::Events(draft.events(root))),
        other => {
            let message =
                format!("{other:?} is not a format: write \"csv\", or \"events\" for canonical JSON and NDJSON");
            draft.fault(&format?, message);
            None
        }
    }
}

impl<'a> Draft<'a> {
    fn events(&mut self, root: &Section<'a>) -> EventsLayout {
        let courier = root.node("courier").and_then(|node| self.text(&node)).map(str::to_owned);
        let codes = root.node("codes").and_then(|node| {
            let codes = self.codes(&node);
            if !self.columns.names().is_empty() {
                self.fault(&node, "has conditions on columns: canonical events have no columns");
            }
            codes
        });
        let mut zone = None;
        if let Some(times) = root.node("times").and_then(|node| self.section(&node)) {
            if let Some(node) = times.node("zone") {
                match self.zone(&node) {
                    Some(ZoneOf::Fixed(fixed)) => zone = Some(fixed),
                    Some(_) => self.fault(&node, "must be one zone: canonical events have no columns"),
                    None => {}
                }
            }
            self.finish(times);
        }
        EventsLayout { courier, zone, codes }
    }

    fn csv(&mut self, root: &Section<'a>) -> Option<CsvLayout> {
        let separator = self.separator(root);
        let encoding = self.encoding(root);
        let empty = root.node("empty").map(|node| node.list()).unwrap_or_default();
        let empty = empty.iter().filter_map(|node| self.text(node)).map(str::to_owned).collect();
        let only = root.node("only").map(|node| self.conditions(&node)).unwrap_or_default();
        let times = self.times(root);
        let number = self.required(root, "number", "write number = \"{column}\", the tracking number");
        let courier = match root.node("courier") {
            Some(node) => self.value(&node),
            None => {
                self.missing(root, "courier", "write the courier's name, or \"{column}\"");
                None
            }
        };
        let reference = root.node("reference").and_then(|node| self.value(&node));
        let also = self.also(root);
        let shape = self.shape(root, &times);
        let place = self.place(root);
        let says = self.says(root, &times);
        self.unused_times(root, &times);
        let names = Names { number: number?, courier: courier?, reference, also };
        let columns = self.columns.clone();
        Some(CsvLayout { columns, separator, encoding, empty, only, names, shape: shape?, place, says })
    }

    fn required(&mut self, root: &Section<'a>, key: &'static str, what: &str) -> Option<Template> {
        let Some(node) = root.node(key) else {
            self.missing(root, key, what);
            return None;
        };
        self.columns_template(&node)
    }

    fn separator(&mut self, root: &Section<'a>) -> u8 {
        let Some(node) = root.node("separator") else { return b',' };
        match self.text(&node).map(str::as_bytes) {
            Some([sign]) if sign.is_ascii() && !sign.is_ascii_alphanumeric() && !b"\"\r\n\0".contains(sign) => *sign,
            Some(_) => {
                self.fault(&node, "must be a single sign such as \",\", \";\", \"|\" or \"\\t\"");
                b','
            }
            None => b',',
        }
    }

    fn encoding(&mut self, root: &Section<'a>) -> Encoding {
        let Some(node) = root.node("encoding") else { return Encoding::Utf8 };
        match self.text(&node) {
            Some("latin-1") => Encoding::Latin1,
            Some("utf-8") | None => Encoding::Utf8,
            Some(other) => {
                self.fault(&node, format!("{other:?} is not known: write \"utf-8\" or \"latin-1\""));
                Encoding::Utf8
            }
        }
    }

    fn also(&mut self, root: &Section<'a>) -> Option<Also> {
        let node = root.node("also")?;
        if !node.is_table() {
            return self.columns_template(&node).map(|number| Also { courier: None, number });
        }
        let section = self.section(&node)?;
        let courier = section.node("courier").and_then(|node| self.value(&node));
        let number = self.required(&section, "number", "write number = \"{column}\"");
        self.finish(section);
        Some(Also { courier, number: number? })
    }

    fn shape(&mut self, root: &Section<'a>, times: &super::times::Times) -> Option<Shape> {
        let (code, codes, time, id) = (root.node("code"), root.node("codes"), root.node("time"), root.node("id"));
        if let Some(milestones) = root.node("milestones") {
            for node in [code, codes, time].into_iter().flatten() {
                self.fault(&node, "does not go with milestones: a row is either one event or one parcel");
            }
            if let Some(node) = id {
                self.fault(&node, "does not go with milestones: one number cannot name several events");
            }
            return self.milestones(&milestones, times).map(Shape::Wide);
        }
        if code.is_none() && time.is_none() && codes.is_none() {
            self.missing(root, "code", "write code and time for an event a row, or [milestones] for a parcel a row");
            return None;
        }
        let code = self.required(root, "code", "write code = \"{column}\", what happened");
        let codes = codes.map_or(Some(Codes::Canonical), |node| self.codes(&node));
        let time = self.required(root, "time", "write time = \"{column}\", when it happened");
        let id = id.and_then(|node| self.columns_template(&node));
        Some(Shape::Long { code: code?, codes: codes?, time: Box::new(times.field(time?, None)), id })
    }

    fn place(&mut self, root: &Section<'a>) -> PlaceLayout {
        let Some(section) = root.node("place").and_then(|node| self.section(&node)) else {
            return PlaceLayout::default();
        };
        let place = PlaceLayout {
            country: section.node("country").and_then(|node| self.checked_value(&node, not_a_country)),
            region: section.node("region").and_then(|node| self.value(&node)),
            postcode: section.node("postcode").and_then(|node| self.value(&node)),
            facility: section.node("facility").and_then(|node| self.value(&node)),
        };
        self.finish(section);
        place
    }

    fn says(&mut self, root: &Section<'a>, times: &super::times::Times) -> Says {
        let estimate = root.node("estimate").and_then(|node| self.columns_template(&node));
        let mut country = |key| root.node(key).and_then(|node| self.checked_value(&node, not_a_country));
        let (origin_country, destination_country) = (country("origin_country"), country("destination_country"));
        let mut value = |key| root.node(key).and_then(|node| self.value(&node));
        let (shipper, service) = (value("shipper"), value("service"));
        let (destination_region, destination_postcode) = (value("destination_region"), value("destination_postcode"));
        Says {
            shipper,
            service,
            origin_country,
            destination_country,
            destination_region,
            destination_postcode,
            delivery_mode: root.node("delivery_mode").and_then(|node| self.checked_value(&node, not_a_delivery_mode)),
            promise: self.promise(root, times),
            estimate: estimate.map(|template| times.field(template, None)),
        }
    }
}

fn not_a_country(text: &str) -> Option<String> {
    let is_code = text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic());
    (!is_code).then(|| format!("{text:?} is not a country: write two letters (ISO 3166-1), or \"{{column}}\""))
}

fn not_a_delivery_mode(text: &str) -> Option<String> {
    let unknown = text.parse::<DeliveryMode>().is_err();
    unknown.then(|| format!("{text:?} is not one of {}, or \"{{column}}\"", words(DeliveryMode::ALL)))
}
