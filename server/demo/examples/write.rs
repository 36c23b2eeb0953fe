//! Writes a network as CSV: `cargo run -p demo --release --example write -- PARCELS SEED DAYS END FILE`.
//! The feed definition that reads it is printed.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [parcels, seed, days, end, file] = &arguments[..] else {
        return Err("give PARCELS SEED DAYS END FILE, as in 200000 1 120 2026-11-22 network.csv".into());
    };
    let demand =
        demo::Demand { parcels: parcels.parse()?, seed: seed.parse()?, days: days.parse()?, end: end.parse()? };
    let mut out = BufWriter::with_capacity(1 << 20, File::create(file)?);
    out.write_all(demo::HEADER.as_bytes())?;
    for event in demo::Network::new(demand).events() {
        demo::csv(&event, &mut out)?;
    }
    out.flush()?;
    print!("{}", demo::definition());
    Ok(())
}
