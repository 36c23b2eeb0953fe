//! One connection that is kept open.

use std::time::Duration;

use anyhow::{Context, bail};
use ureq::Agent;

/// How long the server may take before the measurement is given up.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a sender waits that was told to come back.
const COME_BACK: Duration = Duration::from_millis(50);
/// The largest answer that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// Talks to one server over one connection.
pub struct Client {
    agent: Agent,
    base: String,
}

impl Client {
    /// A client of the server at this address, such as `http://127.0.0.1:8080`.
    pub fn new(base: &str) -> Self {
        let settings = Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).proxy(None);
        Self { agent: settings.build().into(), base: base.trim_end_matches('/').to_owned() }
    }

    /// The whole answer to a question.
    ///
    /// # Errors
    /// Where the server does not answer, or with anything but 200.
    pub fn get(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        let mut answer =
            self.agent.get(format!("{}{path}", self.base)).call().with_context(|| format!("no answer to {path}"))?;
        let body = answer.body_mut().with_config().limit(LARGEST).read_to_vec().with_context(|| path.to_owned())?;
        if answer.status() != 200 {
            bail!("{path} was answered with {}: {}", answer.status(), String::from_utf8_lossy(&body));
        }
        Ok(body)
    }

    /// Sends canonical events, again where the server asks for that; how often it did.
    ///
    /// # Errors
    /// Where the server does not answer, does not take them, or rejects any of them.
    pub fn send(&self, events: &str) -> anyhow::Result<u64> {
        let path = format!("{}/api/v1/feeds/canonical/events", self.base);
        let mut refused = 0;
        loop {
            let request = self.agent.post(&path).content_type("application/x-ndjson");
            let mut answer = request.send(events).context("events were not answered")?;
            let body = answer.body_mut().read_to_string().context("the answer to events broke off")?;
            match answer.status().as_u16() {
                200 if body.contains("\"rejected\":0,") => return Ok(refused),
                429 | 503 => {
                    refused += 1;
                    std::thread::sleep(COME_BACK);
                }
                status => bail!("events were answered with {status}: {body}"),
            }
        }
    }
}
