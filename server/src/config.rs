//! Settings: defaults, then `courierscope.toml`, then `COURIERSCOPE__*`, then flags.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use domain::view::Standing;
use serde::{Deserialize, Serialize};

use crate::log::LogFormat;
use crate::pipeline::Keep;

/// Every setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the database is: `sqlite:path.db` or `postgres://user@host/name`.
    pub database_url: String,
    /// The address that pages and API are served on.
    pub listen: SocketAddr,
    /// The folder of feed definitions; by default `feeds` beside the database.
    pub feeds: Option<PathBuf>,
    /// The folder that is watched for files, in folders named after their feeds; none where it is left out.
    pub watch: Option<PathBuf>,
    /// What a feed begins as that has never brought anything: `probation` (shown, not counted) or `counted`.
    pub new_feeds: Standing,
    /// The largest body that a feed may send, in bytes, before and after decompression.
    pub max_body_bytes: usize,
    /// The largest file that may be brought in the browser, in bytes. Four times as much is kept at the most.
    pub max_upload_bytes: u64,
    /// How many bodies may wait to be written before senders are told to come back.
    pub queue: usize,
    /// For how many days the bytes are kept that feeds sent; for ever where it is left out.
    pub keep_raw_days: Option<NonZeroU32>,
    /// For how many days a parcel is kept after the last that was heard of it; for ever where it is left out.
    pub keep_closed_parcels_days: Option<NonZeroU32>,
    /// How many connections may be open at once; further ones wait.
    pub connections: usize,
    /// How long a client may keep the server waiting for its next words, or for room to answer, in seconds.
    pub patience_seconds: u64,
    /// How the log is written.
    pub log_format: LogFormat,
    /// Serve on an address that others can reach, although nobody has to sign in.
    pub allow_unauthenticated: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database_url: "sqlite:courierscope.db".into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            feeds: None,
            watch: None,
            new_feeds: Standing::Probation,
            max_body_bytes: 64 << 20,
            max_upload_bytes: 1 << 30,
            queue: 1024,
            keep_raw_days: None,
            keep_closed_parcels_days: None,
            connections: 900,
            patience_seconds: 20,
            log_format: LogFormat::Text,
            allow_unauthenticated: false,
        }
    }
}

/// Settings given as flags.
#[derive(Debug, Clone, Default, PartialEq, Eq, clap::Args, Serialize)]
pub struct Flags {
    /// The settings file [default: courierscope.toml, where it exists]
    #[arg(long, global = true, value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// The database: sqlite:path.db or postgres://user@host/name [default: sqlite:courierscope.db]
    #[arg(long, global = true, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<String>,
    /// The folder of feed definitions [default: feeds, beside the database]
    #[arg(long, global = true, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feeds: Option<PathBuf>,
    /// The address to serve on [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// How the log is written: text, or json with one object a line [default: text]
    #[arg(long, global = true, value_name = "FORMAT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<LogFormat>,
    /// Serve on an address that others can reach, although nobody has to sign in
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub allow_unauthenticated: bool,
}

impl Config {
    /// Reads the settings from everywhere they may stand.
    ///
    /// # Errors
    /// A setting that is unknown or cannot be read, with where it stands.
    pub fn read(flags: &Flags) -> anyhow::Result<Self> {
        let file = match &flags.config {
            Some(path) if !path.exists() => bail!("the settings file {} does not exist", path.display()),
            Some(path) => config::File::from(path.as_path()),
            None => config::File::from(Path::new("courierscope.toml")).required(false),
        };
        let environment = config::Environment::with_prefix("COURIERSCOPE").prefix_separator("__").try_parsing(true);
        config::Config::builder()
            .add_source(config::Config::try_from(&Self::default())?)
            .add_source(file)
            .add_source(environment)
            .add_source(config::Config::try_from(flags)?)
            .build()
            .and_then(config::Config::try_deserialize)
            .context("the settings cannot be read; `courierscope --print-config` shows all there are")
    }

    /// The file that the database is, where it is one.
    pub fn database_file(&self) -> Option<PathBuf> {
        let path = self.database_url.strip_prefix("sqlite:")?;
        Some(path.trim_start_matches("//").split('?').next().unwrap_or_default().into())
    }

    /// The folder of feed definitions.
    pub fn feeds_folder(&self) -> PathBuf {
        self.feeds.clone().unwrap_or_else(|| self.beside_the_database("feeds"))
    }

    /// The folder of files that were brought in the browser and wait to be imported.
    pub fn uploads_folder(&self) -> PathBuf {
        match self.database_file() {
            Some(_) => self.beside_the_database("uploads"),
            None => self.feeds_folder().parent().unwrap_or(Path::new("")).join("uploads"),
        }
    }

    fn beside_the_database(&self, folder: &str) -> PathBuf {
        self.database_file().unwrap_or_default().parent().unwrap_or(Path::new("")).join(folder)
    }

    /// For how long what is kept.
    pub fn keep(&self) -> Keep {
        let [raw_days, closed_parcels_days] =
            [self.keep_raw_days, self.keep_closed_parcels_days].map(|days| days.map(NonZeroU32::get));
        Keep { raw_days, closed_parcels_days }
    }

    /// Refuses to be reached by others while nobody has to sign in.
    ///
    /// # Errors
    /// Where the listen address is not loopback and that was not allowed.
    pub fn check_listen(&self) -> anyhow::Result<()> {
        if !self.listen.ip().is_loopback() && !self.allow_unauthenticated {
            bail!(
                "{} can be reached by others, and there is no sign-in yet: everybody could read and send everything. \
                 Listen on 127.0.0.1, or give --allow-unauthenticated where something else keeps strangers out",
                self.listen
            );
        }
        Ok(())
    }

    /// The settings as a settings file.
    ///
    /// # Errors
    /// Never in practice: every setting can be written.
    pub fn to_toml(&self) -> anyhow::Result<String> {
        Ok(toml::to_string(self)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_others_reach_is_refused_without_leave() {
        let open = Config { listen: "0.0.0.0:8080".parse().unwrap(), ..Config::default() };
        assert!(open.check_listen().is_err());
        assert!(Config { allow_unauthenticated: true, ..open }.check_listen().is_ok());
        assert!(Config { listen: "[::1]:8080".parse().unwrap(), ..Config::default() }.check_listen().is_ok());
    }

    #[test]
    fn feed_definitions_lie_beside_the_database() {
        let config = |url: &str| Config { database_url: url.into(), ..Config::default() };
        assert_eq!(config("sqlite:/srv/cs/main.db").feeds_folder(), Path::new("/srv/cs/feeds"));
        assert_eq!(config("sqlite:main.db?mode=rwc").feeds_folder(), Path::new("feeds"));
        assert_eq!(config("postgres://cs@db/cs").feeds_folder(), Path::new("feeds"));
    }
}
