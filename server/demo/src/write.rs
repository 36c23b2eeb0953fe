//! Events as CSV and as canonical events.

use std::io::{self, Write};

use chrono::{DateTime, Datelike, Timelike};

use crate::couriers::Courier;
use crate::event::{Code, Event, More, Promise};

/// The header of the CSV.
pub const HEADER: &str = "courier,number,code,time,facility,reference,shipper,service,origin,destination,region,mode,\
                          promise_from,promise_to,other_courier,other_number\n";

/// The feed definition that reads a CSV with the scans of all couriers.
pub fn definition() -> String {
    define("The demo network: a scan a row", WINDOW)
}

impl Courier {
    /// The definition of the courier's own feed, which sends the same CSV.
    pub fn definition(&self) -> String {
        define(&format!("Demo: {}", self.name), if self.slots > 0.0 { WINDOW } else { DATE })
    }
}

const WINDOW: &str = "from = \"{promise_from}\"\nto = \"{promise_to}\"\n";
const DATE: &str = "date = \"{promise_to}\"\n";

fn define(description: &str, promise: &str) -> String {
    let codes = Code::ALL.iter().map(|&code| {
        let (sign, event, reason) = (code.as_str(), code.event(), code.reason());
        match (code, reason) {
            (Code::Cancelled, _) => format!("{sign} = {{ event = \"{event}\", party = \"shipper\" }}\n"),
            (_, "") => format!("{sign} = \"{event}\"\n"),
            _ => format!("{sign} = {{ event = \"{event}\", reason = \"{reason}\" }}\n"),
        }
    });
    let codes: String = codes.collect();
    format!(
        "description = \"{description}\"\n{COLUMNS}\n[promise]\n{promise}\n[place]\nfacility = \"{{facility}}\"\n\n[codes]\n{codes}"
    )
}

const COLUMNS: &str = r#"number = "{number}"
courier = "{courier}"
code = "{code}"
time = "{time}"
reference = "{reference}"
shipper = "{shipper}"
service = "{service}"
origin_country = "{origin}"
destination_country = "{destination}"
destination_region = "{region}"
delivery_mode = "{mode}"
also = { courier = "{other_courier}", number = "{other_number}" }
"#;

/// Writes one row of the CSV.
///
/// # Errors
/// Where the writer fails.
pub fn csv(event: &Event, out: &mut impl Write) -> io::Result<()> {
    write!(out, "{},{},{},", event.number.courier().name, event.number, event.code.as_str())?;
    time(event.at, event.offset_minutes, out)?;
    write!(out, ",{}", event.place)?;
    match &event.more {
        More::Nothing => out.write_all(b",,,,,,,,,,,\n"),
        More::Other(other) => writeln!(out, ",,,,,,,,,,{},{other}", other.courier().name),
        More::Said(said) => {
            write!(
                out,
                ",{},{},{},{},{},{},{},",
                said.reference, said.shipper, said.service, said.origin, said.destination, said.region, said.mode
            )?;
            if let Some(promise) = &said.promise {
                time(promise.from, Some(promise.offset_minutes), out)?;
                out.write_all(b",")?;
                time(promise.to, Some(promise.offset_minutes), out)?;
            } else {
                out.write_all(b",")?;
            }
            out.write_all(b",,\n")
        }
    }
}

/// Writes one canonical event.
///
/// # Errors
/// Where the writer fails.
pub fn ndjson(event: &Event, out: &mut impl Write) -> io::Result<()> {
    write!(
        out,
        r#"{{"courier":"{}","tracking_number":"{}","event":"{}","code":"{}","time":""#,
        event.number.courier().name,
        event.number,
        event.code.event(),
        event.code.as_str()
    )?;
    time(event.at, event.offset_minutes, out)?;
    write!(out, r#"","facility":"{}""#, event.place)?;
    if !event.code.reason().is_empty() {
        write!(out, r#","reason":"{}""#, event.code.reason())?;
    }
    if event.code == Code::Cancelled {
        out.write_all(br#","party":"shipper""#)?;
    }
    match &event.more {
        More::Nothing => {}
        More::Other(other) => {
            write!(out, r#","also":{{"courier":"{}","tracking_number":"{other}"}}"#, other.courier().name)?;
        }
        More::Said(said) => {
            write!(
                out,
                r#","reference":"{}","shipper":"{}","service":"{}","origin_country":"{}","destination_country":"{}","destination_region":"{}","delivery_mode":"{}""#,
                said.reference, said.shipper, said.service, said.origin, said.destination, said.region, said.mode
            )?;
            if let Some(Promise { from, to, offset_minutes }) = said.promise {
                out.write_all(br#","promise":{"from":""#)?;
                time(from, Some(offset_minutes), out)?;
                out.write_all(br#"","to":""#)?;
                time(to, Some(offset_minutes), out)?;
                out.write_all(br#""}"#)?;
            }
        }
    }
    out.write_all(b"}\n")
}

/// Writes an instant as `2026-11-22T09:15:30+01:00`.
fn time(at: i64, offset_minutes: Option<i16>, out: &mut impl Write) -> io::Result<()> {
    let minutes = i64::from(offset_minutes.unwrap_or(0));
    let Some(local) = DateTime::from_timestamp(at + minutes * 60, 0) else { return Ok(()) };
    let mut text = *b"0000-00-00T00:00:00+00:00";
    let mut put = |place: usize, value: u32| {
        text[place] = b'0' + (value / 10 % 10) as u8;
        text[place + 1] = b'0' + (value % 10) as u8;
    };
    put(0, local.year() as u32 / 100);
    put(2, local.year() as u32 % 100);
    put(5, local.month());
    put(8, local.day());
    put(11, local.hour());
    put(14, local.minute());
    put(17, local.second());
    put(20, minutes.unsigned_abs() as u32 / 60);
    put(23, minutes.unsigned_abs() as u32 % 60);
    if minutes < 0 {
        text[19] = b'-';
    }
    match offset_minutes {
        Some(_) => out.write_all(&text),
        None => out.write_all(&text[..19]).and_then(|()| out.write_all(b"Z")),
    }
}
