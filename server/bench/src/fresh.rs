//! How long it takes from sending an event until a figure shows it.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use chrono::NaiveDate;

use crate::client::Client;

/// Between two looks; what is measured is finer than any page needs.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// A figure that has not come by then does not come.
const PATIENCE: Duration = Duration::from_secs(120);

/// Sends one event at a time and looks for it in the volume of a courier of its own.
pub struct Probe {
    client: Client,
    courier: String,
    day: NaiveDate,
    sent: u64,
}

impl Probe {
    /// A probe that accepts parcels on this day. Two probes need different names.
    pub fn new(base: &str, name: &str, day: NaiveDate) -> Self {
        Self { client: Client::new(base), courier: format!("Probe-{name}"), day, sent: 0 }
    }

    /// Sends one event; how long until the figures held it.
    ///
    /// # Errors
    /// Where the server does not answer, or the figure does not come.
    pub fn measure(&mut self) -> anyhow::Result<Duration> {
        let Self { courier, day, .. } = self;
        self.sent += 1;
        let event = format!(
            r#"{{"courier":"{courier}","tracking_number":"{courier}-{}","event":"accepted","time":"{day}T12:00:00Z"}}"#,
            self.sent
        );
        let path = format!("/api/v1/kpis?courier={courier}&from={day}&to={day}");
        let sent_at = Instant::now();
        self.client.send(&event)?;
        loop {
            let answer: serde_json::Value = serde_json::from_slice(&self.client.get(&path)?)?;
            let rows = answer["rows"].as_array().context("an answer without rows")?;
            let seen: u64 = rows.iter().filter_map(|row| row["kpis"]["volume"].as_u64()).sum();
            if seen >= self.sent {
                return Ok(sent_at.elapsed());
            }
            if sent_at.elapsed() > PATIENCE {
                bail!("an event was not in the figures after {} s", PATIENCE.as_secs());
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }
}
