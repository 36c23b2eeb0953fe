//! Pages that few open, in parts of the program that a browser loads when it first needs one of their pages. The
//! other pages are in the module that it loads at once.

use leptos::prelude::*;
use leptos_router::ChooseView;
use leptos_router::hooks::use_url;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::browser;
use crate::live::live;
use crate::pages::calendars::{CalendarPage, CalendarsPage};
use crate::pages::contracts::draft::DraftPage;
use crate::pages::contracts::version::VersionPage;
use crate::pages::contracts::{ContractPage, ContractsPage};
use crate::pages::definitions::DefinitionsPage;
use crate::pages::exclusions::ExclusionsPage;
use crate::pages::feed::FeedPage;
use crate::pages::feeds::FeedsPage;
use crate::pages::new_feed::{NewFeedPage, ReviewPage};
use crate::pages::rejected::RejectedPage;

/// Pages about what was agreed, and how it is counted.
#[derive(Debug, Clone, Copy)]
pub enum Terms {
    Contracts,
    Contract,
    Version,
    Draft,
    Exclusions,
    Calendars,
    Calendar,
    Definitions,
}

/// Pages about where events come from.
#[derive(Debug, Clone, Copy)]
pub enum Feeds {
    All,
    One,
    New,
    Review,
    Rejected,
}

impl ChooseView for Terms {
    async fn choose(self) -> AnyView {
        arrived(terms(self)).await
    }

    async fn preload(&self) {}
}

impl ChooseView for Feeds {
    async fn choose(self) -> AnyView {
        arrived(feeds(self)).await
    }

    async fn preload(&self) {}
}

#[wasm_split(terms, fallible)]
fn terms(page: Terms) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Terms::Contracts => ContractsPage().into_any(),
        Terms::Contract => ContractPage().into_any(),
        Terms::Version => VersionPage().into_any(),
        Terms::Draft => DraftPage().into_any(),
        Terms::Exclusions => ExclusionsPage().into_any(),
        Terms::Calendars => CalendarsPage().into_any(),
        Terms::Calendar => CalendarPage().into_any(),
        Terms::Definitions => DefinitionsPage().into_any(),
    })
}

#[wasm_split(feeds, fallible)]
fn feeds(page: Feeds) -> Result<AnyView, SplitLoaderError> {
    Ok(match page {
        Feeds::All => FeedsPage().into_any(),
        Feeds::One => FeedPage().into_any(),
        Feeds::New => NewFeedPage().into_any(),
        Feeds::Review => ReviewPage().into_any(),
        Feeds::Rejected => RejectedPage().into_any(),
    })
}

/// A page whose part is being loaded. Where that fails, as it does once the server is a newer one with other parts,
/// the page comes from the server whole, with the module that belongs to it. A page that has just come whole stays as it
/// was sent: to ask for it again would not end.
async fn arrived(page: impl Future<Output = Result<AnyView, SplitLoaderError>>) -> AnyView {
    let url = use_url();
    match page.await {
        Ok(page) => page,
        Err(_) => {
            if !live().is_followed() {
                return std::future::pending().await;
            }
            browser::load_whole(url.with_untracked(|url| format!("{}?{}", url.path(), url.search())));
            std::future::pending().await
        }
    }
}
