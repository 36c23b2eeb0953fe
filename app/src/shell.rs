//! The document around the pages.

use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;

/// The whole document.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="preload" href="/fonts/inter-latin.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous" />
                <link rel="stylesheet" href="/pkg/courierscope.css" />
                <link rel="icon" href="/favicon.svg" r#type="image/svg+xml" />
                // What the module's script imports in turn.
                <link rel="modulepreload" href="/pkg/__wasm_split.js" />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
