//! Whether a feed is counted, or only shown.

use std::sync::PoisonError;

use domain::view::Standing;
use store::{Store, StoreError};

use super::{CANONICAL, Feeds};
use crate::config::Config;

impl Feeds {
    /// The definitions, and what new feeds begin as, as the settings say.
    pub fn of(config: &Config) -> Self {
        Self { newcomer: config.new_feeds, ..Self::new(config.feeds_folder()) }
    }

    /// Where a feed stands. To be asked before anything of it is stored: from then on it is known.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn standing(&self, store: &Store, name: &str) -> Result<Standing, StoreError> {
        let is_counted =
            name == CANONICAL || self.counted.read().unwrap_or_else(PoisonError::into_inner).contains(name);
        if is_counted {
            return Ok(Standing::Counted);
        }
        let standing = store.standing(name, self.newcomer).await?;
        if standing == Standing::Counted {
            // For ever: a feed is switched on once.
            self.counted.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        }
        Ok(standing)
    }
}
