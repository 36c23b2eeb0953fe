//! Pages that follow the figures as they change.

use domain::view::Freshness;
use leptos::prelude::*;

use crate::fault::Fault;

/// Whether changes reach the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// The page stands as it was sent; no script has run.
    None,
    /// Changes arrive.
    Live,
    /// The connection is down and is being made anew.
    Lost,
}

/// What pages know of changes; a context.
#[derive(Clone, Copy)]
pub struct Live {
    /// Counts the changes since the page was loaded: what depends on the figures depends on it.
    pub changes: RwSignal<u32>,
    /// Whether changes reach the page.
    pub connection: RwSignal<Connection>,
    /// How fresh the figures are.
    pub freshness: Resource<Result<Freshness, Fault>>,
    /// The revision of the figures that the page shows.
    pub shown: StoredValue<Option<i64>>,
    is_followed: StoredValue<bool>,
}

impl Live {
    /// Has changes arrive from now on. Not before there is a page: a change amid the taking over would find it other
    /// than it was sent.
    pub fn follow(self) {
        if self.is_followed.try_update_value(|followed| !std::mem::replace(followed, true)) == Some(true) {
            crate::browser::follow_changes(self);
        }
    }

    /// Whether changes arrive: from the first page that stands.
    pub fn is_followed(self) -> bool {
        self.is_followed.get_value()
    }

    /// Takes note of a revision that the server announced.
    pub fn announce(self, revision: i64) {
        self.connection.set(Connection::Live);
        // The first message repeats the revision that the page was rendered from.
        if self.shown.try_update_value(|shown| shown.replace(revision) != Some(revision)) == Some(true) {
            self.changes.update(|changes| *changes += 1);
        }
    }
}

/// How fresh the figures are.
#[server(prefix = "/api/pages", endpoint = "freshness", input = leptos::server_fn::codec::GetUrl)]
async fn read_freshness() -> Result<Freshness, Fault> {
    Ok(crate::pages::reading::backend().freshness().await?)
}

/// Provides [`Live`].
pub fn provide() {
    let changes = RwSignal::new(0);
    let live = Live {
        changes,
        connection: RwSignal::new(Connection::None),
        freshness: Resource::new(move || changes.get(), |_| read_freshness()),
        shown: StoredValue::new(None),
        is_followed: StoredValue::new(false),
    };
    provide_context(live);
}

/// The page's [`Live`].
pub fn live() -> Live {
    expect_context()
}
